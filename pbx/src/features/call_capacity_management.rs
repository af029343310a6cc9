//! Call Capacity Management (NL: Gesprekscapaciteit).
//!
//! The members of a capacity group are in so many calls together at most: altogether, called, and calling. One more caller
//! finds the member busy at once, before any other service has a say, so that forwarding when busy and voicemail still
//! act. A member who wants to call hears a sentence and gets 503, and so does one who wants to take a call of others: what
//! rings for a member takes a place already. Calls for help are asked of nobody and take no room, and a
//! transferred call that comes back always does. There is nothing to set here: groups are the company's, and a person is in
//! one at most. F-116, rulings.

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Capacity, Load};
use crate::clip::Prompt;
use crate::feature::{
    Card, Cause, Command, Described, Dialled, Direction, Feature, FeatureClass, Objection, Part, Point,
    Ruling, Scope, Treatment, Verdict,
};

/// There is nothing to set: the groups are the company's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallCapacityManagement {}

impl Feature for CallCapacityManagement {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        let calls = dialled.called.is_some() && dialled.part == Part::Originating;
        if calls && is_full(dialled.capacity, Direction::Outgoing) {
            return Ruling::Deny(Cause::NoCapacity, Prompt::NoCapacity.into());
        }
        Ruling::Pass
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if is_full(attempt.load.capacity, Direction::Incoming) && attempt.facts.recall.is_none() {
            return Verdict::Take(Treatment::Become(Point::Busy, Cause::Busy));
        }
        Verdict::Pass
    }

    fn objects(&self, command: Command, load: &Load) -> Option<Objection> {
        let direction = match command {
            Command::PickUp | Command::Retrieve => Direction::Incoming,
            // Whoever comes into a conversation has called a colleague.
            Command::BargeIn => Direction::Outgoing,
            Command::Hold
            | Command::TransferBlind
            | Command::TransferConsultative
            | Command::Confer
            | Command::CallGroup
            | Command::Park => return None,
        };
        let full = is_full(load.capacity, direction);
        full.then(|| Objection { cause: Cause::NoCapacity, say: Prompt::NoCapacity.into() })
    }
}

fn is_full(capacity: Option<Capacity>, direction: Direction) -> bool {
    capacity.is_some_and(|capacity| !capacity.has_room(direction))
}

impl Described for CallCapacityManagement {
    const CARD: Card = Card {
        id: "call_capacity_management",
        function: "F-116",
        title_nl: "Gesprekscapaciteit",
        title_en: "Call capacity management",
        scope: Scope::User,
        class: FeatureClass::Screening,
        access_codes: &[],
        version: 1,
        fields: &[],
        waits_for: &[],
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::directory::CapacityLimits;
    use crate::features::{CallForwardingAlways, CallForwardingBusy, DoNotDisturb};
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, CARLA, Office, diverted, number, office, refused, ringing};

    const TWO: CapacityLimits = CapacityLimits { active: Some(2), incoming: None, outgoing: None };

    fn running(limits: CapacityLimits, incoming: u32, outgoing: u32) -> Load {
        let capacity = Capacity { limits, active: incoming + outgoing, incoming, outgoing };
        Load { capacity: Some(capacity), ..Load::default() }
    }

    fn arrive(office: &Office, load: Load) -> Outcome {
        office.arrive(Attempt { load, ..office.call(ANNA, "202") }, Availability::Idle)
    }

    fn dial(office: &Office, load: Load, text: &str) -> Outcome {
        let crate::attempt::Opened::Attempt(attempt) =
            Attempt::dial(&office.directory, &office.memory, ANNA, text, crate::testing::noon())
        else {
            panic!("{text} is no call")
        };
        office.resolve(Attempt { load, ..*attempt }, Point::Dialling).outcome
    }

    #[test]
    fn whoever_calls_a_full_group_finds_it_busy() {
        let office = office();

        ringing(&arrive(&office, running(TWO, 1, 0)));
        assert_eq!(refused(&arrive(&office, running(TWO, 1, 1))), Cause::Busy);
        let incoming = CapacityLimits { incoming: Some(1), ..CapacityLimits::default() };
        ringing(&arrive(&office, running(incoming, 0, 9)));
        assert_eq!(refused(&arrive(&office, running(incoming, 1, 0))), Cause::Busy);
        ringing(&arrive(&office, Load::default()));
    }

    #[test]
    fn capacity_goes_before_every_other_service_and_busy_forwarding_acts() {
        let mut office = office();
        office.set(BERT, &CallForwardingAlways { active: true, forward_to: Some(number("204").into()) });
        office.set(BERT, &DoNotDisturb { active: true });
        assert_eq!(refused(&arrive(&office, running(TWO, 2, 0))), Cause::Busy);

        office.set(BERT, &CallForwardingBusy { active: true, forward_to: Some(number("203").into()) });

        let outcome = arrive(&office, running(TWO, 2, 0));
        assert_eq!(diverted(&outcome).0, &Destination::Subscriber(CARLA));
    }

    #[test]
    fn a_member_of_a_full_group_takes_no_call_of_others() {
        let cause = |load: Load, command| {
            CallCapacityManagement {}.objects(command, &load).map(|objection| objection.cause)
        };
        let full = Some(Cause::NoCapacity);
        let incoming = CapacityLimits { incoming: Some(1), ..CapacityLimits::default() };

        for command in [Command::PickUp, Command::Retrieve, Command::BargeIn] {
            assert_eq!(cause(running(TWO, 1, 1), command), full, "{command:?}");
            assert_eq!(cause(running(TWO, 1, 0), command), None, "{command:?}");
            assert_eq!(cause(Load::default(), command), None, "{command:?}");
        }
        assert_eq!(cause(running(incoming, 1, 0), Command::PickUp), full);
        assert_eq!(cause(running(incoming, 1, 0), Command::BargeIn), None);
        assert_eq!(cause(running(TWO, 2, 0), Command::Hold), None);
    }

    #[test]
    fn a_member_of_a_full_group_makes_no_call() {
        let office = office();
        let full = Outcome::Refuse(Cause::NoCapacity, Prompt::NoCapacity.into());
        let outgoing = CapacityLimits { outgoing: Some(1), ..CapacityLimits::default() };

        assert!(matches!(dial(&office, running(TWO, 1, 0), "202"), Outcome::Reach(_)));
        assert_eq!(dial(&office, running(TWO, 1, 1), "202"), full);
        assert_eq!(dial(&office, running(outgoing, 0, 1), "0301234567"), full);
        assert!(matches!(dial(&office, running(outgoing, 3, 0), "0301234567"), Outcome::Reach(_)));
        assert!(matches!(dial(&office, running(TWO, 2, 0), "*78"), Outcome::Operate(_)));
    }

    #[test]
    fn a_call_that_comes_back_finds_room() {
        let office = office();
        let caller = office.directory.party(CARLA).unwrap();
        let mut recall = Attempt::recall(&office.directory, caller, BERT, crate::testing::noon()).unwrap();
        recall.load = running(TWO, 2, 0);

        ringing(&office.arrive(recall, Availability::Idle));
    }
}
