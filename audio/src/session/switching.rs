//! When a leg changes over from relaying to mixing and back, so that nobody hears it.
//!
//! Two encoders know nothing of each other: where one's packets follow the other's, the receiver's decoder predicts
//! from a past that never was, and a voice is gone or distorted for up to 70 ms (measured on tones through Opus). So a
//! voice that is relayed is relayed until the mixer has it too and its encoder knows it, which leaves 10 ms at most,
//! and one that is mixed stays mixed until it pauses.

use std::time::{Duration, Instant};

use crate::mixer::Ending;

use super::Session;
use super::leg::{Route, Sent};
use super::outgoing::Sound;
use super::plan::{Ear, MediaPlan, Source};

/// So long the mixer may take to have a voice: two packets for its jitter buffer and two for the encoder, unless no
/// packets come.
const PRIMING: Duration = Duration::from_millis(120);
/// A voice that is quiet for so long pauses: longer than before a plosive.
const PAUSE: Duration = Duration::from_millis(100);
/// A voice that never pauses (music, a noisy room) is switched after all: mixing costs more than a short flaw.
const PATIENCE: Duration = Duration::from_secs(20);

impl Session {
    /// Chooses how each leg gets what it is sent from now on.
    pub(super) fn choose_routes(&mut self, now: Instant) {
        for place in 0..self.legs.len() {
            let planned = self.planned_route(place);
            let route = self.route(now, place, planned);
            let sent = self.sent(place, route);
            let leg = &mut self.legs[place];
            leg.waits = (route != planned).then(|| leg.waits.unwrap_or(now));
            (leg.planned, leg.route, leg.sent) = (planned, route, sent);
        }
    }

    /// Whether a switch has waited for this moment.
    pub(super) fn is_time_to_switch(&self, now: Instant) -> bool {
        let mut waiting = self.legs.iter().enumerate().filter(|(_, leg)| leg.waits.is_some());
        waiting.any(|(place, leg)| self.route(now, place, leg.planned) != leg.route)
    }

    /// What the plan wants, or what has been so far while the moment is not good.
    fn route(&self, now: Instant, place: usize, planned: Route) -> Route {
        let leg = &self.legs[place];
        let waited = leg.waits.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        match (planned, &leg.sent) {
            (Route::Mix, Sent::Relayed(voice)) if waited < PRIMING => self
                .place(*voice)
                .filter(|from| self.keeps(&self.plan, Ear::Leg(leg.id), &Sound::Leg(*from)))
                .filter(|from| self.can_relay(*from, place))
                .filter(|from| !(self.legs[*from].incoming.is_playing() && leg.outgoing.is_warm()))
                .map_or(planned, Route::Relay),
            (Route::Relay(from), Sent::Mixed(voices))
                if waited < PATIENCE
                    && voices.contains(&self.legs[from].id)
                    && self.legs[from].incoming.quiet() < PAUSE =>
            {
                Route::Mix
            }
            _ => planned,
        }
    }

    fn sent(&self, place: usize, route: Route) -> Sent {
        match route {
            Route::Nothing => Sent::Nothing,
            Route::Relay(from) => Sent::Relayed(self.legs[from].id),
            Route::Mix => {
                let row = self.row(Ear::Leg(self.legs[place].id));
                let voices = row.iter().filter_map(|(sound, _)| match sound {
                    Sound::Leg(from) => Some(self.legs[*from].id),
                    Sound::Player(_) | Sound::Microphone => None,
                });
                Sent::Mixed(voices.collect())
            }
        }
    }

    /// Lets what somebody's mix loses end softly. `stays` is asked for each listener and each sound of its mix.
    pub(super) fn let_go(&mut self, stays: impl Fn(&Self, Ear, &Sound) -> bool) {
        for place in 0..self.legs.len() {
            let ending = std::mem::take(&mut self.legs[place].outgoing.ending);
            let leg = &self.legs[place];
            let ending = self.end(ending, Ear::Leg(leg.id), &leg.outgoing.row, &stays);
            self.legs[place].outgoing.ending = ending;
        }
        let ending = std::mem::take(&mut self.loudspeaker_ending);
        self.loudspeaker_ending = self.end(ending, Ear::Loudspeaker, &self.loudspeaker, &stays);
    }

    /// Forgets what is ending: it does not fit the mix any more.
    pub(super) fn let_go_at_once(&mut self) {
        self.legs.iter_mut().for_each(|leg| leg.outgoing.ending = Ending::default());
        self.loudspeaker_ending = Ending::default();
    }

    fn end(
        &self,
        mut ending: Ending,
        ear: Ear,
        row: &[(Sound, f32)],
        stays: &impl Fn(&Self, Ear, &Sound) -> bool,
    ) -> Ending {
        for (sound, gain) in row.iter().filter(|(sound, _)| !stays(self, ear, sound)) {
            ending.begin(self.frame_of(sound), *gain);
        }
        ending
    }

    /// Whether a plan keeps a sound in a listener's mix.
    pub(super) fn keeps(&self, plan: &MediaPlan, ear: Ear, sound: &Sound) -> bool {
        let mut heard = plan.listener(ear).into_iter().flat_map(|listener| &listener.hears);
        match sound {
            Sound::Leg(place) => {
                let voice = Source::Leg(self.legs[*place].id);
                heard.any(|(id, _)| plan.source(*id) == Some(&voice))
            }
            Sound::Player(place) => heard.any(|(id, _)| *id == self.players[*place].id),
            Sound::Microphone => true,
        }
    }
}
