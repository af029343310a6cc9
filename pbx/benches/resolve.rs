//! What one decision costs: a colleague dials, and where the call goes is decided in both halves.
//!
//! Run with `cargo xtask bench code`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use pbx::attempt::{Attempt, Availability, Opened};
use pbx::directory::{CompanyRecords, Directory, SubscriberId};
use pbx::memory::Memory;
use pbx::resolve::foresee;
use serde_json::{Value, json};

/// A thousand people; the second forwards to the third when busy.
fn company() -> Directory {
    let people: Vec<Value> = (1..=1_000)
        .map(|id| {
            json!({ "id": id, "name": format!("Persoon {id}"), "login": format!("p{id}"), "group": 1,
                    "extension": (2_000 + id).to_string(), "numbers": [] })
        })
        .collect();
    let mut records = json!({
        "company": { "name": "Kantoor", "domain": "kantoor.example", "main_number": "+31201230000" },
        "groups": [{ "id": 1, "name": "Amsterdam" }],
        "departments": [],
        "subscribers": people,
        "trunks": [{ "id": 1, "name": "Provider", "route": { "host": "sip.provider.example" } }],
    });
    records["subscribers"][1]["services"] = json!({
        "call_forwarding_busy": { "version": 1, "settings": { "active": true, "forward_to": "2003" } },
    });
    let records: CompanyRecords =
        serde_json::from_value(records).expect("these are the records of a company");
    Directory::build(&records).expect("the company is sound")
}

fn resolve(criterion: &mut Criterion) {
    let (directory, memory) = (company(), Memory::default());
    let at: Timestamp = "2026-03-02T11:00:00Z".parse().expect("a moment");
    let decide = |called: &str, busy: Option<SubscriberId>| {
        let Opened::Attempt(attempt) = Attempt::dial(&directory, &memory, SubscriberId(1), called, at) else {
            panic!("{called} can be dialled");
        };
        let standing = |who| if Some(who) == busy { Availability::Full } else { Availability::Idle };
        foresee(&directory, &memory, *attempt, standing)
    };

    criterion.bench_function("resolve: a colleague", |bencher| {
        bencher.iter(|| decide(black_box("2004"), None));
    });
    criterion.bench_function("resolve: a busy colleague who forwards", |bencher| {
        bencher.iter(|| decide(black_box("2002"), Some(SubscriberId(2))));
    });
}

criterion_group!(benches, resolve);
criterion_main!(benches);
