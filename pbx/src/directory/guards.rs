//! Guards against toll fraud: however somebody gets hold of a telephone or a password, so much and no more.
//!
//! They hold for the whole company and come after every calling plan; calls for help pass them all.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Amount;
use crate::attempt::OutsideLoad;

/// What calls to the outside may amount to; there is no bound where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Guards {
    /// Calls at the same time on one user's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls_per_user: Option<u32>,
    /// Calls at the same time of the whole company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<u32>,
    /// What one user's calls cost in a day, by the price list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "25.00")]
    pub spend_per_user: Option<Amount>,
    /// What the whole company's calls cost in a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "250.00")]
    pub spend: Option<Amount>,
}

/// One of the guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// On the calls of one user at the same time.
    CallsPerUser,
    /// On the calls of the company at the same time.
    Calls,
    /// On what one user spends in a day.
    SpendPerUser,
    /// On what the company spends in a day.
    Spend,
}

impl Guards {
    /// Whether nothing is guarded.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it must be known what was spent.
    pub const fn watch_spending(&self) -> bool {
        self.spend_per_user.is_some() || self.spend.is_some()
    }

    /// The first guard that one more call strikes. One that costs nothing spends nothing.
    pub fn struck_by(&self, load: &OutsideLoad, free: bool) -> Option<Guard> {
        let calls = |limit: Option<u32>, running: u32| limit.is_some_and(|limit| running >= limit);
        let spent = |limit: Option<Amount>, spent: Amount| !free && limit.is_some_and(|limit| spent >= limit);
        let strikes = [
            (Guard::CallsPerUser, calls(self.calls_per_user, load.own_calls)),
            (Guard::Calls, calls(self.calls, load.calls)),
            (Guard::SpendPerUser, spent(self.spend_per_user, load.own_spent)),
            (Guard::Spend, spent(self.spend, load.spent)),
        ];
        strikes.into_iter().find(|(_, struck)| *struck).map(|(guard, _)| guard)
    }
}

impl Guard {
    /// The guard's name in traces and settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallsPerUser => "calls_per_user",
            Self::Calls => "calls",
            Self::SpendPerUser => "spend_per_user",
            Self::Spend => "spend",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guard_strikes_at_its_limit() {
        let amount = |text: &str| Some(text.parse::<Amount>().unwrap());
        let guards = Guards {
            calls_per_user: Some(2),
            calls: Some(5),
            spend_per_user: amount("10"),
            spend: amount("100"),
        };
        let quiet = OutsideLoad::default();
        let struck = |load: OutsideLoad| guards.struck_by(&load, false);

        assert_eq!(struck(OutsideLoad { own_calls: 1, calls: 4, ..quiet }), None);
        assert_eq!(struck(OutsideLoad { own_calls: 2, calls: 5, ..quiet }), Some(Guard::CallsPerUser));
        assert_eq!(struck(OutsideLoad { calls: 5, ..quiet }), Some(Guard::Calls));
        let spent = OutsideLoad { own_spent: "10.01".parse().unwrap(), ..quiet };
        assert_eq!(struck(spent), Some(Guard::SpendPerUser));
        assert_eq!(guards.struck_by(&spent, true), None, "what is free spends nothing");
        assert_eq!(struck(OutsideLoad { spent: "100".parse().unwrap(), ..quiet }), Some(Guard::Spend));
        assert_eq!(Guards::default().struck_by(&OutsideLoad { calls: 999, ..spent }, false), None);
    }
}
