//! Licences in a company file (F-006): whether the company has as many as its users hold.

use pbx::directory::licence::{Shortage, shortages};

use super::Lowering;
use crate::company_file::problem::{Table, What};

/// Users who are named in one problem; the rest is counted.
const NAMED: usize = 20;

impl Lowering<'_> {
    pub(super) fn licences(&mut self) {
        for short in shortages(&self.data.records) {
            let field = format!("licences.{}", short.licence.name());
            let what = self.too_few(&short);
            self.fault(Table { name: "company", index: 0 }, &field, what);
        }
    }

    fn too_few(&self, short: &Shortage) -> What {
        let (name, count, held) = (short.licence.name(), short.count, short.holders.len());
        let logins = short.holders.iter().filter_map(|who| self.data.subscriber(*who));
        let mut who: Vec<&str> = logins.take(NAMED).map(|record| record.login.as_str()).collect();
        if held > NAMED {
            who.push("…");
        }
        let who = who.join(", ");
        What::new(
            "licences_in_use",
            format!("{held} gebruikers hebben `{name}` en er zijn er {count}: {who}"),
            format!("{held} users hold `{name}` and there are {count}: {who}"),
        )
    }
}
