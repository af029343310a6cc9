//! Guards against toll fraud, asked once the services agree that a call leaves the exchange.
//!
//! They are no service of anybody: whoever gets hold of a subscriber's settings has not got hold of them.

use super::walk::{EXCHANGE, Walk};
use crate::clip::Prompt;
use crate::directory::{Guard, Number, SubscriberId, Tariff};
use crate::feature::{Cause, Point};
use crate::trace::Said;

/// A guard that a call struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Struck {
    /// Which one.
    pub guard: Guard,
    /// On whose account the call would have been.
    pub by: SubscriberId,
    /// Whom it would have reached.
    pub number: Number,
}

/// The guard that a call on a subscriber's account strikes, if it leads outside.
pub(super) fn strikes(walk: &mut Walk<'_>, at: Point, by: SubscriberId, number: Number) -> Option<Guard> {
    if walk.directory.by_any_number(number).is_some() {
        return None;
    }
    let free = walk.directory.tariff(number).is_some_and(Tariff::is_free);
    let load = &walk.attempt.load.outside;
    let guard = walk.directory.company().guards.struck_by(load, free)?;
    walk.struck = Some(Struck { guard, by, number });
    walk.note(at, Some(by), EXCHANGE, Said::Guard(guard));
    Some(guard)
}

/// What whoever dialled meets: like the end of all capacity, or like a number that is denied (ruling R-14).
pub(super) const fn refusal(guard: Guard) -> (Cause, Prompt) {
    match guard {
        Guard::CallsPerUser | Guard::Calls => (Cause::NoCapacity, Prompt::NoCapacity),
        Guard::SpendPerUser | Guard::Spend => (Cause::Forbidden, Prompt::SpentToday),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Attempt, Availability, Load, Opened, OutsideLoad};
    use crate::directory::{Directory, Guards, PriceRecord};
    use crate::features::CallForwardingAlways;
    use crate::resolve::{Decision, Outcome};
    use crate::testing::{ANNA, BERT, CUSTOMER, Office, noon, number, office, records, refused, ringing};

    /// Two calls, and one euro a day; abroad costs something, the rest of the list nothing.
    fn guarded() -> Office {
        let mut records = records();
        let one = "1".parse().ok();
        records.company.guards = Guards { calls: Some(2), spend: one, ..Guards::default() };
        let line = |prefix: &str, price: &str| PriceRecord {
            prefix: prefix.to_owned(),
            name: String::new(),
            per_call: price.parse().unwrap(),
            per_minute: "0".parse().unwrap(),
        };
        records.prices = vec![line("06", "0.10"), line("0", "0")];
        Office { directory: Directory::build(&records).unwrap(), ..office() }
    }

    fn load(calls: u32, spent: &str) -> Load {
        let outside = OutsideLoad { calls, spent: spent.parse().unwrap(), ..OutsideLoad::default() };
        Load { outside, ..Load::default() }
    }

    fn dial(office: &Office, load: Load, text: &str) -> Decision {
        let opened = Attempt::dial(&office.directory, &office.memory, ANNA, text, noon());
        let Opened::Attempt(attempt) = opened else { panic!("{text} is no call") };
        office.resolve(Attempt { load, ..*attempt }, Point::Dialling)
    }

    #[test]
    fn a_call_too_many_is_not_made_and_is_told() {
        let office = guarded();
        assert!(matches!(dial(&office, load(1, "0"), CUSTOMER).outcome, Outcome::Reach(_)));

        let decision = dial(&office, load(2, "0"), CUSTOMER);

        assert_eq!(decision.outcome, Outcome::Refuse(Cause::NoCapacity, Prompt::NoCapacity.into()));
        let struck = Struck { guard: Guard::Calls, by: ANNA, number: number(CUSTOMER) };
        assert_eq!(decision.struck, Some(struck));
        assert!(decision.trace.to_string().contains("the guard `calls` is struck"), "{}", decision.trace);
        assert!(matches!(dial(&office, load(2, "0"), "202").outcome, Outcome::Reach(_)), "it stays inside");
    }

    #[test]
    fn what_costs_something_is_not_called_when_enough_is_spent() {
        let office = guarded();

        assert!(matches!(dial(&office, load(0, "0.99"), "0612345678").outcome, Outcome::Reach(_)));
        assert_eq!(refused(&dial(&office, load(0, "1"), "0612345678").outcome), Cause::Forbidden);
        assert!(matches!(dial(&office, load(0, "1"), CUSTOMER).outcome, Outcome::Reach(_)), "it is free");
        assert_eq!(
            refused(&dial(&office, load(0, "1"), "116111").outcome),
            Cause::Forbidden,
            "nobody knows what it costs"
        );
    }

    #[test]
    fn a_forward_that_strikes_a_guard_counts_as_off() {
        let mut office = guarded();
        let forward = CallForwardingAlways { active: true, forward_to: Some(number(CUSTOMER).into()) };
        office.set(BERT, &forward);
        let call = Attempt { load: load(2, "0"), ..office.call(ANNA, "202") };
        let call = Attempt { availability: Availability::Idle, ..call };

        let decision = office.resolve(call, Point::Arriving);

        ringing(&decision.outcome);
        assert_eq!(decision.struck.map(|struck| (struck.guard, struck.by)), Some((Guard::Calls, BERT)));
    }
}
