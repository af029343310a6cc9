//! Why something did not work at the exchange, in words for people.

use pbx_api::{ApiError, ErrorCode};

use crate::view::{Moment, Problem, ProblemCode, Words};

use super::boundary::{Trouble, WebAnswer};

/// There is no answer.
pub(super) fn of_trouble(trouble: Trouble, at: Moment) -> Problem {
    let code = match trouble {
        Trouble::NoSuchHost => ProblemCode::ServerNotFound,
        Trouble::Silent => ProblemCode::ServerSilent,
        Trouble::Refused | Trouble::NotWeb | Trouble::Status(_) | Trouble::Closed(_) => ProblemCode::NotBalie,
        Trouble::NotPinned | Trouble::OtherAuthority => ProblemCode::AuthorityChanged,
        Trouble::BadCertificate => ProblemCode::CertificateInvalid,
    };
    match trouble {
        Trouble::Status(status) => Problem::new(code, at).with_detail(format!("HTTP {status}")),
        Trouble::NoSuchHost
        | Trouble::Refused
        | Trouble::Silent
        | Trouble::NotWeb
        | Trouble::NotPinned
        | Trouble::OtherAuthority
        | Trouble::BadCertificate
        | Trouble::Closed(_) => Problem::new(code, at),
    }
}

/// The answer is a refusal, or not what was asked for.
pub(super) fn of_answer(answer: &WebAnswer, at: Moment) -> Problem {
    let Some(error) = refusal(answer) else {
        let detail = format!("HTTP {}", answer.status);
        return Problem::new(ProblemCode::NotBalie, at).with_detail(detail);
    };
    if error.code == ErrorCode::WrongPassword {
        return Problem::new(ProblemCode::WrongPassword, at);
    }
    if error.code == ErrorCode::NotSignedIn {
        return Problem::new(ProblemCode::SessionEnded, at);
    }
    let silent = error.code == ErrorCode::Unavailable;
    let code = if silent { ProblemCode::ServerSilent } else { ProblemCode::ExchangeRefused };
    // The exchange knows best why, and says it in both languages.
    Problem {
        sentence: Words::new(&error.message_nl, &error.message_en),
        remedy: Words::new(&error.what_to_do_nl, &error.what_to_do_en),
        ..Problem::new(code, at).with_detail(error.code.name())
    }
}

/// Whether the session behind a token is over.
pub(super) fn is_signed_out(answer: &WebAnswer) -> bool {
    refusal(answer).is_some_and(|error| error.code == ErrorCode::NotSignedIn)
}

/// Whether the function asked for is outside the person's licence.
pub(super) fn is_unlicensed(answer: &WebAnswer) -> bool {
    refusal(answer).is_some_and(|error| error.code == ErrorCode::NotLicensed)
}

fn refusal(answer: &WebAnswer) -> Option<ApiError> {
    serde_json::from_slice(&answer.body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_exchange() {
        let body = serde_json::to_vec(&ApiError::new(ErrorCode::TooManyAttempts)).unwrap();

        let problem = of_answer(&WebAnswer { status: 429, body }, Moment(1));

        assert_eq!(problem.code, ProblemCode::ExchangeRefused);
        assert_eq!(problem.remedy.nl, "Wacht vijf minuten en probeer het opnieuw.");
        assert_eq!(problem.detail.as_deref(), Some("too_many_attempts"));
    }

    #[test]
    fn a_web_server_that_is_no_exchange_is_said_to_be_none() {
        let answer = WebAnswer { status: 404, body: b"<html>".to_vec() };

        assert_eq!(of_answer(&answer, Moment(1)).code, ProblemCode::NotBalie);
    }
}
