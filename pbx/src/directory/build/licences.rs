//! Licences: that nobody holds what is none of theirs, that the company has enough, and what each may use by them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pbx_api::licence::HeldBy;
use pbx_api::{Licence, Profile};

use super::Build;
use crate::directory::licence::{held, row, shortages};
use crate::directory::records::{CompanyRecord, CompanyRecords, SubscriberRecord};
use crate::directory::{Record, Rights};

impl Build {
    /// Before the skeleton, which takes the rights that follow.
    pub(super) fn licences(&mut self, records: &CompanyRecords) {
        for record in &records.subscribers {
            self.options(record);
        }
        for shortage in shortages(records) {
            let (name, held) = (shortage.licence.name(), shortage.holders.len());
            let why = format!("{held} hold `{name}` and there are {}", shortage.count);
            self.error(Record::Company, &format!("licences.{name}"), why);
        }
    }

    fn options(&mut self, record: &SubscriberRecord) {
        let at = Record::Subscriber(record.id);
        if !record.kind.has_telephones() {
            let holds = [
                ("profile", record.profile == Profile::FixedMobile),
                ("options", !record.options.is_empty()),
            ];
            for (field, _) in holds.into_iter().filter(|(_, holds)| *holds) {
                self.error(at, field, "a group holds no licences");
            }
        }
        let mut families = BTreeMap::new();
        for option in &record.options {
            let (name, row) = (option.name(), row(*option));
            if row.held_by != HeldBy::Option {
                self.error(at, "options", format!("`{name}` is no option of a user"));
            }
            if let Some(other) = row.family.and_then(|family| families.insert(family, option.name())) {
                self.error(
                    at,
                    "options",
                    format!("`{other}` and `{name}` stand for each other: one is enough"),
                );
            }
        }
    }
}

/// The rights of a company and its people; each set of licences is looked at once, for most hold the same.
pub(super) struct Given<'a> {
    company: &'a CompanyRecord,
    /// What the company holds for everybody.
    shared: BTreeSet<Licence>,
    /// Of a company that counts none.
    everything: Arc<Rights>,
    made: BTreeMap<BTreeSet<Licence>, Arc<Rights>>,
}

impl<'a> Given<'a> {
    pub(super) fn new(company: &'a CompanyRecord) -> Self {
        let has = company.licences.iter().filter(|(_, count)| **count > 0).map(|(licence, _)| *licence);
        let shared = has.filter(|licence| row(*licence).held_by == HeldBy::Company).collect();
        Self { company, shared, everything: Arc::default(), made: BTreeMap::new() }
    }

    /// What the services of a site may be: what any licence of the company brings.
    pub(super) fn company(&mut self) -> Arc<Rights> {
        let has = self.company.licences.iter().filter(|(_, count)| **count > 0);
        self.rights(has.map(|(licence, _)| *licence))
    }

    /// What a subscriber may use; a group what its site may.
    pub(super) fn subscriber(&mut self, record: &SubscriberRecord) -> Arc<Rights> {
        if !record.kind.has_telephones() {
            return self.company();
        }
        let shared = self.shared.clone();
        self.rights(held(record).chain(shared))
    }

    fn rights(&mut self, held: impl Iterator<Item = Licence>) -> Arc<Rights> {
        if self.company.licences.is_empty() {
            return Arc::clone(&self.everything);
        }
        let rights = |held: &BTreeSet<Licence>| Arc::new(Rights::of(held));
        Arc::clone(self.made.entry(held.collect()).or_insert_with_key(rights))
    }
}
