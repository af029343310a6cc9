//! A response: rsip's envelope with the reason phrase that rsip forgets.

use rsip::{Headers, StatusCode};

use super::{Fields, Method, NameAddr, Request, header, status::reason_phrase, wire};

/// A SIP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    envelope: rsip::Response,
    reason: Option<Box<str>>,
}

impl Response {
    /// A response without headers; a status above 699 or below 100 becomes 500.
    pub fn new(status: impl Into<StatusCode>) -> Self {
        let mut status_code = status.into();
        if !(100..700).contains(&status_code.code()) {
            status_code = StatusCode::ServerInternalError;
        }
        let envelope = rsip::Response { status_code, ..Default::default() };
        Self { envelope, reason: None }
    }

    /// The answer to `request` (RFC 3261 section 8.2.6): Via, From, To, Call-ID and CSeq copied; Timestamp on
    /// a 100; Record-Route on what makes a dialog (section 12.1.1). The To tag is not added, see
    /// [`with_to_tag`](Self::with_to_tag).
    pub fn to(request: &Request, status: impl Into<StatusCode>) -> Self {
        let mut response = Self::new(status);
        let code = response.code();
        let dialog = request.method().creates_dialog() && (101..300).contains(&code);
        for item in request.headers().iter() {
            let copied = ["Via", "From", "To", "Call-ID", "CSeq"].iter().any(|name| header::is(item, name))
                || (dialog && header::is(item, "Record-Route"))
                || (code == 100 && header::is(item, "Timestamp"));
            if copied {
                response.headers_mut().push(item.clone());
            }
        }
        response
    }

    /// Adds the tag to To unless To has one already.
    #[must_use]
    pub fn with_to_tag(mut self, tag: &str) -> Self {
        match Fields::to(&self) {
            Ok(to) if to.tag().is_none() => {
                let to = NameAddr::with_tag(to, tag);
                self.set("To", to.to_string());
            }
            Ok(_) | Err(_) => {}
        }
        self
    }

    /// Sets another reason phrase than the standard's.
    #[must_use]
    pub fn with_reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.replace(['\r', '\n'], " ").into());
        self
    }

    /// The status code as a number of 100 to 699.
    pub fn code(&self) -> u16 {
        self.envelope.status_code.code()
    }

    /// The status code as rsip's enum.
    pub fn status(&self) -> &StatusCode {
        &self.envelope.status_code
    }

    /// The reason phrase as received or set, else the standard's.
    pub fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or_else(|| reason_phrase(self.code()))
    }

    /// 1xx.
    pub fn is_provisional(&self) -> bool {
        self.code() < 200
    }

    /// 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.code())
    }

    /// 2xx to 6xx.
    pub fn is_final(&self) -> bool {
        self.code() >= 200
    }

    /// Method of the request that this answers, from CSeq.
    pub fn method(&self) -> Option<Method> {
        self.cseq().ok().map(|cseq| cseq.method)
    }

    /// The body, empty when there is none.
    pub fn body(&self) -> &[u8] {
        &self.envelope.body
    }

    /// Sets body and Content-Type; an empty body removes both.
    pub fn set_body(&mut self, content_type: &str, body: impl Into<Vec<u8>>) {
        self.envelope.body = body.into();
        if self.envelope.body.is_empty() {
            self.remove("Content-Type");
        } else {
            self.set("Content-Type", content_type);
        }
    }

    /// [`set_body`](Self::set_body) as a builder step.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.set_body(content_type, body);
        self
    }

    pub(crate) fn set_raw_body(&mut self, body: Vec<u8>) {
        self.envelope.body = body;
    }

    /// The bytes for the wire, Content-Length included.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::serialize_response(self)
    }

    /// rsip's view.
    pub fn envelope(&self) -> &rsip::Response {
        &self.envelope
    }
}

impl Fields for Response {
    fn headers(&self) -> &Headers {
        &self.envelope.headers
    }

    fn headers_mut(&mut self) -> &mut Headers {
        &mut self.envelope.headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Uri;

    fn invite() -> Request {
        Request::new(Method::Invite, Uri::parse("sip:202@h").unwrap())
            .with("Via", "SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2")
            .with("Record-Route", "<sip:p;lr>")
            .with("From", "<sip:201@h>;tag=1")
            .with("To", "<sip:202@h>")
            .with("Call-ID", "c")
            .with("CSeq", "1 INVITE")
            .with("Timestamp", "54")
            .with("Subject", "not copied")
    }

    #[test]
    fn an_answer_copies_what_leads_it_back() {
        let ringing = Response::to(&invite(), 180u16).with_to_tag("b");

        assert_eq!(ringing.vias().unwrap().len(), 2);
        assert_eq!(ringing.record_routes().unwrap().len(), 1);
        assert_eq!(ringing.to_tag().as_deref(), Some("b"));
        assert_eq!(ringing.reason(), "Ringing");
        assert!(!ringing.has("Subject") && !ringing.has("Timestamp"));
    }

    #[test]
    fn trying_returns_the_timestamp_and_no_record_route() {
        let trying = Response::to(&invite(), 100u16);

        assert!(trying.has("Timestamp") && !trying.has("Record-Route"));
    }

    #[test]
    fn a_tag_that_is_there_stays() {
        let answer = Response::to(&invite(), 200u16).with_to_tag("first").with_to_tag("second");

        assert_eq!(answer.to_tag().as_deref(), Some("first"));
    }

    #[test]
    fn a_status_outside_the_range_cannot_be_sent() {
        assert_eq!(Response::new(99u16).code(), 500);
        assert_eq!(Response::new(700u16).code(), 500);
    }
}
