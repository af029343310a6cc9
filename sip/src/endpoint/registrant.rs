//! Registrations that we hold: RFC 3261 section 10, kept alive as in RFC 5626.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::authorize::Authorizer;
use super::command::{HeaderList, Registering, RegistrationKey};
use super::core::{ClientOwner, Core, Reply, TransactionId, Way};
use super::draft::{ContactSpec, Draft, SUPPORTED, contact_uri};
use super::event::{Effect, Event, Outcome};
use super::flow::{Destination, Flow};
use super::read;
use crate::dialog::path;
use crate::message::{Fields, Method, Response, Uri, Via};
use crate::timer::earliest;

/// Base and limit of the waiting time after failures, RFC 5626 section 4.5.
const BASE: Duration = Duration::from_secs(30);
const LIMIT: Duration = Duration::from_secs(1800);
/// How long a keep-alive waits for its pong, RFC 5626 section 4.4.1.
const PONG: Duration = Duration::from_secs(10);

/// A registration that we hold.
#[derive(Debug)]
pub(super) struct Registrant {
    key: RegistrationKey,
    registering: Registering,
    authorizer: Authorizer,
    call_id: String,
    tag: String,
    sequence: u32,
    request: Option<TransactionId>,
    flow: Option<Flow>,
    /// Refresh, or another attempt.
    again_at: Option<Instant>,
    ping_at: Option<Instant>,
    pong_by: Option<Instant>,
    /// The peer answers keep-alives, so silence means that the flow is dead.
    pongs: bool,
    failures: u32,
    leaving: bool,
    over: bool,
}

impl Registrant {
    pub(super) fn start(core: &mut Core, key: RegistrationKey, registering: Registering) -> Self {
        let authorizer = Authorizer::new(core, registering.request.login.clone());
        let (call_id, tag) = (core.token(), core.token());
        let mut registrant = Self {
            key,
            registering,
            authorizer,
            call_id,
            tag,
            sequence: 0,
            request: None,
            flow: None,
            again_at: None,
            ping_at: None,
            pong_by: None,
            pongs: false,
            failures: 0,
            leaving: false,
            over: false,
        };
        registrant.send(core);
        registrant
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        earliest([self.again_at, self.ping_at, self.pong_by])
    }

    /// Registers anew at once. A request that is still unanswered is given up: over UDP its next repetition may
    /// be 4 s away, and whoever asks has reason to believe that the registrar is there now.
    pub(super) fn refresh(&mut self, core: &mut Core) {
        if self.leaving {
            return;
        }
        if let Some(request) = self.request.take() {
            core.drop_client(request);
        }
        self.send(core);
    }

    /// Removes the binding.
    pub(super) fn leave(&mut self, core: &mut Core) {
        if self.leaving {
            return;
        }
        self.leaving = true;
        if let Some(request) = self.request.take() {
            core.abandon(request);
        }
        if self.flow.is_some() {
            self.send(core);
        } else {
            self.finish(core);
        }
    }

    fn send(&mut self, core: &mut Core) {
        self.sequence += 1;
        self.again_at = None;
        let outgoing = &self.registering.request;
        let path = path(&outgoing.target, &outgoing.route);
        let expires = if self.leaving { 0 } else { self.registering.expires.as_secs() };
        let mut draft = Draft {
            method: Method::Register,
            uri: path.request_uri,
            routes: path.routes,
            from: format!("{};tag={}", outgoing.from, self.tag),
            to: outgoing.to.clone(),
            call_id: self.call_id.clone(),
            sequence: self.sequence,
            contact: Some(ContactSpec {
                user: outgoing.contact_user.clone(),
                parameters: self.registering.contact_parameters.clone(),
            }),
            headers: vec![
                ("Expires".into(), expires.to_string()),
                ("Supported".into(), SUPPORTED.join(", ")),
            ],
            authorization: HeaderList::new(),
            content: outgoing.content.clone(),
            fallback: None,
        };
        self.authorizer.sign(&mut draft);
        let way = match (self.flow, &outgoing.destination) {
            (Some(flow), Destination::Address { .. } | Destination::Uri(_)) => Way::Flow(flow),
            (_, destination) => Way::from(destination),
        };
        self.request = Some(core.send(draft, way, ClientOwner::Register(self.key)));
    }

    pub(super) fn reply(&mut self, core: &mut Core, reply: &Reply) {
        if self.request != Some(reply.id) || reply.code < 200 {
            return;
        }
        self.request = None;
        match (reply.code, &reply.response, reply.flow) {
            (200..300, _, _) if self.leaving => self.finish(core),
            (200..300, Some(response), Some(flow)) => self.registered(core, response, flow),
            (401 | 407, response, flow) if self.authorizer.challenged(response.as_deref()) => {
                self.flow = flow;
                self.send(core);
            }
            (423, Some(response), _) if !self.leaving => self.too_brief(core, reply, response),
            _ if self.leaving => self.finish(core),
            _ => self.failed(core, reply),
        }
    }

    fn registered(&mut self, core: &mut Core, response: &Arc<Response>, flow: Flow) {
        self.failures = 0;
        self.flow = Some(flow);
        let ours = contact_uri(&self.registering.request.contact_user, &flow, &core.config);
        let expires = granted(response, &ours).unwrap_or(self.registering.expires);
        // Between 80 and 90 % of the time granted, so that many clients do not come at once.
        let share = 800 + u32::try_from(core.random_below(101)).unwrap_or_default();
        self.again_at = Some(core.now + expires * share / 1000);
        self.schedule_ping(core);
        core.event(Event::Registered {
            registration: self.key,
            expires,
            flow,
            reflexive: reflexive(response),
            response: Arc::clone(response),
        });
    }

    fn too_brief(&mut self, core: &mut Core, reply: &Reply, response: &Response) {
        let least = Duration::from_secs(response.min_expires().unwrap_or_default().into());
        if least > self.registering.expires {
            self.registering.expires = least;
            self.send(core);
        } else {
            self.failed(core, reply);
        }
    }

    fn failed(&mut self, core: &mut Core, reply: &Reply) {
        self.drop_flow();
        let hopeless = matches!(reply.code, 401 | 403 | 404 | 407 | 416 | 501 | 604);
        let wait = (!hopeless).then(|| {
            let asked = read::retry_after(reply.response.as_ref());
            asked.unwrap_or_else(|| self.back_off(core))
        });
        self.again_at = wait.map(|wait| core.now + wait);
        let outcome = Outcome { code: reply.code, response: reply.response.clone() };
        core.event(Event::RegistrationFailed { registration: self.key, outcome, retry_after: wait });
    }

    /// Doubles with each failure, shortened by up to half at random (RFC 5626 section 4.5).
    fn back_off(&mut self, core: &mut Core) -> Duration {
        let whole = (BASE * 2_u32.saturating_pow(self.failures.min(6))).min(LIMIT);
        self.failures += 1;
        let share = 500 + u32::try_from(core.random_below(501)).unwrap_or_default();
        whole * share / 1000
    }

    fn drop_flow(&mut self) {
        self.flow = None;
        self.ping_at = None;
        self.pong_by = None;
        self.pongs = false;
    }

    // ---- keep-alive ----

    fn schedule_ping(&mut self, core: &mut Core) {
        let Some(interval) = self.registering.keep_alive else { return };
        let share = 800 + u32::try_from(core.random_below(201)).unwrap_or_default();
        self.ping_at = Some(core.now + interval * share / 1000);
    }

    /// A pong came over this flow.
    pub(super) fn pong(&mut self, flow: Flow) {
        if self.flow == Some(flow) {
            self.pongs = true;
            self.pong_by = None;
        }
    }

    /// The flow is gone: register again over another one, soon.
    pub(super) fn flow_closed(&mut self, core: &mut Core, flow: Flow) {
        if self.flow != Some(flow) || self.over {
            return;
        }
        self.drop_flow();
        if self.leaving {
            return self.finish(core);
        }
        if self.request.is_none() {
            self.again_at = Some(core.now + Duration::from_millis(100 + core.random_below(1900)));
        }
    }

    pub(super) fn timeout(&mut self, core: &mut Core) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= core.now);
        if due(self.pong_by) {
            if let Some(flow) = self.flow {
                core.effect(Effect::Close(flow));
                self.flow_closed(core, flow);
            }
            return;
        }
        let (ping, again) = (due(self.ping_at), due(self.again_at));
        if ping && let Some(flow) = self.flow {
            core.effect(Effect::Send { flow, bytes: Arc::from(b"\r\n\r\n".as_slice()) });
            self.pong_by = (self.pongs && flow.transport.is_reliable()).then(|| core.now + PONG);
            self.schedule_ping(core);
        }
        if again {
            self.send(core);
        }
    }

    fn finish(&mut self, core: &mut Core) {
        self.over = true;
        core.event(Event::Unregistered { registration: self.key });
    }
}

/// How long our binding lives: its own `expires`, else the Expires header.
fn granted(response: &Response, ours: &str) -> Option<Duration> {
    let contacts = response.contacts().ok()?.into_addresses();
    let ours = Uri::parse(ours).ok()?;
    let mine = contacts.iter().find(|contact| contact.uri.equivalent(&ours));
    let own = match (mine, contacts.as_slice()) {
        (Some(mine), _) => mine.params.number("expires"),
        (None, [single]) => single.params.number("expires"),
        (None, _) => None,
    };
    let seconds = own.or_else(|| response.expires())?;
    Some(Duration::from_secs(seconds.max(1).into()))
}

/// Our address as the registrar saw it (RFC 3581).
fn reflexive(response: &Response) -> Option<SocketAddr> {
    let via: Via = response.top_via().ok()?;
    Some(SocketAddr::new(via.received()?, via.rport().flatten()?))
}
