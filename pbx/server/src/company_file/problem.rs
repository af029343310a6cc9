//! What is wrong with a company file, and on which line.
//!
//! While a file is understood, a fault knows its table and field by name. Only when there are
//! faults is the file read once more to find the lines, so that a file without faults pays nothing.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most problems that are told at once.
const LIMIT: usize = 50;

/// Something that is wrong with a company file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Stable, for programs.
    pub code: &'static str,
    /// What is wrong, Dutch, without a full stop.
    pub nl: String,
    /// What is wrong, English, without a full stop.
    pub en: String,
}

impl Problem {
    pub(super) fn at(text: &str, span: Option<Range<usize>>, what: What) -> Self {
        let (line, column) = position(text, span.map_or(0, |span| span.start));
        Self { line, column, code: what.code, nl: what.nl, en: what.en }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({})", self.line, self.column, self.en, self.code)
    }
}

/// What is wrong, apart from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct What {
    pub code: &'static str,
    pub nl: String,
    pub en: String,
}

impl What {
    pub(super) fn new(code: &'static str, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, nl: nl.into(), en: en.into() }
    }

    /// What the TOML reader says, or a record's own check: English in both, after Dutch words.
    pub(super) fn reported(code: &'static str, nl: &str, reason: &str) -> Self {
        let reason = reason.trim().replace('\n', ", ");
        Self { code, nl: format!("{nl}: {reason}"), en: reason }
    }
}

/// A table of the file: `[company]`, or the nth `[[user]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Table {
    pub name: &'static str,
    pub index: usize,
}

/// Something wrong in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub table: Table,
    /// The way to the field: `device.0.secret`; empty for the table itself.
    pub field: String,
    pub what: What,
}

/// Finds the lines of faults.
pub(super) fn locate(text: &str, faults: Vec<Fault>) -> Vec<Problem> {
    let (file, _) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = faults
        .into_iter()
        .take(LIMIT)
        .map(|fault| Problem::at(text, span(file.get_ref(), &fault), fault.what))
        .collect();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
}

/// The span of the field, or of the nearest table around it that exists.
fn span(file: &DeTable<'_>, fault: &Fault) -> Option<Range<usize>> {
    let mut here = match file.get(fault.table.name)? {
        value if value.get_ref().is_table() => value,
        value => value.get_ref().as_array()?.get(fault.table.index)?,
    };
    let mut found = here.span();
    for step in fault.field.split('.').filter(|step| !step.is_empty()) {
        let Some((span, value)) = inside(here, step) else { break };
        found = span;
        here = value;
    }
    Some(found)
}

fn inside<'a, 'i>(
    value: &'a Spanned<DeValue<'i>>,
    step: &str,
) -> Option<(Range<usize>, &'a Spanned<DeValue<'i>>)> {
    match value.get_ref() {
        DeValue::Table(table) => table
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == step)
            .map(|(key, value)| (key.span(), value)),
        DeValue::Array(array) => array.get(step.parse::<usize>().ok()?).map(|value| (value.span(), value)),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => None,
    }
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_points_at_the_field_or_at_the_table_around_it() {
        let text =
            "[company]\nname = \"A\"\n\n[[user]]\nlogin = \"x\"\n\n[[user]]\nlogin = \"y\"\nname = \"Y\"\n";
        let fault = |field: &str| Fault {
            table: Table { name: "user", index: 1 },
            field: field.to_owned(),
            what: What::new("c", "n", "e"),
        };

        assert_eq!(locate(text, vec![fault("name")])[0].line, 9);
        assert_eq!(locate(text, vec![fault("extension")])[0].line, 7);
        assert_eq!(locate(text, vec![fault("")])[0].line, 7);
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        assert_eq!(position("é = é", 5), (1, 5));
    }
}
