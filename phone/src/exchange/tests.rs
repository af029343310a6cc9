//! A session and its exchange, which is played by the test: answers are data, time is a number.

use std::time::{Duration, Instant};

use pbx_api::account::SipAccount;
use pbx_api::event::CLOSE_SESSION_ENDED;
use pbx_api::{
    ApiError, DeviceId, ErrorCode, Event, FeatureSettings, LogList, Me, Presence, PresenceState, Role,
    ServerFrame, Session, Snapshot, SubscriberId, SubscriberKind, Timestamp, User,
};
use serde::Serialize;

use super::{
    Effect, Exchange, Kept, ShownAuthority, Told, Trouble, WebAddress, WebAnswer, WebEffect, WebFact, WebId,
    WebRequest,
};
use crate::view::{LampState, Moment, ProblemCode, Secret};

struct Web {
    exchange: Exchange,
    now: Instant,
    start: Instant,
    asked: Vec<(WebId, WebRequest)>,
    looks: Vec<WebId>,
    listening: Option<(WebId, String)>,
    pinned: Vec<String>,
    said: Vec<String>,
    told: Vec<Told>,
}

#[test]
fn no_password_leaves_before_a_person_has_compared_the_fingerprint() {
    let mut web = Web::entering();

    web.shows("AB", None);
    let asked_before = web.asked.len();
    let compared = web.exchange.confirm("CD");
    assert_eq!((asked_before, compared), (0, Err(ProblemCode::AuthorityChanged)));
    web.exchange.confirm("AB").unwrap();
    web.drain();

    assert_eq!(web.pinned, ["AB"]);
    let (_, request) = &web.asked[0];
    assert_eq!((request.path.as_str(), &request.token), ("/api/v1/sign-in", &None));
}

#[test]
fn a_pinned_authority_is_not_asked_about_and_another_one_is_a_warning() {
    let mut known = Web::entering();
    known.shows("AB", Some("AB"));
    assert_eq!(known.asked[0].1.path, "/api/v1/sign-in");

    let mut changed = Web::entering();
    changed.shows("AB", Some("CD"));
    assert!(changed.asked.is_empty());
    let Told::Confirm(authority) = &changed.told[0] else { panic!("{:?}", changed.told) };
    assert_eq!(authority.pinned_before.as_deref(), Some("CD"));
}

#[test]
fn a_wrong_password_and_a_server_that_is_none_are_named() {
    let mut wrong = Web::entering();
    wrong.shows("AB", Some("AB"));
    wrong.refuses("/api/v1/sign-in", ErrorCode::WrongPassword);
    assert_eq!(wrong.failed(), ProblemCode::WrongPassword);

    for (trouble, code) in [
        (Trouble::NoSuchHost, ProblemCode::ServerNotFound),
        (Trouble::Silent, ProblemCode::ServerSilent),
        (Trouble::Refused, ProblemCode::NotBalie),
        (Trouble::NotWeb, ProblemCode::NotBalie),
        (Trouble::BadCertificate, ProblemCode::CertificateInvalid),
    ] {
        let mut none = Web::entering();
        let id = none.looks[0];
        none.tell(WebFact::Shown { id, result: Err(trouble) });
        assert_eq!(none.failed(), code, "{trouble:?}");
    }
}

#[test]
fn signing_in_leads_to_a_telephone_account_and_to_the_events() {
    let web = Web::signed_in();

    let (sip, name) = web.exchange.sip().unwrap();
    assert_eq!((sip.auth_name.as_str(), name), ("anna-balie", "Anna"));
    assert!(web.told.iter().any(|told| matches!(told, Told::Entered)));
    assert!(web.listening.is_some());
}

#[test]
fn after_the_first_frame_directory_and_settings_are_read() {
    let mut web = Web::signed_in();

    web.hello("e1", 4, &[(2, PresenceState::Busy)]);
    web.answers("/api/v1/users", &[user(1, "Anna", "201"), user(2, "Bert", "202")]);
    web.answers("/api/v1/users/1/features/do_not_disturb", &do_not_disturb(true));

    assert_eq!(web.exchange.extension().as_deref(), Some("201"));
    assert!(web.exchange.do_not_disturb());
    assert_eq!(web.lamp(), (LampState::Busy, None));
}

#[test]
fn lamps_are_uncertain_from_the_loss_of_the_connection_until_it_is_back() {
    let mut web = Web::with_bert();
    web.event(5, presence(2, PresenceState::Ringing));
    assert_eq!(web.lamp(), (LampState::Ringing, None));

    web.deaf(Trouble::Closed(None));
    assert_eq!(web.lamp(), (LampState::Ringing, Some(web.wall())));
    assert!(web.told.iter().any(|told| matches!(told, Told::Lost)));

    web.pass(Duration::from_millis(500));
    assert!(web.listening.as_ref().unwrap().1.ends_with("&since=5&epoch=e1"));
    web.resumed("e1", 5);
    assert_eq!(web.lamp(), (LampState::Ringing, None));
    assert!(!web.told.iter().any(|told| matches!(told, Told::Restarted)));
}

#[test]
fn an_exchange_that_started_anew_says_so_and_its_state_replaces_ours() {
    let mut web = Web::with_bert();

    web.deaf(Trouble::Closed(None));
    web.pass(Duration::from_secs(2));
    web.hello("e2", 0, &[(2, PresenceState::Offline)]);

    assert_eq!(web.lamp(), (LampState::Offline, None));
    assert!(web.told.iter().any(|told| matches!(told, Told::Restarted)));
}

#[test]
fn a_connection_that_says_nothing_is_asked_and_then_given_up() {
    let mut web = Web::with_bert();

    web.pass(Duration::from_secs(4));
    assert_eq!(web.said, ["{\"type\":\"ping\",\"id\":1}"]);
    assert_eq!(web.lamp().1, None);
    web.pass(Duration::from_secs(3));

    assert!(web.lamp().1.is_some(), "nothing confirms it any more");
}

#[test]
fn do_not_disturb_is_switched_and_followed() {
    let mut web = Web::with_bert();

    web.exchange.set_do_not_disturb(7, true).unwrap();
    web.drain();
    web.answers("/api/v1/users/1/features/do_not_disturb", &do_not_disturb(true));
    assert!(web.exchange.do_not_disturb());
    let done = web.told.iter().any(|told| matches!(told, Told::Outcome { instruction: 7, result: Ok(()) }));
    assert!(done, "{:?}", web.told);

    let change = pbx_api::Change::Feature { settings: do_not_disturb(false) };
    web.event(6, Event::Setting { change });
    assert!(!web.exchange.do_not_disturb(), "switched at a desk telephone");
}

#[test]
fn do_not_disturb_outside_the_profile_is_not_offered_until_another_profile_brings_it() {
    let mut web = Web::with_bert();
    let path = "/api/v1/users/1/features/do_not_disturb";
    web.refuses(path, ErrorCode::NotLicensed);
    assert!(!web.exchange.offers_do_not_disturb());
    web.pass(Duration::from_secs(6));
    assert!(web.asked.iter().all(|(_, request)| request.path != path), "it is not asked for again and again");

    let user = User { profile: pbx_api::Profile::FixedMobile, ..user(1, "Anna", "201") };
    web.event(5, Event::Setting { change: pbx_api::Change::User { user } });
    web.answers(path, &do_not_disturb(true));

    assert!(web.exchange.offers_do_not_disturb() && web.exchange.do_not_disturb());
}

#[test]
fn lists_of_calls_outside_the_profile_are_empty_and_not_asked_for_again() {
    let mut web = Web::with_bert();
    for list in LogList::ALL {
        web.refuses(&format!("/api/v1/me/calls?list={}&limit=50", list.name()), ErrorCode::NotLicensed);
    }

    web.pass(Duration::from_secs(6));

    assert!(web.told.iter().any(|told| matches!(told, Told::Calls(calls) if calls.is_empty())));
    assert!(!web.asked.iter().any(|(_, request)| request.path.contains("me/calls")));
}

#[test]
fn numbers_outside_with_an_extension_stand_among_colleagues_and_an_older_exchange_has_none() {
    let all = "/api/v1/virtual-extensions";
    let naima = pbx_api::VirtualExtension {
        id: 7,
        extension: "450".to_owned(),
        number: "+31612345678".to_owned(),
        first_name: "Naima".to_owned(),
        last_name: "de Boer".to_owned(),
        shown_name: None,
        display_name: "Naima de Boer".to_owned(),
        call_type: None,
    };
    let mut web = Web::with_bert();
    web.answers(all, &[naima]);
    let colleagues = web.exchange.colleagues();
    let dials: Vec<&str> = colleagues.iter().map(|one| one.dial.as_str()).collect();
    assert_eq!(dials, ["202", "450"]);

    let mut older = Web::with_bert();
    older.refuses(all, ErrorCode::NotFound);
    older.pass(Duration::from_secs(60));
    assert!(!older.asked.iter().any(|(_, request)| request.path == all), "it is not asked again");
}

#[test]
fn a_session_that_is_over_leaves_the_telephone_its_account() {
    let mut web = Web::with_bert();

    web.deaf(Trouble::Closed(Some(CLOSE_SESSION_ENDED)));
    web.pass(Duration::from_secs(60));

    assert!(web.exchange.sip().is_some());
    assert!(web.lamp().1.is_some());
    let ended = |told: &Told| matches!(told, Told::Trouble(ProblemCode::SessionEnded));
    assert_eq!(web.told.iter().filter(|told| ended(told)).count(), 1);
    assert!(web.listening.is_none(), "nobody asks again with a token that is over");
}

#[test]
fn a_session_is_taken_up_without_a_password() {
    let secret = Web::signed_in().exchange.kept().unwrap().write();
    let kept = Kept::read(&secret).unwrap();
    let start = start();

    let exchange = Exchange::resume((start, Moment(0)), (9, 1), server(), kept);
    let mut web = Web::around(exchange, start);
    web.hello("e5", 0, &[]);

    assert!(web.told.iter().any(|told| matches!(told, Told::Entered)));
    assert_eq!(web.asked[0].1.token, Some(Secret("token".to_owned())));
    assert!(!secret.0.contains("geheim-van-anna"), "the password is kept nowhere");
}

#[test]
fn what_belongs_to_another_session_is_not_heard() {
    let mut web = Web::entering();

    let id = WebId { session: 8, ..web.looks[0] };
    web.tell(WebFact::Shown { id, result: Err(Trouble::Silent) });

    assert!(web.told.is_empty());
}

impl Web {
    fn around(exchange: Exchange, start: Instant) -> Self {
        let mut web = Self {
            exchange,
            now: start,
            start,
            asked: Vec::new(),
            looks: Vec::new(),
            listening: None,
            pinned: Vec::new(),
            said: Vec::new(),
            told: Vec::new(),
        };
        web.drain();
        web
    }

    fn entering() -> Self {
        let start = start();
        let (user, password) = ("anna@x.example".to_owned(), Secret("geheim-van-anna".to_owned()));
        Self::around(Exchange::enter((start, Moment(0)), (9, 1), server(), user, password), start)
    }

    fn signed_in() -> Self {
        let mut web = Self::entering();
        web.shows("AB", Some("AB"));
        let session = Session { token: "token".to_owned(), expires: Timestamp(0), me: me() };
        web.answers("/api/v1/sign-in", &session);
        web.answers("/api/v1/me/sip", &sip());
        web
    }

    fn with_bert() -> Self {
        let mut web = Self::signed_in();
        web.hello("e1", 4, &[(2, PresenceState::Available)]);
        web.answers("/api/v1/users", &[user(1, "Anna", "201"), user(2, "Bert", "202")]);
        web
    }

    fn wall(&self) -> Moment {
        Moment(u64::try_from((self.now - self.start).as_millis()).unwrap())
    }

    fn tell(&mut self, fact: WebFact) {
        let now = (self.now, self.wall());
        self.exchange.handle(now, fact);
        self.drain();
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.exchange.deadline().filter(|at| *at <= until) {
            self.now = at;
            let now = (self.now, self.wall());
            self.exchange.timeout(now);
            self.drain();
        }
        self.now = until;
    }

    fn drain(&mut self) {
        while let Some(effect) = self.exchange.poll() {
            match effect {
                Effect::Told(told) => self.told.push(told),
                Effect::Web(WebEffect::Look { id, .. }) => self.looks.push(id),
                Effect::Web(WebEffect::Ask { id, request, .. }) => self.asked.push((id, request)),
                Effect::Web(WebEffect::Listen { id, path, .. }) => self.listening = Some((id, path)),
                Effect::Web(WebEffect::Pin { fingerprint, .. }) => self.pinned.push(fingerprint),
                Effect::Web(WebEffect::Say { text, .. }) => self.said.push(text),
                Effect::Web(WebEffect::Hush(_)) => self.listening = None,
            }
        }
    }

    fn shows(&mut self, fingerprint: &str, pinned: Option<&str>) {
        let result = Ok(ShownAuthority {
            name: "Balie exchange".to_owned(),
            fingerprint: fingerprint.to_owned(),
            pinned: pinned.map(str::to_owned),
        });
        let id = self.looks[0];
        self.tell(WebFact::Shown { id, result });
    }

    /// The exchange answers the latest request for this path.
    fn answer(&mut self, path: &str, status: u16, body: &impl Serialize) {
        let found = self.asked.iter().rposition(|(_, request)| request.path == path);
        let (id, _) = self.asked.remove(found.unwrap_or_else(|| panic!("{path} in {:?}", self.asked)));
        let body = serde_json::to_vec(body).unwrap();
        self.tell(WebFact::Answered { id, result: Ok(WebAnswer { status, body }) });
    }

    fn answers(&mut self, path: &str, body: &impl Serialize) {
        self.answer(path, 200, body);
    }

    fn refuses(&mut self, path: &str, code: ErrorCode) {
        self.answer(path, ApiError::new(code).status(), &ApiError::new(code));
    }

    fn frame(&mut self, frame: &ServerFrame) {
        let (id, text) = (self.listening.clone().unwrap().0, serde_json::to_string(frame).unwrap());
        self.tell(WebFact::Heard { id, text });
    }

    fn hello(&mut self, epoch: &str, seq: u64, lamps: &[(u32, PresenceState)]) {
        let presence = lamps.iter().map(|(who, state)| lamp(*who, *state)).collect();
        let snapshot = Some(Snapshot { presence, ..Snapshot::default() });
        self.begin(epoch, seq, snapshot);
    }

    fn resumed(&mut self, epoch: &str, seq: u64) {
        self.begin(epoch, seq, None);
    }

    fn begin(&mut self, epoch: &str, seq: u64, snapshot: Option<Snapshot>) {
        let epoch = epoch.to_owned();
        self.frame(&ServerFrame::Hello { seq, epoch, me: me(), snapshot, now: Timestamp(0) });
    }

    fn event(&mut self, seq: u64, event: Event) {
        self.frame(&ServerFrame::Event { seq, event });
    }

    fn deaf(&mut self, why: Trouble) {
        let (id, _) = self.listening.take().unwrap();
        self.tell(WebFact::Deaf { id, why });
    }

    /// Bert's lamp, and since when it is uncertain.
    fn lamp(&self) -> (LampState, Option<Moment>) {
        let colleagues = self.exchange.colleagues();
        let bert = colleagues.iter().find(|one| one.dial == "202").unwrap();
        (bert.lamp.state, bert.lamp.stale_since)
    }

    fn failed(&self) -> ProblemCode {
        match self.told.as_slice() {
            [Told::Failed(problem)] => problem.code,
            other => panic!("{other:?}"),
        }
    }
}

fn server() -> WebAddress {
    WebAddress::parse("centrale.example").unwrap()
}

fn me() -> Me {
    Me {
        name: "anna@x.example".to_owned(),
        role: Role::User,
        company: None,
        domain: Some("x.example".to_owned()),
        subscriber: Some(SubscriberId(1)),
        department: None,
        display_name: "Anna".to_owned(),
        language: "nl".to_owned(),
    }
}

fn sip() -> SipAccount {
    SipAccount {
        device: DeviceId(3),
        user: "anna".to_owned(),
        domain: "x.example".to_owned(),
        auth_name: "anna-balie".to_owned(),
        secret: "toestel".to_owned(),
        udp_port: Some(5060),
        tcp_port: None,
        tls_port: None,
    }
}

fn user(id: u32, name: &str, extension: &str) -> User {
    User {
        kind: SubscriberKind::Person,
        id: SubscriberId(id),
        name: name.to_lowercase(),
        display_name: name.to_owned(),
        extension: Some(extension.to_owned()),
        numbers: Vec::new(),
        department: None,
        title: None,
        mail: None,
        language: None,
        role: Role::User,
        profile: pbx_api::Profile::Office,
        options: Vec::new(),
    }
}

fn do_not_disturb(active: bool) -> FeatureSettings {
    FeatureSettings {
        subscriber: SubscriberId(1),
        feature: "do_not_disturb".to_owned(),
        version: 1,
        settings: serde_json::json!({ "active": active }),
        stored: true,
        denied: Vec::new(),
    }
}

fn presence(subscriber: u32, state: PresenceState) -> Event {
    Event::Presence { presence: lamp(subscriber, state) }
}

fn lamp(subscriber: u32, state: PresenceState) -> Presence {
    Presence {
        subscriber: SubscriberId(subscriber),
        state,
        since: Timestamp(0),
        version: 1,
        forward_to: None,
        with: None,
        ringing: None,
        parked: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "tests need some instant to count from")]
fn start() -> Instant {
    Instant::now()
}
