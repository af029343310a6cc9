//! What comes back for requests: responses, silence, failures of the transport.

use std::sync::Arc;

use super::{CANDIDATES, ClientOwner, Reply, Waiting, Way};
use crate::dialog::Dialog;
use crate::endpoint::command::Content;
use crate::endpoint::core::{Core, TimerKey, TransactionId};
use crate::endpoint::draft::Draft;
use crate::endpoint::event::Effect;
use crate::endpoint::flow::{Destination, Flow};
use crate::endpoint::read;
use crate::message::{Method, Response};
use crate::transaction::{Action, ClientInput};

impl Core {
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

    /// Which of them sent this branch and have heard nothing: whoever has answered is there.
    pub(in crate::endpoint) fn unheard_on(&self, flow: Flow, branch: &str) -> Vec<TransactionId> {
        let mut ids = self.clients_on(flow);
        ids.retain(|id| self.clients.get(id).is_some_and(|record| record.branch == branch && !record.heard));
        ids
    }

    /// The transport failed under a client transaction.
    pub(in crate::endpoint) fn client_failed(&mut self, id: TransactionId) -> Option<(ClientOwner, Reply)> {
        let record = self.clients.get_mut(&id)?;
        record.machine.handle(self.now, ClientInput::TransportFailed);
        self.run_client(id, None)
    }

    /// Performs the actions of a machine; at most one of them speaks to the owner.
    pub(super) fn run_client(
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
