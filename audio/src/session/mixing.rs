//! One tick: decodes who is heard, adds up each listener's row, encodes, records.

use std::time::{Duration, Instant};

use crate::codec::telephone_event::Digit;
use crate::frame::MAX_FRAME_SAMPLES;
use crate::mixer;

use super::Session;
use super::event::{Event, Output, TapFrame};
use super::leg::Route;
use super::outgoing::{Sound, Tick};
use super::player::Played;

/// Room for one frame at any rate.
type Frame = [f32; MAX_FRAME_SAMPLES];

impl Session {
    /// Mixes one frame of 10 ms. `loudspeaker` receives what the local party hears.
    pub(super) fn mix_frame(
        &mut self,
        now: Instant,
        microphone: &[f32],
        loudspeaker: Option<&mut [f32]>,
        output: &mut impl Output,
    ) {
        self.pull_legs(now);
        if self.is_time_to_switch(now) {
            self.replan(now);
        }
        self.play(now);
        self.send_mixes(now, microphone, output);
        if let Some(loudspeaker) = loudspeaker {
            let mut mix = [0.0; MAX_FRAME_SAMPLES];
            self.sum(&self.loudspeaker, microphone, &mut mix);
            self.loudspeaker_ending.play(&mut mix);
            self.loudspeaker_limiter.process(&mut mix);
            loudspeaker.iter_mut().zip(mix).for_each(|(out, sample)| *out = sample);
        }
        self.record(microphone, output);
    }

    fn pull_legs(&mut self, now: Instant) {
        for n in 0..self.heard_legs.len() {
            let place = self.heard_legs[n];
            let sounded = self.legs[place].incoming.pull(now);
            if let Some((digit, duration)) = sounded {
                let leg = self.legs[place].id;
                self.events.push_back(Event::Digit { leg, digit, duration });
            }
        }
    }

    fn play(&mut self, now: Instant) {
        for player in &mut self.players {
            if player.play(now) == Played::Finished {
                self.events.push_back(Event::ClipFinished { source: player.id });
            }
        }
    }

    fn send_mixes(&mut self, now: Instant, microphone: &[f32], output: &mut impl Output) {
        let samples = self.mix_rate.frame_samples();
        let mut digits_done = false;
        for place in 0..self.legs.len() {
            let leg = &self.legs[place];
            let had_digits = leg.outgoing.has_digits();
            if !leg.mixes() && !had_digits {
                continue;
            }
            let mut mix: Frame = [0.0; MAX_FRAME_SAMPLES];
            self.sum(&leg.outgoing.row, microphone, &mut mix);
            let leg = &mut self.legs[place];
            leg.outgoing.ending.play(&mut mix);
            let tick = Tick {
                now,
                leg: leg.id,
                settings: &leg.settings,
                mix_rate: self.mix_rate,
                packet_frames: leg.packet_frames(),
                packet_ticks: leg.packet_ticks(),
                // Until the switch the encoder works for nobody.
                may_send: leg.settings.direction.sends() && (leg.route == Route::Mix || had_digits),
            };
            leg.outgoing.send_frame(&tick, mix.get_mut(..samples).unwrap_or_default(), output);
            digits_done |= had_digits && !leg.outgoing.has_digits();
        }
        if digits_done {
            self.replan(now);
        }
    }

    /// Adds up a row of the gain matrix.
    fn sum(&self, row: &[(Sound, f32)], microphone: &[f32], mix: &mut Frame) {
        for (sound, gain) in row {
            let frame = if *sound == Sound::Microphone { microphone } else { self.frame_of(sound) };
            mixer::add(mix, frame, *gain);
        }
    }

    /// The present frame of a sound that is not the microphone's.
    pub(super) fn frame_of(&self, sound: &Sound) -> &[f32] {
        match sound {
            Sound::Leg(place) => self.legs.get(*place).map(|leg| leg.incoming.frame()).unwrap_or_default(),
            Sound::Player(place) => self.players.get(*place).map(|p| p.frame()).unwrap_or_default(),
            Sound::Microphone => &[],
        }
    }

    fn record(&self, microphone: &[f32], output: &mut impl Output) {
        let samples = self.mix_rate.frame_samples();
        for (tap, row) in self.plan.taps.iter().zip(&self.tap_rows) {
            let (mut left, mut right): (Frame, Frame) = ([0.0; MAX_FRAME_SAMPLES], [0.0; MAX_FRAME_SAMPLES]);
            self.sum(&row.left, microphone, &mut left);
            if let Some(heard) = &row.right {
                self.sum(heard, microphone, &mut right);
            }
            let right = right.get(..samples).filter(|_| row.right.is_some());
            let left = left.get(..samples).unwrap_or_default();
            output.record(tap.id, TapFrame { rate: self.mix_rate, left, right });
        }
    }

    /// Reports a released digit, and passes it on to those who hear the leg through the mix.
    pub(super) fn digit_released(&mut self, now: Instant, place: usize, digit: Digit, duration: Duration) {
        self.events.push_back(Event::Digit { leg: self.legs[place].id, digit, duration });
        let heard = Sound::Leg(place);
        let mut passed_on = false;
        for leg in self.legs.iter_mut().filter(|leg| leg.route == Route::Mix) {
            if leg.outgoing.row.iter().any(|(sound, _)| *sound == heard) {
                leg.outgoing.push_digit(digit, duration);
                passed_on = true;
            }
        }
        if passed_on {
            self.replan(now);
        }
    }
}
