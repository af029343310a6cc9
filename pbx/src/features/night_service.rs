//! Night Service of a site (NL: Nachtschakeling).
//!
//! Calls from outside go to one place while the site is closed: by hand, or by a schedule of business hours and one of
//! holidays. Without business hours it is open every day, all day, except on holidays (ruling R-21). Colleagues' calls
//! ring as always; those of other sites do unless a setting says otherwise. A call is sent there once, and one to the
//! night's own destination rings (ruling R-1). F-070.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::FORWARD_TO;
use super::night_hours::{self, NightHours};
use crate::attempt::{Attempt, Reason};
use crate::directory::{ForwardTo, ScheduleId};
use crate::feature::{
    Card, Choice, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Scope, Verdict,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NightService {
    /// When the site is closed.
    pub mode: NightMode,
    /// When it is open; always without one.
    pub business_hours: Option<ScheduleId>,
    /// On which days it is closed whatever the hours.
    pub holidays: Option<ScheduleId>,
    /// Where calls go meanwhile.
    pub forward_to: Option<ForwardTo>,
    /// Calls from the company's other sites go there too.
    pub other_sites: bool,
}

/// When a site is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NightMode {
    /// Never.
    #[default]
    Off,
    /// Until somebody changes that.
    On,
    /// By the schedules.
    Auto,
}

impl Feature for NightService {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let concerned = !attempt.internal() || self.other_sites && attempt.from_other_site;
        let hours = NightHours { business: self.business_hours, holidays: self.holidays };
        let closed = attempt.facts.night.unwrap_or_else(|| match self.mode {
            NightMode::Off => false,
            NightMode::On => true,
            NightMode::Auto => hours.closed(attempt),
        });
        if concerned && closed && !night_hours::was_there(self.forward_to, attempt) {
            Verdict::divert(self.forward_to, Reason::TimeOfDay)
        } else {
            Verdict::Pass
        }
    }
}

impl Described for NightService {
    const CARD: Card = Card {
        id: "night_service",
        function: "F-070",
        title_nl: "Nachtschakeling van de vestiging",
        title_en: "Night service of the site",
        scope: Scope::Group,
        class: FeatureClass::Diversion,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "mode",
                nl: "Gesloten",
                en: "Closed",
                kind: FieldKind::Choice(&[
                    Choice { value: "off", nl: "Nee", en: "No" },
                    Choice { value: "on", nl: "Ja", en: "Yes" },
                    Choice { value: "auto", nl: "Volgens de schema's", en: "By the schedules" },
                ]),
            },
            NightHours::BUSINESS,
            NightHours::HOLIDAYS,
            FORWARD_TO,
            Field {
                name: "other_sites",
                nl: "Ook voor andere vestigingen",
                en: "For other sites too",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        if self.mode != NightMode::Off && self.forward_to.is_none() {
            return Err(FieldError::new("forward_to", "a night service that is not off needs a number"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::directory::{GroupId, Owner};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, number, office};

    const BERTS: &str = "+31201230202";

    fn on() -> NightService {
        NightService {
            mode: NightMode::On,
            forward_to: Some(number("203").into()),
            ..NightService::default()
        }
    }

    fn with(settings: &NightService) -> Office {
        let mut office = office();
        let json = serde_json::to_value(settings).unwrap();
        office.directory.set(Owner::Group(GroupId(1)), "night_service", json).unwrap();
        office
    }

    fn target(office: &Office, attempt: Attempt) -> Option<Destination> {
        match office.arrive(attempt, Availability::Idle) {
            Outcome::Divert { destination, .. } => Some(destination),
            Outcome::Ring(_) => None,
            other @ (Outcome::Reach(_)
            | Outcome::Ask(..)
            | Outcome::Act(_)
            | Outcome::Emergency(_)
            | Outcome::Operate(_)
            | Outcome::Hunt(_)
            | Outcome::Convene(_)
            | Outcome::Refuse(..)) => panic!("{other:?}"),
        }
    }

    #[test]
    fn calls_from_outside_go_there_and_colleagues_ring() {
        let office = with(&on());

        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);
        assert_eq!(target(&office, outside.clone()), Some(Destination::Subscriber(CARLA)));
        assert_eq!(target(&office, office.call(ANNA, "202")), None);

        let decision = office.resolve(outside, crate::feature::Point::Arriving);
        assert_eq!(decision.attempt.diversions[0].reason, Reason::TimeOfDay);
    }

    #[test]
    fn a_call_to_the_nights_own_destination_rings() {
        let office = with(&on());

        assert_eq!(target(&office, office.outside_call(Some(CUSTOMER), false, "+31201230203")), None);
    }

    #[test]
    fn a_call_that_it_has_sent_on_is_not_sent_again() {
        let mut office = with(&on());
        let forward =
            crate::features::CallForwardingAlways { active: true, forward_to: Some(number("202").into()) };
        office.set(CARLA, &forward);
        let outside = office.outside_call(Some(CUSTOMER), false, "+31201230201");
        let at_night = office.resolve(outside, crate::feature::Point::Arriving);

        assert_eq!(
            target(&office, at_night.attempt),
            Some(Destination::Subscriber(BERT)),
            "Carla's own forward"
        );
    }

    #[test]
    fn without_hours_it_is_open_every_day() {
        let office = with(&NightService { mode: NightMode::Auto, ..on() });

        assert_eq!(target(&office, office.outside_call(Some(CUSTOMER), false, BERTS)), None);
    }

    #[test]
    fn it_needs_a_destination() {
        let nowhere = NightService { forward_to: None, ..on() };

        assert_eq!(nowhere.check().unwrap_err().field, "forward_to");
    }
}
