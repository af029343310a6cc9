//! Who hears whom in this phone, as a plan for the audio session.
//!
//! Parties of a three-way call (F-025) hear each other through this phone. A call on hold hears silence
//! from us; its music comes from its own exchange.

use audio::Decibel;
use audio::session::{Ear, LegId, Listener, MediaPlan, Source, SourceId};
use audio::tone::Tone;

use crate::boundary::RingPattern;

/// One conversation that has sound.
#[derive(Debug, Clone, Default)]
pub(crate) struct Talk {
    /// Ports of the parties that are on the line.
    pub(crate) open: Vec<u32>,
    /// Ports of parties that have not answered but can be heard: announcements, ringing.
    pub(crate) early: Vec<u32>,
    /// Ports of parties on hold, which are kept alive with silence.
    pub(crate) held: Vec<u32>,
    /// The microphone is silent for them.
    pub(crate) muted: bool,
}

/// What this person hears besides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// It rings at the other side and no sound comes from there.
    pub(crate) ringback: bool,
    /// Somebody calls while we speak, and how that sounds.
    pub(crate) call_waiting: Option<RingPattern>,
}

/// Sources that are no leg: legs are numbered by their ports, far below.
const MICROPHONE: SourceId = SourceId(1 << 30);
const RINGBACK: SourceId = SourceId((1 << 30) + 1);
const CALL_WAITING: SourceId = SourceId((1 << 30) + 2);

/// The plan for these conversations.
pub(crate) fn plan(talks: &[Talk], signals: Signals) -> MediaPlan {
    let mut plan = MediaPlan::default();
    let mut heard = Vec::new();
    if talks.iter().any(|talk| !talk.open.is_empty()) {
        plan.sources.push((MICROPHONE, Source::Microphone));
    }
    for talk in talks {
        for port in &talk.open {
            plan.sources.push((SourceId(*port), Source::Leg(LegId(*port))));
            heard.push((SourceId(*port), Decibel::UNITY));
            plan.listeners.push(Listener { ear: Ear::Leg(LegId(*port)), hears: heard_by(*port, talk) });
        }
        for port in &talk.early {
            plan.sources.push((SourceId(*port), Source::Leg(LegId(*port))));
            heard.push((SourceId(*port), Decibel::UNITY));
        }
        for port in talk.early.iter().chain(&talk.held) {
            plan.listeners.push(Listener { ear: Ear::Leg(LegId(*port)), hears: Vec::new() });
        }
    }
    for (tone, id) in [
        (signals.ringback.then(Tone::ringback), RINGBACK),
        (signals.call_waiting.map(RingPattern::waiting), CALL_WAITING),
    ] {
        if let Some(tone) = tone {
            plan.sources.push((id, Source::Tone(tone)));
            heard.push((id, Decibel::UNITY));
        }
    }
    if !heard.is_empty() {
        plan.listeners.push(Listener { ear: Ear::Loudspeaker, hears: heard });
    }
    plan
}

fn heard_by(port: u32, talk: &Talk) -> Vec<(SourceId, Decibel)> {
    let microphone = (!talk.muted).then_some((MICROPHONE, Decibel::UNITY));
    let others =
        talk.open.iter().filter(|other| **other != port).map(|other| (SourceId(*other), Decibel::UNITY));
    microphone.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hears(plan: &MediaPlan, ear: Ear) -> Vec<u32> {
        plan.listener(ear).map(|one| one.hears.iter().map(|(id, _)| id.0).collect()).unwrap_or_default()
    }

    #[test]
    fn three_parties_hear_each_other_and_nobody_hears_himself() {
        let talk = Talk { open: vec![1, 2], ..Talk::default() };
        let plan = plan(&[talk], Signals::default());

        assert_eq!(hears(&plan, Ear::Leg(LegId(1))), [MICROPHONE.0, 2]);
        assert_eq!(hears(&plan, Ear::Leg(LegId(2))), [MICROPHONE.0, 1]);
        assert_eq!(hears(&plan, Ear::Loudspeaker), [1, 2]);
    }

    #[test]
    fn who_is_muted_or_on_hold_is_sent_silence() {
        let talk = Talk { open: vec![1], held: vec![2], muted: true, ..Talk::default() };
        let plan = plan(&[talk], Signals::default());

        assert!(hears(&plan, Ear::Leg(LegId(1))).is_empty());
        assert!(plan.listener(Ear::Leg(LegId(2))).is_some_and(|one| one.hears.is_empty()));
        assert_eq!(hears(&plan, Ear::Loudspeaker), [1]);
    }

    #[test]
    fn an_announcement_before_the_answer_is_heard_but_does_not_hear_us() {
        let plan = plan(&[Talk { early: vec![3], ..Talk::default() }], Signals::default());

        assert!(hears(&plan, Ear::Leg(LegId(3))).is_empty());
        assert_eq!(hears(&plan, Ear::Loudspeaker), [3]);
    }

    #[test]
    fn a_phone_without_calls_is_silent() {
        assert_eq!(plan(&[], Signals::default()), MediaPlan::default());
        let ringing = plan(&[], Signals { ringback: true, call_waiting: None });
        assert_eq!(hears(&ringing, Ear::Loudspeaker), [RINGBACK.0]);
    }
}
