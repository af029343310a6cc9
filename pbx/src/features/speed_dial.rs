//! What the two speed dials share: a list of numbers under short codes, how one is called, and how one is programmed at
//! the telephone. This is no service of its own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attempt::PerCall;
use crate::clip::{Announcement, Clip, Prompt};
use crate::directory::ForwardTo;
use crate::feature::{
    Argument, Cause, Described, Field, FieldError, FieldKind, Operation, Ruling, refused_number, rewrite,
};

/// Characters of a description at most.
const LONGEST: usize = 80;

/// A number under a short code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeedDial {
    /// The code: as many digits as the service has.
    pub code: String,
    /// Who is called; behind `*80` they may not send the call on.
    pub to: ForwardTo,
    /// What it is, 80 characters at most.
    #[serde(default)]
    pub description: String,
}

impl SpeedDial {
    /// The form of an entry.
    pub(super) const FIELD: Field = Field {
        name: "entries",
        nl: "Nummers",
        en: "Numbers",
        kind: FieldKind::List(&[
            Field { name: "code", nl: "Code", en: "Code", kind: FieldKind::Text(2) },
            Field { name: "to", nl: "Nummer", en: "Number", kind: FieldKind::Destination },
            Field {
                name: "description",
                nl: "Omschrijving",
                en: "Description",
                kind: FieldKind::Text(LONGEST),
            },
        ]),
    };
}

/// A speed dial as its code sees it.
pub(super) trait SpeedDialling: Described {
    /// The same settings with these entries.
    fn with(&self, entries: Vec<SpeedDial>) -> Self;
    /// The entries.
    fn entries(&self) -> &[SpeedDial];
    /// Whether it has such a code.
    fn has(code: &str) -> bool;
    /// What is said of a code that it does not have.
    const WHICH: Prompt;

    /// Calls whoever stands under a code.
    fn call(&self, code: &str) -> Ruling {
        match self.entries().iter().find(|entry| entry.code == code) {
            Some(entry) => {
                let wishes = PerCall { no_forward: entry.to.no_forward, ..PerCall::default() };
                rewrite(&entry.to.number.dialled(), wishes)
            }
            None => Ruling::Deny(Cause::OperationRefused, Prompt::SpeedDialEmpty.into()),
        }
    }

    /// Stores the number that was dialled after a code; without one the code is emptied.
    fn program(&self, argument: &Argument, digits: usize) -> Ruling {
        let (code, rest) = argument.text.split_at_checked(digits).unwrap_or_default();
        if !Self::has(code) {
            return Ruling::Deny(Cause::OperationRefused, Self::WHICH.into());
        }
        let mut entries = self.entries().to_vec();
        entries.retain(|entry| entry.code != code);
        if rest.is_empty() {
            return Ruling::Operate(Operation::set(
                &self.with(entries),
                said(Prompt::SpeedDialCleared, code),
            ));
        }
        match &argument.number {
            Ok(to) => {
                entries.push(SpeedDial { code: code.to_owned(), to: *to, description: String::new() });
                entries.sort_by(|one, other| one.code.cmp(&other.code));
                Ruling::Operate(Operation::set(&self.with(entries), said(Prompt::SpeedDialStored, code)))
            }
            Err(error) => Ruling::Deny(Cause::OperationRefused, refused_number(error).into()),
        }
    }

    /// Each code once, and of the right form.
    fn check_entries(&self) -> Result<(), FieldError> {
        let mut seen = BTreeSet::new();
        for (place, entry) in (1..).zip(self.entries()) {
            let error =
                |field, reason: String| Err(FieldError::new(&format!("entries.{place}.{field}"), reason));
            if !Self::has(&entry.code) {
                return error("code", format!("`{}` is no code of this speed dial", entry.code));
            }
            if !seen.insert(&entry.code) {
                return error("code", format!("{} is there twice", entry.code));
            }
            if entry.description.chars().count() > LONGEST {
                return error("description", format!("a description has {LONGEST} characters at most"));
            }
        }
        Ok(())
    }
}

fn said(prompt: Prompt, code: &str) -> Announcement {
    vec![Clip::Prompt(prompt), Clip::Digits(code.to_owned())]
}
