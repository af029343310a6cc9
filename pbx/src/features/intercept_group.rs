//! Intercept of a site (NL: Vestiging buiten gebruik).
//!
//! Every number of a site leads to one place, or callers hear that it is out of service; it comes before what users set.
//! The place itself, and the members of a group that it is, still ring (ruling R-1). Help can always be called. F-120.

use serde::{Deserialize, Serialize};

use super::forwarding_codes::FORWARD_TO;
use super::interception::{
    INCOMING, NEW_NUMBER, OUTGOING, OutgoingWhileOut, REROUTE_TO, outgoing, refusal, taking,
};
use crate::attempt::{Attempt, Load, Reason};
use crate::directory::ForwardTo;
use crate::feature::{
    Card, Command, Described, Dialled, Feature, FeatureClass, Field, FieldKind, Objection, Ruling, Scope,
    Verdict, WaitsFor,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InterceptGroup {
    /// Whether the site is out of service.
    pub active: bool,
    /// Callers do not reach its people.
    pub incoming: bool,
    /// Where they arrive; without one they hear an announcement.
    pub forward_to: Option<ForwardTo>,
    /// The number that they hear.
    pub new_number: Option<ForwardTo>,
    /// Who may still be called from the site.
    pub outgoing: OutgoingWhileOut,
    /// Where other calls arrive; they are refused without one.
    pub reroute_to: Option<ForwardTo>,
}

impl Default for InterceptGroup {
    fn default() -> Self {
        Self {
            active: false,
            incoming: true,
            forward_to: None,
            new_number: None,
            outgoing: OutgoingWhileOut::Everybody,
            reroute_to: None,
        }
    }
}

impl Feature for InterceptGroup {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        if self.active { outgoing(self.outgoing, self.reroute_to, dialled) } else { Ruling::Pass }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        match self.forward_to {
            _ if !self.active || !self.incoming => Verdict::Pass,
            Some(to) if attempt.diversions.iter().any(|diversion| diversion.to == to.number) => Verdict::Pass,
            Some(to) => Verdict::divert(Some(to), Reason::Unconditional),
            None => refusal(self.new_number),
        }
    }

    fn objects(&self, command: Command, _: &Load) -> Option<Objection> {
        taking(self.outgoing, command).filter(|_| self.active)
    }
}

impl Described for InterceptGroup {
    const CARD: Card = Card {
        id: "intercept_group",
        function: "F-120",
        title_nl: "Vestiging buiten gebruik",
        title_en: "Intercept group",
        scope: Scope::Group,
        class: FeatureClass::Screening,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Buiten gebruik", en: "Out of service", kind: FieldKind::Switch },
            INCOMING,
            FORWARD_TO,
            NEW_NUMBER,
            OUTGOING,
            REROUTE_TO,
        ],
        waits_for: &[
            WaitsFor { part: "0 to be put through", id: "F-112" },
            WaitsFor { part: "an announcement of one's own", id: "F-102" },
        ],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::directory::{GroupId, Owner};
    use crate::feature::{Cause, Point};
    use crate::features::InterceptUser;
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, number, office, refused, ringing};

    fn with(settings: &InterceptGroup) -> Office {
        let mut office = office();
        let json = serde_json::to_value(settings).unwrap();
        office.directory.set(Owner::Group(GroupId(1)), "intercept_group", json).unwrap();
        office
    }

    fn to_carla() -> InterceptGroup {
        InterceptGroup { active: true, forward_to: Some(number("203").into()), ..InterceptGroup::default() }
    }

    #[test]
    fn every_number_leads_to_one_place_which_rings() {
        let office = with(&to_carla());

        for (by, text) in [(ANNA, "202"), (BERT, "201")] {
            let decision = office.resolve(office.call(by, text), Point::Arriving);
            let Outcome::Divert { destination, .. } = &decision.outcome else {
                panic!("{:?}", decision.outcome)
            };
            assert_eq!(*destination, Destination::Subscriber(CARLA));
            ringing(&office.arrive(decision.attempt, Availability::Idle));
        }
        ringing(&office.arrive(office.call(ANNA, "203"), Availability::Idle));
    }

    #[test]
    fn it_comes_before_a_users_own() {
        let mut office = with(&to_carla());
        office.set(BERT, &InterceptUser { active: true, ..InterceptUser::default() });

        let outside = office.outside_call(Some(CUSTOMER), false, "+31201230202");

        assert!(matches!(office.arrive(outside, Availability::Idle), Outcome::Divert { .. }));
    }

    #[test]
    fn without_a_place_callers_hear_why() {
        let office = with(&InterceptGroup { forward_to: None, ..to_carla() });

        assert_eq!(refused(&office.arrive(office.call(ANNA, "202"), Availability::Idle)), Cause::Intercepted);
    }
}
