//! Barge-in exempt (NL: Inbreken niet toegestaan).
//!
//! Nobody comes into the subscriber's conversations. Calls that ring can still be picked up. No access
//! codes. F-084.

use serde::{Deserialize, Serialize};

use crate::attempt::Party;
use crate::feature::{
    Card, Command, Described, Feature, FeatureClass, Field, FieldKind, Permit, Scope, WaitsFor,
};

/// The setting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BargeInExempt {
    /// Whether it is on.
    pub active: bool,
}

impl Feature for BargeInExempt {
    fn permits(&self, command: Command, _: &Party) -> Permit {
        let comes_in = match command {
            Command::BargeIn => true,
            Command::Hold
            | Command::TransferBlind
            | Command::TransferConsultative
            | Command::Confer
            | Command::CallGroup
            | Command::PickUp
            | Command::Park
            | Command::Retrieve => false,
        };
        if self.active && comes_in { Permit::Deny } else { Permit::Allow }
    }
}

impl Described for BargeInExempt {
    const CARD: Card = Card {
        id: "barge_in_exempt",
        function: "F-084",
        title_nl: "Inbreken niet toegestaan",
        title_en: "Barge-in exempt",
        scope: Scope::Managed,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[Field {
            name: "active",
            nl: "Niemand breekt in op mijn gesprekken",
            en: "Nobody comes into my conversations",
            kind: FieldKind::Switch,
        }],
        waits_for: &[WaitsFor { part: "silent monitoring", id: "F-088" }],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::permission;
    use crate::testing::{ANNA, BERT, office};

    #[test]
    fn nobody_comes_in_and_anybody_picks_up() {
        let mut office = office();
        office.set(BERT, &BargeInExempt { active: true });
        let anna = office.directory.party(ANNA).unwrap();

        let permit = |target, command| permission(&office.directory, target, command, &anna);

        assert_eq!(permit(BERT, Command::BargeIn), Permit::Deny);
        assert_eq!(permit(BERT, Command::PickUp), Permit::Allow);
        assert_eq!(permit(crate::testing::CARLA, Command::BargeIn), Permit::Allow);
    }
}
