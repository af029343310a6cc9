//! Names as people type them: without accents, without capitals, with or without `van der`.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, without accents and punctuation, one space between words: `Zoë d'Ancona` is `zoe d ancona`.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match letter {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ĳ' => folded.push_str("ij"),
            c if c.is_alphanumeric() || "+*#@".contains(c) => folded.push(c),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A folded text without its spaces.
pub(super) fn squeeze(folded: &str) -> String {
    folded.chars().filter(|c| *c != ' ').collect()
}

/// Everything after the given name: `van der berg`.
pub(super) fn family_name(folded: &str) -> &str {
    folded.split_once(' ').map_or("", |(_, family)| family)
}

/// The family name without its prefixes: `berg`.
pub(super) fn surname(folded: &str) -> &str {
    let mut rest = family_name(folded);
    while let Some((word, after)) = rest.split_once(' ') {
        if !PREFIXES.contains(&word) {
            break;
        }
        rest = after;
    }
    rest
}

/// The order in which people of equal fit are listed.
pub(crate) fn surname_first(name: &str) -> String {
    let folded = fold(name);
    format!("{} {folded}", surname(&folded))
}

/// Words that stand before a Dutch (or here common) surname and by which nobody is sorted.
const PREFIXES: [&str; 22] = [
    "aan", "al", "bin", "d", "da", "de", "den", "der", "di", "du", "el", "het", "in", "la", "le", "op", "t",
    "te", "ten", "ter", "van", "von",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_signs_do_not_matter() {
        assert_eq!(fold("Zoë  d'Ancona-Bjørk"), "zoe d ancona bjork");
    }

    #[test]
    fn nobody_is_sorted_by_a_prefix() {
        assert_eq!(surname("jan van der berg"), "berg");
        assert_eq!(surname_first("Jan van der Berg"), "berg jan van der berg");
        assert_eq!(surname("madonna"), "");
    }
}
