//! Automatic Callback (NL: Automatisch terugbellen bij bezet, ACB).
//!
//! Who calls a colleague of the site who is in a call hears so, and presses a digit to be called back: as soon as both are
//! free for some seconds the own telephones ring in a pattern of their own, and whoever answers there calls the colleague.
//! A ringing that nobody answers is tried once more. `#8` forgets everybody who is waited for, `#9` says whom. F-032.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::clip::{Clip, Prompt, RingPattern};
use crate::directory::Code;
use crate::feature::{
    Amendment, Card, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind, MetBusy,
    Operation, Question, Ruling, Scope, Verdict,
};
use crate::limits;
use crate::memory::{Callback, Change};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutomaticCallback {
    /// Whether it is offered.
    pub active: bool,
    /// What is pressed to be called back, 0 to 9.
    pub digit: u8,
    /// Also for colleagues of other sites.
    pub other_sites: bool,
    /// So many seconds both have to be free, 5 to 300.
    pub guard_seconds: u16,
    /// So often the own telephones ring, 3 to 8 times six seconds.
    pub rings: u8,
    /// How they ring.
    pub pattern: RingPattern,
    /// So many minutes a colleague is waited for, 5 to 180.
    pub monitor_minutes: u16,
    /// So many colleagues can be waited for, 1 to 30.
    pub most_awaited: u8,
    /// So many colleagues can wait for this subscriber, 1 to 30.
    pub most_waiting: u8,
}

impl Default for AutomaticCallback {
    fn default() -> Self {
        Self {
            active: false,
            digit: 5,
            other_sites: false,
            guard_seconds: 10,
            rings: 6,
            pattern: RingPattern::ShortLongShort,
            monitor_minutes: 30,
            most_awaited: 10,
            most_waiting: 10,
        }
    }
}

impl Feature for AutomaticCallback {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::AutomaticCallbackCancel, _)) if dialled.caller.callbacks().is_empty() => {
                Ruling::Operate(Operation::answer(Prompt::NoCallbacks))
            }
            Some((Code::AutomaticCallbackCancel, _)) => {
                Ruling::Operate(Operation::once(Change::CallBacksForgotten, Prompt::CallbacksForgotten))
            }
            Some((Code::AutomaticCallbackMenu, _)) => menu(dialled),
            Some(_) | None => Ruling::Pass,
        }
    }

    fn busy(&self, attempt: &Attempt) -> Verdict {
        if attempt.load.awaited_by >= u32::from(self.most_waiting) {
            Verdict::Amend(Amendment::EnoughWait)
        } else {
            Verdict::Pass
        }
    }

    fn met_busy(&self, met: &MetBusy) -> Ruling {
        let others = met.caller.callbacks().iter().filter(|callback| callback.to != met.whom).count();
        let may = self.active && (self.other_sites || !met.other_site);
        if !may || others >= usize::from(self.most_awaited) {
            return Ruling::Pass;
        }
        match met.answers.first() {
            None => Ruling::Ask(self.question()),
            Some(keys) if keys.0 == self.digit.to_string() => {
                let wanted = Change::CallBackWanted(self.callback(met));
                Ruling::Operate(Operation::once(wanted, Prompt::CallbackSet))
            }
            Some(_) => Ruling::Pass,
        }
    }
}

impl AutomaticCallback {
    fn question(&self) -> Question {
        let digit = Clip::Digits(self.digit.to_string());
        let say = vec![Clip::Prompt(Prompt::BusyPress), digit, Clip::Prompt(Prompt::ToBeCalledBack)];
        Question { say, most_digits: 1 }
    }

    fn callback(&self, met: &MetBusy) -> Callback {
        let time = SignedDuration::from_mins(self.monitor_minutes.into());
        Callback {
            to: met.whom,
            number: met.number,
            asked: met.at,
            until: met.at.checked_add(time).unwrap_or(met.at),
            guard_seconds: self.guard_seconds,
            rings: self.rings,
            pattern: self.pattern,
            tried: false,
        }
    }
}

/// Everybody who is waited for, one after the other; a 1 forgets the one who was said.
fn menu(dialled: &Dialled) -> Ruling {
    let callbacks = dialled.caller.callbacks();
    let said = dialled.answers.len();
    let forgotten = dialled.answers.last().filter(|keys| keys.0 == "1");
    if let Some(callback) = forgotten.and_then(|_| callbacks.get(said.saturating_sub(1))) {
        let over = Change::CallBackOver(callback.to);
        return Ruling::Operate(Operation::once(over, Prompt::CallbackForgotten));
    }
    match callbacks.get(said) {
        Some(callback) => {
            let digits = Clip::Digits(callback.number.dialled());
            let say = vec![Clip::Prompt(Prompt::CallbackFor), digits, Clip::Prompt(Prompt::PressOneToForget)];
            Ruling::Ask(Question { say, most_digits: 1 })
        }
        None if callbacks.is_empty() => Ruling::Operate(Operation::answer(Prompt::NoCallbacks)),
        None => Ruling::Operate(Operation::answer(Prompt::NoMoreCallbacks)),
    }
}

impl Described for AutomaticCallback {
    const CARD: Card = Card {
        id: "automatic_callback",
        function: "F-032",
        title_nl: "Automatisch terugbellen bij bezet",
        title_en: "Automatic callback",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[Code::AutomaticCallbackMenu, Code::AutomaticCallbackCancel],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch },
            Field {
                name: "digit",
                nl: "Toets om te worden teruggebeld",
                en: "Digit to be called back",
                kind: FieldKind::Count { range: 1..=9, zero: true },
            },
            Field {
                name: "other_sites",
                nl: "Ook voor collega's van andere vestigingen",
                en: "For colleagues of other sites as well",
                kind: FieldKind::Switch,
            },
            Field {
                name: "guard_seconds",
                nl: "Zo lang moeten beiden vrij zijn (seconden)",
                en: "Both have to be free for so long (seconds)",
                kind: FieldKind::Count { range: 5..=300, zero: false },
            },
            Field {
                name: "rings",
                nl: "Aantal keer overgaan",
                en: "Number of rings",
                kind: FieldKind::Count { range: 3..=8, zero: false },
            },
            Field {
                name: "pattern",
                nl: "Belsignaal",
                en: "Ring pattern",
                kind: FieldKind::Choice(RingPattern::CHOICES),
            },
            Field {
                name: "monitor_minutes",
                nl: "Zo lang wachten (minuten)",
                en: "Wait for so long (minutes)",
                kind: FieldKind::Count { range: 5..=180, zero: false },
            },
            Field {
                name: "most_awaited",
                nl: "Op zoveel collega's tegelijk wachten",
                en: "Wait for so many colleagues at once",
                kind: FieldKind::Count { range: 1..=30, zero: false },
            },
            Field {
                name: "most_waiting",
                nl: "Zoveel collega's mogen op mij wachten",
                en: "So many colleagues may wait for me",
                kind: FieldKind::Count { range: 1..=30, zero: false },
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        within("digit", self.digit.into(), limits::CALLBACK_DIGIT)?;
        within("guard_seconds", self.guard_seconds, limits::CALLBACK_GUARD_SECONDS)?;
        within("rings", self.rings.into(), limits::CALLBACK_RINGS)?;
        within("monitor_minutes", self.monitor_minutes, limits::CALLBACK_MINUTES)?;
        within("most_awaited", self.most_awaited.into(), limits::CALLBACKS)?;
        within("most_waiting", self.most_waiting.into(), limits::CALLBACKS)
    }
}

fn within(field: &str, value: u16, range: RangeInclusive<u16>) -> Result<(), FieldError> {
    let reason = || format!("{value} is not between {} and {}", range.start(), range.end());
    if range.contains(&value) { Ok(()) } else { Err(FieldError::new(field, reason())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Answer, Availability, Half, Keys};
    use crate::directory::SubscriberId;
    use crate::feature::{Callers, Cause, Criterion, Point};
    use crate::features::{
        CallForwardingBusy, CallWaiting, DoNotDisturb, RejectionTreatment, SelectiveCallRejection,
    };
    use crate::resolve::{Decision, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, noon, number, office, refused};

    fn on() -> AutomaticCallback {
        AutomaticCallback { active: true, ..AutomaticCallback::default() }
    }

    /// Anna has it, and Bert takes no second call.
    fn busy_bert() -> Office {
        let mut office = office();
        office.set(ANNA, &on());
        office.set(BERT, &CallWaiting { active: false, ..CallWaiting::default() });
        office
    }

    fn meets(office: &Office, attempt: Attempt, stands: Availability) -> Decision {
        office.resolve(Attempt { availability: stands, ..attempt }, Point::Arriving)
    }

    fn presses(office: &Office, decision: Decision, keys: &str) -> Decision {
        let Outcome::Ask(_, asked) = decision.outcome else { panic!("{:?}", decision.outcome) };
        let mut attempt = decision.attempt;
        attempt.answers.push(Answer { asked, keys: Keys(keys.to_owned()) });
        let point = if attempt.half == Half::Caller(ANNA) { Point::Dialling } else { Point::Busy };
        office.resolve(attempt, point)
    }

    fn is_offered(office: &Office) -> bool {
        let decision = meets(office, office.call(ANNA, "202"), Availability::OnCall);
        matches!(decision.outcome, Outcome::Ask(..))
    }

    fn wanted(to: SubscriberId, number: &str) -> Change {
        let met = MetBusy {
            whom: to,
            number: crate::testing::number(number),
            other_site: false,
            at: noon(),
            caller: Default::default(),
            answers: Vec::new(),
        };
        Change::CallBackWanted(on().callback(&met))
    }

    #[test]
    fn a_digit_wants_a_busy_colleague_called_back_for_half_an_hour() {
        let office = busy_bert();

        let asked = meets(&office, office.call(ANNA, "202"), Availability::OnCall);
        let Outcome::Ask(question, _) = &asked.outcome else { panic!("{:?}", asked.outcome) };
        assert_eq!(question.say[1], Clip::Digits("5".to_owned()));
        let wants = presses(&office, asked, "5");

        let Outcome::Operate(operation) = wants.outcome else { panic!("{:?}", wants.outcome) };
        let Some(Change::CallBackWanted(callback)) = operation.remember else { panic!("{operation:?}") };
        assert_eq!((callback.to, callback.number), (BERT, number("202")));
        assert_eq!(callback.until.duration_since(noon()), SignedDuration::from_mins(30));
        assert_eq!(wants.attempt.subscriber(), Some(ANNA), "it is hers");
    }

    #[test]
    fn another_digit_or_none_is_busy() {
        let office = busy_bert();

        for keys in ["", "4", "#"] {
            let asked = meets(&office, office.call(ANNA, "202"), Availability::OnCall);
            assert_eq!(refused(&presses(&office, asked, keys).outcome), Cause::Busy, "{keys}");
        }
    }

    #[test]
    fn it_is_off_unless_set_and_offered_to_colleagues_only() {
        let mut office = busy_bert();
        let customer = office.outside_call(Some(CUSTOMER), false, "+31201230202");
        assert_eq!(refused(&meets(&office, customer, Availability::OnCall).outcome), Cause::Busy);

        office.set(ANNA, &AutomaticCallback::default());

        assert!(!is_offered(&office));
    }

    #[test]
    fn nobody_is_offered_to_wait_for_whoever_is_not_in_a_call() {
        let mut office = busy_bert();
        office.set(BERT, &DoNotDisturb { active: true });
        let decision = meets(&office, office.call(ANNA, "202"), Availability::OnCall);
        assert_eq!(refused(&decision.outcome), Cause::DoNotDisturb);

        office.set(BERT, &DoNotDisturb::default());
        let idle = Attempt { availability: Availability::Idle, ..office.call(ANNA, "202") };
        assert_eq!(refused(&office.resolve(idle, Point::Busy).outcome), Cause::Busy, "a telephone said 486");
    }

    #[test]
    fn who_is_forwarded_or_turned_away_is_offered_nothing() {
        let mut office = busy_bert();
        let forward = CallForwardingBusy { active: true, forward_to: Some(number("203").into()) };
        office.set(BERT, &forward);
        office.set(CARLA, &CallWaiting { active: false, ..CallWaiting::default() });
        let sent = meets(&office, office.call(ANNA, "202"), Availability::OnCall);
        assert!(matches!(sent.outcome, Outcome::Divert { .. }));
        let there = meets(&office, sent.attempt, Availability::OnCall);
        assert_eq!(refused(&there.outcome), Cause::Busy, "she called somebody else");

        office.set(BERT, &CallForwardingBusy::default());
        let entries =
            vec![Criterion { name: "Anna".to_owned(), from: Callers::Internal, ..Criterion::default() }];
        office.set(BERT, &SelectiveCallRejection { entries, treatment: RejectionTreatment::Busy });
        assert!(!is_offered(&office), "she was turned away as if he were busy");
    }

    #[test]
    fn only_so_many_can_be_waited_for_and_can_wait() {
        let mut office = busy_bert();
        office.set(ANNA, &AutomaticCallback { most_awaited: 1, ..on() });
        office.memory.apply(ANNA, wanted(CARLA, "203"));
        assert!(!is_offered(&office), "she waits for Carla");
        office.memory.apply(ANNA, Change::CallBacksForgotten);
        office.memory.apply(ANNA, wanted(BERT, "202"));
        assert!(is_offered(&office), "she may press it again");

        let mut call = Attempt { availability: Availability::OnCall, ..office.call(ANNA, "202") };
        call.load.awaited_by = 10;
        assert_eq!(refused(&office.resolve(call, Point::Arriving).outcome), Cause::Busy, "ten wait for him");
    }

    #[test]
    fn who_is_waited_for_is_forgotten_by_codes() {
        let mut office = office();
        assert_eq!(office.operate(ANNA, "#8").say, [Clip::Prompt(Prompt::NoCallbacks)]);
        office.memory.apply(ANNA, wanted(BERT, "202"));
        office.memory.apply(ANNA, wanted(CARLA, "203"));

        let first = office.dial(ANNA, "#9");
        let second = presses(&office, first, "");
        let Outcome::Ask(question, _) = &second.outcome else { panic!("{:?}", second.outcome) };
        assert_eq!(question.say[1], Clip::Digits("203".to_owned()));
        let gone = presses(&office, second, "1");
        let Outcome::Operate(operation) = gone.outcome else { panic!("{:?}", gone.outcome) };
        office.memory.apply(ANNA, operation.remember.unwrap());

        let left = office.memory.of(ANNA);
        assert_eq!(left.callbacks().iter().map(|callback| callback.to).collect::<Vec<_>>(), [BERT]);
        assert_eq!(office.operate(ANNA, "#8").say, [Clip::Prompt(Prompt::CallbacksForgotten)]);
        assert!(office.memory.of(ANNA).callbacks().is_empty());
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let wrong = [
            AutomaticCallback { digit: 10, ..on() },
            AutomaticCallback { guard_seconds: 4, ..on() },
            AutomaticCallback { rings: 9, ..on() },
            AutomaticCallback { monitor_minutes: 181, ..on() },
            AutomaticCallback { most_awaited: 0, ..on() },
            AutomaticCallback { most_waiting: 31, ..on() },
        ];

        assert!(wrong.iter().all(|settings| settings.check().is_err()));
        assert_eq!(on().check(), Ok(()));
    }
}
