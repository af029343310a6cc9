//! What the catalogue, the settings pages, the documentation and the licences know about a service.
//!
//! A card is data beside the behaviour, in the same file, so that neither can be changed without seeing
//! the other.

use std::ops::RangeInclusive;

use crate::directory::{Code, Owner, ScheduleKind};

/// The description of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The name of the service's file and of its stored settings: `call_forwarding_busy`.
    pub id: &'static str,
    /// The function that it fulfils: `F-065`.
    pub function: &'static str,
    /// The service's name in Dutch.
    pub title_nl: &'static str,
    /// The service's name in English.
    pub title_en: &'static str,
    /// Whose settings they are.
    pub scope: Scope,
    /// What it does to a call, as far as others must be able to set it aside as a kind.
    pub class: FeatureClass,
    /// The access codes that it obeys.
    pub access_codes: &'static [Code],
    /// The version of the stored settings.
    pub version: u32,
    /// The settings as a form shows them, in its order.
    pub fields: &'static [Field],
    /// Parts of the function that wait for something that does not exist yet.
    pub waits_for: &'static [WaitsFor],
}

/// Whose settings a service has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Each subscriber's own.
    User,
    /// The site's, which a department may override.
    Group,
    /// The site's, which a department and above it a subscriber may override. Administrators set them, for subscribers as
    /// well: they say what a subscriber may do.
    Inherited,
    /// Each subscriber's, which only administrators set.
    Managed,
}

impl Scope {
    /// Whether this is somebody whose settings there can be.
    pub const fn is_of(self, owner: Owner) -> bool {
        match (self, owner) {
            (Self::User | Self::Inherited | Self::Managed, Owner::Subscriber(_))
            | (Self::Group | Self::Inherited, Owner::Group(_) | Owner::Department(_)) => true,
            (Self::User | Self::Managed, Owner::Group(_) | Owner::Department(_))
            | (Self::Group, Owner::Subscriber(_)) => false,
        }
    }
}

/// The kinds of service that a situation can set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeatureClass {
    /// Decides whether and how the call is accepted.
    Screening,
    /// The same, by who calls: not asked where a group offers the call (ruling R-2).
    CallerScreening,
    /// Sends the call elsewhere: set aside when the call may not be diverted any further (ruling R-11).
    Diversion,
    /// Decides who is shown.
    Identity,
    /// Decides what can be dialled.
    Dialling,
    /// Acts during or after the call.
    Call,
}

/// One setting in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The field's name in the stored settings.
    pub name: &'static str,
    /// The label in Dutch.
    pub nl: &'static str,
    /// The label in English.
    pub en: &'static str,
    /// What can be filled in.
    pub kind: FieldKind,
}

/// What can be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// On or off.
    Switch,
    /// A number that calls are sent on to; may be empty. Typed as people dial it, stored in canonical form.
    Destination,
    /// A whole number within a range; `zero` allows 0 besides it.
    Count {
        /// The range.
        range: RangeInclusive<u32>,
        /// Whether 0 is allowed besides the range.
        zero: bool,
    },
    /// One of these stored values.
    Choice(&'static [Choice]),
    /// A subscriber. Written by the login, stored by the id.
    Subscriber,
    /// A list of subscribers.
    Subscribers,
    /// Music: the exchange's own, or a file of the company.
    Music,
    /// A schedule of this kind, or none. Written by its name, stored by its id.
    Schedule(ScheduleKind),
    /// A list of numbers, or patterns of them (C-3).
    Patterns,
    /// One of the subscriber's own numbers.
    OwnNumber,
    /// A list of the subscriber's own numbers.
    OwnNumbers,
    /// Any of these stored values.
    Choices(&'static [Choice]),
    /// A text of so many characters at most.
    Text(usize),
    /// Digits that somebody knows, kept as their hash and answered as that.
    Pin,
    /// What is dialled before a short code of one's own; no access code begins like it.
    CodePrefix,
    /// Settings within a setting.
    Record(&'static [Field]),
    /// A list of records with these fields.
    List(&'static [Field]),
}

/// A value to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As stored.
    pub value: &'static str,
    /// The label in Dutch.
    pub nl: &'static str,
    /// The label in English.
    pub en: &'static str,
}

/// A part of a function that something else must bring first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitsFor {
    /// The part: "ring splash".
    pub part: &'static str,
    /// The id of what brings it: `C-4`.
    pub id: &'static str,
}
