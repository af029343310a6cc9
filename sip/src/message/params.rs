//! Parameters behind `;`: an ordered list of names with an optional value.
//!
//! The text of each value is kept as it came (with its quotes), so that a header that we pass on is not
//! rewritten; names compare without case.

use std::{borrow::Cow, fmt};

use super::text;

/// An ordered list of `;name=value` parameters of a header or a URI, as it is written: a message has dozens of them,
/// and few are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(String);

/// One parameter; `value` is `None` for a bare `;name` and keeps its quotes otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    /// Name as written, compared without case.
    pub name: &'a str,
    /// Text behind `=`, with quotes if it had them.
    pub value: Option<&'a str>,
}

/// More parameters than any header or URI in use has. Comparing two URIs looks each of one up in the other, so a
/// list without end would be work without end.
const MOST: usize = 64;

impl Params {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `a;b=c;d="e"` as a header has it (white space allowed, quotes respected).
    ///
    /// `None` when a name is empty or no token, when a value has unbalanced quotes, angle brackets outside of them or
    /// inner white space, or when there are more than 64.
    pub fn parse(text: &str) -> Option<Self> {
        let mut params = Self(String::with_capacity(text.len() + 1));
        for (place, segment) in segments(text).enumerate() {
            params.append(Param::parse(segment).filter(|_| place < MOST)?);
        }
        Some(params)
    }

    /// Reads the parameters of a URI: no white space, no quotes, a wider set of characters, 64 at most.
    pub(crate) fn parse_uri(text: &str) -> Option<Self> {
        let mut params = Self(String::with_capacity(text.len() + 1));
        for (place, segment) in text.split(';').enumerate() {
            params.append(Param::parse_uri(segment).filter(|_| place < MOST)?);
        }
        Some(params)
    }

    /// Whether `name` is present, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The raw value of `name`: `None` when absent, `Some(None)` when present without a value.
    pub fn find(&self, name: &str) -> Option<Option<&str>> {
        self.iter().find(|param| param.is(name)).map(|param| param.value)
    }

    /// The raw value of `name` (quotes kept); `None` when absent or without a value.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.find(name).flatten()
    }

    /// The value of `name` without quotes and escapes.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.value(name).map(text::unquote)
    }

    /// The value of `name` as a number; `None` when absent or not all digits. Saturates at `u32::MAX`.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.value(name).and_then(text::number)
    }

    /// Sets `name=value`, in place when present, at the end otherwise. The value must be a token already.
    pub fn set(&mut self, name: &str, value: impl AsRef<str>) {
        self.put(Param { name, value: Some(value.as_ref()) });
    }

    /// Sets `name="value"` with the value quoted.
    pub fn set_quoted(&mut self, name: &str, value: &str) {
        self.set(name, text::quote(value));
    }

    /// Sets a bare `;name`.
    pub fn set_flag(&mut self, name: &str) {
        self.put(Param { name, value: None });
    }

    /// Removes every `name`.
    pub fn remove(&mut self, name: &str) {
        if self.has(name) {
            let old = std::mem::take(self);
            old.iter().filter(|param| !param.is(name)).for_each(|param| self.append(param));
        }
    }

    /// [`set`](Self::set) as a builder step.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.set(name, value);
        self
    }

    /// [`set_flag`](Self::set_flag) as a builder step.
    #[must_use]
    pub fn with_flag(mut self, name: &str) -> Self {
        self.set_flag(name);
        self
    }

    /// All parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = Param<'_>> {
        self.0.strip_prefix(';').into_iter().flat_map(segments).map(Param::split)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    fn put(&mut self, new: Param<'_>) {
        let Some(place) = self.iter().position(|param| param.is(new.name)) else { return self.append(new) };
        let old = std::mem::take(self);
        for (at, param) in old.iter().enumerate() {
            self.append(if at == place { Param { name: param.name, value: new.value } } else { param });
        }
    }

    fn append(&mut self, param: Param<'_>) {
        self.0.push(';');
        self.0.push_str(param.name);
        if let Some(value) = param.value {
            self.0.push('=');
            self.0.push_str(value);
        }
    }
}

/// What stands between the semicolons outside of quotes.
fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (segment, after) = text::split_outside(rest?, b';');
        rest = after;
        Some(segment)
    })
}

impl<'a> Param<'a> {
    fn split(segment: &'a str) -> Self {
        match segment.split_once('=') {
            Some((name, value)) => Self { name, value: Some(value) },
            None => Self { name: segment, value: None },
        }
    }

    fn parse(segment: &'a str) -> Option<Self> {
        let Self { name, value } = Self::split(segment);
        let param = Self { name: text::trim(name), value: value.map(text::trim) };
        (text::is_token(param.name) && param.value.is_none_or(is_value)).then_some(param)
    }

    fn parse_uri(segment: &'a str) -> Option<Self> {
        let param = Self::split(segment);
        let sound = !param.name.is_empty() && is_uri_text(param.name) && param.value.is_none_or(is_uri_text);
        sound.then_some(param)
    }

    /// Whether it has this name, without case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A quoted string, or any run without white space, controls, quotes and separators of the level above.
fn is_value(value: &str) -> bool {
    match text::take_quoted(value) {
        Some((_, after)) => after.is_empty(),
        None => !value.bytes().any(|byte| byte <= b' ' || byte == 0x7f || b"\",<>".contains(&byte)),
    }
}

/// Characters that a URI parameter may have, generously: what would break the message around it is refused.
fn is_uri_text(text: &str) -> bool {
    !text.bytes().any(|byte| byte <= b' ' || byte == 0x7f || b"\"<>@?".contains(&byte))
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_quotes_are_understood() {
        let params = Params::parse(r#" tag = 9 ; +sip.instance="<urn:uuid:1;2>";lr"#).unwrap();

        assert_eq!(params.value("TAG"), Some("9"));
        assert_eq!(params.text("+sip.instance").unwrap(), "<urn:uuid:1;2>");
        assert_eq!(params.find("lr"), Some(None));
        assert_eq!(params.to_string(), r#";tag=9;+sip.instance="<urn:uuid:1;2>";lr"#);
    }

    #[test]
    fn empty_or_unbalanced_parameters_are_refused() {
        for bad in ["", ";", "a;;b", "a=\"b", "a=b c", "a b", "=1", "a=<b;c", "a=<b;c>", "a=b>"] {
            assert_eq!(Params::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_list_without_end_is_refused() {
        let list = |count: usize| vec!["a=1"; count].join(";");

        assert_eq!(Params::parse(&list(64)).map(|params| params.len()), Some(64));
        assert_eq!(Params::parse_uri(&list(64)).map(|params| params.len()), Some(64));
        assert_eq!(Params::parse(&list(65)), None);
        assert_eq!(Params::parse_uri(&list(65)), None);
    }

    #[test]
    fn setting_keeps_the_place_and_removing_ignores_case() {
        let mut params = Params::parse("a=1;b=2").unwrap();

        params.set("A", "3");
        params.set_quoted("c", "x y");
        params.remove("B");

        assert_eq!(params.to_string(), r#";a=3;c="x y""#);
    }
}
