//! Calling Line ID Delivery Blocking (NL: Anoniem bellen).
//!
//! Whoever is called does not see who calls, colleagues included; calls for help always show the number.
//! `*31` on, `#31` off, `*54*` asks; `*67` hides and `*65` shows the number for one call. F-040.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Identity, PerCall};
use crate::clip::Prompt;
use crate::directory::Code;
use crate::feature::{
    Argument, Card, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Operation, Ruling, Scope,
    Showing, rewrite,
};
use crate::memory::Change;

/// The setting: whether the number is hidden from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallingLineIdDeliveryBlocking {
    /// Whether the number is hidden unless a call says otherwise.
    pub active: bool,
}

impl Feature for CallingLineIdDeliveryBlocking {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::HideNumberOn, _)) => switch(true),
            Some((Code::HideNumberOff, _)) => switch(false),
            Some((Code::HideNumberQuery, _)) => Ruling::Operate(Operation::answer(prompt(self.active))),
            Some((Code::HideNumberOnce, argument)) => once(true, argument),
            Some((Code::ShowNumberOnce, argument)) => once(false, argument),
            Some(_) | None => Ruling::Pass,
        }
    }

    fn presenting(&self, showing: Showing, attempt: &Attempt, identity: &mut Identity) {
        let hidden = match showing {
            Showing::CallerLeaves => attempt.wishes.hide_number.unwrap_or(self.active),
            Showing::DiverterLeaves
            | Showing::CallerArrives
            | Showing::ConnectedLeaves
            | Showing::ConnectedArrives => false,
        };
        if hidden {
            identity.withhold();
        }
    }
}

fn switch(active: bool) -> Ruling {
    Ruling::Operate(Operation::set(&CallingLineIdDeliveryBlocking { active }, prompt(active)))
}

fn prompt(active: bool) -> Prompt {
    if active { Prompt::NumberHidden } else { Prompt::NumberShown }
}

/// Before a number it holds for that call; alone, for the next one.
fn once(hide: bool, argument: Option<&Argument>) -> Ruling {
    let wishes = PerCall { hide_number: Some(hide), ..PerCall::default() };
    match argument {
        Some(argument) => rewrite(&argument.text, wishes),
        None => Ruling::Operate(Operation::once(Change::Wish(wishes), prompt(hide))),
    }
}

impl Described for CallingLineIdDeliveryBlocking {
    const CARD: Card = Card {
        id: "calling_line_id_delivery_blocking",
        function: "F-040",
        title_nl: "Anoniem bellen",
        title_en: "Calling line ID delivery blocking",
        scope: Scope::User,
        class: FeatureClass::Identity,
        access_codes: &[
            Code::HideNumberOn,
            Code::HideNumberOff,
            Code::HideNumberQuery,
            Code::HideNumberOnce,
            Code::ShowNumberOnce,
        ],
        version: 1,
        fields: &[Field {
            name: "active",
            nl: "Nummer verbergen",
            en: "Hide the number",
            kind: FieldKind::Switch,
        }],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Shown;
    use crate::clip::Clip;
    use crate::testing::{ANNA, CUSTOMER, number, office, shows};

    #[test]
    fn a_hidden_number_is_hidden_from_colleagues_too() {
        let mut office = office();
        office.set(ANNA, &CallingLineIdDeliveryBlocking { active: true });

        let identity = office.shown(&office.call(ANNA, "202"));

        assert_eq!(identity.shown, Shown::Withheld);
        assert_eq!(Some(number("+31201230201")), identity.asserted.map(Into::into));
    }

    #[test]
    fn one_call_can_differ_from_the_setting_both_ways() {
        let mut office = office();

        assert_eq!(office.shown(&office.call(ANNA, "*67202")).shown, Shown::Withheld);
        office.set(ANNA, &CallingLineIdDeliveryBlocking { active: true });
        assert_eq!(office.shown(&office.call(ANNA, "*65202")).shown, shows("201", Some("Anna")));
    }

    #[test]
    fn outside_parties_see_the_public_number_or_nothing() {
        let office = office();

        assert_eq!(office.shown(&office.call(ANNA, CUSTOMER)).shown, shows("+31201230201", Some("Anna")));
        assert_eq!(office.shown(&office.call(ANNA, "*670301234567")).shown, Shown::Withheld);
    }

    #[test]
    fn a_code_alone_holds_for_the_next_call() {
        let mut office = office();

        office.operate(ANNA, "*67");

        assert_eq!(office.shown(&office.call(ANNA, "202")).shown, Shown::Withheld);
    }

    #[test]
    fn its_codes_switch_it() {
        let mut office = office();

        office.operate(ANNA, "*31");
        assert_eq!(office.operate(ANNA, "*54*").say, [Clip::Prompt(Prompt::NumberHidden)]);
        office.operate(ANNA, "#31");
        assert!(!office.directory.settings::<CallingLineIdDeliveryBlocking>(ANNA).active);
    }
}
