//! How the members of a group are rung, as data (F-110).
//!
//! A group's service says what is wished; who is next is asked of [`HuntPlan::next`] each time, because only then it is
//! known who is busy and who was served last.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Choice, Field, FieldKind};
use crate::directory::SubscriberId;
use crate::memory::Hunted;

/// How the members of a group are rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HuntPlan {
    /// In which order.
    pub policy: HuntPolicy,
    /// Who, in the order of the list.
    pub members: Vec<HuntMember>,
    /// So long a member rings before the next one does; none rings the first one on.
    pub advance_after: Option<Duration>,
    /// After so long, counted from the beginning, the group's own services are asked.
    pub give_up_after: Option<Duration>,
    /// A member who is in a call is offered this one as a waiting call (ruling R-18).
    pub offers_waiting: bool,
    /// Whose calls count for who has been idle longest.
    pub idle_since: IdleSince,
    /// Members see the group's name before the caller's.
    pub shows_group: bool,
}

/// A member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HuntMember {
    /// Who.
    pub subscriber: SubscriberId,
    /// With [`HuntPolicy::Weighted`]: the share of calls in percent, 0 to 100.
    #[serde(default)]
    pub weight: u32,
}

impl HuntMember {
    /// The form of a member.
    pub const FIELDS: &'static [Field] = &[
        Field { name: "subscriber", nl: "Lid", en: "Member", kind: FieldKind::Subscriber },
        Field {
            name: "weight",
            nl: "Aandeel in procenten",
            en: "Share in percent",
            kind: FieldKind::Count { range: 0..=100, zero: true },
        },
    ];
}

/// In which order the members of a group are rung.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HuntPolicy {
    /// All at once.
    Simultaneous,
    /// From the top of the list, each time.
    #[default]
    Regular,
    /// Down the list, from the member after the one who was served last.
    Circular,
    /// Whoever has been idle longest.
    Uniform,
    /// By chance, each member with a share.
    Weighted,
}

impl HuntPolicy {
    /// What can be chosen, for a form.
    pub const CHOICES: &'static [Choice] = &[
        Choice { value: "simultaneous", nl: "Allemaal tegelijk", en: "All at once" },
        Choice { value: "regular", nl: "Vaste volgorde", en: "From the top" },
        Choice { value: "circular", nl: "Circulair", en: "In turn" },
        Choice { value: "uniform", nl: "Gelijke verdeling", en: "Longest idle first" },
        Choice { value: "weighted", nl: "Verdeling in procenten", en: "By shares" },
    ];
}

/// Whose calls count for who has been idle longest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdleSince {
    /// Any call of the member.
    #[default]
    AnyCall,
    /// Calls of this group.
    GroupCall,
}

impl IdleSince {
    /// What can be chosen, for a form.
    pub const CHOICES: &'static [Choice] = &[
        Choice { value: "any_call", nl: "Elk gesprek telt", en: "Any call counts" },
        Choice {
            value: "group_call",
            nl: "Alleen gesprekken van de groep tellen",
            en: "Only the group's calls count",
        },
    ];
}

/// What is known when the next member is chosen.
#[derive(Debug, Clone, Copy)]
pub struct HuntFacts<'a> {
    /// Who has been offered the call, or is the caller.
    pub tried: &'a BTreeSet<SubscriberId>,
    /// What is remembered of the group.
    pub hunted: &'a Hunted,
    /// When the last call of a member ended; those who are not in it never had one.
    pub idle_since: &'a BTreeMap<SubscriberId, Timestamp>,
    /// A number that differs from call to call.
    pub dice: u64,
}

impl HuntPlan {
    /// So long those ring whose turn it is. Where no member's time is limited the first one rings on, for `altogether`.
    pub fn turn(&self, altogether: Duration) -> Duration {
        match self.policy {
            HuntPolicy::Simultaneous => altogether,
            HuntPolicy::Regular | HuntPolicy::Circular | HuntPolicy::Uniform | HuntPolicy::Weighted => {
                self.advance_after.unwrap_or(altogether)
            }
        }
    }

    /// Whether nobody else has a turn after those who rang: all of them did at once, or the first one rings on.
    pub fn has_one_turn(&self) -> bool {
        self.advance_after.is_none() || self.policy == HuntPolicy::Simultaneous
    }

    /// Who is to be offered the call now; nobody when the pass is over. With [`HuntPolicy::Simultaneous`] everybody is,
    /// otherwise one at a time.
    pub fn next(&self, facts: HuntFacts<'_>) -> Vec<SubscriberId> {
        let left = || self.members.iter().filter(|member| !facts.tried.contains(&member.subscriber));
        let first = |member: Option<&HuntMember>| member.map(|it| it.subscriber).into_iter().collect();
        match self.policy {
            HuntPolicy::Simultaneous => left().map(|member| member.subscriber).collect(),
            HuntPolicy::Regular => first(left().next()),
            HuntPolicy::Circular => first(self.after(facts).find(|it| !facts.tried.contains(&it.subscriber))),
            HuntPolicy::Uniform => first(left().min_by_key(|member| self.idle(member.subscriber, facts))),
            HuntPolicy::Weighted => first(weighed(left(), facts.dice)),
        }
    }

    /// The list from the member after the one who was served last, once around.
    fn after(&self, facts: HuntFacts<'_>) -> impl Iterator<Item = &HuntMember> {
        let place = |id| self.members.iter().position(|member| member.subscriber == id);
        let start = facts.hunted.last.and_then(place).map_or(0, |place| place + 1);
        self.members.iter().cycle().skip(start).take(self.members.len())
    }

    /// Since when a member is idle; who never had a call comes first.
    fn idle(&self, member: SubscriberId, facts: HuntFacts<'_>) -> Option<Timestamp> {
        match self.idle_since {
            IdleSince::AnyCall => facts.idle_since.get(&member).copied(),
            IdleSince::GroupCall => facts.hunted.served.get(&member).copied(),
        }
    }
}

/// One of the members, each as probable as its share is large. Who has no share gets no call.
fn weighed<'a>(members: impl Iterator<Item = &'a HuntMember> + Clone, dice: u64) -> Option<&'a HuntMember> {
    let total: u64 = members.clone().map(|member| u64::from(member.weight)).sum();
    let mut point = scatter(dice).checked_rem(total)?;
    members.into_iter().find(|member| {
        let weight = u64::from(member.weight);
        let here = point < weight;
        point = point.saturating_sub(weight);
        here
    })
}

/// Spreads numbers that lie close together over all numbers (the finaliser of SplitMix64).
const fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
