//! A company of any size for these tests, and shorthand for what happens in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pbx::attempt::{Attempt, Availability, IncomingCall, Opened, OutsideDiversion};
use pbx::directory::{CompanyRecords, Directory, Owner, SubscriberId, TrunkId};
use pbx::feature::{Described, Point};
use pbx::memory::Memory;
use pbx::resolve::{Decision, foresee, resolve};
use serde_json::{Value, json};

pub(crate) const ANNA: SubscriberId = SubscriberId(1);
pub(crate) const BERT: SubscriberId = SubscriberId(2);
pub(crate) const CARLA: SubscriberId = SubscriberId(3);
pub(crate) const DIRK: SubscriberId = SubscriberId(4);
/// A customer outside the company.
pub(crate) const CUSTOMER: &str = "+31301234567";

/// A company and what it remembers.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    pub(crate) directory: Directory,
    pub(crate) memory: Memory,
}

/// Four people: Anna 201, Bert 202, Carla 203 and Dirk 204.
pub(crate) fn office() -> Office {
    Office::new(&records(4))
}

/// The rows of a company in which person n has extension 200 + n and two numbers that end in it.
pub(crate) fn records(people: u32) -> CompanyRecords {
    let names = ["Anna", "Bert", "Carla", "Dirk"];
    let person = |n: u32| {
        let name = names.get(n as usize - 1).map_or_else(|| format!("Person {n}"), |name| (*name).to_owned());
        let login = name.to_lowercase().replace(' ', "");
        json!({ "id": n, "name": name, "login": login, "group": 1, "extension": (200 + n).to_string(),
                "numbers": [format!("+3188{:07}", 200 + n), format!("+3185{:07}", 200 + n)] })
    };
    serde_json::from_value(json!({
        "company": { "name": "Kantoor", "domain": "kantoor.example", "main_number": "+31880000000" },
        "groups": [{ "id": 1, "name": "Amsterdam" }, { "id": 2, "name": "Breda" }],
        "subscribers": (1..=people).map(person).collect::<Vec<Value>>(),
        "trunks": [
            { "id": 1, "name": "Breda only", "groups": [2], "route": { "host": "breda.provider.example" } },
            { "id": 2, "name": "Everybody", "route": { "host": "sip.provider.example" } },
        ],
        "sounds": [sound(1, "site"), sound(2, "own")],
    }))
    .unwrap()
}

fn sound(id: u32, name: &str) -> Value {
    json!({ "id": id, "name": name, "format": "wav", "bytes": 48_044, "duration_ms": 3_000, "sha256": name })
}

pub(crate) fn noon() -> Timestamp {
    "2026-03-02T11:00:00Z".parse().unwrap()
}

impl Office {
    pub(crate) fn new(records: &CompanyRecords) -> Self {
        Self { directory: Directory::build(records).unwrap(), memory: Memory::default() }
    }

    /// Sets a service of a subscriber.
    #[must_use]
    pub(crate) fn with<T: Described>(mut self, whom: SubscriberId, settings: &T) -> Self {
        self.with_json(whom, T::CARD.id, serde_json::to_value(settings).unwrap());
        self
    }

    pub(crate) fn with_json(&mut self, whom: SubscriberId, service: &str, settings: Value) {
        self.directory.set(Owner::Subscriber(whom), service, settings).unwrap();
    }

    pub(crate) fn opens(&self, by: SubscriberId, text: &str) -> Opened {
        Attempt::dial(&self.directory, &self.memory, by, text, noon())
    }

    pub(crate) fn dials(&self, by: SubscriberId, text: &str) -> Attempt {
        match self.opens(by, text) {
            Opened::Attempt(attempt) => *attempt,
            other => panic!("{text} is no call: {other:?}"),
        }
    }

    /// A call from outside to the person with an extension.
    pub(crate) fn rings_in(&self, from: Option<&str>, to: u32, diversions: Vec<OutsideDiversion>) -> Attempt {
        self.rings_in_at(&format!("+3188{to:07}"), from, diversions)
    }

    /// A call from outside to a number.
    pub(crate) fn rings_in_at(
        &self,
        called: &str,
        from: Option<&str>,
        diversions: Vec<OutsideDiversion>,
    ) -> Attempt {
        let call = IncomingCall {
            trunk: TrunkId(2),
            called: called.to_owned(),
            number: from.map(|number| number.parse().unwrap()),
            name: None,
            withheld: false,
            diversions,
            from_help: false,
        };
        match Attempt::incoming(&self.directory, call, noon()) {
            Opened::Attempt(attempt) => *attempt,
            other => panic!("nobody has {called}: {other:?}"),
        }
    }

    pub(crate) fn asks(&self, attempt: Attempt, point: Point) -> Decision {
        resolve(&self.directory, &self.memory, attempt, point)
    }

    /// Follows a call to its end; whoever is not named is idle, and nobody answers.
    pub(crate) fn follows(&self, attempt: Attempt, stand: &[(SubscriberId, Availability)]) -> Vec<Decision> {
        let stand: BTreeMap<_, _> = stand.iter().copied().collect();
        let availability = |id| stand.get(&id).copied().unwrap_or(Availability::Idle);
        foresee(&self.directory, &self.memory, attempt, availability)
    }

    /// A call as it arrives at whoever was dialled.
    pub(crate) fn arriving(&self, by: SubscriberId, text: &str) -> Attempt {
        self.asks(self.dials(by, text), Point::Dialling).attempt
    }
}
