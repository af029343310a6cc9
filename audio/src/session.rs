//! Executes a media plan: relays, mixes, plays, records and detects, for one call or one phone.
//!
//! A listener that hears exactly one leg, with the same codec and unchanged level, and of which nothing
//! is recorded, is *relayed*: each packet leaves at the moment it arrives, with only its header
//! rewritten. Everything else is decoded, mixed and encoded once per tick of 10 ms. A switch between the
//! two keeps the outgoing stream's SSRC and continues its sequence and timestamps, and a voice that is heard
//! before and after it is switched when nobody hears it (`switching.rs`).
//!
//! Use: [`Session::leg_packet`] for each datagram, [`Session::tick`] when [`Session::deadline`] is
//! reached (the phone calls [`Session::exchange_frame`] instead, once per 10 ms of its sound device),
//! and [`Session::poll`] until `None` after each of them.

mod agreed;
mod event;
mod incoming;
mod leg;
mod mixing;
mod outgoing;
mod plan;
mod player;
mod relaying;
mod report;
mod reporting;
mod routing;
mod settings;
mod switching;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::codec::telephone_event::Digit;
use crate::frame::{FRAME, SampleRate};
use crate::mixer::{Ending, Limiter};
use crate::rtp::OutgoingStream;
use crate::rtp::packet::{Datagram, classify};

use leg::Leg;
use outgoing::Sound;
use player::Player;
use routing::TapRow;
use settings::Epoch;

pub use agreed::{AgreedFormat, OfferedFormat, offered};
pub use event::{Channel, Event, Output, TapFrame};
pub use leg::MovingLeg;
pub use plan::{Ear, LegId, Listener, MediaPlan, Playback, Source, SourceId, Tap, TapId, Tapped};
pub use report::LegStatistics;
pub use settings::{Direction, EventFormat, LegSettings, PayloadFormat, SessionSettings};

/// The media of one call, or of one phone.
#[derive(Debug)]
pub struct Session {
    settings: SessionSettings,
    epoch: Epoch,
    random: ChaCha8Rng,
    plan: MediaPlan,
    legs: Vec<Leg>,
    players: Vec<Player>,
    /// Places of the legs that are decoded.
    heard_legs: Vec<usize>,
    loudspeaker: Vec<(Sound, f32)>,
    loudspeaker_ending: Ending,
    loudspeaker_limiter: Limiter,
    tap_rows: Vec<TapRow>,
    mix_rate: SampleRate,
    mixing: bool,
    next_frame: Option<Instant>,
    events: VecDeque<Event>,
}

/// A tick that comes later than this skips what it missed.
const LATEST: Duration = Duration::from_millis(100);
/// Events that wait before the queue must grow.
const USUAL_EVENTS: usize = 32;

impl Session {
    /// A session without legs and with a silent plan. `now` is the instant to which
    /// [`SessionSettings::ntp`] belongs.
    pub fn new(now: Instant, settings: SessionSettings) -> Self {
        Self {
            epoch: Epoch { instant: now, ntp: settings.ntp },
            random: ChaCha8Rng::from_seed(settings.seed),
            plan: MediaPlan::default(),
            legs: Vec::new(),
            players: Vec::new(),
            heard_legs: Vec::new(),
            loudspeaker: Vec::new(),
            loudspeaker_ending: Ending::default(),
            loudspeaker_limiter: Limiter::default(),
            tap_rows: Vec::new(),
            mix_rate: settings.mix_rate.unwrap_or(SampleRate::Hz8000),
            mixing: false,
            next_frame: None,
            events: VecDeque::with_capacity(USUAL_EVENTS),
            settings,
        }
    }

    /// Adds a leg, or replaces the settings of one that exists as [`Session::update_leg`] does.
    pub fn add_leg(&mut self, now: Instant, leg: LegId, settings: LegSettings) {
        self.update_leg(now, leg, settings);
    }

    /// Changes what was negotiated for a leg; its outgoing stream goes on without a jump. A leg that is
    /// not known is added.
    pub fn update_leg(&mut self, now: Instant, leg: LegId, settings: LegSettings) {
        match self.place(leg) {
            Some(place) => self.legs[place].update(settings),
            None => {
                let [ssrc, timestamp, sequence] = [(); 3].map(|()| self.random.next_u32());
                let clock_rate = settings.sends.codec.clock_rate();
                let stream = OutgoingStream::new(ssrc, (sequence >> 16) as u16, timestamp, clock_rate);
                let mut added = Leg::new(now, leg, settings, stream);
                added.report_due = now + self.report_interval();
                self.legs.push(added);
            }
        }
        self.replan(now);
    }

    /// Removes a leg after sending it an RTCP BYE; parts of the plan that name it fall silent.
    pub fn remove_leg(&mut self, now: Instant, leg: LegId, output: &mut impl Output) {
        if let Some(place) = self.place(leg) {
            self.send_report(now, place, true, output);
            self.let_go(|_, _, sound| *sound != Sound::Leg(place));
            self.legs.remove(place);
            self.replan(now);
        }
    }

    /// Takes legs out without a word to their peers, to go on in another session: see [`Session::adopt_legs`].
    /// Those that move together are taken together: who is heard by the others stays decoded on the way.
    pub fn release_legs(&mut self, now: Instant, legs: &[LegId]) -> Vec<MovingLeg> {
        let moves = |leg: LegId| legs.contains(&leg);
        self.let_go(|session, ear, sound| match (ear, sound) {
            (Ear::Leg(ear), Sound::Leg(place)) => moves(ear) == moves(session.legs[*place].id),
            (Ear::Leg(ear), Sound::Player(_)) => !moves(ear),
            (Ear::Loudspeaker, Sound::Leg(place)) => !moves(session.legs[*place].id),
            (_, Sound::Microphone) | (Ear::Loudspeaker, Sound::Player(_)) => true,
        });
        let (moving, staying) =
            std::mem::take(&mut self.legs).into_iter().partition(|leg: &Leg| moves(leg.id));
        self.legs = staying;
        self.replan(now);
        moving.into_iter().map(MovingLeg::new).collect()
    }

    /// Adds legs that were in another session and states who hears whom from now on; their streams go on without
    /// a jump. A leg replaces one of the same id.
    pub fn adopt_legs(&mut self, now: Instant, moving: Vec<MovingLeg>, plan: MediaPlan) {
        let report_due = now + self.report_interval();
        let before = self.legs.len();
        self.legs.retain(|leg| moving.iter().all(|comes| comes.id() != leg.id));
        if self.legs.len() < before {
            self.replan(now);
        }
        self.legs.extend(moving.into_iter().map(|leg| leg.settle(report_due)));
        self.set_plan(now, plan);
    }

    /// States who hears whom from now on. Sources with an unchanged id and content go on.
    pub fn set_plan(&mut self, now: Instant, plan: MediaPlan) {
        self.let_go(|session, ear, sound| session.keeps(&plan, ear, sound));
        self.plan = plan;
        self.replan(now);
    }

    /// The plan that is being executed.
    pub fn plan(&self) -> &MediaPlan {
        &self.plan
    }

    /// Whether a leg is at present sent the packets of another one unchanged.
    pub fn is_relayed(&self, leg: LegId) -> bool {
        self.place(leg).is_some_and(|place| matches!(self.legs[place].route, leg::Route::Relay(_)))
    }

    /// Takes an RTP or RTCP datagram from a leg. Relayed packets leave through `output` during the call;
    /// `packet` is rewritten in place for that.
    pub fn leg_packet(&mut self, now: Instant, leg: LegId, packet: &mut [u8], output: &mut impl Output) {
        let Some(place) = self.place(leg) else { return };
        match classify(packet) {
            Datagram::Rtp => self.receive(now, place, packet, output),
            Datagram::Rtcp => self.receive_report(now, place, packet),
            Datagram::Other => {}
        }
    }

    /// Does everything that is due at `now`: mixes the frames that have fallen due, sends reports,
    /// notices silence. Late by more than 100 ms, it skips what was missed.
    pub fn tick(&mut self, now: Instant, output: &mut impl Output) {
        if self.next_frame.is_some_and(|due| now.saturating_duration_since(due) > LATEST) {
            self.next_frame = Some(now);
        }
        while let Some(due) = self.next_frame.filter(|due| *due <= now) {
            self.next_frame = Some(due + FRAME);
            self.mix_frame(due, &[], None, output);
        }
        self.do_duties(now, output);
    }

    /// The phone's tick: mixes exactly one frame of 10 ms at 48 kHz. `microphone` is what the local party
    /// says, `loudspeaker` receives what it hears; both must be 480 samples long. Not to be combined with
    /// [`Session::tick`].
    pub fn exchange_frame(
        &mut self,
        now: Instant,
        microphone: &[f32],
        loudspeaker: &mut [f32],
        output: &mut impl Output,
    ) {
        if self.settings.mix_rate != Some(SampleRate::Hz48000) {
            self.settings.mix_rate = Some(SampleRate::Hz48000);
            self.replan(now);
        }
        self.mix_frame(now, microphone, Some(loudspeaker), output);
        self.do_duties(now, output);
    }

    /// When [`Session::tick`] must next be called: every 10 ms while something is mixed, else when the
    /// next report or silence check is due; `None` without legs.
    pub fn deadline(&self) -> Option<Instant> {
        [self.next_frame, self.next_duty()].into_iter().flatten().min()
    }

    /// The next thing that happened, oldest first.
    pub fn poll(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Counters and present measurements of a leg.
    pub fn statistics(&self, leg: LegId) -> Option<LegStatistics> {
        self.place(leg).map(|place| self.legs[place].statistics())
    }

    /// Sends a key to the far party of a leg, after those still being sent: as an event where that was
    /// negotiated, else as its two tones within the speech. Held for `duration`, 40 ms to 8 s.
    pub fn send_digit(&mut self, now: Instant, leg: LegId, digit: Digit, duration: Duration) {
        if let Some(place) = self.place(leg) {
            self.legs[place].outgoing.push_digit(digit, duration);
            self.replan(now);
        }
    }

    fn place(&self, leg: LegId) -> Option<usize> {
        self.legs.iter().position(|other| other.id == leg)
    }
}

#[cfg(test)]
mod tests;
