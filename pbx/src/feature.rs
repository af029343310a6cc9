//! The contract of a service: one trait of questions, answered with data.
//!
//! A service is a struct whose fields are one subscriber's settings. Silence is the default everywhere,
//! so a service file holds only what that service is about. Services do not know each other: the order
//! in which they are asked stands in [`catalogue`](crate::catalogue) and nowhere else.

use std::any::Any;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::attempt::{Attempt, Capacity, Identity, Keys, Load, Party, PerCall};
use crate::clip::Prompt;
use crate::directory::{AuthorizationId, Code, ForwardTo, Number, NumberClass, NumberError, SubscriberId};
use crate::memory::Remembered;

mod action;
mod card;
mod criteria;
mod group_call;
mod hunt;
mod key;
mod met_busy;
mod moment;
mod notice;
mod number_pattern;
mod pin;
mod verdict;

pub use action::{Action, CONFERENCE, Confirm, Spot};
pub use card::{Card, Choice, FeatureClass, Field, FieldKind, Scope, WaitsFor};
pub use criteria::{CallerKind, Callers, Criterion, Judgement};
pub use group_call::GroupCallPlan;
pub use hunt::{HuntFacts, HuntMember, HuntPlan, HuntPolicy, IdleSince};
pub use key::{FeatureKey, ForwardWhen, ForwardingChange, ForwardingKey, KeyChange, KeyRuling, KeyState};
pub use met_busy::MetBusy;
pub use moment::{
    CallView, Command, ControllerLeaves, Direction, EndedCall, Ending, Errand, Fact, Gaze, LogLine, LogList,
    Music, MusicSource, Permit, Recall, RecallTo, Showing, Standing, Terms, Visibility, Watcher,
};
pub use notice::{MailAddress, MailAddressError, Notice, NoticeWish};
pub use number_pattern::{NumberPattern, PatternError};
pub use pin::{Pin, PinError};
pub use verdict::{
    Amendment, Cause, Objection, Operation, Point, Question, Ruling, StoredSettings, Treatment, Verdict,
};

/// One service of a subscriber; `self` holds that subscriber's settings.
///
/// Each method is a question asked at one moment; a service stays silent on the rest.
pub trait Feature: Debug + Send + Sync {
    /// The caller's half: what does the dialled text mean, and is it allowed?
    fn dialling(&self, _: &Dialled) -> Ruling {
        Ruling::Pass
    }

    /// Somebody else dialled an order about this subscriber ([`Ruling::Address`]): may they, and what does it do?
    fn ordered(&self, _: &Dialled, _by: SubscriberId) -> Ruling {
        Ruling::Pass
    }

    /// Who is shown to the other party, asked of both sides at both moments ([`Showing`]).
    fn presenting(&self, _: Showing, _: &Attempt, _: &mut Identity) {}

    /// The callee's half: a call arrives.
    fn arriving(&self, _: &Attempt) -> Verdict {
        Verdict::Pass
    }

    /// The subscriber is busy, or treated as busy.
    fn busy(&self, _: &Attempt) -> Verdict {
        Verdict::Pass
    }

    /// The caller's half once more: the colleague whom the subscriber called is in a call and takes no other. Only a question
    /// and an order are heard.
    fn met_busy(&self, _: &MetBusy) -> Ruling {
        Ruling::Pass
    }

    /// It rang for as long as the services wished, and nobody answered.
    fn no_answer(&self, _: &Attempt) -> Verdict {
        Verdict::Pass
    }

    /// No device can be reached.
    fn not_reachable(&self, _: &Attempt) -> Verdict {
        Verdict::Pass
    }

    /// As the target of somebody's command: is it allowed?
    fn permits(&self, _: Command, _by: &Party) -> Permit {
        Permit::Allow
    }

    /// As whoever wants to take a call of others or to come into one: why may they not?
    fn objects(&self, _: Command, _: &Load) -> Option<Objection> {
        None
    }

    /// As the target of somebody's gaze: how much do they see?
    fn visible_to(&self, _: Gaze, _: Watcher) -> Visibility {
        Visibility::Full
    }

    /// At any time: what do colleagues see of these settings beside the lamp?
    fn standing(&self, _: &mut Standing) {}

    /// At any time: how does the feature key of these settings stand, if they have one (C-6)?
    fn feature_key(&self) -> Option<KeyState> {
        None
    }

    /// Somebody used a feature key at a telephone: what are the settings from now on?
    fn key_set(&self, _: &KeyChange) -> KeyRuling {
        KeyRuling::Pass
    }

    /// During a call: on which terms is this subscriber's command carried out?
    fn terms(&self, _: Command, _: &CallView, _: &mut Terms) {}

    /// Afterwards: what is to be done because of what happened?
    fn noticed(&self, _: &Fact) -> Vec<Errand> {
        Vec::new()
    }
}

/// What the catalogue, the settings pages and the store need of a service.
pub trait Described: Feature + Any + Clone + PartialEq + Default + Serialize + DeserializeOwned {
    /// Its description.
    const CARD: Card;

    /// Lifts settings that an older version wrote to the present form.
    ///
    /// A change that must migrate bumps `CARD.version` and adds an arm here.
    ///
    /// # Errors
    /// A sentence for the administrator when these settings cannot be lifted.
    fn upgrade(_from: u32, settings: Value) -> Result<Value, String> {
        Ok(settings)
    }

    /// Checks what the types alone cannot promise, such as a range.
    ///
    /// # Errors
    /// Which field is wrong, and why, for the person who set it.
    fn check(&self) -> Result<(), FieldError> {
        Ok(())
    }
}

/// A setting that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct FieldError {
    /// The field's name in the stored settings.
    pub field: String,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

impl FieldError {
    /// An error of one field.
    pub fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into() }
    }

    /// The same error as whoever stands around the field says it: `entries.2.to`.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.field = if self.field.is_empty() { outer.to_owned() } else { format!("{outer}.{}", self.field) };
        self
    }
}

/// What a caller dialled, as the dial plan understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialled {
    /// The text as it came, cleaned of spaces and dashes.
    pub text: String,
    /// What it means.
    pub meaning: Meaning,
    /// Whose number it is, if it is somebody's.
    pub called: Option<Called>,
    /// In which part the services are asked.
    pub part: Part,
    /// What is remembered about whoever dialled.
    pub caller: Remembered,
    /// The calls of the capacity group of whoever dialled.
    pub capacity: Option<Capacity>,
    /// What was answered to the service that is asked now, the first answer first.
    pub answers: Vec<Keys>,
    /// The code with which a service before this one let the call through.
    pub authorized: Option<AuthorizationId>,
}

/// A number that would be called, as calling plans see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// What kind of number it is.
    pub class: NumberClass,
    /// Every form of it: all numbers of one colleague are one (ruling R-20).
    pub forms: Vec<Number>,
}

/// In which part a subscriber's services are asked about a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// The subscriber calls it.
    #[default]
    Originating,
    /// The subscriber sends somebody's call to it: by a forward or a transfer.
    Redirecting,
    /// Somebody else sends the subscriber's own call to it; asked of numbers outside only.
    Redirected,
}

impl Dialled {
    /// The access code and its argument, if it is one of these codes.
    pub fn code(&self) -> Option<(Code, Option<&Argument>)> {
        match &self.meaning {
            Meaning::Code(code, argument) => Some((*code, argument.as_ref())),
            Meaning::Number(_) | Meaning::Unassigned(_) | Meaning::Unknown => None,
        }
    }
}

/// What a dialled text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// An access code, with what was dialled after it.
    Code(Code, Option<Argument>),
    /// Somebody's number.
    Number(Number),
    /// It has the form of an extension, and nobody has it.
    Unassigned(Number),
    /// Nothing that this exchange or its country knows.
    Unknown,
}

/// What was dialled after an access code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// As dialled, without the closing `#`.
    pub text: String,
    /// Read as a number that calls are sent on to.
    pub number: Result<ForwardTo, NumberError>,
}

/// What is said of a number that cannot be stored.
pub(crate) const fn refused_number(error: &NumberError) -> Prompt {
    match error {
        NumberError::Emergency(_) | NumberError::AccessCode(_) => Prompt::NumberRefused,
        NumberError::International(_)
        | NumberError::Extension(_)
        | NumberError::Unassigned(_)
        | NumberError::Unreadable(_) => Prompt::UnknownNumber,
    }
}

/// Wishes that a service adds to one call.
pub(crate) fn rewrite(text: &str, wishes: PerCall) -> Ruling {
    Ruling::Rewrite { text: text.to_owned(), wishes }
}
