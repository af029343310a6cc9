//! One of our phones and its exchange, which is a SIP endpoint played by the test.

mod accounts;
mod referrals;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sip::endpoint::{
    self, Assurance, CallKey, Command as Sip, Config, Content, Destination, Endpoint, Event, Flow,
    IncomingKey, Outgoing, Standing, Transport,
};
use sip::message::{Fields, Request};

use crate::account::{Account, Server, Settings};
use crate::boundary::{Alert, Input, RingPattern};
use crate::view::{
    CallState, Command, CommandResult, EndCause, LampState, ProblemCode, RecallReason, RecentOutcome,
    Registration, Secret, SignInStage,
};

use super::world::World;

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
                     m=audio 4000 RTP/AVP 8\r\n";

/// The exchange: answers everything as a registrar and switch would, as far as a test lets it.
struct Exchange {
    endpoint: Endpoint,
    address: SocketAddr,
    registers: u16,
    /// Its plug is pulled.
    off: bool,
    calls: u64,
    /// What the phone registered, as the target of calls to it.
    contact: String,
    invites: Vec<CallKey>,
    refers: Vec<(IncomingKey, String)>,
    /// What it answers to a REFER.
    transfers: u16,
    watchers: Vec<endpoint::SubscriptionKey>,
    ended: Vec<CallKey>,
    /// The headers of each INVITE.
    invitations: Vec<Arc<Request>>,
    /// What was answered to a REFER, and what was reported on it.
    reports: Vec<u16>,
    /// Subscriptions get no document.
    silent: bool,
    /// Calls take a while until they ring.
    slow: bool,
    registrations: u32,
    /// Seconds for which it registers.
    lasts: u32,
}

pub(super) struct Office {
    pub(super) world: World,
    exchange: Exchange,
    /// That of another company.
    second: Option<Exchange>,
    pub(super) phone: usize,
    /// Number of the last event that was told.
    pub(super) sequence: u64,
}

impl Office {
    /// A phone that is about to register, at an exchange that answers REGISTER with `registers`.
    pub(super) fn new(registers: u16) -> Self {
        let mut world = World::new();
        let settings = Settings { watch: vec!["202".into()], ..Settings::default() };
        let phone = world.desk(settings);
        let exchange = Exchange::new(world.now, "192.0.2.9:5060", registers);
        Self { world, exchange, second: None, phone, sequence: 0 }
    }

    fn registered() -> Self {
        let mut office = Self::new(200);
        office.sign_in();
        office
    }

    fn sign_in(&mut self) {
        let account = Account {
            password: Some(Secret("geheim".into())),
            server: Server::parse("192.0.2.9", Transport::Udp),
            ..Account::parse("201@example.nl").unwrap()
        };
        self.world.tell(self.phone, Input::SignIn(Box::new(account)));
        self.run();
    }

    /// How often the phone has registered.
    pub(super) fn registrations(&self) -> usize {
        usize::try_from(self.exchange.registrations).unwrap()
    }

    pub(super) fn registration(&self) -> Registration {
        self.world.desks[self.phone].window.account.as_ref().unwrap().registration.clone()
    }

    pub(super) fn ask(&mut self, command: Command) -> Option<ProblemCode> {
        let refused = self.world.ask(self.phone, command);
        self.run();
        refused
    }

    pub(super) fn pass(&mut self, time: Duration) {
        let until = self.world.now + time;
        while self.world.now < until {
            self.world.pass(Duration::from_millis(100));
            for exchange in [&mut self.exchange].into_iter().chain(&mut self.second) {
                exchange.endpoint.handle(self.world.now, endpoint::Input::Timeout);
            }
            self.run();
        }
    }

    fn sip(&mut self, command: Sip) {
        self.exchange.endpoint.handle(self.world.now, endpoint::Input::Do(command));
        self.run();
    }

    /// Carries datagrams between the phone and the exchanges until nobody has one left.
    pub(super) fn run(&mut self) {
        loop {
            let mut sent = Vec::new();
            for exchange in [&mut self.exchange].into_iter().chain(&mut self.second) {
                let bytes = exchange.poll(self.world.now).into_iter().map(|(_, bytes)| bytes);
                sent.extend(bytes.map(|bytes| (exchange.address, bytes)));
            }
            let arrived = std::mem::take(&mut self.world.lost);
            if sent.is_empty() && arrived.is_empty() {
                return;
            }
            for (from, bytes) in sent {
                self.world.arrive(self.phone, from, bytes.to_vec());
            }
            for (from, to, bytes) in arrived {
                let mut all = [&mut self.exchange].into_iter().chain(&mut self.second);
                let Some(exchange) = all.find(|one| one.address == to && !one.off) else { continue };
                let flow = Flow { transport: Transport::Udp, local: to, remote: from, connection: 0 };
                exchange.endpoint.handle(self.world.now, endpoint::Input::Received { flow, bytes });
            }
        }
    }

    /// The exchange calls the phone with these headers.
    pub(super) fn call_in(&mut self, headers: &[(&str, &str)]) -> CallKey {
        self.call_with(Content::sdp(OFFER), headers)
    }

    fn call_with(&mut self, mut content: Content, headers: &[(&str, &str)]) -> CallKey {
        content.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let phone = self.world.desks[self.phone].address;
        let call = self.exchange.call(self.world.now, phone, content);
        self.run();
        call
    }

    /// Another company's exchange is there as well.
    pub(super) fn open_second(&mut self) {
        self.second = Some(Exchange::new(self.world.now, "192.0.2.8:5060", 200));
    }

    pub(super) fn state(&self) -> &CallState {
        self.world.state(self.phone)
    }

    /// A caller whom the phone has answered.
    pub(super) fn in_conversation(&mut self) -> String {
        self.call_in(&[]);
        let call = self.world.id(self.phone);
        assert_eq!(self.ask(Command::Answer { call: call.clone() }), None);
        assert_eq!(self.state(), &CallState::Active);
        call
    }

    /// The Call-ID of the last call that came in.
    pub(super) fn last_call_id(&self) -> Option<&str> {
        self.exchange.endpoint.call_id(CallKey(self.exchange.calls))
    }

    /// The exchange says how the transfer goes that was asked for.
    pub(super) fn transfer_goes(&mut self, status: u16) {
        let (request, _) = self.exchange.refers.remove(0);
        self.sip(Sip::ReferNotify { request, status: status.into() });
    }

    /// The exchange refuses the transfers that are asked for from now on.
    pub(super) const fn refuses_transfers(&mut self, status: u16) {
        self.exchange.transfers = status;
    }

    pub(super) fn last_outcome(&self) -> Option<&CommandResult> {
        self.world.desks[self.phone].outcomes.last().map(|(_, result)| result)
    }
}

impl Exchange {
    fn new(now: Instant, address: &str, registers: u16) -> Self {
        let config = Config { event_packages: vec!["dialog".into()], ..Config::default() };
        Self {
            endpoint: Endpoint::new(now, config, [address.bytes().fold(0, u8::wrapping_add); 32]),
            address: address.parse().unwrap(),
            registers,
            off: false,
            calls: 0,
            contact: "sip:201@192.0.2.1".into(),
            invites: Vec::new(),
            refers: Vec::new(),
            transfers: 202,
            watchers: Vec::new(),
            ended: Vec::new(),
            invitations: Vec::new(),
            reports: Vec::new(),
            silent: false,
            slow: false,
            registrations: 0,
            lasts: 120,
        }
    }

    /// Bert calls whoever registered last.
    fn call(&mut self, now: Instant, phone: SocketAddr, content: Content) -> CallKey {
        self.calls += 1;
        let call = CallKey(self.calls);
        let flow = Flow { transport: Transport::Udp, local: self.address, remote: phone, connection: 0 };
        let invite = Outgoing {
            target: self.contact.clone(),
            from: "\"Bert\" <sip:202@example.nl>".into(),
            to: "<sip:201@example.nl>".into(),
            route: vec![],
            destination: Destination::Flow(flow),
            contact_user: "exchange".into(),
            login: None,
            content,
        };
        self.endpoint.handle(now, endpoint::Input::Do(Sip::Call { call, invite: Box::new(invite) }));
        call
    }

    /// It restarts between two questions of the phone, and remembers nothing.
    fn begins_anew(&mut self, now: Instant) {
        let config = Config { event_packages: vec!["dialog".into()], ..Config::default() };
        self.endpoint = Endpoint::new(now, config, [98; 32]);
    }

    fn poll(&mut self, now: Instant) -> Vec<(Flow, Arc<[u8]>)> {
        let mut sent = Vec::new();
        while let Some(effect) = self.endpoint.poll() {
            match effect {
                endpoint::Effect::Send { flow, bytes } => sent.push((flow, bytes)),
                endpoint::Effect::Resolve { id, .. } => {
                    self.endpoint.handle(now, endpoint::Input::Resolved { id, flow: None });
                }
                endpoint::Effect::Close(_) => {}
                endpoint::Effect::Event(event) => self.event(now, event),
            }
        }
        sent
    }

    fn event(&mut self, now: Instant, event: Event) {
        let command = match event {
            Event::Request { request, message, .. } if message.method().to_string() == "REGISTER" => {
                self.registrations += 1;
                self.register(request, &message)
            }
            Event::Request { request, message, .. } => {
                self.refers.push((request, message.value("Refer-To").unwrap_or_default().to_owned()));
                Sip::Respond { request, status: self.transfers.into(), content: Content::none() }
            }
            Event::IncomingCall { call, request, .. } => {
                self.invites.push(call);
                self.invitations.push(request);
                if self.slow {
                    return;
                }
                let (assurance, content) = (Default::default(), Content::none());
                Sip::Progress { call, status: 180.into(), assurance, content }
            }
            Event::SubscriptionRequested { subscription, expires, .. } => {
                self.watchers.push(subscription);
                Sip::AcceptSubscription {
                    subscription,
                    standing: Standing::Active,
                    expires,
                    content: if self.silent { Content::none() } else { lamp("confirmed", 0) },
                }
            }
            Event::Negotiate { call, .. } => Sip::Accept { call, content: Content::sdp(OFFER) },
            Event::Ended { call, .. } => return self.ended.push(call),
            Event::ReferProgress { code, .. } => return self.reports.push(code),
            Event::Progress { .. }
            | Event::Answered { .. }
            | Event::Acknowledged { .. }
            | Event::Negotiated { .. }
            | Event::Withdrawn { .. }
            | Event::OfferFailed { .. }
            | Event::Announced { .. }
            | Event::Response { .. }
            | Event::SubscriptionRefreshed { .. }
            | Event::SubscriptionAsked { .. }
            | Event::SubscriptionOver { .. }
            | Event::Subscribed { .. }
            | Event::Notified { .. }
            | Event::Unsubscribed { .. }
            | Event::Registered { .. }
            | Event::RegistrationFailed { .. }
            | Event::Unregistered { .. } => return,
        };
        self.endpoint.handle(now, endpoint::Input::Do(command));
    }

    fn register(&mut self, request: IncomingKey, message: &Request) -> Sip {
        let contact = message.value("Contact").unwrap_or_default();
        let uri = contact.trim_start_matches('<').split('>').next().unwrap_or_default();
        uri.clone_into(&mut self.contact);
        let mut content = Content::header("Contact", &format!("{contact};expires={}", self.lasts));
        if self.registers == 401 {
            content = Content::header(
                "WWW-Authenticate",
                "Digest realm=\"example.nl\", nonce=\"abc\", qop=\"auth\"",
            );
        }
        Sip::Respond { request, status: self.registers.into(), content }
    }
}

fn lamp(state: &str, version: u32) -> Content {
    let xml = format!(
        "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"full\" \
         entity=\"sip:202@example.nl\"><dialog id=\"1\" direction=\"recipient\"><state>{state}</state></dialog>\
         </dialog-info>"
    );
    let body = endpoint::Body { content_type: "application/dialog-info+xml".into(), bytes: xml.into_bytes() };
    Content { headers: vec![], body: Some(body) }
}

#[test]
fn somebody_signs_in_and_the_password_is_kept() {
    let mut office = Office::new(200);
    let sign_in = Command::SignIn {
        server: "sip:192.0.2.9".into(),
        user: "201@example.nl".into(),
        password: Secret("geheim".into()),
    };

    assert_eq!(office.ask(sign_in), None);

    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    assert!(matches!(office.registration(), Registration::Registered { .. }));
    assert!(office.world.desks[office.phone].secrets.contains_key("201@example.nl"));
    assert_eq!(office.world.desks[office.phone].window.sign_in, None);
    office.ask(Command::SignOut);
    assert!(office.world.desks[office.phone].secrets.is_empty());
    assert_eq!(office.world.desks[office.phone].window.account, None);
}

#[test]
fn a_wrong_password_shows_the_form_with_the_reason() {
    let mut office = Office::new(401);
    let sign_in = Command::SignIn {
        server: "sip:192.0.2.9".into(),
        user: "201@example.nl".into(),
        password: Secret("fout".into()),
    };

    office.ask(sign_in);

    let form = office.world.desks[office.phone].window.sign_in.clone().unwrap();
    assert_eq!(form.stage, SignInStage::Form);
    assert_eq!(form.problem.unwrap().code, ProblemCode::WrongPassword);
    assert!(matches!(office.last_outcome(), Some(CommandResult::Failed { .. })));
}

#[test]
fn an_exchange_that_goes_away_leaves_a_stale_registration_and_stale_lamps() {
    let mut office = Office::registered();
    let lamp = |office: &Office| office.world.desks[office.phone].window.colleagues[0].lamp.clone();
    assert_eq!((lamp(&office).state, lamp(&office).stale_since), (LampState::Busy, None));

    office.exchange.registers = 503;
    office.pass(Duration::from_secs(109));

    let Registration::Stale { attempt, retry_at, problem, .. } = office.registration() else {
        panic!("{:?}", office.registration());
    };
    assert!(attempt >= 1 && retry_at.is_some());
    assert_eq!(problem.code, ProblemCode::ExchangeLost);
    assert!(lamp(&office).stale_since.is_some());
    assert_eq!(office.ask(Command::Dial { to: "202".into() }), Some(ProblemCode::NotSignedIn));

    office.exchange.registers = 200;
    office.pass(Duration::from_secs(33));
    assert!(matches!(office.registration(), Registration::Registered { .. }));
    assert_eq!(lamp(&office).stale_since, None);
}

#[test]
fn an_exchange_without_power_is_noticed_within_half_a_minute_and_found_again() {
    let mut office = Office::registered();
    office.pass(Duration::from_secs(45));
    assert!(matches!(office.registration(), Registration::Registered { .. }), "it answers when asked");

    office.exchange.off = true;
    office.pass(Duration::from_secs(30));
    assert!(matches!(office.registration(), Registration::Stale { .. }));
    assert!(office.world.desks[office.phone].window.colleagues[0].lamp.stale_since.is_some());

    office.exchange.off = false;
    office.pass(Duration::from_secs(10));
    assert!(matches!(office.registration(), Registration::Registered { .. }));
    assert_eq!(office.world.desks[office.phone].window.colleagues[0].lamp.stale_since, None);
}

#[test]
fn somebody_who_does_not_want_to_wait_registers_now() {
    let mut office = Office::new(503);
    let account = Account {
        server: Server::parse("192.0.2.9", Transport::Udp),
        ..Account::parse("201@example.nl").unwrap()
    };
    office.world.tell(office.phone, Input::SignIn(Box::new(account)));
    office.run();
    assert!(matches!(office.registration(), Registration::Stale { attempt: 1, .. }));

    office.exchange.registers = 200;
    assert_eq!(office.ask(Command::RetryRegistration), None);

    assert!(matches!(office.registration(), Registration::Registered { .. }));
}

#[test]
fn a_lamp_follows_the_exchange() {
    let mut office = Office::registered();
    let subscription = office.exchange.watchers[0];

    office.sip(Sip::Notify { subscription, standing: Standing::Active, content: lamp("early", 1) });

    assert_eq!(office.world.desks[office.phone].window.colleagues[0].lamp.state, LampState::Ringing);
}

#[test]
fn a_colleague_without_calls_is_free_also_where_the_exchange_sends_no_document() {
    let mut office = Office::new(200);
    office.exchange.silent = true;
    office.sign_in();

    assert_eq!(office.world.desks[office.phone].window.colleagues[0].lamp.state, LampState::Available);
}

#[test]
fn an_exchange_that_forgot_who_watches_has_forgotten_who_is_registered() {
    let mut office = Office::new(200);
    office.exchange.lasts = 3_600;
    office.sign_in();
    assert_eq!(office.exchange.registrations, 1);

    office.exchange.begins_anew(office.world.now);
    // A subscription for 300 s is refreshed after 240 s.
    office.pass(Duration::from_secs(245));

    assert!(office.exchange.registrations > 1);
    assert_eq!(office.world.desks[office.phone].window.colleagues[0].lamp.stale_since, None);
}

#[test]
fn after_sleep_the_exchange_is_asked_for_the_registration_and_every_lamp() {
    let mut office = Office::registered();
    let (registered, watched) = (office.exchange.registrations, office.exchange.watchers.len());

    office.world.tell(office.phone, Input::Moved);
    office.run();

    assert_eq!(office.exchange.registrations, registered + 1);
    assert_eq!(office.exchange.watchers.len(), watched + 1);
    assert_eq!(office.world.desks[office.phone].window.colleagues[0].lamp.stale_since, None);
}

#[test]
fn only_the_exchange_rings_a_registered_phone() {
    let mut office = Office::registered();
    let mut stranger = Office::new(200);
    stranger.exchange.address = "192.0.2.66:5060".parse().unwrap();
    stranger.world = office.world;
    stranger.phone = office.phone;

    stranger.call_in(&[]);
    assert!(stranger.world.desks[stranger.phone].window.calls.is_empty());

    office.world = stranger.world;
    office.call_in(&[]);
    assert_eq!(office.state(), &CallState::Ringing);
    assert_eq!(office.world.call(office.phone).party.name.as_deref(), Some("Bert"));
}

#[test]
fn a_caller_without_an_offer_is_offered_one_with_the_answer() {
    let mut office = Office::registered();
    office.call_with(Content::none(), &[]);
    let call = office.world.id(office.phone);

    assert_eq!(office.ask(Command::Answer { call }), None);

    assert_eq!(office.state(), &CallState::Active);
    assert_eq!(office.world.desks[office.phone].hearing(), (1, 1));
}

#[test]
fn an_announcement_before_the_answer_is_heard_instead_of_ringback() {
    let mut office = Office::registered();
    office.ask(Command::Dial { to: "299".into() });
    let call = office.exchange.invites[0];
    assert_eq!(office.world.desks[office.phone].hearing(), (0, 1), "ringback");
    let ringback = office.world.desks[office.phone].plan.clone();

    let (assurance, content) = (Default::default(), Content::sdp(OFFER));
    office.sip(Sip::Progress { call, status: 183.into(), assurance, content });
    assert_eq!(
        office.world.desks[office.phone].hearing(),
        (0, 1),
        "the announcement, and our voice is not sent"
    );
    assert_ne!(office.world.desks[office.phone].plan, ringback);

    office.sip(Sip::Reject { call, status: 404.into(), content: Content::none() });
    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::UnknownNumber });
}

#[test]
fn a_call_that_replaces_another_takes_its_place_without_ringing() {
    let mut office = Office::registered();
    let id = office.in_conversation();
    let old = CallKey(office.exchange.calls);
    let replaces = office.exchange.endpoint.replaces(old).unwrap().to_string();

    let identity = "\"Dora\" <sip:204@example.nl>";
    office.call_in(&[("Replaces", &replaces), ("P-Asserted-Identity", identity)]);

    assert_eq!((office.state(), office.world.id(office.phone)), (&CallState::Active, id));
    assert_eq!(office.world.call(office.phone).party.name.as_deref(), Some("Dora"));
    assert_eq!(office.world.desks[office.phone].window.calls.len(), 1);
    assert_eq!(office.exchange.ended, [old]);
}

#[test]
fn a_call_rings_in_the_pattern_that_the_exchange_asks_for() {
    for (info, pattern) in [
        ("<http://127.0.0.1/Bellcore-dr2>", RingPattern::LongLong),
        ("<http://127.0.0.1/Bellcore-dr3>", RingPattern::ShortShortLong),
        ("<http://127.0.0.1/Bellcore-dr4>", RingPattern::ShortLongShort),
        ("<http://127.0.0.1/Bellcore-dr1>", RingPattern::Normal),
        ("<http://127.0.0.1/ring.wav>", RingPattern::Normal),
    ] {
        let mut office = Office::registered();

        office.call_in(&[("Alert-Info", info)]);

        assert_eq!(office.world.desks[office.phone].alert, Alert::Ringing(pattern), "{info}");
    }
}

#[test]
fn an_intercom_call_is_answered_at_once() {
    let mut office = Office::registered();

    office.call_in(&[("Call-Info", "<sip:example.nl>;answer-after=0")]);

    assert_eq!(office.state(), &CallState::Active);
}

#[test]
fn an_intercom_call_that_does_not_know_our_contact_rings() {
    let mut office = Office::registered();
    office.exchange.contact = "sip:201@192.0.2.1".into();

    office.call_in(&[("Call-Info", "<sip:example.nl>;answer-after=0")]);

    assert_eq!(office.state(), &CallState::Ringing, "its sender may be forged");
}

#[test]
fn a_call_from_another_port_of_the_exchanges_host_does_not_ring() {
    let mut office = Office::registered();
    office.exchange.address.set_port(5999);

    office.call_in(&[]);

    assert!(office.world.desks[office.phone].window.calls.is_empty());
}

#[test]
fn whoever_the_exchange_connects_is_shown() {
    let mut office = Office::registered();
    office.ask(Command::Dial { to: "299".into() });
    let call = office.exchange.invites[0];

    let identity = ("P-Asserted-Identity".to_owned(), "\"Chris\" <sip:203@example.nl>".to_owned());
    let mut content = Content::sdp(OFFER);
    content.headers.push(identity);
    office.sip(Sip::Answer { call, content });
    assert_eq!(office.world.call(office.phone).party.name.as_deref(), Some("Chris"));

    let later = Content::header("P-Asserted-Identity", "\"Dora\" <sip:204@example.nl>");
    office.sip(Sip::Announce { call, content: later });
    assert_eq!(office.world.call(office.phone).party.number.as_deref(), Some("204"));
}

#[test]
fn a_call_taken_by_another_phone_is_not_missed() {
    let mut office = Office::registered();
    let call = office.call_in(&[]);

    let reason = Content::header("Reason", "SIP;cause=200;text=\"Call completed elsewhere\"");
    office.sip(Sip::Hangup { call, content: reason });

    assert_eq!(office.state(), &CallState::Ended { cause: EndCause::AnsweredElsewhere });
    assert_eq!(office.world.desks[office.phone].window.recents[0].outcome, RecentOutcome::AnsweredElsewhere);
}

#[test]
fn a_blind_transfer_releases_the_phone_when_the_other_answers() {
    let mut office = Office::registered();
    let call = office.in_conversation();

    assert_eq!(office.ask(Command::TransferBlind { call, to: "203".into() }), None);
    let (request, refer_to) = office.exchange.refers.remove(0);
    assert_eq!(refer_to, "<sip:203@example.nl>");
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
    assert_eq!(office.world.desks[office.phone].hearing(), (0, 0));

    office.sip(Sip::ReferNotify { request, status: 200.into() });

    assert!(matches!(office.state(), CallState::Released { to } if to.number.as_deref() == Some("203")));
    assert_eq!(office.exchange.ended.len(), 1, "the phone hung up");
}

#[test]
fn a_blind_transfer_that_fails_comes_back_and_can_be_taken() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.ask(Command::TransferBlind { call: call.clone(), to: "203".into() });
    let (request, _) = office.exchange.refers.remove(0);

    office.sip(Sip::ReferNotify { request, status: 486.into() });
    assert!(matches!(office.state(), CallState::Recalled { reason: RecallReason::Busy, .. }));

    assert_eq!(office.ask(Command::Answer { call }), None);
    assert_eq!((office.state(), office.world.desks[office.phone].hearing()), (&CallState::Active, (1, 1)));
}

#[test]
fn a_consultation_is_completed_by_naming_the_other_call() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    let consulted = office.exchange.invites[0];
    office.sip(Sip::Answer { call: consulted, content: Content::sdp(OFFER) });

    assert_eq!(office.ask(Command::TransferComplete { call }), None);
    let (request, refer_to) = office.exchange.refers.remove(0);
    assert!(refer_to.starts_with("<sip:203@example.nl?Replaces="), "{refer_to}");
    office.sip(Sip::ReferNotify { request, status: 200.into() });

    assert!(matches!(office.state(), CallState::Released { .. }));
    assert_eq!(office.exchange.ended.len(), 2, "both calls are over");
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
}

#[test]
fn a_transfer_completed_before_it_rings_waits_for_the_ringing() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.exchange.slow = true;
    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    let consulted = office.exchange.invites[0];
    let before = office.world.desks[office.phone].outcomes.len();

    assert_eq!(office.ask(Command::TransferComplete { call: call.clone() }), None);
    assert_eq!(office.exchange.refers.len(), 0, "there is nobody yet to take the place of");
    assert_eq!(office.world.desks[office.phone].outcomes.len(), before, "whoever asked waits");
    assert_eq!(office.ask(Command::TransferComplete { call }), Some(ProblemCode::NotNow));

    office.sip(Sip::Progress {
        call: consulted,
        status: 180.into(),
        assurance: Assurance::Plain,
        content: Content::none(),
    });
    let (request, refer_to) = office.exchange.refers.remove(0);
    assert!(refer_to.contains("Replaces="), "{refer_to}");
    office.sip(Sip::ReferNotify { request, status: 200.into() });

    assert!(matches!(office.state(), CallState::Released { .. }));
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
}

#[test]
fn a_transfer_completed_before_it_rings_fails_with_the_party_consulted() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.exchange.slow = true;
    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    let consulted = office.exchange.invites[0];
    office.ask(Command::TransferComplete { call });

    office.sip(Sip::Reject { call: consulted, status: 486.into(), content: Content::none() });

    assert!(matches!(office.state(), CallState::Recalled { reason: RecallReason::Busy, .. }));
    assert!(
        matches!(office.last_outcome(), Some(CommandResult::Failed { .. })),
        "{:?}",
        office.last_outcome()
    );
}

#[test]
fn a_transfer_completed_before_it_rings_can_be_taken_back() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.exchange.slow = true;
    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    office.ask(Command::TransferComplete { call: call.clone() });

    office.ask(Command::TransferCancel { call });

    assert_eq!(office.state(), &CallState::Active);
    assert_eq!(office.exchange.refers.len(), 0);
}

#[test]
fn a_consultation_is_completed_also_when_both_hang_up_before_they_say_so() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    let caller = CallKey(office.exchange.calls);
    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    let consulted = office.exchange.invites[0];
    office.sip(Sip::Answer { call: consulted, content: Content::sdp(OFFER) });
    office.ask(Command::TransferComplete { call });

    office.sip(Sip::Hangup { call: consulted, content: Content::none() });
    office.sip(Sip::Hangup { call: caller, content: Content::none() });

    assert!(matches!(office.state(), CallState::Released { .. }), "{:?}", office.state());
    assert_eq!(office.last_outcome(), Some(&CommandResult::Done));
}

#[test]
fn a_caller_comes_back_when_the_party_consulted_has_hung_up_and_the_transfer_fails() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.ask(Command::TransferConsult { call: call.clone(), to: "203".into() });
    let consulted = office.exchange.invites[0];
    office.sip(Sip::Answer { call: consulted, content: Content::sdp(OFFER) });
    office.ask(Command::TransferComplete { call: call.clone() });
    let (request, _) = office.exchange.refers.remove(0);

    office.sip(Sip::Hangup { call: consulted, content: Content::none() });
    office.sip(Sip::ReferNotify { request, status: 486.into() });

    assert!(matches!(office.state(), CallState::Recalled { reason: RecallReason::Busy, .. }));
    assert_eq!(office.ask(Command::Answer { call }), None);
    assert_eq!(office.state(), &CallState::Active);
}

#[test]
fn a_caller_who_was_sent_on_and_hangs_up_without_a_word_is_with_the_other() {
    let mut office = Office::registered();
    let call = office.in_conversation();
    office.ask(Command::TransferBlind { call, to: "203".into() });

    office.sip(Sip::Hangup { call: CallKey(office.exchange.calls), content: Content::none() });

    assert!(matches!(office.state(), CallState::Released { .. }), "{:?}", office.state());
}

#[test]
fn stopping_says_goodbye_to_everybody() {
    let mut office = Office::registered();
    office.in_conversation();

    office.world.tell(office.phone, Input::Stop);
    office.run();

    assert_eq!(office.exchange.ended.len(), 1);
    assert!(office.world.desks[office.phone].phone.is_idle());
}
