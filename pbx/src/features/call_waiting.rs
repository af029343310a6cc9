//! Call Waiting (NL: Wisselgesprek).
//!
//! A second call is signalled while the subscriber is in one; when it is off, the second caller finds
//! them busy. `*43` on, `#43` off, `*53*` asks, `*70` switches it off for one call. On unless changed. F-023.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Availability, Identity, PerCall};
use crate::clip::{Prompt, Ringback, Tone};
use crate::directory::Code;
use crate::feature::{
    Amendment, Argument, Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Operation,
    Point, Ruling, Scope, Showing, Treatment, Verdict, rewrite,
};
use crate::memory::Change;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallWaiting {
    /// Whether a second call is signalled.
    pub active: bool,
    /// The waiting caller hears a ringing of its own, and knows that they wait.
    pub distinctive_ringback: bool,
    /// A waiting call is signalled without saying who calls.
    pub hide_caller: bool,
}

impl Default for CallWaiting {
    fn default() -> Self {
        Self { active: true, distinctive_ringback: false, hide_caller: false }
    }
}

impl Feature for CallWaiting {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::CallWaitingOn, _)) => self.switch(true),
            Some((Code::CallWaitingOff, _)) => self.switch(false),
            Some((Code::CallWaitingQuery, _)) => Ruling::Operate(Operation::answer(prompt(self.active))),
            Some((Code::CallWaitingOffOnce, argument)) => off_once(argument),
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let on_call = attempt.availability == Availability::OnCall;
        let cancelled = attempt.remembered.current_call.is_some_and(|wishes| wishes.no_call_waiting);
        match (on_call, self.active && !cancelled) {
            (true, false) => Verdict::Take(Treatment::Become(Point::Busy, Cause::Busy)),
            (true, true) if self.distinctive_ringback => {
                Verdict::Amend(Amendment::Ringback(Ringback::Tone(Tone::CallWaitingRingback)))
            }
            (true, true) | (false, _) => Verdict::Pass,
        }
    }

    fn presenting(&self, showing: Showing, attempt: &Attempt, identity: &mut Identity) {
        let waiting = showing == Showing::CallerArrives && attempt.availability == Availability::OnCall;
        if waiting && self.hide_caller {
            identity.make_unavailable();
        }
    }
}

impl CallWaiting {
    fn switch(&self, active: bool) -> Ruling {
        Ruling::Operate(Operation::set(&Self { active, ..self.clone() }, prompt(active)))
    }
}

fn prompt(active: bool) -> Prompt {
    if active { Prompt::CallWaitingOn } else { Prompt::CallWaitingOff }
}

/// `*70` before a number holds for that call; alone, for the running call or the next one.
fn off_once(argument: Option<&Argument>) -> Ruling {
    let wishes = PerCall { no_call_waiting: true, ..PerCall::default() };
    match argument {
        Some(argument) => rewrite(&argument.text, wishes),
        None => Ruling::Operate(Operation::once(Change::Wish(wishes), Prompt::CallWaitingOffOnce)),
    }
}

impl Described for CallWaiting {
    const CARD: Card = Card {
        id: "call_waiting",
        function: "F-023",
        title_nl: "Wisselgesprek",
        title_en: "Call waiting",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[
            Code::CallWaitingOn,
            Code::CallWaitingOff,
            Code::CallWaitingQuery,
            Code::CallWaitingOffOnce,
        ],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch },
            Field {
                name: "distinctive_ringback",
                nl: "Beller hoort een wachttoon",
                en: "The caller hears a waiting tone",
                kind: FieldKind::Switch,
            },
            Field {
                name: "hide_caller",
                nl: "Nummer van de wachtende beller verbergen",
                en: "Hide the waiting caller's number",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Shown;
    use crate::clip::Clip;
    use crate::testing::{ANNA, BERT, noon, office, refused, ringing};

    #[test]
    fn a_second_call_is_signalled_unless_it_is_off() {
        let mut office = office();
        let second = office.call(ANNA, "202");

        assert!(ringing(&office.arrive(second.clone(), Availability::OnCall)).plan.stages[0].waiting);

        office.set(BERT, &CallWaiting { active: false, ..CallWaiting::default() });
        assert_eq!(refused(&office.arrive(second.clone(), Availability::OnCall)), Cause::Busy);
        assert!(!ringing(&office.arrive(second, Availability::Idle)).plan.stages[0].waiting);
    }

    #[test]
    fn switched_off_for_one_call_it_is_off_until_that_call_ends() {
        let mut office = office();
        office.in_a_call(BERT);

        assert_eq!(office.operate(BERT, "*70").say, [Clip::Prompt(Prompt::CallWaitingOffOnce)]);
        assert_eq!(refused(&office.arrive(office.call(ANNA, "202"), Availability::OnCall)), Cause::Busy);

        office.memory.apply(BERT, Change::CallsEnded(noon()));
        office.in_a_call(BERT);
        ringing(&office.arrive(office.call(ANNA, "202"), Availability::OnCall));
    }

    #[test]
    fn before_a_number_it_holds_for_that_call() {
        let office = office();

        let attempt = office.call(ANNA, "*70202");

        assert!(attempt.wishes.no_call_waiting);
        assert_eq!(attempt.subscriber(), Some(BERT));
    }

    #[test]
    fn before_the_call_it_holds_for_the_next_one() {
        let mut office = office();

        office.operate(ANNA, "*70");

        assert!(office.call(ANNA, "202").wishes.no_call_waiting);
    }

    #[test]
    fn the_waiting_caller_hears_it_when_that_is_set() {
        let mut office = office();
        office.set(BERT, &CallWaiting { distinctive_ringback: true, ..CallWaiting::default() });

        let waiting = office.arrive(office.call(ANNA, "202"), Availability::OnCall);
        let idle = office.arrive(office.call(ANNA, "202"), Availability::Idle);

        assert_eq!(ringing(&waiting).ringback, Some(Ringback::Tone(Tone::CallWaitingRingback)));
        assert_eq!(ringing(&idle).ringback, None);
    }

    #[test]
    fn the_waiting_caller_can_stay_unnamed() {
        let mut office = office();
        office.set(BERT, &CallWaiting { hide_caller: true, ..CallWaiting::default() });

        let waiting = office.arrive(office.call(ANNA, "202"), Availability::OnCall);

        assert_eq!(ringing(&waiting).shown.shown, Shown::Unavailable);
    }

    #[test]
    fn its_codes_switch_it() {
        let mut office = office();

        office.operate(BERT, "#43");
        assert_eq!(office.operate(BERT, "*53*").say, [Clip::Prompt(Prompt::CallWaitingOff)]);
        office.operate(BERT, "*43");
        assert_eq!(office.directory.settings::<CallWaiting>(BERT), CallWaiting::default());
    }
}
