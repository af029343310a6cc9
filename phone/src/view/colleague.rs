//! A colleague and the lamp beside the name.
//!
//! A lamp always carries its age and its validity. Wrong presence is worse than none: a lamp that is not
//! confirmed any more keeps its last state and says since when that is no longer certain (F-080).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Moment;

/// Somebody in the same company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Colleague {
    /// Stable identity in the exchange's directory.
    pub id: String,
    /// Name as it is shown: `Sanne de Wit`.
    pub name: String,
    /// Extension; empty where the exchange gives none.
    pub extension: String,
    /// Department; empty where the exchange gives none.
    pub department: String,
    /// What to dial to reach this person.
    pub dial: String,
    /// What this person is doing.
    pub lamp: Lamp,
}

/// What a colleague is doing, since when, and whether that is certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Lamp {
    /// The state that wins when several apply.
    pub state: LampState,
    /// When the state began, where known.
    pub since: Option<Moment>,
    /// When the state ends by itself (a meeting, do not disturb until an hour), where known.
    pub until: Option<Moment>,
    /// Where calls go instead, in [`LampState::Forwarded`].
    pub towards: Option<String>,
    /// Somebody waits at this person and can be taken from there with [`super::Command::PickUp`].
    pub waits: Option<Waits>,
    /// The moment from which this state is no longer confirmed; absent while it is.
    pub stale_since: Option<Moment>,
}

/// How somebody waits at a colleague.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Waits {
    /// For an answer (F-082).
    Ringing,
    /// Parked (F-085).
    Parked {
        /// Who, as the exchange names them.
        who: Option<String>,
    },
}

impl Lamp {
    /// A lamp about which nothing has been heard yet.
    pub const UNKNOWN: Self = Self {
        state: LampState::Unknown,
        since: None,
        until: None,
        towards: None,
        waits: None,
        stale_since: None,
    };

    /// No lamp at all.
    pub const NONE: Self = Self { state: LampState::None, ..Self::UNKNOWN };

    /// A confirmed lamp in `state` since `since`.
    #[must_use]
    pub const fn live(state: LampState, since: Moment) -> Self {
        Self { state, since: Some(since), until: None, towards: None, waits: None, stale_since: None }
    }

    /// The same lamp, no longer confirmed from `now` on. A lamp that was stale already keeps its age.
    #[must_use]
    pub fn stale(mut self, now: Moment) -> Self {
        self.stale_since = self.stale_since.or(Some(now));
        self
    }
}

/// States of a lamp. When several apply, the first of recall, ringing, busy, on hold, wrap-up, do not
/// disturb, forwarded, meeting, available wins; offline overrides all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LampState {
    /// A transferred call comes back to this person.
    Recall,
    /// The phone rings.
    Ringing,
    /// In a call.
    Busy,
    /// In a call that is on hold.
    OnHold,
    /// Finishing the work of the last call.
    WrapUp,
    /// Do not disturb.
    DoNotDisturb,
    /// Calls go elsewhere.
    Forwarded,
    /// In a meeting, by the calendar.
    Meeting,
    /// Signed in and free.
    Available,
    /// No phone of this person is signed in.
    Offline,
    /// Nothing is known.
    Unknown,
    /// There is no lamp: a number outside that is called like a colleague.
    None,
}

#[cfg(test)]
mod tests {
    use super::{Lamp, LampState, Moment};

    #[test]
    fn a_stale_lamp_keeps_its_state_and_the_moment_it_became_uncertain() {
        let lamp = Lamp::live(LampState::Busy, Moment(10)).stale(Moment(20)).stale(Moment(30));

        assert_eq!(lamp.state, LampState::Busy);
        assert_eq!(lamp.since, Some(Moment(10)));
        assert_eq!(lamp.stale_since, Some(Moment(20)));
    }
}
