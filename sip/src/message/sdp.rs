//! Session descriptions (RFC 8866): who sends which media, where, in which formats.
//!
//! sdp-types reads and writes the lines; here is what they mean for a telephone call. Everything needed to
//! refuse a stream properly is kept, so that a video offer can be declined without being understood.

mod negotiation;
mod offer_answer;
mod read;
mod write;

use std::{fmt, net::IpAddr};

pub use negotiation::{Negotiator, SessionSettings};
pub use offer_answer::{Agreed, AgreedFormat, AnswerFormats, CodecSpec, LocalAudio, NegotiationError};
pub use sdp_types::Direction;

use super::{Host, HostPort};

/// The media type under which a description travels.
pub const CONTENT_TYPE: &str = "application/sdp";

/// A session description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sdp {
    /// Who made it, and its version.
    pub origin: Origin,
    /// The streams, in the order of their `m=` lines, rejected ones included.
    pub streams: Vec<Stream>,
}

/// The `o=` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// User name; `-` when there is none.
    pub username: String,
    /// Session id, digits.
    pub session_id: String,
    /// Rises with each change of the description.
    pub version: u64,
    /// Address of the maker, for uniqueness only.
    pub address: String,
}

/// One `m=` line with what belongs to it; session-level values are resolved into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// What is carried.
    pub kind: StreamKind,
    /// Where the maker receives; 0 means that the stream is rejected or removed.
    pub port: u16,
    /// Profile such as `RTP/AVP`.
    pub protocol: String,
    /// Where the maker receives; `None` when the description names no address.
    pub address: Option<Host>,
    /// Seen from the maker.
    pub direction: Direction,
    /// RTP formats by preference; empty for streams that are not RTP.
    pub formats: Vec<Format>,
    /// The format list as written, for a stream that is answered with a rejection.
    pub format_list: String,
    /// Wanted packet length, milliseconds.
    pub ptime_ms: Option<u16>,
    /// Where the maker receives RTCP when that is not the next port (RFC 3605).
    pub rtcp: Option<HostPort>,
    /// RTP and RTCP on one port (RFC 5761).
    pub rtcp_mux: bool,
    /// Any other attributes, in order: name and value.
    pub attributes: Vec<(String, Option<String>)>,
}

/// What a stream carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamKind {
    /// `audio`.
    Audio,
    /// `video`.
    Video,
    /// `image` (fax), `application`, `text` and others.
    Other(String),
}

/// One RTP payload type and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// 0 to 127; valid for packets towards the maker of the description.
    pub payload_type: u8,
    /// Encoding name; empty when a dynamic type has no `rtpmap`.
    pub name: String,
    /// RTP clock, Hz; for G.722 this is 8000 by history.
    pub clock_rate: u32,
    /// Channels; 1 when not written.
    pub channels: u8,
    /// `fmtp` parameters as written.
    pub parameters: Option<String>,
}

/// Why a body is no session description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// The lines themselves.
    #[error("malformed session description: {0}")]
    Lines(String),
    /// More streams or formats than any phone has.
    #[error("session description with more than {0} streams or formats")]
    TooLarge(usize),
}

impl Sdp {
    /// Reads a body.
    ///
    /// # Errors
    /// [`SdpError`] when a line is malformed; unknown lines and attributes are no error.
    pub fn parse(body: &[u8]) -> Result<Self, SdpError> {
        read::parse(body)
    }

    /// The body's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        write::to_bytes(self)
    }

    /// The first audio stream that is not rejected.
    pub fn audio(&self) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.kind == StreamKind::Audio && !stream.is_rejected())
    }

    /// Whether the maker has put the call on hold: it will not play what it gets. `None` without audio.
    pub fn is_hold(&self) -> Option<bool> {
        self.audio().map(Stream::is_hold)
    }
}

impl Stream {
    /// Port 0: rejected in an answer, switched off in an offer.
    pub fn is_rejected(&self) -> bool {
        self.port == 0
    }

    /// The direction as it counts: an unspecified address (`c=0.0.0.0`) means that nothing may be sent there,
    /// which is how phones of RFC 2543 hold (RFC 3264 section 8.4).
    pub fn effective_direction(&self) -> Direction {
        match (self.has_no_address(), self.direction) {
            (false, direction) => direction,
            (true, Direction::SendRecv | Direction::SendOnly) => Direction::SendOnly,
            (true, Direction::RecvOnly | Direction::Inactive) => Direction::Inactive,
        }
    }

    /// Whether the maker does not want to receive.
    pub fn is_hold(&self) -> bool {
        !self.effective_direction().has_recv()
    }

    /// Whether the maker names `0.0.0.0` or `::` as its address.
    pub fn has_no_address(&self) -> bool {
        self.address.as_ref().and_then(Host::ip).is_some_and(|address| address.is_unspecified())
    }

    /// Where packets for this stream go; `None` when rejected, held by address or without address.
    pub fn target(&self) -> Option<HostPort> {
        let address = self.address.clone()?;
        let sendable = !self.is_rejected() && !self.has_no_address();
        sendable.then(|| HostPort::new(address, Some(self.port)))
    }

    /// Where RTCP for this stream goes: the `rtcp` attribute, else the next port. Ask `rtcp_mux` first.
    pub fn rtcp_target(&self) -> Option<HostPort> {
        let target = self.target()?;
        match &self.rtcp {
            Some(rtcp) => Some(rtcp.clone()),
            None => Some(HostPort::new(target.host, Some(self.port.checked_add(1)?))),
        }
    }

    /// The format with this payload type.
    pub fn format(&self, payload_type: u8) -> Option<&Format> {
        self.formats.iter().find(|format| format.payload_type == payload_type)
    }

    /// Whether RTP in the clear is offered (`RTP/AVP` or `RTP/AVPF`).
    pub fn is_plain_rtp(&self) -> bool {
        ["RTP/AVP", "RTP/AVPF"].iter().any(|profile| self.protocol.eq_ignore_ascii_case(profile))
    }
}

impl Format {
    /// Whether it is RFC 4733 events, not speech.
    pub fn is_telephone_event(&self) -> bool {
        self.name.eq_ignore_ascii_case("telephone-event")
    }

    /// Whether it carries speech: neither events, nor comfort noise, nor redundancy.
    pub fn is_speech(&self) -> bool {
        !["", "telephone-event", "CN", "red"].iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

impl StreamKind {
    /// The word in the `m=` line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Other(kind) => kind,
        }
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The address of a `c=` line: without the multicast suffix, without brackets around IPv6.
fn host_of(text: &str) -> Option<Host> {
    let text = text.split('/').next()?;
    match text.parse::<IpAddr>() {
        Ok(address) => Some(Host::Ip(address)),
        Err(_) => Host::parse(text),
    }
}

#[cfg(test)]
mod tests;
