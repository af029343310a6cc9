//! How long a decision takes in a company of 10,000 people.
//!
//! Run with `cargo run --release -p pbx --example decisions`. The goal is less than 20 microseconds for a
//! call from what was dialled to who rings, with a redirection and its trace.

use std::time::Instant;

use pbx::attempt::{Attempt, Opened};
use pbx::directory::{CompanyRecords, Directory, SubscriberId};
use pbx::memory::Memory;
use pbx::resolve::foresee;
use serde_json::json;

const PEOPLE: u32 = 10_000;
const CALLS: u32 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let records: CompanyRecords = serde_json::from_value(company())?;
    let directory = Directory::build(&records).map_err(|errors| errors[0].clone())?;
    let memory = Memory::default();
    let at = "2026-03-02T11:00:00Z".parse()?;

    let started = now();
    let mut decisions = 0;
    for call in 0..CALLS {
        let (caller, called) = (SubscriberId(call % PEOPLE), 10_000 + call * 7919 % PEOPLE);
        if let Opened::Attempt(attempt) = Attempt::dial(&directory, &memory, caller, &called.to_string(), at)
        {
            decisions += foresee(&directory, &memory, *attempt, |_| Default::default()).len();
        }
    }
    let took = started.elapsed();
    let each = took / u32::try_from(decisions)?;
    report(&format!("{CALLS} calls, {decisions} decisions, {each:?} each"));
    Ok(())
}

/// Every person has services set; every tenth one forwards.
fn company() -> serde_json::Value {
    let people: Vec<_> = (0..PEOPLE)
        .map(|n| {
            let forward =
                json!({ "active": n % 10 == 0, "forward_to": (10_000 + (n + 1) % PEOPLE).to_string() });
            let services = json!({
                "call_forwarding_always": { "settings": forward },
                "call_forwarding_no_answer": { "settings": { "rings": 4 } },
                "do_not_disturb": { "settings": { "active": false } },
                "call_waiting": { "settings": { "active": true } },
            });
            json!({ "id": n, "name": format!("Person {n}"), "login": format!("u{n}"), "group": 1,
                    "extension": (10_000 + n).to_string(), "numbers": [format!("+3188{n:07}")],
                    "services": services })
        })
        .collect();
    json!({
        "company": { "name": "Large", "domain": "large.example" },
        "groups": [{ "id": 1, "name": "Site" }],
        "subscribers": people,
    })
}

#[expect(clippy::disallowed_methods, reason = "this program measures time and decides nothing")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::print_stdout, reason = "the measurement is the program's output")]
fn report(text: &str) {
    println!("{text}");
}
