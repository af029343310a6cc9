//! What fits the text in the search box, best first, and what would happen to a call that goes there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Colleague, LampState, Party};

/// The answer to what stands in the search box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Search {
    /// The text that was asked for.
    pub text: String,
    /// What fits, best first; the first one is meant by Enter.
    pub rows: Vec<Suggestion>,
}

/// Somebody or something that can be called, or a call transferred to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Suggestion {
    /// Stable among the rows of one answer.
    pub id: String,
    /// Where it comes from.
    pub source: SuggestionSource,
    /// Whom it would reach.
    pub party: Party,
    /// What to dial.
    pub to: String,
    /// What happens instead of ringing; absent where it would ring.
    pub consequence: Option<Consequence>,
}

/// Where a suggestion comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SuggestionSource {
    /// The list of colleagues.
    Colleague,
    /// Somebody's own contacts (F-181).
    Contact {
        /// The company of the contact; empty where none was written.
        company: String,
    },
    /// An earlier call.
    Recent,
    /// The text itself, read as a number.
    Number,
    /// This caller spoke with them before.
    SpokeBefore {
        /// How often.
        times: u32,
    },
}

/// What happens to a call that goes to somebody now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Consequence {
    /// In a call.
    Busy,
    /// Does not want to be disturbed.
    DoNotDisturb,
    /// Goes elsewhere.
    Forwarded {
        /// Where, where known.
        towards: Option<String>,
    },
    /// No phone rings.
    Offline,
}

impl Consequence {
    /// What happens to a call that goes to `colleague` now.
    #[must_use]
    pub fn of(colleague: &Colleague) -> Option<Self> {
        match colleague.lamp.state {
            LampState::Busy | LampState::OnHold | LampState::Ringing => Some(Self::Busy),
            LampState::DoNotDisturb => Some(Self::DoNotDisturb),
            LampState::Forwarded => Some(Self::Forwarded { towards: colleague.lamp.towards.clone() }),
            LampState::Offline => Some(Self::Offline),
            LampState::Recall
            | LampState::WrapUp
            | LampState::Meeting
            | LampState::Available
            | LampState::Unknown
            | LampState::None => None,
        }
    }
}
