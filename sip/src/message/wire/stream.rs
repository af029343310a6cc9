//! Cuts a TCP or TLS stream into messages (RFC 3261 section 18.3, RFC 5626 section 3.5.1).
//!
//! Sans-IO: bytes are pushed, frames are polled. The buffer is bounded; a stream that exceeds it, or whose
//! lengths cannot be trusted, is lost and must be closed, because nobody can tell where its next message begins.

use super::{WireError, WireErrorKind, check, head};
use crate::message::Message;

/// How much one message may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// Bytes of start line and headers.
    pub head: usize,
    /// Bytes of body.
    pub body: usize,
}

impl Default for StreamLimits {
    /// 64 KiB of head and as much of body, which is what a datagram holds: an SDP has a few hundred bytes.
    fn default() -> Self {
        Self { head: 64 * 1024, body: 64 * 1024 }
    }
}

/// What a stream delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A message.
    Message(Box<Message>),
    /// A double line end: answer with one [`PONG`](StreamFramer::PONG).
    Ping,
    /// A single line end: the answer to our own [`PING`](StreamFramer::PING).
    Pong,
    /// A message that was refused; the stream goes on behind it. Send the answer, if there is one.
    Refused(WireError),
    /// The stream cannot be read any further: send the answer, if there is one, and close the connection.
    Lost(WireError),
}

/// The framer of one connection.
#[derive(Debug, Default)]
pub struct StreamFramer {
    limits: StreamLimits,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are already known not to hold the end of a head.
    scanned: usize,
    /// Length of the message under way, once its head is known; until then 0.
    awaited: usize,
    /// One line end was reported as a pong; a second one at once makes it a ping.
    half_ping: bool,
    lost: bool,
}

impl StreamFramer {
    /// The keep-alive that a client sends.
    pub const PING: &'static [u8] = b"\r\n\r\n";
    /// The answer to it.
    pub const PONG: &'static [u8] = b"\r\n";

    /// A framer with other limits than the default.
    pub fn with_limits(limits: StreamLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes bytes as they came. After [`Frame::Lost`] they are dropped.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.lost {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Bytes that wait for the rest of their message.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    /// The next frame, or `None` until more bytes come.
    pub fn poll(&mut self) -> Option<Frame> {
        if self.lost || self.buffer.is_empty() || self.buffer.len() < self.awaited {
            return None;
        }
        if matches!(self.buffer.first(), Some(b'\r' | b'\n')) {
            let frame = self.keep_alive();
            if frame.is_some() || self.buffer.is_empty() || self.buffer == b"\r" {
                return frame;
            }
        }
        self.half_ping = false;
        let Some(end) = head::end_from(&self.buffer, self.scanned) else {
            // A line end and half of the next may stand at the edge of what came.
            self.scanned = self.buffer.len().saturating_sub(3);
            return (self.buffer.len() > self.limits.head)
                .then(|| self.lose(WireErrorKind::HeadTooLarge.into()));
        };
        if end > self.limits.head {
            return Some(self.lose(WireErrorKind::HeadTooLarge.into()));
        }
        self.scanned = end.saturating_sub(4);
        self.message(end)
    }

    /// Line ends between messages, however many came at once: at most one frame, so that a peer that sends
    /// nothing else costs little.
    fn keep_alive(&mut self) -> Option<Frame> {
        let run = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let line_ends = self.buffer.get(..run).unwrap_or_default();
        // Half a line end at the edge of what came waits for its other half.
        let whole = run - usize::from(run == self.buffer.len() && line_ends.ends_with(b"\r"));
        let line_ends = line_ends.get(..whole).unwrap_or_default();
        let double = line_ends.windows(4).any(|window| window == Self::PING);
        let single = line_ends.starts_with(Self::PONG);
        let frame = if double || (single && self.half_ping) {
            Some(Frame::Ping)
        } else {
            single.then_some(Frame::Pong)
        };
        if whole > 0 {
            self.half_ping = frame == Some(Frame::Pong);
            self.consume(whole);
        }
        frame
    }

    /// The message whose head ends at `end`, once its body is here.
    fn message(&mut self, end: usize) -> Option<Frame> {
        let (head_bytes, rest) = self.buffer.split_at_checked(end)?;
        let head = head::parse(head_bytes);
        let length = match head.content_length() {
            Ok(length) => length.unwrap_or(0),
            Err(kind) => {
                let error = refusal(head, kind);
                return Some(self.lose(error));
            }
        };
        if length > self.limits.body {
            let error = refusal(head, WireErrorKind::BodyTooLarge);
            return Some(self.lose(error));
        }
        let Some(body) = rest.get(..length) else {
            self.awaited = end.saturating_add(length);
            return None;
        };
        let unreadable = head.start.is_none();
        let frame = match check::message(head, Ok(body)) {
            Ok(message) => Frame::Message(Box::new(message)),
            Err(error) if unreadable => return Some(self.lose(error)),
            Err(error) => Frame::Refused(error),
        };
        self.consume(end.saturating_add(length));
        Some(frame)
    }

    fn consume(&mut self, length: usize) {
        self.buffer.drain(..length.min(self.buffer.len()));
        self.scanned = 0;
        self.awaited = 0;
    }

    fn lose(&mut self, error: WireError) -> Frame {
        self.lost = true;
        self.buffer = Vec::new();
        Frame::Lost(error)
    }
}

fn refusal(head: head::Head, kind: WireErrorKind) -> WireError {
    match check::message(head, Err(kind)) {
        Ok(_) => kind.into(),
        Err(error) => error,
    }
}
