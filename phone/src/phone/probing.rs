//! Whether the exchange is still there.
//!
//! Over UDP an exchange that is gone looks like one that has nothing to say, until the registration is refreshed
//! minutes later. A question now and then (OPTIONS, RFC 3261 section 11) notices it within half a minute; any
//! answer at all will do, but not a late one: an exchange that restarted meanwhile has forgotten who watches whom.
//! A connection needs no question: its end is noticed.

use std::time::Duration;

use sip::endpoint::{Command, Content, Destination, Outcome, Outgoing, RequestKey};

use crate::seat::SeatKey;

use super::Phone;

/// How often the exchange is asked.
const PROBE: Duration = Duration::from_secs(20);
/// How long an answer may take: four transmissions over UDP.
const PATIENCE: Duration = Duration::from_secs(6);

impl Phone {
    /// Begins to ask over the flow of the registration; one question is enough at a time.
    pub(super) fn mind_exchange(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get_mut(who) else { return };
        let asks = seat.flow.is_some_and(|flow| !flow.transport.is_reliable());
        if asks && seat.probe.is_none() {
            seat.probe_at = Some(self.now + PROBE);
        }
    }

    /// Time to ask, or to stop waiting for the answer.
    pub(super) fn probe(&mut self, who: SeatKey) {
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.probe_at = None;
        if seat.probe.is_some() {
            self.exchange_lost(who, self.wall());
            self.register_again(who);
        } else {
            self.ask_exchange(who);
        }
    }

    /// A subscription that could not be refreshed: the exchange is silent (408) or does not know it any more (481).
    /// Either way it may have begun anew, and then it has also forgotten where we are.
    pub(super) fn doubt_exchange(&mut self, who: SeatKey, code: u16) {
        let is_there = self.seats.get(who).is_some_and(|seat| seat.flow.is_some());
        if matches!(code, 408 | 481) && is_there {
            self.register_again(who);
        }
    }

    /// Asks now; also when something else makes one doubt.
    pub(super) fn ask_exchange(&mut self, who: SeatKey) {
        let request = RequestKey(self.key());
        let Some(seat) = self.seats.get_mut(who) else { return };
        let flow = seat.flow.filter(|flow| !flow.transport.is_reliable() && seat.probe.is_none());
        let (Some(account), Some(flow)) = (&seat.account, flow) else { return };
        let target = format!("sip:{}", account.domain);
        let outgoing = Outgoing {
            to: format!("<{target}>"),
            target,
            from: account.name_addr(),
            route: Vec::new(),
            destination: Destination::Flow(flow),
            contact_user: account.user.clone(),
            login: None,
            content: Content::none(),
        };
        seat.probe = Some(request);
        seat.probe_at = Some(self.now + PATIENCE);
        self.command(Command::Send { request, method: "OPTIONS".to_owned(), outgoing: Box::new(outgoing) });
    }

    pub(super) fn exchange_answered(&mut self, request: RequestKey, outcome: &Outcome) {
        // Without a response the question could not even be sent: waiting for its end says so soon enough.
        let Some(who) = self.seats.of_probe(request).filter(|_| outcome.response.is_some()) else { return };
        if let Some(seat) = self.seats.get_mut(who) {
            seat.probe = None;
        }
        self.mind_exchange(who);
    }
}
