//! Why a call ends, as a response code and as a Reason header.
//!
//! The exchange speaks of causes; section 6 of the functions says which code a telephone gets for each.

use pbx::exchange::{CancelReason, Release};
use pbx::feature::Cause;
use sip::endpoint::Content;
use sip::message::Reason;

/// The final response to a caller who has not been answered.
pub(crate) fn code(release: Release) -> u16 {
    match release {
        Release::Because(cause) => code_of(cause),
        Release::Code(code) if fits_a_telephone(code) => code,
        Release::Code(_) => 480,
        Release::Moved => 480,
        Release::MediaLost => 504,
        Release::Stopping => 503,
    }
}

/// Whether a telephone can make sense of a code of the outside world: a redirection needs a contact, and
/// a challenge is none of its business.
const fn fits_a_telephone(code: u16) -> bool {
    matches!(code, 400 | 402..=406 | 408..=699)
}

const fn code_of(cause: Cause) -> u16 {
    match cause {
        Cause::Busy | Cause::DoNotDisturb => 486,
        Cause::NoAnswer | Cause::NotReachable | Cause::NothingThere | Cause::Normal => 480,
        Cause::Rejected => 603,
        Cause::AnonymityDisallowed => 433,
        Cause::Intercepted => 480,
        Cause::Forbidden | Cause::OperationRefused => 403,
        Cause::UnknownNumber | Cause::UnknownCode => 404,
        Cause::NoTrunk | Cause::NoCapacity => 503,
        Cause::Incompatible => 488,
        Cause::Cancelled => 487,
        Cause::Failure => 500,
    }
}

/// The Reason header of a refusal, where the code alone does not say why (section 6).
pub(crate) fn refusal(release: Release) -> Content {
    match release {
        Release::Because(Cause::DoNotDisturb) => {
            Content::header("Reason", &Reason::sip(486, "do-not-disturb").to_string())
        }
        Release::Because(_) | Release::Code(_) | Release::Moved | Release::MediaLost | Release::Stopping => {
            Content::none()
        }
    }
}

/// The Reason header of a BYE, so that a telephone can say why a call was cut (RFC 3326).
pub(crate) fn hang_up(release: Release) -> Content {
    let reason = match release {
        Release::Because(Cause::Normal) => Reason::sip(200, "Normal call clearing"),
        Release::Because(cause) => Reason::sip(code_of(cause), ""),
        Release::Code(code) => Reason::sip(code, ""),
        Release::Moved => Reason::sip(200, "Call moved"),
        Release::MediaLost => Reason::sip(504, "No media received"),
        Release::Stopping => Reason::sip(503, "The exchange is stopping"),
    };
    Content::header("Reason", &reason.to_string())
}

/// The Reason header of a CANCEL: answered elsewhere is not a missed call.
pub(crate) fn cancel(reason: CancelReason) -> Content {
    match reason {
        CancelReason::CompletedElsewhere => {
            Content::header("Reason", &Reason::completed_elsewhere().to_string())
        }
        CancelReason::GivenUp => Content::none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_that_telephones_know() {
        assert_eq!(code(Release::Because(Cause::Busy)), 486);
        assert_eq!(code(Release::Because(Cause::NotReachable)), 480);
        assert_eq!(code(Release::Because(Cause::Rejected)), 603);
        assert_eq!(code(Release::Because(Cause::Forbidden)), 403);
    }

    #[test]
    fn only_do_not_disturb_is_told_apart_from_busy_by_its_reason() {
        let reason = refusal(Release::Because(Cause::DoNotDisturb));

        assert_eq!(code(Release::Because(Cause::DoNotDisturb)), 486);
        assert_eq!(reason.headers[0].1, "SIP;cause=486;text=\"do-not-disturb\"");
        assert!(refusal(Release::Because(Cause::Busy)).headers.is_empty());
    }

    #[test]
    fn a_code_that_is_no_final_refusal_is_not_sent() {
        assert_eq!(code(Release::Code(200)), 480);
        assert_eq!(code(Release::Code(433)), 433);
        for of_the_line in [302, 401, 407] {
            assert_eq!(code(Release::Code(of_the_line)), 480);
        }
    }

    #[test]
    fn answered_elsewhere_is_said_in_the_words_that_telephones_look_for() {
        let content = cancel(CancelReason::CompletedElsewhere);

        let (name, value) = content.headers.first().unwrap();
        assert_eq!(name, "Reason");
        assert_eq!(value, "SIP;cause=200;text=\"Call completed elsewhere\"");
    }
}
