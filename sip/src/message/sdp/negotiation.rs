//! Our side of one session over its life: versions, and what may not change between offers.
//!
//! RFC 3264 section 8: the version rises by one exactly when the description changes, `m=` lines are never
//! removed, and a payload type keeps its meaning to the end.

use super::{
    Agreed, Direction, LocalAudio, NegotiationError, Origin, Sdp, Stream, StreamKind,
    offer_answer::{accept_stream, acceptable, answer_stream, audio, rejected},
};

/// What the `o=` line says of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSettings {
    /// User name of the `o=` line; `-` for none.
    pub username: String,
    /// Session id, unique among our sessions.
    pub session_id: u64,
    /// Address of the `o=` line.
    pub address: String,
}

/// Makes and reads the descriptions of one dialog.
#[derive(Debug, Clone)]
pub struct Negotiator {
    settings: SessionSettings,
    version: u64,
    /// What we described last, without its version.
    last: Option<Vec<Stream>>,
    /// Place of the audio stream among the `m=` lines.
    audio_at: usize,
    /// Which codec has had which payload type.
    types: Vec<(Key, u8)>,
}

/// Name in lower case, clock, channels.
type Key = (String, u32, u8);

impl Negotiator {
    /// Begins a session.
    pub fn new(settings: SessionSettings) -> Self {
        Self { settings, version: 0, last: None, audio_at: 0, types: Vec::new() }
    }

    /// An offer of our audio; streams of earlier descriptions stay, rejected.
    pub fn offer(&mut self, local: &LocalAudio) -> Sdp {
        let formats = local
            .codecs
            .iter()
            .map(|spec| {
                let key = (spec.name.to_ascii_lowercase(), spec.clock_rate, spec.channels);
                spec.format(self.payload_type(key, spec.payload_type))
            })
            .collect();
        let ours = audio(local, formats, local.direction, "RTP/AVP");
        let mut streams: Vec<Stream> = self.last.iter().flatten().map(rejected).collect();
        match streams.get_mut(self.audio_at) {
            Some(place) => *place = ours,
            None => streams.push(ours),
        }
        self.describe(streams)
    }

    /// Our answer to `offer`, and what it settles. Streams other than one audio stream are declined.
    ///
    /// # Errors
    /// [`NegotiationError`]: answer 488.
    pub fn answer(&mut self, offer: &Sdp, local: &LocalAudio) -> Result<(Sdp, Agreed), NegotiationError> {
        let (at, offered) = acceptable(offer).ok_or(NegotiationError::NoAudio)?;
        let (ours, agreed) = answer_stream(offered, local)?;
        for format in &ours.formats {
            let key = (format.name.to_ascii_lowercase(), format.clock_rate, format.channels);
            self.remember(key, format.payload_type);
        }
        let mut streams: Vec<Stream> = offer.streams.iter().map(rejected).collect();
        if let Some(place) = streams.get_mut(at) {
            *place = ours;
        }
        self.audio_at = at;
        Ok((self.describe(streams), agreed))
    }

    /// What the other side's answer to our last offer settles.
    ///
    /// # Errors
    /// [`NegotiationError`]: end the call, or go on as before when it was a change of a running one.
    pub fn accept(&self, answer: &Sdp, local: &LocalAudio) -> Result<Agreed, NegotiationError> {
        let offered = self.last.as_deref().unwrap_or_default();
        let (Some(ours), Some(theirs)) = (offered.get(self.audio_at), answer.streams.get(self.audio_at))
        else {
            return Err(NegotiationError::Mismatch);
        };
        if answer.streams.len() != offered.len() || theirs.kind != StreamKind::Audio {
            return Err(NegotiationError::Mismatch);
        }
        if theirs.is_rejected() {
            return Err(NegotiationError::NoAudio);
        }
        accept_stream(ours, theirs, local)
    }

    /// The direction of our last description.
    pub fn direction(&self) -> Option<Direction> {
        self.last.as_ref()?.get(self.audio_at).map(|stream| stream.direction)
    }

    fn describe(&mut self, streams: Vec<Stream>) -> Sdp {
        if self.last.as_ref() != Some(&streams) {
            self.version = self.version.saturating_add(1);
            self.last = Some(streams.clone());
        }
        let origin = Origin {
            username: self.settings.username.clone(),
            session_id: self.settings.session_id.to_string(),
            version: self.version,
            address: self.settings.address.clone(),
        };
        Sdp { origin, streams }
    }

    /// The number that a codec has had, else the wanted one, else a free dynamic one.
    fn payload_type(&mut self, key: Key, wanted: u8) -> u8 {
        if let Some((_, number)) = self.types.iter().find(|(known, _)| *known == key) {
            return *number;
        }
        let taken = |number: u8| self.types.iter().any(|(_, used)| *used == number);
        let number =
            if taken(wanted) { (96..=127).find(|number| !taken(*number)).unwrap_or(wanted) } else { wanted };
        self.types.push((key, number));
        number
    }

    fn remember(&mut self, key: Key, number: u8) {
        self.types.retain(|(known, used)| *known != key && *used != number);
        self.types.push((key, number));
    }
}
