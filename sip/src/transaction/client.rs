//! The non-INVITE client transaction: RFC 3261 figure 6.
//!
//! A provisional response does not stop retransmission here; it only slows it down to T2.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Action, ClientInput, Reliability};
use crate::timer::{Intervals, earliest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Timer E (retransmit, unreliable only) and timer F (give up).
    Trying {
        interval: Duration,
        retransmit: Option<Instant>,
        give_up: Instant,
    },
    /// As `Trying`, after a provisional response.
    Proceeding {
        retransmit: Option<Instant>,
        give_up: Instant,
    },
    /// Timer K absorbs retransmitted responses.
    Completed {
        until: Instant,
    },
    Terminated,
}

/// The non-INVITE client transaction.
#[derive(Debug)]
pub struct Client {
    intervals: Intervals,
    reliability: Reliability,
    state: State,
    actions: VecDeque<Action>,
}

impl Client {
    /// Starts the transaction; the first action is to send the request.
    #[must_use]
    pub fn new(now: Instant, intervals: Intervals, reliability: Reliability) -> Self {
        let retransmit = (reliability == Reliability::Unreliable).then(|| now + intervals.t1);
        let give_up = now + intervals.patience();
        Self {
            intervals,
            reliability,
            state: State::Trying { interval: intervals.t1, retransmit, give_up },
            actions: VecDeque::from([Action::Send]),
        }
    }

    /// Takes one input; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: ClientInput) {
        match input {
            ClientInput::Response(100..200) => self.provisional(now),
            ClientInput::Response(_) => self.answered(now),
            ClientInput::TransportFailed => self.transport_failed(),
            ClientInput::Timeout => self.timeout(now),
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
            State::Trying { retransmit, give_up, .. } | State::Proceeding { retransmit, give_up } => {
                earliest([retransmit, Some(give_up)])
            }
            State::Completed { until } => Some(until),
            State::Terminated => None,
        }
    }

    /// Whether no final response came yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, State::Trying { .. } | State::Proceeding { .. })
    }

    fn provisional(&mut self, now: Instant) {
        match self.state {
            State::Trying { give_up, .. } => {
                self.state = State::Proceeding { retransmit: self.slow_retransmission(now), give_up };
                self.actions.push_back(Action::Deliver);
            }
            State::Proceeding { .. } => self.actions.push_back(Action::Deliver),
            State::Completed { .. } | State::Terminated => {}
        }
    }

    fn slow_retransmission(&self, now: Instant) -> Option<Instant> {
        (self.reliability == Reliability::Unreliable).then(|| now + self.intervals.t2)
    }

    fn answered(&mut self, now: Instant) {
        match self.state {
            State::Trying { .. } | State::Proceeding { .. } => {
                self.actions.push_back(Action::Deliver);
                match self.reliability {
                    Reliability::Reliable => self.terminate(),
                    Reliability::Unreliable => {
                        self.state = State::Completed { until: now + self.intervals.t4 };
                    }
                }
            }
            State::Completed { .. } | State::Terminated => {}
        }
    }

    fn transport_failed(&mut self) {
        match self.state {
            State::Trying { .. } | State::Proceeding { .. } => {
                self.actions.push_back(Action::Unreachable);
                self.terminate();
            }
            State::Completed { .. } | State::Terminated => {}
        }
    }

    fn timeout(&mut self, now: Instant) {
        match self.state {
            State::Trying { give_up, .. } | State::Proceeding { give_up, .. } if give_up <= now => {
                self.actions.push_back(Action::TimedOut);
                self.terminate();
            }
            State::Trying { interval, retransmit: Some(at), give_up } if at <= now => {
                let interval = self.intervals.doubled(interval);
                self.state = State::Trying { interval, retransmit: Some(now + interval), give_up };
                self.actions.push_back(Action::Send);
            }
            State::Proceeding { retransmit: Some(at), give_up } if at <= now => {
                self.state = State::Proceeding { retransmit: self.slow_retransmission(now), give_up };
                self.actions.push_back(Action::Send);
            }
            State::Completed { until } if until <= now => self.terminate(),
            State::Trying { .. } | State::Proceeding { .. } | State::Completed { .. } | State::Terminated => {
            }
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

    fn machine(reliability: Reliability) -> (Instant, Client) {
        let now = start();
        let mut machine = Client::new(now, Intervals::default(), reliability);
        assert_eq!(drain!(machine), [Action::Send]);
        (now, machine)
    }

    #[test]
    fn timer_e_doubles_up_to_t2_until_timer_f() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        let happened = run_out!(machine, now, ClientInput::Timeout);

        let times: Vec<u128> = happened.iter().map(|(at, _)| *at).collect();
        assert_eq!(times, [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000]);
        assert_eq!(happened[10].1, [Action::TimedOut, Action::Terminated]);
    }

    #[test]
    fn a_provisional_response_slows_retransmission_down_to_t2() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        machine.handle(now, ClientInput::Response(100));
        assert_eq!(drain!(machine), [Action::Deliver]);

        assert_eq!(machine.deadline(), Some(now + ms(4000)));
        machine.handle(now + ms(4000), ClientInput::Timeout);
        assert_eq!(drain!(machine), [Action::Send]);
        assert_eq!(machine.deadline(), Some(now + ms(8000)));
    }

    #[test]
    fn a_final_response_is_delivered_once_and_absorbed_until_timer_k() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        machine.handle(now, ClientInput::Response(200));
        machine.handle(now + ms(500), ClientInput::Response(200));
        assert_eq!(drain!(machine), [Action::Deliver]);

        assert_eq!(run_out!(machine, now, ClientInput::Timeout), [(5000, vec![Action::Terminated])]);
    }

    #[test]
    fn a_reliable_transport_forgets_at_once() {
        let (now, mut machine) = machine(Reliability::Reliable);

        machine.handle(now, ClientInput::Response(404));

        assert_eq!(drain!(machine), [Action::Deliver, Action::Terminated]);
    }

    #[test]
    fn a_failed_transport_is_reported_once() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        machine.handle(now, ClientInput::TransportFailed);
        machine.handle(now, ClientInput::TransportFailed);

        assert_eq!(drain!(machine), [Action::Unreachable, Action::Terminated]);
    }
}
