//! The INVITE server transaction: RFC 3261 figure 7, with the Accepted state of RFC 6026.
//!
//! The 2xx is retransmitted by the dialog, not here (RFC 3261 13.3.1.4); Accepted absorbs
//! retransmitted INVITEs, so that they are not mistaken for new calls.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Action, Reliability, ServerInput};
use crate::timer::{Intervals, earliest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No response yet; 100 Trying goes out when the transaction user is slow.
    Trying {
        trying_at: Instant,
    },
    /// A provisional response was sent.
    Proceeding,
    /// A refusal was sent: timer G repeats it (unreliable only), timer H gives up.
    Completed {
        interval: Duration,
        retransmit: Option<Instant>,
        give_up: Instant,
    },
    /// The ACK came: timer I absorbs further ones.
    Confirmed {
        until: Instant,
    },
    /// A 2xx was sent: timer L.
    Accepted {
        until: Instant,
    },
    Terminated,
}

/// The INVITE server transaction.
#[derive(Debug)]
pub struct ServerInvite {
    intervals: Intervals,
    reliability: Reliability,
    state: State,
    actions: VecDeque<Action>,
}

impl ServerInvite {
    /// How long the transaction user may think before 100 Trying is sent (RFC 3261 17.2.1).
    pub const TRYING_AFTER: Duration = Duration::from_millis(200);

    /// Starts the transaction with the arrival of its request.
    #[must_use]
    pub fn new(now: Instant, intervals: Intervals, reliability: Reliability) -> Self {
        let state = State::Trying { trying_at: now + Self::TRYING_AFTER };
        Self { intervals, reliability, state, actions: VecDeque::new() }
    }

    /// Takes one input; drain [`poll`](Self::poll) afterwards.
    pub fn handle(&mut self, now: Instant, input: ServerInput) {
        match input {
            ServerInput::Retransmission => self.retransmission(),
            ServerInput::Respond(100..200) => self.provisional(),
            ServerInput::Respond(200..300) => self.accept(now),
            ServerInput::Respond(_) => self.refuse(now),
            ServerInput::Ack => self.acknowledged(now),
            ServerInput::TransportFailed => self.transport_failed(),
            ServerInput::Timeout => self.timeout(now),
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
            State::Trying { trying_at } => Some(trying_at),
            State::Completed { retransmit, give_up, .. } => earliest([retransmit, Some(give_up)]),
            State::Confirmed { until } | State::Accepted { until } => Some(until),
            State::Proceeding | State::Terminated => None,
        }
    }

    /// Whether no final response was sent yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, State::Trying { .. } | State::Proceeding)
    }

    fn retransmission(&mut self) {
        match self.state {
            State::Trying { .. } => {
                self.state = State::Proceeding;
                self.actions.push_back(Action::Trying);
            }
            State::Proceeding | State::Completed { .. } => self.actions.push_back(Action::Send),
            State::Confirmed { .. } | State::Accepted { .. } | State::Terminated => {}
        }
    }

    fn provisional(&mut self) {
        match self.state {
            State::Trying { .. } | State::Proceeding => {
                self.state = State::Proceeding;
                self.actions.push_back(Action::Send);
            }
            State::Completed { .. }
            | State::Confirmed { .. }
            | State::Accepted { .. }
            | State::Terminated => {}
        }
    }

    fn accept(&mut self, now: Instant) {
        match self.state {
            State::Trying { .. } | State::Proceeding => {
                self.state = State::Accepted { until: now + self.intervals.patience() };
                self.actions.push_back(Action::Send);
            }
            State::Accepted { .. } => self.actions.push_back(Action::Send),
            State::Completed { .. } | State::Confirmed { .. } | State::Terminated => {}
        }
    }

    fn refuse(&mut self, now: Instant) {
        match self.state {
            State::Trying { .. } | State::Proceeding => {
                let retransmit =
                    (self.reliability == Reliability::Unreliable).then(|| now + self.intervals.t1);
                self.state = State::Completed {
                    interval: self.intervals.t1,
                    retransmit,
                    give_up: now + self.intervals.patience(),
                };
                self.actions.push_back(Action::Send);
            }
            State::Completed { .. }
            | State::Confirmed { .. }
            | State::Accepted { .. }
            | State::Terminated => {}
        }
    }

    fn acknowledged(&mut self, now: Instant) {
        match self.state {
            State::Completed { .. } => match self.reliability {
                Reliability::Reliable => self.terminate(),
                Reliability::Unreliable => {
                    self.state = State::Confirmed { until: now + self.intervals.t4 };
                }
            },
            State::Accepted { .. } => self.actions.push_back(Action::Deliver),
            State::Trying { .. } | State::Proceeding | State::Confirmed { .. } | State::Terminated => {}
        }
    }

    fn transport_failed(&mut self) {
        match self.state {
            State::Completed { .. } => {
                self.actions.push_back(Action::Unreachable);
                self.terminate();
            }
            State::Trying { .. }
            | State::Proceeding
            | State::Confirmed { .. }
            | State::Accepted { .. }
            | State::Terminated => {}
        }
    }

    fn timeout(&mut self, now: Instant) {
        match self.state {
            State::Trying { trying_at } if trying_at <= now => {
                self.state = State::Proceeding;
                self.actions.push_back(Action::Trying);
            }
            State::Completed { give_up, .. } if give_up <= now => {
                self.actions.push_back(Action::TimedOut);
                self.terminate();
            }
            State::Completed { interval, retransmit: Some(at), give_up } if at <= now => {
                let interval = self.intervals.doubled(interval);
                self.state = State::Completed { interval, retransmit: Some(now + interval), give_up };
                self.actions.push_back(Action::Send);
            }
            State::Confirmed { until } | State::Accepted { until } if until <= now => self.terminate(),
            State::Trying { .. }
            | State::Proceeding
            | State::Completed { .. }
            | State::Confirmed { .. }
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

    fn machine(reliability: Reliability) -> (Instant, ServerInvite) {
        let now = start();
        (now, ServerInvite::new(now, Intervals::default(), reliability))
    }

    #[test]
    fn a_slow_transaction_user_is_covered_by_trying_after_200_ms() {
        let (now, mut machine) = machine(Reliability::Unreliable);

        assert_eq!(run_out!(machine, now, ServerInput::Timeout), [(200, vec![Action::Trying])]);
    }

    #[test]
    fn a_retransmitted_invite_gets_the_latest_response_again() {
        let (now, mut machine) = machine(Reliability::Unreliable);
        machine.handle(now, ServerInput::Respond(180));
        assert_eq!(drain!(machine), [Action::Send]);

        machine.handle(now + ms(500), ServerInput::Retransmission);

        assert_eq!(drain!(machine), [Action::Send]);
    }

    #[test]
    fn a_refusal_is_repeated_with_timer_g_until_timer_h() {
        let (now, mut machine) = machine(Reliability::Unreliable);
        machine.handle(now, ServerInput::Respond(486));
        assert_eq!(drain!(machine), [Action::Send]);

        let happened = run_out!(machine, now, ServerInput::Timeout);

        let times: Vec<u128> = happened.iter().map(|(at, _)| *at).collect();
        assert_eq!(times, [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000]);
        assert_eq!(happened[10].1, [Action::TimedOut, Action::Terminated]);
    }

    #[test]
    fn the_ack_of_a_refusal_starts_timer_i() {
        let (now, mut machine) = machine(Reliability::Unreliable);
        machine.handle(now, ServerInput::Respond(486));
        machine.handle(now, ServerInput::Ack);
        assert_eq!(drain!(machine), [Action::Send]);

        assert_eq!(run_out!(machine, now, ServerInput::Timeout), [(5000, vec![Action::Terminated])]);
    }

    #[test]
    fn a_2xx_makes_the_transaction_absorb_retransmitted_invites_until_timer_l() {
        let (now, mut machine) = machine(Reliability::Unreliable);
        machine.handle(now, ServerInput::Respond(200));
        assert_eq!(drain!(machine), [Action::Send]);

        machine.handle(now + ms(500), ServerInput::Retransmission);
        machine.handle(now + ms(600), ServerInput::Ack);
        assert_eq!(drain!(machine), [Action::Deliver]);

        assert_eq!(run_out!(machine, now, ServerInput::Timeout), [(32_000, vec![Action::Terminated])]);
    }

    #[test]
    fn a_second_final_response_is_ignored() {
        let (now, mut machine) = machine(Reliability::Reliable);
        machine.handle(now, ServerInput::Respond(486));
        assert_eq!(drain!(machine), [Action::Send]);

        machine.handle(now, ServerInput::Respond(200));

        assert_eq!(drain!(machine), []);
        assert!(!machine.is_pending());
    }
}
