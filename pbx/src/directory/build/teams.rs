//! Teams: each for itself, then that nobody is in two of one kind.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Build;
use crate::directory::{Directory, Record, Team, TeamRecord, Teams};

impl Build {
    /// After people, who are in them.
    pub(super) fn teams(&mut self, directory: &mut Directory, records: &[TeamRecord]) {
        let mut teams = Teams::default();
        let mut names = BTreeSet::new();
        for record in records {
            let at = Record::Team(record.id);
            self.name(at, &record.name);
            if !names.insert((record.kind, record.name.as_str())) {
                self.error(at, "name", format!("two teams of this kind are called `{}`", record.name));
            }
            if teams.get(record.id).is_some() {
                self.error(at, "id", "two teams have this id");
            }
            self.members(directory, record);
            let (id, name) = (record.id, record.name.clone());
            let team = Team { id, name, kind: record.kind, members: record.members.clone() };
            for member in teams.add(team) {
                self.error(at, "members", format!("subscriber {member} is in a team of this kind already"));
            }
        }
        directory.teams = Arc::new(teams);
    }

    fn members(&mut self, directory: &Directory, record: &TeamRecord) {
        let unknown = record.members.iter().filter(|member| directory.subscriber(**member).is_none());
        for member in unknown {
            self.error(Record::Team(record.id), "members", format!("there is no subscriber {member}"));
        }
    }
}
