//! Call transfer (NL: Doorverbinden).
//!
//! On which terms the subscriber's transfers happen: whether an unanswered one comes back, and whether
//! the target's forwards apply. The transfer itself is the call machine's. No access codes. F-024.
//!
//! Only a transfer that was asked for without calling the target first comes back: whoever called and
//! let go while it rang has heard that nobody was there yet.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Recalled};
use crate::clip::RingPattern;
use crate::feature::{
    Amendment, CallView, Card, Command, Described, Feature, FeatureClass, Field, FieldError, FieldKind,
    Scope, Terms, Verdict, WaitsFor,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallTransfer {
    /// Whether a blind transfer that nobody answers comes back.
    pub recall: bool,
    /// After how many rings of six seconds, 2 to 20.
    pub recall_rings: u8,
    /// How it rings then.
    pub recall_pattern: RingPattern,
    /// A blind transfer may not be diverted by its target.
    pub inhibit_diversion_blind: bool,
    /// A transfer after consultation may not be diverted by its target.
    pub inhibit_diversion_consultative: bool,
}

impl Default for CallTransfer {
    fn default() -> Self {
        Self {
            recall: false,
            recall_rings: 4,
            recall_pattern: RingPattern::Normal,
            inhibit_diversion_blind: false,
            inhibit_diversion_consultative: false,
        }
    }
}

impl Feature for CallTransfer {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let comes_back = attempt.facts.recall == Some(Recalled::Transfer);
        let rings_otherwise = comes_back && self.recall_pattern != RingPattern::Normal;
        if rings_otherwise { Verdict::Amend(Amendment::Pattern(self.recall_pattern)) } else { Verdict::Pass }
    }

    fn terms(&self, command: Command, _: &CallView, terms: &mut Terms) {
        match command {
            Command::TransferBlind => {
                terms.no_further_diversion |= self.inhibit_diversion_blind;
                terms.recall_after = self.recall.then(|| limits::RING * u32::from(self.recall_rings));
            }
            Command::TransferConsultative => {
                terms.no_further_diversion |= self.inhibit_diversion_consultative
            }
            Command::Hold
            | Command::Confer
            | Command::PickUp
            | Command::BargeIn
            | Command::CallGroup
            | Command::Park
            | Command::Retrieve => {}
        }
    }
}

impl Described for CallTransfer {
    const CARD: Card = Card {
        id: "call_transfer",
        function: "F-024",
        title_nl: "Doorverbinden",
        title_en: "Call transfer",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "recall", nl: "Terugval", en: "Recall", kind: FieldKind::Switch },
            Field {
                name: "recall_rings",
                nl: "Terugval na aantal keer overgaan",
                en: "Recall after rings",
                kind: FieldKind::Count { range: 2..=20, zero: false },
            },
            Field {
                name: "recall_pattern",
                nl: "Belsignaal van terugval",
                en: "Ring of a recall",
                kind: FieldKind::Choice(RingPattern::CHOICES),
            },
            Field {
                name: "inhibit_diversion_blind",
                nl: "Zonder aankondiging: niet verder doorschakelen",
                en: "Unannounced: no further forwarding",
                kind: FieldKind::Switch,
            },
            Field {
                name: "inhibit_diversion_consultative",
                nl: "Met aankondiging: niet verder doorschakelen",
                en: "Announced: no further forwarding",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[
            WaitsFor { part: "busy camp-on and its settings", id: "F-194" },
            WaitsFor { part: "transfer to voicemail", id: "F-100" },
        ],
    };

    fn check(&self) -> Result<(), FieldError> {
        let fits = limits::RINGS.contains(&self.recall_rings);
        if fits { Ok(()) } else { Err(FieldError::new("recall_rings", "recall comes after 2 to 20 rings")) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CALL: CallView = CallView { other_is_internal: true, without_music: false, others: 1 };

    fn terms(settings: &CallTransfer, command: Command) -> Terms {
        let mut terms = Terms::default();
        settings.terms(command, &CALL, &mut terms);
        terms
    }

    #[test]
    fn a_blind_transfer_comes_back_after_its_rings() {
        let settings = CallTransfer { recall: true, recall_rings: 3, ..CallTransfer::default() };

        assert_eq!(terms(&settings, Command::TransferBlind).recall_after, Some(Duration::from_secs(18)));
        assert_eq!(terms(&settings, Command::TransferConsultative).recall_after, None);
        assert_eq!(terms(&CallTransfer::default(), Command::TransferBlind).recall_after, None);
    }

    #[test]
    fn each_kind_of_transfer_has_its_own_inhibitor() {
        let blind = CallTransfer { inhibit_diversion_blind: true, ..CallTransfer::default() };
        let announced = CallTransfer { inhibit_diversion_consultative: true, ..CallTransfer::default() };
        let inhibits = |settings| {
            [Command::TransferBlind, Command::TransferConsultative]
                .map(|command| terms(settings, command).no_further_diversion)
        };

        assert_eq!(inhibits(&blind), [true, false]);
        assert_eq!(inhibits(&announced), [false, true]);
        assert_eq!(inhibits(&CallTransfer::default()), [false, false]);
    }

    #[test]
    fn recall_after_one_ring_is_refused() {
        let settings = CallTransfer { recall_rings: 1, ..CallTransfer::default() };

        assert_eq!(settings.check().unwrap_err().field, "recall_rings");
    }
}
