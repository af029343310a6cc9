//! Capacity groups, and who is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Build;
use crate::directory::{CapacityGroupId, CapacityGroupRecord, Record, SubscriberRecord};
use crate::limits;

impl Build {
    pub(super) fn capacity_groups(
        &mut self,
        records: &[CapacityGroupRecord],
    ) -> Arc<BTreeMap<CapacityGroupId, CapacityGroupRecord>> {
        let mut groups = BTreeMap::new();
        let mut names = BTreeSet::new();
        for record in records {
            let at = Record::CapacityGroup(record.id);
            self.name(at, &record.name);
            if !names.insert(&record.name) {
                self.error(at, "name", format!("two capacity groups are called `{}`", record.name));
            }
            let wanted = [record.max_active, record.max_incoming, record.max_outgoing];
            for limit in wanted.into_iter().flatten().filter(|limit| *limit > limits::CAPACITY) {
                self.error(at, "max_active", format!("{limit} is more than {}", limits::CAPACITY));
            }
            if record.for_new_users && groups.values().any(|it: &CapacityGroupRecord| it.for_new_users) {
                self.error(at, "for_new_users", "new users are in one group only");
            }
            if groups.insert(record.id, record.clone()).is_some() {
                self.error(at, "id", "two capacity groups have this id");
            }
        }
        Arc::new(groups)
    }

    pub(super) fn members_of_capacity(
        &mut self,
        subscribers: &[SubscriberRecord],
        groups: &BTreeMap<CapacityGroupId, CapacityGroupRecord>,
    ) {
        for record in subscribers {
            if let Some(id) = record.capacity_group.filter(|id| !groups.contains_key(id)) {
                let at = Record::Subscriber(record.id);
                self.error(at, "capacity_group", format!("there is no capacity group {id}"));
            }
        }
    }
}
