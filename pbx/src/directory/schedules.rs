//! Every schedule of a company, and the clock on its wall.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Directory, GroupId, Owner, Schedule, ScheduleId, ScheduleKind, ScheduleOwner};

/// The schedules of a company; decisions ask whether one of them holds at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedules {
    zone: TimeZone,
    by_id: BTreeMap<ScheduleId, Schedule>,
}

impl Schedules {
    pub(super) const fn new(zone: TimeZone, by_id: BTreeMap<ScheduleId, Schedule>) -> Self {
        Self { zone, by_id }
    }

    /// None at all.
    pub(crate) fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<Schedules>> =
            LazyLock::new(|| Arc::new(Schedules::new(TimeZone::UTC, BTreeMap::new())));
        Arc::clone(&NONE)
    }

    /// Whether a moment lies in a schedule, on the company's wall clock (ruling R-21). One that is gone never holds.
    pub fn holds(&self, id: ScheduleId, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        self.get(id).is_some_and(|schedule| schedule.at(local).is_some())
    }

    /// One of them.
    pub fn get(&self, id: ScheduleId) -> Option<&Schedule> {
        self.by_id.get(&id)
    }

    /// Every schedule, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Schedule> {
        self.by_id.values()
    }
}

impl Directory {
    /// Every schedule of the company.
    pub const fn schedules(&self) -> &Arc<Schedules> {
        &self.schedules
    }

    /// The schedules that the services of an owner may name: its own, its site's and the company's, the nearest first.
    pub fn schedules_of(&self, owner: Owner) -> impl Iterator<Item = &Schedule> {
        let group = self.group_of_owner(owner);
        let levels = [subscriber(owner), group.map(ScheduleOwner::Group), Some(ScheduleOwner::Company)];
        levels
            .into_iter()
            .flatten()
            .flat_map(|level| self.schedules.iter().filter(move |schedule| schedule.owner == level))
    }

    /// The schedule that an owner's service means by a name; of two with one name the nearest.
    pub(super) fn schedule_named(&self, owner: Owner, kind: ScheduleKind, name: &str) -> Option<ScheduleId> {
        let mut seen = self.schedules_of(owner);
        seen.find(|schedule| schedule.kind == kind && schedule.name == name).map(|schedule| schedule.id)
    }

    pub(super) fn group_of_owner(&self, owner: Owner) -> Option<GroupId> {
        match owner {
            Owner::Subscriber(id) => self.subscriber(id).map(|subscriber| subscriber.group),
            Owner::Group(id) => Some(id),
            Owner::Department(id) => self.department(id).map(|department| department.group),
        }
    }
}

const fn subscriber(owner: Owner) -> Option<ScheduleOwner> {
    match owner {
        Owner::Subscriber(id) => Some(ScheduleOwner::Subscriber(id)),
        Owner::Group(_) | Owner::Department(_) => None,
    }
}
