//! One offer and one answer (RFC 3264): what two lists of formats have in common.
//!
//! Data only: when an offer may be made is the dialog's business. Payload types are one-way: each side sends
//! with the numbers of the other's description, so an agreed format has two.

use std::net::SocketAddr;

use super::{Direction, Format, Sdp, Stream, StreamKind};
use crate::message::{Host, HostPort};

/// A codec that we can use, as far as signalling needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecSpec {
    /// Encoding name of the `rtpmap`; also `telephone-event` and `CN`.
    pub name: String,
    /// RTP clock, Hz.
    pub clock_rate: u32,
    /// Channels in the `rtpmap`; 2 for Opus by its RFC, 1 for the rest.
    pub channels: u8,
    /// The payload type to offer: the static one, or a dynamic of 96 to 127.
    pub payload_type: u8,
    /// `fmtp` parameters that we ask of the sender.
    pub parameters: Option<String>,
}

impl CodecSpec {
    /// A mono codec without parameters.
    pub fn new(name: &str, clock_rate: u32, payload_type: u8) -> Self {
        Self { name: name.to_owned(), clock_rate, channels: 1, payload_type, parameters: None }
    }

    pub(super) fn matches(&self, format: &Format) -> bool {
        self.name.eq_ignore_ascii_case(&format.name)
            && self.clock_rate == format.clock_rate
            && (self.channels == format.channels || self.is_telephone_event())
    }

    fn is_telephone_event(&self) -> bool {
        self.name.eq_ignore_ascii_case("telephone-event")
    }

    pub(super) fn format(&self, payload_type: u8) -> Format {
        Format {
            payload_type,
            name: self.name.clone(),
            clock_rate: self.clock_rate,
            channels: self.channels,
            parameters: self.parameters.clone(),
        }
    }
}

/// How many formats an answer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnswerFormats {
    /// The best common codec, and events for it: nobody changes codec during the call.
    #[default]
    Best,
    /// All common codecs, in the offerer's order.
    All,
}

/// Our side of the audio stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalAudio {
    /// Where we receive.
    pub address: Host,
    /// RTP port, even; RTCP is the next one.
    pub port: u16,
    /// What we want to do: `SendOnly` to hold with music, `Inactive` to hold without.
    pub direction: Direction,
    /// By preference, events included.
    pub codecs: Vec<CodecSpec>,
    /// Packet length that we want, milliseconds.
    pub ptime_ms: u16,
    /// How many formats we answer with.
    pub answer: AnswerFormats,
}

/// A format in use, with its number in each direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedFormat {
    /// Encoding name as we spell it.
    pub name: String,
    /// RTP clock, Hz.
    pub clock_rate: u32,
    /// Payload type of packets that we send.
    pub send_type: u8,
    /// Payload type of packets that we receive.
    pub receive_type: u8,
    /// What the other side asks of our encoder (`fmtp`).
    pub parameters: Option<String>,
}

/// What an offer and its answer settled about audio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Speech formats, the one to send with first; never empty.
    pub codecs: Vec<AgreedFormat>,
    /// RFC 4733 events, one per clock rate.
    pub events: Vec<AgreedFormat>,
    /// Seen from us: whether we send and receive.
    pub direction: Direction,
    /// The other side is the one that holds.
    pub held_by_peer: bool,
    /// Where we send RTP; `None` while the other side gives no address.
    pub target: Option<HostPort>,
    /// Where we send RTCP.
    pub rtcp_target: Option<HostPort>,
    /// Packet length that the other side wants, milliseconds; 20 when it does not say.
    pub ptime_ms: u16,
}

impl Agreed {
    /// Whether we send.
    #[must_use]
    pub fn sends(&self) -> bool {
        matches!(self.direction, Direction::SendRecv | Direction::SendOnly)
    }

    /// Whether we receive.
    #[must_use]
    pub fn receives(&self) -> bool {
        matches!(self.direction, Direction::SendRecv | Direction::RecvOnly)
    }

    /// Where we send RTP and RTCP. `None` without an address; a name is not looked up, for media goes where it
    /// comes from (RFC 4961).
    #[must_use]
    pub fn remotes(&self) -> Option<(SocketAddr, SocketAddr)> {
        let remote = self.target.as_ref()?.address()?;
        let reports = self.rtcp_target.as_ref().and_then(HostPort::address);
        Some((remote, reports.unwrap_or(remote)))
    }
}

/// Why an offer or answer leads to no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NegotiationError {
    /// No audio stream over plain RTP that is not rejected.
    #[error("no audio stream")]
    NoAudio,
    /// No codec in common.
    #[error("no codec in common")]
    NoCodec,
    /// The answer has another number of streams than the offer (RFC 3264 section 6).
    #[error("answer does not fit the offer")]
    Mismatch,
}

/// Which of the offer's streams we take: the first audio over plain RTP.
pub(super) fn acceptable(offer: &Sdp) -> Option<(usize, &Stream)> {
    let wanted =
        |stream: &Stream| stream.kind == StreamKind::Audio && !stream.is_rejected() && stream.is_plain_rtp();
    offer.streams.iter().enumerate().find(|(_, stream)| wanted(stream))
}

/// The stream that accepts `offered`, and what that settles.
pub(super) fn answer_stream(
    offered: &Stream,
    local: &LocalAudio,
) -> Result<(Stream, Agreed), NegotiationError> {
    let mut formats = common(&offered.formats, &local.codecs);
    if local.answer == AnswerFormats::Best {
        keep_best(&mut formats);
    }
    if !formats.iter().any(|(format, _)| format.is_speech()) {
        return Err(NegotiationError::NoCodec);
    }
    // The offerer's numbers are used both ways (RFC 3264 section 6.1).
    let ours: Vec<Format> = formats.iter().map(|(theirs, spec)| spec.format(theirs.payload_type)).collect();
    let direction = local.direction.intersect_with_remote(offered.effective_direction());
    let stream = audio(local, ours, direction, &offered.protocol);
    let pairs = formats.iter().map(|(theirs, spec)| (*theirs, *spec, theirs.payload_type));
    let agreed = agree(offered, pairs, direction);
    Ok((stream, agreed))
}

/// What an answer to `offered`, our own stream, settles.
pub(super) fn accept_stream(
    offered: &Stream,
    answered: &Stream,
    local: &LocalAudio,
) -> Result<Agreed, NegotiationError> {
    let pairs: Vec<_> = answered
        .formats
        .iter()
        .filter_map(|theirs| {
            let spec = local.codecs.iter().find(|spec| spec.matches(theirs))?;
            let ours = offered.formats.iter().find(|format| spec.matches(format))?;
            Some((theirs, spec, ours.payload_type))
        })
        .collect();
    if !pairs.iter().any(|(theirs, ..)| theirs.is_speech()) {
        return Err(NegotiationError::NoCodec);
    }
    let direction = offered.direction.intersect_with_remote(answered.effective_direction());
    Ok(agree(answered, pairs.into_iter(), direction))
}

/// Our stream with these formats.
pub(super) fn audio(
    local: &LocalAudio,
    formats: Vec<Format>,
    direction: Direction,
    protocol: &str,
) -> Stream {
    Stream {
        kind: StreamKind::Audio,
        port: local.port,
        protocol: protocol.to_owned(),
        address: Some(local.address.clone()),
        direction,
        formats,
        format_list: String::new(),
        ptime_ms: Some(local.ptime_ms),
        rtcp: None,
        rtcp_mux: false,
        attributes: Vec::new(),
    }
}

/// The same `m=` line with port 0: how a stream is declined (RFC 3264 section 6).
pub(super) fn rejected(stream: &Stream) -> Stream {
    Stream {
        port: 0,
        address: None,
        formats: Vec::new(),
        ptime_ms: None,
        rtcp: None,
        rtcp_mux: false,
        attributes: Vec::new(),
        ..stream.clone()
    }
}

type Pair<'a> = (&'a Format, &'a CodecSpec);

/// Formats that both have, in the offerer's order; events only for clocks that a common codec has.
fn common<'a>(offered: &'a [Format], codecs: &'a [CodecSpec]) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'a>> = offered
        .iter()
        .filter_map(|format| codecs.iter().find(|spec| spec.matches(format)).map(|spec| (format, spec)))
        .collect();
    drop_lone_events(&mut pairs);
    pairs
}

fn keep_best(pairs: &mut Vec<Pair<'_>>) {
    let best = pairs.iter().position(|(format, _)| format.is_speech());
    let mut place = 0;
    pairs.retain(|(format, _)| {
        let keep = !format.is_speech() || Some(place) == best;
        place += 1;
        keep
    });
    drop_lone_events(pairs);
}

/// Events run on the clock of the speech that they interrupt (RFC 4733 section 2.1).
fn drop_lone_events(pairs: &mut Vec<Pair<'_>>) {
    let clocks: Vec<u32> =
        pairs.iter().filter(|(format, _)| format.is_speech()).map(|(format, _)| format.clock_rate).collect();
    // A peer that has events at 8 kHz alone means them for every codec.
    let only_8000 = pairs.iter().all(|(format, _)| !format.is_telephone_event() || format.clock_rate == 8000);
    pairs.retain(|(format, _)| {
        format.is_speech()
            || clocks.contains(&format.clock_rate)
            || (only_8000 && format.is_telephone_event())
    });
}

fn agree<'a>(
    theirs: &Stream,
    pairs: impl Iterator<Item = (&'a Format, &'a CodecSpec, u8)>,
    direction: Direction,
) -> Agreed {
    let mut codecs = Vec::new();
    let mut events = Vec::new();
    for (format, spec, receive_type) in pairs {
        let agreed = AgreedFormat {
            name: spec.name.clone(),
            clock_rate: spec.clock_rate,
            send_type: format.payload_type,
            receive_type,
            parameters: format.parameters.clone(),
        };
        if format.is_telephone_event() {
            events.push(agreed);
        } else if format.is_speech() {
            codecs.push(agreed);
        }
    }
    let target = theirs.target();
    Agreed {
        codecs,
        events,
        direction,
        held_by_peer: theirs.is_hold(),
        rtcp_target: theirs.rtcp_target(),
        target,
        ptime_ms: theirs.ptime_ms.filter(|ms| (10..=120).contains(ms)).unwrap_or(20),
    }
}
