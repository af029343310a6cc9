//! What is outside a licence is hidden, refused and silent, all three or none of them.

use std::sync::Arc;

use pbx_api::Profile;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::attempt::Availability;
use crate::call::asking;
use crate::catalogue::{DIALLING, SERVICES};
use crate::clip::Prompt;
use crate::directory::{Code, Directory, Owner, Takes};
use crate::feature::{Cause, KeyChange, KeyRuling, KeyState, Point, Scope, Standing};
use crate::features::{BusyLampField, CallForwardingAlways, DoNotDisturb};
use crate::resolve::Outcome;
use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, office, records};
use crate::trace::Said;

fn counted(counts: &[(Licence, u32)]) -> CompanyRecords {
    let mut records = records();
    records.company.licences = counts.iter().copied().collect();
    records
}

fn built(records: &CompanyRecords) -> Office {
    Office { directory: Directory::build(records).unwrap(), memory: Default::default() }
}

#[test]
fn a_company_that_counts_nothing_has_everything() {
    let office = office();
    let offered = office.directory.offered(Owner::Subscriber(ANNA)).count();

    let of_people = SERVICES.iter().filter(|entry| office.directory.may_have(Owner::Subscriber(ANNA), entry));
    assert_eq!(offered, of_people.count());
    let rights = office.directory.rights(Owner::Subscriber(ANNA));
    assert!(["F-130", "F-221", "F-262", "F-112"].iter().all(|function| rights.includes(function)));
}

#[test]
fn profile_and_options_add_up() {
    let mut records =
        counted(&[(Licence::Office, 3), (Licence::FixedMobile, 1), (Licence::ReceptionPremium, 1)]);
    records.company.licences.extend([(Licence::RecordingOneYear, 1), (Licence::MenuPackage, 1)]);
    records.subscribers[1].profile = Profile::FixedMobile;
    records.subscribers[1].options = BTreeSet::from([Licence::ReceptionPremium, Licence::RecordingOneYear]);
    records.subscribers[2].options = BTreeSet::new();
    let office = built(&records);
    let includes = |who, function| office.directory.rights(Owner::Subscriber(who)).includes(function);

    for function in ["F-065", "C-4", "F-002", "F-290", "F-112"] {
        assert!(includes(ANNA, function), "{function}");
    }
    for function in ["F-130", "F-187", "F-174", "F-262", "F-104", "F-216"] {
        assert!(!includes(ANNA, function), "{function}");
    }
    for function in ["F-130", "F-187", "F-174", "F-262"] {
        assert!(includes(BERT, function), "{function}");
    }
}

#[test]
fn a_group_holds_nothing_and_has_what_its_site_has() {
    let mut records = counted(&[(Licence::Office, 4)]);
    let group = json!({ "id": 50, "kind": "hunt_group", "name": "Verkoop", "login": "verkoop", "group": 1,
        "extension": "250" });
    let mut group: SubscriberRecord = serde_json::from_value(group).unwrap();
    records.subscribers.push(group.clone());
    let people = records.subscribers.len() - 1;

    let office = built(&records);

    assert_eq!(holders(&records)[&Licence::Office].len(), people);
    let offered: Vec<_> =
        office.directory.offered(Owner::Subscriber(group.id)).map(|entry| entry.card.id).collect();
    assert!(offered.contains(&"hunt_group") && !offered.contains(&"call_waiting"), "{offered:?}");
    group.profile = Profile::FixedMobile;
    group.options = BTreeSet::from([Licence::ReceptionEntry]);
    *records.subscribers.last_mut().unwrap() = group;
    let errors: Vec<String> =
        Directory::build(&records).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "subscriber 50, profile: a group holds no licences",
            "subscriber 50, options: a group holds no licences"
        ]
    );
}

#[test]
fn control_of_recording_needs_a_recording() {
    let reception = BTreeSet::from([Licence::Office, Licence::ReceptionEntry]);
    let both = BTreeSet::from([Licence::Office, Licence::ReceptionEntry, Licence::RecordingNinetyDays]);

    assert!(Rights::of(&reception).includes("F-171") && !Rights::of(&reception).includes("F-172"));
    assert!(Rights::of(&both).includes("F-172"));
}

#[test]
fn a_site_has_what_any_licence_of_its_company_brings() {
    let office = built(&counted(&[(Licence::Office, 4)]));
    let site = Owner::Group(crate::directory::GroupId(1));

    let rights = office.directory.rights(site);

    assert!(rights.includes("F-089") && !rights.includes("F-130") && !rights.includes("F-104"));
    assert!(office.directory.offered(site).any(|entry| entry.card.id == "music_on_hold"));
}

#[test]
fn more_than_there_are_is_found_with_everybody_who_holds_one() {
    let mut records = counted(&[(Licence::Office, 1), (Licence::FixedMobile, 7)]);
    records.subscribers[3].profile = Profile::FixedMobile;
    records.subscribers[0].profile = Profile::None;

    let found = shortages(&records);

    let short = Shortage { licence: Licence::Office, count: 1, holders: vec![BERT, CARLA] };
    assert_eq!(found, [short]);
    let errors: Vec<String> =
        Directory::build(&records).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["company, licences.office: 2 hold `office` and there are 1"]);
    records.company.licences.clear();
    assert!(shortages(&records).is_empty() && Directory::build(&records).is_ok());
}

#[test]
fn options_are_options_and_one_of_a_family_is_enough() {
    let mut records = records();
    records.subscribers[0].options = BTreeSet::from([Licence::Office, Licence::MenuPackage]);
    records.subscribers[1].options =
        BTreeSet::from([Licence::ReceptionEntry, Licence::ReceptionPlusPremium, Licence::CallCenterPremium]);

    let errors: Vec<String> =
        Directory::build(&records).unwrap_err().iter().map(ToString::to_string).collect();

    assert_eq!(
        errors,
        [
            "subscriber 1, options: `office` is no option of a user",
            "subscriber 1, options: `menu_package` is no option of a user",
            "subscriber 2, options: `reception_entry` and `reception_plus_premium` stand for each other: one is enough",
        ]
    );
}

#[test]
fn settings_outside_the_licence_stay_stored_and_do_not_act() {
    let mut office = office();
    office.set(BERT, &CallForwardingAlways { active: true, forward_to: "203".parse().ok() });
    office.set(BERT, &DoNotDisturb { active: true });
    office.set(BERT, &BusyLampField { watched: vec![ANNA], ..BusyLampField::default() });
    restrict(&mut office, BERT, [64, 69, 80]);

    let rings = office.arrive(office.call(ANNA, "202"), Availability::Idle);

    assert!(matches!(rings, Outcome::Ring(_)), "{rings:?}");
    assert!(office.directory.settings::<BusyLampField>(BERT).watched.is_empty());
    assert_eq!(asking::standing(&office.directory, BERT), Standing::default());
    let stored = office.directory.stored_settings(Owner::Subscriber(BERT), "do_not_disturb");
    assert_eq!(stored, Some(json!({ "active": true })));
}

#[test]
fn a_desk_telephone_s_key_outside_the_licence_is_neither_shown_nor_taken() {
    let mut office = office();
    restrict(&mut office, BERT, [69]);

    let change = KeyChange::DoNotDisturb { active: true };
    let shown = asking::key_states(&office.directory, BERT);

    assert!(shown.iter().all(|key| !matches!(key, KeyState::DoNotDisturb { .. })), "{shown:?}");
    assert_eq!(asking::key_set(&office.directory, BERT, &change), KeyRuling::Pass);
}

#[test]
fn a_code_for_one_call_is_refused_before_the_number_is_looked_at() {
    let mut office = office();
    restrict(&mut office, ANNA, [40]);

    let outcome = office.dial(ANNA, "*67202").outcome;

    assert_eq!(outcome, Outcome::Refuse(Cause::Forbidden, Prompt::NotInLicence.into()));
}

fn restrict(office: &mut Office, who: SubscriberId, functions: impl IntoIterator<Item = u16>) {
    office.directory.restrict(who, Rights::lacking(functions));
}

/// Something to dial for a code.
fn text(code: Code) -> String {
    let argument = match code.takes() {
        Takes::Nothing | Takes::MaybeDigits => "",
        Takes::Digits => "3",
        Takes::Entry1 => "2203",
        Takes::Entry2 => "20203",
        Takes::Number | Takes::MaybeNumber | Takes::PerCall => "203",
    };
    format!("{}{argument}", code.default_text())
}

proptest! {
    #[test]
    fn what_is_hidden_is_refused_and_silent_and_what_is_shown_is_not(
        lacks in prop::collection::btree_set(21_u16..290, 0..120),
    ) {
        let mut office = office();
        restrict(&mut office, BERT, lacks.iter().copied());
        let owner = Owner::Subscriber(BERT);
        let rights = office.directory.rights(owner);
        let offered: BTreeSet<_> = office.directory.offered(owner).map(|entry| entry.card.id).collect();
        let features = office.directory.features(BERT);

        for code in Code::ALL {
            let refused = Outcome::Refuse(Cause::Forbidden, Prompt::NotInLicence.into());
            let told = office.dial(BERT, &text(*code)).outcome == refused;
            prop_assert_eq!(told, !rights.includes(code.function()), "{:?}", code);
        }
        for entry in SERVICES.iter() {
            // What is a site's the site has, whatever one of its people holds.
            let own = entry.card.scope != Scope::Group;
            let lacking = own && number(entry.card.function).is_some_and(|number| lacks.contains(&number));
            prop_assert_eq!(features.withholds(entry), lacking, "{}", entry.card.id);
            if office.directory.may_have(owner, entry) {
                prop_assert_eq!(!offered.contains(entry.card.id), lacking, "{}", entry.card.id);
            }
        }
        let mut call = office.outside_call(Some(CUSTOMER), false, "+31201230202");
        call.availability = Availability::OnCall;
        let arriving = office.resolve(call, Point::Arriving).trace;
        let dialling = office.dial(BERT, "203").trace;
        for step in arriving.0.iter().chain(&dialling.0).filter(|step| step.subscriber == Some(BERT)) {
            let asked = SERVICES.iter().find(|entry| entry.card.id == step.asked);
            let withheld = asked.is_some_and(|entry| features.withholds(entry));
            let aside = step.said == Said::SetAside(crate::resolve::UNLICENSED);
            prop_assert_eq!(aside, withheld, "{}", step);
        }
        prop_assert!(DIALLING.iter().all(|entry| dialling.0.iter().any(|step| step.asked == entry.card.id)));
    }

    #[test]
    fn a_right_is_there_exactly_when_some_licence_that_is_held_brings_it(
        profile in prop_oneof![Just(Profile::Office), Just(Profile::FixedMobile), Just(Profile::None)],
        options in prop::collection::btree_set(prop::sample::select(Licence::ALL.to_vec()), 0..4),
        function in 1_u16..300,
    ) {
        let held: BTreeSet<Licence> = profile.licence().into_iter().chain(options).collect();
        let brings = |licence: &Licence, number| row(*licence).functions().contains(&number);
        let needs_recording = (172..=176).contains(&function);
        let by_itself = !needs_recording || held.iter().any(|licence| brings(licence, 262));

        let includes = Rights::of(&held).includes(&format!("F-{function:03}"));

        let nobody_s = !Licence::ALL.iter().any(|licence| brings(licence, function));
        let expected = nobody_s || (by_itself && held.iter().any(|licence| brings(licence, function)));
        prop_assert_eq!(includes, expected);
    }
}

impl Directory {
    fn restrict(&mut self, who: SubscriberId, rights: Rights) {
        let found = self.subscribers.get_mut(&who).unwrap();
        Arc::make_mut(found).rights = Arc::new(rights);
    }
}
