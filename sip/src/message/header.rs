//! The bridge to rsip's `Header`: by name in, by name out.
//!
//! rsip names 45 headers and leaves the rest to `Header::Other`; here every header is a name and a text, so
//! that nobody above needs to know which of the two it is. Compact names (RFC 3261 section 7.3.3 and later
//! registrations) become long ones on the way in.

use rsip::{Header, headers::UntypedHeader as _};

macro_rules! envelope_headers {
    ($($variant:ident $name:literal,)*) => {
        /// The header's name, in its registered spelling when rsip knows it and as received otherwise.
        #[inline]
        pub fn name_of(header: &Header) -> &str {
            match header {
                $(Header::$variant(_) => $name,)*
                Header::Other(name, _) => name,
            }
        }

        /// The header's text, as received.
        pub fn value_of(header: &Header) -> &str {
            match header {
                $(Header::$variant(value) => value.value(),)*
                Header::Other(_, value) => value,
            }
        }

        fn build(name: &str, value: String) -> Header {
            $(if name.eq_ignore_ascii_case($name) {
                return Header::$variant(value.into());
            })*
            Header::Other(name.to_owned(), value)
        }
    };
}

envelope_headers! {
    Via "Via",
    From "From",
    To "To",
    CallId "Call-ID",
    CSeq "CSeq",
    Contact "Contact",
    MaxForwards "Max-Forwards",
    ContentLength "Content-Length",
    ContentType "Content-Type",
    Route "Route",
    RecordRoute "Record-Route",
    Allow "Allow",
    Supported "Supported",
    Expires "Expires",
    UserAgent "User-Agent",
    Authorization "Authorization",
    ProxyAuthorization "Proxy-Authorization",
    WwwAuthenticate "WWW-Authenticate",
    ProxyAuthenticate "Proxy-Authenticate",
    AuthenticationInfo "Authentication-Info",
    Event "Event",
    SubscriptionState "Subscription-State",
    Accept "Accept",
    AcceptEncoding "Accept-Encoding",
    AcceptLanguage "Accept-Language",
    AlertInfo "Alert-Info",
    CallInfo "Call-Info",
    ContentDisposition "Content-Disposition",
    ContentEncoding "Content-Encoding",
    ContentLanguage "Content-Language",
    Date "Date",
    ErrorInfo "Error-Info",
    InReplyTo "In-Reply-To",
    MimeVersion "MIME-Version",
    MinExpires "Min-Expires",
    Organization "Organization",
    Priority "Priority",
    ProxyRequire "Proxy-Require",
    ReplyTo "Reply-To",
    Require "Require",
    RetryAfter "Retry-After",
    Server "Server",
    Subject "Subject",
    Timestamp "Timestamp",
    Unsupported "Unsupported",
    Warning "Warning",
}

/// Makes a header from a name (long or compact, any case) and its text.
///
/// Line ends inside the text become spaces: no value can add a header of its own.
pub fn header(name: &str, value: impl Into<String>) -> Header {
    let mut value = value.into();
    if value.contains(['\r', '\n']) {
        value = value.replace(['\r', '\n'], " ");
    }
    build(long_name(name), value)
}

/// Whether `header` has this name, without case.
#[inline]
pub fn is(header: &Header, name: &str) -> bool {
    name_of(header).eq_ignore_ascii_case(name)
}

/// The long name of a compact one; any other name is itself.
pub(crate) fn long_name(name: &str) -> &str {
    let [letter] = name.as_bytes() else { return name };
    match letter.to_ascii_lowercase() {
        b'a' => "Accept-Contact",
        b'b' => "Referred-By",
        b'c' => "Content-Type",
        b'd' => "Request-Disposition",
        b'e' => "Content-Encoding",
        b'f' => "From",
        b'i' => "Call-ID",
        b'j' => "Reject-Contact",
        b'k' => "Supported",
        b'l' => "Content-Length",
        b'm' => "Contact",
        b'n' => "Identity-Info",
        b'o' => "Event",
        b'r' => "Refer-To",
        b's' => "Subject",
        b't' => "To",
        b'u' => "Allow-Events",
        b'v' => "Via",
        b'x' => "Session-Expires",
        b'y' => "Identity",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_names_become_long_ones() {
        for (compact, long) in [("v", "Via"), ("F", "From"), ("x", "Session-Expires"), ("o", "Event")] {
            assert_eq!(name_of(&header(compact, "1")), long);
        }
    }

    #[test]
    fn case_of_a_known_name_is_normalised_and_of_an_unknown_one_kept() {
        assert_eq!(name_of(&header("mAx-forWARDS", "70")), "Max-Forwards");
        assert_eq!(name_of(&header("X-Odd", "70")), "X-Odd");
    }

    #[test]
    fn a_value_cannot_forge_a_header() {
        assert_eq!(value_of(&header("Subject", "a\r\nVia: b")), "a  Via: b");
    }
}
