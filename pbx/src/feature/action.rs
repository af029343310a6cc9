//! What is to be done with calls that go on, as data: a service says it, and the call machine does it.

use std::time::Duration;

use serde::Serialize;

use crate::directory::Number;

/// What is dialled to open a conference (RFC 4579: the conference factory). A conference is called so too, with a dash and
/// the number of its call behind it.
pub const CONFERENCE: &str = "conference";

/// An order about calls, given by whoever dials its code, or by a service of whoever is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Answer the call that has rung longest at a colleague of the own pickup team.
    PickUp,
    /// Answer the call that has rung longest at whoever has this number.
    PickUpAt(Number),
    /// Answer the call that has rung longest there, or come into the one conversation there is.
    BargeIn {
        /// At whom; without a number at the only colleague of the own pickup team with such a call.
        at: Option<Number>,
        /// Those who talk hear a tone first.
        warn: bool,
    },
    /// Leave the party that is kept waiting on the other call waiting somewhere else.
    Park {
        /// Where.
        at: Spot,
        /// What whoever parks is told.
        confirm: Confirm,
    },
    /// Take the party that is parked at this number, or at oneself.
    Retrieve(Option<Number>),
    /// Leave the party that is put through waiting at whoever is called. Nobody takes it: it comes back
    /// after so long to whoever put it through.
    WaitHere(Duration),
    /// Take the party that waits at whoever is called.
    TakeFromHere,
    /// Begin a conference, in which whoever dials waits for those whom he brings in.
    OpenConference,
}

/// Where a call is parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// At whoever parks it.
    Own,
    /// At whoever has this number.
    At(Number),
    /// At the next free member of the own park team.
    Team,
}

/// What whoever parked a call by a code is told of where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Confirm {
    /// The number is said, and not only that it is parked.
    pub say: bool,
    /// The display shows it for at least so long.
    pub show_for: Duration,
}
