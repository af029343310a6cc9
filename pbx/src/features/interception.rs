//! What somebody whose number is out of service meets and may still do, the same for a user and for a site. This is no
//! service of its own.

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::clip::{Announcement, Clip, Prompt};
use crate::directory::{ForwardTo, NumberClass};
use crate::feature::{
    Cause, Choice, Command, Dialled, Field, FieldKind, Objection, Part, Ruling, Treatment, Verdict, rewrite,
};

/// Whom somebody may call while their own number is out of service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingWhileOut {
    /// Nobody.
    #[default]
    Nobody,
    /// Colleagues.
    Colleagues,
    /// Colleagues and fixed lines of the country.
    FixedLines,
    /// As always.
    Everybody,
}

impl OutgoingWhileOut {
    fn allows(self, class: NumberClass) -> bool {
        match self {
            Self::Nobody => false,
            Self::Colleagues => class == NumberClass::Internal,
            Self::FixedLines => matches!(class, NumberClass::Internal | NumberClass::Fixed),
            Self::Everybody => true,
        }
    }
}

/// The field `new_number` of a form.
pub(super) const NEW_NUMBER: Field = Field {
    name: "new_number",
    nl: "Nieuw nummer dat bellers horen",
    en: "New number that callers hear",
    kind: FieldKind::Destination,
};

/// The field `incoming` of a form.
pub(super) const INCOMING: Field = Field {
    name: "incoming",
    nl: "Bellers horen dat het nummer niet in gebruik is",
    en: "Callers hear that the number is not in service",
    kind: FieldKind::Switch,
};

/// The field `outgoing` of a form.
pub(super) const OUTGOING: Field = Field {
    name: "outgoing",
    nl: "Wie nog gebeld mag worden",
    en: "Who may still be called",
    kind: FieldKind::Choice(&[
        Choice { value: "nobody", nl: "Niemand", en: "Nobody" },
        Choice { value: "colleagues", nl: "Collega's", en: "Colleagues" },
        Choice { value: "fixed_lines", nl: "Collega's en vaste nummers", en: "Colleagues and fixed lines" },
        Choice { value: "everybody", nl: "Iedereen", en: "Everybody" },
    ]),
};

/// The field `reroute_to` of a form.
pub(super) const REROUTE_TO: Field = Field {
    name: "reroute_to",
    nl: "Andere uitgaande gesprekken komen uit bij",
    en: "Other outgoing calls arrive at",
    kind: FieldKind::Destination,
};

/// A caller hears that the number is out of service, and the new one if there is one; then 480 (ruling R-14).
pub(super) fn refusal(new_number: Option<ForwardTo>) -> Verdict {
    let say: Announcement = match new_number {
        Some(to) => vec![Clip::Prompt(Prompt::NumberChanged), Clip::Digits(to.number.dialled())],
        None => Prompt::OutOfService.into(),
    };
    Verdict::Take(Treatment::Reject(Cause::Intercepted, say))
}

/// What becomes of a call that somebody makes whose number is out of service.
pub(super) fn outgoing(rule: OutgoingWhileOut, reroute_to: Option<ForwardTo>, dialled: &Dialled) -> Ruling {
    let Some(called) = dialled.called.as_ref().filter(|_| dialled.part == Part::Originating) else {
        return Ruling::Pass;
    };
    let there = |to: &ForwardTo| called.forms.contains(&to.number);
    match reroute_to {
        _ if rule.allows(called.class) => Ruling::Pass,
        Some(to) if there(&to) => Ruling::Pass,
        Some(to) => {
            rewrite(&to.number.dialled(), PerCall { no_forward: to.no_forward, ..PerCall::default() })
        }
        None => Ruling::Deny(Cause::Forbidden, Prompt::OutgoingOutOfService.into()),
    }
}

/// Whoever may not call colleagues takes none of their calls either, and comes into none.
pub(super) fn taking(rule: OutgoingWhileOut, command: Command) -> Option<Objection> {
    let takes = matches!(command, Command::PickUp | Command::BargeIn | Command::Retrieve);
    let objects = takes && !rule.allows(NumberClass::Internal);
    objects.then(|| Objection { cause: Cause::Forbidden, say: Prompt::OutgoingOutOfService.into() })
}
