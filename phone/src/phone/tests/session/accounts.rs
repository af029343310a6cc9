//! Anna is signed in at two Balie exchanges: her own, and that of Y, where she has another name and other colleagues.

use std::time::Duration;

use pbx_api::event::CLOSE_SESSION_ENDED;
use serde_json::{Value, json};

use crate::account::Settings;
use crate::boundary::Input;
use crate::exchange::{Trouble, WebAnswer, WebEffect, WebFact, WebId};
use crate::view::{
    CallState, Command, CommandResult, EndCause, LampState, ProblemCode, Registration, Secret,
};

use super::{Office, call_event, contact, hello, me, telephone, user};

const HERE: &str = "anna@x.example";
const THERE: &str = "jansen@y.example";

#[test]
fn the_window_shows_the_people_of_the_account_in_use() {
    let mut office = Office::at_two();
    office.answer_at(HERE, "/api/v1/me/contacts", &json!([contact("a1", "Zoë Bakker")]));
    office.answer_at(
        THERE,
        "/api/v1/me/contacts",
        &json!([contact("b1", "Vera de Wit"), contact("b2", "Wim")]),
    );
    assert_eq!((office.colleague(), office.window().contacts.count), ("Carla", 2));
    office.ask(Command::Search { text: "bert".to_owned() });
    assert!(office.window().search.rows.is_empty());
    office.ask(Command::SetFavourite { colleague: "4".to_owned(), on: true });

    office.switch_to(HERE);

    assert_eq!((office.colleague(), office.window().contacts.count), ("Bert", 1));
    assert_eq!(office.window().search.rows[0].to, "202", "what stands in the box is looked for here");
    assert!(office.window().favourites.is_empty());
    assert_eq!(office.window().account.as_ref().unwrap().extension.as_deref(), Some("201"));
}

#[test]
fn do_not_disturb_is_that_of_the_account_in_use() {
    let mut office = Office::at_two();

    office.ask(Command::SetDoNotDisturb { on: true });

    assert_eq!(office.asked_last("/api/v1/users/3/features/do_not_disturb"), THERE);
}

#[test]
fn a_caller_is_named_by_the_colleagues_of_the_account_that_is_called() {
    let mut office = Office::at_two();

    office.call_in(&[]);

    let call = office.world.call(office.phone);
    assert_eq!((call.party.colleague.as_deref(), call.account.as_deref()), (Some("2"), Some("Anna")));
}

#[test]
fn a_session_that_is_lost_leaves_the_lamps_of_the_other_certain() {
    let mut office = Office::at_two();

    office.deaf_at(THERE, None);

    assert!(office.window().colleagues[0].lamp.stale_since.is_some());
    office.switch_to(HERE);
    let lamp = &office.window().colleagues[0].lamp;
    assert_eq!((lamp.state, lamp.stale_since), (LampState::Available, None));
}

#[test]
fn a_session_that_has_ended_is_told_with_its_name_and_the_other_goes_on() {
    let mut office = Office::at_two();
    office.switch_to(HERE);

    office.deaf_at(THERE, Some(CLOSE_SESSION_ENDED));

    let problem = office.window().problems[0].clone();
    assert_eq!((problem.code, problem.account.as_deref()), (ProblemCode::SessionEnded, Some("Jansen")));
    assert!(office.window().accounts.iter().all(|one| is_registered(&one.registration)), "calls come in");
    assert_eq!(office.window().colleagues[0].lamp.stale_since, None);

    office.sign_in_there();
    assert!(office.window().problems.is_empty(), "the newer session has taken its place");
    assert_eq!(office.window().accounts.len(), 2);
}

#[test]
fn an_exchange_that_started_anew_cuts_only_its_own_calls() {
    let mut office = Office::at_two();
    office.in_conversation();

    office.deaf_at(THERE, None);
    office.pass(Duration::from_secs(1));
    office.hello_at(THERE, "y2");
    assert_eq!(office.state(), &CallState::Active);
    assert!(office.window().problems.is_empty(), "{:?}", office.window().problems);

    office.deaf_at(HERE, None);
    office.pass(Duration::from_secs(1));
    office.hello_at(HERE, "e2");
    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::Lost });
    assert_eq!(office.window().problems[0].account.as_deref(), Some("Anna"));
}

#[test]
fn calls_that_two_exchanges_know_by_one_number_are_two_calls() {
    let mut office = Office::at_two();
    let call = office.in_conversation();
    let leg = office.own_leg();
    office.event_at(HERE, &json!({"legs": [leg], "note": "offerte"}));

    office.event_at(THERE, &json!({"note": "klacht", "ended": true}));
    assert_eq!((office.window().calls[0].note.as_str(), office.state()), ("offerte", &CallState::Active));

    office.ask(Command::Note { call, text: "offerte 12".to_owned() });
    assert_eq!(office.asked_last("/api/v1/calls/7/note"), HERE);
}

#[test]
fn the_next_start_takes_up_both_sessions_without_a_password() {
    let mut office = Office::at_two();
    office.switch_to(HERE);
    let remembered = office.world.desks[office.phone].memory();

    office.phone = office.world.desk(Settings::default());
    office.world.tell(office.phone, Input::Remembered(remembered));
    office.run();

    let window = office.window();
    assert_eq!((window.account.as_ref().unwrap().id.as_str(), &window.sign_in), (HERE, &None));
    assert!(window.accounts.iter().all(|one| is_registered(&one.registration)), "{:?}", window.accounts);
    assert_ne!(office.listening_at(HERE).session, office.listening_at(THERE).session);
}

#[test]
fn whoever_waits_for_a_session_that_another_takes_the_place_of_is_told() {
    let mut office = Office::at_two();
    office.ask(Command::SetDoNotDisturb { on: true });

    office.sign_in_there();

    let outcomes = office.world.desks[office.phone].outcomes.iter().filter_map(|(_, result)| match result {
        CommandResult::Failed { problem } => Some(problem.code),
        CommandResult::Done => None,
    });
    assert_eq!(outcomes.collect::<Vec<_>>(), [ProblemCode::SignedOut]);
}

#[test]
fn signing_out_ends_one_session_and_not_the_other() {
    let mut office = Office::at_two();

    office.ask(Command::SignOut);

    assert_eq!(office.asked_last("/api/v1/sign-out"), THERE);
    assert_eq!((office.window().account.as_ref().unwrap().id.as_str(), office.colleague()), (HERE, "Bert"));
    assert_eq!(office.world.desks[office.phone].secrets.keys().collect::<Vec<_>>(), [HERE]);
}

impl Office {
    /// Signed in at both, with that of Y in use.
    fn at_two() -> Self {
        let mut office = Self::new(200);
        office.open_second();
        office.ask(super::sign_in());
        office.show("AB", Some("AB"));
        office.enter("e1");
        office.sign_in_there();
        office
    }

    fn sign_in_there(&mut self) {
        let (server, password) = ("192.0.2.8".to_owned(), Secret("geheim".to_owned()));
        self.ask(Command::SignIn { server, user: THERE.to_owned(), password });
        self.show("CD", Some("CD"));
        self.answer("/api/v1/sign-in", &json!({"token": "u", "expires": 0, "me": me_at(THERE)}));
        self.answer("/api/v1/me/sip", &telephone("jansen", "y.example"));
        self.hello_at(THERE, "y1");
        self.answer("/api/v1/users", &json!([user(3, "Jansen", "301"), user(4, "Carla", "302")]));
    }

    fn switch_to(&mut self, account: &str) {
        assert_eq!(self.ask(Command::SwitchAccount { account: account.to_owned() }), None);
    }

    fn colleague(&self) -> &str {
        &self.window().colleagues[0].name
    }

    /// By which account this path was asked for last.
    fn asked_last(&self, path: &str) -> &'static str {
        let asked = self.asked(path);
        let mut accounts = [HERE, THERE].into_iter();
        accounts.find(|account| self.asks_at(account).any(|(id, _)| id == asked)).unwrap()
    }

    /// What was asked at this exchange, newest first.
    fn asks_at(&self, account: &str) -> impl Iterator<Item = (WebId, &str)> {
        let wanted = server_of(account);
        self.world.desks[self.phone].web.iter().rev().filter_map(move |effect| {
            let WebEffect::Ask { id, server, request } = effect else { return None };
            (server.to_string() == wanted).then_some((*id, request.path.as_str()))
        })
    }

    fn answer_at(&mut self, account: &str, path: &str, body: &Value) {
        let (id, _) = self.asks_at(account).find(|(_, asked)| *asked == path).unwrap();
        let answer = WebAnswer { status: 200, body: body.to_string().into_bytes() };
        self.web(WebFact::Answered { id, result: Ok(answer) });
    }

    fn listening_at(&self, account: &str) -> WebId {
        let mut listening = self.world.desks[self.phone].web.iter().rev().filter_map(|effect| {
            let WebEffect::Listen { id, server, .. } = effect else { return None };
            (server.to_string() == server_of(account)).then_some(*id)
        });
        listening.next().unwrap()
    }

    fn deaf_at(&mut self, account: &str, code: Option<u16>) {
        let id = self.listening_at(account);
        self.web(WebFact::Deaf { id, why: Trouble::Closed(code) });
    }

    fn hello_at(&mut self, account: &str, epoch: &str) {
        let id = self.listening_at(account);
        let colleague = if account == HERE { 2 } else { 4 };
        self.web(WebFact::Heard { id, text: hello(epoch, me_at(account), colleague).to_string() });
    }

    /// The exchange of this account tells of call 7.
    fn event_at(&mut self, account: &str, of: &Value) {
        let id = self.listening_at(account);
        self.web(WebFact::Heard { id, text: call_event(2, of).to_string() });
    }
}

fn server_of(account: &str) -> &'static str {
    if account == HERE { "192.0.2.9:8443" } else { "192.0.2.8:8443" }
}

fn me_at(account: &str) -> Value {
    let mut me = me();
    if account == THERE {
        let other = json!({"name": THERE, "domain": "y.example", "subscriber": 3, "display_name": "Jansen"});
        me.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    }
    me
}

fn is_registered(state: &Registration) -> bool {
    matches!(state, Registration::Registered { .. })
}
