//! One of our phones at a Balie exchange: its API is answered by the test, its SIP by an endpoint.

mod accounts;

use std::time::Duration;

use serde_json::{Value, json};

use crate::boundary::{Entrance, Input, Known, Remembered, Roster};
use crate::exchange::{ShownAuthority, Trouble, WebAnswer, WebEffect, WebFact, WebId};
use crate::view::{
    CallState, Command, CommandResult, Contact, EndCause, HeldBy, LampState, Moment, ProblemCode,
    RecallReason, Registration, Secret, SignInStage, SuggestionSource, TransferStage, Verb, ViewModel, Waits,
};

use super::exchange::Office;

#[test]
fn a_person_compares_the_fingerprint_once_and_is_signed_in_with_name_and_extension() {
    let mut office = Office::new(200);
    office.ask(sign_in());
    office.show("AB", None);
    let SignInStage::Confirm { authority } = office.window().sign_in.clone().unwrap().stage else {
        panic!("{:?}", office.window().sign_in)
    };
    assert_eq!((authority.server.as_str(), authority.fingerprint.as_str()), ("192.0.2.9", "AB"));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done), "the question is put");

    office.ask(Command::ConfirmFingerprint { fingerprint: "AB".to_owned() });
    office.enter("e1");

    let account = office.window().account.clone().unwrap();
    assert_eq!((account.name.as_str(), account.extension.as_deref()), ("Anna", Some("201")));
    assert_eq!(account.shown_number.as_deref(), Some("+31850001000"));
    assert!(matches!(account.registration, Registration::Registered { .. }));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    assert_eq!(office.window().colleagues[0].lamp.state, LampState::Available);
    assert!(office.window().capabilities.do_not_disturb.is_present());
    let desk = &office.world.desks[office.phone];
    assert!(desk.secrets.contains_key("anna@x.example"));
    let known = Known { server: "192.0.2.9".to_owned(), user: "anna@x.example".to_owned() };
    assert_eq!(desk.remembered, [Roster { active: known.user.clone(), accounts: vec![known] }]);
}

#[test]
fn an_invitation_signs_in_without_a_question_where_the_authority_is_the_one_it_names() {
    let mut office = Office::new(200);
    let link = |fingerprint: &str| Command::UseInvitation { link: invitation(fingerprint) };

    office.ask(link(&"AB".repeat(32)));
    office.show(&"AB".repeat(32), None);
    let session = json!({"token": "t", "expires": 0, "me": me()});
    office.answer("/api/v1/invitations/accept", &session);
    assert!(office.asked_for("/api/v1/me/sip"));

    let mut other = Office::new(200);
    other.ask(link(&"AB".repeat(32)));
    other.show(&"CD".repeat(32), None);
    let form = other.window().sign_in.clone().unwrap();
    assert_eq!(form.problem.unwrap().code, ProblemCode::InvitationForeign);
    assert!(!other.asked_for("/api/v1/invitations/accept"), "nothing leaves for another authority");
    let nonsense = Command::UseInvitation { link: Secret("balie://x".to_owned()) };
    assert_eq!(other.ask(nonsense), Some(ProblemCode::InvitationInvalid));
}

#[test]
fn an_invitation_from_outside_waits_for_somebody_who_uses_it() {
    let mut office = Office::signed_in();
    let account = office.window().account.clone();
    let sent = office.world.desks[office.phone].web.len();
    let offer = || Command::OfferInvitation { link: invitation(&"AB".repeat(32)) };

    assert_eq!(office.ask(offer()), None);

    let server = office.window().invited.as_ref().map(|invited| invited.server.as_str());
    assert_eq!(server, Some("192.0.2.9:8443"));
    assert_eq!(office.window().sign_in, None, "the screen stays what it was");
    assert_eq!(office.world.desks[office.phone].web.len(), sent, "nothing is asked of that exchange");
    assert_eq!(office.ask(Command::DismissInvitation), None);
    assert_eq!(office.window().invited, None);
    assert_eq!(office.ask(Command::AcceptInvitation), Some(ProblemCode::NotNow));

    office.ask(offer());
    office.ask(Command::AcceptInvitation);
    assert_eq!(office.window().invited, None, "it is used once");
    office.show(&"CD".repeat(32), None);
    let problem = office.window().sign_in.as_ref().and_then(|form| form.problem.as_ref());
    assert_eq!(problem.map(|problem| problem.code), Some(ProblemCode::InvitationForeign));
    assert_eq!(office.window().account, account, "who was signed in stays so");
    let part = Command::OfferInvitation { link: Secret("balie://x".to_owned()) };
    assert_eq!(office.ask(part), Some(ProblemCode::InvitationInvalid));
}

#[test]
fn a_server_that_is_no_balie_exchange_is_named_with_what_to_do() {
    let mut office = Office::new(200);
    office.ask(sign_in());

    let id = office.look();
    office.web(WebFact::Shown { id, result: Err(Trouble::Refused) });

    let form = office.window().sign_in.clone().unwrap();
    let problem = form.problem.unwrap();
    assert_eq!((form.stage, problem.code), (SignInStage::Form, ProblemCode::NotBalie));
    assert!(problem.remedy.nl.contains("sip:"), "{problem:?}");
}

#[test]
fn an_exchange_that_started_anew_has_its_telephone_back_at_once_and_says_why_the_call_is_gone() {
    let mut office = Office::signed_in();
    office.in_conversation();

    office.deaf();
    assert!(office.window().colleagues[0].lamp.stale_since.is_some());
    office.pass(Duration::from_secs(1));
    office.hello("e2");

    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::Lost });
    assert!(office.window().problems.iter().any(|problem| problem.code == ProblemCode::CallCut));
    assert!(matches!(office.registration(), Registration::Registered { .. }));
    assert_eq!(office.window().colleagues[0].lamp.stale_since, None);
}

#[test]
fn after_sleep_everything_is_asked_anew_at_once_and_believed_only_then() {
    let mut office = Office::signed_in();
    let (registered, listening) = (office.registrations(), office.listening());

    office.world.tell(office.phone, Input::Moved);
    office.run();

    assert_eq!(office.registrations(), registered + 1);
    assert_ne!(office.listening(), listening, "another event connection");
    assert!(office.window().colleagues[0].lamp.stale_since.is_some());
    office.hello("e1");
    assert_eq!(office.window().colleagues[0].lamp.stale_since, None);
    assert!(matches!(office.registration(), Registration::Registered { .. }));
}

#[test]
fn calls_go_on_when_only_the_events_are_lost_and_come_back() {
    let mut office = Office::signed_in();
    office.in_conversation();

    office.deaf();
    office.pass(Duration::from_secs(1));
    office.hello("e1");

    assert_eq!(office.state(), &CallState::Active);
    assert!(office.window().problems.is_empty(), "{:?}", office.window().problems);
}

#[test]
fn do_not_disturb_that_cannot_be_switched_says_why() {
    let mut office = Office::signed_in();

    office.ask(Command::SetDoNotDisturb { on: true });
    let id = office.asked("/api/v1/users/1/features/do_not_disturb");
    office.web(WebFact::Answered { id, result: Err(Trouble::Silent) });

    let Some(CommandResult::Failed { problem }) = office.last_outcome() else { panic!("it failed") };
    assert_eq!(problem.code, ProblemCode::ServerSilent);
    assert!(!office.window().account.as_ref().unwrap().do_not_disturb);
}

#[test]
fn who_was_put_through_rings_on_until_somebody_takes_them() {
    let mut office = Office::signed_in();
    let call = office.put_through();

    office.exchange_sees(&json!({"transfer": transfer(Some(9_000), None)}));
    assert_eq!(office.transferring(), Some(Some(Moment(9_000))));
    assert!(office.window().calls[0].verbs.contains(&Verb::TransferCancel));

    office.exchange_sees(&json!({"legs": [], "ended": true, "end_reason": "transferred"}));
    assert!(matches!(office.state(), CallState::Released { .. }), "{:?}", office.state());
    assert_eq!(office.window().calls[0].id, call);
}

#[test]
fn somebody_who_gives_up_while_being_put_through_has_hung_up() {
    let mut office = Office::signed_in();
    office.put_through();
    office.exchange_sees(&json!({"transfer": transfer(None, None)}));

    office.exchange_sees(&json!({"transfer": transfer(None, None), "ended": true}));

    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::HungUp });
}

#[test]
fn taking_back_is_asked_of_the_exchange_and_the_old_call_makes_way_for_the_new_one() {
    let mut office = Office::signed_in();
    let call = office.put_through();
    office.exchange_sees(&json!({"transfer": transfer(None, None), "note": "offerte"}));

    office.ask(Command::TransferCancel { call: call.clone() });
    office.answer("/api/v1/calls/7/take-back", &json!({"call": 7, "leg": null}));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    office.call_in(&[("Call-Info", "<sip:x.example>;answer-after=0")]);
    office.exchange_sees(&json!({"legs": [office.own_leg()], "note": "offerte"}));

    let calls = &office.window().calls;
    assert_eq!(calls.len(), 1);
    assert_ne!(calls[0].id, call);
    assert_eq!(calls[0].note, "offerte");
}

#[test]
fn whoever_rings_at_a_colleague_is_taken_on_this_telephone_which_answers_by_itself() {
    let mut office = Office::signed_in();
    office.lamp(&json!({"state": "ringing", "version": 2, "ringing": 9}));
    assert_eq!(office.window().colleagues[0].lamp.waits, Some(Waits::Ringing));

    office.ask(Command::PickUp { colleague: "2".to_owned() });

    assert_eq!(office.said("/api/v1/calls/9/pick-up"), json!({"device": 3}));
    office.answer("/api/v1/calls/9/pick-up", &json!({"call": 12, "leg": null}));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    office.call_in(&[("Call-Info", "<sip:x.example>;answer-after=0")]);
    assert_eq!(office.state(), &CallState::Active);
}

#[test]
fn nobody_is_taken_while_one_speaks_or_where_nobody_waits() {
    let mut office = Office::signed_in();
    let pick_up = || Command::PickUp { colleague: "2".to_owned() };
    assert_eq!(office.ask(pick_up()), Some(ProblemCode::CallGone));
    office.lamp(&json!({"version": 2, "parked": {"call": 9, "who": "0612345678"}}));
    let who = Some("0612345678".to_owned());
    assert_eq!(office.window().colleagues[0].lamp.waits, Some(Waits::Parked { who }));

    let call = office.in_conversation();
    assert_eq!(office.ask(pick_up()), Some(ProblemCode::NotNow));
    office.ask(Command::Hold { call });

    office.ask(pick_up());
    assert!(office.asked_for("/api/v1/calls/9/pick-up"));
}

#[test]
fn nobody_is_taken_while_one_calls_somebody() {
    let mut office = Office::signed_in();
    office.lamp(&json!({"state": "ringing", "version": 2, "ringing": 9}));

    assert_eq!(office.ask(Command::Dial { to: "202".to_owned() }), None);

    assert_eq!(office.ask(Command::PickUp { colleague: "2".to_owned() }), Some(ProblemCode::NotNow));
}

#[test]
fn two_calls_are_brought_together_by_the_exchange_which_tells_who_is_in_it() {
    let mut office = Office::signed_in();
    let first = office.in_conversation();
    office.exchange_sees(&json!({"legs": [office.own_leg()]}));
    office.call_in(&[]);
    let second = office.window().calls[1].id.clone();
    office.ask(Command::Answer { call: second.clone() });
    let mut own = office.own_leg();
    own["controller"] = json!(true);
    office.exchange_sees(&json!({"id": 8, "legs": [own.clone()]}));

    office.ask(Command::ThreeWay { call: second.clone(), with: Some(first) });
    office.answer("/api/v1/calls/8/legs/3", &json!({"call": 8, "leg": 3}));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    let guest = |leg: u32, number: &str, muted: bool| {
        let party = json!({"subscriber": null, "number": number, "name": null, "anonymous": false});
        json!({"id": leg, "party": party, "direction": "incoming", "state": "talking", "since": 0, "muted": muted})
    };
    office.exchange_sees(
        &json!({"id": 8, "legs": [own, guest(12, "202", false), guest(13, "+31201234567", true)]}),
    );

    let call = office.window().calls.iter().find(|call| call.id == second).unwrap().clone();
    let members: Vec<_> =
        call.members.iter().map(|it| (it.id.as_str(), it.own, it.muted, it.steers)).collect();
    assert_eq!(members, [("3", true, false, true), ("12", false, false, false), ("13", false, true, false)]);
    office.ask(Command::MuteMember { call: second.clone(), member: "12".to_owned(), on: true });
    office.answer("/api/v1/calls/8/legs/12", &json!({"call": 8, "leg": 12}));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    office.ask(Command::DropMember { call: second, member: "3".to_owned() });
    let Some(CommandResult::Failed { problem }) = office.last_outcome() else { panic!("not oneself") };
    assert_eq!(problem.code, ProblemCode::NotNow);
}

#[test]
fn a_transfer_that_is_refused_after_it_was_wanted_back_answers_whoever_asked_for_it() {
    let mut office = Office::signed_in();
    let call = office.in_conversation();
    office.exchange_sees(&json!({"legs": [office.own_leg()]}));
    office.refuses_transfers(403);

    office.world.ask(office.phone, Command::TransferBlind { call: call.clone(), to: "202".to_owned() });
    let asked = office.world.desks[office.phone].outcomes.len();
    office.world.ask(office.phone, Command::TransferCancel { call });
    office.run();

    let outcomes = &office.world.desks[office.phone].outcomes[asked..];
    let [(_, CommandResult::Failed { problem })] = outcomes else { panic!("{outcomes:?}") };
    assert_eq!((problem.code, problem.detail.as_deref()), (ProblemCode::TransferFailed, Some("SIP 403")));
    assert_eq!(office.state(), &CallState::Active, "the caller is heard again");
}

#[test]
fn a_call_that_comes_back_says_from_whom_and_why() {
    let mut office = Office::signed_in();
    office.put_through();
    office.exchange_sees(&json!({"transfer": transfer(None, None)}));

    office.call_in(&[]);
    office.exchange_sees(&json!({"legs": [office.own_leg()], "transfer": transfer(None, Some("busy"))}));

    let CallState::Recalled { from, reason } = office.state().clone() else { panic!("{:?}", office.state()) };
    assert_eq!((from.name.as_deref(), reason), (Some("Bert"), RecallReason::Busy));
    assert_eq!(office.window().calls.len(), 1);
    let call = office.window().calls[0].id.clone();
    assert_eq!(office.ask(Command::Answer { call }), None);
    assert_eq!(office.state(), &CallState::Active);
}

#[test]
fn without_the_exchange_s_word_who_was_put_through_is_theirs() {
    let mut office = Office::signed_in();
    office.put_through();

    office.deaf();

    assert!(matches!(office.state(), CallState::Released { .. }), "{:?}", office.state());
}

#[test]
fn whoever_hears_the_exchange_s_music_is_on_hold_as_long_as_the_exchange_says() {
    let mut office = Office::signed_in();
    office.in_conversation();
    let leg = |office: &Office, state: &str| {
        let mut leg = office.own_leg();
        leg["state"] = state.into();
        json!({"legs": [leg]})
    };
    let (held, talking) = (leg(&office, "held"), leg(&office, "talking"));

    office.exchange_sees(&held);
    assert_eq!(office.state(), &CallState::Held { by: HeldBy::Them });
    office.deaf();
    assert_eq!(office.state(), &CallState::Active, "nobody says so any more");
    office.pass(Duration::from_secs(1));
    office.hello("e1");
    assert_eq!(office.state(), &CallState::Held { by: HeldBy::Them });

    office.exchange_sees(&talking);
    assert_eq!(office.state(), &CallState::Active);
}

#[test]
fn a_note_is_sent_to_the_exchange_and_comes_from_there() {
    let mut office = Office::signed_in();
    let call = office.in_conversation();
    office.exchange_sees(&json!({"legs": [office.own_leg()], "note": "belt over factuur"}));
    assert_eq!(office.window().calls[0].note, "belt over factuur");

    office.ask(Command::Note { call, text: "belt over factuur 12".to_owned() });
    office.answer("/api/v1/calls/7/note", &json!({"call": 7, "leg": null}));

    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    assert_eq!(office.window().calls[0].note, "belt over factuur 12");
}

#[test]
fn contacts_are_those_of_the_exchange_and_name_who_calls() {
    let mut office = Office::signed_in();
    office.answer("/api/v1/me/contacts", &json!([contact("a1", "Zoë Bakker"), contact("b2", "Vera de Wit")]));

    office.ask(Command::ListContacts { text: "wit".to_owned(), from: 0 });
    office.ask(Command::Search { text: "zoe".to_owned() });

    let window = office.window();
    let shown = &window.contacts;
    assert_eq!((shown.count, shown.fit, shown.rows[0].name.as_str()), (2, 1, "Vera de Wit"));
    assert_eq!(window.search.rows[0].to, "0102000421");
    office.ask(Command::Dial { to: "+31102000421".to_owned() });
    assert_eq!(office.window().calls[0].party.name.as_deref(), Some("Zoë Bakker"), "the first by name");
}

#[test]
fn a_call_of_which_the_telephone_heard_nothing_is_asked_for_once_it_is_written() {
    let mut office = Office::signed_in();
    let missed = "/api/v1/me/calls?list=missed&limit=50";
    let before = office.asked(missed);

    office.setting(&json!({"what": "calls", "user": 1}));
    assert_eq!(office.asked(missed), before);
    office.pass(Duration::from_secs(1));

    assert_ne!(office.asked(missed), before);
}

#[test]
fn somebody_who_is_new_is_added_and_who_is_known_is_changed() {
    let mut office = Office::signed_in();
    let contact = Contact { name: "Vera".to_owned(), ..Contact::default() };

    office.ask(Command::SaveContact { contact: contact.clone() });
    office.answer("/api/v1/me/contacts", &self::contact("a1", "Vera"));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));

    office.ask(Command::SaveContact { contact: Contact { id: "a1".to_owned(), ..contact } });
    office.answer("/api/v1/me/contacts/a1", &self::contact("a1", "Vera"));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    assert_eq!(office.ask(Command::RemoveContact { id: "../users".to_owned() }), Some(ProblemCode::NotNow));
}

#[test]
fn who_signed_in_last_finds_the_form_filled_in_when_nothing_was_kept() {
    let mut office = Office::new(200);

    let (server, user) = ("192.0.2.9".to_owned(), "anna@x.example".to_owned());
    let entrance = Entrance { server: server.clone(), user: user.clone(), secret: None };
    let remembered = Remembered { active: user.clone(), entrances: vec![entrance] };
    office.world.tell(office.phone, Input::Remembered(remembered));

    let form = office.window().sign_in.clone().unwrap();
    assert_eq!((form.server, form.user, form.stage), (server, user, SignInStage::Form));
}

#[test]
fn signing_out_ends_the_session_and_forgets_it() {
    let mut office = Office::signed_in();

    office.ask(Command::SignOut);

    office.asked("/api/v1/sign-out");
    let form = office.window().sign_in.clone().unwrap();
    assert_eq!((form.server.as_str(), form.user.as_str()), ("192.0.2.9:8443", "anna@x.example"));
    assert!(office.window().colleagues.is_empty());
}

#[test]
fn whoever_waits_for_the_exchange_is_told_when_the_account_is_signed_out_meanwhile() {
    let mut office = Office::signed_in();
    office.ask(Command::SetDoNotDisturb { on: true });
    let asked = office.asked("/api/v1/users/1/features/do_not_disturb");
    office.ask(Command::SaveContact { contact: Contact { name: "Vera".to_owned(), ..Contact::default() } });
    office.ask(Command::RemoveContact { id: "a1".to_owned() });
    let answered = office.world.desks[office.phone].outcomes.len();

    office.ask(Command::SignOut);

    let outcomes = &office.world.desks[office.phone].outcomes[answered..];
    let refused = outcomes.iter().filter(|(_, result)| {
        matches!(result, CommandResult::Failed { problem } if problem.code == ProblemCode::SignedOut)
    });
    assert_eq!((refused.count(), outcomes.len()), (3, 4), "and signing out is done: {outcomes:?}");
    office.web(WebFact::Answered { id: asked, result: Err(Trouble::Silent) });
    assert_eq!(office.world.desks[office.phone].outcomes.len(), answered + 4, "nobody hears twice");
}

#[test]
fn a_call_shows_who_spoke_with_the_caller_before_and_suggests_them() {
    let mut office = Office::signed_in();
    office.in_conversation();

    let asked = "/api/v1/spoke-with?number=202";
    let call =
        |with: Option<u32>, talked_s: u32| json!({"call": 5, "at": 0, "with": with, "talked_s": talked_s});
    let colleagues = [json!({"subscriber": 2, "times": 3, "last": 0})];
    office.answer(asked, &json!({"colleagues": colleagues, "calls": [call(Some(2), 61), call(None, 0)]}));

    let shown = office.window().calls[0].clone();
    assert_eq!(shown.earlier.iter().map(|one| one.seconds).collect::<Vec<_>>(), [61, 0]);
    assert_eq!(shown.earlier[0].with.as_ref().unwrap().name.as_deref(), Some("Bert"));
    assert_eq!(shown.earlier[1].with, None);
    assert_eq!(shown.suggestions[0].source, SuggestionSource::SpokeBefore { times: 3 });
    assert_eq!(shown.suggestions[0].to, "202");
}

impl Office {
    /// A phone that is signed in and registered, with one colleague.
    fn signed_in() -> Self {
        let mut office = Self::new(200);
        let entrance = Entrance {
            server: "192.0.2.9".to_owned(),
            user: "anna@x.example".to_owned(),
            secret: Some(Secret("geheim".to_owned())),
        };
        office.world.tell(office.phone, Input::Enter(Box::new(entrance)));
        office.show("AB", Some("AB"));
        office.enter("e1");
        office
    }

    pub(super) fn window(&self) -> &ViewModel {
        &self.world.desks[self.phone].window
    }

    fn web(&mut self, fact: WebFact) {
        self.world.tell(self.phone, Input::Web(fact));
        self.run();
    }

    fn look(&self) -> WebId {
        let mut looks = self.world.desks[self.phone].web.iter().rev().filter_map(|effect| {
            let WebEffect::Look { id, .. } = effect else { return None };
            Some(*id)
        });
        looks.next().unwrap()
    }

    fn show(&mut self, fingerprint: &str, pinned: Option<&str>) {
        let (fingerprint, pinned) = (fingerprint.to_owned(), pinned.map(str::to_owned));
        let shown = ShownAuthority { name: "Balie exchange".to_owned(), fingerprint, pinned };
        let id = self.look();
        self.web(WebFact::Shown { id, result: Ok(shown) });
    }

    /// The last request for this path.
    fn asked(&self, wanted: &str) -> WebId {
        let mut asked = self.world.desks[self.phone].web.iter().rev().filter_map(|effect| {
            let WebEffect::Ask { id, request, .. } = effect else { return None };
            (request.path == wanted).then_some(*id)
        });
        asked.next().unwrap_or_else(|| panic!("{wanted} was not asked for"))
    }

    fn asked_for(&self, wanted: &str) -> bool {
        let web = self.world.desks[self.phone].web.iter();
        web.into_iter()
            .any(|effect| matches!(effect, WebEffect::Ask { request, .. } if request.path == wanted))
    }

    /// What went with the last request for this path.
    fn said(&self, wanted: &str) -> Value {
        let mut said = self.world.desks[self.phone].web.iter().rev().filter_map(|effect| {
            let WebEffect::Ask { request, .. } = effect else { return None };
            request.body.as_ref().filter(|_| request.path == wanted)
        });
        serde_json::from_str(&said.next().unwrap().0).unwrap()
    }

    fn answer(&mut self, path: &str, body: &Value) {
        let id = self.asked(path);
        let answer = WebAnswer { status: 200, body: body.to_string().into_bytes() };
        self.web(WebFact::Answered { id, result: Ok(answer) });
    }

    /// The exchange accepts the password and tells everything.
    fn enter(&mut self, epoch: &str) {
        self.answer("/api/v1/sign-in", &json!({"token": "t", "expires": 0, "me": me()}));
        self.answer("/api/v1/me/sip", &telephone("anna", "x.example"));
        self.hello(epoch);
        self.answer("/api/v1/users", &json!([user(1, "Anna", "201"), user(2, "Bert", "202")]));
        let company = pbx_api::Company {
            id: pbx_api::CompanyId(1),
            domain: "x.example".to_owned(),
            name: "X".to_owned(),
            language: "nl".to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            country: "NL".to_owned(),
            main_number: Some("+31850001000".to_owned()),
            diversion_limit: 5,
            diversion_notice: pbx_api::company::DiversionNotice::Never,
            redirected_identity: pbx_api::company::RedirectedIdentity::Originator,
            virtual_extensions_are_internal: false,
        };
        let company = serde_json::to_value(company).unwrap();
        self.answer("/api/v1/company", &company);
    }

    fn listening(&self) -> WebId {
        let mut listening = self.world.desks[self.phone].web.iter().rev().filter_map(|effect| {
            let WebEffect::Listen { id, .. } = effect else { return None };
            Some(*id)
        });
        listening.next().unwrap()
    }

    fn hello(&mut self, epoch: &str) {
        self.sequence = 1;
        let id = self.listening();
        self.web(WebFact::Heard { id, text: hello(epoch, me(), 2).to_string() });
    }

    /// The exchange tells of call 7, which is as `of` says and otherwise as usual.
    fn exchange_sees(&mut self, of: &Value) {
        self.sequence += 1;
        let id = self.listening();
        self.web(WebFact::Heard { id, text: call_event(self.sequence, of).to_string() });
    }

    /// The exchange tells that something changed.
    fn setting(&mut self, change: &Value) {
        self.sequence += 1;
        let event = json!({"kind": "setting", "change": change});
        let text = json!({"type": "event", "seq": self.sequence, "event": event}).to_string();
        let id = self.listening();
        self.web(WebFact::Heard { id, text });
    }

    /// The exchange tells of Bert's lamp.
    fn lamp(&mut self, of: &Value) {
        self.sequence += 1;
        let mut lamp = free(2);
        for (name, value) in of.as_object().unwrap() {
            lamp[name] = value.clone();
        }
        let event = json!({"kind": "presence", "presence": lamp});
        let text = json!({"type": "event", "seq": self.sequence, "event": event}).to_string();
        let id = self.listening();
        self.web(WebFact::Heard { id, text });
    }

    /// Anna's leg of the call on the screen that came last.
    fn own_leg(&self) -> Value {
        let party = json!({"subscriber": 1, "number": "201", "name": null, "anonymous": false});
        json!({"id": 3, "party": party, "direction": "incoming", "state": "talking", "since": 0,
            "sip_call_id": self.last_call_id()})
    }

    /// Puts a caller through to Bert, whose telephone rings from here on.
    fn put_through(&mut self) -> String {
        let call = self.in_conversation();
        self.exchange_sees(&json!({"legs": [self.own_leg()]}));
        self.ask(Command::TransferBlind { call: call.clone(), to: "202".to_owned() });
        self.transfer_goes(200);
        assert_eq!(self.transferring(), Some(None), "{:?}", self.state());
        call
    }

    /// When it comes back, while somebody is put through.
    fn transferring(&self) -> Option<Option<Moment>> {
        let CallState::Transferring { stage: TransferStage::Blind { returns_at }, .. } = self.state() else {
            return None;
        };
        Some(*returns_at)
    }

    fn deaf(&mut self) {
        let id = self.listening();
        self.web(WebFact::Deaf { id, why: Trouble::Closed(None) });
    }
}

fn invitation(fingerprint: &str) -> Secret {
    Secret(format!("balie://192.0.2.9:8443/invitation#{}.{fingerprint}", "t".repeat(64)))
}

fn sign_in() -> Command {
    Command::SignIn {
        server: "192.0.2.9".to_owned(),
        user: "anna@x.example".to_owned(),
        password: Secret("geheim".to_owned()),
    }
}

/// The telephone's account.
fn telephone(user: &str, domain: &str) -> Value {
    json!({"device": 3, "user": user, "domain": domain, "auth_name": format!("{user}-balie"), "secret": "s",
        "udp_port": 5060, "tcp_port": null, "tls_port": null})
}

/// Anna puts her caller through to Bert.
fn transfer(recall_at: Option<i64>, recalled: Option<&str>) -> Value {
    json!({"by": 1, "leg": 9, "to": "202", "recall_at": recall_at, "recalled": recalled})
}

fn contact(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "company": "", "numbers": [{"label": "", "number": "010-200 04 21"}], "note": ""})
}

fn user(id: u32, name: &str, extension: &str) -> Value {
    json!({"id": id, "name": name.to_lowercase(), "display_name": name, "extension": extension,
        "numbers": [], "department": null, "title": null, "mail": null, "language": null, "role": "user"})
}

/// The lamp of a colleague who is free.
fn free(colleague: u32) -> Value {
    json!({"subscriber": colleague, "state": "available", "since": 0, "version": 1,
        "forward_to": null, "with": null})
}

/// The first frame of an exchange, at which one colleague is free.
fn hello(epoch: &str, me: Value, colleague: u32) -> Value {
    let snapshot = json!({"calls": [], "presence": [free(colleague)], "registrations": []});
    json!({"type": "hello", "seq": 1, "epoch": epoch, "me": me, "snapshot": snapshot, "now": 1_000_000})
}

/// An exchange tells of call 7.
fn call_event(sequence: u64, of: &Value) -> Value {
    let mut call = json!({"id": 7, "version": 1, "started": 0, "answered": 0, "dialled": "201", "diversions": [],
        "legs": [], "note": "", "transfer": null, "ended": false, "end_reason": null});
    for (name, value) in of.as_object().unwrap() {
        call[name] = value.clone();
    }
    json!({"type": "event", "seq": sequence, "event": {"kind": "call", "call": call}})
}

fn me() -> Value {
    json!({"name": "anna@x.example", "role": "user", "company": 1, "domain": "x.example", "subscriber": 1,
        "department": null, "display_name": "Anna", "language": "nl"})
}
