//! Server transactions: recognising requests, answering them, repeating answers.

use std::net::SocketAddr;
use std::sync::Arc;

use super::{Core, TimerKey, TransactionId};
use crate::endpoint::command::{CallKey, Content, Status};
use crate::endpoint::draft::{Answer, render_answer};
use crate::endpoint::event::Effect;
use crate::endpoint::flow::{Flow, Transport};
use crate::endpoint::read;
use crate::message::{Method, Request, Via};
use crate::transaction::{Action, Reliability, Server, ServerInput, ServerInvite};

/// What identifies a server transaction, RFC 3261 17.2.3: branch, sent-by, method.
pub(super) type Key = (String, String, &'static str);

/// What a request that arrived is.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::endpoint) enum Arrival {
    /// A retransmission, answered already; or an ACK for a refusal.
    Absorbed,
    /// A new transaction.
    New(TransactionId),
    /// The same request by another way: 482 (RFC 3261 8.2.2.2).
    Merged(TransactionId),
    /// An ACK for the dialog it names.
    Ack,
    /// No room for another transaction.
    Overload,
}

#[derive(Debug)]
enum Machine {
    Invite(ServerInvite),
    Other(Server),
}

impl Machine {
    fn handle(&mut self, now: std::time::Instant, input: ServerInput) {
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

    fn is_pending(&self) -> bool {
        match self {
            Self::Invite(machine) => machine.is_pending(),
            Self::Other(machine) => machine.is_pending(),
        }
    }
}

/// One server transaction.
#[derive(Debug)]
pub(super) struct Record {
    machine: Machine,
    key: Key,
    /// Until the final response is sent: a body may be large, and it is kept for nothing after that.
    request: Option<Arc<Request>>,
    via: String,
    reply_to: Flow,
    to_tag: String,
    response: Option<Arc<[u8]>>,
    merge_key: Option<String>,
    call: Option<CallKey>,
}

impl Core {
    /// Finds out what a request is; new ones get a transaction.
    pub(in crate::endpoint) fn receive_request(&mut self, flow: Flow, request: &Arc<Request>) -> Arrival {
        let Some(via) = read::top_via(request) else { return Arrival::Absorbed };
        let key = key(request, &via);
        if let Some(id) = self.server_index.get(&key).copied() {
            return self.again(id, request);
        }
        if *read::method(request) == Method::Ack {
            return Arrival::Ack;
        }
        if self.servers.len() >= self.config.limits.server_transactions {
            return Arrival::Overload;
        }
        self.open(flow, request, via, key)
    }

    fn again(&mut self, id: TransactionId, request: &Request) -> Arrival {
        let Some(record) = self.servers.get_mut(&id) else { return Arrival::Absorbed };
        let ack = *read::method(request) == Method::Ack;
        let input = if ack { ServerInput::Ack } else { ServerInput::Retransmission };
        record.machine.handle(self.now, input);
        if self.run_server(id) { Arrival::Ack } else { Arrival::Absorbed }
    }

    fn open(&mut self, flow: Flow, request: &Arc<Request>, via: Via, key: Key) -> Arrival {
        let id = self.fresh();
        let merge_key = merge_key(request);
        let merged = merge_key.as_ref().is_some_and(|key| self.merged.contains_key(key));
        let reliability =
            if flow.transport.is_reliable() { Reliability::Reliable } else { Reliability::Unreliable };
        let machine = if *read::method(request) == Method::Invite {
            Machine::Invite(ServerInvite::new(self.now, self.config.intervals, reliability))
        } else {
            Machine::Other(Server::new(self.now, self.config.intervals, reliability))
        };
        let (via, reply_to) = note_source(via, flow);
        let merge_key = merge_key.filter(|_| !merged);
        if let Some(key) = &merge_key {
            self.merged.insert(key.clone(), id);
        }
        self.server_index.insert(key.clone(), id);
        let record = Record {
            machine,
            key,
            request: Some(Arc::clone(request)),
            via,
            reply_to,
            to_tag: self.token(),
            response: None,
            merge_key,
            call: None,
        };
        self.servers.insert(id, record);
        self.run_server(id);
        if merged { Arrival::Merged(id) } else { Arrival::New(id) }
    }

    /// The transaction of the INVITE that a CANCEL means: it comes by the same way (RFC 3261 9.1), so a branch that
    /// somebody saw or guessed is not enough.
    pub(in crate::endpoint) fn cancelled_invite(
        &self,
        flow: Flow,
        cancel: &Request,
    ) -> Option<TransactionId> {
        let via = read::top_via(cancel)?;
        let mut key = key(cancel, &via);
        key.2 = "INVITE";
        let invite = self.server_index.get(&key).copied()?;
        let known = self.servers.get(&invite)?.reply_to;
        self.config.source_check.admits(known, flow).then_some(invite)
    }

    /// Notes which call an INVITE belongs to.
    pub(in crate::endpoint) fn set_call(&mut self, id: TransactionId, call: CallKey) {
        if let Some(record) = self.servers.get_mut(&id) {
            record.call = Some(call);
        }
    }

    /// The call that an INVITE belongs to.
    pub(in crate::endpoint) fn call_of(&self, id: TransactionId) -> Option<CallKey> {
        self.servers.get(&id)?.call
    }

    /// Uses `tag` in the responses of this transaction.
    pub(in crate::endpoint) fn set_to_tag(&mut self, id: TransactionId, tag: &str) {
        if let Some(record) = self.servers.get_mut(&id) {
            tag.clone_into(&mut record.to_tag);
        }
    }

    /// Uses in the responses to a CANCEL the tag of those to its INVITE (RFC 3261 9.2): telephones that
    /// remember the latest tag would otherwise lose the call.
    pub(in crate::endpoint) fn share_to_tag(&mut self, cancel: TransactionId, invite: TransactionId) {
        if let Some(tag) = self.servers.get(&invite).map(|record| record.to_tag.clone()) {
            self.set_to_tag(cancel, &tag);
        }
    }

    /// Answers a request; gives the bytes back, for those who must repeat a 2xx.
    pub(in crate::endpoint) fn respond(
        &mut self,
        id: TransactionId,
        status: &Status,
        headers: &[(String, String)],
        content: &Content,
    ) -> Option<Arc<[u8]>> {
        self.respond_with_contact(id, status, None, headers, content)
    }

    /// As [`respond`](Self::respond), with the Contact of a dialog.
    pub(in crate::endpoint) fn respond_with_contact(
        &mut self,
        id: TransactionId,
        status: &Status,
        contact: Option<String>,
        headers: &[(String, String)],
        content: &Content,
    ) -> Option<Arc<[u8]>> {
        let record = self.servers.get_mut(&id).filter(|record| record.machine.is_pending())?;
        let to_tag = if status.code == 100 { "" } else { record.to_tag.as_str() };
        let answer = Answer { status, to_tag, contact, headers, content };
        let request = record.request.as_ref()?;
        let bytes: Arc<[u8]> = render_answer(request, &record.via, &answer, &self.config.product).into();
        record.response = Some(Arc::clone(&bytes));
        if status.code >= 200 {
            record.request = None;
        }
        let flow = record.reply_to;
        record.machine.handle(self.now, ServerInput::Respond(status.code));
        if (101..300).contains(&status.code) {
            self.credit(flow);
        }
        self.run_server(id);
        Some(bytes)
    }

    /// Answers with a bare status.
    pub(in crate::endpoint) fn refuse(&mut self, id: TransactionId, code: u16) {
        self.respond(id, &code.into(), &[], &Content::none());
    }

    /// Repeats the bytes of a 2xx whose ACK is late.
    pub(in crate::endpoint) fn repeat(&mut self, id: TransactionId, flow: Flow, bytes: Arc<[u8]>) {
        let flow = self.servers.get(&id).map_or(flow, |record| record.reply_to);
        self.effect(Effect::Send { flow, bytes });
    }

    /// Answers without opening a transaction: RFC 3261 8.2.7.
    pub(in crate::endpoint) fn respond_statelessly(
        &mut self,
        flow: Flow,
        request: &Request,
        status: &Status,
        content: &Content,
    ) {
        let Some(via) = read::top_via(request) else { return };
        let (via, reply_to) = note_source(via, flow);
        self.answer_and_forget(request, (&via, reply_to), status, (&[], content));
    }

    /// Answers whoever has proved nothing, and forgets the transaction at once: each copy of the request gets
    /// the same answer again, and nothing is repeated to a sender that may be forged.
    pub(in crate::endpoint) fn dismiss(
        &mut self,
        id: TransactionId,
        status: &Status,
        headers: &[(String, String)],
        content: &Content,
    ) {
        let Some(record) = self.forget_server(id) else { return };
        if let Some(request) = record.request.filter(|_| record.machine.is_pending()) {
            self.answer_and_forget(&request, (&record.via, record.reply_to), status, (headers, content));
        }
    }

    /// As [`dismiss`](Self::dismiss), with a bare status.
    pub(in crate::endpoint) fn turn_away(&mut self, id: TransactionId, code: u16) {
        self.dismiss(id, &code.into(), &[], &Content::none());
    }

    /// Says nothing of what we are: scanners look for that.
    fn answer_and_forget(
        &mut self,
        request: &Request,
        (via, reply_to): (&str, Flow),
        status: &Status,
        (headers, content): (&[(String, String)], &Content),
    ) {
        if self.may_answer(reply_to) {
            let to_tag = self.tag_for(request);
            let answer = Answer { status, to_tag: &to_tag, contact: None, headers, content };
            let bytes = render_answer(request, via, &answer, "").into();
            self.effect(Effect::Send { flow: reply_to, bytes });
        }
    }

    /// The deadline of a server transaction came.
    pub(in crate::endpoint) fn server_timeout(&mut self, id: TransactionId) {
        if let Some(record) = self.servers.get_mut(&id) {
            record.machine.handle(self.now, ServerInput::Timeout);
            self.run_server(id);
        }
    }

    /// Performs the actions of a machine; true when an ACK must go to the dialog.
    fn run_server(&mut self, id: TransactionId) -> bool {
        let mut ack = false;
        loop {
            let Some(record) = self.servers.get_mut(&id) else { return ack };
            let Some(action) = record.machine.poll() else { break };
            match action {
                Action::Send => {
                    if let Some(bytes) = record.response.clone() {
                        let flow = record.reply_to;
                        self.effect(Effect::Send { flow, bytes });
                    }
                }
                Action::Trying => {
                    self.respond(id, &100.into(), &[], &Content::none());
                }
                Action::Deliver => ack = true,
                Action::Terminated => {
                    self.forget_server(id);
                    return ack;
                }
                Action::Acknowledge | Action::TimedOut | Action::Unreachable => {}
            }
        }
        let deadline = self.servers.get(&id).and_then(|record| record.machine.deadline());
        self.timers.set(TimerKey::Server(id), deadline);
        ack
    }

    fn forget_server(&mut self, id: TransactionId) -> Option<Record> {
        let record = self.servers.remove(&id)?;
        self.server_index.remove(&record.key);
        if let Some(key) = &record.merge_key {
            self.merged.remove(key);
        }
        self.timers.clear(&TimerKey::Server(id));
        Some(record)
    }
}

/// RFC 3261 17.2.3; a branch without the cookie is completed with what RFC 2543 compares.
fn key(request: &Request, via: &Via) -> Key {
    let method = match read::method(request) {
        Method::Ack | Method::Invite => "INVITE",
        Method::Cancel => "CANCEL",
        Method::Bye
        | Method::Info
        | Method::Message
        | Method::Notify
        | Method::Options
        | Method::Prack
        | Method::Publish
        | Method::Refer
        | Method::Register
        | Method::Subscribe
        | Method::Update
        | Method::Extension(_) => "",
    };
    let branch = via.branch().unwrap_or_default();
    let branch = if via.has_rfc3261_branch() {
        branch.to_owned()
    } else {
        let sequence = read::cseq(request).map_or(0, |sequence| sequence.number);
        let call_id = read::value(request, "Call-ID").unwrap_or_default();
        let from_tag = read::from_tag(request).unwrap_or_default();
        format!("{branch} {call_id} {from_tag} {sequence}")
    };
    (branch, via.sent_by.to_string(), method)
}

/// What two copies of a request that came by two ways have in common (RFC 3261 8.2.2.2).
fn merge_key(request: &Request) -> Option<String> {
    if read::to_tag(request).is_some() || *read::method(request) == Method::Cancel {
        return None;
    }
    let from_tag = read::from_tag(request)?;
    let sequence = read::value(request, "CSeq")?;
    Some(format!("{} {from_tag} {sequence}", read::value(request, "Call-ID")?))
}

/// Writes `received` and `rport` (RFC 3581) and finds where responses go (RFC 3261 18.2.2).
///
/// `maddr` is not honoured: it would let anybody send our answers anywhere.
fn note_source(mut via: Via, flow: Flow) -> (String, Flow) {
    let asked = via.rport().is_some();
    via.note_source(flow.remote);
    let mut reply_to = flow;
    if flow.transport == Transport::Udp && !asked {
        let port = via.sent_by.port.unwrap_or(5060);
        reply_to.remote = SocketAddr::new(flow.remote.ip(), port);
    }
    (via.to_string(), reply_to)
}
