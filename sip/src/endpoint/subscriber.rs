//! Subscriptions that we hold: RFC 6665 section 4.1.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::authorize::Authorizer;
use super::command::{HeaderList, Subscribing, SubscriptionKey};
use super::core::{ClientOwner, Core, Reply, TransactionId, Usage, Way};
use super::draft::{ContactSpec, Draft};
use super::event::{Event, Outcome, SubscriptionEnd};
use super::flow::Flow;
use super::read;
use crate::dialog::{Dialog, DialogId, Holder, HolderAction, TerminationReason, path};
use crate::message::{Fields, Method, Request, Response, SubscriptionStatus};
use crate::timer::earliest;

/// A subscription that we hold.
#[derive(Debug)]
pub(super) struct Subscriber {
    key: SubscriptionKey,
    subscribing: Subscribing,
    authorizer: Authorizer,
    call_id: String,
    tag: String,
    sequence: u32,
    dialog: Option<(Dialog, Flow)>,
    holder: Holder,
    request: Option<TransactionId>,
    /// The duration asked for next; zero when the owner wants to leave.
    expires: Duration,
    leaving: bool,
    /// Timer N, RFC 6665 4.1.2.4: a NOTIFY must come.
    notify_by: Option<Instant>,
    over: bool,
}

impl Subscriber {
    pub(super) fn start(core: &mut Core, key: SubscriptionKey, subscribing: Subscribing) -> Self {
        let authorizer = Authorizer::new(core, subscribing.request.login.clone());
        let (call_id, tag) = (core.token(), core.new_tag(Usage::Subscription(key)));
        let mut subscriber = Self {
            key,
            authorizer,
            call_id,
            tag,
            sequence: 0,
            dialog: None,
            holder: Holder::default(),
            request: None,
            expires: subscribing.expires,
            leaving: subscribing.expires.is_zero(),
            notify_by: None,
            over: false,
            subscribing,
        };
        subscriber.send(core);
        subscriber
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        earliest([self.holder.deadline(), self.notify_by])
    }

    fn send(&mut self, core: &mut Core) {
        self.sequence += 1;
        self.holder.refreshing();
        let outgoing = &self.subscribing.request;
        let (path, to) = match &self.dialog {
            Some((dialog, _)) => (dialog.path(), format!("{};tag={}", outgoing.to, dialog.id.remote_tag)),
            None => (path(&outgoing.target, &outgoing.route), outgoing.to.clone()),
        };
        let mut draft = Draft {
            method: Method::Subscribe,
            uri: path.request_uri,
            routes: path.routes,
            from: format!("{};tag={}", outgoing.from, self.tag),
            to,
            call_id: self.call_id.clone(),
            sequence: self.sequence,
            contact: Some(ContactSpec::user(&outgoing.contact_user)),
            headers: self.headers(),
            authorization: HeaderList::new(),
            content: outgoing.content.clone(),
            fallback: self.dialog.is_some().then_some(path.next_hop),
        };
        self.authorizer.sign(&mut draft);
        let way = match &self.dialog {
            Some((_, flow)) => Way::Flow(*flow),
            None => Way::from(&outgoing.destination),
        };
        self.request = Some(core.send(draft, way, ClientOwner::Subscribe(self.key)));
    }

    fn headers(&self) -> HeaderList {
        vec![
            ("Event".into(), self.subscribing.event.clone()),
            ("Expires".into(), self.expires.as_secs().to_string()),
            ("Allow-Events".into(), package(&self.subscribing.event).to_owned()),
        ]
    }

    /// The owner wants to leave.
    pub(super) fn leave(&mut self, core: &mut Core) {
        if self.leaving {
            return;
        }
        self.leaving = true;
        self.expires = Duration::ZERO;
        if self.dialog.is_some() {
            self.send(core);
        } else {
            if let Some(request) = self.request {
                core.abandon(request);
            }
            self.finish(core, SubscriptionEnd::Ours, None);
        }
    }

    pub(super) fn reply(&mut self, core: &mut Core, reply: &Reply) {
        if self.request != Some(reply.id) || reply.code < 200 {
            return;
        }
        self.request = None;
        match (reply.code, &reply.response) {
            (200..300, Some(response)) => self.accepted(core, reply, response),
            (401 | 407, response) if self.authorizer.challenged(response.as_deref()) => self.send(core),
            (423, Some(response)) if !self.leaving => {
                let least = response.min_expires().unwrap_or(3600);
                let least = Duration::from_secs(least.into());
                if least <= self.expires {
                    return self.refused(core, reply);
                }
                self.expires = least;
                self.send(core);
            }
            _ => self.refused(core, reply),
        }
    }

    fn accepted(&mut self, core: &mut Core, reply: &Reply, response: &Response) {
        if let (None, Some(flow)) = (&self.dialog, reply.flow) {
            let mut dialog = read::caller_dialog(&reply.draft, response);
            dialog.local_sequence = self.sequence;
            self.dialog = Some((dialog, flow));
        } else if let Some((dialog, _)) = &mut self.dialog {
            dialog.refresh_target(read::contact_uri(response).as_deref());
        }
        let granted = response.expires().map_or(self.expires, |seconds| Duration::from_secs(seconds.into()));
        self.notify_by = Some(core.now + core.config.intervals.patience());
        if !self.leaving {
            let granted = granted.min(self.expires.max(Duration::from_secs(1)));
            self.holder.granted(core.now, granted);
            core.event(Event::Subscribed { subscription: self.key, expires: granted });
        }
    }

    fn refused(&mut self, core: &mut Core, reply: &Reply) {
        if self.leaving && self.dialog.is_some() {
            return self.finish(core, SubscriptionEnd::Ours, None);
        }
        let outcome = Outcome { code: reply.code, response: reply.response.clone() };
        let hopeless = matches!(reply.code, 401 | 403 | 404 | 405 | 407 | 410 | 416 | 489 | 501 | 604);
        let wait = match reply.code {
            481 => Duration::ZERO,
            _ => read::retry_after(reply.response.as_ref()).unwrap_or(Duration::from_secs(30)),
        };
        self.finish(core, SubscriptionEnd::Refused(outcome), (!hopeless).then_some(wait));
    }

    /// A NOTIFY came.
    pub(super) fn notified(
        &mut self,
        core: &mut Core,
        flow: Flow,
        server: TransactionId,
        request: &Arc<Request>,
    ) {
        let strange =
            self.dialog.as_ref().is_some_and(|(_, known)| !core.config.source_check.admits(*known, flow));
        if strange || !self.belongs(flow, request) {
            return core.refuse(server, 481);
        }
        let event = request.event().ok().flatten();
        if event.is_none_or(|event| event.package != package(&self.subscribing.event)) {
            return core.refuse(server, 489);
        }
        let Ok(Some(state)) = request.subscription_state() else { return core.refuse(server, 400) };
        let sequence = read::cseq(&**request).map_or(0, |sequence| sequence.number);
        if let Some((dialog, current)) = &mut self.dialog {
            if !dialog.accept_sequence(sequence) {
                return core.refuse(server, 500);
            }
            *current = flow;
            dialog.refresh_target(read::contact_uri(&**request).as_deref());
        }
        core.refuse(server, 200);
        self.notify_by = None;
        let subscription = self.key;
        core.event(Event::Notified { subscription, request: Arc::clone(request) });
        if state.status == SubscriptionStatus::Terminated {
            let retry_after = match TerminationReason::of(&state) {
                TerminationReason::Retry(wait) if !self.leaving => Some(wait),
                TerminationReason::Retry(_) | TerminationReason::Final => None,
            };
            let reason =
                if self.leaving { SubscriptionEnd::Ours } else { SubscriptionEnd::Terminated(state.reason) };
            return self.finish(core, reason, retry_after);
        }
        if let Some(expires) = state.expires.filter(|_| !self.leaving && self.request.is_none()) {
            self.holder.granted(core.now, Duration::from_secs(expires.into()).min(self.expires));
        }
    }

    /// Whether a NOTIFY is ours; the first one may come before the 2xx and makes the dialog then.
    fn belongs(&mut self, flow: Flow, request: &Request) -> bool {
        let remote_tag = read::from_tag(request).unwrap_or_default();
        if request.call_id().ok() != Some(self.call_id.as_str()) {
            return false;
        }
        if let Some((dialog, _)) = &self.dialog {
            return dialog.id.remote_tag == remote_tag;
        }
        if self.request.is_none() {
            return false;
        }
        let mut dialog = read::callee_dialog(request, &self.tag);
        dialog.id = DialogId { remote_tag, ..dialog.id };
        dialog.local_sequence = self.sequence;
        dialog.remote_sequence = None;
        self.dialog = Some((dialog, flow));
        true
    }

    pub(super) fn timeout(&mut self, core: &mut Core) {
        if self.notify_by.is_some_and(|at| at <= core.now) {
            let outcome = Outcome { code: 408, response: None };
            let (end, retry) = if self.leaving {
                (SubscriptionEnd::Ours, None)
            } else {
                (SubscriptionEnd::Refused(outcome), Some(Duration::from_secs(30)))
            };
            return self.finish(core, end, retry);
        }
        self.holder.handle(core.now);
        match self.holder.poll() {
            Some(HolderAction::Refresh) => self.send(core),
            Some(HolderAction::Lapsed) => {
                let outcome = Outcome { code: 408, response: None };
                self.finish(core, SubscriptionEnd::Refused(outcome), Some(Duration::ZERO));
            }
            None => {}
        }
    }

    fn finish(&mut self, core: &mut Core, reason: SubscriptionEnd, retry_after: Option<Duration>) {
        self.over = true;
        core.event(Event::Unsubscribed { subscription: self.key, reason, retry_after });
    }
}

/// `dialog` of `dialog;id=7`.
fn package(event: &str) -> &str {
    event.split(';').next().unwrap_or_default().trim()
}
