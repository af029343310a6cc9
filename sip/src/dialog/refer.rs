//! REFER, RFC 3515: the status line that reports how the new call fares.
//!
//! The referrer learns it through NOTIFY with a body of type message/sipfrag; its first line is all
//! that counts here.

/// The body of a NOTIFY about a REFER: `SIP/2.0 180 Ringing`.
#[must_use]
pub fn sipfrag(code: u16, reason: &str) -> String {
    let reason: String = reason.chars().filter(|character| !character.is_control()).collect();
    format!("SIP/2.0 {code} {reason}\r\n")
}

/// The status code in a message/sipfrag body.
#[must_use]
pub fn sipfrag_status(body: &[u8]) -> Option<u16> {
    let line = body.split(|byte| *byte == b'\n').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    words.next().filter(|version| version.eq_ignore_ascii_case("SIP/2.0"))?;
    let code: u16 = words.next()?.parse().ok()?;
    (100..700).contains(&code).then_some(code)
}

/// What a NOTIFY says about a REFER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferReport {
    /// The status of the new call; 200 is assumed when the subscription ends without one.
    pub code: u16,
    /// Whether the implicit subscription is over.
    pub last: bool,
}

impl ReferReport {
    /// Reads the body and Subscription-State of a NOTIFY.
    #[must_use]
    pub fn read(body: &[u8], subscription_state: Option<&str>) -> Self {
        let terminated = subscription_state.is_some_and(|state| {
            let word = state.split(';').next().unwrap_or_default().trim();
            word.eq_ignore_ascii_case("terminated")
        });
        let code = sipfrag_status(body).unwrap_or(if terminated { 200 } else { 100 });
        Self { code, last: terminated || code >= 200 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_survives_the_way() {
        assert_eq!(sipfrag_status(sipfrag(486, "Busy Here").as_bytes()), Some(486));
    }

    #[test]
    fn a_reason_cannot_forge_a_line() {
        assert_eq!(sipfrag(200, "OK\r\nContact: <sip:x>"), "SIP/2.0 200 OKContact: <sip:x>\r\n");
    }

    #[test]
    fn nonsense_is_no_status() {
        for bad in ["", "SIP/2.0", "SIP/2.0 99 x", "SIP/2.0 700 x", "HTTP/1.1 200 OK", "SIP/2.0 2x0"] {
            assert_eq!(sipfrag_status(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_report_ends_with_a_final_status_or_with_the_subscription() {
        let ringing = ReferReport::read(b"SIP/2.0 180 Ringing\r\n", Some("active;expires=60"));
        assert_eq!(ringing, ReferReport { code: 180, last: false });
        let done = ReferReport::read(b"SIP/2.0 200 OK", Some("active"));
        assert_eq!(done, ReferReport { code: 200, last: true });
        let gone = ReferReport::read(b"", Some("terminated;reason=noresource"));
        assert_eq!(gone, ReferReport { code: 200, last: true });
    }
}
