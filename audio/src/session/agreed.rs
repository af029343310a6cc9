//! Between signalling and sound: which formats are offered, and what a leg is told of those that were agreed.
//!
//! Signalling and sound do not know each other. What passes between them is what stands in a session description:
//! the name of a format, its clock and its number.

use std::time::Duration;

use super::settings::{Direction, EventFormat, LegSettings, PayloadFormat};
use crate::codec::Codec;

/// The payload types that we offer for keys (RFC 4733), at the clock of G.711 and at that of Opus.
const EVENT_TYPE: u8 = 101;
const WIDE_EVENT_TYPE: u8 = 102;

/// A format that we offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedFormat {
    /// Encoding name of the `rtpmap`.
    pub name: &'static str,
    /// RTP clock in Hz.
    pub clock_rate: u32,
    /// Channels in the `rtpmap`.
    pub channels: u8,
    /// Payload type, 0 to 127.
    pub payload_type: u8,
    /// `fmtp` parameters, where there are any.
    pub parameters: Option<&'static str>,
}

/// A format that both sides agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedFormat<'a> {
    /// Encoding name of the `rtpmap`, in any case.
    pub name: &'a str,
    /// RTP clock in Hz.
    pub clock_rate: u32,
    /// Payload type of what we send.
    pub send: u8,
    /// Payload type of what the peer sends.
    pub receive: u8,
}

/// What stands in an offer of these codecs, best first: the codecs, then keys at the clocks in use. Keys at
/// 8 kHz are always offered; many peers know them at no other clock.
pub fn offered(codecs: &[Codec]) -> Vec<OfferedFormat> {
    let mut formats: Vec<OfferedFormat> = codecs.iter().map(|codec| OfferedFormat::of(*codec)).collect();
    formats.push(OfferedFormat::keys(8_000, EVENT_TYPE));
    if codecs.contains(&Codec::Opus) {
        formats.push(OfferedFormat::keys(Codec::Opus.clock_rate(), WIDE_EVENT_TYPE));
    }
    formats
}

impl OfferedFormat {
    const fn of(codec: Codec) -> Self {
        Self {
            name: codec.name(),
            clock_rate: codec.clock_rate(),
            // RFC 7587 section 7: always 2 for Opus, however many are spoken.
            channels: if matches!(codec, Codec::Opus) { 2 } else { 1 },
            payload_type: codec.offered_payload_type(),
            parameters: codec.fmtp(),
        }
    }

    const fn keys(clock_rate: u32, payload_type: u8) -> Self {
        Self { name: "telephone-event", clock_rate, channels: 1, payload_type, parameters: Some("0-16") }
    }
}

impl AgreedFormat<'_> {
    /// The codec that this is; `None` for one that we do not speak.
    pub fn codec(&self) -> Option<Codec> {
        Codec::from_name(self.name, self.clock_rate)
    }
}

impl LegSettings {
    /// What a leg is told of an agreement: speech formats with the one to send first, formats of keys, and
    /// milliseconds of speech in a packet. `None` when the first is no codec of ours.
    pub fn agreed<'a>(
        speech: impl IntoIterator<Item = AgreedFormat<'a>>,
        keys: impl IntoIterator<Item = AgreedFormat<'a>>,
        packet_ms: u16,
        direction: Direction,
    ) -> Option<Self> {
        let speech: Vec<AgreedFormat<'_>> = speech.into_iter().collect();
        let first = speech.first()?;
        let codec = first.codec()?;
        let receives = speech.iter().filter_map(|format| {
            Some(PayloadFormat { codec: format.codec()?, payload_type: format.receive })
        });
        Some(Self {
            sends: PayloadFormat { codec, payload_type: first.send },
            receives: receives.collect(),
            telephone_event: keys_for(codec, keys),
            packet_time: Duration::from_millis(packet_ms.into()),
            direction,
        })
    }
}

/// Keys travel at the clock of the speech where several clocks were agreed.
fn keys_for<'a>(codec: Codec, keys: impl IntoIterator<Item = AgreedFormat<'a>>) -> Option<EventFormat> {
    let keys: Vec<AgreedFormat<'_>> = keys.into_iter().collect();
    let same_clock = keys.iter().find(|format| format.clock_rate == codec.clock_rate());
    let format = same_clock.or_else(|| keys.first())?;
    Some(EventFormat { send: format.send, receive: format.receive, clock_rate: format.clock_rate })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(name: &str, clock_rate: u32, send: u8, receive: u8) -> AgreedFormat<'_> {
        AgreedFormat { name, clock_rate, send, receive }
    }

    #[test]
    fn keys_are_offered_at_8_khz_always_and_at_48_khz_beside_opus() {
        let numbers = |codecs: &[Codec]| -> Vec<u8> {
            offered(codecs).iter().map(|format| format.payload_type).collect()
        };

        assert_eq!(numbers(&[Codec::Pcma]), [8, 101]);
        assert_eq!(numbers(&[Codec::Opus]), [96, 101, 102]);
        assert_eq!(numbers(&Codec::ALL), [96, 9, 8, 0, 101, 102]);
    }

    #[test]
    fn a_leg_sends_the_first_format_and_receives_all_of_ours() {
        let speech =
            [format("pcma", 8_000, 8, 8), format("opus", 48_000, 111, 96), format("G729", 8_000, 18, 18)];

        let leg = LegSettings::agreed(speech, [], 20, Direction::SendReceive).unwrap();

        assert_eq!(leg.sends, PayloadFormat { codec: Codec::Pcma, payload_type: 8 });
        assert_eq!(leg.receives.iter().map(|format| format.payload_type).collect::<Vec<_>>(), [8, 96]);
        assert_eq!((leg.telephone_event, leg.packet_time), (None, Duration::from_millis(20)));
    }

    #[test]
    fn keys_travel_at_the_clock_of_the_speech_or_else_at_the_first_one() {
        let keys = [format("telephone-event", 8_000, 101, 101), format("telephone-event", 48_000, 110, 102)];
        let clock = |name: &str, rate: u32, keys: &[AgreedFormat<'static>]| {
            let leg = LegSettings::agreed(
                [format(name, rate, 96, 96)],
                keys.iter().copied(),
                20,
                Direction::SendReceive,
            );
            leg.and_then(|leg| leg.telephone_event).map(|event| (event.clock_rate, event.send))
        };

        assert_eq!(clock("opus", 48_000, &keys), Some((48_000, 110)));
        assert_eq!(clock("opus", 48_000, &keys[..1]), Some((8_000, 101)));
        assert_eq!(clock("G729", 8_000, &keys), None, "no codec of ours");
    }
}
