//! Night Service of one's own (NL: Nachtschakeling van een gebruiker of groep).
//!
//! Whether a user or a group follows the night of the site, is closed or open whatever the site does, or has hours of its
//! own. What is closed goes to its own destination, else to the site's. F-070.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::FORWARD_TO;
use super::night_hours::{self, NightHours};
use crate::attempt::{Attempt, Reason};
use crate::directory::{ForwardTo, ScheduleId};
use crate::feature::{
    Amendment, Card, Choice, Described, Feature, FeatureClass, Field, FieldKind, Scope, Verdict,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnNightService {
    /// When it is night here.
    pub mode: OwnNightMode,
    /// With [`OwnNightMode::Auto`]: when it is open; always without one.
    pub business_hours: Option<ScheduleId>,
    /// With [`OwnNightMode::Auto`]: on which days it is closed whatever the hours.
    pub holidays: Option<ScheduleId>,
    /// Where calls go; to the site's destination without one.
    pub forward_to: Option<ForwardTo>,
}

/// When it is night for one user or group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnNightMode {
    /// When it is for the site.
    #[default]
    UseSite,
    /// Never.
    Off,
    /// Until somebody changes that.
    On,
    /// By the own schedules.
    Auto,
}

impl Feature for OwnNightService {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        let hours = NightHours { business: self.business_hours, holidays: self.holidays };
        let closed = match self.mode {
            OwnNightMode::UseSite => return Verdict::Pass,
            OwnNightMode::Off => false,
            OwnNightMode::On => true,
            OwnNightMode::Auto => hours.closed(attempt),
        };
        let own = self.forward_to.filter(|_| closed && !attempt.internal());
        match own.filter(|_| !night_hours::was_there(self.forward_to, attempt)) {
            Some(to) => Verdict::divert(Some(to), Reason::TimeOfDay),
            None => Verdict::Amend(Amendment::Night(closed && self.forward_to.is_none())),
        }
    }
}

impl Described for OwnNightService {
    const CARD: Card = Card {
        id: "own_night_service",
        function: "F-070",
        title_nl: "Nachtschakeling",
        title_en: "Night service",
        scope: Scope::User,
        class: FeatureClass::Diversion,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "mode",
                nl: "Nacht",
                en: "Night",
                kind: FieldKind::Choice(&[
                    Choice { value: "use_site", nl: "Volgt de vestiging", en: "Follows the site" },
                    Choice { value: "off", nl: "Uit", en: "Off" },
                    Choice { value: "on", nl: "Aan", en: "On" },
                    Choice { value: "auto", nl: "Volgens eigen schema's", en: "By own schedules" },
                ]),
            },
            NightHours::BUSINESS,
            NightHours::HOLIDAYS,
            FORWARD_TO,
        ],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::directory::{GroupId, Owner};
    use crate::features::{NightMode, NightService};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, number, office};

    const BERTS: &str = "+31201230202";

    /// Where a customer's call to Bert goes; it rings there when nowhere.
    fn goes(site: NightMode, own: &OwnNightService) -> Option<Destination> {
        let mut office = office();
        let site =
            NightService { mode: site, forward_to: Some(number("203").into()), ..NightService::default() };
        let json = serde_json::to_value(site).unwrap();
        office.directory.set(Owner::Group(GroupId(1)), "night_service", json).unwrap();
        office.set(BERT, own);
        match office.arrive(office.outside_call(Some(CUSTOMER), false, BERTS), Availability::Idle) {
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

    fn own(mode: OwnNightMode) -> OwnNightService {
        OwnNightService { mode, ..OwnNightService::default() }
    }

    #[test]
    fn the_own_choice_wins_over_the_sites() {
        let carla = Some(Destination::Subscriber(CARLA));
        for (site, mode, expected) in [
            (NightMode::On, OwnNightMode::UseSite, carla.clone()),
            (NightMode::Off, OwnNightMode::UseSite, None),
            (NightMode::On, OwnNightMode::Off, None),
            (NightMode::Off, OwnNightMode::On, carla),
        ] {
            assert_eq!(goes(site, &own(mode)), expected, "{site:?} {mode:?}");
        }
    }

    #[test]
    fn an_own_destination_takes_the_place_of_the_sites() {
        let settings = OwnNightService { forward_to: Some(number("201").into()), ..own(OwnNightMode::On) };

        assert_eq!(goes(NightMode::On, &settings), Some(Destination::Subscriber(ANNA)));
        assert_eq!(goes(NightMode::Off, &settings), Some(Destination::Subscriber(ANNA)));
    }
}
