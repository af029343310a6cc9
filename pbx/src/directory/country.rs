//! What a country's numbering plan says: prefixes, emergency numbers, short numbers.
//!
//! A country is data, so that another one is another constant. Only the Netherlands exists so far.

use super::number::{E164, Number, ShortCode, plain_digits};
use super::number_class::{Beginnings, NO_COUNTRY, NumberClass, class_of};
use crate::limits;

/// The numbering plan of a country, as far as an exchange needs it.
#[derive(Debug, Clone, Copy)]
pub struct Country {
    /// ISO 3166 code: `NL`.
    pub iso: &'static str,
    /// Country code: 31.
    pub code: u16,
    /// Dialled before a country code: `00`.
    pub international_prefix: &'static str,
    /// Dialled before an area or mobile code: `0`.
    pub national_prefix: &'static str,
    /// Numbers that reach help; nothing may stand in their way (C-8).
    pub emergency: &'static [&'static str],
    /// National numbers, without prefix, that test the way to help and are treated like it.
    pub emergency_test: &'static [&'static str],
    /// Lengths of a national number without its prefix.
    national_digits: fn(&str) -> bool,
    /// Short numbers that exist without a prefix.
    short_number: fn(&str) -> bool,
    /// What national numbers, without prefix, begin with, and of which class they are (F-118).
    national_classes: Beginnings,
    /// The same of short numbers.
    short_classes: Beginnings,
}

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.iso == other.iso
    }
}

impl Eq for Country {}

impl Country {
    /// The country with an ISO 3166 code.
    pub fn by_iso(iso: &str) -> Option<Self> {
        [NETHERLANDS].into_iter().find(|country| country.iso.eq_ignore_ascii_case(iso))
    }

    /// A national number, given without its prefix, as an international one.
    pub(super) fn national(&self, digits: &str) -> Option<E164> {
        (self.national_digits)(digits)
            .then(|| E164::from_digits(&format!("{}{digits}", self.code)).ok())
            .flatten()
    }

    /// A number that was dialled with the international prefix or a plus.
    ///
    /// Within the country a zero that people write after the country code is left out:
    /// `+31 (0)20` is `+31 20`. What the country's own plan does not know is no number.
    pub(super) fn international(&self, digits: &str) -> Option<E164> {
        let Some(rest) = digits.strip_prefix(&self.code.to_string()) else {
            return E164::from_digits(digits).ok();
        };
        self.national(rest.strip_prefix(self.national_prefix).unwrap_or(rest))
    }

    /// The class of a number outside the company. What the plan does not name counts as a service: whoever lets only usual
    /// numbers be called stays safe from those that are new.
    pub fn class(&self, number: Number) -> NumberClass {
        match number {
            Number::Extension(_) => NumberClass::Internal,
            Number::Short(code) => {
                class_of(self.short_classes, &code.digits.to_string()).unwrap_or(NumberClass::Service)
            }
            Number::International(number) => {
                let digits = number.digits();
                match digits.strip_prefix(&self.code.to_string()) {
                    Some(national) => {
                        class_of(self.national_classes, national).unwrap_or(NumberClass::Service)
                    }
                    None => class_of(NO_COUNTRY, &digits).unwrap_or(NumberClass::International),
                }
            }
        }
    }

    /// The beginning of numbers, as people dial it, in canonical form: `0900` is `+31900`, `00` is `+`.
    pub(super) fn prefix(&self, text: &str) -> Option<String> {
        let text: String = text.chars().filter(|character| !matches!(character, ' ' | '-' | '.')).collect();
        let canonical = if let Some(rest) = text.strip_prefix(self.international_prefix) {
            format!("+{rest}")
        } else if let Some(rest) = text.strip_prefix(self.national_prefix) {
            format!("+{}{rest}", self.code)
        } else {
            text
        };
        let digits = canonical.strip_prefix('+').unwrap_or(&canonical);
        let sound =
            digits.len() <= *limits::E164_DIGITS.end() && digits.bytes().all(|it| it.is_ascii_digit());
        (sound && !canonical.is_empty()).then_some(canonical)
    }

    /// A short number, if the plan has it.
    pub(super) fn short(&self, digits: &str) -> Option<ShortCode> {
        let value = plain_digits(digits).filter(|_| (self.short_number)(digits))?;
        u32::try_from(value).ok().map(|digits| ShortCode { digits, country: self.code })
    }
}

/// The Netherlands (Nummerplan telefoon- en ISDN-diensten).
pub const NETHERLANDS: Country = Country {
    iso: "NL",
    code: 31,
    international_prefix: "00",
    national_prefix: "0",
    emergency: &["112"],
    emergency_test: &["8008112"],
    national_digits: dutch_national,
    short_number: dutch_short,
    national_classes: &[
        ("1", NumberClass::Fixed),
        ("2", NumberClass::Fixed),
        ("3", NumberClass::Fixed),
        ("4", NumberClass::Fixed),
        ("5", NumberClass::Fixed),
        ("6", NumberClass::Mobile),
        ("7", NumberClass::Fixed),
        ("84", NumberClass::Fixed),
        ("85", NumberClass::Fixed),
        ("87", NumberClass::Fixed),
        ("88", NumberClass::Fixed),
        ("97", NumberClass::Mobile),
        ("800", NumberClass::TollFree),
        ("900", NumberClass::Service),
        ("906", NumberClass::Adult),
        ("909", NumberClass::Entertainment),
    ],
    short_classes: &[
        ("116", NumberClass::TollFree),
        ("14", NumberClass::Service),
        ("18", NumberClass::Service),
    ],
};

/// 0800, 0900, 0906 and 0909 take four or seven more digits; 097 (machines) is eleven digits with its
/// zero; 066 and 084 to 088 and everything geographic or mobile have nine digits after the zero.
fn dutch_national(digits: &str) -> bool {
    let service = ["800", "900", "906", "909"].iter().any(|prefix| digits.starts_with(prefix));
    match digits.len() {
        _ if digits.starts_with('0') || plain_digits(digits).is_none() => false,
        7 | 10 if service => true,
        9 => !service,
        10 | 11 => digits.starts_with("97"),
        _ => false,
    }
}

/// 14 and an area code or 14 and three more for town halls, 116xxx for social lines, 18xx for enquiries.
fn dutch_short(digits: &str) -> bool {
    match digits.len() {
        4 => digits.starts_with("18"),
        5 | 6 => digits.starts_with("140") || (digits.len() == 6 && digits.starts_with("116")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dutch_national_numbers_become_international() {
        for (dialled, written) in [
            ("201234567", "+31201234567"),
            ("612345678", "+31612345678"),
            ("881234567", "+31881234567"),
            ("8001234", "+318001234"),
            ("9001234567", "+319001234567"),
            ("9701234567", "+319701234567"),
        ] {
            assert_eq!(NETHERLANDS.national(dialled).unwrap().to_string(), written);
        }
    }

    #[test]
    fn a_number_of_the_wrong_length_is_no_dutch_number() {
        for dialled in ["", "20123456", "2012345678", "80012345", "61234567", "020123456"] {
            assert_eq!(NETHERLANDS.national(dialled), None, "{dialled}");
        }
    }

    #[test]
    fn a_zero_after_the_country_code_is_left_out() {
        assert_eq!(NETHERLANDS.international("310201234567"), NETHERLANDS.international("31201234567"));
        assert_eq!(NETHERLANDS.international("3220"), None);
        assert_eq!(NETHERLANDS.international("3225551234").unwrap().to_string(), "+3225551234");
    }

    #[test]
    fn the_beginning_of_numbers_has_one_form() {
        for (text, canonical) in
            [("0900", "+31900"), ("00 32", "+32"), ("+", "+"), ("00", "+"), ("0", "+31"), ("18", "18")]
        {
            assert_eq!(NETHERLANDS.prefix(text).as_deref(), Some(canonical), "{text}");
        }
        for text in ["", "abc", "+31a", "+1234567890123456", "*31"] {
            assert_eq!(NETHERLANDS.prefix(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_outside_has_a_class() {
        use NumberClass::{Adult, Entertainment, Fixed, International, Mobile, Satellite, Service, TollFree};

        for (number, class) in [
            ("+31201234567", Fixed),
            ("+31541234567", Fixed),
            ("+31701234567", Fixed),
            ("+31851234567", Fixed),
            ("+31881234567", Fixed),
            ("+31841234567", Fixed),
            ("+31871234567", Fixed),
            ("+31612345678", Mobile),
            ("+319701234567", Mobile),
            ("+318001234", TollFree),
            ("116111;phone-context=+31", TollFree),
            ("+80012345678", TollFree),
            ("+319001234", Service),
            ("1888;phone-context=+31", Service),
            ("14020;phone-context=+31", Service),
            ("+31821234567", Service),
            ("+319061234", Adult),
            ("+319091234567", Entertainment),
            ("+3225551234", International),
            ("+12025550123", International),
            ("+870123456789", Satellite),
            ("+881612345678", Satellite),
            ("+88213300655", Satellite),
            ("+979123456789", Satellite),
        ] {
            assert_eq!(NETHERLANDS.class(number.parse().unwrap()), class, "{number}");
        }
    }

    #[test]
    fn short_numbers_exist_only_where_the_plan_has_them() {
        for known in ["14020", "140113", "116111", "1888"] {
            assert!(NETHERLANDS.short(known).is_some(), "{known}");
        }
        for unknown in ["1402", "117111", "1788", "112", "201"] {
            assert!(NETHERLANDS.short(unknown).is_none(), "{unknown}");
        }
    }
}
