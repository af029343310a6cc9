//! Schedules: each for itself, then that nobody has two with one name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Build;
use crate::directory::{Directory, Record, Schedule, ScheduleOwner, ScheduleRecord, Schedules};

impl Build {
    /// After people and sites, whose schedules they may be, and before services, which name them.
    pub(super) fn schedules(&mut self, directory: &mut Directory, records: &[ScheduleRecord]) {
        let mut by_id = BTreeMap::new();
        let mut names = BTreeSet::new();
        for record in records {
            let at = Record::Schedule(record.id);
            if !is_known(directory, record.owner) {
                self.error(at, "owner", "nobody has this id");
            }
            match Schedule::checked(record) {
                Ok(schedule) => {
                    if !names.insert((schedule.owner, schedule.kind, schedule.name.clone())) {
                        let why = format!("two schedules of one owner are called `{}`", schedule.name);
                        self.error(at, "name", why);
                    }
                    if by_id.insert(schedule.id, schedule).is_some() {
                        self.error(at, "id", "two schedules have this id");
                    }
                }
                Err(error) => self.error(at, "events", error.to_string()),
            }
        }
        directory.schedules = Arc::new(Schedules::new(directory.company.time_zone.clone(), by_id));
    }
}

fn is_known(directory: &Directory, owner: ScheduleOwner) -> bool {
    match owner {
        ScheduleOwner::Company => true,
        ScheduleOwner::Group(id) => directory.group(id).is_some(),
        ScheduleOwner::Subscriber(id) => directory.subscriber(id).is_some(),
    }
}
