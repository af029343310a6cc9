//! Several accounts on one phone: 201 at the first exchange, 301 at that of another company.

use std::time::Duration;

use sip::endpoint::{CallKey, Command as Sip, Content};
use sip::message::Fields;

use crate::account::Settings;
use crate::boundary::Input;
use crate::view::{
    CallState, Command, CommandResult, EndCause, HeldBy, ProblemCode, Registration, Secret, SignInStage,
};

use super::{Exchange, OFFER, Office};

#[test]
fn two_accounts_are_registered_and_the_newer_one_dials() {
    let mut office = Office::with_two();

    let choices = &office.window().accounts;
    let ids: Vec<&str> = choices.iter().map(|choice| choice.id.as_str()).collect();
    assert_eq!(ids, ["201@example.nl", "301@other.example"]);
    assert!(choices.iter().all(|choice| is_registered(&choice.registration)), "{choices:?}");
    assert_eq!(office.active(), "301@other.example");

    assert_eq!(office.ask(Command::Dial { to: "300".into() }), None);

    assert!(office.exchange.invites.is_empty());
    let invitation = office.second().invitations[0].clone();
    assert_eq!(invitation.uri().to_string(), "sip:300@other.example");
    assert!(invitation.value("From").unwrap().contains("sip:301@other.example"));
    assert_eq!(office.window().calls[0].account.as_deref(), Some("301"));
}

#[test]
fn a_call_to_the_account_that_is_not_in_use_rings_and_goes_by_that_account_to_its_end() {
    let mut office = Office::with_two();

    office.call_in(&[]);
    assert_eq!((office.state(), office.label()), (&CallState::Ringing, Some("201")));
    assert_eq!(office.world.call(office.phone).via, None, "it is that person's own number");
    let call = office.world.id(office.phone);
    assert_eq!(office.ask(Command::Answer { call: call.clone() }), None);
    assert_eq!(office.state(), &CallState::Active);

    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    let consulted = office.exchange.invites[0];
    assert!(office.exchange.invitations[0].value("From").unwrap().contains("sip:201@example.nl"));
    office.sip(Sip::Answer { call: consulted, content: Content::sdp(OFFER) });
    office.ask(Command::TransferComplete { call });

    let (_, refer_to) = &office.exchange.refers[0];
    assert!(refer_to.starts_with("<sip:203@example.nl?Replaces="), "{refer_to}");
    assert!(office.second().invites.is_empty() && office.second().refers.is_empty());
}

#[test]
fn answering_a_call_to_one_account_holds_the_call_of_another() {
    let mut office = Office::with_two();
    office.ask(Command::Dial { to: "300".into() });
    let dialled = office.second().invites[0];
    office.sip_second(Sip::Answer { call: dialled, content: Content::sdp(OFFER) });
    assert_eq!(office.state(), &CallState::Active);

    office.in_conversation();

    let states: Vec<&CallState> = office.window().calls.iter().map(|call| &call.state).collect();
    assert_eq!(states, [&CallState::Held { by: HeldBy::Us }, &CallState::Active]);
}

#[test]
fn another_account_is_in_use_at_once_and_no_call_notices() {
    let mut office = Office::with_two();
    office.in_conversation();

    assert_eq!(office.ask(Command::SwitchAccount { account: "201@example.nl".into() }), None);

    assert_eq!((office.active(), office.state()), ("201@example.nl", &CallState::Active));
    office.ask(Command::Dial { to: "203".into() });
    assert_eq!(office.exchange.invitations[0].uri().to_string(), "sip:203@example.nl");
    let unknown = office.ask(Command::SwitchAccount { account: "999@example.nl".into() });
    assert_eq!(unknown, Some(ProblemCode::NotSignedIn));
}

#[test]
fn who_may_not_sign_in_beside_the_others_changes_nothing_for_them() {
    let mut office = Office::with_two();
    office.in_conversation();
    let before = office.window().accounts.clone();

    office.second().registers = 401;
    office.ask(sign_in("302@other.example", "192.0.2.8"));

    assert!(matches!(office.last_outcome(), Some(CommandResult::Failed { .. })));
    let form = office.window().sign_in.clone().unwrap();
    assert_eq!((form.stage, form.problem.unwrap().code), (SignInStage::Form, ProblemCode::WrongPassword));
    assert_eq!((&office.window().accounts, office.active()), (&before, "301@other.example"));
    assert_eq!((office.state(), office.label()), (&CallState::Active, Some("201")));
    assert_eq!(office.ask(Command::CancelSignIn), None);
    assert_eq!(office.window().sign_in, None, "who is signed in needs no form");
}

#[test]
fn an_attempt_that_is_given_up_leaves_the_others_as_they_were_and_they_call_meanwhile() {
    let mut office = Office::with_two();
    office.ask(sign_in("401@silent.example", "192.0.2.77"));
    assert!(matches!(office.window().sign_in.as_ref().unwrap().stage, SignInStage::Connecting { .. }));

    office.in_conversation();
    assert_eq!(office.ask(Command::Dial { to: "300".into() }), None);
    office.ask(Command::CancelSignIn);

    assert_eq!((office.window().sign_in.as_ref(), office.window().accounts.len()), (None, 2));
    let calls = office.window().calls.iter().filter(|call| call.is_alive()).count();
    assert_eq!(calls, 2);
    let outcomes = &office.world.desks[office.phone].outcomes;
    let failed = outcomes.iter().filter(|(_, result)| matches!(result, CommandResult::Failed { .. }));
    assert_eq!(failed.count(), 1, "whoever waited for it is told");
}

#[test]
fn who_signs_out_leaves_the_next_account_in_use_with_its_calls() {
    let mut office = Office::with_two();
    office.in_conversation();
    office.ask(Command::Dial { to: "300".into() });

    assert_eq!(office.ask(Command::SignOut), None);

    assert_eq!((office.active(), office.window().accounts.len()), ("201@example.nl", 1));
    let states: Vec<&CallState> = office.window().calls.iter().map(|call| &call.state).collect();
    assert_eq!(states, [&CallState::Held { by: HeldBy::Us }, &CallState::Ended { cause: EndCause::HungUp }]);
    let desk = &office.world.desks[office.phone];
    assert_eq!(desk.secrets.keys().collect::<Vec<_>>(), ["201@example.nl"]);
    let roster = desk.remembered.last().unwrap();
    assert_eq!((roster.accounts.len(), roster.active.as_str()), (1, "201@example.nl"));

    office.ask(Command::SignOut);
    assert_eq!(office.window().account, None);
    assert_eq!(office.window().sign_in.as_ref().unwrap().user, "201@example.nl");
}

#[test]
fn the_next_start_brings_all_accounts_back_and_the_one_in_use() {
    let mut office = Office::with_two();
    office.ask(Command::SwitchAccount { account: "201@example.nl".into() });
    let remembered = office.world.desks[office.phone].memory();

    office.phone = office.world.desk(Settings::default());
    office.world.tell(office.phone, Input::Remembered(remembered.clone()));
    office.run();

    let window = office.window();
    assert_eq!(window.accounts.iter().filter(|one| is_registered(&one.registration)).count(), 2);
    assert_eq!((office.active(), &window.sign_in), ("201@example.nl", &None));
    office.ask(Command::SwitchAccount { account: "301@other.example".into() });
    let roster = office.world.desks[office.phone].remembered.last().unwrap();
    let users: Vec<&str> = roster.accounts.iter().map(|known| known.user.as_str()).collect();
    assert_eq!(users, remembered.entrances.iter().map(|one| one.user.as_str()).collect::<Vec<_>>());
}

#[test]
fn an_account_whose_secret_cannot_be_had_now_is_not_forgotten() {
    let mut office = Office::with_two();
    let mut remembered = office.world.desks[office.phone].memory();
    remembered.entrances[1].secret = None;

    office.phone = office.world.desk(Settings::default());
    office.world.tell(office.phone, Input::Remembered(remembered));
    office.run();

    assert_eq!((office.active(), &office.window().sign_in), ("201@example.nl", &None));
    office.ask(sign_in("302@other.example", "192.0.2.8"));
    let roster = office.world.desks[office.phone].remembered.last().unwrap();
    let users: Vec<&str> = roster.accounts.iter().map(|known| known.user.as_str()).collect();
    assert_eq!(users, ["201@example.nl", "302@other.example", "301@other.example"]);
}

#[test]
fn an_exchange_that_goes_away_takes_only_its_own_account_along() {
    let mut office = Office::with_two();
    office.second().off = true;

    office.pass(Duration::from_secs(30));

    let states: Vec<bool> =
        office.window().accounts.iter().map(|one| is_registered(&one.registration)).collect();
    assert_eq!(states, [true, false]);
    assert_eq!(office.ask(Command::Dial { to: "300".into() }), Some(ProblemCode::NotSignedIn));
    office.in_conversation();
    office.second().off = false;
    office.pass(Duration::from_secs(10));
    assert!(office.window().accounts.iter().all(|one| is_registered(&one.registration)));
}

#[test]
fn accounts_of_one_exchange_are_told_apart_and_a_seventh_is_refused() {
    let mut office = Office::new(200);
    let mut contacts = Vec::new();
    for user in 201..207 {
        assert_eq!(office.ask(sign_in(&format!("{user}@example.nl"), "192.0.2.9")), None);
        contacts.push(office.exchange.contact.clone());
    }

    assert_eq!(
        office.ask(sign_in("207@example.nl", "192.0.2.9")),
        Some(ProblemCode::AccountsFull),
        "{:?}",
        office.window().accounts
    );
    assert_eq!((office.window().accounts.len(), office.active()), (6, "206@example.nl"));
    office.exchange.contact = contacts[2].clone();
    office.call_in(&[]);
    assert_eq!(office.label(), Some("203"));
}

#[test]
fn who_signs_in_again_takes_the_place_of_the_older_and_its_calls() {
    let mut office = Office::with_two();
    office.in_conversation();

    assert_eq!(office.ask(sign_in("201@example.nl", "192.0.2.9")), None);

    assert_eq!((office.active(), office.window().accounts.len()), ("201@example.nl", 2));
    assert_eq!((office.state(), office.label()), (&CallState::Active, Some("201")));
    let call = office.world.id(office.phone);
    office.ask(Command::HangUp { call });
    assert_eq!(office.exchange.ended, [CallKey(office.exchange.calls)]);
    assert_eq!(office.window().recents.len(), 1, "the call stands in the records of who took over");
}

#[test]
fn a_three_way_call_across_accounts_goes_on_with_who_stays() {
    let mut office = Office::with_two();
    let first = office.in_conversation();
    office.ask(Command::Dial { to: "300".into() });
    let dialled = office.second().invites[0];
    office.sip_second(Sip::Answer { call: dialled, content: Content::sdp(OFFER) });
    let second = office.world.id(office.phone);
    assert_eq!(office.ask(Command::ThreeWay { call: second, with: Some(first) }), None);
    assert_eq!(office.world.desks[office.phone].hearing(), (2, 2));

    office.ask(Command::SignOut);

    assert_eq!(office.second().ended.len(), 1);
    assert_eq!((office.state(), office.label()), (&CallState::Active, None));
    let call = office.world.id(office.phone);
    assert_eq!(office.ask(Command::TransferBlind { call, to: "203".into() }), None);
    assert_eq!(office.exchange.refers[0].1, "<sip:203@example.nl>");
}

#[test]
fn stopping_leaves_every_exchange_and_forgets_nobody() {
    let mut office = Office::with_two();
    office.in_conversation();

    office.world.tell(office.phone, Input::Stop);
    office.run();

    let desk = &office.world.desks[office.phone];
    assert!(desk.phone.is_idle());
    assert_eq!((desk.secrets.len(), desk.remembered.last().unwrap().accounts.len()), (2, 2));
}

impl Office {
    /// 201 and 301 are signed in, and 301 is in use.
    fn with_two() -> Self {
        let mut office = Self::new(200);
        office.open_second();
        assert_eq!(office.ask(sign_in("201@example.nl", "192.0.2.9")), None);
        assert_eq!(office.ask(sign_in("301@other.example", "192.0.2.8")), None);
        office
    }

    fn second(&mut self) -> &mut Exchange {
        self.second.as_mut().unwrap()
    }

    fn sip_second(&mut self, command: Sip) {
        let now = self.world.now;
        self.second().endpoint.handle(now, sip::endpoint::Input::Do(command));
        self.run();
    }

    fn active(&self) -> &str {
        &self.window().account.as_ref().unwrap().id
    }

    /// By which account the last call goes.
    fn label(&self) -> Option<&str> {
        self.world.call(self.phone).account.as_deref()
    }
}

fn is_registered(state: &Registration) -> bool {
    matches!(state, Registration::Registered { .. })
}

fn sign_in(user: &str, server: &str) -> Command {
    let password = Secret("geheim".to_owned());
    Command::SignIn { server: format!("sip:{server}"), user: user.to_owned(), password }
}
