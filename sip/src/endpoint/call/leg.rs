//! One dialog of a call, early or confirmed, and what is under way inside it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Line;
use super::offers::{Asked, Offering};
use super::referring::Reports;
use crate::dialog::{Dialog, OfferAnswer, SessionTimer};
use crate::endpoint::command::{Body, Content, HeaderList, RequestKey};
use crate::endpoint::config::{Config, InDialogRoute};
use crate::endpoint::core::{ClientOwner, Core, InCall, TransactionId, Way};
use crate::endpoint::draft::{ALLOW, Draft, SUPPORTED};
use crate::endpoint::flow::{Destination, Flow};
use crate::endpoint::read;
use crate::message::{Fields, Method, Refresher, Request, SessionExpires};
use crate::timer::earliest;

/// A 2xx of ours that waits for its ACK, RFC 3261 13.3.1.4.
#[derive(Debug)]
pub(super) struct Unacked {
    pub(super) server: TransactionId,
    pub(super) sequence: u32,
    pub(super) bytes: Arc<[u8]>,
    pub(super) interval: Duration,
    pub(super) repeat_at: Instant,
    pub(super) give_up_at: Instant,
    /// The first one of the call: the owner waits to hear that it is up.
    pub(super) initial: bool,
}

/// One dialog of a call.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) dialog: Dialog,
    pub(super) flow: Flow,
    /// Whether the INVITE that made the dialog was ours.
    pub(super) caller: bool,
    /// Whether a 2xx was exchanged.
    pub(super) confirmed: bool,
    pub(super) negotiation: OfferAnswer,
    /// The session description of ours that is in force.
    pub(super) local_body: Option<Body>,
    pub(super) peer_updates: bool,
    pub(super) peer_timer: bool,
    pub(super) waiting: VecDeque<Offering>,
    pub(super) offering: Option<(TransactionId, Offering)>,
    pub(super) retry_at: Option<Instant>,
    pub(super) asked: Option<Asked>,
    pub(super) unacked: Option<Unacked>,
    pub(super) hangup_after_ack: Option<Content>,
    pub(super) session: Option<SessionTimer>,
    /// The agreed interval in seconds and whether we refresh.
    pub(super) session_terms: Option<(u32, bool)>,
    /// The longest Min-SE the peer asked for, seconds.
    pub(super) min_se: u32,
    /// REFERs of ours by their CSeq.
    pub(super) refers: BTreeMap<u32, RequestKey>,
    /// REFERs of the peer that we report on.
    pub(super) reports: Reports,
    pub(super) hangup_after_reports: Option<Content>,
}

impl Leg {
    pub(super) fn new(dialog: Dialog, flow: Flow, caller: bool) -> Self {
        Self {
            dialog,
            flow,
            caller,
            confirmed: false,
            negotiation: OfferAnswer::Stable,
            local_body: None,
            peer_updates: false,
            peer_timer: false,
            waiting: VecDeque::new(),
            offering: None,
            retry_at: None,
            asked: None,
            unacked: None,
            hangup_after_ack: None,
            session: None,
            session_terms: None,
            min_se: 0,
            refers: BTreeMap::new(),
            reports: Reports::default(),
            hangup_after_reports: None,
        }
    }

    /// Takes over what a message of the peer says about it.
    pub(super) fn learn(&mut self, message: &impl Fields) {
        if message.has("Allow") {
            self.peer_updates = message.allows("UPDATE");
        }
        if message.has("Supported") {
            self.peer_timer = message.supports("timer");
        }
        self.min_se = self.min_se.max(message.min_se().ok().flatten().unwrap_or_default());
    }

    /// Whether a request that names this dialog may come from there; follows a peer whose port moved.
    pub(super) fn admits(&mut self, flow: Flow, config: &Config) -> bool {
        let admitted = config.source_check.admits(self.flow, flow);
        if admitted && flow.remote.ip() == self.flow.remote.ip() {
            self.flow = flow;
        }
        admitted
    }

    pub(super) fn draft(&mut self, line: &Line, method: Method, content: Content) -> Draft {
        let sequence = self.dialog.next_sequence();
        self.draft_numbered(line, method, content, sequence)
    }

    /// A request inside the dialog with this CSeq number: the ACK takes that of its INVITE.
    pub(super) fn draft_numbered(
        &self,
        line: &Line,
        method: Method,
        content: Content,
        sequence: u32,
    ) -> Draft {
        let path = self.dialog.path();
        let targets = matches!(
            method,
            Method::Invite | Method::Update | Method::Refer | Method::Notify | Method::Subscribe
        );
        let headers = if matches!(method, Method::Invite | Method::Update) {
            capabilities()
        } else {
            HeaderList::new()
        };
        let from = format!("{};tag={}", self.dialog.local, self.dialog.id.local_tag);
        let to = match self.dialog.id.remote_tag.as_str() {
            "" => self.dialog.remote.clone(),
            tag => format!("{};tag={tag}", self.dialog.remote),
        };
        Draft {
            method,
            uri: path.request_uri,
            routes: path.routes,
            from,
            to,
            call_id: self.dialog.id.call_id.clone(),
            sequence,
            contact: targets.then(|| line.contact.clone()),
            headers,
            authorization: HeaderList::new(),
            content,
            fallback: Some(path.next_hop),
        }
    }

    pub(super) fn way(&self, config: &Config) -> Way {
        match config.in_dialog {
            InDialogRoute::Flow => Way::Flow(self.flow),
            InDialogRoute::Target => Way::Find(Destination::Uri(self.dialog.path().next_hop)),
        }
    }

    /// Sends a request inside the dialog.
    pub(super) fn send(
        &mut self,
        core: &mut Core,
        line: &mut Line,
        method: Method,
        content: Content,
        purpose: InCall,
    ) -> TransactionId {
        let draft = self.draft(line, method, content);
        self.send_draft(core, line, draft, purpose)
    }

    pub(super) fn send_draft(
        &self,
        core: &mut Core,
        line: &mut Line,
        mut draft: Draft,
        purpose: InCall,
    ) -> TransactionId {
        line.authorizer.sign(&mut draft);
        let way = self.way(&core.config);
        core.send(draft, way, ClientOwner::Call(line.key, purpose))
    }

    /// Sends the ACK for a 2xx to an INVITE of ours.
    pub(super) fn acknowledge(&self, core: &mut Core, line: &mut Line, ack: AckOf, content: Content) {
        let mut draft = self.draft_numbered(line, Method::Ack, content, ack.sequence);
        line.authorizer.sign(&mut draft);
        core.acknowledge(ack.id, &self.dialog.id.remote_tag.clone(), &draft, self.flow);
    }

    /// Answers 200 inside the dialog.
    pub(super) fn accept_request(
        &self,
        core: &mut Core,
        line: &Line,
        server: TransactionId,
        answer: (&[(String, String)], &Content),
    ) -> Option<Arc<[u8]>> {
        let contact = line.contact.render(&self.flow, &core.config);
        core.respond_with_contact(server, &200.into(), Some(contact), answer.0, answer.1)
    }

    /// The interval we ask for, in seconds.
    pub(super) fn session_wish(&self, config: &Config) -> Option<u32> {
        match self.session_terms {
            Some((interval, _)) => Some(interval.max(self.min_se)),
            None => session_seconds(config).map(|wish| wish.max(self.min_se)),
        }
    }

    /// Session-Expires and Min-SE of a request of ours.
    pub(super) fn session_headers(&self, config: &Config) -> HeaderList {
        let Some(interval) = self.session_wish(config) else { return HeaderList::new() };
        let refresher = match self.session_terms {
            Some((_, true)) => Some(Refresher::Uac),
            Some((_, false)) => Some(Refresher::Uas),
            None => None,
        };
        session_header_list(SessionExpires { interval, refresher }, self.min_se.max(min_se(config)))
    }

    /// Starts the session timer anew; `we_are` is our side of the request that agreed it.
    pub(super) fn start_session(&mut self, now: Instant, agreed: Option<SessionExpires>, we_are: Refresher) {
        self.session_terms =
            agreed.map(|agreed| (agreed.interval, agreed.refresher.unwrap_or(Refresher::Uac) == we_are));
        self.session = self.session_terms.map(|(interval, ours)| {
            SessionTimer::new(now, Duration::from_secs(interval.max(1).into()), ours)
        });
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        earliest([
            self.retry_at,
            self.unacked.as_ref().map(|unacked| unacked.repeat_at.min(unacked.give_up_at)),
            self.session.as_ref().filter(|_| self.confirmed).and_then(SessionTimer::deadline),
        ])
    }

    /// Repeats a 2xx whose ACK is late; false when it is time to give up.
    #[must_use]
    pub(super) fn repeat_unacked(&mut self, core: &mut Core) -> bool {
        let now = core.now;
        let Some(unacked) = &mut self.unacked else { return true };
        if unacked.give_up_at <= now {
            return false;
        }
        if unacked.repeat_at <= now {
            unacked.interval = core.config.intervals.doubled(unacked.interval);
            unacked.repeat_at = now + unacked.interval;
            core.repeat(unacked.server, self.flow, Arc::clone(&unacked.bytes));
        }
        true
    }

    /// Remembers a 2xx to an INVITE until its ACK comes.
    pub(super) fn await_ack(
        &mut self,
        core: &Core,
        server: TransactionId,
        request: &Request,
        bytes: Arc<[u8]>,
    ) {
        let intervals = core.config.intervals;
        self.unacked = Some(Unacked {
            server,
            sequence: read::cseq(request).map_or(0, |sequence| sequence.number),
            bytes,
            interval: intervals.t1,
            repeat_at: core.now + intervals.t1,
            give_up_at: core.now + intervals.patience(),
            initial: !self.confirmed,
        });
    }
}

/// Which INVITE an ACK belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct AckOf {
    pub(super) id: TransactionId,
    pub(super) sequence: u32,
}

/// Allow and Supported.
pub(in crate::endpoint) fn capabilities() -> HeaderList {
    vec![("Allow".into(), ALLOW.into()), ("Supported".into(), SUPPORTED.join(", "))]
}

pub(super) fn session_seconds(config: &Config) -> Option<u32> {
    config.session.expires.map(|wish| u32::try_from(wish.as_secs()).unwrap_or(u32::MAX))
}

pub(super) fn min_se(config: &Config) -> u32 {
    u32::try_from(config.session.min_se.as_secs()).unwrap_or(u32::MAX)
}

pub(super) fn session_header_list(expires: SessionExpires, min_se: u32) -> HeaderList {
    vec![
        ("Session-Expires".into(), expires.to_string()),
        ("Min-SE".into(), min_se.max(90).min(expires.interval.max(90)).to_string()),
    ]
}
