//! The dial plan: what a dialled text means at a site (F-020, F-027).
//!
//! The order matters and stands in [`DialPlan::read`]: help first, then access codes, then colleagues,
//! then the public network. Numbers arrive whole; nothing is dialled on while a call is being set up.

use super::number::shorten;
use super::{AccessCodes, Country, Directory, E164, Extension, Number, NumberError, Takes};
use crate::feature::{Argument, Dialled, Meaning};
use crate::limits;

/// How texts are read at one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialPlan {
    /// The country's numbering plan.
    pub country: Country,
    /// Digits dialled before an outside number, where the site has that habit.
    pub outside_prefix: Option<String>,
    /// The site's access codes.
    pub access_codes: AccessCodes,
}

/// What a dialled text turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A call for help; nothing may stand in its way.
    Emergency {
        /// The number as the network expects it.
        number: String,
        /// Whether it is only a test of the way to help.
        test: bool,
    },
    /// Anything else.
    Dialled(Dialled),
}

impl DialPlan {
    /// Reads a dialled text.
    pub fn read(&self, directory: &Directory, text: &str) -> Reading {
        let text = clean(text);
        if let Some((number, test)) = self.emergency(&text) {
            return Reading::Emergency { number, test };
        }
        let meaning = match self.access_codes.find(&text) {
            Some((code, argument)) => {
                Meaning::Code(code, argument.map(|argument| self.argument(directory, argument)))
            }
            None => self.meaning(directory, &text),
        };
        Reading::Dialled(Dialled { text, meaning, caller: Default::default() })
    }

    /// Reads a text that a setting stores: a number to call, in whatever way people write it.
    ///
    /// # Errors
    /// [`NumberError`] for help, access codes, and what is no number (ruling R-7).
    pub fn destination(&self, directory: &Directory, text: &str) -> Result<Number, NumberError> {
        if let Ok(Number::Short(code)) = text.parse() {
            return Ok(Number::Short(code));
        }
        let text = clean(text);
        if self.emergency(&text).is_some() {
            return Err(NumberError::Emergency(shorten(&text)));
        }
        if self.access_codes.takes(&text) {
            return Err(NumberError::AccessCode(shorten(&text)));
        }
        match self.meaning(directory, &text) {
            Meaning::Number(number) | Meaning::Unassigned(number) => Ok(number),
            Meaning::Code(..) | Meaning::Unknown => Err(NumberError::Unreadable(shorten(&text))),
        }
    }

    /// The emergency number in a text, however it is dialled: `112`, `0-112`, `+31112`, `112#`, and
    /// behind codes that only hold for one call, so that `*67112` still reaches help (C-8).
    pub(super) fn emergency(&self, text: &str) -> Option<(String, bool)> {
        let mut rest = text;
        for _ in 0..limits::REWRITES {
            if let Some(found) = self.plain_emergency(rest) {
                return Some(found);
            }
            rest = match self.access_codes.find(rest) {
                Some((code, Some(argument))) if code.takes() == Takes::PerCall => argument,
                Some(_) | None => return None,
            };
        }
        None
    }

    fn plain_emergency(&self, text: &str) -> Option<(String, bool)> {
        let text = text.strip_suffix('#').unwrap_or(text);
        let country = &self.country;
        let code = country.code.to_string();
        let national = text
            .strip_prefix('+')
            .or_else(|| text.strip_prefix(country.international_prefix))
            .and_then(|digits| digits.strip_prefix(&code));
        let outside = self.outside_prefix.as_deref().and_then(|prefix| text.strip_prefix(prefix));
        let local = text.strip_prefix(country.national_prefix);
        let candidates = [Some(text), national, outside, local];
        let found = |numbers: &[&str]| {
            candidates
                .iter()
                .flatten()
                .find(|candidate| numbers.contains(candidate))
                .map(|text| (*text).to_owned())
        };
        let test = |number: String| (format!("{}{number}", country.national_prefix), true);
        let behind_both = outside.and_then(|rest| rest.strip_prefix(country.national_prefix));
        found(country.emergency).map(|number| (number, false)).or_else(|| {
            let prefixed = [national, local, behind_both];
            let tests = country.emergency_test;
            prefixed.iter().flatten().find(|rest| tests.contains(rest)).map(|rest| test((*rest).to_owned()))
        })
    }

    fn argument(&self, directory: &Directory, text: &str) -> Argument {
        Argument { text: text.to_owned(), number: self.destination(directory, text) }
    }

    fn meaning(&self, directory: &Directory, text: &str) -> Meaning {
        let text = text.strip_suffix('#').unwrap_or(text);
        if text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return directory.by_address(text).map_or(Meaning::Unknown, Meaning::Number);
        }
        let extension: Option<Extension> = text.parse().ok();
        if let Some(extension) = extension.filter(|extension| directory.by_extension(*extension).is_some()) {
            return Meaning::Number(Number::Extension(extension));
        }
        let outside = self.outside_prefix.as_deref().and_then(|prefix| text.strip_prefix(prefix));
        let public = outside.and_then(|rest| self.public(rest)).or_else(|| self.public(text));
        match (public, extension) {
            (Some(number), _) => Meaning::Number(number),
            (None, Some(extension)) => Meaning::Unassigned(Number::Extension(extension)),
            (None, None) => Meaning::Unknown,
        }
    }

    /// A number of the public network, in any of its written forms.
    fn public(&self, text: &str) -> Option<Number> {
        if let Some(digits) =
            text.strip_prefix('+').or_else(|| text.strip_prefix(self.country.international_prefix))
        {
            return self.country.international(digits).map(Number::International);
        }
        if let Some(digits) = text.strip_prefix(self.country.national_prefix) {
            return self.country.national(digits).map(Number::International);
        }
        self.country.short(text).map(Number::Short)
    }

    /// A number of the public network as a provider writes it, for numbers that come in.
    pub(super) fn incoming(&self, text: &str) -> Option<E164> {
        let text = clean(text);
        let international = |number| match number {
            Number::International(number) => Some(number),
            Number::Extension(_) | Number::Short(_) => None,
        };
        self.public(&text).and_then(international).or_else(|| self.country.international(&text))
    }
}

/// Leaves out what people write between digits, and a `tel:` before them.
fn clean(text: &str) -> String {
    let text = text.trim().strip_prefix("tel:").unwrap_or_else(|| text.trim());
    let spacing = |character: &char| !matches!(character, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}');
    if text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return text.chars().take(limits::DIALLED_CHARACTERS).collect();
    }
    text.chars().filter(spacing).take(limits::DIALLED_CHARACTERS).collect()
}
