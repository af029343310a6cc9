//! How a call came here by redirection: Diversion (RFC 5806), History-Info (RFC 7044), Reason (RFC 3326).
//!
//! Both records are written side by side, because providers and phones read one or the other.

use std::fmt;

use crate::message::{NameAddr, Params, text};

/// Why a call was redirected, in the words of the Diversion header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiversionReason {
    /// Forwarded always.
    Unconditional,
    /// The subscriber was busy.
    UserBusy,
    /// The subscriber did not answer.
    NoAnswer,
    /// The subscriber's phone could not be reached.
    Unavailable,
    /// By schedule.
    TimeOfDay,
    /// Do Not Disturb.
    DoNotDisturb,
    /// Redirected by the phone while ringing.
    Deflection,
    /// Follow-me service.
    FollowMe,
    /// Out of service.
    OutOfService,
    /// Away.
    Away,
    /// `unknown`, or any other word.
    Unknown,
}

const REASONS: [(DiversionReason, &str); 11] = [
    (DiversionReason::Unconditional, "unconditional"),
    (DiversionReason::UserBusy, "user-busy"),
    (DiversionReason::NoAnswer, "no-answer"),
    (DiversionReason::Unavailable, "unavailable"),
    (DiversionReason::TimeOfDay, "time-of-day"),
    (DiversionReason::DoNotDisturb, "do-not-disturb"),
    (DiversionReason::Deflection, "deflection"),
    (DiversionReason::FollowMe, "follow-me"),
    (DiversionReason::OutOfService, "out-of-service"),
    (DiversionReason::Away, "away"),
    (DiversionReason::Unknown, "unknown"),
];

impl DiversionReason {
    /// The word on the wire.
    pub fn as_str(&self) -> &'static str {
        REASONS.iter().find(|(reason, _)| reason == self).map_or("unknown", |(_, word)| word)
    }

    /// Reads the word, quoted or not, without case.
    pub fn parse(word: &str) -> Self {
        let word = text::unquote(word);
        REASONS
            .iter()
            .find(|(_, candidate)| candidate.eq_ignore_ascii_case(&word))
            .map_or(Self::Unknown, |(reason, _)| reason.clone())
    }

    /// The response code that stands for it in History-Info's Reason (RFC 7044 section 7.3).
    pub fn cause(&self) -> u16 {
        match self {
            Self::UserBusy | Self::DoNotDisturb => 486,
            Self::NoAnswer => 408,
            Self::Unavailable | Self::OutOfService => 503,
            Self::Unconditional
            | Self::TimeOfDay
            | Self::Deflection
            | Self::FollowMe
            | Self::Away
            | Self::Unknown => 302,
        }
    }
}

/// One redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diversion {
    /// Who redirected, with the header's other parameters (`screen`, `limit`).
    pub by: NameAddr,
    /// Why.
    pub reason: DiversionReason,
    /// How many redirections this entry stands for; 1 when absent.
    pub counter: u32,
    /// `off`, `full`, `name` or `uri`; `None` when absent.
    pub privacy: Option<String>,
}

impl Diversion {
    /// A single redirection by `by`.
    pub fn new(by: NameAddr, reason: DiversionReason) -> Self {
        Self { by, reason, counter: 1, privacy: None }
    }

    /// Reads one element.
    pub fn parse(element: &str) -> Option<Self> {
        let mut by = NameAddr::parse(element).ok()?;
        let reason = by.params.value("reason").map_or(DiversionReason::Unknown, DiversionReason::parse);
        let counter = by.params.number("counter").unwrap_or(1);
        let privacy = by.params.text("privacy").map(Into::into);
        for name in ["reason", "counter", "privacy"] {
            by.params.remove(name);
        }
        Some(Self { by, reason, counter, privacy })
    }
}

impl fmt::Display for Diversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};reason={};counter={}", self.by, self.reason.as_str(), self.counter)?;
        match &self.privacy {
            Some(privacy) => write!(f, ";privacy={privacy}"),
            None => Ok(()),
        }
    }
}

/// One hop of History-Info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The target at this hop; its URI carries Reason and Privacy behind `?`.
    pub target: NameAddr,
    /// Place in the tree: `[1]`, `[1, 1]`.
    pub index: Vec<u32>,
}

impl HistoryEntry {
    /// The target at `index`, without a reason.
    pub fn new(target: NameAddr, index: Vec<u32>) -> Self {
        Self { target, index }
    }

    /// Notes that this target was left with `cause`: `?Reason=SIP;cause=486`. Only a SIP URI can carry it.
    #[must_use]
    pub fn left_because(mut self, cause: u16) -> Self {
        if let Some(uri) = self.target.uri.as_sip_mut() {
            *uri = uri.clone().with_header("Reason", &format!("SIP;cause={cause}"));
        }
        self
    }

    /// Reads one element; `None` without a sound index.
    pub fn parse(element: &str) -> Option<Self> {
        let mut target = NameAddr::parse(element).ok()?;
        let index: Vec<u32> =
            target.params.value("index")?.split('.').map(text::number).collect::<Option<_>>()?;
        target.params.remove("index");
        Some(Self { target, index })
    }

    /// Why this target was left: the code of the Reason in its URI.
    pub fn cause(&self) -> Option<u16> {
        Reason::parse(&self.target.uri.as_sip()?.header("Reason")?)?.cause
    }
}

impl fmt::Display for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};index=", self.target)?;
        for (place, number) in self.index.iter().enumerate() {
            write!(f, "{}{number}", if place == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

/// Reason: why a request was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// `SIP` or `Q.850`.
    pub protocol: String,
    /// Response code or Q.850 cause.
    pub cause: Option<u16>,
    /// Text for people.
    pub text: Option<String>,
}

impl Reason {
    /// A reason of protocol `SIP`.
    pub fn sip(cause: u16, text: &str) -> Self {
        Self { protocol: "SIP".into(), cause: Some(cause), text: Some(text.to_owned()) }
    }

    /// `SIP;cause=200;text="Call completed elsewhere"`, which keeps a call out of the missed ones.
    pub fn completed_elsewhere() -> Self {
        Self::sip(200, "Call completed elsewhere")
    }

    /// Reads one element.
    pub fn parse(element: &str) -> Option<Self> {
        let (protocol, params) = text::split_outside(element, b';');
        let protocol = text::trim(protocol);
        let params = params.map_or_else(|| Some(Params::new()), Params::parse)?;
        text::is_token(protocol).then(|| Self {
            protocol: protocol.to_owned(),
            cause: params.number("cause").and_then(|cause| u16::try_from(cause).ok()),
            text: params.text("text").map(Into::into),
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.protocol)?;
        if let Some(cause) = self.cause {
            write!(f, ";cause={cause}")?;
        }
        match &self.text {
            Some(plain) => write!(f, ";text={}", text::quote(plain)),
            None => Ok(()),
        }
    }
}
