//! Reason phrases of status codes.
//!
//! `StatusCode` itself is rsip's; its `Display` writes the variant's name (`BusyHere`), which is not what
//! stands on the wire, so the phrases are here.

/// The reason phrase of RFC 3261 and its extensions for `code`; the phrase of the class when unknown.
pub fn reason_phrase(code: u16) -> &'static str {
    match code {
        100..200 => provisional(code),
        200..400 => final_good(code),
        400..500 => client_error(code),
        500..600 => server_error(code),
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        606 => "Not Acceptable",
        607 => "Unwanted",
        608 => "Rejected",
        _ => "Global Failure",
    }
}

fn provisional(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        181 => "Call Is Being Forwarded",
        182 => "Queued",
        199 => "Early Dialog Terminated",
        _ => "Session Progress",
    }
}

fn final_good(code: u16) -> &'static str {
    match code {
        202 => "Accepted",
        204 => "No Notification",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Moved Temporarily",
        305 => "Use Proxy",
        380 => "Alternative Service",
        ..300 => "OK",
        _ => "Redirection",
    }
}

fn client_error(code: u16) -> &'static str {
    match code {
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Conditional Request Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        417 => "Unknown Resource-Priority",
        420 => "Bad Extension",
        421 => "Extension Required",
        422 => "Session Interval Too Small",
        423 => "Interval Too Brief",
        424 => "Bad Location Information",
        428 => "Use Identity Header",
        429 => "Provide Referrer Identity",
        430 => "Flow Failed",
        433 => "Anonymity Disallowed",
        436 => "Bad Identity Info",
        437 => "Unsupported Credential",
        438 => "Invalid Identity Header",
        439 => "First Hop Lacks Outbound Support",
        440 => "Max-Breadth Exceeded",
        469 => "Bad Info Package",
        470 => "Consent Needed",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        483 => "Too Many Hops",
        484 => "Address Incomplete",
        485 => "Ambiguous",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        491 => "Request Pending",
        493 => "Undecipherable",
        494 => "Security Agreement Required",
        _ => "Bad Request",
    }
}

fn server_error(code: u16) -> &'static str {
    match code {
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Server Time-out",
        505 => "Version Not Supported",
        513 => "Message Too Large",
        580 => "Precondition Failure",
        _ => "Server Internal Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_those_of_the_standard() {
        assert_eq!(reason_phrase(486), "Busy Here");
        assert_eq!(reason_phrase(181), "Call Is Being Forwarded");
        assert_eq!(reason_phrase(433), "Anonymity Disallowed");
    }

    #[test]
    fn an_unknown_code_reads_as_its_class() {
        assert_eq!(reason_phrase(299), "OK");
        assert_eq!(reason_phrase(499), "Bad Request");
        assert_eq!(reason_phrase(699), "Global Failure");
    }
}
