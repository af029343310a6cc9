//! Access codes: orders to the exchange that are dialled like a number (section 2).
//!
//! Numbers arrive whole, so the full text is matched, longest code first. Every site may dial its own
//! codes; a clash is two codes that can match the same text, and is refused when the company is built.

use std::collections::BTreeMap;
use std::fmt;

use super::number::plain_digits;
use crate::limits;

mod table;

pub use table::{Code, Takes};

impl Code {
    /// Whether it stands for a number of somebody, so that a wish for one call can stand before it.
    const fn calls_somebody(self) -> bool {
        matches!(self, Self::LastNumberRedial | Self::CallReturn)
    }

    /// How many digits of what is dialled after it say which, before a number.
    pub(super) const fn which_digits(self) -> usize {
        match self.takes() {
            Takes::Entry1 => 1,
            Takes::Entry2 => 2,
            Takes::Nothing
            | Takes::Number
            | Takes::MaybeNumber
            | Takes::Digits
            | Takes::MaybeDigits
            | Takes::PerCall => 0,
        }
    }

    /// The code's name in settings: `call_forwarding_always_on`.
    pub fn id(self) -> String {
        serde_json::to_value(self).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether what is dialled after it is a secret.
    const fn takes_a_secret(self) -> bool {
        matches!(self, Self::AuthorizationUnlock)
    }
}

/// The codes of one site, longest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessCodes {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    text: String,
    code: Code,
}

impl Default for AccessCodes {
    fn default() -> Self {
        Self::new(&BTreeMap::new())
    }
}

impl AccessCodes {
    /// The default codes with a site's own in their place; an empty list takes a code away.
    pub fn new(own: &BTreeMap<Code, Vec<String>>) -> Self {
        let mut rows: Vec<Row> = Code::ALL
            .iter()
            .flat_map(|code| match own.get(code) {
                Some(texts) => texts.iter().map(|text| Row { text: text.clone(), code: *code }).collect(),
                None => vec![Row { text: code.default_text().to_owned(), code: *code }],
            })
            .collect();
        rows.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        Self { rows }
    }

    /// The code that a whole dialled text is, and what was dialled after it.
    pub fn find<'text>(&self, text: &'text str) -> Option<(Code, Option<&'text str>)> {
        self.rows.iter().find_map(|row| self.match_row(row, text).map(|argument| (row.code, argument)))
    }

    /// A dialled text as it may be written down: without what follows a code that takes a secret, also behind other codes.
    pub fn without_secret<'text>(&self, text: &'text str) -> &'text str {
        match self.find(text) {
            Some((code, Some(argument))) if code.takes_a_secret() => {
                let closed = text.strip_suffix('#').unwrap_or(text);
                closed.strip_suffix(argument).unwrap_or_default()
            }
            Some((code, Some(rest))) if code.takes() == Takes::PerCall => {
                let hidden = rest.len() - self.without_secret(rest).len();
                text.get(..text.len() - hidden).unwrap_or_default()
            }
            Some(_) => text,
            None if is_number(text) || !text.bytes().all(is_key) => text,
            None => self.up_to_secret(text),
        }
    }

    /// Keys that mean nothing together, of which somebody meant the last ones as a secret all the same.
    fn up_to_secret<'text>(&self, text: &'text str) -> &'text str {
        let secret = self.rows.iter().filter(|row| row.code.takes_a_secret());
        let ends = secret.filter_map(|row| Some(text.find(&row.text)? + row.text.len()));
        ends.min().and_then(|end| text.get(..end)).unwrap_or(text)
    }

    /// Every code with what is dialled for it.
    pub fn iter(&self) -> impl Iterator<Item = (Code, &str)> {
        self.rows.iter().map(|row| (row.code, row.text.as_str()))
    }

    /// Pairs of codes that can match the same text.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut clashes = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            // Two codes can only match the same text when one of them begins with the other.
            let related =
                |other: &&Row| row.text.starts_with(&other.text) || other.text.starts_with(&row.text);
            for other in self.rows.iter().skip(index + 1).filter(related) {
                let both = |text: &String| {
                    self.match_row(row, text).is_some() && self.match_row(other, text).is_some()
                };
                if let Some(text) = samples(row).iter().chain(&samples(other)).find(|text| both(text)) {
                    clashes.push(Clash { one: row.code, other: other.code, text: text.clone() });
                }
            }
        }
        clashes
    }

    /// Whether the text, dialled without anything before it, would be taken for a code.
    pub fn takes(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// Whether a code begins with a prefix, or the prefix with a code, so that one could be taken for the other.
    pub(super) fn clash_with_prefix(&self, prefix: &str) -> bool {
        self.rows.iter().any(|row| row.text.starts_with(prefix) || prefix.starts_with(&row.text))
    }

    /// Whether a forward is set to a number from which calls may not be sent on (F-071).
    fn is_kept_there(&self, code: Code, text: &str) -> bool {
        let forwards = matches!(
            code,
            Code::CallForwardingAlwaysOn
                | Code::CallForwardingBusyOn
                | Code::CallForwardingNoAnswerOn
                | Code::CallForwardingNotReachableOn
        );
        let mut inhibitors = self.rows.iter().filter(|row| row.code == Code::DiversionInhibitor);
        forwards && inhibitors.any(|row| text.strip_prefix(&row.text).is_some_and(is_number))
    }

    fn match_row<'text>(&self, row: &Row, text: &'text str) -> Option<Option<&'text str>> {
        let rest = text.strip_prefix(&row.text)?;
        let closed = rest.strip_suffix('#').unwrap_or(rest);
        match row.code.takes() {
            Takes::Nothing => rest.is_empty().then_some(None),
            Takes::Number => is_number(closed).then_some(Some(closed)),
            Takes::Digits => plain_digits(closed).is_some().then_some(Some(closed)),
            Takes::Entry1 => is_entry(closed, 1).then_some(Some(closed)),
            Takes::Entry2 => is_entry(closed, 2).then_some(Some(closed)),
            Takes::MaybeDigits | Takes::MaybeNumber if closed.is_empty() => Some(None),
            Takes::MaybeDigits => plain_digits(closed).is_some().then_some(Some(closed)),
            Takes::MaybeNumber => {
                (is_number(closed) || self.is_kept_there(row.code, closed)).then_some(Some(closed))
            }
            Takes::PerCall if closed.is_empty() => Some(None),
            Takes::PerCall if is_number(closed) || self.is_per_call(rest) => Some(Some(rest)),
            Takes::PerCall => None,
        }
    }

    /// Whether the text is a per-call code before a number, to any depth that a dialled text allows.
    fn is_per_call(&self, text: &str) -> bool {
        let mut rest = text;
        for _ in 0..limits::REWRITES {
            if self.rows.iter().any(|row| row.text == rest && row.code.calls_somebody()) {
                return true;
            }
            let code = self.rows.iter().find(|row| {
                row.code.takes() == Takes::PerCall
                    && rest.len() > row.text.len()
                    && rest.starts_with(&row.text)
            });
            let Some(row) = code else { return false };
            rest = rest.strip_prefix(&row.text).unwrap_or_default();
            if is_number(rest.strip_suffix('#').unwrap_or(rest)) {
                return true;
            }
        }
        false
    }
}

/// Digits that say which, and a number or nothing.
fn is_entry(text: &str, digits: usize) -> bool {
    let Some((which, rest)) = text.split_at_checked(digits) else { return false };
    plain_digits(which).is_some() && (rest.is_empty() || is_number(rest))
}

/// A number as it can be dialled: digits, with or without a plus before them.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a telephone has a key for, and a plus.
const fn is_key(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'*' | b'#' | b'+')
}

/// Texts that show what a code can match: alone, with one digit, with more, with a plus, and closed.
fn samples(row: &Row) -> Vec<String> {
    ["", "1", "+1", "11", "1#"].iter().map(|rest| format!("{}{rest}", row.text)).collect()
}

/// Two codes that can match the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// One of them.
    pub one: Code,
    /// The other.
    pub other: Code,
    /// A text that both match.
    pub text: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` can be {} and {}", self.text, self.one.id(), self.other.id())
    }
}

/// Why a text cannot be an access code.
pub(super) fn unfit(text: &str) -> Option<&'static str> {
    let length = limits::ACCESS_CODE_CHARACTERS.contains(&text.len());
    let characters = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*' || byte == b'#');
    (!length || !characters).then_some("an access code is 1 to 5 of the characters 0-9, * and #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_codes_do_not_clash() {
        assert_eq!(AccessCodes::default().clashes(), Vec::new());
    }

    #[test]
    fn the_longest_code_that_fits_the_whole_text_is_meant() {
        let codes = AccessCodes::default();

        assert_eq!(codes.find("*21*"), Some((Code::CallForwardingAlwaysQuery, None)));
        assert_eq!(codes.find("*21"), Some((Code::VoiceMailAlwaysOn, None)));
        assert_eq!(codes.find("*67*"), Some((Code::CallForwardingBusyQuery, None)));
        assert_eq!(codes.find("*67201"), Some((Code::HideNumberOnce, Some("201"))));
        assert_eq!(codes.find("*6103"), Some((Code::CallForwardingNoAnswerRings, Some("3"))));
        assert_eq!(codes.find("*72201#"), Some((Code::CallForwardingAlwaysOn, Some("201"))));
        assert_eq!(codes.find("*72+31201234567"), Some((Code::CallForwardingAlwaysOn, Some("+31201234567"))));
        assert_eq!(codes.find("*72"), Some((Code::CallForwardingAlwaysOn, None)));
    }

    #[test]
    fn a_secret_after_a_code_is_not_written_down() {
        let codes = AccessCodes::default();

        assert_eq!(codes.find("*472580"), Some((Code::AuthorizationUnlock, Some("2580"))));
        assert_eq!(codes.find("*47"), Some((Code::AuthorizationUnlock, None)));
        for text in ["*472580", "*472580#", "*47"] {
            assert_eq!(codes.without_secret(text), "*47", "{text}");
        }
        for text in ["*72201", "202", "472580", "*6103"] {
            assert_eq!(codes.without_secret(text), text);
        }
    }

    #[test]
    fn a_secret_behind_other_codes_is_not_written_down_either() {
        let codes = AccessCodes::default();

        for (text, kept) in [
            ("*67*472580", "*67*47"),
            ("*67*70*472580#", "*67*70*47"),
            ("*72*472580", "*72*47"),
            ("*47*472580", "*47"),
            ("201*472580", "201*47"),
            ("*67*47", "*67*47"),
            ("*67201", "*67201"),
            ("*67*70201#", "*67*70201#"),
            ("*99201", "*99201"),
            ("jan*472580", "jan*472580"),
        ] {
            assert_eq!(codes.without_secret(text), kept, "{text}");
        }
        let own = BTreeMap::from([(Code::AuthorizationUnlock, vec!["88".to_owned()])]);
        let codes = AccessCodes::new(&own);
        assert_eq!(codes.without_secret("*67882580"), "*6788", "the rest is dialled anew");
        assert_eq!(codes.without_secret("2018825"), "2018825");
    }

    #[test]
    fn per_call_codes_stand_before_a_number_and_before_each_other() {
        let codes = AccessCodes::default();

        assert_eq!(codes.find("*67*70201"), Some((Code::HideNumberOnce, Some("*70201"))));
        assert_eq!(codes.find("*70"), Some((Code::CallWaitingOffOnce, None)));
        assert_eq!(codes.find("*67*72201"), None);
        assert_eq!(codes.find("*67*67"), None);
    }

    #[test]
    fn what_only_begins_like_a_code_is_none() {
        let codes = AccessCodes::default();

        for text in ["", "*", "*7", "*73201", "*97", "*610", "201", "*21*1", "##", "*72abc"] {
            assert_eq!(codes.find(text), None, "{text}");
        }
    }

    #[test]
    fn a_site_dials_its_own_codes_instead_of_the_default() {
        let own = BTreeMap::from([
            (Code::DoNotDisturbOn, vec!["*5".to_owned(), "#99".to_owned()]),
            (Code::DoNotDisturbOff, vec![]),
        ]);

        let codes = AccessCodes::new(&own);

        assert_eq!(codes.find("*5"), Some((Code::DoNotDisturbOn, None)));
        assert_eq!(codes.find("#99"), Some((Code::DoNotDisturbOn, None)));
        assert_eq!(codes.find("*78"), None);
        assert_eq!(codes.find("*79"), None);
        assert_eq!(codes.clashes(), Vec::new());
    }

    #[test]
    fn two_codes_that_match_the_same_text_are_a_clash() {
        let own = BTreeMap::from([(Code::CallForwardingNoAnswerQuery, vec!["*7220".to_owned()])]);

        let clashes = AccessCodes::new(&own).clashes();

        assert_eq!(clashes.len(), 1);
        assert_eq!(
            clashes[0].to_string(),
            "`*7220` can be call_forwarding_no_answer_query and call_forwarding_always_on"
        );
    }

    #[test]
    fn every_code_has_its_own_name_and_a_fitting_default() {
        for code in Code::ALL {
            assert!(!code.id().is_empty());
            assert_eq!(unfit(code.default_text()), None, "{code:?}");
        }
        assert!(unfit("").is_some() && unfit("*12345").is_some() && unfit("*a").is_some());
    }
}
