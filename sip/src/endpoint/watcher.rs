//! Subscriptions that others hold with us: RFC 6665 section 4.2.
//!
//! A REFER outside a call is one as well: its package is `refer`, its documents are message/sipfrag.
//! One NOTIFY at a time is in the air, so that documents arrive in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::command::{Content, HeaderList, Standing, Status, SubscriptionKey};
use super::core::{ClientOwner, Core, Reply, TransactionId, Usage, Way};
use super::draft::{ContactSpec, Draft};
use super::event::Event;
use super::flow::Flow;
use super::read;
use crate::dialog::{Dialog, Notifier, NotifierAction};
use crate::message::{Fields, Method, Request, SubscriptionState, SubscriptionStatus};

/// How many documents may wait for a slow subscriber.
const BACKLOG: usize = 256;
/// How long a REFER is reported on.
const REFER_EXPIRES: Duration = Duration::from_secs(180);

/// A subscription that somebody holds with us.
#[derive(Debug)]
pub(super) struct Watcher {
    key: SubscriptionKey,
    dialog: Dialog,
    flow: Flow,
    contact: ContactSpec,
    /// The Event value of our NOTIFYs.
    event: String,
    /// The SUBSCRIBE that waits for the owner.
    waiting: Option<TransactionId>,
    refer: bool,
    asked: Duration,
    /// The option that our documents require of the subscriber, which a 2xx names too (RFC 4662 4.2).
    requires: Option<String>,
    /// The longest duration that the owner grants.
    longest: Duration,
    notifier: Option<Notifier>,
    backlog: VecDeque<(SubscriptionState, Content)>,
    in_flight: bool,
    last_sent: bool,
    over: bool,
}

impl Watcher {
    /// Takes a SUBSCRIBE, or a REFER outside a call; `event` is the Event value to repeat.
    pub(super) fn start(
        core: &mut Core,
        key: SubscriptionKey,
        (server, flow): (TransactionId, Flow),
        request: &Arc<Request>,
        event: String,
    ) -> Self {
        let tag = core.new_tag(Usage::Subscription(key));
        core.set_to_tag(server, &tag);
        let refer = *request.method() == Method::Refer;
        let asked = match (refer, request.expires()) {
            (true, _) => REFER_EXPIRES,
            (false, Some(seconds)) => Duration::from_secs(seconds.into()),
            (false, None) => Duration::from_secs(3600),
        };
        let user = request.uri().user().map(Into::into).unwrap_or_default();
        let package = event.split(';').next().unwrap_or_default().trim().to_owned();
        core.event(Event::SubscriptionRequested {
            subscription: key,
            flow,
            request: Arc::clone(request),
            package,
            expires: asked,
        });
        Self {
            key,
            dialog: read::callee_dialog(request, &tag),
            flow,
            contact: ContactSpec { user, parameters: String::new() },
            event,
            waiting: Some(server),
            refer,
            asked,
            requires: None,
            longest: asked,
            notifier: None,
            backlog: VecDeque::new(),
            in_flight: false,
            last_sent: false,
            over: false,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn tag(&self) -> &str {
        &self.dialog.id.local_tag
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.notifier.as_ref().and_then(Notifier::deadline)
    }

    // ---- what the owner wants ----

    pub(super) fn accept(
        &mut self,
        core: &mut Core,
        standing: Standing,
        longest: Duration,
        content: Content,
    ) {
        let Some(server) = self.waiting.take() else { return };
        self.longest = longest;
        let required = content.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Require"));
        self.requires = required.map(|(_, option)| option.clone());
        let granted = self.asked.min(longest);
        self.confirm(core, server, granted);
        match &mut self.notifier {
            Some(notifier) => notifier.refreshed(core.now, granted),
            None => self.notifier = Some(Notifier::new(core.now, status(standing), granted)),
        }
        if self.asked.is_zero() {
            self.finish(core, SubscriptionState::terminated("timeout"), content);
        } else {
            self.notify(core, standing, content);
        }
    }

    fn confirm(&self, core: &mut Core, server: TransactionId, granted: Duration) {
        let contact = self.contact.render(&self.flow, &core.config);
        let code = if self.refer { 202 } else { 200 };
        let mut headers: HeaderList =
            if self.refer { Vec::new() } else { vec![("Expires".into(), granted.as_secs().to_string())] };
        headers.extend(self.requires.iter().map(|option| ("Require".into(), option.clone())));
        core.respond_with_contact(server, &code.into(), Some(contact), &headers, &Content::none());
    }

    pub(super) fn refuse(&mut self, core: &mut Core, status: &Status, content: &Content) {
        if let Some(server) = self.waiting.take() {
            core.respond(server, status, &[], content);
            self.over = self.notifier.is_none();
        }
    }

    pub(super) fn challenge(&mut self, core: &mut Core, status: &Status, content: &Content) {
        if let Some(server) = self.waiting.take() {
            core.dismiss(server, status, &[], content);
            self.over = self.notifier.is_none();
        }
    }

    pub(super) fn notify(&mut self, core: &mut Core, standing: Standing, content: Content) {
        let Some(notifier) = self.notifier.as_mut().filter(|_| !self.last_sent) else { return };
        notifier.set_status(status(standing));
        let state = notifier.state(core.now);
        if self.backlog.len() >= BACKLOG {
            self.backlog.clear();
            return self.finish(core, SubscriptionState::terminated("deactivated"), Content::none());
        }
        self.backlog.push_back((state, content));
        self.next(core);
    }

    pub(super) fn end(
        &mut self,
        core: &mut Core,
        reason: &str,
        retry_after: Option<Duration>,
        content: Content,
    ) {
        if self.notifier.is_none() {
            // Nothing was accepted yet, so there is nothing to end but the question.
            return self.refuse(core, &403.into(), &Content::none());
        }
        let mut state = SubscriptionState::terminated(reason);
        state.retry_after = retry_after.map(|after| u32::try_from(after.as_secs()).unwrap_or(u32::MAX));
        self.finish(core, state, content);
    }

    fn finish(&mut self, core: &mut Core, state: SubscriptionState, content: Content) {
        self.leave_unasked(core);
        self.last_sent = true;
        self.notifier = None;
        self.backlog.push_back((state, content));
        self.next(core);
    }

    // ---- what the subscriber does ----

    /// A SUBSCRIBE inside the dialog: refresh or leave.
    pub(super) fn refreshed(
        &mut self,
        core: &mut Core,
        flow: Flow,
        server: TransactionId,
        request: &Arc<Request>,
    ) {
        let remote_tag = read::from_tag(&**request).unwrap_or_default();
        let known = remote_tag == self.dialog.id.remote_tag
            && request.call_id().ok() == Some(self.dialog.id.call_id.as_str())
            && core.config.source_check.admits(self.flow, flow)
            && !self.last_sent;
        if !known {
            return core.refuse(server, 481);
        }
        let sequence = read::cseq(&**request).map_or(0, |sequence| sequence.number);
        if *request.method() != Method::Subscribe || !self.dialog.accept_sequence(sequence) {
            return core.refuse(server, 500);
        }
        self.flow = flow;
        self.dialog.refresh_target(read::contact_uri(&**request).as_deref());
        let asked = request.expires().map_or(self.longest, |seconds| Duration::from_secs(seconds.into()));
        if !request.body().is_empty() {
            return self.ask(core, server, asked, request);
        }
        let granted = asked.min(self.longest);
        self.confirm(core, server, granted);
        if granted.is_zero() {
            return self.finish(core, SubscriptionState::terminated("timeout"), Content::none());
        }
        if let Some(notifier) = &mut self.notifier {
            notifier.refreshed(core.now, granted);
        }
        let request = Arc::clone(request);
        core.event(Event::SubscriptionRefreshed { subscription: self.key, request });
    }

    /// What a body asks for is the owner's affair: the SUBSCRIBE waits for its word.
    fn ask(&mut self, core: &mut Core, server: TransactionId, asked: Duration, request: &Arc<Request>) {
        if self.waiting.is_some() {
            let later = [("Retry-After".to_owned(), "1".to_owned())];
            core.respond(server, &500.into(), &later, &Content::none());
            return;
        }
        self.waiting = Some(server);
        self.asked = asked;
        let request = Arc::clone(request);
        core.event(Event::SubscriptionAsked { subscription: self.key, request });
    }

    /// The subscription is over before its owner has answered.
    fn leave_unasked(&mut self, core: &mut Core) {
        if let Some(server) = self.waiting.take() {
            core.refuse(server, 481);
        }
    }

    pub(super) fn timeout(&mut self, core: &mut Core) {
        let Some(notifier) = &mut self.notifier else { return };
        notifier.handle(core.now);
        match notifier.poll() {
            Some(NotifierAction::Expired) => {
                self.finish(core, SubscriptionState::terminated("timeout"), Content::none());
            }
            None => {}
        }
    }

    /// A response to a NOTIFY.
    pub(super) fn reply(&mut self, core: &mut Core, reply: &Reply) {
        if reply.code < 200 {
            return;
        }
        self.in_flight = false;
        if let Some(flow) = reply.flow {
            self.flow = flow;
        }
        let finished = self.last_sent && self.backlog.is_empty();
        let lost = matches!(reply.code, 404 | 405 | 408 | 410 | 416 | 480..=485 | 489 | 501 | 503 | 604);
        if finished || lost {
            self.leave_unasked(core);
            self.over = true;
            core.event(Event::SubscriptionOver { subscription: self.key });
        } else {
            self.next(core);
        }
    }

    fn next(&mut self, core: &mut Core) {
        if self.in_flight {
            return;
        }
        let Some((state, content)) = self.backlog.pop_front() else { return };
        self.in_flight = true;
        let sequence = self.dialog.next_sequence();
        let path = self.dialog.path();
        let to = match self.dialog.id.remote_tag.as_str() {
            "" => self.dialog.remote.clone(),
            tag => format!("{};tag={tag}", self.dialog.remote),
        };
        let draft = Draft {
            method: Method::Notify,
            uri: path.request_uri,
            routes: path.routes,
            from: format!("{};tag={}", self.dialog.local, self.dialog.id.local_tag),
            to,
            call_id: self.dialog.id.call_id.clone(),
            sequence,
            contact: Some(self.contact.clone()),
            headers: vec![
                ("Event".into(), self.event.clone()),
                ("Subscription-State".into(), state.to_string()),
            ],
            authorization: HeaderList::new(),
            content,
            fallback: Some(path.next_hop),
        };
        core.send(draft, Way::Flow(self.flow), ClientOwner::Notify(self.key));
    }
}

fn status(standing: Standing) -> SubscriptionStatus {
    match standing {
        Standing::Active => SubscriptionStatus::Active,
        Standing::Pending => SubscriptionStatus::Pending,
    }
}
