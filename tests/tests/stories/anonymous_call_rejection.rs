//! Anonymous call rejection (F-061).

use pbx::call::Source;
use pbx::clip::{Clip, Prompt};
use pbx::features::{AnonymousCallRejection, CallingLineIdDeliveryBlocking, RejectionTreatment};
use system_tests::world::{CallState, Person, World};

/// Somebody outside calls Anna and asks the provider not to show the number (RFC 3323).
fn calls_anonymously(world: &mut World, outsider: Person) {
    let identity = "<sip:+31612345678@provider.example>";
    world.dials_with(outsider, "+31850000201", &[("P-Asserted-Identity", identity), ("Privacy", "id")]);
}

fn rejects(treatment: RejectionTreatment) -> AnonymousCallRejection {
    AnonymousCallRejection { active: true, treatment }
}

#[test]
fn who_hides_the_number_hears_why_and_nothing_rings_or_is_missed() {
    let (mut world, [anna]) = World::new(61, ["Anna"]);
    let outside = world.outsider();
    world.set(anna, &rejects(RejectionTreatment::Announcement));

    calls_anonymously(&mut world, outside);
    world.seconds(1);

    let why = vec![Clip::Prompt(Prompt::AnonymousRefused)];
    let heard = world.heard(outside);
    assert!(
        heard.iter().any(|it| matches!(it, Source::Announcement { clips, .. } if *clips == why)),
        "{heard:?}"
    );
    assert!(world.line(outside).is_some_and(|line| line.early_media), "{}", world.ladder());
    world.seconds(20);
    assert_eq!(world.state(outside), Some(CallState::Over(Some(433))), "{}", world.ladder());
    assert_eq!(world.state(anna), None, "no INVITE reached her telephone");
    let logged: Vec<_> = world.records.iter().flat_map(|record| &record.log).collect();
    assert!(logged.is_empty(), "{logged:?}");
}

#[test]
fn who_has_no_number_and_who_shows_it_ring() {
    let (mut world, [anna]) = World::new(62, ["Anna"]);
    let outside = world.outsider();
    world.set(anna, &rejects(RejectionTreatment::Announcement));

    world.dials_with(outside, "+31850000201", &[]);
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(outside);
    world.seconds(1);

    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn a_colleague_who_hides_the_number_rings() {
    let (mut world, [anna, bert]) = World::new(63, ["Anna", "Bert"]);
    world.set(anna, &rejects(RejectionTreatment::Announcement));
    world.set(bert, &CallingLineIdDeliveryBlocking { active: true });

    world.dials(bert, "201");
    world.seconds(1);

    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn seeming_busy_answers_486_without_a_word() {
    let (mut world, [anna]) = World::new(64, ["Anna"]);
    let outside = world.outsider();
    world.set(anna, &rejects(RejectionTreatment::Busy));

    calls_anonymously(&mut world, outside);
    world.seconds(5);

    assert_eq!(world.state(outside), Some(CallState::Over(Some(486))), "{}", world.ladder());
    assert_eq!(world.state(anna), None);
}

#[test]
fn a_telephone_switches_it_by_code() {
    let (mut world, [anna]) = World::new(65, ["Anna"]);
    let outside = world.outsider();
    world.dials(anna, "*77");
    world.seconds(10);

    calls_anonymously(&mut world, outside);
    world.seconds(20);
    assert_eq!(world.state(outside), Some(CallState::Over(Some(433))), "{}", world.ladder());

    world.dials(anna, "*87");
    world.seconds(10);
    calls_anonymously(&mut world, outside);
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
}
