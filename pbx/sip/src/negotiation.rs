//! What one leg speaks: our offers and answers, and what the media side is told of them (RFC 3264).
//!
//! Every leg has a media port of its own, because media is anchored. A caller is answered with the codec that
//! the other side speaks when it can speak it too, so that packets pass unopened.

use std::net::SocketAddr;

use audio::Codec;
use audio::session::{self, LegSettings, OfferedFormat};
use pbx::exchange::{AgreedMedia, LegMedia};
use sip::message::Host;
use sip::message::sdp::{
    Agreed, AgreedFormat, AnswerFormats, CodecSpec, Direction, LocalAudio, Negotiator, Sdp, SessionSettings,
};

use crate::ports::MediaPort;

/// Milliseconds of speech in a packet.
const PACKET_MS: u16 = 20;

/// What a leg is asked to do from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The party is kept on hold: it hears us and is not heard.
    hold: bool,
}

impl From<LegMedia> for Wish {
    fn from(media: LegMedia) -> Self {
        Self { hold: media.hold }
    }
}

/// What a peer's offer within a call means to the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It puts us on hold.
    Held,
    /// It takes us off hold.
    Resumed,
    /// Neither: another codec or address, or a refresh.
    Same,
}

/// What the media side must know.
#[derive(Debug, Clone)]
pub(crate) struct Agreement {
    pub(crate) port: MediaPort,
    pub(crate) remote: SocketAddr,
    pub(crate) remote_reports: SocketAddr,
    pub(crate) settings: LegSettings,
}

/// The session of one leg.
#[derive(Debug)]
pub(crate) struct Negotiation {
    port: MediaPort,
    negotiator: Negotiator,
    local: LocalAudio,
    their_offer: Option<Sdp>,
    answered: Option<Vec<u8>>,
    agreed: Option<Agreed>,
    held: bool,
}

impl Negotiation {
    /// A leg on a port of its own; `session` is unique among our sessions.
    pub(crate) fn new(port: MediaPort, session: u64) -> Self {
        let host = Host::Ip(port.address.ip());
        let settings = SessionSettings {
            username: "balie".to_owned(),
            session_id: session,
            address: host_text(port.address),
        };
        let local = LocalAudio {
            address: host,
            port: port.address.port(),
            direction: Direction::SendRecv,
            codecs: specs(&Codec::ALL),
            ptime_ms: PACKET_MS,
            answer: AnswerFormats::Best,
        };
        Self {
            port,
            negotiator: Negotiator::new(settings),
            local,
            their_offer: None,
            answered: None,
            agreed: None,
            held: false,
        }
    }

    pub(crate) fn port(&self) -> MediaPort {
        self.port
    }

    /// The party hears us and is not heard, from the first offer on.
    pub(crate) const fn only_speaks(&mut self) {
        self.local.direction = Direction::SendOnly;
    }

    /// Our first offer; the codecs that the others speak stand in front.
    pub(crate) fn offer(&mut self, first: &[Codec]) -> Vec<u8> {
        let mut order: Vec<Codec> = Vec::new();
        for codec in first.iter().chain(&Codec::ALL) {
            if !order.contains(codec) {
                order.push(*codec);
            }
        }
        self.local.codecs = specs(&order);
        self.negotiator.offer(&self.local).to_bytes()
    }

    /// Takes in the offer of a caller; false when there is nothing in it that we speak.
    pub(crate) fn receive_offer(&mut self, body: &[u8]) -> bool {
        let Ok(offer) = Sdp::parse(body) else { return false };
        let common = peer_codecs(&offer);
        self.their_offer = Some(offer);
        !common.is_empty()
    }

    /// What the caller is answered, the same each time; our offer when it made none.
    pub(crate) fn describe(&mut self, preferred: Option<Codec>) -> Option<Vec<u8>> {
        if self.answered.is_none() {
            self.answered = match self.their_offer.take() {
                Some(offer) => Some(self.answer(&offer, preferred)?),
                None => Some(self.offer(preferred.as_slice())),
            };
        }
        self.answered.clone()
    }

    fn answer(&mut self, offer: &Sdp, preferred: Option<Codec>) -> Option<Vec<u8>> {
        let one = preferred.map(|codec| LocalAudio { codecs: specs(&[codec]), ..self.local.clone() });
        let tried = one.and_then(|local| self.negotiator.answer(offer, &local).ok());
        let (answer, agreed) = tried.or_else(|| self.negotiator.answer(offer, &self.local).ok())?;
        self.held = agreed.held_by_peer;
        self.agreed = Some(agreed);
        Some(answer.to_bytes())
    }

    /// Takes in the peer's answer to our offer; none when it settles nothing.
    pub(crate) fn take_answer(&mut self, body: &[u8]) -> Option<AgreedMedia> {
        let answer = Sdp::parse(body).ok()?;
        let agreed = self.negotiator.accept(&answer, &self.local).ok()?;
        self.agreed = Some(agreed);
        Some(self.agreed_media())
    }

    /// Answers an offer within a call, and says what it means.
    pub(crate) fn take_offer(&mut self, body: &[u8]) -> Option<(Vec<u8>, Turn)> {
        let offer = Sdp::parse(body).ok()?;
        let before = self.held;
        let speaks = self.codec();
        let answer = self.answer(&offer, speaks)?;
        let turn = match (before, self.held) {
            (false, true) => Turn::Held,
            (true, false) => Turn::Resumed,
            (true, true) | (false, false) => Turn::Same,
        };
        Some((answer, turn))
    }

    /// Our offer within a call.
    pub(crate) fn offer_again(&mut self, wish: Wish) -> Option<Vec<u8>> {
        self.agreed.as_ref()?;
        self.local.direction = if wish.hold { Direction::SendOnly } else { Direction::SendRecv };
        Some(self.negotiator.offer(&self.local).to_bytes())
    }

    /// The codec that is spoken.
    pub(crate) fn codec(&self) -> Option<Codec> {
        in_words_of_sound(self.agreed.as_ref()?.codecs.first()?).codec()
    }

    /// The codecs that the peer speaks as far as is known, its favourite first.
    pub(crate) fn codecs_of_peer(&self) -> Vec<Codec> {
        match &self.their_offer {
            Some(offer) => peer_codecs(offer),
            None => self.codec().into_iter().collect(),
        }
    }

    /// The agreement in the words of the exchange.
    pub(crate) fn agreed_media(&self) -> AgreedMedia {
        AgreedMedia { audio: self.codec().map(|codec| codec.name().to_owned()), video: None }
    }

    /// The agreement in the words of the media side; none while the peer's address is unknown.
    pub(crate) fn agreed(&self) -> Option<Agreement> {
        let agreed = self.agreed.as_ref()?;
        let settings = settings(agreed)?;
        let (remote, remote_reports) = agreed.remotes()?;
        Some(Agreement { port: self.port, remote, remote_reports, settings })
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

fn peer_codecs(offer: &Sdp) -> Vec<Codec> {
    let formats = offer.audio().map(|stream| stream.formats.as_slice()).unwrap_or_default();
    formats.iter().filter_map(|format| Codec::from_name(&format.name, format.clock_rate)).collect()
}

fn host_text(address: SocketAddr) -> String {
    address.ip().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(id: u32) -> Negotiation {
        let address = format!("127.0.0.1:{}", 20_000 + 2 * id).parse().unwrap();
        Negotiation::new(MediaPort { id, address }, id.into())
    }

    fn phone(formats: &str, direction: &str) -> Vec<u8> {
        format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.9\r\ns=-\r\nc=IN IP4 127.0.0.9\r\nt=0 0\r\n\
             m=audio 4000 RTP/AVP {formats}\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n\
             a={direction}\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_caller_is_answered_with_what_the_other_side_speaks() {
        let mut caller = leg(1);
        assert!(caller.receive_offer(&phone("96 0 8 101", "sendrecv")));

        caller.describe(Some(Codec::Pcma)).unwrap();

        let agreed = caller.agreed().unwrap();
        assert_eq!(agreed.settings.sends.codec, Codec::Pcma);
        assert_eq!(agreed.remote, "127.0.0.9:4000".parse().unwrap());
        assert_eq!(agreed.settings.telephone_event.unwrap().send, 101);
    }

    #[test]
    fn a_caller_who_cannot_speak_that_gets_its_own_favourite() {
        let mut caller = leg(1);
        caller.receive_offer(&phone("0 8", "sendrecv"));

        caller.describe(Some(Codec::Opus)).unwrap();

        assert_eq!(caller.codec(), Some(Codec::Pcmu));
    }

    #[test]
    fn the_same_answer_is_given_early_and_at_last() {
        let mut caller = leg(1);
        caller.receive_offer(&phone("8", "sendrecv"));

        let early = caller.describe(None).unwrap();

        assert_eq!(caller.describe(Some(Codec::Opus)), Some(early));
    }

    #[test]
    fn a_call_is_held_and_resumed_once() {
        let mut caller = leg(1);
        caller.receive_offer(&phone("8", "sendrecv"));
        caller.describe(None).unwrap();

        let turns: Vec<Turn> = ["sendonly", "sendonly", "sendrecv", "inactive", "sendrecv"]
            .into_iter()
            .map(|direction| caller.take_offer(&phone("8", direction)).unwrap().1)
            .collect();

        assert_eq!(turns, [Turn::Held, Turn::Same, Turn::Resumed, Turn::Held, Turn::Resumed]);
    }

    #[test]
    fn an_offer_without_a_codec_of_ours_is_refused() {
        assert!(!leg(1).receive_offer(&phone("18", "sendrecv")));
        assert!(!leg(1).receive_offer(b"nonsense"));
    }

    #[test]
    fn our_offer_puts_the_other_side_s_codec_first_and_keeps_the_rest() {
        let sdp = String::from_utf8(leg(1).offer(&[Codec::Pcma])).unwrap();

        let media = sdp.lines().find(|line| line.starts_with("m=audio")).unwrap();
        assert!(media.starts_with("m=audio 20002 RTP/AVP 8 96 9 0 101"), "{media}");
    }
}
