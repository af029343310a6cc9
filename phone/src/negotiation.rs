//! What one call of ours speaks: offers and answers, hold both ways, and what the media side is told.
//!
//! Hold is a direction (RFC 3264 section 8.4): who holds sends and does not listen. A held peer is offered
//! `sendonly`; what a peer that holds us offers is mirrored.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use audio::Codec;
use audio::session::{self, EventFormat, LegSettings, PayloadFormat};
use sip::message::sdp::{
    Agreed, AgreedFormat, AnswerFormats, CodecSpec, Direction, LocalAudio, Negotiator, Sdp, SessionSettings,
};
use sip::message::{Host, HostPort};

use crate::boundary::MediaEffect;
use crate::ports::MediaPort;

/// The payload types that we offer for keys (RFC 4733), at the clock of G.711 and at that of Opus.
const EVENT_TYPES: [(u8, u32); 2] = [(101, 8_000), (102, 48_000)];
/// Milliseconds of speech in a packet.
const PACKET_MS: u16 = 20;

/// The session of one call.
#[derive(Debug)]
pub(crate) struct Negotiation {
    port: MediaPort,
    negotiator: Negotiator,
    local: LocalAudio,
    agreed: Option<Agreed>,
}

impl Negotiation {
    /// A call on a port of its own; peers send to `address`. `session` is unique among our sessions.
    pub(crate) fn new(port: MediaPort, address: IpAddr, codecs: &[Codec], session: u64) -> Self {
        let settings = SessionSettings {
            username: "balie".to_owned(),
            session_id: session,
            address: address.to_string(),
        };
        let local = LocalAudio {
            address: Host::Ip(address),
            port: port.address.port(),
            direction: Direction::SendRecv,
            codecs: specs(codecs),
            ptime_ms: PACKET_MS,
            answer: AnswerFormats::Best,
        };
        Self { port, negotiator: Negotiator::new(settings), local, agreed: None }
    }

    pub(crate) fn port(&self) -> MediaPort {
        self.port
    }

    /// Our offer, for now and for as long as it is held so.
    pub(crate) fn offer(&mut self, held: bool) -> Vec<u8> {
        self.local.direction = if held { Direction::SendOnly } else { Direction::SendRecv };
        self.negotiator.offer(&self.local).to_bytes()
    }

    /// Our offer failed: the session is as it was.
    pub(crate) fn offer_failed(&mut self, held: bool) {
        self.local.direction = if held { Direction::SendOnly } else { Direction::SendRecv };
    }

    /// The answer to an offer of the peer; `None` when there is nothing in it that we speak.
    pub(crate) fn answer(&mut self, offer: &[u8]) -> Option<Vec<u8>> {
        let offer = Sdp::parse(offer).ok()?;
        let (answer, agreed) = self.negotiator.answer(&offer, &self.local).ok()?;
        self.agreed = Some(agreed);
        Some(answer.to_bytes())
    }

    /// Takes in the peer's answer to our offer; false when it settles nothing.
    pub(crate) fn accept(&mut self, answer: &[u8]) -> bool {
        let agreed = Sdp::parse(answer).ok().and_then(|sdp| self.negotiator.accept(&sdp, &self.local).ok());
        let settled = agreed.is_some();
        if settled {
            self.agreed = agreed;
        }
        settled
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.agreed.is_some()
    }

    pub(crate) fn held_by_peer(&self) -> bool {
        self.agreed.as_ref().is_some_and(|agreed| agreed.held_by_peer)
    }

    /// The codec that is spoken.
    pub(crate) fn codec(&self) -> Option<Codec> {
        codec_of(self.agreed.as_ref()?.codecs.first()?)
    }

    /// The leg in the words of the media side; `None` while the peer's address is unknown.
    pub(crate) fn leg(&self, signaller: Option<IpAddr>) -> Option<MediaEffect> {
        let agreed = self.agreed.as_ref()?;
        let first = agreed.codecs.first()?;
        let codec = codec_of(first)?;
        let receives = agreed.codecs.iter().filter_map(|format| {
            Some(PayloadFormat { codec: codec_of(format)?, payload_type: format.receive_type })
        });
        let settings = LegSettings {
            sends: PayloadFormat { codec, payload_type: first.send_type },
            receives: receives.collect(),
            telephone_event: event_for(agreed, codec),
            packet_time: Duration::from_millis(agreed.ptime_ms.into()),
            direction: direction_of(agreed.direction),
        };
        let remote = socket(agreed.target.as_ref()?)?;
        let remote_reports = agreed.rtcp_target.as_ref().and_then(socket).unwrap_or(remote);
        let settings = Box::new(settings);
        Some(MediaEffect::Leg { port: self.port, remote, remote_reports, signaller, settings })
    }
}

/// Keys travel at the clock of the speech where both clocks were agreed.
fn event_for(agreed: &Agreed, codec: Codec) -> Option<EventFormat> {
    let same_clock = agreed.events.iter().find(|event| event.clock_rate == codec.clock_rate());
    let event = same_clock.or_else(|| agreed.events.first())?;
    Some(EventFormat { send: event.send_type, receive: event.receive_type, clock_rate: event.clock_rate })
}

fn specs(codecs: &[Codec]) -> Vec<CodecSpec> {
    let mut specs: Vec<CodecSpec> = codecs.iter().map(|codec| spec(*codec)).collect();
    for (payload_type, clock_rate) in EVENT_TYPES {
        if codecs.iter().any(|codec| codec.clock_rate() == clock_rate) {
            let mut event = CodecSpec::new("telephone-event", clock_rate, payload_type);
            event.parameters = Some("0-16".to_owned());
            specs.push(event);
        }
    }
    specs
}

fn spec(codec: Codec) -> CodecSpec {
    let mut spec = CodecSpec::new(codec.name(), codec.clock_rate(), codec.offered_payload_type());
    spec.parameters = codec.fmtp().map(str::to_owned);
    if codec == Codec::Opus {
        spec.channels = 2;
    }
    spec
}

fn codec_of(format: &AgreedFormat) -> Option<Codec> {
    Codec::from_name(&format.name, format.clock_rate)
}

fn direction_of(direction: Direction) -> session::Direction {
    match direction {
        Direction::SendRecv => session::Direction::SendReceive,
        Direction::SendOnly => session::Direction::SendOnly,
        Direction::RecvOnly => session::Direction::ReceiveOnly,
        Direction::Inactive => session::Direction::Inactive,
    }
}

/// A name instead of an address is not looked up: media goes where it comes from (RFC 4961).
fn socket(target: &HostPort) -> Option<SocketAddr> {
    Some(SocketAddr::new(target.host.ip()?, target.port?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(codecs: &[Codec]) -> Negotiation {
        let port = MediaPort { id: 1, address: "127.0.0.1:20000".parse().unwrap() };
        Negotiation::new(port, port.address.ip(), codecs, 7)
    }

    fn settings(call: &Negotiation) -> LegSettings {
        match call.leg(None) {
            Some(MediaEffect::Leg { settings, .. }) => *settings,
            other => panic!("no leg: {other:?}"),
        }
    }

    #[test]
    fn two_of_us_agree_on_the_best_codec_and_on_keys_at_its_clock() {
        let (mut caller, mut callee) = (call(&Codec::ALL), call(&Codec::ALL));

        let answer = callee.answer(&caller.offer(false)).unwrap();
        assert!(caller.accept(&answer));

        for side in [&caller, &callee] {
            assert_eq!(side.codec(), Some(Codec::Opus));
            assert_eq!(settings(side).telephone_event.unwrap().clock_rate, 48_000);
        }
    }

    #[test]
    fn hold_is_seen_by_the_other_side_and_ends_again() {
        let (mut caller, mut callee) = (call(&[Codec::Pcma]), call(&[Codec::Pcma]));
        let mut turn = |held| {
            let answer = callee.answer(&caller.offer(held)).unwrap();
            assert!(caller.accept(&answer));
            (settings(&caller).direction, callee.held_by_peer(), settings(&callee).direction)
        };

        assert_eq!(turn(true), (session::Direction::SendOnly, true, session::Direction::ReceiveOnly));
        assert_eq!(turn(false), (session::Direction::SendReceive, false, session::Direction::SendReceive));
    }

    #[test]
    fn an_offer_without_a_codec_of_ours_and_nonsense_are_refused() {
        let g722 = call(&[Codec::G722]).offer(false);

        assert_eq!(call(&[Codec::Pcmu]).answer(&g722), None);
        assert_eq!(call(&Codec::ALL).answer(b"nonsense"), None);
    }
}
