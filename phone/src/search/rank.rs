//! How well somebody fits a text.

use crate::number::dialled;
use crate::view::Recent;

use super::words::{family_name, fold, squeeze, surname};

/// How well somebody fits; earlier is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Extension,
    GivenName,
    Surname,
    WordsInOrder,
    AnyWords,
    ExtensionBegins,
    Department,
    Number,
    Inside,
}

/// Somebody who can be found, with everything folded and cut once.
#[derive(Debug)]
pub(super) struct Subject {
    /// A space and the name, so that every word begins after a space.
    name: String,
    /// Where the family name begins in it, with its prefixes and without.
    family: usize,
    surname: usize,
    squeezed: String,
    /// A space and the department or company.
    belongs: String,
    extension: String,
    /// Digits only, one after another with a space between.
    numbers: String,
    pairs: Pairs,
}

/// Which pairs of letters may stand side by side in a text, one bit for a handful of pairs: whoever lacks one of
/// those typed need not be looked at. A word begins with a pair of a space and its first letter.
#[derive(Debug, Clone, Copy, Default)]
struct Pairs(u128);

impl Pairs {
    fn of(text: &str) -> Self {
        let pairs = text.as_bytes().windows(2).filter(|pair| !pair.ends_with(b" "));
        Self(pairs.fold(0, |all, pair| match pair {
            [first, second] => all | 1 << ((u32::from(*first) * 31 + u32::from(*second)) % u128::BITS),
            _ => all,
        }))
    }

    const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    const fn hold(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }
}

impl Subject {
    pub(super) fn new(name: &str, belongs: &str, extension: &str, numbers: &[&str]) -> Self {
        let name = format!(" {}", fold(name));
        let bare = name.trim_start();
        let digits: Vec<String> = numbers.iter().map(|number| dialled(number)).collect();
        let numbers = digits.join(" ");
        let belongs = format!(" {}", fold(belongs));
        let squeezed = squeeze(bare);
        let pairs = [&name, &squeezed, &belongs, &format!(" {extension}"), &numbers];
        let pairs = pairs.into_iter().map(|text| Pairs::of(text)).fold(Pairs::default(), Pairs::with);
        Self {
            pairs,
            family: name.len() - family_name(bare).len(),
            surname: name.len() - surname(bare).len(),
            squeezed,
            belongs,
            extension: extension.to_owned(),
            numbers,
            name,
        }
    }

    /// The order among those who fit equally well: by surname.
    pub(super) fn order(&self) -> (&str, &str) {
        (self.name.get(self.surname..).unwrap_or_default(), &self.name)
    }
}

/// A text that was typed, taken apart once.
#[derive(Debug)]
pub(super) struct Query {
    text: String,
    /// Each with a space before it.
    words: Vec<String>,
    squeezed: String,
    /// Three digits or more, without the zero of a national number.
    digits: Option<String>,
    pairs: Pairs,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        let text = fold(text);
        let squeezed = squeeze(&text);
        let is_number = squeezed.len() >= 3 && squeezed.chars().all(|c| c.is_ascii_digit() || c == '+');
        let digits = is_number.then(|| squeezed.trim_start_matches('0').to_owned());
        // One letter means the beginning of a word; more may stand anywhere.
        let pairs = match text.len() {
            1 => Pairs::of(&format!(" {text}")),
            _ => digits
                .as_deref()
                .unwrap_or(&text)
                .split(' ')
                .map(Pairs::of)
                .fold(Pairs::default(), Pairs::with),
        };
        Self {
            pairs,
            words: text.split(' ').map(|word| format!(" {word}")).collect(),
            digits,
            squeezed,
            text,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether this number, in any notation, holds what was typed.
    pub(super) fn is_within(&self, number: &str) -> bool {
        self.digits.as_ref().is_some_and(|digits| dialled(number).contains(digits.as_str()))
    }

    pub(super) fn rank(&self, subject: &Subject) -> Option<Rank> {
        if !subject.pairs.hold(self.pairs) {
            return None;
        }
        let begins_at =
            |from: usize| subject.name.get(from..).is_some_and(|rest| rest.starts_with(&self.text));
        if !subject.extension.is_empty() && subject.extension.starts_with(&self.text) {
            let whole = subject.extension == self.text;
            return Some(if whole { Rank::Extension } else { Rank::ExtensionBegins });
        }
        if begins_at(1) {
            return Some(Rank::GivenName);
        }
        if begins_at(subject.surname) || begins_at(subject.family) {
            return Some(Rank::Surname);
        }
        if self.words.iter().all(|word| subject.name.contains(word)) {
            let rest = self.words.iter().try_fold(subject.name.as_str(), |rest, word| {
                rest.split_once(word.as_str()).map(|(_, rest)| rest)
            });
            return Some(if rest.is_some() { Rank::WordsInOrder } else { Rank::AnyWords });
        }
        if self.words.iter().all(|word| subject.belongs.contains(word) || subject.name.contains(word)) {
            return Some(Rank::Department);
        }
        if self.digits.as_ref().is_some_and(|digits| subject.numbers.contains(digits.as_str())) {
            return Some(Rank::Number);
        }
        subject.squeezed.contains(&self.squeezed).then_some(Rank::Inside)
    }

    pub(super) fn fits_recent(&self, recent: &Recent) -> bool {
        let by_number = recent.party.number.as_ref().is_some_and(|number| self.is_within(number));
        let named = recent.party.name.as_deref().map(|name| format!(" {}", fold(name)));
        by_number || named.is_some_and(|name| self.words.iter().all(|word| name.contains(word)))
    }
}
