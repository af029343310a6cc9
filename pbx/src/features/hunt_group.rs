//! Hunt Group (NL: Belgroep).
//!
//! One number, and the calls to it ring at the members: all at once, from the top, in turn, at whoever has been idle
//! longest, or by shares. Who is busy, does not want to be disturbed or is not there is passed over. When nobody takes
//! the call the group's own services decide, the forward after a time-out first (rulings ). A member makes the
//! group busy with `#51`, takes that back with `#52` and asks with `#53`, each followed by the group's extension if they
//! are in several. F-110, F-113.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attempt::{Attempt, Reason};
use crate::clip::{Prompt, Tone};
use crate::directory::{Code, ForwardTo, SubscriberId};
use crate::feature::{
    Card, Cause, Described, Dialled, Feature, FeatureClass, Field, FieldError, FieldKind, HuntMember,
    HuntPlan, HuntPolicy, IdleSince, Operation, Point, Ruling, Scope, Treatment, Verdict,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HuntGroup {
    /// Who, in the order of the list.
    pub members: Vec<HuntMember>,
    /// In which order they are rung.
    pub policy: HuntPolicy,
    /// Rings at one member before the next one rings, 1 to 20; 0 rings the first one on.
    pub advance_after_rings: u32,
    /// After so many seconds the call goes to `forward_to`, 1 to 7200; 0 waits for the members.
    pub forward_after_s: u32,
    /// Where it goes then.
    pub forward_to: Option<ForwardTo>,
    /// Members who are in a call are offered it as a waiting call, if they have call waiting.
    pub offers_waiting: bool,
    /// Whose calls count for who has been idle longest.
    pub idle_since: IdleSince,
    /// Members see the group's name before the caller's.
    pub shows_group: bool,
    /// The group is busy by hand.
    pub busy: bool,
    /// Members may make it busy.
    pub members_make_busy: bool,
    /// While no member can be reached, callers find it busy.
    pub busy_when_unreachable: bool,
}

impl Default for HuntGroup {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            policy: HuntPolicy::default(),
            advance_after_rings: 5,
            forward_after_s: 0,
            forward_to: None,
            offers_waiting: false,
            idle_since: IdleSince::default(),
            shows_group: true,
            busy: false,
            members_make_busy: true,
            busy_when_unreachable: false,
        }
    }
}

impl Feature for HuntGroup {
    fn dialling(&self, dialled: &Dialled) -> Ruling {
        match dialled.code() {
            Some((Code::HuntGroupBusyOn | Code::HuntGroupBusyOff | Code::HuntGroupBusyQuery, argument)) => {
                Ruling::Address(argument.cloned())
            }
            Some(_) | None => Ruling::Pass,
        }
    }

    fn ordered(&self, dialled: &Dialled, by: SubscriberId) -> Ruling {
        if !self.has(by) {
            return Ruling::Pass;
        }
        match dialled.code() {
            Some((Code::HuntGroupBusyOn, _)) => self.make_busy(true),
            Some((Code::HuntGroupBusyOff, _)) => self.make_busy(false),
            Some((Code::HuntGroupBusyQuery, _)) => Ruling::Operate(Operation::answer(said(self.busy))),
            Some(_) | None => Ruling::Pass,
        }
    }

    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if attempt.facts.offer.is_some() {
            return Verdict::Pass;
        }
        match (self.busy, self.members.is_empty()) {
            (_, true) => Verdict::Pass,
            (true, false) => Verdict::Take(Treatment::Become(Point::Busy, Cause::Busy)),
            (false, false) => Verdict::Take(Treatment::Hunt(self.plan())),
        }
    }

    fn no_answer(&self, attempt: &Attempt) -> Verdict {
        if attempt.facts.hunting_gave_up && !attempt.facts.no_further_diversion {
            Verdict::divert(self.forward_to, Reason::NoAnswer)
        } else {
            Verdict::Pass
        }
    }

    fn not_reachable(&self, _: &Attempt) -> Verdict {
        if self.members.is_empty() {
            return Verdict::Pass;
        }
        let cause = if self.busy_when_unreachable { Cause::Busy } else { Cause::NotReachable };
        Verdict::Take(Treatment::Become(Point::Busy, cause))
    }
}

impl HuntGroup {
    fn has(&self, subscriber: SubscriberId) -> bool {
        self.members.iter().any(|member| member.subscriber == subscriber)
    }

    fn make_busy(&self, busy: bool) -> Ruling {
        if !self.members_make_busy {
            return Ruling::Deny(Cause::OperationRefused, Tone::Reorder.into());
        }
        Ruling::Operate(Operation::set(&Self { busy, ..self.clone() }, said(busy)))
    }

    fn plan(&self) -> HuntPlan {
        let seconds = |count: u32| (count > 0).then(|| Duration::from_secs(count.into()));
        HuntPlan {
            policy: self.policy,
            members: self.members.clone(),
            advance_after: (self.advance_after_rings > 0).then(|| limits::RING * self.advance_after_rings),
            give_up_after: seconds(self.forward_after_s).filter(|_| self.forward_to.is_some()),
            offers_waiting: self.offers_waiting,
            idle_since: self.idle_since,
            shows_group: self.shows_group,
        }
    }
}

fn said(busy: bool) -> Prompt {
    if busy { Prompt::GroupBusyOn } else { Prompt::GroupBusyOff }
}

impl Described for HuntGroup {
    const CARD: Card = Card {
        id: "hunt_group",
        function: "F-110",
        title_nl: "Belgroep",
        title_en: "Hunt group",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[Code::HuntGroupBusyOn, Code::HuntGroupBusyOff, Code::HuntGroupBusyQuery],
        version: 1,
        fields: &[
            Field { name: "members", nl: "Leden", en: "Members", kind: FieldKind::List(HuntMember::FIELDS) },
            Field {
                name: "policy",
                nl: "Volgorde",
                en: "Order",
                kind: FieldKind::Choice(HuntPolicy::CHOICES),
            },
            Field {
                name: "advance_after_rings",
                nl: "Volgende na zoveel keer overgaan",
                en: "Next one after so many rings",
                kind: FieldKind::Count { range: 1..=20, zero: true },
            },
            Field {
                name: "forward_after_s",
                nl: "Doorschakelen na zoveel seconden",
                en: "Forward after so many seconds",
                kind: FieldKind::Count { range: 1..=7200, zero: true },
            },
            Field {
                name: "forward_to",
                nl: "Dan doorschakelen naar",
                en: "Forward then to",
                kind: FieldKind::Destination,
            },
            Field {
                name: "offers_waiting",
                nl: "Ook aanbieden aan leden in gesprek",
                en: "Offer to members in a call too",
                kind: FieldKind::Switch,
            },
            Field {
                name: "idle_since",
                nl: "Wie het langst niets had",
                en: "Who has been idle longest",
                kind: FieldKind::Choice(IdleSince::CHOICES),
            },
            Field {
                name: "shows_group",
                nl: "Naam van de groep voor die van de beller",
                en: "The group's name before the caller's",
                kind: FieldKind::Switch,
            },
            Field { name: "busy", nl: "Bezet gezet", en: "Busy by hand", kind: FieldKind::Switch },
            Field {
                name: "members_make_busy",
                nl: "Leden mogen de groep bezet zetten",
                en: "Members may make the group busy",
                kind: FieldKind::Switch,
            },
            Field {
                name: "busy_when_unreachable",
                nl: "Bezet als geen lid bereikbaar is",
                en: "Busy while no member can be reached",
                kind: FieldKind::Switch,
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        let error = |field, reason: String| Err(FieldError::new(field, reason));
        if self.members.len() > limits::HUNT_MEMBERS {
            return error("members", format!("at most {} members are possible", limits::HUNT_MEMBERS));
        }
        let distinct: BTreeSet<_> = self.members.iter().map(|member| member.subscriber).collect();
        if distinct.len() != self.members.len() {
            return error("members", "somebody is there twice".to_owned());
        }
        let shares: u32 = self.members.iter().fold(0, |sum, member| sum.saturating_add(member.weight));
        if self.policy == HuntPolicy::Weighted && !self.members.is_empty() && shares != 100 {
            return error("members", format!("the shares are {shares} percent together, and must be 100"));
        }
        if self.advance_after_rings > 20 {
            return error("advance_after_rings", "0 to 20 rings are possible".to_owned());
        }
        if self.forward_after_s > 7200 {
            return error("forward_after_s", "0 to 7200 seconds are possible".to_owned());
        }
        if self.forward_after_s > 0 && self.forward_to.is_none() {
            return error("forward_to", "a forward after a time needs a number".to_owned());
        }
        Ok(())
    }
}
