//! Flash call hold (NL: Wachtstand).
//!
//! A telephone with only a hook flash keeps its call on hold, without any limit of time, by dialling `*22`
//! after the flash; the held party hears the site's music. Phones with a hold key need no code. F-022.

use serde::{Deserialize, Serialize};

use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{Card, Cause, Described, Dialled, Feature, FeatureClass, Operation, Ruling, Scope};

/// There is nothing to set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FlashCallHold {}

impl Feature for FlashCallHold {
    /// The flash has put the first call on hold already; the code confirms that it stays there.
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::FlashCallHold, _)) if dialled.caller.current_call.is_some() => {
                Ruling::Operate(Operation::answer(Prompt::CallHeld))
            }
            Some((Code::FlashCallHold, _)) => {
                Ruling::Deny(Cause::OperationRefused, Prompt::NothingToHold.into())
            }
            Some(_) | None => Ruling::Pass,
        }
    }
}

impl Described for FlashCallHold {
    const CARD: Card = Card {
        id: "flash_call_hold",
        function: "F-022",
        title_nl: "Wachtstand",
        title_en: "Flash call hold",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[Code::FlashCallHold],
        version: 1,
        fields: &[],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Clip;
    use crate::testing::{ANNA, office, refused};

    #[test]
    fn the_call_behind_the_flash_stays_on_hold() {
        let mut office = office();
        office.in_a_call(ANNA);

        assert_eq!(office.operate(ANNA, "*22").say, [Clip::Prompt(Prompt::CallHeld)]);
    }

    #[test]
    fn without_a_call_there_is_nothing_to_hold() {
        assert_eq!(refused(&office().dial(ANNA, "*22").outcome), Cause::OperationRefused);
    }
}
