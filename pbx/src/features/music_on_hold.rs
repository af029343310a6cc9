//! Music on hold (NL: Wachtmuziek) of a site or a department.
//!
//! What a party hears that one of its people puts on hold. `*60` switches it off for one call: before a
//! number for that call, alone for the running or the next one. F-089, and the hearing side of F-022.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Argument, CallView, Card, Command, Described, Dialled, Feature, FeatureClass, Field, FieldError,
    FieldKind, Music, MusicSource, Operation, Ruling, Scope, Terms, rewrite,
};
use crate::memory::Change;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MusicOnHold {
    /// Whether a held party hears music.
    pub during_hold: bool,
    /// Whether a parked party hears music.
    pub during_park: bool,
    /// The music.
    pub source: MusicSource,
    /// Other music for colleagues; the same when absent.
    pub internal_source: Option<MusicSource>,
    /// Milliseconds of silence before it begins, at most 5000.
    pub delay_ms: u16,
}

impl Default for MusicOnHold {
    fn default() -> Self {
        Self {
            during_hold: true,
            during_park: true,
            source: MusicSource::System,
            internal_source: None,
            delay_ms: 0,
        }
    }
}

impl Feature for MusicOnHold {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::MusicOnHoldOffOnce, argument)) => off_once(argument),
            Some(_) | None => Ruling::Pass,
        }
    }

    /// A party that waits for a transfer to be completed hears the same as one on hold.
    fn terms(&self, command: Command, call: &CallView, terms: &mut Terms) {
        let waits = match command {
            Command::Hold | Command::TransferBlind | Command::TransferConsultative => self.during_hold,
            Command::Park => self.during_park,
            Command::Confer | Command::CallGroup | Command::PickUp | Command::BargeIn | Command::Retrieve => {
                false
            }
        };
        if waits && !call.without_music {
            terms.music = Some(self.music_for(call));
        }
    }
}

impl MusicOnHold {
    fn music_for(&self, call: &CallView) -> Music {
        let internal = self.internal_source.as_ref().filter(|_| call.other_is_internal);
        let source = internal.unwrap_or(&self.source).clone();
        Music { source, after: Duration::from_millis(u64::from(self.delay_ms)) }
    }
}

fn off_once(argument: Option<&Argument>) -> Ruling {
    let wishes = PerCall { no_music: true, ..PerCall::default() };
    match argument {
        Some(argument) => rewrite(&argument.text, wishes),
        None => Ruling::Operate(Operation::once(Change::Wish(wishes), Prompt::MusicOffOnce)),
    }
}

/// The longest silence before music, in milliseconds.
const DELAY_MS: u16 = 5000;

impl Described for MusicOnHold {
    const CARD: Card = Card {
        id: "music_on_hold",
        function: "F-089",
        title_nl: "Wachtmuziek",
        title_en: "Music on hold",
        scope: Scope::Group,
        class: FeatureClass::Call,
        access_codes: &[Code::MusicOnHoldOffOnce],
        version: 1,
        fields: &[
            Field {
                name: "during_hold",
                nl: "Muziek in de wacht",
                en: "Music on hold",
                kind: FieldKind::Switch,
            },
            Field {
                name: "during_park",
                nl: "Muziek tijdens parkeren",
                en: "Music while parked",
                kind: FieldKind::Switch,
            },
            Field { name: "source", nl: "Muziek", en: "Music", kind: FieldKind::Music },
            Field {
                name: "internal_source",
                nl: "Muziek voor collega's",
                en: "Music for colleagues",
                kind: FieldKind::Music,
            },
            Field {
                name: "delay_ms",
                nl: "Stilte vooraf (ms)",
                en: "Silence before it (ms)",
                kind: FieldKind::Count { range: 0..=5000, zero: true },
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        let too_long = self.delay_ms > DELAY_MS;
        if too_long { Err(FieldError::new("delay_ms", "the silence is at most 5000 ms")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Clip;
    use crate::testing::{ANNA, office};

    const COLLEAGUE: CallView = CallView { other_is_internal: true, without_music: false, others: 1 };
    const CUSTOMER: CallView = CallView { other_is_internal: false, without_music: false, others: 1 };

    fn heard(settings: &MusicOnHold, command: Command, call: &CallView) -> Option<Music> {
        let mut terms = Terms::default();
        settings.terms(command, call, &mut terms);
        terms.music
    }

    #[test]
    fn a_held_party_hears_music_unless_it_is_off() {
        let mut settings = MusicOnHold::default();

        let music = Music { source: MusicSource::System, after: Duration::ZERO };
        assert_eq!(heard(&settings, Command::Hold, &CUSTOMER), Some(music));
        assert_eq!(heard(&settings, Command::Confer, &CUSTOMER), None);

        settings.during_hold = false;
        assert_eq!(heard(&settings, Command::Hold, &CUSTOMER), None);
    }

    #[test]
    fn being_parked_is_apart_from_being_held() {
        let held_only = MusicOnHold { during_park: false, ..MusicOnHold::default() };
        let parked_only = MusicOnHold { during_hold: false, ..MusicOnHold::default() };
        let both = |settings: &MusicOnHold| {
            [Command::Hold, Command::Park].map(|command| heard(settings, command, &CUSTOMER).is_some())
        };

        assert_eq!(both(&MusicOnHold::default()), [true, true]);
        assert_eq!(both(&held_only), [true, false]);
        assert_eq!(both(&parked_only), [false, true]);
    }

    #[test]
    fn one_call_can_be_without_music() {
        let quiet = CallView { without_music: true, ..CUSTOMER };

        assert_eq!(heard(&MusicOnHold::default(), Command::Hold, &quiet), None);
        assert_eq!(heard(&MusicOnHold::default(), Command::Park, &quiet), None);
    }

    #[test]
    fn colleagues_can_hear_something_else() {
        let settings = MusicOnHold {
            internal_source: Some(MusicSource::File("radio".to_owned())),
            delay_ms: 500,
            ..MusicOnHold::default()
        };

        let inside = heard(&settings, Command::TransferBlind, &COLLEAGUE).unwrap();
        let outside = heard(&settings, Command::TransferBlind, &CUSTOMER).unwrap();

        assert_eq!(inside.source, MusicSource::File("radio".to_owned()));
        assert_eq!(outside.source, MusicSource::System);
        assert_eq!(outside.after, Duration::from_millis(500));
    }

    #[test]
    fn its_code_works_before_a_number_and_alone() {
        let mut office = office();

        assert!(office.call(ANNA, "*60202").wishes.no_music);
        assert_eq!(office.operate(ANNA, "*60").say, [Clip::Prompt(Prompt::MusicOffOnce)]);
        assert!(office.call(ANNA, "202").wishes.no_music);
    }

    #[test]
    fn more_than_five_seconds_of_silence_are_refused() {
        let settings = MusicOnHold { delay_ms: 5001, ..MusicOnHold::default() };

        assert_eq!(settings.check().unwrap_err().field, "delay_ms");
    }
}
