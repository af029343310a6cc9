//! A request: rsip's envelope with our method and our reading of the Request-URI.
//!
//! rsip's own URI cannot hold what phones send, so the envelope keeps the Request-URI verbatim (digest
//! authentication signs that text) and the parsed one stands beside it.

use rsip::{Headers, common::uri::Domain};

use super::{CSeq, Fields, Method, NameAddr, Response, Uri, header, wire};

/// A SIP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    method: Method,
    uri: Uri,
    /// Boxed, because rsip's URI alone is larger than all of a response.
    envelope: Box<rsip::Request>,
}

impl Request {
    /// A request without headers. See [`Request::initial`] for one that can be sent.
    pub fn new(method: Method, uri: Uri) -> Self {
        let raw = uri.to_string();
        Self::with_raw_uri(method, uri, raw)
    }

    pub(crate) fn with_raw_uri(method: Method, uri: Uri, raw: String) -> Self {
        let envelope = rsip::Request {
            method: method.envelope(),
            uri: verbatim(raw),
            version: rsip::Version::V2,
            headers: Headers::default(),
            body: Vec::new(),
        };
        Self { method, uri, envelope: Box::new(envelope) }
    }

    /// A request with the headers that every request has, except Via, which the transaction adds:
    /// Max-Forwards 70, From, To, Call-ID and CSeq.
    pub fn initial(
        method: Method,
        uri: Uri,
        from: &NameAddr,
        to: &NameAddr,
        call_id: &str,
        cseq: u32,
    ) -> Self {
        let cseq = CSeq { number: cseq, method: method.clone() };
        Self::new(method, uri)
            .with("Max-Forwards", "70")
            .with("From", from.to_string())
            .with("To", to.to_string())
            .with("Call-ID", call_id)
            .with("CSeq", cseq.to_string())
    }

    /// The CANCEL for this request (RFC 3261 section 9.1): same Request-URI, top Via, From, To, Call-ID, Route
    /// and CSeq number.
    #[must_use]
    pub fn cancel(&self) -> Self {
        self.companion(Method::Cancel, self.value("To").unwrap_or_default())
    }

    /// The ACK for a final response that is no 2xx (RFC 3261 section 17.1.1.3): as CANCEL, with the response's
    /// To.
    #[must_use]
    pub fn ack_failure(&self, response: &Response) -> Self {
        self.companion(Method::Ack, response.value("To").unwrap_or_default())
    }

    fn companion(&self, method: Method, to: &str) -> Self {
        let number = self.cseq().map_or(0, |cseq| cseq.number);
        let cseq = CSeq { number, method: method.clone() };
        let mut companion = Self::with_raw_uri(method, self.uri.clone(), self.raw_uri().to_owned());
        if let Some(via) = self.elements("Via").next() {
            companion.push("Via", via);
        }
        for item in self.headers().iter().filter(|item| header::is(item, "Route")) {
            companion.headers_mut().push(item.clone());
        }
        companion.push("Max-Forwards", "70");
        companion.push("From", self.value("From").unwrap_or_default());
        companion.push("To", to);
        companion.push("Call-ID", self.value("Call-ID").unwrap_or_default());
        companion.push("CSeq", cseq.to_string());
        companion
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The Request-URI, parsed.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The Request-URI as it stood (or will stand) on the wire.
    pub fn raw_uri(&self) -> &str {
        match &self.envelope.uri.host_with_port.host {
            rsip::Host::Domain(raw) => raw.value(),
            rsip::Host::IpAddr(_) => "",
        }
    }

    /// Changes the Request-URI.
    pub fn set_uri(&mut self, uri: Uri) {
        self.envelope.uri = verbatim(uri.to_string());
        self.uri = uri;
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
        wire::serialize_request(self)
    }

    /// rsip's view. Its method is OPTIONS for an extension method; its URI is the raw text in the host's place.
    pub fn envelope(&self) -> &rsip::Request {
        &self.envelope
    }
}

/// rsip's URI with nothing but a host prints that host: the one shape in which any text survives.
fn verbatim(raw: String) -> rsip::Uri {
    let host = rsip::Host::Domain(Domain::new(raw));
    rsip::Uri {
        scheme: None,
        auth: None,
        host_with_port: rsip::HostWithPort { host, port: None },
        params: Vec::new(),
        headers: Vec::new(),
    }
}

impl Fields for Request {
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
    use crate::message::{HostPort, Transport, Via};

    fn invite() -> Request {
        let anna = NameAddr::parse("\"Anna\" <sip:201@example.com>;tag=a").unwrap();
        let bert = NameAddr::parse("<sip:202@example.com>").unwrap();
        let mut invite = Request::initial(Method::Invite, bert.uri.clone(), &anna, &bert, "call-1", 7);
        invite.push("Route", "<sip:proxy;lr>");
        let sent_by = HostPort::parse("192.0.2.1:5060").unwrap();
        invite.push_front("Via", Via::new(Transport::Udp, sent_by, "z9hG4bKx").to_string());
        invite
    }

    #[test]
    fn cancel_repeats_what_identifies_the_request() {
        let cancel = invite().cancel();

        assert_eq!(cancel.top_via().unwrap().branch(), Some("z9hG4bKx"));
        assert_eq!(cancel.cseq().unwrap().to_string(), "7 CANCEL");
        assert_eq!(cancel.routes().unwrap().len(), 1);
        assert_eq!(cancel.to_tag(), None);
        assert_eq!(cancel.raw_uri(), "sip:202@example.com");
    }

    #[test]
    fn ack_of_a_failure_takes_the_tag_of_the_response() {
        let invite = invite();
        let busy = Response::to(&invite, 486u16).with_to_tag("b");

        let ack = invite.ack_failure(&busy);

        assert_eq!(ack.cseq().unwrap().to_string(), "7 ACK");
        assert_eq!(ack.to_tag().as_deref(), Some("b"));
        assert_eq!(ack.routes().unwrap().len(), 1, "RFC 3261 17.1.1.3 demands the Route");
    }

    #[test]
    fn the_raw_uri_is_kept_beside_the_parsed_one() {
        let raw = "sip:A@h;Transport=tcp";
        let request = Request::with_raw_uri(Method::Options, Uri::parse(raw).unwrap(), raw.into());

        assert_eq!(request.raw_uri(), raw);
        assert_eq!(request.envelope().uri.to_string(), raw);
    }

    #[test]
    fn an_empty_body_has_no_type() {
        let mut request = invite().with_body("application/sdp", "v=0\r\n");
        assert!(request.content_type().unwrap().unwrap().is("application/sdp"));

        request.set_body("application/sdp", "");

        assert!(!request.has("Content-Type"));
    }
}
