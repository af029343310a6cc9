//! Talking: hold and resume, keys, mute, and silence that lasts too long (F-022, F-089).
//!
//! A hold of the telephone and a hold by command end separately, as they began; the others hear
//! each other again when neither is left. What those who are held hear is asked of the holder's
//! services once, when the hold begins.

use std::time::Duration;

use pbx_api::{LegId, Outcome};

use super::asking;
use super::leg::{Hold, Leg, MusicCue};
use crate::directory::SubscriberId;
use crate::exchange::{AgreedMedia, CommandError, Exchange, LegEffect, LegMedia, MediaEvent, Release};
use crate::feature;

/// Who began or ended a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Telephone,
    Command,
}

/// Keys in one command; the longest thing people send is a card number with its code.
const KEYS: usize = 32;

impl Exchange {
    /// The party keeps the others waiting.
    pub(crate) fn hold(&mut self, leg: LegId, by: Holder) {
        let music = self.table.leg(leg).and_then(|held| self.hold_music(held));
        let now = self.clock.now();
        let Some(held) = self.table.leg_mut(leg) else {
            return;
        };
        if !held.hold.any() {
            held.hold.music = music;
            held.hold.since = Some(now);
        }
        match by {
            Holder::Telephone => held.hold.by_telephone = true,
            Holder::Command => held.hold.by_command = true,
        }
        if by == Holder::Command {
            self.negotiate(leg);
        }
    }

    /// The party talks to the others again; its telephone is told if it was held by command.
    pub(crate) fn resume(&mut self, leg: LegId, by: Holder) {
        let Some(held) = self.table.leg_mut(leg) else {
            return;
        };
        let was_told = held.hold.by_command;
        match by {
            Holder::Telephone => held.hold.by_telephone = false,
            Holder::Command => held.hold.by_command = false,
        }
        if !held.hold.any() {
            held.hold = Hold::default();
        }
        if by == Holder::Command && was_told {
            self.negotiate(leg);
        }
    }

    /// Lets the telephone know what its leg needs now.
    fn negotiate(&mut self, leg: LegId) {
        let Some(party) = self.table.leg(leg) else {
            return;
        };
        let media = LegMedia {
            audio: true,
            video: party.agreed.video.is_some(),
            hold: party.hold.by_command,
            early: false,
        };
        self.tell(leg, LegEffect::SetMedia(media));
    }

    /// What the others hear while `holder` keeps them waiting; nothing for an outside party, who
    /// plays what it likes by itself.
    fn hold_music(&self, holder: &Leg) -> Option<MusicCue> {
        let subscriber = holder.subscriber()?;
        self.music_of(subscriber, holder.id, feature::Command::Hold)
    }

    /// The music that a subscriber's services choose for those who wait because of a command.
    pub(crate) fn music_of(
        &self,
        subscriber: SubscriberId,
        leg: LegId,
        command: feature::Command,
    ) -> Option<MusicCue> {
        self.cue(self.terms(subscriber, leg, command))
    }

    /// The same for a party with whom the subscriber is on no leg.
    pub(crate) fn music_towards(
        &self,
        subscriber: SubscriberId,
        party: LegId,
        command: feature::Command,
    ) -> Option<MusicCue> {
        self.cue(self.terms_towards(subscriber, self.table.leg(party), command))
    }

    fn cue(&self, terms: feature::Terms) -> Option<MusicCue> {
        terms.music.map(|music| MusicCue {
            source: music.source,
            from: self.clock.now() + music.after.min(LONGEST_SILENCE),
        })
    }

    /// On which terms a subscriber's command is carried out in the call of `leg`.
    pub(crate) fn terms(
        &self,
        subscriber: SubscriberId,
        leg: LegId,
        command: feature::Command,
    ) -> feature::Terms {
        let view = self.call_seen_from(subscriber, leg);
        asking::terms(&self.directory, subscriber, command, &view)
    }

    /// What a subscriber's services may know of the call of `leg`.
    pub(crate) fn call_seen_from(&self, subscriber: SubscriberId, leg: LegId) -> feature::CallView {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id));
        let others = call.map_or(0, |call| call.connected().filter(|other| other.id != leg).count());
        let other = call.and_then(|call| call.only_other(leg));
        let others = u32::try_from(others).unwrap_or(u32::MAX);
        feature::CallView { others, ..self.call_with(subscriber, other) }
    }

    fn terms_towards(
        &self,
        subscriber: SubscriberId,
        other: Option<&Leg>,
        command: feature::Command,
    ) -> feature::Terms {
        asking::terms(&self.directory, subscriber, command, &self.call_with(subscriber, other))
    }

    fn call_with(&self, subscriber: SubscriberId, other: Option<&Leg>) -> feature::CallView {
        feature::CallView {
            other_is_internal: other.is_some_and(|other| other.party.internal()),
            without_music: self.memory.of(subscriber).current_call.is_some_and(|wishes| wishes.no_music),
            others: u32::from(other.is_some()),
        }
    }

    /// Media was agreed on a leg, at first or anew.
    pub(crate) fn media_agreed(&mut self, leg: LegId, agreed: AgreedMedia) {
        if let Some(party) = self.table.leg_mut(leg) {
            party.agreed = agreed;
        }
    }

    /// The party stops being heard, or is heard again.
    pub(crate) fn mute(&mut self, leg: LegId, muted: bool) {
        if let Some(party) = self.table.leg_mut(leg) {
            party.muted = muted;
        }
    }

    /// Sends keys that one party pressed to the other one, or takes them as its answer.
    pub(crate) fn send_keys(&mut self, from: LegId, keys: &str) -> Result<(), CommandError> {
        if keys.len() > KEYS {
            return Err(CommandError::LimitReached);
        }
        if keys.is_empty() || !keys.chars().all(is_key) {
            return Err(CommandError::BadNumber);
        }
        if self.is_questioned(from) {
            keys.chars().for_each(|key| self.key_of_answer(from, key));
            return Ok(());
        }
        let call = self.table.call_of(from).and_then(|id| self.table.call(id));
        let to = call
            .and_then(|call| call.only_other(from))
            .map(|other| other.id)
            .ok_or(CommandError::WrongState)?;
        self.tell(to, LegEffect::SendDtmf(keys.to_owned()));
        Ok(())
    }

    /// Something happened to the media of a call.
    pub(crate) fn media_event(&mut self, call: pbx_api::CallId, event: MediaEvent) {
        match event {
            MediaEvent::ClipFinished(play) => self.announcement_played(call, play),
            MediaEvent::Silent(leg) => self.silent(leg),
            MediaEvent::Key(leg, key) => self.key_of_answer(leg, key),
        }
    }

    /// A party of whom no packet comes is gone, unless somebody keeps somebody waiting: telephones
    /// on hold may send nothing.
    fn silent(&mut self, leg: LegId) {
        let call = self.table.call_of(leg).and_then(|id| self.table.call(id));
        let talking = call.is_some_and(|call| {
            let connected = call.leg(leg).is_some_and(Leg::connected);
            connected && call.seeking().is_none() && !call.legs.iter().any(|leg| leg.hold.any())
        });
        if talking {
            self.release_leg(leg, Release::MediaLost, Outcome::Lost);
        }
    }
}

/// F-089 lets music wait for five seconds at most.
const LONGEST_SILENCE: Duration = Duration::from_secs(5);

pub(crate) const fn is_key(key: char) -> bool {
    matches!(key, '0'..='9' | '*' | '#' | 'A'..='D')
}
