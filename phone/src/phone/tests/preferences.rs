//! Settings are kept and used at once; numbers from outside wait for a key.

use crate::account::{Account, Settings};
use crate::boundary::{Input, Kept, MediaFact};
use crate::view::{self, CallState, Command, DeviceChoice, Hearing, ProblemCode};

use super::world::World;

#[test]
fn a_changed_setting_is_used_kept_and_there_after_the_next_start() {
    let mut world = World::new();
    let desk = world.peer("anna");
    let mut settings = view::Settings::default();
    settings.sound.microphone = DeviceChoice::Device { id: "headset".into() };
    settings.looks.zoom = 500;

    world.done(desk, Command::ChangeSettings { settings: Box::new(settings.clone()) });
    world.done(desk, Command::ChangeSettings { settings: Box::new(settings.clone()) });

    let kept: Kept = world.desks[desk].kept.last().unwrap().clone();
    assert_eq!((world.desks[desk].kept.len(), world.desks[desk].sounds.len()), (1, 1), "once is enough");
    assert_eq!((world.desks[desk].window.settings.looks.zoom, kept.settings.looks.zoom), (200, 200));
    let next = world.desk(Settings::default());
    world.tell(next, Input::Kept(Box::new(kept)));
    assert_eq!(world.desks[next].window.settings.sound, settings.sound);
    assert_eq!(world.desks[next].sounds, [settings.sound]);
}

#[test]
fn one_favourite_too_many_is_refused_and_none_is_lost() {
    let mut world = World::new();
    let (desk, colleagues) = desk_with_colleagues(&mut world, 101);
    for colleague in &colleagues[..100] {
        world.done(desk, favourite(colleague, true));
    }

    let refused = world.ask(desk, favourite(&colleagues[100], true));

    assert_eq!(refused, Some(ProblemCode::FavouritesFull));
    assert_eq!(world.desks[desk].window.favourites, colleagues[..100]);
    world.done(desk, favourite(&colleagues[0], false));
    world.done(desk, favourite(&colleagues[100], true));
    assert_eq!(world.desks[desk].window.favourites, colleagues[1..]);
}

#[test]
fn favourites_who_are_no_colleagues_any_more_take_no_room_and_are_kept() {
    let mut world = World::new();
    let (desk, colleagues) = desk_with_colleagues(&mut world, 1);
    let account = world.desks[desk].window.account.as_ref().unwrap().address.clone();
    let gone: Vec<String> = (0..100).map(|number| format!("gone{number}")).collect();
    let kept = Kept { favourites: [(account, gone)].into(), ..Kept::default() };
    world.tell(desk, Input::Kept(Box::new(kept)));

    world.done(desk, favourite(&colleagues[0], true));

    assert_eq!(world.desks[desk].window.favourites.len(), 101);
}

#[test]
fn what_the_microphone_hears_is_shown_only_while_it_is_tried() {
    let mut world = World::new();
    let desk = world.peer("anna");
    world.tell(desk, Input::Media(MediaFact::Heard { peak: -20 }));
    assert_eq!(world.desks[desk].window.hearing, None);

    world.done(desk, Command::TryMicrophone { on: true });
    world.tell(desk, Input::Media(MediaFact::Heard { peak: -20 }));

    assert_eq!(world.desks[desk].window.hearing, Some(Hearing { peak: -20 }));
    assert!(world.desks[desk].tries_microphone);
    world.done(desk, Command::TryMicrophone { on: false });
    assert_eq!((world.desks[desk].window.hearing, world.desks[desk].tries_microphone), (None, false));
}

#[test]
fn a_link_waits_for_one_key() {
    let mut world = World::new();
    let (anna, bert) = (world.peer("anna"), world.peer("bert"));
    let link = "sip:bert@192.0.2.2?Replaces=x".to_owned();

    world.done(anna, Command::Prefill { text: link, site: Some("crm.example".into()) });

    assert!(world.desks[anna].window.calls.is_empty() && world.desks[bert].window.calls.is_empty());
    assert_eq!(world.desks[anna].window.prefill.as_ref().unwrap().to, "bert@192.0.2.2");
    world.done(anna, Command::DialPrefill);
    assert_eq!(world.state(bert), &CallState::Ringing);
    assert_eq!(world.desks[anna].window.prefill, None);
    assert_eq!(world.ask(anna, Command::DialPrefill), Some(ProblemCode::NotNow));
}

#[test]
fn a_trusted_site_dials_plain_numbers_and_nothing_else() {
    let mut world = World::new();
    let desk = world.peer("anna");
    let mut settings = view::Settings::default();
    settings.desktop.trusted_sites = vec!["crm.example".into()];
    world.done(desk, Command::ChangeSettings { settings: Box::new(settings) });
    let mut from = |text: &str, site: &str| {
        world.done(desk, Command::Prefill { text: text.into(), site: Some(site.into()) });
        !world.desks[desk].window.calls.is_empty()
    };

    assert!(!from("tel:*21*0612345678%23", "crm.example"), "an access code");
    assert!(!from("tel:112", "CRM.example"), "a call for help");
    assert!(!from("sip:a@elsewhere.example", "crm.example"), "an address elsewhere");
    assert!(!from("tel:0201234567", "evil.example"), "another site");
    assert!(from("tel:0201234567", "CRM.example"));
}

#[test]
fn what_is_no_number_is_refused_by_name() {
    let mut world = World::new();
    let desk = world.peer("anna");

    let refused = world.ask(desk, Command::Prefill { text: "NL91 ABNA 0417 1643 00".into(), site: None });

    assert_eq!(refused, Some(ProblemCode::NumberInvalid));
    assert_eq!(world.desks[desk].window.prefill, None);
}

#[test]
fn a_note_stays_with_its_call_and_is_never_longer_than_it_may_be() {
    let mut world = World::new();
    let (anna, bert) = (world.peer("anna"), world.peer("bert"));
    world.connect(anna, bert);
    let call = world.id(bert);

    world.done(bert, Command::Note { call, text: "é".repeat(2_000) });

    assert_eq!(world.call(bert).note.chars().count(), 1_000);
    assert_eq!(
        world.ask(bert, Command::Note { call: "gone".into(), text: String::new() }),
        Some(ProblemCode::CallGone)
    );
}

/// Somebody who watches so many colleagues.
fn desk_with_colleagues(world: &mut World, count: u32) -> (usize, Vec<String>) {
    let colleagues: Vec<String> = (200..200 + count).map(|extension| extension.to_string()).collect();
    let desk = world.desk(Settings { watch: colleagues.clone(), ..Settings::default() });
    world.tell(desk, Input::SignIn(Box::new(Account::parse("anna@192.0.2.1").unwrap())));
    (desk, colleagues)
}

fn favourite(colleague: &str, on: bool) -> Command {
    Command::SetFavourite { colleague: colleague.to_owned(), on }
}
