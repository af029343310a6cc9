//! The INVITE client transaction: RFC 3261 figure 5, with the Accepted state of RFC 6026.
//!
//! Accepted exists because a forked INVITE may bring several 2xx responses: each goes to the
//! transaction user, which acknowledges it itself.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Action, ClientInput, Reliability};
use crate::timer::{Intervals, earliest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Timer A (retransmit, unreliable only) and timer B (give up).
    Calling {
        interval: Duration,
        retransmit: Option<Instant>,
        give_up: Instant,
    },
    /// A provisional response came; the transaction user decides how long to ring.
    Proceeding,
    /// A final response other than 2xx came; timer D absorbs its retransmissions.
    Completed {
        until: Instant,
    },
    /// A 2xx came; timer M waits for further ones.
    Accepted {
        until: Instant,
    },
    Terminated,
}

/// The INVITE client transaction.
#[derive(Debug)]
pub struct ClientInvite {
    intervals: Intervals,
    reliability: Reliability,
    state: State,
    actions: VecDeque<Action>,
}

impl ClientInvite {
    /// Starts the transaction; the first action is to send the request.
    #[must_use]
    pub fn new(now: Instant, intervals: Intervals, reliability: Reliability) -> Self {
        let retransmit = (reliability == Reliability::Unreliable).then(|| now + intervals.t1);
        Self {
            intervals,
            reliability,
            state: State::Calling { interval: intervals.t1, retransmit, give_up: now + intervals.patience() },
            actions: VecDeque::from([Action::Send]),
        }
    }

    /// Takes one input; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: ClientInput) {
        match input {
            ClientInput::Response(code @ 100..200) => self.provisional(code),
            ClientInput::Response(200..300) => self.accepted(now),
            ClientInput::Response(_) => self.refused(now),
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
            State::Calling { retransmit, give_up, .. } => earliest([retransmit, Some(give_up)]),
            State::Completed { until } | State::Accepted { until } => Some(until),
            State::Proceeding | State::Terminated => None,
        }
    }

    /// Whether a provisional response came, so that a CANCEL may be sent (RFC 3261 9.1).
    #[must_use]
    pub fn is_proceeding(&self) -> bool {
        self.state == State::Proceeding
    }

    /// Whether no final response came yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, State::Calling { .. } | State::Proceeding)
    }

    fn provisional(&mut self, _code: u16) {
        match self.state {
            State::Calling { .. } | State::Proceeding => {
                self.state = State::Proceeding;
                self.actions.push_back(Action::Deliver);
            }
            State::Completed { .. } | State::Accepted { .. } | State::Terminated => {}
        }
    }

    fn accepted(&mut self, now: Instant) {
        match self.state {
            State::Calling { .. } | State::Proceeding => {
                self.state = State::Accepted { until: now + self.intervals.patience() };
                self.actions.push_back(Action::Deliver);
            }
            State::Accepted { .. } => self.actions.push_back(Action::Deliver),
            State::Completed { .. } | State::Terminated => {}
        }
    }

    fn refused(&mut self, now: Instant) {
        match self.state {
            State::Calling { .. } | State::Proceeding => {
                self.actions.extend([Action::Acknowledge, Action::Deliver]);
                self.complete(now);
            }
            State::Completed { .. } => self.actions.push_back(Action::Acknowledge),
            State::Accepted { .. } | State::Terminated => {}
        }
    }

    fn complete(&mut self, now: Instant) {
        match self.reliability {
            Reliability::Reliable => self.terminate(),
            Reliability::Unreliable => {
                self.state = State::Completed { until: now + self.intervals.timer_d() };
            }
        }
    }

    fn transport_failed(&mut self) {
        match self.state {
            State::Calling { .. } | State::Proceeding => {
                self.actions.push_back(Action::Unreachable);
                self.terminate();
            }
            State::Completed { .. } => self.terminate(),
            State::Accepted { .. } | State::Terminated => {}
        }
    }

    fn timeout(&mut self, now: Instant) {
        match self.state {
            State::Calling { give_up, .. } if give_up <= now => {
                self.actions.push_back(Action::TimedOut);
                self.terminate();
            }
            State::Calling { interval, retransmit: Some(at), give_up } if at <= now => {
                let interval = interval * 2;
                self.state = State::Calling { interval, retransmit: Some(now + interval), give_up };
                self.actions.push_back(Action::Send);
            }
            State::Completed { until } | State::Accepted { until } if until <= now => self.terminate(),
            State::Calling { .. }
            | State::Proceeding
            | State::Completed { .. }
            | State::Accepted { .. }
            | State::Terminated => {}
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

    fn machine(reliability: Reliability) -> (Instant, ClientInvite) {
        let now = start();
        let mut machine = ClientInvite::new(now, Intervals::default(), reliability);
        assert_eq!(drain!(machine), [Action::Send]);
        (now, machine)
    }

    #[test]
    fn timer_a_doubles_without_limit_until_timer_b() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        let happened = run_out!(machine, now, ClientInput::Timeout);

        let times: Vec<u128> = happened.iter().map(|(at, _)| *at).collect();
        assert_eq!(times, [500, 1500, 3500, 7500, 15_500, 31_500, 32_000]);
        assert_eq!(happened[6].1, [Action::TimedOut, Action::Terminated]);
    }

    #[test]
    fn a_reliable_transport_never_retransmits() {
        let (now, mut machine) = machine(Reliability::Reliable);

        let happened = run_out!(machine, now, ClientInput::Timeout);

        assert_eq!(happened, [(32_000, vec![Action::TimedOut, Action::Terminated])]);
    }

    #[test]
    fn a_provisional_response_stops_all_timers() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        machine.handle(now + ms(10), ClientInput::Response(180));

        assert_eq!(drain!(machine), [Action::Deliver]);
        assert_eq!(machine.deadline(), None);
        assert!(machine.is_proceeding());
    }

    #[test]
    fn a_refusal_is_acknowledged_again_for_each_retransmission_until_timer_d() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        machine.handle(now, ClientInput::Response(486));
        assert_eq!(drain!(machine), [Action::Acknowledge, Action::Deliver]);
        machine.handle(now + ms(500), ClientInput::Response(486));
        assert_eq!(drain!(machine), [Action::Acknowledge]);

        assert_eq!(run_out!(machine, now, ClientInput::Timeout), [(32_000, vec![Action::Terminated])]);
    }

    #[test]
    fn each_2xx_is_delivered_until_timer_m() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        machine.handle(now, ClientInput::Response(200));
        machine.handle(now + ms(100), ClientInput::Response(200));
        assert_eq!(drain!(machine), [Action::Deliver, Action::Deliver]);
        machine.handle(now + ms(200), ClientInput::Response(180));
        machine.handle(now + ms(200), ClientInput::Response(486));
        assert_eq!(drain!(machine), []);

        assert_eq!(run_out!(machine, now, ClientInput::Timeout), [(32_000, vec![Action::Terminated])]);
    }

    #[test]
    fn a_failed_transport_ends_a_call_attempt_at_once() {
        let (now, mut machine) = machine(Reliability::Reliable);

        machine.handle(now, ClientInput::TransportFailed);

        assert_eq!(drain!(machine), [Action::Unreachable, Action::Terminated]);
        assert_eq!(machine.deadline(), None);
    }
}
