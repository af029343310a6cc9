//! When two URIs name the same resource (RFC 3261 section 19.1.4, RFC 3966 section 4).

use super::{SipUri, TelUri, Uri, escape};
use crate::message::Params;

pub(super) fn equivalent(a: &Uri, b: &Uri) -> bool {
    match (a, b) {
        (Uri::Sip(a), Uri::Sip(b)) => same_sip(a, b),
        (Uri::Tel(a), Uri::Tel(b)) => same_tel(a, b),
        (Uri::Other(a), Uri::Other(b)) => a.scheme.eq_ignore_ascii_case(&b.scheme) && a.rest == b.rest,
        (Uri::Sip(_) | Uri::Tel(_) | Uri::Other(_), _) => false,
    }
}

fn same_sip(a: &SipUri, b: &SipUri) -> bool {
    a.secure == b.secure
        && same_escaped(a.raw_user(), b.raw_user())
        && same_escaped(a.raw_password(), b.raw_password())
        && a.target.host.matches(&b.target.host)
        && a.target.port == b.target.port
        && same_params(&a.params, &b.params)
        && same_headers(a, b)
}

/// User and password compare with case, after escapes are resolved.
fn same_escaped(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || escape::decode_bytes(a) == escape::decode_bytes(b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// A parameter in both must match; `user`, `ttl`, `method`, `maddr` and `transport` must be in both or in
/// neither (the last by RFC 3261's examples); any other may stand in one alone. Of one that is there twice the first
/// counts.
fn same_params(a: &Params, b: &Params) -> bool {
    const BOTH_OR_NEITHER: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];
    let shared_match = a.iter().all(|param| match b.find(param.name) {
        Some(value) => same_value(a.value(param.name), value),
        None => true,
    });
    shared_match && BOTH_OR_NEITHER.iter().all(|name| a.has(name) == b.has(name))
}

fn same_value(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            a.eq_ignore_ascii_case(b)
                || escape::decode_bytes(a).eq_ignore_ascii_case(&escape::decode_bytes(b))
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Headers are never ignored: both must have the same set, in any order.
fn same_headers(a: &SipUri, b: &SipUri) -> bool {
    let sorted = |uri: &SipUri| {
        let mut headers: Vec<_> =
            uri.headers().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        headers.sort();
        headers
    };
    match (a.has_headers(), b.has_headers()) {
        (false, false) => true,
        (true, true) => sorted(a) == sorted(b),
        (true, false) | (false, true) => false,
    }
}

fn same_tel(a: &TelUri, b: &TelUri) -> bool {
    a.digits().eq_ignore_ascii_case(&b.digits())
        && has_all(&a.params, &b.params)
        && has_all(&b.params, &a.params)
}

/// Whether `b` has every parameter of `a` with the same value.
fn has_all(a: &Params, b: &Params) -> bool {
    a.iter().all(|param| b.find(param.name).is_some_and(|value| same_value(a.value(param.name), value)))
}
