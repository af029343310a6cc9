//! Client transactions: sending requests, finding their way, failing over, matching responses.

mod outcomes;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Core, TimerKey, TransactionId};
use crate::endpoint::command::{CallKey, Content, RegistrationKey, RequestKey, ResolveId, SubscriptionKey};
use crate::endpoint::draft::Draft;
use crate::endpoint::event::Effect;
use crate::endpoint::flow::{Destination, Flow};
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
}

impl Record {
    fn is_cancel(&self) -> bool {
        self.draft.method == Method::Cancel
    }
}
