//! Messages on their way out, as text.
//!
//! A [`Draft`] is a request before it knows its way: Via and Contact are written when the flow is
//! known, because a request that says UDP in Via and travels over TCP is dropped by some peers.

use super::command::{Body, Content, HeaderList, Status};
use super::config::Config;
use super::flow::{Flow, Transport};
use super::read;
use crate::message::{Host, Method, Request, SipUri, Via, reason_phrase};

/// Methods we understand.
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, REFER, NOTIFY, SUBSCRIBE, \
                                OPTIONS, MESSAGE, REGISTER, PUBLISH";
/// Extensions we understand.
pub(super) const SUPPORTED: [&str; 6] = ["100rel", "replaces", "timer", "norefersub", "path", "outbound"];
/// What the owner must not write itself: these make the message what it is.
const OURS: [&str; 8] = ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length", "Content-Type", "Route"];

/// A request before it knows its way.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) method: Method,
    pub(super) uri: String,
    pub(super) routes: Vec<String>,
    /// With tag.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) call_id: String,
    pub(super) sequence: u32,
    pub(super) contact: Option<ContactSpec>,
    /// Headers of ours: Supported, Session-Expires, Event, RAck and so on.
    pub(super) headers: HeaderList,
    /// Authorization and Proxy-Authorization.
    pub(super) authorization: HeaderList,
    pub(super) content: Content,
    /// The URI to resolve when the flow is gone.
    pub(super) fallback: Option<String>,
}

/// The Contact that we generate.
#[derive(Debug, Clone, Default)]
pub(super) struct ContactSpec {
    pub(super) user: String,
    /// Header parameters with their semicolons.
    pub(super) parameters: String,
}

impl ContactSpec {
    pub(super) fn user(user: &str) -> Self {
        Self { user: user.into(), parameters: String::new() }
    }

    /// `<sip:user@host:port;transport=tls>;parameters`.
    pub(super) fn render(&self, flow: &Flow, config: &Config) -> String {
        format!("<{}>{}", contact_uri(&self.user, flow, config), self.parameters)
    }
}

/// Our own URI as reached over this flow.
pub(super) fn contact_uri(user: &str, flow: &Flow, config: &Config) -> String {
    let host = config.contact_host.clone().unwrap_or_else(|| Host::from(flow.local.ip()));
    let mut uri = SipUri::new(host).with_port(flow.local.port());
    if !user.is_empty() {
        uri = uri.with_user(user);
    }
    let transport = match flow.transport {
        Transport::Udp => "",
        Transport::Tcp => ";transport=tcp",
        Transport::Tls => ";transport=tls",
        Transport::Ws | Transport::Wss => ";transport=ws",
    };
    format!("{uri}{transport}")
}

impl Draft {
    pub(super) fn render(&self, flow: &Flow, branch: &str, config: &Config) -> Vec<u8> {
        let mut out = Vec::with_capacity(768 + self.content.body.as_ref().map_or(0, |body| body.bytes.len()));
        out.extend_from_slice(format!("{} {} SIP/2.0\r\n", self.method, self.uri).as_bytes());
        put(&mut out, "Via", &Via::new(flow.transport, flow.local.into(), branch).to_string());
        for route in &self.routes {
            put(&mut out, "Route", route);
        }
        if !self.content.has("Max-Forwards") {
            put(&mut out, "Max-Forwards", "70");
        }
        self.put_identity(&mut out);
        if let Some(contact) = self.contact.as_ref().filter(|_| !self.content.has("Contact")) {
            put(&mut out, "Contact", &contact.render(flow, config));
        }
        for (name, value) in self.headers.iter().chain(&self.authorization) {
            put(&mut out, name, value);
        }
        if !config.product.is_empty() && !self.content.has("User-Agent") {
            put(&mut out, "User-Agent", &config.product);
        }
        put_content(&mut out, &self.content);
        out
    }

    fn put_identity(&self, out: &mut Vec<u8>) {
        put(out, "From", &self.from);
        put(out, "To", &self.to);
        put(out, "Call-ID", &self.call_id);
        put(out, "CSeq", &format!("{} {}", self.sequence, self.method));
    }

    /// The ACK for a refusal: RFC 3261 17.1.1.3, with the Route of the INVITE.
    pub(super) fn render_refusal_ack(&self, flow: &Flow, branch: &str, to: &str) -> Vec<u8> {
        self.render_companion(&Method::Ack, flow, branch, to, &Content::none())
    }

    /// The CANCEL of an INVITE: RFC 3261 9.1, same branch, Route and CSeq number.
    pub(super) fn render_cancel(&self, flow: &Flow, branch: &str, content: &Content) -> Vec<u8> {
        self.render_companion(&Method::Cancel, flow, branch, &self.to, content)
    }

    fn render_companion(
        &self,
        method: &Method,
        flow: &Flow,
        branch: &str,
        to: &str,
        content: &Content,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(format!("{method} {} SIP/2.0\r\n", self.uri).as_bytes());
        put(&mut out, "Via", &Via::new(flow.transport, flow.local.into(), branch).to_string());
        for route in &self.routes {
            put(&mut out, "Route", route);
        }
        put(&mut out, "Max-Forwards", "70");
        put(&mut out, "From", &self.from);
        put(&mut out, "To", to);
        put(&mut out, "Call-ID", &self.call_id);
        put(&mut out, "CSeq", &format!("{} {method}", self.sequence));
        put_content(&mut out, content);
        out
    }
}

impl Content {
    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

/// A response before it is bytes.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    pub(super) status: &'a Status,
    /// Empty for 100 Trying.
    pub(super) to_tag: &'a str,
    pub(super) contact: Option<String>,
    pub(super) headers: &'a [(String, String)],
    pub(super) content: &'a Content,
}

/// Renders a response to `request`; `via` is its topmost Via with the source noted, `product` what we say that
/// we are.
pub(super) fn render_answer(request: &Request, via: &str, answer: &Answer<'_>, product: &str) -> Vec<u8> {
    let Status { code, reason } = answer.status;
    let mut out = Vec::with_capacity(768);
    let reason = reason.as_deref().unwrap_or_else(|| reason_phrase(*code));
    out.extend_from_slice(format!("SIP/2.0 {code} ").as_bytes());
    put_text(&mut out, reason);
    out.extend_from_slice(b"\r\n");
    put(&mut out, "Via", via);
    for below in read::elements(request, "Via").skip(1) {
        put(&mut out, "Via", below);
    }
    copy(&mut out, request, "From");
    put_to(&mut out, request, answer.to_tag);
    copy(&mut out, request, "Call-ID");
    copy(&mut out, request, "CSeq");
    if (101..300).contains(code) {
        for route in read::elements(request, "Record-Route") {
            put(&mut out, "Record-Route", route);
        }
    }
    if let Some(contact) = answer.contact.as_ref().filter(|_| !answer.content.has("Contact")) {
        put(&mut out, "Contact", contact);
    }
    for (name, value) in answer.headers {
        put(&mut out, name, value);
    }
    if !product.is_empty() && !answer.content.has("Server") {
        put(&mut out, "Server", product);
    }
    put_content(&mut out, answer.content);
    out
}

fn copy(out: &mut Vec<u8>, request: &Request, name: &str) {
    put(out, name, read::value(request, name).unwrap_or_default());
}

fn put_to(out: &mut Vec<u8>, request: &Request, tag: &str) {
    let to = read::value(request, "To").unwrap_or_default();
    if tag.is_empty() || read::to_tag(request).is_some() {
        put(out, "To", to);
    } else {
        put(out, "To", &format!("{to};tag={tag}"));
    }
}

fn put_content(out: &mut Vec<u8>, content: &Content) {
    for (name, value) in &content.headers {
        let ours = OURS.iter().any(|own| own.eq_ignore_ascii_case(name));
        let token = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        if token && !ours {
            put(out, name, value);
        }
    }
    let empty = Body { content_type: String::new(), bytes: Vec::new() };
    let body = content.body.as_ref().unwrap_or(&empty);
    if !body.bytes.is_empty() {
        put(out, "Content-Type", &body.content_type);
    }
    put(out, "Content-Length", &body.bytes.len().to_string());
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&body.bytes);
}

fn put(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    put_text(out, value);
    out.extend_from_slice(b"\r\n");
}

/// Line ends become spaces, so that no value can forge a header.
fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend(text.bytes().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_contact_names_the_host_outside_and_escapes_the_user() {
        let flow = Flow {
            transport: Transport::Tcp,
            local: "10.0.0.5:15060".parse().unwrap(),
            remote: "192.0.2.9:5060".parse().unwrap(),
            connection: 1,
        };
        let outside = Config { contact_host: Host::parse("203.0.113.7"), ..Config::default() };

        assert_eq!(contact_uri("", &flow, &Config::default()), "sip:10.0.0.5:15060;transport=tcp");
        assert_eq!(contact_uri("a@b;c", &flow, &outside), "sip:a%40b%3Bc@203.0.113.7:15060;transport=tcp");
    }
}
