//! URIs: `sip`, `sips` and `tel` understood, every other scheme kept as it is.
//!
//! The text of each part stays as it was written (escapes included), because digest authentication and
//! pass-through of parameters need the original; [`SipUri::user`] gives the decoded user.

mod compare;
mod escape;

use std::{fmt, str::FromStr};

use super::{Host, HostPort, Params};

/// Any URI that a SIP header can carry. Structural equality is exact; use
/// [`equivalent`](Self::equivalent) for "the same place" (RFC 3261 section 19.1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uri {
    /// `sip:` or `sips:`.
    Sip(SipUri),
    /// `tel:` (RFC 3966).
    Tel(TelUri),
    /// Another scheme (`urn:service:sos`, `http://...`), opaque.
    Other(OtherUri),
}

/// A `sip:` or `sips:` URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SipUri {
    /// `sips` instead of `sip`.
    pub secure: bool,
    /// User part as written, escapes included.
    user: Option<String>,
    /// Password as written.
    password: Option<String>,
    /// Host and optional port.
    pub target: HostPort,
    /// Parameters behind the host.
    pub params: Params,
    /// What stood behind `?`, as written.
    headers: Option<String>,
}

/// A `tel:` URI: a number with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelUri {
    /// Number as written, visual separators included.
    pub number: String,
    /// Parameters such as `phone-context`.
    pub params: Params,
}

/// A URI of a scheme that has no meaning here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherUri {
    /// Scheme as written.
    pub scheme: String,
    /// Everything behind the first colon.
    pub rest: String,
}

/// Why a text is no URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// No scheme, or one with characters that a scheme cannot have.
    #[error("no scheme in URI `{0}`")]
    Scheme(String),
    /// The user part has a character that must be escaped, or a broken escape.
    #[error("malformed user in URI `{0}`")]
    User(String),
    /// Host or port missing or malformed.
    #[error("malformed host in URI `{0}`")]
    Host(String),
    /// An empty or malformed parameter, or white space.
    #[error("malformed parameter in URI `{0}`")]
    Param(String),
}

impl Uri {
    /// Reads a URI as it stands between `<` and `>` or in a request line.
    ///
    /// # Errors
    /// [`UriError`], with the part that is malformed.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let (scheme, rest) = text.split_once(':').ok_or_else(|| UriError::Scheme(text.into()))?;
        if scheme.eq_ignore_ascii_case("sip") {
            return SipUri::parse_rest(rest, false, text).map(Self::Sip);
        }
        if scheme.eq_ignore_ascii_case("sips") {
            return SipUri::parse_rest(rest, true, text).map(Self::Sip);
        }
        if scheme.eq_ignore_ascii_case("tel") {
            return TelUri::parse_rest(rest, text).map(Self::Tel);
        }
        OtherUri::parse(scheme, rest, text).map(Self::Other)
    }

    /// The `sip`/`sips` URI, when it is one.
    pub fn as_sip(&self) -> Option<&SipUri> {
        match self {
            Self::Sip(uri) => Some(uri),
            Self::Tel(_) | Self::Other(_) => None,
        }
    }

    /// The mutable `sip`/`sips` URI, when it is one.
    pub fn as_sip_mut(&mut self) -> Option<&mut SipUri> {
        match self {
            Self::Sip(uri) => Some(uri),
            Self::Tel(_) | Self::Other(_) => None,
        }
    }

    /// The decoded user of a SIP URI or the bare number of a tel URI.
    pub fn user(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Sip(uri) => uri.user(),
            Self::Tel(uri) => Some(uri.digits().into()),
            Self::Other(_) => None,
        }
    }

    /// Host and port of a SIP URI.
    pub fn target(&self) -> Option<&HostPort> {
        self.as_sip().map(|uri| &uri.target)
    }

    /// Scheme in lower case.
    pub fn scheme(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Sip(uri) if uri.secure => "sips".into(),
            Self::Sip(_) => "sip".into(),
            Self::Tel(_) => "tel".into(),
            Self::Other(uri) => uri.scheme.to_ascii_lowercase().into(),
        }
    }

    /// Whether both name the same resource (RFC 3261 section 19.1.4; RFC 3966 section 4 for `tel`).
    pub fn equivalent(&self, other: &Self) -> bool {
        compare::equivalent(self, other)
    }
}

impl SipUri {
    /// `sip:host`, without user, port and parameters.
    pub fn new(host: Host) -> Self {
        let target = HostPort { host, port: None };
        Self { secure: false, user: None, password: None, target, params: Params::new(), headers: None }
    }

    /// Sets the user from plain text; what a user part cannot have is escaped.
    #[must_use]
    pub fn with_user(mut self, user: &str) -> Self {
        self.user = Some(escape::encode_user(user));
        self
    }

    /// Sets the port.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.target.port = Some(port);
        self
    }

    /// Sets a parameter `;name=value`.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: &str) -> Self {
        self.params.set(name, value);
        self
    }

    /// Sets a parameter without value, such as `;lr`.
    #[must_use]
    pub fn with_flag(mut self, name: &str) -> Self {
        self.params.set_flag(name);
        self
    }

    /// Adds a header behind `?`, escaped: `with_header("Replaces", "id;to-tag=1;from-tag=2")`.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let headers = self.headers.get_or_insert_default();
        if !headers.is_empty() {
            headers.push('&');
        }
        headers.push_str(&escape::encode_header(name));
        headers.push('=');
        headers.push_str(&escape::encode_header(value));
        self
    }

    /// The user, decoded. Escaped bytes that are not UTF-8 are read as Latin-1.
    pub fn user(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.user.as_deref().map(escape::decode)
    }

    /// The user as written.
    pub fn raw_user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The password as written (RFC 3261 advises against its use).
    pub fn raw_password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.target.host
    }

    /// The port, when one is written.
    pub fn port(&self) -> Option<u16> {
        self.target.port
    }

    /// Value of the `transport` parameter as written.
    pub fn transport(&self) -> Option<&str> {
        self.params.value("transport")
    }

    /// Whether the URI is that of a loose router (`;lr`).
    pub fn is_loose_router(&self) -> bool {
        self.params.has("lr")
    }

    /// The headers behind `?`, decoded, in order.
    pub fn headers(&self) -> impl Iterator<Item = (String, String)> {
        self.headers.iter().flat_map(|headers| headers.split('&')).map(|header| {
            let (name, value) = header.split_once('=').unwrap_or((header, ""));
            (escape::decode(name).into_owned(), escape::decode(value).into_owned())
        })
    }

    /// The decoded value of the first header `name` behind `?`.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether anything stands behind `?`.
    pub fn has_headers(&self) -> bool {
        self.headers.is_some()
    }

    /// The same URI as a request line may have it: without headers and `method` (RFC 3261 table 1).
    #[must_use]
    pub fn for_request_line(mut self) -> Self {
        self.headers = None;
        self.params.remove("method");
        self
    }

    fn parse_rest(rest: &str, secure: bool, whole: &str) -> Result<Self, UriError> {
        let (userinfo, host_on) = match rest.split_once('@') {
            Some((userinfo, host_on)) => (Some(userinfo), host_on),
            None => (None, rest),
        };
        let (user, password) = match userinfo {
            Some(userinfo) => parse_userinfo(userinfo).ok_or_else(|| UriError::User(whole.into()))?,
            None => (None, None),
        };
        let (before_headers, headers) = match host_on.split_once('?') {
            Some((before, headers)) => (before, Some(headers)),
            None => (host_on, None),
        };
        let (host, params) = match before_headers.split_once(';') {
            Some((host, params)) => (host, Some(params)),
            None => (before_headers, None),
        };
        let target = HostPort::parse(host)
            .filter(|_| !host.contains([' ', '\t', '\r', '\n']))
            .ok_or_else(|| UriError::Host(whole.into()))?;
        let params = params
            .map_or_else(|| Some(Params::new()), Params::parse_uri)
            .ok_or_else(|| UriError::Param(whole.into()))?;
        if headers.is_some_and(|headers| !escape::is_sound(headers)) {
            return Err(UriError::Param(whole.into()));
        }
        let headers = headers.map(str::to_owned);
        Ok(Self { secure, user, password, target, params, headers })
    }
}

type UserInfo = (Option<String>, Option<String>);

fn parse_userinfo(userinfo: &str) -> Option<UserInfo> {
    let (user, password) = match userinfo.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (userinfo, None),
    };
    let sound = !user.is_empty() && escape::is_sound(user) && password.is_none_or(escape::is_sound);
    sound.then(|| (Some(user.to_owned()), password.map(str::to_owned)))
}

impl TelUri {
    /// The number without visual separators: `+31-20-123` becomes `+3120123`.
    pub fn digits(&self) -> String {
        self.number.chars().filter(|character| !"-.()".contains(*character)).collect()
    }

    fn parse_rest(rest: &str, whole: &str) -> Result<Self, UriError> {
        let (number, params) = match rest.split_once(';') {
            Some((number, params)) => (number, Some(params)),
            None => (rest, None),
        };
        let sound = number.bytes().all(|byte| byte.is_ascii_hexdigit() || b"+*#-.()".contains(&byte));
        if !sound || number.is_empty() {
            return Err(UriError::User(whole.into()));
        }
        let params = params
            .map_or_else(|| Some(Params::new()), Params::parse_uri)
            .ok_or_else(|| UriError::Param(whole.into()))?;
        Ok(Self { number: number.to_owned(), params })
    }
}

impl OtherUri {
    fn parse(scheme: &str, rest: &str, whole: &str) -> Result<Self, UriError> {
        let alphabetic = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        let sound = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !alphabetic || !sound {
            return Err(UriError::Scheme(whole.into()));
        }
        if rest.is_empty() || rest.bytes().any(|byte| byte <= b' ' || b"<>\"\x7f".contains(&byte)) {
            return Err(UriError::Param(whole.into()));
        }
        Ok(Self { scheme: scheme.to_owned(), rest: rest.to_owned() })
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl From<SipUri> for Uri {
    fn from(uri: SipUri) -> Self {
        Self::Sip(uri)
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sip(uri) => uri.fmt(f),
            Self::Tel(uri) => write!(f, "tel:{}{}", uri.number, uri.params),
            Self::Other(uri) => write!(f, "{}:{}", uri.scheme, uri.rest),
        }
    }
}

impl fmt::Display for SipUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.secure { "sips:" } else { "sip:" })?;
        if let Some(user) = &self.user {
            f.write_str(user)?;
            if let Some(password) = &self.password {
                write!(f, ":{password}")?;
            }
            f.write_str("@")?;
        }
        write!(f, "{}{}", self.target, self.params)?;
        match &self.headers {
            Some(headers) => write!(f, "?{headers}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
