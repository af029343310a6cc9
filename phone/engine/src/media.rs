//! The sound of this phone, on the media thread: capture, clean, exchange, play, every 10 ms.
//!
//! The loudspeaker leads: a frame is made when it needs one, so that its clock is the only one. Everything here
//! is told, nothing is decided.

mod trial;

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use audio::codec::telephone_event::Digit;
use audio::session::{
    self, Channel, Event, LegId, LegSettings, LegStatistics, MediaPlan, Session, SessionSettings,
};
use audio::tone::{Tone, ToneGenerator};
use audio::voice::{Voice, VoiceSettings};
use audio::{Decibel, SampleRate};
use audio_device::{Duplex, FRAME, Playout};
use audio_net::{Component, Handler, Outbound, Packet, StreamId};
use phone::view::Sample;
use phone::{MediaFact, RingPattern};

use crate::quality;

use trial::{Meter, Sounding, gain};

pub(crate) use trial::SOUNDS;

/// A key is held for so long.
const KEY: Duration = Duration::from_millis(120);
/// Ticks between two looks at the quality.
const LOOK: u32 = 200;
/// Seconds from the beginning of NTP time (1900) to that of Unix time.
const NTP_OFFSET: u64 = 2_208_988_800;

/// What the media thread is told. A leg is known by the id of its port.
#[derive(Debug)]
pub(crate) enum Message {
    /// This leg is on this stream and speaks so.
    Leg { leg: u32, stream: StreamId, settings: Box<LegSettings> },
    /// This leg is over.
    Gone { leg: u32 },
    /// Who hears whom.
    Plan(MediaPlan),
    /// Press keys towards the peer.
    Digits { leg: u32, digits: String },
    /// Ring, or stop ringing.
    Ring(Option<RingPattern>),
    /// Treat the voice so, if at all, and be so loud.
    Sound { voice: Option<VoiceSettings>, speaker: u8, ringer: u8 },
    /// Say how loud the microphone is, or stop saying it.
    Meter(bool),
    /// Sound once.
    Sample(Sample),
}

/// Takes facts; called on the media thread, so it must not block.
pub(crate) type Reporter = Box<dyn Fn(MediaFact) + Send>;

/// Everything on the media thread.
pub(crate) struct Media {
    session: Session,
    duplex: Duplex,
    ringer: Playout,
    ring: Option<ToneGenerator>,
    /// Absent where the microphone is not cleaned.
    voice: Option<Voice>,
    /// What samples are multiplied with where calls are heard, and where it rings.
    gains: (f32, f32),
    meter: Option<Meter>,
    samples: (Option<Sounding>, Option<Sounding>),
    legs: BTreeMap<u32, StreamId>,
    looked: BTreeMap<u32, LegStatistics>,
    ticks: u32,
    report: Reporter,
    microphone: [f32; FRAME],
    loudspeaker: [f32; FRAME],
}

/// Sends what the session makes to the streams of its legs.
struct Sending<'a, 'b> {
    legs: &'a BTreeMap<u32, StreamId>,
    out: &'a mut Outbound<'b>,
}

impl session::Output for Sending<'_, '_> {
    fn send(&mut self, leg: LegId, channel: Channel, packet: &[u8]) {
        let component = match channel {
            Channel::Rtp => Component::Rtp,
            Channel::Rtcp => Component::Rtcp,
        };
        if let Some(stream) = self.legs.get(&leg.0) {
            // A packet that the system does not take now is counted there and worth nothing later.
            let _ = self.out.send(*stream, component, packet);
        }
    }
}

impl Media {
    pub(crate) fn new(duplex: Duplex, ringer: Playout, seed: [u8; 32], report: Reporter) -> Self {
        let name: String = seed.iter().rev().take(12).map(|byte| format!("{byte:02x}")).collect();
        Self {
            session: Session::new(Instant::now(), SessionSettings::phone(seed, ntp(), name)),
            duplex,
            ringer,
            ring: None,
            voice: None,
            gains: (1.0, 1.0),
            meter: None,
            samples: (None, None),
            legs: BTreeMap::new(),
            looked: BTreeMap::new(),
            ticks: 0,
            report,
            microphone: [0.0; FRAME],
            loudspeaker: [0.0; FRAME],
        }
    }

    fn exchange(&mut self, now: Instant, out: &mut Outbound<'_>) {
        self.duplex.read(&mut self.microphone);
        if let Some(peak) = self.meter.as_mut().and_then(|meter| meter.hear(&self.microphone)) {
            (self.report)(MediaFact::Heard { peak });
        }
        if let Some(voice) = &mut self.voice {
            self.duplex.playout.read_reference(&mut self.loudspeaker);
            // Cleaning costs more than all the rest, and without a call nobody hears what it makes.
            if !self.legs.is_empty() {
                voice.far_end(&self.loudspeaker);
                voice.near_end(&mut self.microphone);
            }
        }
        let output = &mut Sending { legs: &self.legs, out };
        self.session.exchange_frame(now, &self.microphone, &mut self.loudspeaker, output);
        play(&mut self.loudspeaker, self.gains.0, &mut self.samples.0);
        self.duplex.playout.write(&self.loudspeaker);
    }

    fn ring(&mut self, now: Instant) {
        for _ in 0..self.ringer.due(now) {
            let mut frame = [0.0; FRAME];
            if let Some(ring) = &mut self.ring {
                ring.fill(&mut frame, SampleRate::Hz48000);
            }
            play(&mut frame, self.gains.1, &mut self.samples.1);
            self.ringer.write(&frame);
        }
    }

    fn look(&mut self) {
        self.ticks += 1;
        if !self.ticks.is_multiple_of(LOOK) {
            return;
        }
        if let Some(voice) = &mut self.voice {
            voice.set_delay(self.duplex.playout.queued());
        }
        for leg in self.legs.keys() {
            let Some(now) = self.session.statistics(LegId(*leg)) else { continue };
            let before = self.looked.insert(*leg, now).unwrap_or_default();
            if let Some(level) = quality::level(&before, &now) {
                (self.report)(MediaFact::Quality { port: *leg, level });
            }
        }
    }

    fn listen(&mut self) {
        while let Some(event) = self.session.poll() {
            match event {
                Event::Silent { leg, .. } => (self.report)(MediaFact::Silent { port: leg.0 }),
                Event::HeardAgain { leg } => (self.report)(MediaFact::HeardAgain { port: leg.0 }),
                Event::FirstPacket { .. } | Event::Digit { .. } | Event::ClipFinished { .. } => {}
            }
        }
    }
}

impl Handler for Media {
    type Message = Message;

    fn packet(&mut self, packet: Packet<'_>, out: &mut Outbound<'_>) {
        let Some(leg) = self.legs.iter().find(|(_, stream)| **stream == packet.stream) else { return };
        let leg = LegId(*leg.0);
        let mut bytes = [0; 2_048];
        let Some(copy) = bytes.get_mut(..packet.bytes.len()) else { return };
        copy.copy_from_slice(packet.bytes);
        self.session.leg_packet(packet.now, leg, copy, &mut Sending { legs: &self.legs, out });
        self.listen();
    }

    fn tick(&mut self, now: Instant, out: &mut Outbound<'_>) {
        for _ in 0..self.duplex.playout.due(now) {
            self.exchange(now, out);
        }
        self.ring(now);
        self.look();
        self.listen();
    }

    fn message(&mut self, message: Message, now: Instant, out: &mut Outbound<'_>) {
        match message {
            Message::Leg { leg, stream, settings } => {
                self.legs.insert(leg, stream);
                self.session.add_leg(now, LegId(leg), *settings);
            }
            Message::Gone { leg } => {
                self.session.remove_leg(now, LegId(leg), &mut Sending { legs: &self.legs, out });
                self.legs.remove(&leg);
                self.looked.remove(&leg);
            }
            Message::Plan(plan) => self.session.set_plan(now, plan),
            Message::Digits { leg, digits } => {
                for digit in digits.chars().filter_map(Digit::from_char) {
                    self.session.send_digit(now, LegId(leg), digit, KEY);
                }
            }
            Message::Sound { voice, speaker, ringer } => {
                self.gains = (gain(speaker), gain(ringer));
                match (&mut self.voice, voice) {
                    (Some(chain), Some(settings)) => chain.set(settings),
                    (chain, settings) => *chain = settings.map(Voice::new),
                }
            }
            Message::Meter(on) => self.meter = on.then(Meter::default),
            Message::Sample(Sample::Speaker) => self.samples.0 = Some(Sounding::new(Sample::Speaker)),
            Message::Sample(Sample::Ringer) => self.samples.1 = Some(Sounding::new(Sample::Ringer)),
            Message::Ring(pattern) => {
                self.ring = pattern.map(|pattern| ToneGenerator::new(rings(pattern)));
            }
        }
    }
}

/// Makes a frame as loud as it is to be, with what sounds beside it.
fn play(frame: &mut [f32; FRAME], gain: f32, sample: &mut Option<Sounding>) {
    if sample.as_mut().is_some_and(|sounding| !sounding.add_to(frame)) {
        *sample = None;
    }
    for sample in frame {
        *sample *= gain;
    }
}

/// Two close tones, 1 s on and 4 s off: the rhythm of Europe.
const RING: Tone = {
    let beat = (Duration::from_secs(1), Duration::from_secs(4));
    Tone { frequencies: [480.0, 620.0], level: Decibel(-12.0), cadence: [beat; 3] }
};

/// How it rings: the rhythms of GR-506-CORE, with the silence of Europe.
const fn rings(pattern: RingPattern) -> Tone {
    let [first, second, third] = match pattern {
        RingPattern::Normal => return RING,
        RingPattern::LongLong => [(800, 400), (800, 4_000), (0, 0)],
        RingPattern::ShortShortLong => [(400, 200), (400, 200), (800, 4_000)],
        RingPattern::ShortLongShort => [(300, 200), (1_000, 200), (300, 4_000)],
    };
    Tone { cadence: [beat(first), beat(second), beat(third)], ..RING }
}

const fn beat((on, off): (u64, u64)) -> (Duration, Duration) {
    (Duration::from_millis(on), Duration::from_millis(off))
}

/// The wall clock as NTP writes it.
fn ntp() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    (since.as_secs().wrapping_add(NTP_OFFSET) << 32) | fraction
}
