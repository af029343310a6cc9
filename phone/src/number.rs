//! What a person types as something to dial.

/// What to dial for `text`, where a person could mean a number or a SIP address by it.
pub(crate) fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let is_number =
        text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| "0123456789+*# ()-./".contains(c));
    let address = text.strip_prefix("sip:").or_else(|| text.strip_prefix("sips:")).unwrap_or(text);
    let is_address = address
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !text.contains(' '));
    match (is_number, is_address) {
        (true, _) => Some(dialled(text)),
        (_, true) => Some(text.to_owned()),
        _ => None,
    }
}

/// Only what a telephone dials: without typography, and without the `(0)` that is written after a country.
pub(crate) fn dialled(text: &str) -> String {
    let text = if text.trim_start().starts_with('+') { text.replace("(0)", "") } else { text.to_owned() };
    text.chars().filter(|c| c.is_ascii_digit() || "+*#".contains(*c)).collect()
}

/// By which two notations of the same number are known: its last nine digits, which are all but the country's in
/// the Netherlands. Shorter numbers are extensions and services, and are themselves.
pub(crate) fn key(number: &str) -> Option<String> {
    if number.contains('@') {
        return Some(number.to_ascii_lowercase());
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let skipped = digits.len().saturating_sub(9);
    digits.get(skipped..).filter(|digits| !digits.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_without_its_typography() {
        assert_eq!(number(" +31 (0)10-200 04 21").as_deref(), Some("+31102000421"));
        assert_eq!(number("*21#").as_deref(), Some("*21#"));
        assert_eq!(number("bas@elders.example").as_deref(), Some("bas@elders.example"));
        assert_eq!(number("bas"), None);
    }

    #[test]
    fn notations_of_one_number_have_one_key() {
        let keys = ["+31 10 200 04 21", "0102000421", "0031102000421"].map(key);

        assert!(keys.iter().all(|key| key.as_deref() == Some("102000421")), "{keys:?}");
        assert_eq!(key("201").as_deref(), Some("201"));
        assert_eq!(key("anoniem"), None);
    }
}
