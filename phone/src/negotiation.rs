//! What one call of ours speaks: offers and answers, hold both ways, and what the media side is told.
//!
//! Hold is a direction (RFC 3264 section 8.4): who holds sends and does not listen. A held peer is offered
//! `sendonly`; what a peer that holds us offers is mirrored.

use std::net::IpAddr;

use audio::Codec;
use audio::session::{self, LegSettings, OfferedFormat};
use sip::message::Host;
use sip::message::sdp::{
    Agreed, AgreedFormat, AnswerFormats, CodecSpec, Direction, LocalAudio, Negotiator, Sdp, SessionSettings,
};

use crate::boundary::MediaEffect;
use crate::ports::MediaPort;

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
        in_words_of_sound(self.agreed.as_ref()?.codecs.first()?).codec()
    }

    /// The leg in the words of the media side; `None` while the peer's address is unknown.
    pub(crate) fn leg(&self, signaller: Option<IpAddr>) -> Option<MediaEffect> {
        let agreed = self.agreed.as_ref()?;
        let settings = Box::new(settings(agreed)?);
        let (remote, remote_reports) = agreed.remotes()?;
        Some(MediaEffect::Leg { port: self.port, remote, remote_reports, signaller, settings })
    }
}

fn specs(codecs: &[Codec]) -> Vec<CodecSpec> {
    let spec = |format: OfferedFormat| CodecSpec {
        channels: format.channels,
        parameters: format.parameters.map(str::to_owned),
        ..CodecSpec::new(format.name, format.clock_rate, format.payload_type)
    };
    session::offered(codecs).into_iter().map(spec).collect()
}

fn settings(agreed: &Agreed) -> Option<LegSettings> {
    let [speech, keys] =
        [&agreed.codecs, &agreed.events].map(|formats| formats.iter().map(in_words_of_sound));
    let direction = session::Direction::of(agreed.sends(), agreed.receives());
    LegSettings::agreed(speech, keys, agreed.ptime_ms, direction)
}

fn in_words_of_sound(format: &AgreedFormat) -> session::AgreedFormat<'_> {
    session::AgreedFormat {
        name: &format.name,
        clock_rate: format.clock_rate,
        send: format.send_type,
        receive: format.receive_type,
    }
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
