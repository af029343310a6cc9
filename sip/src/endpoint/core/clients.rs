//! Client transactions: sending requests, finding their way, failing over, matching responses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Core, TimerKey, TransactionId};
use crate::dialog::Dialog;
use crate::endpoint::command::{CallKey, Content, RegistrationKey, RequestKey, ResolveId, SubscriptionKey};
use crate::endpoint::draft::Draft;
use crate::endpoint::event::Effect;
use crate::endpoint::flow::{Destination, Flow};
use crate::endpoint::read;
use crate::message::{BRANCH_COOKIE, Method, Response};
use crate::timer::Intervals;
use crate::transaction::{Action, Client, ClientInput, ClientInvite, Reliability};

/// How many candidates of a destination are tried.
const CANDIDATES: u32 = 5;

/// To whom the outcome of a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::endpoint) enum ClientOwner {
    Nobody,
    Call(CallKey, InCall),
    Alone(RequestKey),
    Subscribe(SubscriptionKey),
    Notify(SubscriptionKey),
    Register(RegistrationKey),
}

/// What a request of a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::endpoint) enum InCall {
    Invite,
    Prack,
    Offer,
    Announce,
    Refresh,
    Bye,
    Request(RequestKey),
    Refer(RequestKey),
    ReferNotify,
}

/// How a request is to be sent.
#[derive(Debug, Clone)]
pub(in crate::endpoint) enum Way {
    Flow(Flow),
    Find(Destination),
}

impl From<&Destination> for Way {
    fn from(destination: &Destination) -> Self {
        match destination {
            Destination::Flow(flow) => Self::Flow(*flow),
            Destination::Address { .. } | Destination::Uri(_) => Self::Find(destination.clone()),
        }
    }
}

/// What came back for a request.
#[derive(Debug, Clone)]
pub(in crate::endpoint) struct Reply {
    pub(in crate::endpoint) id: TransactionId,
    /// 408 when nobody answered, 503 when it could not be sent.
    pub(in crate::endpoint) code: u16,
    pub(in crate::endpoint) response: Option<Arc<Response>>,
    pub(in crate::endpoint) flow: Option<Flow>,
    pub(in crate::endpoint) draft: Arc<Draft>,
}

#[derive(Debug)]
enum Machine {
    Invite(ClientInvite),
    Other(Client),
}

impl Machine {
    fn new(core: &Core, method: &Method, flow: &Flow) -> Self {
        let (now, intervals): (_, Intervals) = (core.now, core.config.intervals);
        let reliability =
            if flow.transport.is_reliable() { Reliability::Reliable } else { Reliability::Unreliable };
        if *method == Method::Invite {
            Self::Invite(ClientInvite::new(now, intervals, reliability))
        } else {
            Self::Other(Client::new(now, intervals, reliability))
        }
    }

    fn is_pending(&self) -> bool {
        match self {
            Self::Invite(machine) => machine.is_pending(),
            Self::Other(machine) => machine.is_pending(),
        }
    }

    fn handle(&mut self, now: std::time::Instant, input: ClientInput) {
        match self {
            Self::Invite(machine) => machine.handle(now, input),
            Self::Other(machine) => machine.handle(now, input),
        }
    }

    fn poll(&mut self) -> Option<Action> {
        match self {
            Self::Invite(machine) => machine.poll(),
            Self::Other(machine) => machine.poll(),
        }
    }

    fn deadline(&self) -> Option<std::time::Instant> {
        match self {
            Self::Invite(machine) => machine.deadline(),
            Self::Other(machine) => machine.deadline(),
        }
    }
}

/// One client transaction.
#[derive(Debug)]
pub(super) struct Record {
    machine: Machine,
    owner: ClientOwner,
    draft: Arc<Draft>,
    bytes: Arc<[u8]>,
    flow: Flow,
    branch: String,
    /// Where to look for the next candidate.
    found: Option<(Destination, u32)>,
    /// A response came: the candidate is alive.
    heard: bool,
    /// The tag of the 2xx that the owner got.
    winner: Option<String>,
    /// ACKs of 2xx responses by tag.
    acks: BTreeMap<String, (Flow, Arc<[u8]>)>,
    /// Nobody wants a 2xx any more.
    abandoned: bool,
}

/// A request whose way is being looked for.
#[derive(Debug)]
pub(super) struct Waiting {
    id: TransactionId,
    owner: ClientOwner,
    draft: Arc<Draft>,
    destination: Destination,
    attempt: u32,
    /// What the candidate before said.
    failure: Option<Reply>,
}

impl Core {
    /// Sends a request, or asks where to.
    pub(in crate::endpoint) fn send(&mut self, draft: Draft, way: Way, owner: ClientOwner) -> TransactionId {
        let id = self.fresh();
        let draft = Arc::new(draft);
        match way {
            Way::Flow(flow) => self.start(id, owner, draft, flow, None),
            Way::Find(destination) => {
                self.find(Waiting { id, owner, draft, destination, attempt: 0, failure: None });
            }
        }
        id
    }

    fn find(&mut self, waiting: Waiting) {
        let id = ResolveId(self.fresh());
        let (destination, attempt) = (waiting.destination.clone(), waiting.attempt);
        self.waiting.insert(id, waiting);
        self.effect(Effect::Resolve { id, destination, attempt });
    }

    /// The owner of the endpoint found a way, or none.
    pub(in crate::endpoint) fn resolved(
        &mut self,
        id: ResolveId,
        flow: Option<Flow>,
    ) -> Option<(ClientOwner, Reply)> {
        let waiting = self.waiting.remove(&id)?;
        let Waiting { id, owner, draft, destination, attempt, failure } = waiting;
        match flow {
            Some(flow) => {
                self.start(id, owner, draft, flow, Some((destination, attempt)));
                None
            }
            None => {
                let unreachable = Reply { id, code: 503, response: None, flow: None, draft };
                Some((owner, failure.unwrap_or(unreachable)))
            }
        }
    }

    fn start(
        &mut self,
        id: TransactionId,
        owner: ClientOwner,
        draft: Arc<Draft>,
        flow: Flow,
        found: Option<(Destination, u32)>,
    ) {
        let branch = format!("{BRANCH_COOKIE}{}", self.token());
        let bytes: Arc<[u8]> = draft.render(&flow, &branch, &self.config).into();
        let machine = Machine::new(self, &draft.method, &flow);
        self.enter(
            id,
            Record {
                machine,
                owner,
                draft,
                bytes,
                flow,
                branch,
                found,
                heard: false,
                winner: None,
                acks: BTreeMap::new(),
                abandoned: false,
            },
        );
        self.run_client(id, None);
    }

    fn enter(&mut self, id: TransactionId, record: Record) {
        self.client_index.insert((record.branch.clone(), record.is_cancel()), id);
        self.client_flows.insert((record.flow, id));
        self.clients.insert(id, record);
    }

    fn forget_client(&mut self, id: TransactionId) -> Option<Record> {
        let record = self.clients.remove(&id)?;
        self.client_index.remove(&(record.branch.clone(), record.is_cancel()));
        self.client_flows.remove(&(record.flow, id));
        self.timers.clear(&TimerKey::Client(id));
        Some(record)
    }

    /// Cancels an INVITE that is proceeding; false when it has not been answered provisionally yet.
    pub(in crate::endpoint) fn cancel(&mut self, id: TransactionId, content: &Content) -> bool {
        let Some(record) = self.clients.get(&id) else { return false };
        if !matches!(&record.machine, Machine::Invite(machine) if machine.is_proceeding()) {
            return false;
        }
        let draft = Draft { method: Method::Cancel, ..Draft::clone(&record.draft) };
        let (flow, branch) = (record.flow, record.branch.clone());
        let bytes = record.draft.render_cancel(&flow, &branch, content).into();
        let machine = Machine::new(self, &Method::Cancel, &flow);
        let id = self.fresh();
        let record = Record {
            machine,
            owner: ClientOwner::Nobody,
            draft: Arc::new(draft),
            bytes,
            flow,
            branch,
            found: None,
            heard: false,
            winner: None,
            acks: BTreeMap::new(),
            abandoned: false,
        };
        self.enter(id, record);
        self.run_client(id, None);
        true
    }

    /// Whether a request still looks for its way.
    pub(in crate::endpoint) fn is_searching(&self, id: TransactionId) -> bool {
        !self.clients.contains_key(&id)
    }

    /// Nobody waits for this request any more: a search ends, a late 2xx to an INVITE is ended with
    /// ACK and BYE.
    pub(in crate::endpoint) fn abandon(&mut self, id: TransactionId) {
        if let Some(record) = self.clients.get_mut(&id) {
            record.owner = ClientOwner::Nobody;
            record.abandoned = true;
        }
        self.waiting.retain(|_, waiting| waiting.id != id);
    }

    /// Gives up an INVITE for good, such as after a CANCEL that was never answered.
    pub(in crate::endpoint) fn drop_client(&mut self, id: TransactionId) {
        self.forget_client(id);
        self.abandon(id);
    }

    /// Acknowledges the 2xx of an INVITE and remembers the ACK for its retransmissions.
    pub(in crate::endpoint) fn acknowledge(
        &mut self,
        id: TransactionId,
        tag: &str,
        draft: &Draft,
        flow: Flow,
    ) {
        let branch = format!("{BRANCH_COOKIE}{}", self.token());
        let bytes: Arc<[u8]> = draft.render(&flow, &branch, &self.config).into();
        if let Some(record) = self.clients.get_mut(&id) {
            record.acks.insert(tag.into(), (flow, Arc::clone(&bytes)));
        }
        self.effect(Effect::Send { flow, bytes });
    }

    /// A response arrived.
    pub(in crate::endpoint) fn receive_response(
        &mut self,
        response: Response,
    ) -> Option<(ClientOwner, Reply)> {
        let sequence = read::cseq(&response)?;
        let key = (read::only_branch(&response)?, sequence.method == Method::Cancel);
        let id = *self.client_index.get(&key)?;
        let record = self.clients.get_mut(&id)?;
        if record.draft.method != sequence.method || record.draft.sequence != sequence.number {
            return None;
        }
        record.heard = true;
        let code = read::code(&response);
        record.machine.handle(self.now, ClientInput::Response(code));
        self.run_client(id, Some(Arc::new(response)))
    }

    /// The deadline of a client transaction came.
    pub(in crate::endpoint) fn client_timeout(&mut self, id: TransactionId) -> Option<(ClientOwner, Reply)> {
        let record = self.clients.get_mut(&id)?;
        record.machine.handle(self.now, ClientInput::Timeout);
        self.run_client(id, None)
    }

    /// Which pending client transactions use this flow.
    pub(in crate::endpoint) fn clients_on(&self, flow: Flow) -> Vec<TransactionId> {
        self.client_flows.range((flow, 0)..=(flow, u64::MAX)).map(|(_, id)| *id).collect()
    }

    /// The transport failed under a client transaction.
    pub(in crate::endpoint) fn client_failed(&mut self, id: TransactionId) -> Option<(ClientOwner, Reply)> {
        let record = self.clients.get_mut(&id)?;
        record.machine.handle(self.now, ClientInput::TransportFailed);
        self.run_client(id, None)
    }

    /// Performs the actions of a machine; at most one of them speaks to the owner.
    fn run_client(
        &mut self,
        id: TransactionId,
        response: Option<Arc<Response>>,
    ) -> Option<(ClientOwner, Reply)> {
        let mut outcome = None;
        loop {
            let record = self.clients.get_mut(&id)?;
            let Some(action) = record.machine.poll() else { break };
            match action {
                Action::Send => {
                    let (flow, bytes) = (record.flow, Arc::clone(&record.bytes));
                    self.effect(Effect::Send { flow, bytes });
                }
                Action::Acknowledge => self.acknowledge_refusal(id, response.as_deref()),
                Action::Deliver => outcome = response.clone().and_then(|response| self.deliver(id, response)),
                Action::TimedOut => outcome = self.failed(id, 408),
                Action::Unreachable => outcome = self.failed(id, 503),
                Action::Trying => {}
                Action::Terminated => {
                    self.forget_client(id);
                    return outcome;
                }
            }
        }
        let deadline = self.clients.get(&id).and_then(|record| record.machine.deadline());
        self.timers.set(TimerKey::Client(id), deadline);
        outcome
    }

    fn acknowledge_refusal(&mut self, id: TransactionId, response: Option<&Response>) {
        let (Some(record), Some(response)) = (self.clients.get(&id), response) else { return };
        let to = read::value(response, "To").unwrap_or_default();
        let bytes = record.draft.render_refusal_ack(&record.flow, &record.branch, to).into();
        let flow = record.flow;
        self.effect(Effect::Send { flow, bytes });
    }

    fn deliver(&mut self, id: TransactionId, response: Arc<Response>) -> Option<(ClientOwner, Reply)> {
        let code = read::code(&response);
        let record = self.clients.get_mut(&id)?;
        if record.draft.method == Method::Invite && (200..300).contains(&code) {
            let tag = read::to_tag(&*response).unwrap_or_default();
            if let Some((flow, bytes)) = record.acks.get(&tag) {
                let (flow, bytes) = (*flow, Arc::clone(bytes));
                self.effect(Effect::Send { flow, bytes });
                return None;
            }
            match &record.winner {
                _ if record.abandoned => return self.end_stray(id, &tag, &response),
                Some(winner) if *winner == tag => return None,
                Some(_) => return self.end_stray(id, &tag, &response),
                None => record.winner = Some(tag),
            }
        }
        if code == 503 && self.next_candidate(id, 503, Some(&response)) {
            return None;
        }
        let record = self.clients.get(&id)?;
        let reply = Reply {
            id,
            code,
            response: Some(response),
            flow: Some(record.flow),
            draft: Arc::clone(&record.draft),
        };
        Some((record.owner, reply))
    }

    fn failed(&mut self, id: TransactionId, code: u16) -> Option<(ClientOwner, Reply)> {
        if self.next_candidate(id, code, None) {
            return None;
        }
        let record = self.clients.get(&id)?;
        let reply =
            Reply { id, code, response: None, flow: Some(record.flow), draft: Arc::clone(&record.draft) };
        Some((record.owner, reply))
    }

    /// Tries the next candidate (RFC 3263 4.3), or the target of the dialog when its flow is gone.
    fn next_candidate(&mut self, id: TransactionId, code: u16, response: Option<&Arc<Response>>) -> bool {
        let Some(record) = self.clients.get(&id) else { return false };
        if record.abandoned || record.owner == ClientOwner::Nobody || (record.heard && response.is_none()) {
            return false;
        }
        let (destination, attempt) = match (&record.found, &record.draft.fallback) {
            (Some((destination, attempt)), _) if attempt + 1 < CANDIDATES => {
                (destination.clone(), attempt + 1)
            }
            (None, Some(uri)) if response.is_none() && code == 503 => (Destination::Uri(uri.clone()), 0),
            _ => return false,
        };
        let failure = Some(Reply {
            id,
            code,
            response: response.cloned(),
            flow: Some(record.flow),
            draft: Arc::clone(&record.draft),
        });
        let (owner, draft) = (record.owner, Arc::clone(&record.draft));
        if response.is_none() {
            self.forget_client(id);
        } else {
            // The refusal must be acknowledged and absorbed under its own number.
            self.renumber(id);
        }
        self.find(Waiting { id, owner, draft, destination, attempt, failure });
        true
    }

    fn renumber(&mut self, id: TransactionId) {
        let Some(mut record) = self.forget_client(id) else { return };
        record.owner = ClientOwner::Nobody;
        record.abandoned = true;
        let id = self.fresh();
        let deadline = record.machine.deadline();
        let over = !record.machine.is_pending() && deadline.is_none();
        if !over {
            self.enter(id, record);
            self.timers.set(TimerKey::Client(id), deadline);
        }
    }

    /// A 2xx that nobody wants: RFC 3261 13.2.2.4, ACK and BYE.
    fn end_stray(
        &mut self,
        id: TransactionId,
        tag: &str,
        response: &Response,
    ) -> Option<(ClientOwner, Reply)> {
        let record = self.clients.get(&id)?;
        let flow = record.flow;
        let draft = Arc::clone(&record.draft);
        let mut dialog = read::caller_dialog(&draft, response);
        self.acknowledge(id, tag, &in_dialog(&draft, &dialog, Method::Ack, draft.sequence), flow);
        let sequence = dialog.next_sequence();
        let bye = in_dialog(&draft, &dialog, Method::Bye, sequence);
        self.send(bye, Way::Flow(flow), ClientOwner::Nobody);
        None
    }
}

impl Record {
    fn is_cancel(&self) -> bool {
        self.draft.method == Method::Cancel
    }
}

/// A bare request inside `dialog`.
fn in_dialog(invite: &Draft, dialog: &Dialog, method: Method, sequence: u32) -> Draft {
    let path = dialog.path();
    Draft {
        method,
        uri: path.request_uri,
        routes: path.routes,
        from: invite.from.clone(),
        to: format!("{};tag={}", dialog.remote, dialog.id.remote_tag),
        call_id: dialog.id.call_id.clone(),
        sequence,
        contact: None,
        headers: Vec::new(),
        authorization: invite.authorization.clone(),
        content: Content::none(),
        fallback: Some(path.next_hop),
    }
}
