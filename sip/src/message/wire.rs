//! The wire front: bytes to messages and back.
//!
//! Everything from outside enters here and nowhere else. A message that leaves here has a sound start line,
//! the five headers of every message exactly once, and addresses that can be read; what it asks for is judged
//! above. Reading is tolerant where RFC 3261 is (folding, compact names, white space, bare line feeds, Latin-1)
//! and refuses what two elements could read differently.

mod check;
mod head;
mod serialize;
mod stream;

use super::{Message, Request, Response};

pub use check::{WireError, WireErrorKind};
pub use stream::{Frame, StreamFramer, StreamLimits};

pub(super) use serialize::{serialize_request, serialize_response};

/// Reads one datagram (or one WebSocket frame).
///
/// The body ends where Content-Length says: bytes behind it are dropped. Without Content-Length it reaches to
/// the end of the datagram (RFC 3261 section 18.3).
///
/// # Errors
/// [`WireError`], with the answer to send when the datagram was a request that can be answered.
pub fn parse_datagram(bytes: &[u8]) -> Result<Message, WireError> {
    let bytes = skip_blank_lines(bytes);
    if bytes.is_empty() {
        return Err(WireErrorKind::Empty.into());
    }
    let Some((head, rest)) = head::end(bytes).and_then(|end| bytes.split_at_checked(end)) else {
        return check::message(head::parse(bytes), Err(WireErrorKind::HeadNotEnded));
    };
    let head = head::parse(head);
    let body = match head.content_length() {
        Ok(Some(length)) => rest.get(..length).ok_or(WireErrorKind::BodyTooShort),
        Ok(None) => Ok(rest),
        Err(kind) => Err(kind),
    };
    check::message(head, body)
}

/// Whether a datagram is a keep-alive and no message: nothing but line ends (RFC 5626 section 4.4.1), or the
/// single zero byte that some phones send.
pub fn is_keep_alive(bytes: &[u8]) -> bool {
    bytes == [0] || bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'))
}

/// Line ends in front of a start line are not part of the message (RFC 3261 section 7.5).
fn skip_blank_lines(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    bytes.get(blank..).unwrap_or(&[])
}

/// A request or response whose start line was read but whose headers are still to be judged.
enum Unchecked {
    Request(Request),
    Response(Response),
}

#[cfg(test)]
mod tests;
