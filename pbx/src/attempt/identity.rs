//! Who the parties are, and what each listener is shown of them.
//!
//! A [`Party`] is a fact: who really calls. An [`Identity`] is what one listener gets to see of a party,
//! after both sides' services have had their say. The fact never changes (ruling R-8).

use serde::{Deserialize, Serialize};

use crate::directory::{E164, Extension, Number, SubscriberId, TrunkId};

/// Who somebody really is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The subscriber, when it is one of ours.
    pub subscriber: Option<SubscriberId>,
    /// The name, as the directory or the public network gives it.
    pub name: Option<String>,
    /// The short number.
    pub extension: Option<Extension>,
    /// The number of the public network: asserted, also when it is withheld from display.
    pub number: Option<E164>,
    /// The party came from outside and asked not to be shown (Privacy `id` or `user`).
    pub withheld: bool,
    /// The line by which an outside party came in.
    pub trunk: Option<TrunkId>,
    /// An outside party whose number has an extension (F-121).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_net: Option<Box<OnNet>>,
}

/// What it means for a party outside that its number has an extension (F-121).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnNet {
    /// What call records say of calls with it.
    pub call_type: Option<String>,
    /// It counts as internal.
    pub internal: bool,
}

impl Party {
    /// Whether it is a colleague, or counts as one.
    pub fn internal(&self) -> bool {
        self.subscriber.is_some() || self.on_net.as_ref().is_some_and(|it| it.internal)
    }

    /// The same party, of whom nobody's line is concerned.
    pub(crate) fn without_line(&self) -> Self {
        Self { subscriber: None, ..self.clone() }
    }

    /// Every number by which the party is known.
    pub fn numbers(&self) -> impl Iterator<Item = Number> + Clone {
        let public = self.number.map(Number::International);
        public.into_iter().chain(self.extension.map(Number::Extension))
    }
}

/// What one listener is shown of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// What is displayed.
    pub shown: Shown,
    /// The asserted number, for trusted lines only (P-Asserted-Identity, RFC 3325).
    pub asserted: Option<E164>,
}

impl Identity {
    /// Hides the party: the listener sees that somebody wants to stay anonymous.
    pub fn withhold(&mut self) {
        self.shown = Shown::Withheld;
    }

    /// The listener does not get numbers: as if the network had given none.
    pub fn make_unavailable(&mut self) {
        if self.shown != Shown::Withheld {
            self.shown = Shown::Unavailable;
        }
    }
}

/// What is displayed of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A number, and a name when there is one.
    Number {
        /// The number: an extension for colleagues.
        number: Number,
        /// The name.
        name: Option<String>,
    },
    /// The party wants to stay anonymous.
    Withheld,
    /// Nothing is known, or the listener does not get it.
    Unavailable,
    /// The listener keeps what they dialled on the display; nothing new is said.
    Unchanged,
}
