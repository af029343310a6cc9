//! What every message must have (RFC 3261 sections 8.1.1 and 16.3), and the answer to one that has not.

use rsip::{Headers, StatusCode};

use super::{
    Unchecked,
    head::{Head, Start},
};
use crate::message::{Fields, HeaderError, Message, Method, NameAddr, Request, Response, header};

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireErrorKind {
    /// Nothing but line ends: a keep-alive.
    #[error("empty datagram")]
    Empty,
    /// No empty line behind the headers.
    #[error("head not ended")]
    HeadNotEnded,
    /// Neither a request line nor a status line.
    #[error("malformed start line")]
    StartLine,
    /// The Request-URI cannot be read, or has headers.
    #[error("malformed Request-URI")]
    RequestUri,
    /// Another version than SIP/2.0.
    #[error("version not supported")]
    Version,
    /// A line that is no header.
    #[error("malformed header line")]
    HeaderLine,
    /// A header that every message needs.
    #[error("missing {0} header field")]
    Missing(&'static str),
    /// A header that may stand only once.
    #[error("multiple {0} header fields")]
    Duplicate(&'static str),
    /// A header that cannot be read.
    #[error("malformed {0} header field")]
    Malformed(&'static str),
    /// Content-Length is larger than what came.
    #[error("body shorter than Content-Length")]
    BodyTooShort,
    /// CSeq names another method than the request line.
    #[error("CSeq method does not match")]
    CSeqMethod,
    /// As `CSeqMethod`, and the method is unknown besides.
    #[error("method not implemented")]
    UnknownMethodMismatch,
    /// The head is larger than a stream may send.
    #[error("head too large")]
    HeadTooLarge,
    /// The body is larger than a stream may send.
    #[error("body too large")]
    BodyTooLarge,
}

impl WireErrorKind {
    /// The status with which a request that has this fault is answered.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Version => StatusCode::VersionNotSupported,
            Self::UnknownMethodMismatch => StatusCode::NotImplemented,
            Self::BodyTooLarge => StatusCode::RequestEntityTooLarge,
            Self::HeadTooLarge => StatusCode::MessageTooLarge,
            Self::Empty
            | Self::HeadNotEnded
            | Self::StartLine
            | Self::RequestUri
            | Self::HeaderLine
            | Self::Missing(_)
            | Self::Duplicate(_)
            | Self::Malformed(_)
            | Self::BodyTooShort
            | Self::CSeqMethod => StatusCode::BadRequest,
        }
    }

    /// The reason phrase that tells the sender what to mend; the standard's where that says it already.
    fn reason(self) -> Option<String> {
        if self.status() != StatusCode::BadRequest {
            return None;
        }
        let text = self.to_string();
        let (first, rest) = text.split_at_checked(1)?;
        Some(first.to_ascii_uppercase() + rest)
    }
}

impl From<HeaderError> for WireErrorKind {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Missing(name) => Self::Missing(name),
            HeaderError::Malformed { name, .. } => Self::Malformed(name),
        }
    }
}

/// A refused message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct WireError {
    /// What is wrong.
    pub kind: WireErrorKind,
    /// The answer to send to where the bytes came from; `None` when they were no request, an ACK, or without
    /// Via. Via is as received and may itself be what is malformed; where it can be read, note the source in
    /// it before sending.
    pub answer: Option<Box<Response>>,
}

impl From<WireErrorKind> for WireError {
    fn from(kind: WireErrorKind) -> Self {
        Self { kind, answer: None }
    }
}

/// Judges a head with the body that its Content-Length gave, or the fault found in taking it.
pub(super) fn message(head: Head, body: Result<&[u8], WireErrorKind>) -> Result<Message, WireError> {
    let method = match &head.start {
        Some(Start::Request { method, .. }) => Some(method.clone()),
        Some(Start::Response(_)) | None => None,
    };
    let refuse = |kind, headers: &Headers| WireError { kind, answer: answer(kind, method.as_ref(), headers) };
    let fault = head.fault;
    let built = head.into_message().map_err(|(kind, headers)| refuse(kind, &headers))?;
    let verdict = fault.map_or_else(|| sound(&built), Err).and(body);
    match (verdict, built) {
        (Ok(body), Unchecked::Request(mut request)) => {
            request.set_raw_body(body.to_vec());
            Ok(Message::Request(request))
        }
        (Ok(body), Unchecked::Response(mut response)) => {
            response.set_raw_body(body.to_vec());
            Ok(Message::Response(response))
        }
        (Err(kind), Unchecked::Request(request)) => Err(refuse(kind, request.headers())),
        (Err(kind), Unchecked::Response(_)) => Err(kind.into()),
    }
}

fn sound(message: &Unchecked) -> Result<(), WireErrorKind> {
    match message {
        Unchecked::Request(request) => sound_request(request),
        Unchecked::Response(response) => sound_headers(response),
    }
}

/// The five of every message, each readable, and once where it may stand only once.
fn sound_headers(message: &impl Fields) -> Result<(), WireErrorKind> {
    for name in ["From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length"] {
        if message.values(name).nth(1).is_some() {
            return Err(WireErrorKind::Duplicate(name));
        }
    }
    message.vias()?;
    message.from()?;
    message.to()?;
    message.cseq()?;
    let call_id = message.call_id()?;
    if call_id.is_empty() || call_id.contains([' ', '\t']) {
        return Err(WireErrorKind::Malformed("Call-ID"));
    }
    Ok(())
}

fn sound_request(request: &Request) -> Result<(), WireErrorKind> {
    sound_headers(request)?;
    request.max_forwards()?;
    sound_contacts(request)?;
    request.routes()?;
    request.record_routes()?;
    if request.cseq()?.method == *request.method() {
        return Ok(());
    }
    Err(if request.method().is_extension() {
        WireErrorKind::UnknownMethodMismatch
    } else {
        WireErrorKind::CSeqMethod
    })
}

/// Each address can be read; whether `*` may stand there is the registrar's to say.
fn sound_contacts(request: &Request) -> Result<(), WireErrorKind> {
    let sound = |element: &str| element == "*" || NameAddr::parse(element).is_ok();
    if request.elements("Contact").all(sound) { Ok(()) } else { Err(WireErrorKind::Malformed("Contact")) }
}

const COPIED: [&str; 5] = ["Via", "From", "To", "Call-ID", "CSeq"];

fn is_copied(item: &rsip::Header) -> bool {
    COPIED.iter().any(|name| header::is(item, name))
}

/// The refusal, when there is somebody to send it to: never to an ACK (RFC 3261 section 17.1.1.3).
fn answer(kind: WireErrorKind, method: Option<&Method>, headers: &Headers) -> Option<Box<Response>> {
    if method.is_none_or(|method| *method == Method::Ack) {
        return None;
    }
    let mut response = Response::new(kind.status());
    if let Some(reason) = kind.reason() {
        response = response.with_reason(&reason);
    }
    for item in headers.iter().filter(|item| is_copied(item)) {
        let doubled = !header::is(item, "Via") && response.has(header::name_of(item));
        if !doubled {
            response.headers_mut().push(item.clone());
        }
    }
    let tag = stateless_tag(response.value("Via")?);
    if let Ok(to) = Fields::to(&response)
        && to.tag().is_none()
    {
        response.set("To", NameAddr::with_tag(to, &tag).to_string());
    }
    Some(Box::new(response))
}

/// The same tag for each copy of the same faulty request, as a stateless server must give (RFC 3261 section
/// 8.2.7): FNV-1a of the branch.
fn stateless_tag(branch: &str) -> String {
    let hash = branch.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
