//! `"Anna" <sip:201@example.com>;tag=1`: a display name, a URI and parameters.
//!
//! The form of From, To, Contact, Route, Refer-To, P-Asserted-Identity and Diversion. Without brackets the
//! parameters belong to the header, never to the URI (RFC 3261 section 20.10).

use std::fmt;

use super::{Params, Uri, UriError, text};

/// An address with its display name and header parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameAddr {
    /// Display name without quotes and escapes; `None` when absent or empty.
    pub display: Option<String>,
    /// The address.
    pub uri: Uri,
    /// Parameters of the header, behind the `>`.
    pub params: Params,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameAddrError {
    /// A quote or bracket is not closed, or the display name holds what must be quoted.
    #[error("malformed display name or brackets")]
    Shape,
    /// The URI itself.
    #[error(transparent)]
    Uri(#[from] UriError),
    /// A header parameter.
    #[error("malformed parameter")]
    Param,
}

impl NameAddr {
    /// An address without display name and parameters.
    pub fn new(uri: impl Into<Uri>) -> Self {
        Self { display: None, uri: uri.into(), params: Params::new() }
    }

    /// Sets the display name from plain text; an empty one removes it.
    #[must_use]
    pub fn with_display(mut self, display: &str) -> Self {
        self.display = (!display.is_empty()).then(|| display.to_owned());
        self
    }

    /// Sets the `tag` parameter.
    #[must_use]
    pub fn with_tag(mut self, tag: &str) -> Self {
        self.params.set("tag", tag);
        self
    }

    /// Sets any header parameter; the value must be a token.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.set(name, value);
        self
    }

    /// The `tag` parameter; `None` when absent or empty.
    pub fn tag(&self) -> Option<&str> {
        self.params.value("tag").filter(|tag| !tag.is_empty())
    }

    /// The tag of an address that is known to be sound, read without the rest of it; that of [`parse`](Self::parse).
    pub(crate) fn tag_in(text: &str) -> Option<String> {
        let after_name = text::take_quoted(text::trim(text)).map_or(text, |(_, after)| after);
        let params = match after_name.split_once('<') {
            Some((_, address)) => text::trim(address.split_once('>')?.1).strip_prefix(';')?,
            None => after_name.split_once(';')?.1,
        };
        let params = Params::parse(params)?;
        params.value("tag").filter(|tag| !tag.is_empty()).map(str::to_owned)
    }

    /// The address without tag, as one copies it into another dialog.
    #[must_use]
    pub fn without_tag(mut self) -> Self {
        self.params.remove("tag");
        self
    }

    /// Reads one address.
    ///
    /// # Errors
    /// [`NameAddrError`] when the text is not exactly one `name-addr` or `addr-spec` with parameters.
    pub fn parse(text: &str) -> Result<Self, NameAddrError> {
        let text = text::trim(text);
        if let Some((inside, after)) = text::take_quoted(text) {
            let display = text::unescape(inside).into_owned();
            return Self::bracketed(Some(display), text::trim(after));
        }
        match text.find('<') {
            Some(at) => {
                let (display, rest) = text.split_at(at);
                let display = text::trim(display);
                if display.contains(['"', ',', ';', '>', ':']) {
                    return Err(NameAddrError::Shape);
                }
                Self::bracketed(Some(display.to_owned()), rest)
            }
            None => Self::bare(text),
        }
    }

    fn bracketed(display: Option<String>, rest: &str) -> Result<Self, NameAddrError> {
        let inside = rest.strip_prefix('<').ok_or(NameAddrError::Shape)?;
        let (uri, after) = inside.split_once('>').ok_or(NameAddrError::Shape)?;
        let uri = Uri::parse(uri)?;
        let display = display.filter(|display| !display.is_empty());
        Ok(Self { display, uri, params: params_behind(after)? })
    }

    /// `addr-spec` without brackets: no comma and no question mark may stand in it.
    fn bare(text: &str) -> Result<Self, NameAddrError> {
        let (uri, params) = match text.split_once(';') {
            Some((uri, params)) => (text::trim(uri), Some(params)),
            None => (text, None),
        };
        if uri.contains([',', '?']) {
            return Err(NameAddrError::Shape);
        }
        let params = params.map_or_else(|| Some(Params::new()), Params::parse).ok_or(NameAddrError::Param)?;
        Ok(Self { display: None, uri: Uri::parse(uri)?, params })
    }
}

/// Parameters behind the closing bracket: nothing, or `;` and a list.
fn params_behind(after: &str) -> Result<Params, NameAddrError> {
    match text::trim(after) {
        "" => Ok(Params::new()),
        after => after.strip_prefix(';').and_then(Params::parse).ok_or(NameAddrError::Param),
    }
}

impl fmt::Display for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(display) = &self.display {
            write!(f, "{} ", text::quote(display))?;
        }
        write!(f, "<{}>{}", self.uri, self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_name_may_hold_brackets_commas_and_semicolons() {
        let address = NameAddr::parse(r#""de Vries, <Anna>; \"A\"" <sip:201@h>;tag=9"#).unwrap();

        assert_eq!(address.display.as_deref(), Some(r#"de Vries, <Anna>; "A""#));
        assert_eq!(address.tag(), Some("9"));
        assert_eq!(NameAddr::parse(&address.to_string()).unwrap(), address);
    }

    #[test]
    fn without_brackets_the_parameters_belong_to_the_header() {
        let address = NameAddr::parse("sip:a@h;tag=1").unwrap();

        assert_eq!(address.tag(), Some("1"));
        assert!(address.uri.as_sip().unwrap().params.is_empty());
    }

    #[test]
    fn no_space_is_needed_before_the_bracket_and_any_may_follow() {
        let address = NameAddr::parse("caller<sip:caller@example.com> \t;\ttag = 323").unwrap();

        assert_eq!(address.display.as_deref(), Some("caller"));
        assert_eq!(address.tag(), Some("323"));
    }

    #[test]
    fn a_tag_is_the_same_read_alone() {
        for text in [
            r#""de Vries, <Anna>;tag=0; \"A\"" <sip:201@h;tag=1>;tag=9"#,
            "caller<sip:caller@example.com> \t;\ttag = 323",
            " sip:a@h;x=\"tag=2\";TAG=1 ",
            "sip:a@h",
            "<sip:a@h>",
            "<sip:a@h;tag=3>",
            "Anna <sip:a@h;tag=3>;tag",
            "<tel:+31201234567>;expires=3;tag=",
        ] {
            let address = NameAddr::parse(text).unwrap();
            assert_eq!(NameAddr::tag_in(text).as_deref(), address.tag(), "{text:?}");
        }
    }

    #[test]
    fn shapes_that_hide_something_are_refused() {
        for text in [
            r#""open <sip:a@h>"#,
            "<sip:a@h",
            "Bell, Alexander <sip:a@h>;tag=4",
            "< sip:a@h >",
            "sip:a@h?Route=%3Csip:b%3E",
            "sip:a,b@h",
            "<sip:a@h>tag=1",
            "<sip:a@h>;;;",
            "",
        ] {
            assert!(NameAddr::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn any_scheme_is_an_address() {
        assert_eq!(NameAddr::parse("isbn:2983792873").unwrap().uri.scheme(), "isbn");
        assert_eq!(NameAddr::parse("<tel:+31201234567>").unwrap().uri.user().unwrap(), "+31201234567");
    }
}
