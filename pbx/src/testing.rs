//! A small company with people in it, for the tests of this crate.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test names the one answer that it expects")]

use jiff::Timestamp;
use serde_json::json;

use crate::attempt::{Attempt, Availability, Identity, IncomingCall, Opened, Shown};
use crate::call::asking::key_set;
use crate::directory::{CompanyRecords, Directory, Number, Owner, SubscriberId, TrunkId};
use crate::feature::{Cause, Described, ForwardWhen, ForwardingChange, KeyChange, KeyRuling, Point};
use crate::memory::{Change, Memory};
use crate::resolve::{Decision, Destination, Outcome, Ring, caller_identity, resolve};

pub(crate) const ANNA: SubscriberId = SubscriberId(1);
pub(crate) const BERT: SubscriberId = SubscriberId(2);
pub(crate) const CARLA: SubscriberId = SubscriberId(3);
pub(crate) const NOBODY: SubscriberId = SubscriberId(99);
/// A customer outside the company.
pub(crate) const CUSTOMER: &str = "+31301234567";

/// A company and what it remembers.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    pub(crate) directory: Directory,
    pub(crate) memory: Memory,
}

/// Anna 201, Bert 202, Carla 203 and Dirk 204; all but Dirk have a number of their own.
pub(crate) fn office() -> Office {
    Office { directory: Directory::build(&records()).unwrap(), memory: Memory::default() }
}

/// The rows of the small company.
pub(crate) fn records() -> CompanyRecords {
    let person = |id: u32, name: &str, numbers: &[&str]| {
        let login = name.to_lowercase();
        json!({ "id": id, "name": name, "login": login, "group": 1, "extension": (200 + id).to_string(),
                "numbers": numbers })
    };
    serde_json::from_value(json!({
        "company": { "name": "Kantoor", "domain": "kantoor.example", "main_number": "+31201230000" },
        "groups": [{ "id": 1, "name": "Amsterdam", "main_number": "+31201230200" }],
        "departments": [{ "id": 1, "name": "Verkoop", "group": 1 }],
        "subscribers": [
            person(1, "Anna", &["+31201230201"]),
            person(2, "Bert", &["+31201230202", "+31201230222"]),
            person(3, "Carla", &["+31201230203"]),
            person(4, "Dirk", &[]),
        ],
        "trunks": [{ "id": 1, "name": "Provider", "route": { "host": "sip.provider.example" } }],
        "sounds": [sound(1, "site"), sound(2, "own"), sound(3, "one"), sound(4, "two"), sound(5, "busy")],
    }))
    .unwrap()
}

/// A row of a sound that plays three seconds.
pub(crate) fn sound(id: u32, name: &str) -> serde_json::Value {
    json!({ "id": id, "name": name, "format": "wav", "bytes": 48_044, "duration_ms": 3_000, "sha256": name })
}

/// Midday on a Monday.
pub(crate) fn noon() -> Timestamp {
    "2026-03-02T11:00:00Z".parse().unwrap()
}

/// A number in its stored form.
pub(crate) fn number(text: &str) -> Number {
    text.parse().unwrap()
}

impl Office {
    /// Sets a service of a subscriber.
    pub(crate) fn set<T: Described>(&mut self, whom: SubscriberId, settings: &T) {
        let json = serde_json::to_value(settings).unwrap();
        self.directory.set(Owner::Subscriber(whom), T::CARD.id, json).unwrap();
    }

    /// Somebody dials: what the exchange makes of it.
    pub(crate) fn dial(&self, by: SubscriberId, text: &str) -> Decision {
        match Attempt::dial(&self.directory, &self.memory, by, text, noon()) {
            Opened::Attempt(attempt) => self.resolve(*attempt, Point::Dialling),
            Opened::Emergency(call) => panic!("{text} is a call for help: {call:?}"),
            Opened::Refused(cause) => panic!("{text} was refused: {cause:?}"),
        }
    }

    /// Somebody dials a code: it is carried out, stored and remembered.
    pub(crate) fn operate(&mut self, by: SubscriberId, text: &str) -> crate::feature::Operation {
        let Outcome::Operate(operation) = self.dial(by, text).outcome else {
            panic!("{text} is no code of {by}");
        };
        if let Some(store) = &operation.store {
            self.directory
                .set(Owner::Subscriber(operation.of.unwrap_or(by)), store.service, store.settings.clone())
                .unwrap();
        }
        if let Some(change) = operation.remember {
            self.memory.apply(by, change);
        }
        operation
    }

    /// Somebody uses a feature key: what it sets is stored, or it is refused.
    pub(crate) fn uses_key(&mut self, by: SubscriberId, change: &KeyChange) -> Result<(), Cause> {
        match key_set(&self.directory, by, change) {
            KeyRuling::Store(store) => {
                let kept = self.directory.set(Owner::Subscriber(by), store.service, store.settings);
                assert!(kept.is_ok(), "{kept:?}");
                Ok(())
            }
            KeyRuling::Refuse(cause) => Err(cause),
            KeyRuling::Pass => panic!("nobody has the key of {change:?}"),
        }
    }

    /// Somebody switches a forward with its key, with a number or without.
    pub(crate) fn forwards_by_key(
        &mut self,
        by: SubscriberId,
        (when, active): (ForwardWhen, bool),
        to: Option<&str>,
        rings: Option<u32>,
    ) -> Result<(), Cause> {
        let to = to.and_then(|text| self.directory.argument(by, text));
        self.uses_key(by, &KeyChange::Forwarding(ForwardingChange { when, active, to, rings }))
    }

    /// A colleague's call, as it arrives.
    pub(crate) fn call(&self, by: SubscriberId, text: &str) -> Attempt {
        let decision = self.dial(by, text);
        assert!(matches!(decision.outcome, Outcome::Reach(_)), "{:?}", decision.outcome);
        decision.attempt
    }

    /// A call from outside, as it arrives.
    pub(crate) fn outside_call(&self, from: Option<&str>, withheld: bool, to: &str) -> Attempt {
        let call = IncomingCall {
            trunk: TrunkId(1),
            called: to.to_owned(),
            number: from.map(|number| number.parse().unwrap()),
            name: None,
            withheld,
            diversions: Vec::new(),
            from_help: false,
        };
        match Attempt::incoming(&self.directory, call, noon()) {
            Opened::Attempt(attempt) => *attempt,
            other => panic!("nobody has {to}: {other:?}"),
        }
    }

    pub(crate) fn resolve(&self, attempt: Attempt, point: Point) -> Decision {
        resolve(&self.directory, &self.memory, attempt, point)
    }

    /// What happens to a call on arrival when the called subscriber stands like this.
    pub(crate) fn arrive(&self, mut attempt: Attempt, availability: Availability) -> Outcome {
        attempt.availability = availability;
        self.resolve(attempt, Point::Arriving).outcome
    }

    /// What the called party is shown.
    pub(crate) fn shown(&self, attempt: &Attempt) -> Identity {
        caller_identity(&self.directory, attempt)
    }

    /// A subscriber is in a call now.
    pub(crate) fn in_a_call(&mut self, whom: SubscriberId) {
        self.memory.apply(whom, Change::CallBegan(Default::default()));
    }
}

/// A displayed number with a name.
pub(crate) fn shows(number: &str, name: Option<&str>) -> Shown {
    Shown::Number { number: number.parse().unwrap(), name: name.map(str::to_owned) }
}

/// Where a diverted call goes and whether the caller hears of it.
pub(crate) fn diverted(outcome: &Outcome) -> (&Destination, bool) {
    match outcome {
        Outcome::Divert { destination, tell_caller } => (destination, *tell_caller),
        other => panic!("not diverted: {other:?}"),
    }
}

/// How a subscriber rings.
pub(crate) fn ringing(outcome: &Outcome) -> &Ring {
    match outcome {
        Outcome::Ring(ring) => ring,
        other => panic!("does not ring: {other:?}"),
    }
}

/// Why a caller is released.
pub(crate) fn refused(outcome: &Outcome) -> Cause {
    match outcome {
        Outcome::Refuse(cause, _) => *cause,
        other => panic!("not refused: {other:?}"),
    }
}
