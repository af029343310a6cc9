//! Who is in the office of a scenario, and what their services are set to.

use pbx::feature::ControllerLeaves;
use pbx::features::{
    CallForwardingAlways, CallForwardingBusy, CallForwardingNoAnswer, CallTransfer, CallWaiting,
    DoNotDisturb, ThreeWayCall,
};

use crate::world::{Person, World};

/// Everybody who can be in an office, by extension; as many as there are work there.
pub(super) const NAMES: [&str; 4] = ["Anna", "Bert", "Carla", "Dirk"];
/// The number of the one outside.
pub(super) const OUTSIDE: &str = "+31612345678";

/// Somebody, by the order of extensions; after the last colleague comes the one outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who(pub(super) usize);

/// A call on the display of somebody's telephone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) who: Who,
    pub(super) place: usize,
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "person {}", self.0 + 1)
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "call {} of {:?}", self.place + 1, self.who)
    }
}

/// A service that sends calls on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forward {
    Always,
    Busy,
    NoAnswer,
}

/// A service that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    DoNotDisturb,
    CallWaiting,
    /// The others of a three-way call go on when the one who made it leaves.
    OthersStay,
    /// A blind transfer that nobody answers comes back.
    Recall,
}

/// How often it rings before a call that is not answered is sent on.
pub(super) const RINGS: u8 = 3;

/// The people of one scenario.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) people: Vec<Person>,
    /// Whose telephone is gone for good.
    pub(super) gone: Vec<Who>,
}

impl Office {
    /// Somebody in the world.
    pub(super) fn person(&self, who: Who) -> Person {
        self.people[who.0]
    }

    /// The one outside.
    pub(super) fn outsider(&self) -> Who {
        Who(self.people.len() - 1)
    }

    /// What is dialled to reach somebody.
    pub(super) fn number(&self, who: Who) -> String {
        if who == self.outsider() { OUTSIDE.to_owned() } else { (201 + who.0).to_string() }
    }

    /// Sends somebody's calls on, or no longer.
    pub(super) fn forward(&self, world: &mut World, who: Who, by: Forward, to: Option<Who>) {
        let person = self.person(who);
        let forward_to = to.and_then(|to| self.number(to).parse().ok());
        let active = forward_to.is_some();
        match by {
            Forward::Always => world.set(person, &CallForwardingAlways { active, forward_to }),
            Forward::Busy => world.set(person, &CallForwardingBusy { active, forward_to }),
            Forward::NoAnswer => {
                world.set(person, &CallForwardingNoAnswer { active, forward_to, rings: RINGS });
            }
        }
    }

    /// Switches somebody's service.
    pub(super) fn switch(&self, world: &mut World, who: Who, service: Service, on: bool) {
        let person = self.person(who);
        match service {
            Service::DoNotDisturb => world.set(person, &DoNotDisturb { active: on }),
            Service::CallWaiting => {
                world.set(person, &CallWaiting { active: on, ..CallWaiting::default() });
            }
            Service::OthersStay => {
                let when_controller_leaves =
                    if on { ControllerLeaves::OthersStay } else { ControllerLeaves::EndForAll };
                world.set(person, &ThreeWayCall { when_controller_leaves });
            }
            Service::Recall => {
                world.set(person, &CallTransfer { recall: on, recall_rings: 2, ..CallTransfer::default() });
            }
        }
    }
}
