//! A telephone in the simulated world: a SIP endpoint with a person's fingers, and no sound.
//!
//! It is a plain telephone that knows nothing of our exchange: it registers with digest, calls, answers,
//! holds and transfers as any desk telephone does.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sip::endpoint::{
    Body, CallKey, Command, Config, Content, Destination, Effect, EndReason, Endpoint, Event, Flow, Input,
    Login, OfferMethod, Outgoing, Registering, RegistrationKey, RequestKey, Subscribing, SubscriptionKey,
    Transport, Wanted,
};
use sip::message::{Fields, Replaces, Request};

use super::network::Datagram;

/// For how long telephones register at a time, unless it is said otherwise.
pub(super) const LEASE: Duration = Duration::from_secs(300);

/// How far a call is, as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallState {
    /// Dialled; nothing rings yet.
    Calling,
    /// It rings at the other side.
    RingingThere,
    /// The telephone rings here.
    RingingHere,
    /// In conversation.
    Talking,
    /// Over; the code with which it was refused, if it was.
    Over(Option<u16>),
}

/// One call on the telephone's display.
#[derive(Debug, Clone)]
pub struct Line {
    /// The endpoint's name for it.
    pub key: CallKey,
    /// How far it is.
    pub state: CallState,
    /// Who is shown, as `name <number>`; from From, then from every identity that comes later.
    pub shown: String,
    /// The headers of the INVITE that made it ring here.
    pub headers: BTreeMap<String, Vec<String>>,
    /// The Reason with which it was cancelled or hung up.
    pub reason: Option<String>,
    /// 181 was seen.
    pub forwarded: bool,
    /// Media came before the answer (183).
    pub early_media: bool,
    /// The session description of the other side, from the INVITE or its answer.
    pub described: String,
    /// Where it wants its sound.
    pub(super) port: u16,
    /// The other side is kept waiting.
    pub held: bool,
}

/// What makes up a telephone.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user of the address, and of the digest.
    pub user: String,
    /// The domain.
    pub domain: String,
    /// The secret.
    pub password: String,
    /// The display name.
    pub name: String,
}

/// A telephone.
#[derive(Debug)]
pub struct Telephone {
    /// With which account.
    pub account: Account,
    /// Where it is on the network.
    pub address: SocketAddr,
    server: SocketAddr,
    endpoint: Endpoint,
    /// Every call it has had, oldest first.
    pub lines: Vec<Line>,
    /// Whether it is registered now.
    pub registered: bool,
    /// The last document for each watched colleague.
    pub lamps: BTreeMap<String, String>,
    /// The last word on the last transfer: a response code, and whether it was the last.
    pub transfer: Option<(u16, bool)>,
    watching: BTreeMap<SubscriptionKey, String>,
    /// The last NOTIFY for each watched colleague, by which the dialog is known.
    notified: BTreeMap<String, Arc<Request>>,
    /// Refuses every call with this code.
    pub refuses: Option<u16>,
    /// Knows UPDATE (RFC 3311); many a desk telephone does not.
    pub updates: bool,
    /// For how long it registers at a time.
    pub lease: Duration,
    /// How it writes the user of its address, when other than in its account.
    pub writes_itself: Option<String>,
    /// Where its sound comes and goes, when it has any: one port for all of its calls.
    pub sound: Option<u16>,
    keys: u64,
}

impl Telephone {
    /// A telephone that is plugged in and silent.
    pub fn new(now: Instant, account: Account, address: SocketAddr, server: SocketAddr, seed: u8) -> Self {
        let config = Config { product: "Telephone/1".to_owned(), ..Config::default() };
        Self {
            account,
            address,
            server,
            endpoint: Endpoint::new(now, config, [seed; 32]),
            lines: Vec::new(),
            registered: false,
            lamps: BTreeMap::new(),
            transfer: None,
            watching: BTreeMap::new(),
            notified: BTreeMap::new(),
            refuses: None,
            updates: true,
            lease: LEASE,
            writes_itself: None,
            sound: None,
            keys: 0,
        }
    }

    /// When it wants to be called.
    pub fn deadline(&self) -> Option<Instant> {
        self.endpoint.deadline()
    }

    /// A deadline came.
    pub fn due(&mut self, now: Instant) {
        self.endpoint.handle(now, Input::Timeout);
    }

    /// A datagram came.
    pub fn receive(&mut self, now: Instant, from: SocketAddr, bytes: Vec<u8>) {
        let flow = Flow { remote: from, ..self.flow() };
        self.endpoint.handle(now, Input::Received { flow, bytes });
    }

    /// Registers, and stays registered.
    pub fn register(&mut self, now: Instant) {
        let address = self.own_address();
        let request = self.outgoing(format!("sip:{}", self.account.domain), address.clone(), address);
        let registering =
            Registering { request, expires: self.lease, contact_parameters: String::new(), keep_alive: None };
        let registration = RegistrationKey(1);
        self.command(now, Command::Register { registration, registering: Box::new(registering) });
    }

    /// Leaves.
    pub fn unregister(&mut self, now: Instant) {
        self.command(now, Command::Unregister { registration: RegistrationKey(1) });
    }

    /// Dials; extra headers go with it.
    pub fn dial(&mut self, now: Instant, to: &str, headers: &[(&str, &str)]) {
        let call = CallKey(self.key());
        let escaped = to.replace('#', "%23");
        let target = format!("sip:{escaped}@{}", self.account.domain);
        let (from, to) = (self.own_address(), format!("<{target}>"));
        let mut invite = self.outgoing(target, from, to);
        let port = self.next_port();
        invite.content = Content::sdp(self.description(port, "sendrecv"));
        invite
            .content
            .headers
            .extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.lines.push(Line::new(call, CallState::Calling, port));
        self.command(now, Command::Call { call, invite: Box::new(invite) });
    }

    /// Picks up the latest call that rings.
    pub fn answer(&mut self, now: Instant) {
        if let Some(place) = self.latest(|line| line.state == CallState::RingingHere) {
            self.answer_at(now, place);
        }
    }

    /// Picks up the call in this place of the display.
    pub fn answer_at(&mut self, now: Instant, place: usize) {
        let Some(line) = self.lines.get_mut(place) else { return };
        line.state = CallState::Talking;
        let (call, port) = (line.key, line.port);
        let content = Content::sdp(self.description(port, "sendrecv"));
        self.command(now, Command::Answer { call, content });
    }

    /// Declines the latest call that rings.
    pub fn decline(&mut self, now: Instant, code: u16) {
        if let Some(place) = self.latest(|line| line.state == CallState::RingingHere) {
            self.decline_at(now, place, code);
        }
    }

    /// Declines the call in this place of the display.
    pub fn decline_at(&mut self, now: Instant, place: usize, code: u16) {
        let Some(line) = self.lines.get_mut(place) else { return };
        line.state = CallState::Over(Some(code));
        let call = line.key;
        self.command(now, Command::Reject { call, status: code.into(), content: Content::none() });
    }

    /// Ends the latest call that is not over.
    pub fn hang_up(&mut self, now: Instant) {
        if let Some(place) = self.latest(Line::open) {
            self.hang_up_at(now, place);
        }
    }

    /// Ends the call in this place of the display.
    pub fn hang_up_at(&mut self, now: Instant, place: usize) {
        let Some(line) = self.lines.get_mut(place) else { return };
        line.state = CallState::Over(None);
        let call = line.key;
        self.command(now, Command::Hangup { call, content: Content::none() });
    }

    /// Puts the latest conversation on hold, or takes it off.
    pub fn hold(&mut self, now: Instant, hold: bool) {
        if let Some(place) = self.latest(|line| line.state == CallState::Talking && line.held != hold) {
            self.hold_at(now, place, hold);
        }
    }

    /// Puts the conversation in this place of the display on hold, or takes it off.
    pub fn hold_at(&mut self, now: Instant, place: usize, hold: bool) {
        let Some(line) = self.lines.get_mut(place) else { return };
        line.held = hold;
        let (call, port) = (line.key, line.port);
        let direction = if hold { "sendonly" } else { "sendrecv" };
        let content = Content::sdp(self.description(port, direction));
        self.command(now, Command::Offer { call, method: OfferMethod::Reinvite, content });
    }

    /// Puts the other side of the latest conversation through to a number.
    pub fn transfer(&mut self, now: Instant, to: &str) {
        if let Some(place) = self.latest(|line| line.state == CallState::Talking) {
            self.transfer_at(now, place, to);
        }
    }

    /// Puts the other side of the conversation in this place of the display through to a number.
    pub fn transfer_at(&mut self, now: Instant, place: usize, to: &str) {
        self.refer_at(now, place, format!("<sip:{}@{}>", to.replace('#', "%23"), self.account.domain));
    }

    /// Sends a key within the latest conversation, as INFO.
    pub fn press(&mut self, now: Instant, key: char) {
        let Some(place) = self.latest(|line| line.state == CallState::Talking) else { return };
        let Some(call) = self.lines.get(place).map(|line| line.key) else { return };
        let body = Body {
            content_type: "application/dtmf-relay".into(),
            bytes: format!("Signal={key}\r\nDuration=160\r\n").into_bytes(),
        };
        let content = Content { headers: Vec::new(), body: Some(body) };
        let request = RequestKey(self.key());
        self.command(now, Command::Request { call, request, method: "INFO".to_owned(), content });
    }

    /// Sends a REFER within the latest conversation.
    pub fn refer(&mut self, now: Instant, refer_to: String) {
        if let Some(place) = self.latest(|line| line.state == CallState::Talking) {
            self.refer_at(now, place, refer_to);
        }
    }

    fn refer_at(&mut self, now: Instant, place: usize, refer_to: String) {
        let Some(call) = self.lines.get(place).map(|line| line.key) else { return };
        let request = RequestKey(self.key());
        self.command(now, Command::Refer { call, request, refer_to, content: Content::none() });
    }

    /// What names the dialog of the latest call to the other side.
    pub fn dialog(&self) -> Option<Replaces> {
        self.endpoint.replaces(self.lines.last()?.key)
    }

    /// Connects the other sides of the two latest calls.
    pub fn transfer_attended(&mut self, now: Instant) {
        let mut open = (0..self.lines.len()).rev().filter(|place| self.lines[*place].open());
        if let (Some(second), Some(first)) = (open.next(), open.next()) {
            self.connect_at(now, first, second);
        }
    }

    /// Connects the other sides of the calls in these two places of the display (Refer-To with Replaces).
    pub fn connect_at(&mut self, now: Instant, first: usize, second: usize) {
        let dialog = self.lines.get(second).and_then(|line| self.endpoint.replaces(line.key));
        let Some(dialog) = dialog else { return };
        let uri = sip::message::Uri::parse(&format!("sip:{}", self.account.domain));
        let Some(uri) = uri.ok().and_then(|uri| uri.as_sip().cloned()) else { return };
        let refer_to = format!("<{}>", uri.with_user("other").with_header("Replaces", &dialog.to_string()));
        self.refer_at(now, first, refer_to);
    }

    /// Watches a colleague.
    pub fn watch(&mut self, now: Instant, whom: &str, package: &str, content: Content) {
        let subscription = SubscriptionKey(self.key());
        let target = format!("sip:{whom}@{}", self.account.domain);
        let (from, to) = (self.own_address(), format!("<{target}>"));
        let request = Outgoing { content, ..self.outgoing(target, from, to) };
        let subscribing =
            Subscribing { request, event: package.to_owned(), expires: Duration::from_secs(600) };
        self.watching.insert(subscription, whom.to_owned());
        self.command(now, Command::Subscribe { subscription, subscribing: Box::new(subscribing) });
    }

    /// A SUBSCRIBE within the subscription to somebody, with a body, as a telephone sends it whose key is
    /// used.
    pub(super) fn asking(&self, whom: &str, body: (&str, &str), sequence: u64) -> Option<String> {
        let notify = self.notified.get(whom)?;
        let field = |name| notify.value(name).unwrap_or_default();
        let target = field("Contact").trim_start_matches('<').trim_end_matches('>');
        let (address, user) = (self.address, &self.account.user);
        Some(format!(
            "SUBSCRIBE {target} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {address};branch=z9hG4bK-key-{user}-{sequence};rport\r\n\
             Max-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {sequence} SUBSCRIBE\r\n\
             Contact: <sip:{user}@{address}>\r\nEvent: {}\r\nExpires: 600\r\n\
             Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
            field("To"),
            field("From"),
            field("Call-ID"),
            field("Event"),
            body.0,
            body.1.len(),
            body.1,
        ))
    }

    /// What it wants to send; events are taken in on the way.
    pub fn poll(&mut self, now: Instant) -> Option<Datagram> {
        while let Some(effect) = self.endpoint.poll() {
            match effect {
                Effect::Send { flow, bytes } => {
                    let bytes = if self.updates { bytes.to_vec() } else { without_update(&bytes) };
                    return Some(Datagram { from: self.address, to: flow.remote, bytes });
                }
                Effect::Resolve { id, attempt, .. } => {
                    let flow = (attempt == 0).then(|| self.flow());
                    self.endpoint.handle(now, Input::Resolved { id, flow });
                }
                Effect::Close(_) => {}
                Effect::Event(event) => self.event(now, event),
            }
        }
        None
    }

    fn event(&mut self, now: Instant, event: Event) {
        match event {
            Event::IncomingCall { call, request, .. } => self.rings(now, call, &request),
            Event::Progress { call, response, .. } => {
                let (code, early) = (response.code(), !response.body().is_empty());
                if let Some(line) = self.by_key(call) {
                    line.forwarded |= code == 181;
                    line.early_media |= early;
                    if code == 180 {
                        line.state = CallState::RingingThere;
                    }
                }
            }
            Event::Answered { call, response, .. } => {
                let identity = response.value("P-Asserted-Identity").map(str::to_owned);
                if let Some(line) = self.by_key(call) {
                    line.state = CallState::Talking;
                    line.shown = identity.unwrap_or_default();
                    line.described = String::from_utf8_lossy(response.body()).into_owned();
                }
            }
            Event::Announced { call, carrier } => {
                let identity = carrier.header("P-Asserted-Identity").map(str::to_owned);
                if let (Some(line), Some(identity)) = (self.by_key(call), identity) {
                    line.shown = identity;
                }
            }
            Event::Negotiate { call, wanted, carrier } => {
                let offer = String::from_utf8_lossy(carrier.body()).into_owned();
                let direction = match wanted {
                    Wanted::Answer if offer.contains("a=sendonly") => "recvonly",
                    Wanted::Answer if offer.contains("a=inactive") => "inactive",
                    Wanted::Answer | Wanted::Offer => "sendrecv",
                };
                let Some(line) = self.by_key(call) else { return };
                if let Some(identity) = carrier.header("P-Asserted-Identity") {
                    line.shown = identity.to_owned();
                }
                let port = line.port;
                let content = Content::sdp(self.description(port, direction));
                self.command(now, Command::Accept { call, content });
            }
            Event::Ended { call, reason } => self.over(call, &reason),
            Event::ReferProgress { code, last, .. } => self.transfer = Some((code, last)),
            Event::Registered { .. } => self.registered = true,
            Event::RegistrationFailed { .. } | Event::Unregistered { .. } => self.registered = false,
            Event::Notified { subscription, request } => {
                if let Some(whom) = self.watching.get(&subscription) {
                    self.lamps.insert(whom.clone(), String::from_utf8_lossy(request.body()).into_owned());
                    self.notified.insert(whom.clone(), request);
                }
            }
            Event::Request { request, .. } => {
                self.command(now, Command::Respond { request, status: 200.into(), content: Content::none() });
            }
            Event::Acknowledged { .. }
            | Event::Negotiated { .. }
            | Event::OfferFailed { .. }
            | Event::Withdrawn { .. }
            | Event::Response { .. }
            | Event::SubscriptionRequested { .. }
            | Event::SubscriptionRefreshed { .. }
            | Event::SubscriptionAsked { .. }
            | Event::SubscriptionOver { .. }
            | Event::Subscribed { .. }
            | Event::Unsubscribed { .. } => {}
        }
    }

    fn rings(&mut self, now: Instant, call: CallKey, request: &Request) {
        if let Some(code) = self.refuses {
            return self
                .command(now, Command::Reject { call, status: code.into(), content: Content::none() });
        }
        let port = self.next_port();
        let mut line = Line::new(call, CallState::RingingHere, port);
        line.shown = request.value("From").map(without_tag).unwrap_or_default();
        line.described = String::from_utf8_lossy(request.body()).into_owned();
        for header in request.headers().iter() {
            let (name, value) =
                (sip::message::header::name_of(header), sip::message::header::value_of(header));
            line.headers.entry(name.to_owned()).or_default().push(value.to_owned());
        }
        self.lines.push(line);
        let ring = Command::Progress {
            call,
            status: 180.into(),
            assurance: Default::default(),
            content: Content::none(),
        };
        self.command(now, ring);
        if request.call_info().iter().any(|info| info.answer_after() == Some(0)) {
            self.answer(now);
        }
    }

    fn over(&mut self, call: CallKey, reason: &EndReason) {
        let (code, header) = match reason {
            EndReason::Refused(outcome) => {
                let reason = outcome.response.as_ref().and_then(|response| response.value("Reason"));
                (Some(outcome.code), reason.map(str::to_owned))
            }
            EndReason::PeerHungUp(request) | EndReason::Cancelled(request) => {
                (None, request.value("Reason").map(str::to_owned))
            }
            EndReason::HungUp
            | EndReason::NoAck
            | EndReason::NoPrack
            | EndReason::SessionExpired
            | EndReason::DialogLost(_)
            | EndReason::ProtocolError(_) => (None, None),
        };
        if let Some(line) = self.by_key(call) {
            line.reason = header;
            if !matches!(line.state, CallState::Over(_)) {
                line.state = CallState::Over(code);
            }
        }
    }

    fn outgoing(&self, target: String, from: String, to: String) -> Outgoing {
        let login = Login::with_password(&self.account.user, &self.account.password);
        Outgoing {
            target,
            from,
            to,
            route: Vec::new(),
            destination: Destination::Flow(self.flow()),
            contact_user: self.account.user.clone(),
            login: Some(login),
            content: Content::none(),
        }
    }

    fn own_address(&self) -> String {
        let Account { name, user, domain, .. } = &self.account;
        let user = self.writes_itself.as_ref().unwrap_or(user);
        format!("\"{name}\" <sip:{user}@{domain}>")
    }

    fn flow(&self) -> Flow {
        Flow { transport: Transport::Udp, local: self.address, remote: self.server, connection: 0 }
    }

    /// G.711 A-law at the telephone's own address.
    fn description(&self, port: u16, direction: &str) -> Vec<u8> {
        let ip = self.address.ip();
        format!(
            "v=0\r\no=- {port} 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n\
             a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
        )
        .into_bytes()
    }

    fn command(&mut self, now: Instant, command: Command) {
        self.endpoint.handle(now, Input::Do(command));
    }

    fn by_key(&mut self, key: CallKey) -> Option<&mut Line> {
        self.lines.iter_mut().rev().find(|line| line.key == key)
    }

    /// Where the latest line stands that fits.
    fn latest(&self, fits: impl Fn(&Line) -> bool) -> Option<usize> {
        self.lines.iter().rposition(fits)
    }

    fn key(&mut self) -> u64 {
        self.keys += 1;
        self.keys
    }

    fn next_port(&self) -> u16 {
        self.sound.unwrap_or_else(|| 4_000 + 2 * u16::try_from(self.lines.len() % 10_000).unwrap_or(0))
    }
}

impl Line {
    fn new(key: CallKey, state: CallState, port: u16) -> Self {
        Self {
            key,
            state,
            shown: String::new(),
            headers: BTreeMap::new(),
            reason: None,
            forwarded: false,
            early_media: false,
            described: String::new(),
            port,
            held: false,
        }
    }

    /// Whether it is not over.
    pub fn open(&self) -> bool {
        !matches!(self.state, CallState::Over(_))
    }

    /// The values of a header of the INVITE that made it ring here.
    pub fn header(&self, name: &str) -> &[String] {
        self.headers.get(name).map_or(&[], Vec::as_slice)
    }
}

fn without_tag(from: &str) -> String {
    from.split(";tag=").next().unwrap_or(from).to_owned()
}

/// What it sends, as a telephone sends it that does not know UPDATE.
fn without_update(bytes: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace("UPDATE, ", "").into_bytes()
}
