//! The dial plan: what a dialled text means at a site (F-020, F-027), and what is a call for help (C-8).
//!
//! The order matters and stands in [`DialPlan::read`]: help first, then access codes, then colleagues and those who are
//! dialled like one (F-121), then the public network. Numbers arrive whole; nothing is dialled on while a call is being set up.

use super::number::shorten;
use super::{AccessCodes, Code, Country, Directory, E164, Extension, ForwardTo, Number, NumberError, Takes};
use crate::feature::{Argument, Dialled, Meaning, Part};
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

/// A way of reading a text as a number.
pub(super) type ReadNumber = fn(&DialPlan, &Directory, &str) -> Result<Number, NumberError>;

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
    Dialled(Box<Dialled>),
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
                Meaning::Code(code, argument.map(|argument| self.after_code(directory, code, argument)))
            }
            None => self.meaning(directory, &text),
        };
        let called = match &meaning {
            Meaning::Number(number) => Some(directory.called(*number)),
            Meaning::Code(..) | Meaning::Unassigned(_) | Meaning::Unknown => None,
        };
        let (part, caller) = (Part::Originating, Default::default());
        let answers = Vec::new();
        Reading::Dialled(Box::new(Dialled {
            text,
            meaning,
            called,
            part,
            caller,
            capacity: None,
            answers,
            authorized: None,
        }))
    }

    /// A dialled text as it may be written down.
    pub(super) fn without_secret(&self, text: &str) -> String {
        let cleaned = clean(text);
        let kept = self.access_codes.without_secret(&cleaned);
        if kept.len() == cleaned.len() { text.to_owned() } else { kept.to_owned() }
    }

    /// Reads a text that somebody sets as a number to call, in whatever way people write it.
    ///
    /// # Errors
    /// [`NumberError`] for help and access codes (ruling R-7), for what is no number, and for extensions
    /// that nobody has.
    pub fn destination(&self, directory: &Directory, text: &str) -> Result<Number, NumberError> {
        match self.stored_destination(directory, text)? {
            Number::Extension(extension) if directory.by_extension(extension).is_none() => {
                Err(NumberError::Unassigned(extension))
            }
            number @ (Number::Extension(_) | Number::International(_) | Number::Short(_)) => Ok(number),
        }
    }

    /// The same for a number that was set earlier: a colleague who has left since must not keep the
    /// company from being read. A forward to their extension counts as off until it is changed.
    pub(super) fn stored_destination(
        &self,
        directory: &Directory,
        text: &str,
    ) -> Result<Number, NumberError> {
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

    /// Reads a text as a number that calls are sent on to: behind the code of the diversion inhibitor (`*80203`), or marked
    /// as it is stored, they stay there (F-071).
    ///
    /// # Errors
    /// As `read`, which reads the number itself.
    pub(super) fn forward_to(
        &self,
        directory: &Directory,
        text: &str,
        read: ReadNumber,
    ) -> Result<ForwardTo, NumberError> {
        let text = text.trim();
        let marked = text.strip_suffix(ForwardTo::MARK);
        let cleaned = clean(marked.unwrap_or(text));
        let (rest, coded) = match self.access_codes.find(&cleaned) {
            Some((Code::DiversionInhibitor, Some(rest))) => (rest, true),
            Some(_) | None => (marked.unwrap_or(text), false),
        };
        Ok(ForwardTo { number: read(self, directory, rest)?, no_forward: coded || marked.is_some() })
    }

    /// A number, or a pattern of numbers with `?` and `*`, in the form in which callers are compared with it (C-3): as
    /// people write it, `020*` is `+3120*`. What is neither comes back as it was.
    pub(super) fn pattern(&self, directory: &Directory, text: &str) -> String {
        match self.stored_destination(directory, text) {
            Ok(number @ (Number::Extension(_) | Number::International(_))) => return number.to_string(),
            Ok(Number::Short(_)) | Err(_) => {}
        }
        let text = clean(text);
        let country = &self.country;
        if let Some(rest) = text.strip_prefix(country.international_prefix) {
            format!("+{rest}")
        } else if let Some(rest) = text.strip_prefix(country.national_prefix) {
            format!("+{}{rest}", country.code)
        } else {
            text
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

    fn after_code(&self, directory: &Directory, code: Code, text: &str) -> Argument {
        let number = text.split_at_checked(code.which_digits()).map_or(text, |(_, number)| number);
        Argument { text: text.to_owned(), ..self.argument(directory, number) }
    }

    /// Reads a text that is set as a number that calls are sent on to, after an access code or by a key.
    pub(super) fn argument(&self, directory: &Directory, text: &str) -> Argument {
        Argument { text: text.to_owned(), number: self.forward_to(directory, text, Self::destination) }
    }

    /// A number that calls are sent on to as it is dialled here, to be read as the same again.
    pub(super) fn dialled(&self, forward: ForwardTo) -> String {
        let number = forward.number.dialled();
        let mut codes = self.access_codes.iter().filter(|(code, _)| *code == Code::DiversionInhibitor);
        match codes.next().filter(|_| forward.no_forward) {
            Some((_, code)) => format!("{code}{number}"),
            None => number,
        }
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
        if let Some(number) = extension.and_then(|extension| directory.virtual_extensions().behind(extension))
        {
            return Meaning::Number(Number::International(number));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ANNA, number, office, records};

    fn is_help(prefix: Option<&str>, text: &str) -> Option<bool> {
        let mut records = records();
        records.groups[0].outside_prefix = prefix.map(str::to_owned);
        let directory = Directory::build(&records).expect("the small company is sound");
        match directory.read(ANNA, text) {
            Some(Reading::Emergency { test, .. }) => Some(test),
            Some(Reading::Dialled(_)) | None => None,
        }
    }

    #[test]
    fn help_is_reached_however_it_is_dialled() {
        for text in
            ["112", "0112", "0-112", "+31112", "0031112", "112#", " 112 ", "*67112", "*70*67112#", "*80112"]
        {
            assert_eq!(is_help(None, text), Some(false), "{text}");
        }
        assert_eq!(is_help(Some("9"), "9112"), Some(false));
    }

    #[test]
    fn the_test_number_is_treated_like_help() {
        for text in ["08008112", "0800-8112", "+318008112", "00318008112", "*6708008112"] {
            assert_eq!(is_help(None, text), Some(true), "{text}");
        }
        assert_eq!(is_help(Some("9"), "908008112"), Some(true));
    }

    #[test]
    fn what_only_looks_like_help_is_none() {
        for text in ["1123", "211", "*72112", "*112", "8008112", "11 3", "*7"] {
            assert_eq!(is_help(None, text), None, "{text}");
        }
    }

    #[test]
    fn the_outside_prefix_is_a_habit_and_no_duty() {
        let mut records = records();
        records.groups[0].outside_prefix = Some("0".to_owned());
        let directory = Directory::build(&records).unwrap();

        for text in ["0301234567", "00301234567", "+31301234567", "0031301234567", "0+31301234567"] {
            let Some(Reading::Dialled(dialled)) = directory.read(ANNA, text) else { panic!("{text}") };
            assert_eq!(dialled.meaning, Meaning::Number(number("+31301234567")), "{text}");
        }
    }

    #[test]
    fn a_destination_is_stored_in_one_form_whatever_was_written() {
        let office = office();
        let plan = &office.directory.group_of(ANNA).unwrap().dial_plan;
        let read = |text| plan.destination(&office.directory, text).map(|number| number.to_string());

        assert_eq!(read("030 123 45 67").unwrap(), "+31301234567");
        assert_eq!(read("bert").unwrap(), "202");
        assert_eq!(read("14020").unwrap(), "14020;phone-context=+31");
        assert_eq!(read("14020;phone-context=+31").unwrap(), "14020;phone-context=+31");
        assert_eq!(read("112"), Err(NumberError::Emergency("112".to_owned())));
        assert_eq!(read("*73"), Err(NumberError::AccessCode("*73".to_owned())));
        assert_eq!(read("299").unwrap_err().to_string(), "nobody has extension 299");
        assert_eq!(read("hello").unwrap_err().to_string(), "`hello` is no number");
    }

    #[test]
    fn a_destination_is_dialled_as_it_is_read() {
        let office = office();
        let plan = &office.directory.group_of(ANNA).unwrap().dial_plan;

        for (stored, dialled) in [
            ("202", "202"),
            ("+31301234567", "+31301234567"),
            ("202;no-forward", "*80202"),
            ("14020;phone-context=+31", "14020"),
        ] {
            let forward: ForwardTo = stored.parse().unwrap();

            assert_eq!(plan.dialled(forward), dialled);
            assert_eq!(plan.argument(&office.directory, dialled).number, Ok(forward));
        }
    }

    #[test]
    fn hostile_texts_are_no_numbers_and_no_panics() {
        let office = office();
        let long = "9".repeat(100_000);

        for text in [
            long.as_str(),
            "\0",
            "+",
            "#",
            "*",
            "**",
            "0#",
            "tel:",
            "sip:",
            "@",
            "*67*67*67*67*67*67*67*67*67112",
        ] {
            assert!(office.directory.read(ANNA, text).is_some());
        }
        let Some(Reading::Dialled(dialled)) = office.directory.read(ANNA, &long) else { panic!("help") };
        assert_eq!(dialled.text.len(), limits::DIALLED_CHARACTERS);
    }

    #[test]
    fn a_provider_may_write_our_numbers_in_any_form() {
        let office = office();

        for text in ["+31201230202", "0031201230202", "31201230202", "0201230202"] {
            assert_eq!(office.directory.incoming_number(text).unwrap().to_string(), "+31201230202", "{text}");
        }
        assert_eq!(office.directory.incoming_number("anonymous"), None);
    }
}
