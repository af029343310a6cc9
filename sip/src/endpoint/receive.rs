//! Bytes that arrive: keep-alives, responses, requests; the checks of RFC 3261 8.2 and 12.2.2.

use std::sync::Arc;

use super::Endpoint;
use super::call::{Call, Inside, capabilities};
use super::command::{Content, HeaderList, Status};
use super::config::OptionsAnswer;
use super::core::{Arrival, TransactionId, Usage};
use super::draft::{ALLOW, SUPPORTED};
use super::event::{Effect, Event};
use super::flow::Flow;
use super::read;
use super::watcher::Watcher;
use crate::dialog::ReplacesVerdict;
use crate::message::{Fields, Message, Method, Request, wire};

/// Why a request is refused before anybody looks at it.
type Refusal = (u16, HeaderList);

/// What an incoming INVITE replaces, if anything.
enum Replacing {
    Nothing,
    Call(super::CallKey),
    Refused(u16),
}

impl Endpoint {
    pub(super) fn receive(&mut self, flow: Flow, bytes: &[u8]) {
        if wire::is_keep_alive(bytes) {
            return self.keep_alive(flow, bytes);
        }
        match wire::parse_datagram(bytes) {
            Ok(Message::Response(response)) => {
                let reply = self.core.receive_response(response);
                self.reply(reply);
            }
            Ok(Message::Request(request)) => self.receive_request(flow, Arc::new(request)),
            Err(error) => {
                if let Some(answer) = error.answer.filter(|_| self.core.may_answer(flow)) {
                    let bytes = answer.to_bytes().into();
                    self.core.effect(Effect::Send { flow, bytes });
                }
            }
        }
    }

    /// RFC 5626 4.4.1: a double line end asks, a single one answers.
    fn keep_alive(&mut self, flow: Flow, bytes: &[u8]) {
        if bytes.len() >= 4 && flow.transport.is_reliable() {
            self.core.effect(Effect::Send { flow, bytes: Arc::from(b"\r\n".as_slice()) });
        } else if bytes == b"\r\n" {
            for registrant in self.registrations.values_mut() {
                registrant.pong(flow);
            }
            let keys: Vec<_> = self.registrations.keys().copied().collect();
            for key in keys {
                self.with_registration(key, |_, _| {});
            }
        }
    }

    fn receive_request(&mut self, flow: Flow, request: Arc<Request>) {
        match self.core.receive_request(flow, &request) {
            Arrival::Absorbed => {}
            Arrival::Merged(server) => self.core.turn_away(server, 482),
            Arrival::Overload => {
                let content = Content::header("Retry-After", "5");
                self.core.respond_statelessly(flow, &request, &503.into(), &content);
            }
            Arrival::Ack => self.receive_inside(0, flow, &request),
            Arrival::New(server) if *request.method() == Method::Cancel => {
                self.receive_cancel(server, flow, &request);
            }
            Arrival::New(server) => self.receive_new(server, flow, &request),
        }
    }

    /// RFC 3261 9.2.
    fn receive_cancel(&mut self, server: TransactionId, flow: Flow, request: &Arc<Request>) {
        let Some(invite) = self.core.cancelled_invite(flow, request) else {
            return self.core.turn_away(server, 481);
        };
        let call = self.core.call_of(invite);
        self.core.share_to_tag(server, invite);
        self.core.refuse(server, 200);
        if let Some(call) = call {
            self.with_call(call, |call, core| call.cancelled(core, invite, request));
        }
    }

    fn receive_new(&mut self, server: TransactionId, flow: Flow, request: &Arc<Request>) {
        if let Some((code, headers)) = self.refusal(request) {
            return self.core.dismiss(server, &code.into(), &headers, &Content::none());
        }
        if request.to_tag().is_some() {
            return self.receive_inside(server, flow, request);
        }
        match request.method() {
            Method::Invite => self.receive_invite(server, flow, request),
            Method::Subscribe => self.receive_subscribe(server, flow, request),
            Method::Refer if request.value("Refer-Sub").is_none_or(|value| value != "false") => {
                let sequence = read::cseq(&**request).map_or(0, |sequence| sequence.number);
                self.watch(server, flow, request, format!("refer;id={sequence}"));
            }
            Method::Options if self.core.config.options == OptionsAnswer::Automatic => {
                self.answer_options(server);
            }
            Method::Bye | Method::Update | Method::Prack | Method::Info => {
                self.core.turn_away(server, 481);
            }
            Method::Message
            | Method::Notify
            | Method::Options
            | Method::Publish
            | Method::Refer
            | Method::Register
            | Method::Extension(_) => self.core.hand_over(server, None, flow, request),
            Method::Ack | Method::Cancel => {}
        }
    }

    /// RFC 3261 8.2.1 to 8.2.3.
    fn refusal(&self, request: &Request) -> Option<Refusal> {
        let header = |name: &str, value: String| vec![(name.to_owned(), value)];
        if request.method().is_extension() {
            return Some((501, header("Allow", ALLOW.into())));
        }
        if !matches!(request.uri().scheme().to_ascii_lowercase().as_str(), "sip" | "sips" | "tel" | "urn") {
            return Some((416, Vec::new()));
        }
        let unknown: Vec<&str> = request
            .requires()
            .filter(|option| !SUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(option)))
            .filter(|option| !(is_about_states(request) && option.eq_ignore_ascii_case(LISTS)))
            .collect();
        if !unknown.is_empty() {
            return Some((420, header("Unsupported", unknown.join(", "))));
        }
        if request.max_forwards().ok().flatten() == Some(0) && *request.method() != Method::Options {
            return Some((483, Vec::new()));
        }
        self.unreadable(request).then(|| (415, header("Accept", self.core.config.accept.join(", "))))
    }

    /// Whether a session request has a body that we cannot read and that is not optional.
    fn unreadable(&self, request: &Request) -> bool {
        let session = matches!(request.method(), Method::Invite | Method::Update | Method::Prack);
        if !session || request.body().is_empty() {
            return false;
        }
        if request.value("Content-Encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
            return true;
        }
        let optional =
            request.value("Content-Disposition").is_some_and(|value| value.contains("handling=optional"));
        match request.content_type() {
            Ok(Some(media)) => !optional && !self.core.config.accept.contains(&media.essence),
            Ok(None) => false,
            Err(_) => true,
        }
    }

    /// A request that names a dialog; a transaction number of 0 stands for an ACK.
    fn receive_inside(&mut self, server: TransactionId, flow: Flow, request: &Arc<Request>) {
        let tag = request.to_tag().unwrap_or_default();
        match self.core.tags.get(&tag).copied() {
            Some(Usage::Call(key)) => {
                self.core.set_call(server, key);
                let inside = Inside { server, flow, request };
                self.with_call(key, |call, core| call.receive_inside(core, inside));
            }
            Some(Usage::Subscription(key)) => self.receive_in_subscription(key, server, flow, request),
            None => self.core.turn_away(server, 481),
        }
    }

    fn receive_in_subscription(
        &mut self,
        key: super::SubscriptionKey,
        server: TransactionId,
        flow: Flow,
        request: &Arc<Request>,
    ) {
        if self.watchers.contains_key(&key) {
            self.with_watcher(key, |watcher, core| watcher.refreshed(core, flow, server, request));
        } else if *request.method() == Method::Notify {
            self.with_subscriber(key, |subscriber, core| subscriber.notified(core, flow, server, request));
        } else {
            self.core.refuse(server, 481);
        }
    }

    fn receive_invite(&mut self, server: TransactionId, flow: Flow, request: &Arc<Request>) {
        if self.ringing >= self.core.config.limits.ringing_calls {
            let content = Content::header("Retry-After", "5");
            return self.core.dismiss(server, &503.into(), &[], &content);
        }
        if let Some((code, headers)) = self.session_refusal(request) {
            return self.core.dismiss(server, &code, &headers, &Content::none());
        }
        let replaces = match self.replacing(request) {
            Replacing::Nothing => None,
            Replacing::Call(key) => Some(key),
            Replacing::Refused(code) => return self.core.turn_away(server, code),
        };
        let key = self.peer_call_key();
        let call = Call::receive(&mut self.core, key, Inside { server, flow, request });
        self.ringing += 1;
        self.calls.insert(key, call);
        let request = Arc::clone(request);
        self.core.event(Event::IncomingCall { call: key, flow, request, replaces });
    }

    /// RFC 4028 section 9, and the Contact that a dialog needs.
    fn session_refusal(&self, request: &Request) -> Option<(Status, HeaderList)> {
        if request.contact().is_err() {
            let reason = Some("Missing Contact".into());
            return Some((Status { code: 400, reason }, Vec::new()));
        }
        let least = u32::try_from(self.core.config.session.min_se.as_secs()).unwrap_or(u32::MAX);
        let terms = read::session_terms(request);
        let short = crate::dialog::accept_session(terms, None, least).err()?;
        Some((422.into(), vec![("Min-SE".into(), short.to_string())]))
    }

    /// RFC 3891 section 3.
    fn replacing(&self, request: &Request) -> Replacing {
        let replaces = match request.replaces() {
            Ok(None) => return Replacing::Nothing,
            Ok(Some(replaces)) => replaces,
            Err(_) => return Replacing::Refused(400),
        };
        let key = match self.core.tags.get(&replaces.to_tag) {
            Some(Usage::Call(key)) => *key,
            Some(Usage::Subscription(_)) | None => return Replacing::Refused(481),
        };
        let found =
            self.calls.get(&key).and_then(|call| call.replaceable(&replaces.call_id, &replaces.from_tag));
        match ReplacesVerdict::judge(found, replaces.early_only) {
            ReplacesVerdict::Replace => Replacing::Call(key),
            ReplacesVerdict::Refuse(code) => Replacing::Refused(code),
        }
    }

    fn receive_subscribe(&mut self, server: TransactionId, flow: Flow, request: &Arc<Request>) {
        let event = request.event().ok().flatten();
        let known =
            event.as_ref().is_some_and(|event| self.core.config.event_packages.contains(&event.package));
        match event {
            Some(event) if known => self.watch(server, flow, request, event.to_string()),
            _ => {
                let header = [("Allow-Events".to_owned(), self.core.config.event_packages.join(", "))];
                self.core.dismiss(server, &489.into(), &header, &Content::none());
            }
        }
    }

    fn watch(&mut self, server: TransactionId, flow: Flow, request: &Arc<Request>, event: String) {
        if self.watchers.len() >= self.core.config.limits.subscriptions {
            return self.core.turn_away(server, 503);
        }
        let key = self.peer_subscription_key();
        let watcher = Watcher::start(&mut self.core, key, (server, flow), request, event);
        self.watchers.insert(key, watcher);
    }

    fn answer_options(&mut self, server: TransactionId) {
        let mut headers = capabilities();
        headers.push(("Accept".into(), self.core.config.accept.join(", ")));
        if !self.core.config.event_packages.is_empty() {
            headers.push(("Allow-Events".into(), self.core.config.event_packages.join(", ")));
        }
        self.core.dismiss(server, &200.into(), &headers, &Content::none());
    }
}

/// Lists of states (RFC 4662): an option between the owners of a subscription, who write and read them.
const LISTS: &str = "eventlist";

fn is_about_states(request: &Request) -> bool {
    matches!(request.method(), Method::Subscribe | Method::Notify)
}
