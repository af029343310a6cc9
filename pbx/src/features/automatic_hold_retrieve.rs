//! Automatic hold and retrieve (NL: Wachtstation).
//!
//! The subscriber is a station and no person: whoever is transferred to its number waits there with music, and a colleague
//! who calls the number takes that party. Nobody does in time: it rings at whoever transferred it, marked as a recall, and
//! waits on if it is not taken there. One waits at a time; for the next one the station is busy. The station has no
//! telephone and dials nothing but help. Administrators make it; no access codes. F-086.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Load};
use crate::clip::Tone;
use crate::feature::{
    Action, Card, Cause, Command, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind,
    Objection, Part, Point, Ruling, Scope, Treatment, Verdict, WaitsFor,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutomaticHoldRetrieve {
    /// Whether the subscriber is such a station.
    pub active: bool,
    /// A party comes back after so many seconds, 6 to 600.
    pub recall_seconds: u16,
}

impl Default for AutomaticHoldRetrieve {
    fn default() -> Self {
        Self { active: false, recall_seconds: 120 }
    }
}

impl Feature for AutomaticHoldRetrieve {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.part {
            Part::Originating if self.active => Ruling::Deny(Cause::Forbidden, Tone::Reorder.into()),
            Part::Originating | Part::Redirecting | Part::Redirected => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if self.active { Verdict::Take(self.treatment(attempt)) } else { Verdict::Pass }
    }

    fn objects(&self, command: Command, _: &Load) -> Option<Objection> {
        let takes = matches!(command, Command::PickUp | Command::BargeIn | Command::Retrieve);
        (self.active && takes).then(|| Cause::Forbidden.into())
    }
}

impl AutomaticHoldRetrieve {
    fn treatment(&self, attempt: &Attempt) -> Treatment {
        let facts = &attempt.facts;
        let nobody = Treatment::Become(Point::NotReachable, Cause::NotReachable);
        if facts.offer.is_some() || facts.recall.is_some() {
            return nobody;
        }
        match (facts.transferred_by.is_some(), attempt.load.parked) {
            (true, true) => Treatment::Become(Point::Busy, Cause::Busy),
            (true, false) => {
                Treatment::Act(Action::WaitHere(Duration::from_secs(self.recall_seconds.into())))
            }
            (false, true) if attempt.internal() => Treatment::Act(Action::TakeFromHere),
            (false, true | false) => nobody,
        }
    }
}

impl Described for AutomaticHoldRetrieve {
    const CARD: Card = Card {
        id: "automatic_hold_retrieve",
        function: "F-086",
        title_nl: "Wachtstation",
        title_en: "Automatic hold and retrieve",
        scope: Scope::Managed,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "active",
                nl: "Dit is een wachtstation",
                en: "This is a station where calls wait",
                kind: FieldKind::Switch,
            },
            Field {
                name: "recall_seconds",
                nl: "Komt terug na (s)",
                en: "Comes back after (s)",
                kind: FieldKind::Count { range: 6..=600, zero: false },
            },
        ],
        waits_for: &[WaitsFor { part: "video for whoever waits", id: "F-091" }],
    };

    fn check(&self) -> Result<(), FieldError> {
        if limits::KEPT_SECONDS.contains(&self.recall_seconds) {
            Ok(())
        } else {
            Err(FieldError::new("recall_seconds", "this takes 6 to 600 seconds"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Availability, Offer, Opened, Recalled};
    use crate::features::CallForwardingBusy;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, diverted, noon, number, office, refused};

    const STATION: AutomaticHoldRetrieve = AutomaticHoldRetrieve { active: true, recall_seconds: 60 };

    fn with_station() -> Office {
        let mut office = office();
        office.set(BERT, &STATION);
        office
    }

    /// A call by Anna, or from outside, that was transferred or not, to the station where a party waits or not.
    fn meets(office: &Office, internal: bool, transferred: bool, parked: bool) -> Outcome {
        let mut attempt = if internal {
            office.call(ANNA, "202")
        } else {
            office.outside_call(Some(CUSTOMER), false, "+31201230202")
        };
        attempt.facts.transferred_by = transferred.then_some(CARLA);
        attempt.load.parked = parked;
        office.arrive(attempt, Availability::Unreachable)
    }

    #[test]
    fn whoever_is_transferred_waits_and_a_second_one_finds_it_busy() {
        let office = with_station();

        for internal in [true, false] {
            let waits = Outcome::Act(Action::WaitHere(Duration::from_secs(60)));
            assert_eq!(meets(&office, internal, true, false), waits);
            assert_eq!(refused(&meets(&office, internal, true, true)), Cause::Busy);
        }
    }

    #[test]
    fn a_colleague_who_calls_takes_who_waits_there_and_nobody_from_outside_does() {
        let office = with_station();

        assert_eq!(meets(&office, true, false, true), Outcome::Act(Action::TakeFromHere));
        assert_eq!(refused(&meets(&office, false, false, true)), Cause::NotReachable);
        assert_eq!(refused(&meets(&office, true, false, false)), Cause::NotReachable);
        assert_eq!(refused(&meets(&office, false, false, false)), Cause::NotReachable);
    }

    #[test]
    fn for_a_second_one_the_forward_of_a_busy_station_goes() {
        let mut office = with_station();
        let forward = CallForwardingBusy { active: true, forward_to: Some(number("203").into()) };
        office.set(BERT, &forward);

        let outcome = meets(&office, true, true, true);

        assert_eq!(diverted(&outcome).0, &Destination::Subscriber(CARLA));
    }

    #[test]
    fn what_a_group_offers_or_comes_back_does_not_wait_there() {
        let office = with_station();
        let mut offered = office.call(ANNA, "202");
        offered.facts.transferred_by = Some(CARLA);
        offered.facts.offer = Some(Offer { by: CARLA, waiting: true });
        let mut recalled = office.call(ANNA, "202");
        recalled.facts.recall = Some(Recalled::Park);
        recalled.load.parked = true;

        for attempt in [offered, recalled] {
            assert_eq!(refused(&office.arrive(attempt, Availability::Idle)), Cause::NotReachable);
        }
    }

    #[test]
    fn it_dials_nothing_but_help() {
        let office = with_station();

        for text in ["203", "*97203", "*21203", CUSTOMER] {
            assert_eq!(refused(&office.dial(BERT, text).outcome), Cause::Forbidden, "{text}");
        }
        let help = Attempt::dial(&office.directory, &office.memory, BERT, "112", noon());
        assert!(matches!(help, Opened::Emergency(_)), "{help:?}");
    }

    #[test]
    fn without_it_calls_ring() {
        let office = office();

        assert!(matches!(meets(&office, true, true, true), Outcome::Refuse(Cause::NotReachable, _)));
        let outcome = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert!(matches!(outcome, Outcome::Ring(_)));
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for (seconds, fits) in [(5, false), (6, true), (600, true), (601, false)] {
            let settings = AutomaticHoldRetrieve { active: true, recall_seconds: seconds };
            assert_eq!(settings.check().is_ok(), fits, "{seconds}");
        }
    }
}
