//! Text inside XML.

use std::borrow::Cow;

/// The text with what XML reserves replaced; control characters, which XML cannot carry, become spaces.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '&' | '<' | '>' | '"' | '\'') && !c.is_control();
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_element() {
        assert_eq!(escape("\"><x a='&\u{0}"), "&quot;&gt;&lt;x a=&apos;&amp; ");
        assert_eq!(escape("Bert de Vries"), "Bert de Vries");
    }
}
