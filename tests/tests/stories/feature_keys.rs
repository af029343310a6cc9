//! Feature keys (C-6): a desk telephone shows do not disturb and forwarding as they are set, and sets them.

use std::time::Duration;

use pbx::features::{CallForwardingAlways, CallForwardingBusy, CallForwardingNoAnswer, DoNotDisturb};
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const CSTA: &str = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";

#[test]
fn a_telephone_that_begins_to_watch_is_told_every_setting() {
    let (mut world, [anna, ..]) = World::new(1, PEOPLE);
    let forward_to = "203".parse().ok();
    world.set(anna, &CallForwardingNoAnswer { active: true, forward_to, rings: 5 });
    world.set(anna, &CallForwardingBusy { active: false, forward_to: "202;no-forward".parse().ok() });

    world.watches_keys(anna, "201");
    world.seconds(1);

    let told = keys(&world, anna, "201");
    assert_eq!(told.matches("--balie-keys\r\n").count(), 4, "{told}");
    assert!(told.contains("<doNotDisturbOn>false</doNotDisturbOn>"), "{told}");
    assert!(told.contains(&forwarding("forwardImmediate", false, "")), "{told}");
    assert!(told.contains(&forwarding("forwardBusy", false, "*80202")), "{told}");
    assert!(told.contains(&forwarding("forwardNoAns", true, "203")), "{told}");
    assert_eq!(told.matches("<ringCount>").count(), 1, "{told}");
    assert!(told.contains("<ringCount>5</ringCount>"), "{told}");
}

#[test]
fn whoever_changes_a_setting_every_telephone_is_told_in_the_same_instant() {
    let (mut world, [anna, ..]) = World::new(2, PEOPLE);
    let second = world.second_telephone(anna);
    for telephone in [anna, second] {
        world.watches_keys(telephone, "201");
    }
    world.seconds(1);

    world.set(anna, &DoNotDisturb { active: true });
    both_are_told(&mut world, [anna, second], "<doNotDisturbOn>true</doNotDisturbOn>");

    world.dials(anna, "*79");
    world.seconds(1);
    both_are_told(&mut world, [anna, second], "<doNotDisturbOn>false</doNotDisturbOn>");

    world.uses_key(second, "201", &set_forwarding("forwardImmediate", true, "202", ""));
    both_are_told(&mut world, [anna, second], &forwarding("forwardImmediate", true, "202"));
}

#[test]
fn a_change_tells_what_changed_and_nothing_else() {
    let (mut world, [anna, bert, _]) = World::new(3, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    world.ladder();

    world.set(bert, &DoNotDisturb { active: true });
    world.set(anna, &pbx::features::CallWaiting { active: false, ..Default::default() });
    world.seconds(1);
    assert_eq!(world.ladder(), "", "neither somebody else's settings nor one without a key");

    world.set(anna, &CallForwardingAlways { active: true, forward_to: "203".parse().ok() });
    world.seconds(1);
    let told = keys(&world, anna, "201");
    assert!(told.contains("ForwardingEvent") && !told.contains("doNotDisturbOn"), "{told}");
    assert_eq!(world.ladder().matches("NOTIFY").count(), 2, "one, and its answer");
}

#[test]
fn what_a_key_sets_is_stored_answered_and_told_in_this_order() {
    let (mut world, [anna, bert, carla]) = World::new(4, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    world.ladder();

    world.uses_key(anna, "201", &set_forwarding("forwardImmediate", true, "203", ""));
    world.seconds(1);

    let kept = world.directory().settings::<CallForwardingAlways>(world.subscriber(anna));
    assert_eq!(kept, CallForwardingAlways { active: true, forward_to: "203".parse().ok() });
    let ladder = world.ladder();
    let rungs: Vec<&str> =
        ladder.lines().filter_map(|rung| rung.split_once("Balie -> Anna: ")).map(|it| it.1).collect();
    assert_eq!(rungs.len(), 2, "{ladder}");
    assert!(rungs[0].starts_with("200 OK (SUBSCRIBE)") && rungs[1].starts_with("NOTIFY"), "{ladder}");
    assert!(keys(&world, anna, "201").contains(&forwarding("forwardImmediate", true, "203")));

    world.dials(bert, "201");
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(anna), None);
}

#[test]
fn do_not_disturb_by_key_is_do_not_disturb() {
    let (mut world, [anna, bert, _]) = World::new(5, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);

    world.uses_key(anna, "201", &set_do_not_disturb(true));
    world.seconds(1);
    world.dials(bert, "201");
    world.seconds(2);
    assert_eq!(world.state(bert), Some(CallState::Over(Some(486))), "{}", world.ladder());

    world.uses_key(anna, "201", &set_do_not_disturb(false));
    world.seconds(1);
    world.dials(bert, "201");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn a_forward_is_switched_off_and_on_again_without_its_number() {
    let (mut world, [anna, ..]) = World::new(6, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    let kept = |world: &World| world.directory().settings::<CallForwardingNoAnswer>(world.subscriber(anna));

    world.uses_key(anna, "201", &set_forwarding("forwardNoAns", true, "sip:203@balie.example", "4"));
    world.seconds(1);
    let on = CallForwardingNoAnswer { active: true, forward_to: "203".parse().ok(), rings: 4 };
    assert_eq!(kept(&world), on);
    world.uses_key(anna, "201", &set_forwarding("forwardNoAns", false, "", ""));
    world.seconds(1);
    assert_eq!(kept(&world), CallForwardingNoAnswer { active: false, ..on });
    assert!(keys(&world, anna, "201").contains(&forwarding("forwardNoAns", false, "203")));
    world.uses_key(anna, "201", &set_forwarding("forwardNoAns", true, "", ""));
    world.seconds(1);
    assert_eq!(kept(&world), on);
}

#[test]
fn what_is_refused_is_told_again_as_it_stands_and_the_telephone_goes_on_watching() {
    let (mut world, [anna, ..]) = World::new(7, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    let event = "application/x-as-feature-event+xml";
    let off = |name| forwarding(name, false, "");

    for (body, answer, again) in [
        ((event, set_forwarding("forwardImmediate", true, "112", "")), "403", off("forwardImmediate")),
        ((event, set_forwarding("forwardBusy", true, "299", "")), "403", off("forwardBusy")),
        ((event, set_forwarding("forwardBusy", true, "", "")), "403", off("forwardBusy")),
        (
            (event, set_forwarding("forwardBusy", true, "sip:203@buren.example", "")),
            "403",
            off("forwardBusy"),
        ),
        ((event, set_forwarding("forwardNoAns", true, "203", "21")), "403", off("forwardNoAns")),
        ((event, agent_state()), "403", off("forwardBusy")),
        ((event, "<SetDoNotDisturb>".to_owned()), "400", off("forwardBusy")),
        ((event, "<MonitorStart/>".to_owned()), "400", off("forwardBusy")),
        (("text/plain", set_do_not_disturb(true)), "415", off("forwardBusy")),
    ] {
        world.ladder();
        world.asks(anna, "201", (body.0, &body.1));
        world.seconds(1);

        let ladder = world.ladder();
        assert!(ladder.contains(&format!("Balie -> Anna: {answer} ")), "{body:?}: {ladder}");
        assert!(ladder.contains("Balie -> Anna: NOTIFY"), "{body:?}: {ladder}");
        assert!(keys(&world, anna, "201").contains(&again), "{body:?}: {}", keys(&world, anna, "201"));
    }

    let subscriber = world.subscriber(anna);
    assert_eq!(world.directory().settings::<CallForwardingBusy>(subscriber), CallForwardingBusy::default());
    assert!(!world.directory().settings::<DoNotDisturb>(subscriber).active);
    world.set(anna, &DoNotDisturb { active: true });
    world.seconds(1);
    assert!(keys(&world, anna, "201").contains("<doNotDisturbOn>true</doNotDisturbOn>"));
}

#[test]
fn what_cannot_be_stored_is_refused_and_told_as_it_stands() {
    let (mut world, [anna, ..]) = World::new(8, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    world.stores_nothing();
    world.ladder();

    world.uses_key(anna, "201", &set_do_not_disturb(true));
    world.seconds(1);

    let ladder = world.ladder();
    assert!(ladder.contains("Balie -> Anna: 500 "), "{ladder}");
    let told = keys(&world, anna, "201");
    assert!(
        told.contains("<doNotDisturbOn>false</doNotDisturbOn>") && !told.contains("Forwarding"),
        "{told}"
    );
}

#[test]
fn a_telephone_sets_the_keys_of_its_own_subscriber_and_of_nobody_else() {
    let (mut world, [anna, bert, _]) = World::new(9, PEOPLE);
    world.ladder();

    world.watches_keys(bert, "201");
    world.watches_keys_and_sets(bert, "201", &set_do_not_disturb(true));
    world.seconds(1);
    assert_eq!(world.ladder().matches("Balie -> Bert: 403 Forbidden (SUBSCRIBE)").count(), 2);
    assert!(world.telephone(bert).lamps.is_empty());

    world.watches_keys(bert, "202");
    world.seconds(1);
    world.uses_key(bert, "202", &set_do_not_disturb(true).replace("7659366", "201"));
    world.seconds(1);

    let active = |who: Person| world.directory().settings::<DoNotDisturb>(world.subscriber(who)).active;
    assert_eq!((active(anna), active(bert)), (false, true), "whatever device the document names");
}

#[test]
fn who_begins_with_a_wish_is_told_everything_when_it_is_stored_and_nothing_when_it_is_refused() {
    let (mut world, [anna, bert, _]) = World::new(10, PEOPLE);

    world.watches_keys_and_sets(anna, "201", &set_do_not_disturb(true));
    world.watches_keys_and_sets(bert, "202", &set_forwarding("forwardBusy", true, "112", ""));
    world.seconds(1);

    let told = keys(&world, anna, "201");
    assert_eq!(told.matches("--balie-keys\r\n").count(), 4, "{told}");
    assert!(told.contains("<doNotDisturbOn>true</doNotDisturbOn>"), "{told}");
    assert!(world.telephone(bert).lamps.is_empty());
    assert!(world.ladder().contains("Balie -> Bert: 403 Forbidden (SUBSCRIBE)"));
    assert_eq!(world.counts().map(|counts| counts.watchers), Some(1));
}

#[test]
fn a_bare_refresh_brings_every_setting_again() {
    let (mut world, [anna, ..]) = World::new(11, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    world.set(anna, &DoNotDisturb { active: true });
    world.seconds(1);
    assert!(!keys(&world, anna, "201").contains("Forwarding"));

    world.seconds(600);

    assert!(keys(&world, anna, "201").contains("ForwardingEvent"), "{}", world.ladder());
}

#[test]
fn who_has_no_account_any_more_sets_nothing() {
    let (mut world, [anna, ..]) = World::new(12, PEOPLE);
    world.watches_keys(anna, "201");
    world.seconds(1);
    world.takes_the_account_of(anna);
    world.seconds(1);
    world.ladder();

    world.uses_key(anna, "201", &set_do_not_disturb(true));
    world.seconds(1);

    assert!(world.ladder().contains("Balie -> Anna: 481 "));
    assert!(!world.directory().settings::<DoNotDisturb>(world.subscriber(anna)).active);
}

/// The last document that a telephone was sent.
fn keys(world: &World, who: Person, extension: &str) -> String {
    world.telephone(who).lamps.get(extension).cloned().unwrap_or_default()
}

fn both_are_told(world: &mut World, telephones: [Person; 2], text: &str) {
    world.run_for(Duration::from_millis(10));
    for telephone in telephones {
        let told = keys(world, telephone, "201");
        assert!(told.contains(text), "{telephone:?}: {told}");
    }
}

/// How a document says that a forward stands.
fn forwarding(name: &str, active: bool, to: &str) -> String {
    format!(
        "<forwardingType>{name}</forwardingType>\r\n  <forwardStatus>{active}</forwardStatus>\r\n  \
         <forwardTo>{to}</forwardTo>\r\n"
    )
}

fn set_do_not_disturb(active: bool) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<SetDoNotDisturb xmlns=\"{CSTA}\">\n\
         <device>7659366</device>\n<doNotDisturbOn>{active}</doNotDisturbOn>\n</SetDoNotDisturb>\n"
    )
}

fn set_forwarding(name: &str, active: bool, to: &str, rings: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<SetForwarding xmlns=\"{CSTA}\">\n\
         <device>7659366</device>\n<forwardingType>{name}</forwardingType>\n\
         <activateForward>{active}</activateForward>\n<forwardDN>{to}</forwardDN>\n\
         <ringCount>{rings}</ringCount>\n</SetForwarding>\n"
    )
}

fn agent_state() -> String {
    format!(
        "<SetAgentState xmlns=\"{CSTA}\"><device/><requestedAgentState>ready</requestedAgentState>\
         </SetAgentState>"
    )
}
