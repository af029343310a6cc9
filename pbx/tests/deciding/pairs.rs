//! The matrix of pairs: what two services do together that neither does alone.
//!
//! Every pair is set on both parties of a call and seen in every situation. A line is printed when the
//! joint outcome differs from each alone, or when both would change the outcome and one of them wins.
//! Each printed pair has its reason here; a reason without a pair is an error too.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use expect_test::expect_file;
use pbx::attempt::{Attempt, Availability, Identity, Shown};
use pbx::directory::{GroupId, Owner};
use pbx::feature::Point;
use pbx::resolve::{Destination, Outcome, caller_identity, connected_identity};
use serde_json::{Value, json};

use crate::office::{ANNA, BERT, CUSTOMER, Office, records};

/// A service that is set to something that changes what happens.
struct Setting {
    service: &'static str,
    how: &'static str,
    settings: Value,
}

fn settings() -> Vec<Setting> {
    let setting = |service, how, settings| Setting { service, how, settings };
    let forward = |to: &str| json!({ "active": true, "forward_to": to });
    vec![
        setting("basic_call_logs", "off", json!({ "active": false })),
        setting("basic_call", "", json!({})),
        setting("flash_call_hold", "", json!({})),
        setting("call_waiting", "off", json!({ "active": false })),
        setting("call_waiting", "distinct", json!({ "distinctive_ringback": true })),
        setting("call_waiting", "unnamed", json!({ "hide_caller": true })),
        setting("call_transfer", "recall", json!({ "recall": true, "inhibit_diversion_blind": true })),
        setting("three_way_call", "others stay", json!({ "when_controller_leaves": "others_stay" })),
        setting("extension_dialling", "three digits", json!({ "least_digits": 3, "most_digits": 3 })),
        setting("calling_line_id_delivery_blocking", "", json!({ "active": true })),
        setting("internal_calling_line_id_delivery", "off", json!({ "active": false })),
        setting("external_calling_line_id_delivery", "off", json!({ "active": false })),
        setting("connected_line_identification_presentation", "off", json!({ "active": false })),
        setting(
            "connected_line_identification_restriction",
            "",
            json!({ "active": true, "redirected": "all" }),
        ),
        setting("anonymous_call_rejection", "", json!({ "active": true })),
        setting("anonymous_call_rejection", "busy", json!({ "active": true, "treatment": "busy" })),
        setting("call_forwarding_always", "", forward("203")),
        setting("call_forwarding_busy", "", forward("204")),
        setting(
            "call_forwarding_no_answer",
            "2 rings",
            json!({ "active": true, "forward_to": "205", "rings": 2 }),
        ),
        setting(
            "call_forwarding_no_answer",
            "0 rings",
            json!({ "active": true, "forward_to": "205", "rings": 0 }),
        ),
        setting("call_forwarding_not_reachable", "", forward("206")),
        setting("do_not_disturb", "", json!({ "active": true })),
        setting("busy_lamp_field", "", json!({ "watched": [1, 2] })),
        setting("music_on_hold", "off", json!({ "during_hold": false })),
    ]
}

/// Why two services give what they give together.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "call_waiting",
        "calling_line_id_delivery_blocking",
        "a hidden caller stays hidden while waiting; without room to wait there is nobody to show",
    ),
    (
        "call_waiting",
        "internal_calling_line_id_delivery",
        "what the waiting party is shown is decided apart from whether they may wait",
    ),
    (
        "call_waiting",
        "external_calling_line_id_delivery",
        "what the waiting party is shown is decided apart from whether they may wait",
    ),
    (
        "call_waiting",
        "anonymous_call_rejection",
        "anonymous callers are rejected (step 4) before anybody may wait (step 18)",
    ),
    (
        "call_waiting",
        "call_forwarding_always",
        "forwarding always (step 11) comes before call waiting (step 18)",
    ),
    ("call_waiting", "call_forwarding_busy", "without call waiting a second call is busy (steps 18 and 19)"),
    (
        "call_waiting",
        "call_forwarding_no_answer",
        "only a call that may wait can go unanswered: busy (step 18) comes before rings (step 22)",
    ),
    ("call_waiting", "do_not_disturb", "do not disturb (step 13) comes before call waiting (step 18)"),
    (
        "calling_line_id_delivery_blocking",
        "internal_calling_line_id_delivery",
        "withheld by the caller says more than not delivered to the called party",
    ),
    (
        "calling_line_id_delivery_blocking",
        "call_forwarding_always",
        "whoever hides the number is forwarded like anybody else",
    ),
    (
        "calling_line_id_delivery_blocking",
        "call_forwarding_no_answer",
        "whoever hides the number is forwarded like anybody else",
    ),
    ("calling_line_id_delivery_blocking", "do_not_disturb", "nobody rings, so nobody is shown anything"),
    (
        "internal_calling_line_id_delivery",
        "call_forwarding_always",
        "the forwarded call is shown as its new target's services say",
    ),
    (
        "internal_calling_line_id_delivery",
        "call_forwarding_no_answer",
        "how long it rings is decided apart from who is shown",
    ),
    ("internal_calling_line_id_delivery", "do_not_disturb", "nobody rings, so nobody is shown anything"),
    (
        "external_calling_line_id_delivery",
        "call_forwarding_always",
        "the forwarded call is shown as its new target's services say",
    ),
    (
        "external_calling_line_id_delivery",
        "call_forwarding_no_answer",
        "how long it rings is decided apart from who is shown",
    ),
    ("external_calling_line_id_delivery", "do_not_disturb", "nobody rings, so nobody is shown anything"),
    (
        "connected_line_identification_presentation",
        "connected_line_identification_restriction",
        "whoever does not want to see who answered keeps the dialled number, hidden or not",
    ),
    (
        "connected_line_identification_restriction",
        "call_forwarding_always",
        "the redirecting party stays unnamed on the forwarded call (C-5)",
    ),
    (
        "connected_line_identification_restriction",
        "call_forwarding_busy",
        "the redirecting party stays unnamed on the forwarded call (C-5)",
    ),
    (
        "connected_line_identification_restriction",
        "call_forwarding_no_answer",
        "the redirecting party stays unnamed on the forwarded call (C-5)",
    ),
    (
        "connected_line_identification_restriction",
        "call_forwarding_not_reachable",
        "the redirecting party stays unnamed on the forwarded call (C-5)",
    ),
    (
        "anonymous_call_rejection",
        "call_forwarding_always",
        "anonymous callers are rejected (step 4) before they are forwarded (step 11)",
    ),
    (
        "anonymous_call_rejection",
        "call_forwarding_busy",
        "rejected with a sentence they are not forwarded; seeming busy they are (ruling R-4)",
    ),
    (
        "anonymous_call_rejection",
        "call_forwarding_no_answer",
        "anonymous callers are rejected (step 4), so nothing rings (step 22)",
    ),
    (
        "anonymous_call_rejection",
        "call_forwarding_not_reachable",
        "anonymous callers are rejected (step 4) before reachability (step 17)",
    ),
    (
        "anonymous_call_rejection",
        "do_not_disturb",
        "anonymous callers are rejected (step 4) before do not disturb (step 13)",
    ),
    (
        "call_forwarding_always",
        "call_forwarding_busy",
        "forwarding always (step 11) comes before busy (step 19)",
    ),
    (
        "call_forwarding_always",
        "call_forwarding_no_answer",
        "forwarding always (step 11) comes before ringing (step 22)",
    ),
    (
        "call_forwarding_always",
        "call_forwarding_not_reachable",
        "forwarding always (step 11) comes before reachability (step 17)",
    ),
    (
        "call_forwarding_always",
        "do_not_disturb",
        "forwarding always (step 11) comes before do not disturb (step 13)",
    ),
    ("call_forwarding_busy", "do_not_disturb", "do not disturb is treated as busy (step 13, then 19)"),
    ("call_forwarding_no_answer", "do_not_disturb", "nothing rings, so nothing goes unanswered (step 13)"),
    (
        "call_forwarding_not_reachable",
        "do_not_disturb",
        "do not disturb (step 13) comes before reachability (step 17)",
    ),
];

#[test]
fn what_two_services_do_together_is_known_and_meant() {
    let settings = settings();
    let nothing = situations(&company(&[]));
    let alone: Vec<_> = settings.iter().map(|one| situations(&company(&[one]))).collect();
    let mut page = String::new();
    let mut met = BTreeSet::new();
    for (a, one) in settings.iter().enumerate() {
        for (b, other) in settings.iter().enumerate().skip(a + 1).filter(|(_, it)| it.service != one.service)
        {
            let both = situations(&company(&[one, other]));
            let lines = compare(&nothing, &alone[a], &alone[b], &both);
            if lines.is_empty() {
                continue;
            }
            met.insert((one.service, other.service));
            let reason = reason(one.service, other.service);
            writeln!(page, "{} + {}: {reason}\n{}", name(one), name(other), lines.concat()).unwrap();
        }
    }
    expect_file!["pairs.golden"].assert_eq(&page);
    let missing: Vec<_> = met.iter().filter(|(a, b)| reason(a, b) == "?").collect();
    assert!(missing.is_empty(), "no reason is given for {missing:?}");
    let idle: Vec<_> = REASONS.iter().filter(|(a, b, _)| !met.contains(&(*a, *b))).collect();
    assert!(idle.is_empty(), "these pairs do nothing together: {idle:?}");
}

fn reason(one: &str, other: &str) -> &'static str {
    REASONS.iter().find(|(a, b, _)| (*a, *b) == (one, other)).map_or("?", |(_, _, reason)| reason)
}

fn name(setting: &Setting) -> String {
    if setting.how.is_empty() {
        setting.service.to_owned()
    } else {
        format!("{} ({})", setting.service, setting.how)
    }
}

static NOBODY_SET: LazyLock<Office> = LazyLock::new(|| Office::new(&records(6)));

/// Six people; both parties of the call have these services.
fn company(settings: &[&Setting]) -> Office {
    let mut office = NOBODY_SET.clone();
    for setting in settings {
        let entry = pbx::catalogue::find(setting.service).unwrap();
        let owners = match entry.card.scope {
            pbx::feature::Scope::User => vec![Owner::Subscriber(ANNA), Owner::Subscriber(BERT)],
            pbx::feature::Scope::Group => vec![Owner::Group(GroupId(1))],
        };
        for owner in owners {
            office.directory.set(owner, setting.service, setting.settings.clone()).unwrap();
        }
    }
    office
}

/// What happens in every situation: its name and the outcome.
fn situations(office: &Office) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for text in ["202", CUSTOMER, "*67202", "*65202", "*70202", "*78", "*72203", "*21*", "*22", "299", "*86"]
    {
        let decision = office.asks(office.dials(ANNA, text), Point::Dialling);
        seen.push((format!("dialling {text}"), outcome(&decision.outcome)));
    }
    let mut anonymous = office.rings_in(Some(CUSTOMER), 202, vec![]);
    anonymous.caller.withheld = true;
    for (who, call) in [
        ("a colleague", office.arriving(ANNA, "202")),
        ("a customer", office.rings_in(Some(CUSTOMER), 202, vec![])),
        ("somebody anonymous", anonymous),
    ] {
        for availability in
            [Availability::Idle, Availability::OnCall, Availability::Full, Availability::Unreachable]
        {
            let call = Attempt { availability, ..call.clone() };
            let decision = office.asks(call, Point::Arriving);
            let diverter =
                decision.attempt.diversions.last().filter(|it| it.withheld).map_or("", |_| ", unnamed");
            seen.push((format!("{availability:?}, {who} calls"), outcome(&decision.outcome) + diverter));
        }
        for point in [Point::Busy, Point::NoAnswer, Point::NotReachable] {
            seen.push((
                format!("{}, {who} calls", point.name()),
                outcome(&office.asks(call.clone(), point).outcome),
            ));
        }
        let bert = office.directory.party(BERT).unwrap();
        let connected = connected_identity(&office.directory, &call, &bert);
        seen.push((format!("answered, {who} sees"), identity(&connected)));
        seen.push((format!("called by {who}, sees"), identity(&caller_identity(&office.directory, &call))));
    }
    seen
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Reach(destination) | Outcome::Divert { destination, .. } => match destination {
            Destination::Subscriber(id) => format!("goes to {id}"),
            Destination::Outside { number, shown, .. } => format!("goes to {number} as {}", identity(shown)),
        },
        Outcome::Ring(ring) => {
            let stage = &ring.plan.stages[0];
            let waiting = if stage.waiting { "waits" } else { "rings" };
            let ringback = ring.ringback.map_or(String::new(), |tone| format!(", caller hears {tone:?}"));
            format!("{waiting} {} s as {}{ringback}", stage.how_long.as_secs(), identity(&ring.shown))
        }
        Outcome::Refuse(cause, _) => format!("{cause:?}"),
        Outcome::Operate(operation) => {
            let service = operation.store.as_ref().map_or("nothing", |store| store.service);
            format!("stores {service}, says {:?}", operation.say)
        }
        Outcome::Emergency(_) => "help".to_owned(),
    }
}

fn identity(identity: &Identity) -> String {
    match &identity.shown {
        Shown::Number { number, .. } => number.to_string(),
        Shown::Withheld => "withheld".to_owned(),
        Shown::Unavailable => "unavailable".to_owned(),
        Shown::Unchanged => "unchanged".to_owned(),
    }
}

type Seen = [(String, String)];

/// The situations in which a pair is more than one of its services.
fn compare(nothing: &Seen, one: &Seen, other: &Seen, both: &Seen) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, (situation, joint)) in both.iter().enumerate() {
        let (none, first, second) = (&nothing[index].1, &one[index].1, &other[index].1);
        let new = joint != first && joint != second;
        let contest = first != none && second != none && first != second;
        if new || contest {
            lines.push(format!("    {situation}: {first} | {second} -> {joint}\n"));
        }
    }
    lines
}
