//! What SIP's codes and endings mean to a person.

use sip::endpoint::{EndReason, Outcome};
use sip::message::{Fields, Request};

use crate::view::Moment;
use crate::view::{EndCause, Problem, ProblemCode, RecallReason};

/// Why a call is over; `rang` says whether the other side was alerted.
pub(crate) fn of_end(reason: &EndReason, rang: bool) -> EndCause {
    match reason {
        EndReason::PeerHungUp(_) | EndReason::HungUp => EndCause::HungUp,
        EndReason::Cancelled(request) if elsewhere(request) => EndCause::AnsweredElsewhere,
        EndReason::Cancelled(_) => EndCause::Cancelled,
        EndReason::Refused(outcome) => of_code(outcome.code, rang),
        EndReason::NoAck | EndReason::NoPrack | EndReason::SessionExpired | EndReason::DialogLost(_) => {
            EndCause::Lost
        }
        EndReason::ProtocolError(_) => EndCause::Failed { status: 488 },
    }
}

/// What a final refusal means.
pub(crate) fn of_code(code: u16, rang: bool) -> EndCause {
    match code {
        486 | 600 => EndCause::Busy,
        603 | 607 | 433 => EndCause::Rejected,
        480 | 408 if rang => EndCause::NoAnswer,
        480 | 408 | 410 | 430 => EndCause::Unreachable,
        404 | 484 | 604 => EndCause::UnknownNumber,
        401 | 403 | 407 => EndCause::Forbidden,
        487 => EndCause::Cancelled,
        status => EndCause::Failed { status },
    }
}

/// Why a transfer came back.
pub(crate) fn recall(cause: &EndCause) -> RecallReason {
    match cause {
        EndCause::Busy => RecallReason::Busy,
        EndCause::Rejected | EndCause::Forbidden => RecallReason::Rejected,
        EndCause::NoAnswer | EndCause::Cancelled | EndCause::HungUp | EndCause::AnsweredElsewhere => {
            RecallReason::NoAnswer
        }
        EndCause::Unreachable | EndCause::UnknownNumber | EndCause::Lost | EndCause::Failed { .. } => {
            RecallReason::Unreachable
        }
    }
}

/// Why the exchange does not register us. `lost` says whether it did before.
pub(crate) fn of_registration(outcome: &Outcome, lost: bool, at: Moment) -> Problem {
    let code = match outcome.code {
        401 | 403 | 404 | 407 => ProblemCode::WrongPassword,
        _ if lost => ProblemCode::ExchangeLost,
        _ => ProblemCode::ServerSilent,
    };
    Problem::new(code, at).with_detail(format!("SIP {}", outcome.code))
}

/// Another phone took the call (RFC 3326, `cause=200`).
fn elsewhere(request: &Request) -> bool {
    request
        .reasons()
        .iter()
        .any(|reason| reason.protocol.eq_ignore_ascii_case("SIP") && reason.cause == Some(200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_after_ringing_is_no_answer_and_before_it_nobody_is_there() {
        assert_eq!(of_code(480, true), EndCause::NoAnswer);
        assert_eq!(of_code(480, false), EndCause::Unreachable);
        assert_eq!(of_code(503, false), EndCause::Failed { status: 503 });
    }

    #[test]
    fn an_exchange_that_falls_silent_is_lost_and_one_that_never_spoke_is_silent() {
        let outcome = Outcome { code: 408, response: None };

        assert_eq!(of_registration(&outcome, true, Moment(0)).code, ProblemCode::ExchangeLost);
        assert_eq!(of_registration(&outcome, false, Moment(0)).code, ProblemCode::ServerSilent);
    }
}
