//! The short way through a session: a packet arrives, its header is rewritten, it leaves.
//!
//! This is what most packets of an exchange do, so it allocates nothing and decodes nothing; the payload
//! is not even looked at, except for the duration of a digit.

use std::time::Instant;

use crate::codec::telephone_event::{EVENT_BYTES, EventPayload};
use crate::codec::{Codec, comfort_noise, opus};
use crate::rtp::packet::{HEADER_BYTES, Header, Packet};

use super::Session;
use super::event::{Channel, Event, Output};
use super::incoming::Accepted;
use super::leg::Leg;
use super::settings::EventFormat;

/// What a packet carries.
#[derive(Debug, Clone, Copy)]
enum Content {
    Speech(Codec),
    Digit(EventFormat),
    Noise,
}

/// Longest datagram that is taken apart and put together again (with sources, extension or padding).
const LONGEST_DATAGRAM: usize = 2_048;

impl Session {
    /// Takes a media packet from the leg at this place.
    pub(super) fn receive(&mut self, now: Instant, place: usize, bytes: &mut [u8], output: &mut impl Output) {
        let Some(packet) = Packet::parse(bytes) else { return };
        let Some(leg) = self.legs.get_mut(place) else { return };
        let Some(content) = leg.content(packet.header.payload_type) else { return };
        let first = !leg.incoming.has_begun();
        let Some(accepted) = leg.incoming.accept(now, &packet) else { return };
        if first {
            self.events.push_back(Event::FirstPacket { leg: leg.id });
        } else if leg.incoming.reported_silent {
            self.events.push_back(Event::HeardAgain { leg: leg.id });
        }
        leg.incoming.reported_silent = false;
        if !leg.settings.direction.receives() {
            return;
        }
        self.take(now, place, accepted, content, &packet);
        let (header, is_plain, length) = (packet.header, packet.is_plain, packet.payload.len());
        let duration = content.ticks(packet.payload);
        if self.legs.get(place).is_none_or(|leg| leg.relayed_to.is_empty()) {
            return;
        }
        if is_plain {
            self.relay(now, place, bytes, &Relayed { header, content, duration }, output);
        } else {
            let mut plain = [0; LONGEST_DATAGRAM];
            if header.build(packet.payload, &mut plain).is_some() {
                let plain = plain.get_mut(..HEADER_BYTES + length).unwrap_or_default();
                self.relay(now, place, plain, &Relayed { header, content, duration }, output);
            }
        }
    }

    /// Notes what a packet says, whether or not it is relayed.
    fn take(
        &mut self,
        now: Instant,
        place: usize,
        accepted: Accepted,
        content: Content,
        packet: &Packet<'_>,
    ) {
        let Some(leg) = self.legs.get_mut(place) else { return };
        let (sequence, timestamp) = (accepted.sequence(), packet.header.timestamp);
        match content {
            Content::Speech(codec) => {
                if codec != leg.incoming.codec() {
                    leg.incoming.set_codec(codec);
                    self.replan(now);
                }
                if let Some(leg) = self.legs.get_mut(place) {
                    leg.incoming.receive_speech(now, sequence, timestamp, packet.payload);
                }
            }
            Content::Noise => leg.incoming.receive_noise(sequence, packet.payload),
            Content::Digit(_) => {
                for (digit, ticks) in
                    leg.incoming.receive_event(now, sequence, timestamp, packet.payload).into_iter().flatten()
                {
                    let duration = self.legs[place].event_duration(ticks);
                    self.digit_released(now, place, digit, duration);
                }
            }
        }
    }

    /// Sends a plain packet to everybody who is relayed this leg.
    fn relay(
        &mut self,
        now: Instant,
        from: usize,
        bytes: &mut [u8],
        what: &Relayed,
        output: &mut impl Output,
    ) {
        let Some(source) = self.legs.get(from) else { return };
        let stream = (u64::from(source.id.0) << 32) | u64::from(source.incoming.generation());
        for n in 0..source.relayed_to.len() {
            let Some(place) = self.legs.get(from).and_then(|leg| leg.relayed_to.get(n).copied()) else {
                return;
            };
            let Some(listener) = self.legs.get_mut(place) else { return };
            if listener.outgoing.has_digits() {
                continue;
            }
            let Some(payload_type) = what.payload_type_for(listener) else { continue };
            let relayed =
                listener.outgoing.stream.relay(now, stream, &what.header, payload_type, what.duration);
            let (Some(header), Some(head)) = (relayed, bytes.first_chunk_mut::<HEADER_BYTES>()) else {
                continue;
            };
            header.write(head);
            what.scale_digit(listener, bytes);
            listener.outgoing.stream.sent(bytes.len() - HEADER_BYTES);
            output.send(listener.id, Channel::Rtp, bytes);
        }
    }
}

/// A packet on its way to several listeners.
#[derive(Debug, Clone, Copy)]
struct Relayed {
    header: Header,
    content: Content,
    duration: u32,
}

impl Relayed {
    /// The payload type in the listener's numbering; `None` if the listener cannot take this.
    fn payload_type_for(&self, listener: &Leg) -> Option<u8> {
        let sends = listener.settings.sends;
        match self.content {
            Content::Speech(codec) => (codec == sends.codec).then_some(sends.payload_type),
            Content::Digit(_) => listener.settings.telephone_event.map(|format| format.send),
            Content::Noise => (sends.codec.clock_rate() == 8_000).then_some(self.header.payload_type),
        }
    }

    /// Converts the duration of a digit where the two sides agreed on different clocks for events.
    fn scale_digit(&self, listener: &Leg, bytes: &mut [u8]) {
        let (Content::Digit(from), Some(to)) = (self.content, listener.settings.telephone_event) else {
            return;
        };
        if from.clock_rate == to.clock_rate {
            return;
        }
        let body = bytes.get_mut(HEADER_BYTES..).and_then(|body| body.first_chunk_mut::<EVENT_BYTES>());
        let Some(body) = body else { return };
        if let Some(event) = EventPayload::parse(body) {
            let ticks =
                u64::from(event.duration) * u64::from(to.clock_rate) / u64::from(from.clock_rate.max(1));
            *body = EventPayload { duration: u16::try_from(ticks).unwrap_or(u16::MAX), ..event }.to_bytes();
        }
    }
}

impl Content {
    /// Ticks of the stream's clock that a packet covers.
    fn ticks(self, payload: &[u8]) -> u32 {
        match self {
            Self::Speech(Codec::Opus) => opus::packet_ticks(payload),
            // One byte is one tick: of G.711 one sample, of G.722 two samples at a clock of half the rate.
            Self::Speech(Codec::G722 | Codec::Pcma | Codec::Pcmu) => payload.len() as u32,
            Self::Digit(_) => EventPayload::parse(payload).map_or(0, |event| u32::from(event.duration)),
            Self::Noise => 0,
        }
    }
}

impl Leg {
    fn content(&self, payload_type: u8) -> Option<Content> {
        if let Some(codec) = self.codec_of(payload_type) {
            return Some(Content::Speech(codec));
        }
        match self.settings.telephone_event {
            Some(format) if format.receive == payload_type => Some(Content::Digit(format)),
            _ => (payload_type == comfort_noise::PAYLOAD_TYPE).then_some(Content::Noise),
        }
    }

    /// How long an event of so many ticks lasted.
    pub(super) fn event_duration(&self, ticks: u32) -> std::time::Duration {
        let clock_rate = self.settings.telephone_event.map_or(8_000, |format| format.clock_rate.max(1));
        std::time::Duration::from_micros(u64::from(ticks) * 1_000_000 / u64::from(clock_rate))
    }
}
