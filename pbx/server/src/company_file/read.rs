//! From text to tables.
//!
//! Each table is read by itself, so that a fault in one user does not hide those in the next.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::FORMAT;
use super::items::CompanyFile;
use super::problem::{Problem, What};

const KNOWN: &[&str] = &[
    "format",
    "spare_numbers",
    "company",
    "site",
    "department",
    "trunk",
    "schedule",
    "capacity_group",
    "price",
    "team",
    "virtual_extension",
    "user",
    "user_range",
    "sound",
];

pub(super) fn parse(text: &str) -> Result<CompanyFile, Vec<Problem>> {
    let (file, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().map(|error| syntax(text, error)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }

    let mut reader = Reader { text, table: file.into_inner(), problems: Vec::new() };
    reader.refuse_unknown();
    let parsed = reader.file();
    problems = reader.problems;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    match parsed {
        Some(file) if problems.is_empty() => Ok(file),
        _ => Err(problems),
    }
}

struct Reader<'t> {
    text: &'t str,
    table: DeTable<'t>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn file(&mut self) -> Option<CompanyFile> {
        let format = self.one::<u32>("format");
        if let Some(format) = format
            && format > FORMAT
        {
            self.problems.push(Problem::at(self.text, None, newer(format)));
        }
        let company = self.one("company");
        if company.is_none() && self.problems.is_empty() {
            let what =
                What::new("no_company", "de tabel [company] ontbreekt", "the table [company] is missing");
            self.problems.push(Problem::at(self.text, None, what));
        }
        let spare_numbers = self.one("spare_numbers").unwrap_or_default();
        let sites = self.many("site");
        let departments = self.many("department");
        let trunks = self.many("trunk");
        let schedules = self.many("schedule");
        let capacity_groups = self.many("capacity_group");
        let prices = self.many("price");
        let teams = self.many("team");
        let virtual_extensions = self.many("virtual_extension");
        let users = self.many("user");
        let ranges = self.many("user_range");
        let sounds = self.many("sound");
        Some(CompanyFile {
            format: FORMAT,
            spare_numbers,
            company: company?,
            sites,
            departments,
            trunks,
            schedules,
            capacity_groups,
            prices,
            teams,
            virtual_extensions,
            users,
            ranges,
            sounds,
        })
    }

    fn refuse_unknown(&mut self) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !KNOWN.contains(&name) {
                let what = What::new(
                    "unknown_table",
                    format!("`{name}` hoort niet in een bedrijfsbestand"),
                    format!("`{name}` does not belong in a company file"),
                );
                self.problems.push(Problem::at(self.text, Some(key.span()), what));
            }
        }
    }

    fn one<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.table.remove(name)?;
        self.value(value)
    }

    fn many<T: DeserializeOwned>(&mut self, name: &str) -> Vec<T> {
        let Some(value) = self.table.remove(name) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            let what = What::new(
                "wrong_shape",
                format!("schrijf [[{name}]], met dubbele haken"),
                format!("write [[{name}]], with double brackets"),
            );
            self.problems.push(Problem::at(self.text, Some(span), what));
            return Vec::new();
        };
        array.into_iter().filter_map(|item| self.value(item)).collect()
    }

    fn value<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(value),
            Err(error) => {
                let what = What::reported("bad_value", "deze waarde mag hier niet", error.message());
                self.problems.push(Problem::at(self.text, error.span().or(Some(span)), what));
                None
            }
        }
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    Problem::at(text, error.span(), What::reported("bad_toml", "dit is geen TOML", error.message()))
}

fn newer(format: u32) -> What {
    What::new(
        "newer_format",
        format!("het bestand heeft vorm {format}, deze centrale kent er tot {FORMAT}"),
        format!("the file has format {format}, this exchange knows up to {FORMAT}"),
    )
}
