//! Call park (NL: Parkeren) of a site or a department.
//!
//! `*68` and a number leaves the party that is kept waiting at a colleague, `*68` alone at oneself, `*58`
//! at the next free member of the own park team; the same by transferring to the code. `*88` and a number,
//! or alone for oneself, takes it from there at any telephone of the site. One call waits at each. Nobody
//! took it in time: it rings at the one who parked it, or at somebody else, marked as a recall; there it
//! is not taken either: it waits on, and comes back again. F-085.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Recalled};
use crate::clip::{RingPattern, Tone};
use crate::directory::{Code, ForwardTo};
use crate::feature::{
    Action, Amendment, Argument, CallView, Card, Cause, Choice, Command, Confirm, Described, Dialled,
    Feature, FeatureClass, Field, FieldError, FieldKind, Recall, RecallTo, Ruling, Scope, Spot, Terms,
    Verdict,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallPark {
    /// A call comes back after so many seconds, 30 to 600.
    pub recall_seconds: u16,
    /// To whom.
    pub recall_to: ComesBackTo,
    /// How it rings then.
    pub recall_pattern: RingPattern,
    /// The somebody else, a number of the company.
    pub alternate: Option<ForwardTo>,
    /// It rings at the one who parked it for so many seconds before it goes there, 30 to 600.
    pub alternate_seconds: u16,
    /// Whoever parks hears where.
    pub announce_destination: bool,
    /// The display shows where for so many seconds, 2 to 15.
    pub display_seconds: u8,
}

/// To whom a parked call comes back that nobody took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComesBackTo {
    /// To the one who parked it.
    #[default]
    ParkingUser,
    /// To the one who parked it, then to the alternate.
    ParkingThenAlternate,
    /// To the alternate.
    AlternateOnly,
}

impl Default for CallPark {
    fn default() -> Self {
        Self {
            recall_seconds: 45,
            recall_to: ComesBackTo::ParkingUser,
            recall_pattern: RingPattern::Normal,
            alternate: None,
            alternate_seconds: 45,
            announce_destination: true,
            display_seconds: 5,
        }
    }
}

impl Feature for CallPark {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::CallPark, argument)) => self.park(argument),
            Some((Code::GroupCallPark, _)) => Ruling::Act(self.at(Spot::Team)),
            Some((Code::CallParkRetrieve, None)) => Ruling::Act(Action::Retrieve(None)),
            Some((Code::CallParkRetrieve, argument)) => {
                Ruling::act_at(argument, |from| Action::Retrieve(Some(from)))
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let comes_back = attempt.facts.recall == Some(Recalled::Park);
        let rings_otherwise = comes_back && self.recall_pattern != RingPattern::Normal;
        if rings_otherwise { Verdict::Amend(Amendment::Pattern(self.recall_pattern)) } else { Verdict::Pass }
    }

    fn terms(&self, command: Command, _: &CallView, terms: &mut Terms) {
        match command {
            Command::Park => terms.recall = self.recall(),
            Command::Hold
            | Command::TransferBlind
            | Command::TransferConsultative
            | Command::Confer
            | Command::PickUp
            | Command::BargeIn
            | Command::CallGroup
            | Command::Retrieve => {}
        }
    }
}

impl CallPark {
    fn park(&self, argument: Option<&Argument>) -> Ruling {
        match argument.map(|argument| &argument.number) {
            None => Ruling::Act(self.at(Spot::Own)),
            Some(Ok(at)) => Ruling::Act(self.at(Spot::At(at.number))),
            Some(Err(_)) => Ruling::Deny(Cause::NothingThere, Tone::Reorder.into()),
        }
    }

    fn at(&self, at: Spot) -> Action {
        let show_for = Duration::from_secs(self.display_seconds.into());
        Action::Park { at, confirm: Confirm { say: self.announce_destination, show_for } }
    }

    fn recall(&self) -> Recall {
        let seconds = |seconds: u16| Duration::from_secs(seconds.into());
        let alternate = self.alternate.map(|alternate| alternate.number);
        let to = match (self.recall_to, alternate) {
            (ComesBackTo::ParkingUser, _) | (_, None) => RecallTo::Actor,
            (ComesBackTo::ParkingThenAlternate, Some(to)) => {
                RecallTo::Then { to, after: seconds(self.alternate_seconds) }
            }
            (ComesBackTo::AlternateOnly, Some(to)) => RecallTo::Only(to),
        };
        Recall { after: seconds(self.recall_seconds), to }
    }
}

impl Described for CallPark {
    const CARD: Card = Card {
        id: "call_park",
        function: "F-085",
        title_nl: "Parkeren",
        title_en: "Call park",
        scope: Scope::Group,
        class: FeatureClass::Call,
        access_codes: &[Code::CallPark, Code::CallParkRetrieve, Code::GroupCallPark],
        version: 1,
        fields: &[
            Field {
                name: "recall_seconds",
                nl: "Komt terug na (s)",
                en: "Comes back after (s)",
                kind: FieldKind::Count { range: 30..=600, zero: false },
            },
            Field {
                name: "recall_to",
                nl: "Komt terug bij",
                en: "Comes back to",
                kind: FieldKind::Choice(&[
                    Choice { value: "parking_user", nl: "Wie parkeerde", en: "Whoever parked it" },
                    Choice {
                        value: "parking_then_alternate",
                        nl: "Wie parkeerde, daarna het andere nummer",
                        en: "Whoever parked it, then the other number",
                    },
                    Choice { value: "alternate_only", nl: "Het andere nummer", en: "The other number" },
                ]),
            },
            Field {
                name: "recall_pattern",
                nl: "Belsignaal als het terugkomt",
                en: "Ring when it comes back",
                kind: FieldKind::Choice(RingPattern::CHOICES),
            },
            Field {
                name: "alternate",
                nl: "Ander nummer binnen het bedrijf",
                en: "Other number of the company",
                kind: FieldKind::Destination,
            },
            Field {
                name: "alternate_seconds",
                nl: "Gaat zo lang over bij wie parkeerde (s)",
                en: "Rings so long at whoever parked it (s)",
                kind: FieldKind::Count { range: 30..=600, zero: false },
            },
            Field {
                name: "announce_destination",
                nl: "Wie parkeert, hoort waar",
                en: "Whoever parks hears where",
                kind: FieldKind::Switch,
            },
            Field {
                name: "display_seconds",
                nl: "Toon waar gedurende (s)",
                en: "Show where for (s)",
                kind: FieldKind::Count { range: 2..=15, zero: false },
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        for (field, seconds) in
            [("recall_seconds", self.recall_seconds), ("alternate_seconds", self.alternate_seconds)]
        {
            if !limits::PARKED_SECONDS.contains(&seconds) {
                return Err(FieldError::new(field, "this takes 30 to 600 seconds"));
            }
        }
        if !limits::PARKED_SHOWN.contains(&self.display_seconds) {
            return Err(FieldError::new("display_seconds", "it is shown for 2 to 15 seconds"));
        }
        if self.recall_to != ComesBackTo::ParkingUser && self.alternate.is_none() {
            return Err(FieldError::new("alternate", "a call that comes back there needs a number"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, number, office, refused};

    const CALL: CallView = CallView { other_is_internal: true, without_music: false, others: 1 };

    fn parks(text: &str) -> Spot {
        let outcome = office().dial(ANNA, text).outcome;
        let Outcome::Act(Action::Park { at, .. }) = outcome else {
            panic!("{text} does not park: {outcome:?}")
        };
        at
    }

    #[test]
    fn its_codes_park_at_a_colleague_at_oneself_and_in_the_team() {
        assert_eq!(parks("*68202"), Spot::At(number("202")));
        assert_eq!(parks("*68"), Spot::Own);
        assert_eq!(parks("*68#"), Spot::Own);
        assert_eq!(parks("*58"), Spot::Team);
        assert_eq!(refused(&office().dial(ANNA, "*68299").outcome), Cause::NothingThere);
    }

    #[test]
    fn its_code_takes_a_call_from_a_colleague_or_from_oneself() {
        let outcome = |text| office().dial(ANNA, text).outcome;

        assert_eq!(outcome("*88202"), Outcome::Act(Action::Retrieve(Some(number("202")))));
        assert_eq!(outcome("*88"), Outcome::Act(Action::Retrieve(None)));
        assert_eq!(refused(&outcome("*88299")), Cause::NothingThere);
    }

    #[test]
    fn a_call_comes_back_as_the_site_has_it() {
        let comes_back = |settings: &CallPark, command| {
            let mut terms = Terms::default();
            settings.terms(command, &CALL, &mut terms);
            terms.recall
        };
        let alternate = Some("203".parse().unwrap());
        let then = CallPark {
            recall_seconds: 60,
            recall_to: ComesBackTo::ParkingThenAlternate,
            alternate,
            alternate_seconds: 30,
            ..CallPark::default()
        };
        let only = CallPark { recall_to: ComesBackTo::AlternateOnly, ..then };

        let plain = Recall { after: Duration::from_secs(45), to: RecallTo::Actor };
        assert_eq!(comes_back(&CallPark::default(), Command::Park), plain);
        let after = Duration::from_secs(30);
        let back = Recall { after: Duration::from_secs(60), to: RecallTo::Then { to: number("203"), after } };
        assert_eq!(comes_back(&then, Command::Park), back);
        assert_eq!(comes_back(&only, Command::Park).to, RecallTo::Only(number("203")));
        assert_eq!(comes_back(&then, Command::TransferBlind), Recall::default());
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let field = |settings: CallPark| settings.check().unwrap_err().field;

        assert_eq!(field(CallPark { recall_seconds: 29, ..CallPark::default() }), "recall_seconds");
        assert_eq!(field(CallPark { alternate_seconds: 601, ..CallPark::default() }), "alternate_seconds");
        assert_eq!(field(CallPark { display_seconds: 1, ..CallPark::default() }), "display_seconds");
        let nowhere = CallPark { recall_to: ComesBackTo::AlternateOnly, ..CallPark::default() };
        assert_eq!(field(nowhere), "alternate");
        assert_eq!(CallPark::default().check(), Ok(()));
    }
}
