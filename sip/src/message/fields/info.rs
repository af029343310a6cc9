//! Alert-Info and Call-Info (RFC 3261 sections 20.4 and 20.9).

use std::fmt;

use crate::message::{Params, text};

/// One element: what to play or show, and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The URI between the brackets as written; phones also send a bare word such as `Bellcore-dr2`.
    pub uri: String,
    /// Parameters, such as `answer-after` or `info`.
    pub params: Params,
}

impl Info {
    /// An element without parameters.
    pub fn new(uri: &str) -> Self {
        Self { uri: uri.to_owned(), params: Params::new() }
    }

    /// Reads one element, with or without brackets.
    pub fn parse(element: &str) -> Option<Self> {
        let element = text::trim(element);
        let (uri, after) = match element.strip_prefix('<') {
            Some(inside) => {
                let (uri, after) = inside.split_once('>')?;
                (uri, text::trim(after).strip_prefix(';'))
            }
            None => text::split_outside(element, b';'),
        };
        let params = after.map_or_else(|| Some(Params::new()), Params::parse)?;
        let uri = text::trim(uri);
        let sound = !uri.is_empty() || !params.is_empty();
        sound.then(|| Self { uri: uri.to_owned(), params })
    }

    /// The ring pattern 1 to 5 that `Bellcore-dr1` to `Bellcore-dr5` name.
    pub fn bellcore_ring(&self) -> Option<u8> {
        const MARK: &str = "bellcore-dr";
        let lower = self.uri.to_ascii_lowercase();
        let (_, after) = lower.rsplit_once(MARK)?;
        let digit = after.bytes().next()?.checked_sub(b'0')?;
        (1..=5).contains(&digit).then_some(digit)
    }

    /// Seconds after which the phone shall answer by itself.
    pub fn answer_after(&self) -> Option<u32> {
        self.params.number("answer-after")
    }
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>{}", self.uri, self.params)
    }
}
