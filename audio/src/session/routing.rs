//! Decides, whenever the plan or a leg changes, who is relayed and who is mixed, and makes or drops the
//! decoders and encoders that this needs.

use std::time::Instant;

use crate::frame::SampleRate;
use crate::level::Decibel;
use crate::mixer::Ending;

use super::Session;
use super::leg::Route;
use super::outgoing::Sound;
use super::plan::{Ear, LegId, Listener, Source, SourceId, Tapped};
use super::player::Player;

impl Session {
    /// Brings everything in line with the plan and the legs.
    pub(super) fn replan(&mut self, now: Instant) {
        self.choose_routes(now);
        for place in 0..self.legs.len() {
            let relayed_to = self.relayed_from(place);
            self.legs[place].relayed_to = relayed_to;
        }
        let rate = self.choose_rate();
        if rate != self.mix_rate {
            self.let_go_at_once();
            self.mix_rate = rate;
        }
        self.renew_players();
        self.renew_rows();
        self.renew_coders();
        self.mixing = !self.plan.taps.is_empty()
            || !self.loudspeaker.is_empty()
            || self.legs.iter().any(|leg| leg.mixes() || leg.outgoing.has_digits());
        if !self.mixing {
            self.next_frame = None;
        } else if self.next_frame.is_none() {
            self.next_frame = Some(now);
        }
    }

    fn relayed_from(&self, source: usize) -> Vec<usize> {
        let places = 0..self.legs.len();
        places.filter(|place| self.legs[*place].route == Route::Relay(source)).collect()
    }

    /// What the plan wants for a leg.
    pub(super) fn planned_route(&self, place: usize) -> Route {
        let leg = &self.legs[place];
        let Some(listener) = self.plan.listener(Ear::Leg(leg.id)) else { return Route::Nothing };
        if !leg.settings.direction.sends() {
            return Route::Nothing;
        }
        match self.only_source(listener) {
            Some(source) if self.can_relay(source, place) => Route::Relay(source),
            Some(_) | None => Route::Mix,
        }
    }

    /// The place of the leg that a listener hears, if it hears nothing else and at its own level.
    fn only_source(&self, listener: &Listener) -> Option<usize> {
        let [(id, Decibel::UNITY)] = *listener.hears.as_slice() else { return None };
        match self.plan.source(id) {
            Some(Source::Leg(leg)) => self.place(*leg),
            Some(Source::Microphone | Source::Clip { .. } | Source::Tone(_)) | None => None,
        }
    }

    pub(super) fn can_relay(&self, from: usize, to: usize) -> bool {
        let (source, listener) = (&self.legs[from], &self.legs[to]);
        let sounds_digits = listener.settings.telephone_event.is_none();
        source.settings.direction.receives()
            && source.incoming.codec() == listener.settings.sends.codec
            && !(sounds_digits
                && (source.settings.telephone_event.is_some() || listener.outgoing.has_digits()))
            && !self.is_tapped(source.id)
            && !self.is_tapped(listener.id)
    }

    fn is_tapped(&self, leg: LegId) -> bool {
        let names = |id: &SourceId| self.plan.source(*id) == Some(&Source::Leg(leg));
        self.plan.taps.iter().any(|tap| match &tap.of {
            Tapped::Leg(tapped) => *tapped == leg,
            Tapped::Mix(sources) => sources.iter().any(names),
        })
    }

    /// The highest rate that any listener of the mix, or any recorded leg, needs.
    fn choose_rate(&self) -> SampleRate {
        if let Some(rate) = self.settings.mix_rate {
            return rate;
        }
        let mixed = self.legs.iter().filter(|leg| leg.mixes());
        let tapped = self.legs.iter().filter(|leg| self.is_tapped(leg.id));
        let heard = mixed.map(|leg| leg.settings.sends.codec.sample_rate());
        let recorded = tapped.map(|leg| leg.incoming.codec().sample_rate());
        heard.chain(recorded).max().unwrap_or(SampleRate::Hz8000)
    }

    /// Keeps the players whose source has stayed equal and starts those that are new.
    fn renew_players(&mut self) {
        let mut old = std::mem::take(&mut self.players);
        for (id, source) in &self.plan.sources {
            let kept = old.iter().position(|player| player.plays(*id, source));
            let player = match kept {
                Some(place) => Some(old.swap_remove(place)),
                None => Player::new(*id, source, self.mix_rate),
            };
            if let Some(mut player) = player {
                player.set_rate(self.mix_rate);
                self.players.push(player);
            }
        }
    }

    fn renew_rows(&mut self) {
        for place in 0..self.legs.len() {
            let leg = &self.legs[place];
            let row = if leg.mixes() { self.row(Ear::Leg(leg.id)) } else { Vec::new() };
            if !leg.mixes() {
                self.legs[place].outgoing.ending = Ending::default();
            }
            self.legs[place].outgoing.row = row;
        }
        self.loudspeaker = self.row(Ear::Loudspeaker);
        self.tap_rows = self.plan.taps.iter().map(|tap| self.tap_row(&tap.of)).collect();
    }

    pub(super) fn row(&self, ear: Ear) -> Vec<(Sound, f32)> {
        let hears = self.plan.listener(ear).map(|listener| listener.hears.as_slice()).unwrap_or_default();
        let sound = |(id, gain): &(SourceId, Decibel)| Some((self.sound(*id)?, gain.amplitude()));
        hears.iter().filter_map(sound).collect()
    }

    /// What a tap records: its left and its right channel.
    fn tap_row(&self, tapped: &Tapped) -> TapRow {
        match tapped {
            Tapped::Leg(leg) => {
                let says = self.place(*leg).map(|place| (Sound::Leg(place), 1.0)).into_iter().collect();
                TapRow { left: says, right: Some(self.row(Ear::Leg(*leg))) }
            }
            Tapped::Mix(sources) => {
                let sounds = sources.iter().filter_map(|id| Some((self.sound(*id)?, 1.0))).collect();
                TapRow { left: sounds, right: None }
            }
        }
    }

    fn sound(&self, id: SourceId) -> Option<Sound> {
        match self.plan.source(id)? {
            Source::Leg(leg) => {
                let place = self.place(*leg)?;
                self.legs[place].settings.direction.receives().then_some(Sound::Leg(place))
            }
            Source::Microphone => Some(Sound::Microphone),
            Source::Clip { .. } | Source::Tone(_) => {
                self.players.iter().position(|player| player.id == id).map(Sound::Player)
            }
        }
    }

    fn renew_coders(&mut self) {
        self.heard_legs = self.heard_legs();
        let (rate, opus) = (self.mix_rate, self.settings.opus);
        for (place, leg) in self.legs.iter_mut().enumerate() {
            if self.heard_legs.contains(&place) {
                let detect = leg.settings.telephone_event.is_none();
                leg.incoming.listen(rate, opus, detect);
            } else {
                leg.incoming.stop_listening();
            }
            if leg.mixes() {
                leg.outgoing.speak(leg.settings.sends.codec, rate, opus);
            } else {
                leg.outgoing.stop_speaking();
            }
        }
    }

    /// Places of the legs that somebody hears through the mix or a recording.
    fn heard_legs(&self) -> Vec<usize> {
        let rows = self.legs.iter().map(|leg| &leg.outgoing.row).chain([&self.loudspeaker]);
        let taps = self.tap_rows.iter().flat_map(|tap| [Some(&tap.left), tap.right.as_ref()]).flatten();
        let mut places: Vec<usize> = rows
            .chain(taps)
            .flatten()
            .filter_map(|(sound, _)| match sound {
                Sound::Leg(place) => Some(*place),
                Sound::Player(_) | Sound::Microphone => None,
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// What one tap records.
#[derive(Debug)]
pub(super) struct TapRow {
    pub(super) left: Vec<(Sound, f32)>,
    pub(super) right: Option<Vec<(Sound, f32)>>,
}
