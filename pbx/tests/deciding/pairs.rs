//! The matrix of pairs: what two services do together that neither does alone.
//!
//! Every pair is set on both parties of a call and seen in every situation. What needs no word is not printed: that each
//! changes its own part of the outcome, that whoever takes the call leaves nothing to change, and that of two who want it
//! the one that is asked first wins. Each pair that is printed has its reason here; a reason without a pair is an error.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use expect_test::expect_file;
use pbx::attempt::{Attempt, Availability, Identity, Shown};
use pbx::catalogue::{self, List};
use pbx::clip::RingPattern;
use pbx::directory::{GroupId, Owner, SubscriberId};
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
        setting("speed_dial_8", "", json!({ "entries": [{ "code": "2", "to": "203" }] })),
        setting("speed_dial_100", "", json!({ "entries": [{ "code": "02", "to": "203" }] })),
        setting("last_number_redial", "", json!({})),
        setting("call_return", "", json!({ "anonymous": true })),
        setting("automatic_callback", "", json!({ "active": true })),
        setting("push_to_talk", "off", json!({ "answers": false })),
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
        setting(
            "alternate_numbers",
            "",
            json!({ "numbers": [{ "number": "alternate_1", "pattern": "short_short_long" }] }),
        ),
        setting("privacy", "all", json!({ "directory": true, "phone_status": true })),
        setting("priority_alert", "", json!({ "entries": [{ "name": "Everybody" }] })),
        setting(
            "selective_call_acceptance",
            "colleagues",
            json!({ "entries": [{ "name": "Colleagues", "from": "internal" }] }),
        ),
        setting(
            "selective_call_rejection",
            "a customer",
            json!({ "entries": [{ "name": "A customer", "from": "chosen", "numbers": [CUSTOMER] }] }),
        ),
        setting("call_forwarding_always", "", forward("203")),
        setting("call_forwarding_busy", "", forward("204")),
        setting(
            "call_forwarding_selective",
            "",
            json!({ "active": true, "forward_to": "206", "entries": [{ "when": { "name": "Everybody" } }] }),
        ),
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
        setting("intercept_user", "", json!({ "active": true, "outgoing": "colleagues" })),
        setting("intercept_group", "", json!({ "active": true, "forward_to": "204" })),
        setting("night_service", "on", json!({ "mode": "on", "forward_to": "206" })),
        setting("own_night_service", "on", json!({ "mode": "on" })),
        setting("own_night_service", "off", json!({ "mode": "off" })),
        setting("own_night_service", "elsewhere", json!({ "mode": "on", "forward_to": "205" })),
        setting("diversion_inhibitor", "", json!({})),
        setting(
            "call_notify",
            "",
            json!({ "mail_to": "bert@kantoor.example", "entries": [{ "name": "Everybody" }] }),
        ),
        setting("busy_lamp_field", "", json!({ "watched": [1, 2] })),
        setting("custom_ringback_group", "", json!({ "active": true, "source": { "file": "site" } })),
        setting(
            "custom_ringback_user",
            "",
            json!({ "active": true, "entries": [{ "when": { "name": "Everybody" }, "source": { "file": "own" } }] }),
        ),
        setting("music_on_hold_user", "", json!({ "source": { "file": "own" } })),
        setting("call_pickup", "", json!({})),
        setting("directed_call_pickup", "", json!({})),
        setting("directed_call_pickup_with_barge_in", "unheard", json!({ "warning_tone": false })),
        setting("barge_in_exempt", "", json!({ "active": true })),
        setting("automatic_hold_retrieve", "", json!({ "active": true })),
        setting("call_park", "long", json!({ "recall_pattern": "long_long", "recall_seconds": 60 })),
        setting("music_on_hold", "off", json!({ "during_hold": false })),
        setting("n_way_call", "", json!({ "others": 4 })),
        setting("instant_group_call", "", json!({ "members": [{ "number": "203" }, { "number": "204" }] })),
        setting("hunt_group", "", json!({ "members": [{ "subscriber": 3 }] })),
        setting("hunt_group", "busy", json!({ "members": [{ "subscriber": 3 }], "busy": true })),
        setting(
            "enhanced_outgoing_calling_plan",
            "a code for fixed lines",
            json!({ "code_for": ["fixed"], "codes": [{ "id": 1, "pin": "2580" }] }),
        ),
        setting("call_capacity_management", "", json!({})),
        setting("incoming_calling_plan", "colleagues only", json!({ "from_outside": "only_redirected" })),
        setting(
            "outgoing_calling_plan",
            "colleagues only",
            json!({ "originating": ["internal"], "redirecting": ["mobile"], "redirected": false }),
        ),
    ]
}

/// Why two services give what they give together.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "call_waiting",
        "automatic_callback",
        "whoever takes no second call (step 18) is in a call, and can be waited for (step 21)",
    ),
    (
        "anonymous_call_rejection",
        "night_service",
        "seeming busy to anonymous callers (step 4) comes before the night (step 9)",
    ),
    (
        "anonymous_call_rejection",
        "own_night_service",
        "seeming busy to anonymous callers (step 4) comes before the night (step 9)",
    ),
    (
        "call_waiting",
        "custom_ringback_group",
        "the waiting tone of whoever is called wins over the site's sound: the caller knows that they wait",
    ),
    (
        "call_waiting",
        "custom_ringback_user",
        "the waiting tone of whoever is called wins over their own sound: the caller knows that they wait",
    ),
    (
        "connected_line_identification_restriction",
        "intercept_group",
        "the redirecting party stays unnamed on the call that is sent on (C-5)",
    ),
    (
        "connected_line_identification_restriction",
        "night_service",
        "the redirecting party stays unnamed on the call that is sent on (C-5)",
    ),
    (
        "connected_line_identification_restriction",
        "own_night_service",
        "the redirecting party stays unnamed on the call that is sent on (C-5)",
    ),
    ("custom_ringback_group", "custom_ringback_user", "a user's own sound wins over the site's (F-050)"),
    (
        "intercept_group",
        "outgoing_calling_plan",
        "a redirection that the plan denies counts as off (ruling R-7)",
    ),
    (
        "night_service",
        "outgoing_calling_plan",
        "a redirection that the plan denies counts as off (ruling R-7)",
    ),
    ("night_service", "own_night_service", "the own choice wins over the site's (F-070)"),
    (
        "own_night_service",
        "outgoing_calling_plan",
        "a redirection that the plan denies counts as off (ruling R-7)",
    ),
    (
        "call_forwarding_busy",
        "hunt_group",
        "a group that is busy, or in which nobody can be reached, is forwarded as busy (ruling R-17)",
    ),
    (
        "call_forwarding_no_answer",
        "hunt_group",
        "the group's own no-answer service ends the ringing of all at once (ruling R-18)",
    ),
    (
        "alternate_numbers",
        "priority_alert",
        "a priority call rings as such, whichever number it came by (ruling R-21)",
    ),
    (
        "anonymous_call_rejection",
        "selective_call_acceptance",
        "seeming busy to anonymous callers (step 4) comes before the list of those who may call (step 6)",
    ),
    (
        "anonymous_call_rejection",
        "selective_call_rejection",
        "seeming busy to anonymous callers (step 4) comes before the list of those who may not call (step 5)",
    ),
    (
        "anonymous_call_rejection",
        "call_forwarding_selective",
        "seeming busy to anonymous callers (step 4) comes before selective forwarding (step 10)",
    ),
    (
        "connected_line_identification_restriction",
        "call_forwarding_selective",
        "the redirecting party stays unnamed on the forwarded call (C-5)",
    ),
    (
        "call_waiting",
        "calling_line_id_delivery_blocking",
        "a hidden caller stays hidden while waiting; without room to wait there is nobody to show",
    ),
    ("call_waiting", "call_forwarding_busy", "without call waiting a second call is busy (steps 18 and 19)"),
    (
        "calling_line_id_delivery_blocking",
        "internal_calling_line_id_delivery",
        "withheld by the caller says more than not delivered to the called party",
    ),
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
        "do_not_disturb",
        "anonymous callers are rejected (step 4) before do not disturb (step 13)",
    ),
    ("call_forwarding_busy", "do_not_disturb", "do not disturb is treated as busy (step 13, then 19)"),
    (
        "call_forwarding_always",
        "outgoing_calling_plan",
        "a forward whose destination the plan denies counts as off (ruling R-7)",
    ),
    (
        "call_forwarding_busy",
        "outgoing_calling_plan",
        "a forward whose destination the plan denies counts as off (ruling R-7)",
    ),
    (
        "call_forwarding_selective",
        "outgoing_calling_plan",
        "a forward whose destination the plan denies counts as off (ruling R-7)",
    ),
    (
        "call_forwarding_no_answer",
        "outgoing_calling_plan",
        "a forward whose destination the plan denies counts as off (ruling R-7)",
    ),
    (
        "call_forwarding_not_reachable",
        "outgoing_calling_plan",
        "a forward whose destination the plan denies counts as off (ruling R-7)",
    ),
    ("internal_calling_line_id_delivery", "automatic_hold_retrieve", "a station calls nobody"),
    ("call_forwarding_always", "automatic_hold_retrieve", "a station calls nobody"),
    ("call_forwarding_selective", "automatic_hold_retrieve", "a station calls nobody"),
    ("do_not_disturb", "automatic_hold_retrieve", "a station calls nobody"),
    ("intercept_user", "automatic_hold_retrieve", "a station calls nobody"),
    ("intercept_group", "automatic_hold_retrieve", "a station calls nobody"),
    (
        "call_forwarding_not_reachable",
        "automatic_hold_retrieve",
        "a station has no telephone: whoever is not put through to it finds nobody there, and is sent on",
    ),
    (
        "anonymous_call_rejection",
        "automatic_hold_retrieve",
        "seeming busy to anonymous callers (step 4) comes before the station (step 16)",
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
            let lines =
                compare([&nothing, &alone[a], &alone[b], &both], asked_first(one.service, other.service));
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

const GROUP: SubscriberId = SubscriberId(50);
const GROUP_NUMBER: &str = "+31880000250";
/// A group call.
const ALL_HANDS: SubscriberId = SubscriberId(51);
const ALL_HANDS_NUMBER: &str = "+31880000251";

static NOBODY_SET: LazyLock<Office> = LazyLock::new(|| {
    let mut records = records(6);
    let group = json!({ "id": GROUP, "kind": "hunt_group", "name": "Verkoop", "login": "verkoop", "group": 1,
        "extension": "250", "numbers": [GROUP_NUMBER] });
    records.subscribers.push(serde_json::from_value(group).unwrap());
    let everybody = json!({ "id": ALL_HANDS, "kind": "instant_group_call", "name": "Iedereen",
        "login": "iedereen", "group": 1, "extension": "251", "numbers": [ALL_HANDS_NUMBER] });
    records.subscribers.push(serde_json::from_value(everybody).unwrap());
    Office::new(&records)
});

/// Six people and two groups; both parties of the call, and the groups, have these services.
fn company(settings: &[&Setting]) -> Office {
    let mut office = NOBODY_SET.clone();
    for setting in settings {
        let entry = catalogue::find(setting.service).unwrap();
        let owners = match entry.card.scope {
            pbx::feature::Scope::User | pbx::feature::Scope::Managed => {
                [ANNA, BERT, GROUP, ALL_HANDS].map(Owner::Subscriber).to_vec()
            }
            pbx::feature::Scope::Group | pbx::feature::Scope::Inherited => vec![Owner::Group(GroupId(1))],
        };
        for owner in owners {
            if !office.directory.may_have(owner, entry) {
                continue;
            }
            office.directory.set(owner, setting.service, setting.settings.clone()).unwrap();
        }
    }
    office
}

/// What happens in every situation: its name and the outcome.
fn situations(office: &Office) -> Vec<(String, Seen)> {
    let mut seen = Vec::new();
    for text in [
        "202",
        "2",
        "##02",
        "*66",
        "*69",
        CUSTOMER,
        "*67202",
        "*65202",
        "*70202",
        "*78",
        "*72203",
        "*21*",
        "*22",
        "299",
        "*86",
        "*80202",
        "conference",
    ] {
        let decision = office.asks(office.dials(ANNA, text), Point::Dialling);
        seen.push((format!("dialling {text}"), outcome(&decision.outcome)));
    }
    let mut anonymous = office.rings_in(Some(CUSTOMER), 202, vec![]);
    anonymous.caller.withheld = true;
    let second = office.rings_in_at("+31850000202", Some(CUSTOMER), vec![]);
    for (who, call) in [
        ("a colleague", office.arriving(ANNA, "202")),
        ("a customer", office.rings_in(Some(CUSTOMER), 202, vec![])),
        ("somebody anonymous", anonymous),
        ("a customer by the second number", second),
        ("a customer of the group", office.rings_in_at(GROUP_NUMBER, Some(CUSTOMER), vec![])),
        ("a customer of the group call", office.rings_in_at(ALL_HANDS_NUMBER, Some(CUSTOMER), vec![])),
    ] {
        for availability in
            [Availability::Idle, Availability::OnCall, Availability::Full, Availability::Unreachable]
        {
            let call = Attempt { availability, ..call.clone() };
            let decision = office.asks(call, Point::Arriving);
            let diverter =
                decision.attempt.diversions.last().filter(|it| it.withheld).map_or("", |_| ", unnamed");
            let mut outcome = outcome(&decision.outcome);
            outcome.what += diverter;
            seen.push((format!("{availability:?}, {who} calls"), outcome));
        }
        for point in [Point::Busy, Point::NoAnswer, Point::NotReachable] {
            seen.push((
                format!("{}, {who} calls", point.name()),
                outcome(&office.asks(call.clone(), point).outcome),
            ));
        }
        let bert = office.directory.party(BERT).unwrap();
        let connected = connected_identity(&office.directory, &call, &bert);
        let caller = caller_identity(&office.directory, &call);
        seen.push((format!("answered, {who} sees"), Seen::only(identity(&connected))));
        seen.push((format!("called by {who}, sees"), Seen::only(identity(&caller))));
    }
    seen
}

/// What happens, in parts that services decide apart from each other.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    what: String,
    /// How it is done: for how long, as whom, with which sounds for the caller and here.
    how: [String; 4],
}

impl Seen {
    fn only(what: String) -> Self {
        Self { what, how: Default::default() }
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)?;
        self.how.iter().filter(|how| !how.is_empty()).try_for_each(|how| write!(f, " {how}"))
    }
}

fn outcome(outcome: &Outcome) -> Seen {
    match outcome {
        Outcome::Reach(destination) | Outcome::Divert { destination, .. } => match destination {
            Destination::Subscriber(id) => Seen::only(format!("goes to {id}")),
            Destination::Outside { number, shown, .. } => {
                let shown = format!("as {}", identity(shown));
                Seen {
                    what: format!("goes to {number}"),
                    how: [String::new(), shown, String::new(), String::new()],
                }
            }
        },
        Outcome::Ring(ring) => {
            let stage = &ring.plan.stages[0];
            let what = if stage.waiting { "waits" } else { "rings" }.to_owned();
            let ringback =
                ring.ringback.as_ref().map_or(String::new(), |it| format!("while the caller hears {it:?}"));
            let pattern = match ring.pattern {
                RingPattern::Normal => String::new(),
                pattern => format!("with {pattern:?}"),
            };
            let long = format!("{} s", stage.how_long.as_secs());
            let how = [long, format!("as {}", identity(&ring.shown)), ringback, pattern];
            Seen { what, how }
        }
        Outcome::Hunt(hunt) => {
            let long = format!("{} s", hunt.ring_for.as_secs());
            Seen {
                what: "is offered to the members".to_owned(),
                how: [long, String::new(), String::new(), String::new()],
            }
        }
        Outcome::Convene(plan) => Seen::only(format!("calls {} numbers at once", plan.members.len())),
        Outcome::Refuse(cause, _) => Seen::only(format!("{cause:?}")),
        Outcome::Operate(operation) => {
            let service = operation.store.as_ref().map_or("nothing", |store| store.service);
            Seen::only(format!("stores {service}, says {:?}", operation.say))
        }
        Outcome::Ask(_, by) => Seen::only(format!("{by} asks first")),
        Outcome::Act(action) => Seen::only(format!("{action:?}")),
        Outcome::Emergency(_) => Seen::only("help".to_owned()),
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

/// Whether the first of two services is asked before the other. A call arrives before it meets anything else.
fn asked_first(one: &str, other: &str) -> Option<bool> {
    let arriving: &[&List] =
        &[&catalogue::ARRIVING, &catalogue::NOT_REACHABLE, &catalogue::BUSY, &catalogue::NO_ANSWER];
    let orders = [arriving, &[&catalogue::PRESENTING], &[&catalogue::DIALLING]];
    orders.into_iter().find_map(|lists| {
        let mut asked = lists.iter().flat_map(|list| list.iter()).map(|entry| entry.card.id);
        let first = asked.find(|id| [one, other].contains(id))?;
        asked.any(|id| id != first && [one, other].contains(&id)).then_some(first == one)
    })
}

/// The situations in which a pair is more than its two services, given what happens with none, each, and both of them.
fn compare([nothing, one, other, both]: [&[(String, Seen)]; 4], one_first: Option<bool>) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, (situation, joint)) in both.iter().enumerate() {
        let (none, first, second) = (&nothing[index].1, &one[index].1, &other[index].1);
        if !goes_without_saying(none, [first, second], joint, one_first) {
            lines.push(format!("    {situation}: {first} | {second} -> {joint}\n"));
        }
    }
    lines
}

fn goes_without_saying(none: &Seen, [one, other]: [&Seen; 2], joint: &Seen, one_first: Option<bool>) -> bool {
    match (one.what != none.what, other.what != none.what) {
        (true, true) if one == other => joint == one,
        (true, true) => one_first.is_some_and(|first| joint == if first { one } else { other }),
        (true, false) => joint == one,
        (false, true) => joint == other,
        (false, false) => {
            let merged = |part: usize| -> Option<&String> {
                let [none, one, other] = [none, one, other].map(|seen| &seen.how[part]);
                match (one != none, other != none) {
                    (true, true) if one != other => None,
                    (true, _) => Some(one),
                    (false, _) => Some(other),
                }
            };
            joint.what == none.what && (0..4).all(|part| merged(part) == Some(&joint.how[part]))
        }
    }
}
