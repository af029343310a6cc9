//! Teams: people of the company who do something for each other, in an order.
//!
//! Nobody is in two teams of one kind, so that it is never a question whose call somebody takes.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Directory, SubscriberId, TeamId};

/// What the members of a team do for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TeamKind {
    /// They pick up each other's calls (F-081).
    Pickup,
    /// Calls are parked on one after the other (F-085).
    Park,
}

/// A team, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: TeamKind,
    /// Who is in it, each once, in the order in which they are tried.
    pub members: Vec<SubscriberId>,
}

/// The teams of a company, and who is in which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teams {
    by_id: BTreeMap<TeamId, Team>,
    of: BTreeMap<(TeamKind, SubscriberId), TeamId>,
}

impl Teams {
    /// None at all.
    pub(super) fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<Teams>> = LazyLock::new(Arc::default);
        Arc::clone(&NONE)
    }

    /// Takes in a team; gives back the members who were in one of its kind already, and leaves them there.
    pub(super) fn add(&mut self, team: Team) -> Vec<SubscriberId> {
        let mut elsewhere = Vec::new();
        for member in &team.members {
            match self.of.get(&(team.kind, *member)) {
                Some(_) => elsewhere.push(*member),
                None => {
                    self.of.insert((team.kind, *member), team.id);
                }
            }
        }
        self.by_id.insert(team.id, team);
        elsewhere
    }

    /// A team by its id.
    pub fn get(&self, id: TeamId) -> Option<&Team> {
        self.by_id.get(&id)
    }
}

impl Directory {
    /// Every team of the company.
    pub const fn teams(&self) -> &Arc<Teams> {
        &self.teams
    }

    /// The team of a kind that somebody is in.
    pub fn team_of(&self, kind: TeamKind, member: SubscriberId) -> Option<&Team> {
        self.teams.get(*self.teams.of.get(&(kind, member))?)
    }
}
