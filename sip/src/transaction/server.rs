//! The non-INVITE server transaction: RFC 3261 figure 8.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Action, Reliability, ServerInput};
use crate::timer::Intervals;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No response yet; retransmissions are swallowed.
    Trying,
    /// A provisional response was sent.
    Proceeding,
    /// The final response was sent: timer J.
    Completed {
        until: Instant,
    },
    Terminated,
}

/// The non-INVITE server transaction.
#[derive(Debug)]
pub struct Server {
    intervals: Intervals,
    reliability: Reliability,
    state: State,
    actions: VecDeque<Action>,
}

impl Server {
    /// Starts the transaction with the arrival of its request.
    #[must_use]
    pub fn new(_now: Instant, intervals: Intervals, reliability: Reliability) -> Self {
        Self { intervals, reliability, state: State::Trying, actions: VecDeque::new() }
    }

    /// Takes one input; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: ServerInput) {
        match input {
            ServerInput::Retransmission => self.retransmission(),
            ServerInput::Respond(100..200) => self.provisional(),
            ServerInput::Respond(_) => self.answer(now),
            ServerInput::TransportFailed => self.transport_failed(),
            ServerInput::Timeout => self.timeout(now),
            ServerInput::Ack => {}
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When to call [`handle`](Self::handle) with a timeout.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Completed { until } => Some(until),
            State::Trying | State::Proceeding | State::Terminated => None,
        }
    }

    /// Whether no final response was sent yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, State::Trying | State::Proceeding)
    }

    fn retransmission(&mut self) {
        match self.state {
            State::Proceeding | State::Completed { .. } => self.actions.push_back(Action::Send),
            State::Trying | State::Terminated => {}
        }
    }

    fn provisional(&mut self) {
        match self.state {
            State::Trying | State::Proceeding => {
                self.state = State::Proceeding;
                self.actions.push_back(Action::Send);
            }
            State::Completed { .. } | State::Terminated => {}
        }
    }

    fn answer(&mut self, now: Instant) {
        match self.state {
            State::Trying | State::Proceeding => {
                self.actions.push_back(Action::Send);
                match self.reliability {
                    Reliability::Reliable => self.terminate(),
                    Reliability::Unreliable => {
                        self.state = State::Completed { until: now + self.intervals.patience() };
                    }
                }
            }
            State::Completed { .. } | State::Terminated => {}
        }
    }

    fn transport_failed(&mut self) {
        match self.state {
            State::Proceeding | State::Completed { .. } => {
                self.actions.push_back(Action::Unreachable);
                self.terminate();
            }
            State::Trying | State::Terminated => {}
        }
    }

    fn timeout(&mut self, now: Instant) {
        match self.state {
            State::Completed { until } if until <= now => self.terminate(),
            State::Completed { .. } | State::Trying | State::Proceeding | State::Terminated => {}
        }
    }

    fn terminate(&mut self) {
        self.state = State::Terminated;
        self.actions.push_back(Action::Terminated);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drain, ms, run_out, start};
    use super::*;

    #[test]
    fn retransmissions_are_swallowed_until_there_is_a_response() {
        let now = start();
        let mut machine = Server::new(now, Intervals::default(), Reliability::Unreliable);

        machine.handle(now, ServerInput::Retransmission);
        assert_eq!(drain!(machine), []);
        machine.handle(now, ServerInput::Respond(200));
        machine.handle(now + ms(500), ServerInput::Retransmission);
        assert_eq!(drain!(machine), [Action::Send, Action::Send]);
    }

    #[test]
    fn the_final_response_is_kept_until_timer_j() {
        let now = start();
        let mut machine = Server::new(now, Intervals::default(), Reliability::Unreliable);
        machine.handle(now, ServerInput::Respond(100));
        machine.handle(now, ServerInput::Respond(404));
        assert_eq!(drain!(machine), [Action::Send, Action::Send]);

        assert_eq!(run_out!(machine, now, ServerInput::Timeout), [(32_000, vec![Action::Terminated])]);
    }

    #[test]
    fn a_reliable_transport_forgets_at_once() {
        let now = start();
        let mut machine = Server::new(now, Intervals::default(), Reliability::Reliable);

        machine.handle(now, ServerInput::Respond(200));

        assert_eq!(drain!(machine), [Action::Send, Action::Terminated]);
        assert_eq!(machine.deadline(), None);
    }
}
