//! What holds for every company, whatever is set and whoever calls.

use std::sync::LazyLock;

use pbx::attempt::{Availability, OutsideDiversion};
use pbx::catalogue::{self, SERVICES};
use pbx::directory::{Owner, SubscriberId, SubscriberKind};
use pbx::feature::{Card, Point, Scope, Treatment};
use pbx::resolve::{Decision, Outcome};
use pbx::trace::Said;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::office::{CUSTOMER, Office, records};

const PEOPLE: u32 = 5;
const LIMIT: u32 = 12;

/// A service of somebody, set to something.
#[derive(Debug, Clone)]
struct Setting {
    whom: u32,
    service: &'static str,
    settings: Value,
}

/// A call in a company.
#[derive(Debug, Clone)]
struct Scene {
    settings: Vec<Setting>,
    stand: Vec<Availability>,
    caller: Option<u32>,
    called: u32,
    limit: u32,
    counted: u32,
}

fn destination() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (1..=PEOPLE).prop_map(|n| (200 + n).to_string()),
        2 => (1..=PEOPLE).prop_map(|n| format!("+3188{:07}", 200 + n)),
        1 => Just(CUSTOMER.to_owned()),
        1 => Just("0612345678".to_owned()),
    ]
}

fn service() -> impl Strategy<Value = (&'static str, Value)> {
    let forward = |service: &'static str| {
        (any::<bool>(), destination())
            .prop_map(move |(active, to)| (service, json!({ "active": active, "forward_to": to })))
    };
    let switch =
        |service: &'static str| any::<bool>().prop_map(move |active| (service, json!({ "active": active })));
    prop_oneof![
        forward("call_forwarding_always"),
        forward("call_forwarding_busy"),
        forward("call_forwarding_not_reachable"),
        (any::<bool>(), destination(), prop_oneof![Just(0), 2..=20]).prop_map(|(active, to, rings)| (
            "call_forwarding_no_answer",
            json!({ "active": active, "forward_to": to, "rings": rings })
        )),
        switch("do_not_disturb"),
        switch("call_waiting"),
        switch("calling_line_id_delivery_blocking"),
        switch("internal_calling_line_id_delivery"),
        switch("external_calling_line_id_delivery"),
        switch("connected_line_identification_presentation"),
        switch("connected_line_identification_restriction"),
    ]
}

fn scene() -> impl Strategy<Value = Scene> {
    let setting =
        (1..=PEOPLE, service()).prop_map(|(whom, (service, settings))| Setting { whom, service, settings });
    let availability = prop_oneof![
        Just(Availability::Idle),
        Just(Availability::OnCall),
        Just(Availability::Full),
        Just(Availability::Unreachable),
    ];
    let settings = prop::collection::vec(setting, 0..16);
    let stand = prop::collection::vec(availability, PEOPLE as usize);
    (settings, stand, prop::option::of(1..=PEOPLE), 1..=PEOPLE, 1..=LIMIT, 0..4_u32).prop_map(
        |(settings, stand, caller, called, limit, counted)| Scene {
            settings,
            stand,
            caller,
            called,
            limit,
            counted,
        },
    )
}

/// The company with a limit of one redirection, of two, and so on.
static COMPANIES: LazyLock<Vec<Office>> = LazyLock::new(|| {
    let company = |limit| {
        let mut records = records(PEOPLE);
        records.company.diversion_limit = limit;
        Office::new(&records)
    };
    (1..=LIMIT).map(company).collect()
});

fn office(scene: &Scene) -> Office {
    let mut office = COMPANIES[scene.limit as usize - 1].clone();
    for setting in &scene.settings {
        office.with_json(SubscriberId(setting.whom), setting.service, setting.settings.clone());
    }
    office
}

fn play(office: &Office, scene: &Scene) -> Vec<Decision> {
    let attempt = match scene.caller {
        Some(caller) => office.dials(SubscriberId(caller), &(200 + scene.called).to_string()),
        None => {
            let before = OutsideDiversion {
                number: None,
                reason: "unknown".to_owned(),
                counter: scene.counted,
                withheld: false,
            };
            office.rings_in(Some(CUSTOMER), 200 + scene.called, vec![before])
        }
    };
    let stand: Vec<_> =
        scene.stand.iter().enumerate().map(|(n, it)| (SubscriberId(n as u32 + 1), *it)).collect();
    office.follows(attempt, &stand)
}

/// Whether the last answer that decided something fits what is done.
fn explained(decision: &Decision) -> bool {
    let take = decision.trace.last_take().map(|step| &step.said);
    match (&decision.outcome, take) {
        (Outcome::Divert { .. }, Some(Said::Take(Treatment::Redirect { to, reason }))) => {
            decision.attempt.diversions.last().is_some_and(|it| (it.to, it.reason) == (to.number, *reason))
        }
        (Outcome::Divert { .. }, _) => false,
        (Outcome::Refuse(cause, _), Some(Said::Take(Treatment::Become(_, because)))) => cause == because,
        (Outcome::Ring(_), Some(Said::Take(Treatment::Become(..) | Treatment::Reject(..)))) => false,
        (
            Outcome::Refuse(..)
            | Outcome::Ring(_)
            | Outcome::Hunt(_)
            | Outcome::Convene(_)
            | Outcome::Reach(_)
            | Outcome::Operate(_)
            | Outcome::Ask(..)
            | Outcome::Act(_)
            | Outcome::Emergency(_),
            _,
        ) => true,
    }
}

proptest! {
    #[test]
    fn a_call_ends_within_the_limit_of_redirections(scene in scene()) {
        let decisions = play(&office(&scene), &scene);

        let last = &decisions.last().unwrap().attempt;
        prop_assert!(last.diversions.len() as u32 <= scene.limit);
        prop_assert!(last.diversions.is_empty() || last.diversion_count() <= scene.limit);
        prop_assert!(decisions.len() as u32 <= 2 * scene.limit + 4, "{} decisions", decisions.len());
    }

    #[test]
    fn nobody_is_met_twice(scene in scene()) {
        let decisions = play(&office(&scene), &scene);

        let attempt = &decisions.last().unwrap().attempt;
        let mut met: Vec<_> = attempt.diversions.iter().map(|it| it.by).collect();
        met.sort();
        met.dedup();
        prop_assert_eq!(met.len(), attempt.diversions.len());
    }

    #[test]
    fn nothing_that_is_set_changes_who_calls(scene in scene()) {
        let decisions = play(&office(&scene), &scene);

        let caller = &decisions[0].attempt.caller;
        for decision in &decisions {
            prop_assert_eq!(&decision.attempt.caller, caller);
            if let Outcome::Ring(ring) = &decision.outcome {
                prop_assert_eq!(ring.shown.asserted, caller.number);
            }
        }
    }

    #[test]
    fn a_service_at_its_defaults_changes_nothing(scene in scene(), whom in 1..=PEOPLE, index in any::<prop::sample::Index>()) {
        let of_people = |card: &Card| card.scope != Scope::Group && catalogue::has(SubscriberKind::Person, card);
        let users: Vec<_> = SERVICES.iter().filter(|entry| of_people(&entry.card)).collect();
        let entry = index.get(&users);
        let plain = office(&scene);
        let owner = Owner::Subscriber(SubscriberId(whom));
        prop_assume!(plain.directory.stored_settings(owner, entry.card.id).is_none());

        let mut explicit = plain.clone();
        explicit.with_json(SubscriberId(whom), entry.card.id, entry.default_settings());

        prop_assert_eq!(play(&explicit, &scene), play(&plain, &scene));
    }

    #[test]
    fn the_last_answer_explains_what_is_done(scene in scene()) {
        for decision in play(&office(&scene), &scene) {
            prop_assert!(explained(&decision), "{:?}\n{}", decision.outcome, decision.trace);
        }
    }

    #[test]
    fn the_same_call_goes_the_same_way(scene in scene()) {
        let first = play(&office(&scene), &scene);
        let second = play(&office(&scene), &scene);

        prop_assert_eq!(first, second);
    }

    #[test]
    fn the_callers_half_does_not_see_what_the_called_party_has_set(scene in scene()) {
        let Some(caller) = scene.caller else { return Ok(()) };
        let mut alone = scene.clone();
        alone.settings.retain(|setting| setting.whom == caller);

        let with = play(&office(&scene), &scene);
        let without = play(&office(&alone), &alone);

        prop_assert_eq!(&with[0], &without[0]);
    }

    #[test]
    fn any_text_can_be_dialled(text in "\\PC*", by in 1..=PEOPLE) {
        let office = &COMPANIES[0];

        if let pbx::attempt::Opened::Attempt(attempt) = office.opens(SubscriberId(by), &text) {
            office.asks(*attempt, Point::Dialling);
        }
    }

    #[test]
    fn any_code_can_be_dialled(text in "[*#+0-9]{0,24}", by in 1..=PEOPLE) {
        let office = &COMPANIES[0];

        if let pbx::attempt::Opened::Attempt(attempt) = office.opens(SubscriberId(by), &text) {
            let decision = office.asks(*attempt, Point::Dialling);
            if let Outcome::Operate(operation) = decision.outcome {
                prop_assert!(!operation.say.is_empty(), "{} was carried out in silence", text);
            }
        }
    }
}
