//! What a new call turns out to be: an attempt, an emergency call, or nothing.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Attempt, Availability, Facts, Half, HistoryEntry, Identity, Load, Offer, OutsideDiversion, Party,
    PerCall, Recalled, Shown,
};
use crate::directory::{Directory, E164, Number, OwnNumber, Reading, Schedules, SubscriberId, TrunkId};
use crate::feature::{Cause, Terms};
use crate::limits;
use crate::memory::{Memory, Remembered};

/// What a new call turns out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// A call for help: decided before any service is asked (C-8).
    Emergency(EmergencyCall),
    /// A call like any other: resolve it, at `Dialling` in a caller's half, else at `Arriving`.
    Attempt(Box<Attempt>),
    /// Nobody of ours has the number that an outside caller wants.
    Refused(Cause),
}

/// A call for help. It goes out at once, over the first line that works, and always shows who calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmergencyCall {
    /// Who calls.
    pub caller: SubscriberId,
    /// The number as the network expects it, without prefixes: `112`.
    pub number: String,
    /// Whether it is only a test of the way to help.
    pub test: bool,
    /// Who is shown; never withheld.
    pub identity: Identity,
    /// The lines to try, in this order: the caller's site first.
    pub trunks: Vec<TrunkId>,
}

/// A call that comes in over a trunk, as the translator read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingCall {
    /// The line.
    pub trunk: TrunkId,
    /// The number that is called, as it came.
    pub called: String,
    /// The asserted number of the caller, if one was given.
    pub number: Option<E164>,
    /// The name of the caller, if one was given.
    pub name: Option<String>,
    /// The caller asked not to be shown.
    pub withheld: bool,
    /// Earlier redirections, oldest first.
    pub diversions: Vec<OutsideDiversion>,
    /// The caller says that it is the emergency centre (RFC 7090), or shows its number.
    pub from_help: bool,
}

impl IncomingCall {
    /// Who calls, as a fact.
    pub(crate) fn party(&self, directory: &Directory) -> Party {
        directory.outside_party(self.trunk, self.number, self.name.clone(), self.withheld)
    }
}

impl Attempt {
    /// A subscriber dials. `at` is the time of day on the wall.
    pub fn dial(
        directory: &Directory,
        memory: &Memory,
        by: SubscriberId,
        text: &str,
        at: Timestamp,
    ) -> Opened {
        let (Some(caller), Some(reading)) = (directory.party(by), directory.read(by, text)) else {
            return Opened::Refused(Cause::Forbidden);
        };
        match reading {
            Reading::Emergency { number, test } => Self::emergency(directory, by, &number, test)
                .map_or(Opened::Refused(Cause::Forbidden), Opened::Emergency),
            Reading::Dialled(dialled) => {
                let mut attempt = Self::new(caller, Half::Caller(by), dialled.text, at);
                attempt.wishes = memory.of(by).next_call;
                Opened::Attempt(Box::new(attempt))
            }
        }
    }

    /// A call comes in over a trunk.
    pub fn incoming(directory: &Directory, call: IncomingCall, at: Timestamp) -> Opened {
        let number = directory.incoming_number(&call.called);
        let Some((number, subscriber)) = number.and_then(|it| Some((it, directory.by_number(it)?))) else {
            return Opened::Refused(Cause::UnknownNumber);
        };
        let number = Number::International(number);
        let mut attempt =
            Self::new(call.party(directory), Half::Callee { subscriber, number }, call.called, at);
        attempt.first_called = Some(number);
        attempt.history.push(HistoryEntry { target: number, left: None });
        attempt.facts.from_help = call.from_help;
        attempt.outside = call.diversions;
        attempt.outside.truncate(limits::OUTSIDE_DIVERSIONS);
        Opened::Attempt(Box::new(attempt))
    }

    /// A subscriber sends a party of a call to what they dial. The call stays that party's (ruling R-8);
    /// the transferring subscriber's services decide about the target.
    pub fn transfer(
        directory: &Directory,
        party: Party,
        (by, terms): (SubscriberId, &Terms),
        text: &str,
        at: Timestamp,
    ) -> Opened {
        match directory.read(by, text) {
            Some(Reading::Dialled(dialled)) => {
                let mut attempt = Self::new(party, Half::Caller(by), dialled.text, at);
                attempt.facts.no_further_diversion = terms.no_further_diversion;
                attempt.facts.transferred_by = Some(by);
                Opened::Attempt(Box::new(attempt))
            }
            Some(Reading::Emergency { .. }) | None => Opened::Refused(Cause::Forbidden),
        }
    }

    /// A transferred or parked call comes back to a subscriber: it rings there or waits there, whatever
    /// their services say about new calls (F-024, F-069).
    pub fn recall(directory: &Directory, party: Party, to: SubscriberId, at: Timestamp) -> Option<Self> {
        let number = directory.subscriber(to)?.number()?;
        let mut attempt = Self::new(party, Half::Callee { subscriber: to, number }, number.to_string(), at);
        attempt.first_called = Some(number);
        attempt.history.push(HistoryEntry { target: number, left: None });
        attempt.facts.recall = Some(Recalled::Transfer);
        attempt.facts.no_further_diversion = true;
        Some(attempt)
    }

    /// The call as a group offers it to a member (ruling R-2).
    #[must_use]
    pub(crate) fn offered_to(mut self, member: SubscriberId, number: Number, offer: Offer) -> Self {
        self.half = Half::Callee { subscriber: member, number };
        self.history.push(HistoryEntry { target: number, left: None });
        self.facts.offer = Some(offer);
        self
    }

    /// A call to a subscriber of which nothing is known, for questions about settings.
    pub(crate) fn of_nobody(directory: &Directory, to: SubscriberId) -> Option<Self> {
        let number = directory.subscriber(to)?.number()?;
        let nobody = Party {
            subscriber: None,
            name: None,
            extension: None,
            number: None,
            withheld: false,
            trunk: None,
            on_net: None,
        };
        let half = Half::Callee { subscriber: to, number };
        Some(Self::new(nobody, half, number.to_string(), Timestamp::UNIX_EPOCH))
    }

    /// A call for help by a subscriber; `None` when there is no such subscriber.
    pub(crate) fn emergency(
        directory: &Directory,
        by: SubscriberId,
        number: &str,
        test: bool,
    ) -> Option<EmergencyCall> {
        let caller = directory.party(by)?;
        let shown = match caller.number {
            Some(number) => Shown::Number { number: Number::International(number), name: caller.name },
            None => Shown::Unavailable,
        };
        let identity = Identity { shown, asserted: caller.number };
        let trunks = directory.emergency_trunks(by);
        Some(EmergencyCall { caller: by, number: number.to_owned(), test, identity, trunks })
    }

    fn new(caller: Party, half: Half, dialled: String, at: Timestamp) -> Self {
        Self {
            caller,
            half,
            dialled,
            first_called: None,
            at,
            facts: Facts::default(),
            availability: Availability::Idle,
            load: Load::default(),
            wishes: PerCall::default(),
            answers: Vec::new(),
            authorized: None,
            diversions: Vec::new(),
            outside: Vec::new(),
            history: Vec::new(),
            remembered: Remembered::default(),
            schedules: Schedules::none(),
            called_as: OwnNumber::Primary,
            from_other_site: false,
        }
    }
}
