//! Session-Expires (RFC 4028), RAck (RFC 3262), Replaces (RFC 3891).

use std::fmt;

use crate::message::{Method, Params, text};

/// Who refreshes the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresher {
    /// The side that sent the request in which this stands.
    Uac,
    /// The side that answers it.
    Uas,
}

/// Session-Expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionExpires {
    /// Interval in seconds, at least 90.
    pub interval: u32,
    /// Who refreshes, once agreed.
    pub refresher: Option<Refresher>,
}

impl SessionExpires {
    /// Reads `1800;refresher=uac`.
    pub fn parse(value: &str) -> Option<Self> {
        let (interval, params) = text::split_outside(value, b';');
        let params = params.map_or_else(|| Some(Params::new()), Params::parse)?;
        let refresher = match params.value("refresher") {
            Some(who) if who.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
            Some(who) if who.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
            Some(_) | None => None,
        };
        Some(Self { interval: text::number(interval)?, refresher })
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refresher {
            Some(Refresher::Uac) => write!(f, "{};refresher=uac", self.interval),
            Some(Refresher::Uas) => write!(f, "{};refresher=uas", self.interval),
            None => write!(f, "{}", self.interval),
        }
    }
}

/// RAck: which reliable provisional response a PRACK acknowledges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RAck {
    /// RSeq of the response.
    pub rseq: u32,
    /// CSeq number of the response.
    pub cseq: u32,
    /// CSeq method of the response.
    pub method: Method,
}

impl RAck {
    /// Reads `rseq cseq method`.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split_ascii_whitespace();
        let (rseq, cseq, method) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none();
        let read =
            Self { rseq: text::number(rseq)?, cseq: text::number(cseq)?, method: Method::parse(method)? };
        whole.then_some(read)
    }
}

impl fmt::Display for RAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.rseq, self.cseq, self.method)
    }
}

/// Replaces: the dialog that this INVITE takes the place of, named from its receiver's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaces {
    /// Call-ID of the dialog.
    pub call_id: String,
    /// The receiver's own tag in it.
    pub to_tag: String,
    /// The other side's tag in it.
    pub from_tag: String,
    /// Take it only while it is not answered.
    pub early_only: bool,
}

impl Replaces {
    /// Reads `call-id;to-tag=a;from-tag=b`; `None` unless both tags are there exactly once.
    pub fn parse(value: &str) -> Option<Self> {
        let (call_id, params) = text::split_outside(value, b';');
        let params = Params::parse(params?)?;
        let once = |name| params.iter().filter(|param| param.is(name)).count() == 1;
        if !once("to-tag") || !once("from-tag") || text::trim(call_id).is_empty() {
            return None;
        }
        Some(Self {
            call_id: text::trim(call_id).to_owned(),
            to_tag: params.value("to-tag")?.to_owned(),
            from_tag: params.value("from-tag")?.to_owned(),
            early_only: params.has("early-only"),
        })
    }
}

impl fmt::Display for Replaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};to-tag={};from-tag={}", self.call_id, self.to_tag, self.from_tag)?;
        if self.early_only { f.write_str(";early-only") } else { Ok(()) }
    }
}
