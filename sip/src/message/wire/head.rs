//! Splits a head into start line and headers, without judging their meaning.
//!
//! The first fault is noted and reading goes on, so that an answer to a faulty request can still be addressed.

use std::borrow::Cow;

use rsip::{Headers, StatusCode};

use super::{Unchecked, WireErrorKind};
use crate::message::{Fields as _, Method, Request, Response, Uri, header, text};

/// What could be read of a head.
pub(super) struct Head {
    /// Start line; `None` when it is neither a request nor a response line.
    pub(super) start: Option<Start>,
    pub(super) headers: Headers,
    /// The first fault found on the way.
    pub(super) fault: Option<WireErrorKind>,
}

/// A start line that was told apart, with what is wrong in it.
pub(super) enum Start {
    Request { method: Method, line: Result<Request, WireErrorKind> },
    Response(Result<Response, WireErrorKind>),
}

/// Where the head ends: the index behind its empty line. Lines may end in a bare line feed.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    end_from(bytes, 0)
}

/// As [`end`], when the first `from` bytes are known not to hold the end of the head.
pub(super) fn end_from(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(feed) = bytes.get(at..)?.iter().position(|byte| *byte == b'\n') {
        let behind = at + feed + 1;
        match bytes.get(behind..)? {
            [b'\n', ..] => return Some(behind + 1),
            [b'\r', b'\n', ..] => return Some(behind + 2),
            _ => at = behind,
        }
    }
    None
}

/// Reads start line and headers of `bytes`, which end with the empty line.
pub(super) fn parse(bytes: &[u8]) -> Head {
    let mut lines = logical_lines(bytes);
    let (start, mut fault) = match lines.next().map(|line| start_line(&line)) {
        Some(Ok(start)) => (Some(start), None),
        Some(Err(kind)) => (None, Some(kind)),
        None => (None, Some(WireErrorKind::StartLine)),
    };
    let mut headers = Vec::with_capacity(16);
    for line in lines {
        match header_line(&line) {
            Some(item) => headers.push(item),
            None => fault = fault.or(Some(WireErrorKind::HeaderLine)),
        }
    }
    Head { start, headers: headers.into(), fault }
}

impl Head {
    /// The body's length as the head states it; `None` when it does not.
    pub(super) fn content_length(&self) -> Result<Option<usize>, WireErrorKind> {
        let mut values = self.headers.values("Content-Length");
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(WireErrorKind::Duplicate("Content-Length"));
        }
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(length) if digits => Ok(Some(length)),
            Ok(_) | Err(_) => Err(WireErrorKind::Malformed("Content-Length")),
        }
    }

    /// The message, once the start line is sound; otherwise what is wrong with it, and the headers.
    pub(super) fn into_message(self) -> Result<Unchecked, (WireErrorKind, Headers)> {
        let headers = self.headers;
        match self.start {
            Some(Start::Request { line: Ok(mut request), .. }) => {
                *request.headers_mut() = headers;
                Ok(Unchecked::Request(request))
            }
            Some(Start::Response(Ok(mut response))) => {
                *response.headers_mut() = headers;
                Ok(Unchecked::Response(response))
            }
            Some(Start::Request { line: Err(kind), .. } | Start::Response(Err(kind))) => Err((kind, headers)),
            None => Err((WireErrorKind::StartLine, headers)),
        }
    }
}

/// The lines of a head with folded ones joined by a space (RFC 3261 section 7.3.1), up to the empty line.
fn logical_lines(bytes: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    let mut lines = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take_while(|line| !line.is_empty())
        .peekable();
    std::iter::from_fn(move || {
        let mut line = decode(lines.next()?);
        while let Some(folded) = lines.next_if(|next| matches!(next.first(), Some(b' ' | b'\t'))) {
            let joined = line.to_mut();
            joined.push(' ');
            joined.push_str(text::trim(&decode(folded)));
        }
        Some(line)
    })
}

/// UTF-8, or Latin-1 byte by byte when it is not: old exchanges send names that way.
fn decode(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(line) => Cow::Borrowed(line),
        Err(_) => Cow::Owned(line.iter().map(|byte| char::from(*byte)).collect()),
    }
}

fn header_line(line: &str) -> Option<rsip::Header> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end_matches([' ', '\t']);
    text::is_token(name).then(|| header::header(name, text::trim(value)))
}

/// Tells request from response; an error means it is neither, so that nobody can be answered.
fn start_line(line: &str) -> Result<Start, WireErrorKind> {
    if line.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("SIP/")) {
        return Ok(Start::Response(status_line(line)));
    }
    let (method, rest) = line.split_once(' ').ok_or(WireErrorKind::StartLine)?;
    let method = Method::parse(method).ok_or(WireErrorKind::StartLine)?;
    let line = request_line(&method, rest);
    Ok(Start::Request { method, line })
}

/// `uri SIP/2.0`, with single spaces (RFC 3261 section 7.1).
fn request_line(method: &Method, rest: &str) -> Result<Request, WireErrorKind> {
    let (uri, version) = rest.split_once(' ').ok_or(WireErrorKind::StartLine)?;
    if uri.is_empty() || version.contains([' ', '\t']) {
        return Err(WireErrorKind::StartLine);
    }
    version_2(version)?;
    let parsed = Uri::parse(uri).map_err(|_| WireErrorKind::RequestUri)?;
    if parsed.as_sip().is_some_and(|sip| sip.has_headers()) {
        return Err(WireErrorKind::RequestUri);
    }
    Ok(Request::with_raw_uri(method.clone(), parsed, uri.to_owned()))
}

fn status_line(line: &str) -> Result<Response, WireErrorKind> {
    let (version, rest) = line.split_once(' ').ok_or(WireErrorKind::StartLine)?;
    version_2(version)?;
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let three_digits = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    let code: u16 = code.parse().map_err(|_| WireErrorKind::StartLine)?;
    if !three_digits || !(100..700).contains(&code) {
        return Err(WireErrorKind::StartLine);
    }
    Ok(Response::new(StatusCode::from(code)).with_reason(reason))
}

fn version_2(version: &str) -> Result<(), WireErrorKind> {
    if version.eq_ignore_ascii_case("SIP/2.0") {
        return Ok(());
    }
    let other_sip = version.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("SIP/"));
    Err(if other_sip { WireErrorKind::Version } else { WireErrorKind::StartLine })
}
