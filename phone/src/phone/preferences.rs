//! What a person sets on this computer, whom they put first, and numbers that come from outside.

use std::collections::BTreeSet;

use crate::boundary::{Effect, Kept};
use crate::link::Link;
use crate::seat::Seat;
use crate::view::{Hearing, Prefill, ProblemCode, Settings};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// Colleagues that one person puts first at most.
const FAVOURITES: usize = 100;
/// What a microphone hears before it has heard anything, in dB.
const SILENCE: i16 = -96;

impl Phone {
    /// What was kept at the last start.
    pub(super) fn take_up(&mut self, kept: Kept) {
        self.kept = Kept { settings: kept.settings.within_ranges(), ..kept };
        self.effects.push_back(Effect::Sound(self.kept.settings.sound.clone()));
    }

    pub(super) fn change_settings(&mut self, settings: Settings) -> Verdict {
        let settings = settings.within_ranges();
        if settings.sound != self.kept.settings.sound {
            self.effects.push_back(Effect::Sound(settings.sound.clone()));
        }
        if settings != self.kept.settings {
            self.kept.settings = settings;
            self.keep_settings();
        }
        Ok(Progress::Done)
    }

    pub(super) fn set_favourite(&mut self, colleague: String, on: bool) -> Verdict {
        let account = self.seats.active().and_then(Seat::address).ok_or(ProblemCode::NotSignedIn)?;
        let colleagues = self.colleagues();
        let here: BTreeSet<&String> = colleagues.iter().map(|other| &other.id).collect();
        if on && !here.contains(&colleague) {
            return Err(ProblemCode::NumberUnknown);
        }
        let favourites = self.kept.favourites.entry(account).or_default();
        // Whoever has left the company takes no room; nothing would show them to be taken away.
        let others = favourites.iter().filter(|other| **other != colleague && here.contains(other));
        if on && others.count() >= FAVOURITES {
            return Err(ProblemCode::FavouritesFull);
        }
        let before = favourites.clone();
        favourites.retain(|other| *other != colleague);
        if on {
            favourites.push(colleague);
        }
        if *favourites != before {
            self.keep_settings();
        }
        Ok(Progress::Done)
    }

    /// Who stands first for the account in use.
    pub(super) fn favourites(&self) -> Vec<String> {
        let account = self.seats.active().and_then(Seat::address);
        account.and_then(|account| self.kept.favourites.get(&account)).cloned().unwrap_or_default()
    }

    /// Puts a number before the person. It is dialled at once only where the person has said so for the site that
    /// it came from, and never when it is an access code, an address elsewhere or an emergency.
    pub(super) fn prefill(&mut self, text: &str, site: Option<String>) -> Verdict {
        let link = Link::parse(text).ok_or(ProblemCode::NumberInvalid)?;
        let trusted = site.as_ref().is_some_and(|site| {
            self.kept.settings.desktop.trusted_sites.iter().any(|trusted| trusted.eq_ignore_ascii_case(site))
        });
        if trusted && link.is_plain() && !crate::address::is_emergency(&link.to) {
            return self.dial(&link.to);
        }
        self.prefill = Some(Prefill { to: link.to, extension: link.extension, site });
        Ok(Progress::Done)
    }

    pub(super) fn dial_prefill(&mut self) -> Verdict {
        let to = self.prefill.as_ref().ok_or(ProblemCode::NotNow)?.to.clone();
        let verdict = self.dial(&to)?;
        self.prefill = None;
        Ok(verdict)
    }

    pub(super) fn try_microphone(&mut self, on: bool) -> Verdict {
        if on != self.hearing.is_some() {
            self.hearing = on.then_some(Hearing { peak: SILENCE });
            self.effects.push_back(Effect::TryMicrophone(on));
        }
        Ok(Progress::Done)
    }

    fn keep_settings(&mut self) {
        self.effects.push_back(Effect::Keep(Box::new(self.kept.clone())));
    }
}
