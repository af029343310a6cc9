//! What headers mean: one accessor per header, over rsip's list of names and texts.
//!
//! A header is read when it is asked for; nothing is cached, so that a changed header cannot disagree with its
//! meaning. A message from the wire has had Via, From, To, Call-ID and CSeq checked already.

mod basic;
mod diversion;
mod info;
mod session;
mod subscription;

use rsip::{Header, Headers};

pub use basic::{CSeq, Contacts, MediaType, RetryAfter};
pub use diversion::{Diversion, DiversionReason, HistoryEntry, Reason};
pub use info::Info;
pub use session::{RAck, Refresher, Replaces, SessionExpires};
pub use subscription::{Event, SubscriptionState, SubscriptionStatus};

use super::{
    NameAddr, Via,
    auth::{Challenge, Credentials},
    header::{self, header},
    text,
};

/// Why a header cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The header is not there.
    #[error("missing {0}")]
    Missing(&'static str),
    /// The header is there and cannot be read.
    #[error("malformed {name} `{value}`")]
    Malformed {
        /// Name of the header.
        name: &'static str,
        /// Its text.
        value: String,
    },
}

impl HeaderError {
    pub(crate) fn malformed(name: &'static str, value: &str) -> Self {
        Self::Malformed { name, value: value.chars().take(80).collect() }
    }
}

/// The headers of a request, a response, or a bare list, by meaning.
///
/// Accessors that return `Result<Option<T>, _>` give `Ok(None)` for an absent header.
pub trait Fields: Sized {
    /// The envelope's list.
    fn headers(&self) -> &Headers;

    /// The envelope's list, to change.
    fn headers_mut(&mut self) -> &mut Headers;

    // ---- by name ----

    /// Text of the first header `name`, trimmed. Names compare without case; use the long name.
    fn value(&self, name: &str) -> Option<&str> {
        self.headers()
            .iter()
            .find(|item| header::is(item, name))
            .map(|item| text::trim(header::value_of(item)))
    }

    /// Texts of all headers `name`, one per header line.
    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers()
            .iter()
            .filter(move |item| header::is(item, name))
            .map(|item| text::trim(header::value_of(item)))
    }

    /// All elements of a comma-separated header over all its lines; empty ones are left out.
    fn elements(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).flat_map(text::list).filter(|element| !element.is_empty())
    }

    /// Whether a header `name` is there.
    fn has(&self, name: &str) -> bool {
        self.headers().iter().any(|item| header::is(item, name))
    }

    /// Appends a header.
    fn push(&mut self, name: &str, value: impl Into<String>) {
        self.headers_mut().push(header(name, value));
    }

    /// Puts a header in front of all others (a Via goes there).
    fn push_front(&mut self, name: &str, value: impl Into<String>) {
        let mut all: Vec<Header> = std::mem::take(self.headers_mut()).into();
        all.insert(0, header(name, value));
        *self.headers_mut() = all.into();
    }

    /// Replaces every header `name` by one, in the place of the first.
    fn set(&mut self, name: &str, value: impl Into<String>) {
        let replacement = header(name, value);
        let mut all: Vec<Header> = std::mem::take(self.headers_mut()).into();
        let place = all.iter().position(|item| header::is(item, name)).unwrap_or(all.len());
        all.retain(|item| !header::is(item, name));
        all.insert(place.min(all.len()), replacement);
        *self.headers_mut() = all.into();
    }

    /// Removes every header `name`.
    fn remove(&mut self, name: &str) {
        self.headers_mut().retain(|item| !header::is(item, name));
    }

    /// [`push`](Self::push) as a builder step.
    #[must_use]
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
    }

    // ---- the five of every message ----

    /// All Via elements, topmost first.
    ///
    /// # Errors
    /// Missing, or any element malformed.
    fn vias(&self) -> Result<Vec<Via>, HeaderError> {
        let vias: Vec<Via> = self
            .elements("Via")
            .map(|element| Via::parse(element).ok_or_else(|| HeaderError::malformed("Via", element)))
            .collect::<Result<_, _>>()?;
        if vias.is_empty() { Err(HeaderError::Missing("Via")) } else { Ok(vias) }
    }

    /// The topmost Via element.
    ///
    /// # Errors
    /// Missing or malformed.
    fn top_via(&self) -> Result<Via, HeaderError> {
        let element = self.elements("Via").next().ok_or(HeaderError::Missing("Via"))?;
        Via::parse(element).ok_or_else(|| HeaderError::malformed("Via", element))
    }

    /// Puts `via` in the place of the topmost Via element; the others stay.
    fn set_top_via(&mut self, via: &Via) {
        let mut all: Vec<Header> = std::mem::take(self.headers_mut()).into();
        match all.iter_mut().find(|item| header::is(item, "Via")) {
            Some(first) => {
                let (_, below) = text::split_outside(header::value_of(first), b',');
                let value = match below {
                    Some(below) => format!("{via}, {}", text::trim(below)),
                    None => via.to_string(),
                };
                *first = header("Via", value);
            }
            None => all.insert(0, header("Via", via.to_string())),
        }
        *self.headers_mut() = all.into();
    }

    /// From.
    ///
    /// # Errors
    /// Missing or malformed.
    fn from(&self) -> Result<NameAddr, HeaderError> {
        required(self.address("From")?, "From")
    }

    /// To.
    ///
    /// # Errors
    /// Missing or malformed.
    fn to(&self) -> Result<NameAddr, HeaderError> {
        required(self.address("To")?, "To")
    }

    /// The tag of From, which is known to be readable.
    #[expect(clippy::wrong_self_convention, reason = "From is the name of the header")]
    fn from_tag(&self) -> Option<String> {
        self.value("From").and_then(NameAddr::tag_in)
    }

    /// The tag of To, which is known to be readable.
    fn to_tag(&self) -> Option<String> {
        self.value("To").and_then(NameAddr::tag_in)
    }

    /// Call-ID.
    ///
    /// # Errors
    /// Missing.
    fn call_id(&self) -> Result<&str, HeaderError> {
        self.value("Call-ID").ok_or(HeaderError::Missing("Call-ID"))
    }

    /// CSeq.
    ///
    /// # Errors
    /// Missing or malformed.
    fn cseq(&self) -> Result<CSeq, HeaderError> {
        let value = self.value("CSeq").ok_or(HeaderError::Missing("CSeq"))?;
        CSeq::parse(value).ok_or_else(|| HeaderError::malformed("CSeq", value))
    }

    // ---- routing ----

    /// Contact: nothing, a list, or the `*` of a REGISTER that removes every binding.
    ///
    /// # Errors
    /// Malformed.
    fn contacts(&self) -> Result<Contacts, HeaderError> {
        Contacts::read(self.elements("Contact"))
    }

    /// The first Contact, which is the remote target of a dialog.
    ///
    /// # Errors
    /// Missing, malformed, or `*`.
    fn contact(&self) -> Result<NameAddr, HeaderError> {
        let value = self.elements("Contact").next().ok_or(HeaderError::Missing("Contact"))?;
        NameAddr::parse(value).map_err(|_| HeaderError::malformed("Contact", value))
    }

    /// Route, in order.
    ///
    /// # Errors
    /// Malformed.
    fn routes(&self) -> Result<Vec<NameAddr>, HeaderError> {
        self.addresses("Route")
    }

    /// Record-Route, in order.
    ///
    /// # Errors
    /// Malformed.
    fn record_routes(&self) -> Result<Vec<NameAddr>, HeaderError> {
        self.addresses("Record-Route")
    }

    /// Path (RFC 3327), in order.
    ///
    /// # Errors
    /// Malformed.
    fn paths(&self) -> Result<Vec<NameAddr>, HeaderError> {
        self.addresses("Path")
    }

    /// Service-Route (RFC 3608), in order.
    ///
    /// # Errors
    /// Malformed.
    fn service_routes(&self) -> Result<Vec<NameAddr>, HeaderError> {
        self.addresses("Service-Route")
    }

    /// Max-Forwards, hops.
    ///
    /// # Errors
    /// Not a number of 0 to 255.
    fn max_forwards(&self) -> Result<Option<u8>, HeaderError> {
        let read = |value: &str| text::number(value).and_then(|hops| u8::try_from(hops).ok());
        self.parsed("Max-Forwards", read)
    }

    /// Expires, seconds; saturates at `u32::MAX`. An unreadable one counts as absent (RFC 3261 section 20.19
    /// wants a default then, not an error).
    fn expires(&self) -> Option<u32> {
        self.value("Expires").and_then(text::number)
    }

    /// Min-Expires, seconds.
    fn min_expires(&self) -> Option<u32> {
        self.value("Min-Expires").and_then(text::number)
    }

    /// Retry-After.
    fn retry_after(&self) -> Option<RetryAfter> {
        self.value("Retry-After").and_then(RetryAfter::parse)
    }

    // ---- capabilities ----

    /// Whether the list header `name` has `token`, without case: `lists("Supported", "timer")`.
    fn lists(&self, name: &str, token: &str) -> bool {
        self.elements(name).any(|element| element.eq_ignore_ascii_case(token))
    }

    /// Whether Supported or Require names the option tag.
    fn supports(&self, option: &str) -> bool {
        self.lists("Supported", option) || self.lists("Require", option)
    }

    /// Option tags of Require.
    fn requires(&self) -> impl Iterator<Item = &str> {
        self.elements("Require")
    }

    /// Whether Allow names the method; an absent Allow allows nothing for sure.
    fn allows(&self, method: &str) -> bool {
        self.elements("Allow").any(|element| element == method)
    }

    /// Content-Type.
    ///
    /// # Errors
    /// Malformed.
    fn content_type(&self) -> Result<Option<MediaType>, HeaderError> {
        self.parsed("Content-Type", MediaType::parse)
    }

    /// User-Agent of a request or Server of a response.
    fn product(&self) -> Option<&str> {
        self.value("User-Agent").or_else(|| self.value("Server"))
    }

    // ---- calls ----

    /// Refer-To (RFC 3515).
    ///
    /// # Errors
    /// Malformed, or more than one.
    fn refer_to(&self) -> Result<Option<NameAddr>, HeaderError> {
        self.address("Refer-To")
    }

    /// Referred-By (RFC 3892).
    ///
    /// # Errors
    /// Malformed.
    fn referred_by(&self) -> Result<Option<NameAddr>, HeaderError> {
        self.address("Referred-By")
    }

    /// Replaces (RFC 3891).
    ///
    /// # Errors
    /// Malformed, or a tag missing.
    fn replaces(&self) -> Result<Option<Replaces>, HeaderError> {
        self.parsed("Replaces", Replaces::parse)
    }

    /// RSeq (RFC 3262).
    ///
    /// # Errors
    /// Not a number of 1 to 2^32-1.
    fn rseq(&self) -> Result<Option<u32>, HeaderError> {
        self.parsed("RSeq", |value| text::number(value).filter(|rseq| *rseq > 0))
    }

    /// RAck (RFC 3262).
    ///
    /// # Errors
    /// Malformed.
    fn rack(&self) -> Result<Option<RAck>, HeaderError> {
        self.parsed("RAck", RAck::parse)
    }

    /// Session-Expires (RFC 4028).
    ///
    /// # Errors
    /// Malformed.
    fn session_expires(&self) -> Result<Option<SessionExpires>, HeaderError> {
        self.parsed("Session-Expires", SessionExpires::parse)
    }

    /// Min-SE (RFC 4028), seconds.
    ///
    /// # Errors
    /// Malformed.
    fn min_se(&self) -> Result<Option<u32>, HeaderError> {
        self.parsed("Min-SE", |value| text::number(text::split_outside(value, b';').0))
    }

    /// Reason (RFC 3326), one per protocol; unreadable ones are left out.
    fn reasons(&self) -> Vec<Reason> {
        self.elements("Reason").filter_map(Reason::parse).collect()
    }

    /// Alert-Info: ring patterns.
    fn alert_info(&self) -> Vec<Info> {
        self.elements("Alert-Info").filter_map(Info::parse).collect()
    }

    /// Call-Info: `answer-after`, icons.
    fn call_info(&self) -> Vec<Info> {
        self.elements("Call-Info").filter_map(Info::parse).collect()
    }

    // ---- identity and diversion ----

    /// P-Asserted-Identity (RFC 3325): at most one SIP and one tel URI.
    ///
    /// # Errors
    /// Malformed.
    fn asserted_identities(&self) -> Result<Vec<NameAddr>, HeaderError> {
        self.addresses("P-Asserted-Identity")
    }

    /// P-Preferred-Identity (RFC 3325).
    ///
    /// # Errors
    /// Malformed.
    fn preferred_identities(&self) -> Result<Vec<NameAddr>, HeaderError> {
        self.addresses("P-Preferred-Identity")
    }

    /// The values of Privacy (RFC 3323), such as `id` and `user`; separated by `;` on the wire.
    fn privacy(&self) -> impl Iterator<Item = &str> {
        self.values("Privacy").flat_map(|value| value.split([';', ','])).map(text::trim)
    }

    /// Diversion (RFC 5806), newest first; unreadable ones are left out.
    fn diversions(&self) -> Vec<Diversion> {
        self.elements("Diversion").filter_map(Diversion::parse).collect()
    }

    /// History-Info (RFC 7044), oldest first; unreadable ones are left out.
    fn history(&self) -> Vec<HistoryEntry> {
        self.elements("History-Info").filter_map(HistoryEntry::parse).collect()
    }

    // ---- events ----

    /// Event (RFC 6665).
    ///
    /// # Errors
    /// Malformed.
    fn event(&self) -> Result<Option<Event>, HeaderError> {
        self.parsed("Event", Event::parse)
    }

    /// Subscription-State (RFC 6665).
    ///
    /// # Errors
    /// Malformed.
    fn subscription_state(&self) -> Result<Option<SubscriptionState>, HeaderError> {
        self.parsed("Subscription-State", SubscriptionState::parse)
    }

    // ---- authentication ----

    /// Digest challenges of `WWW-Authenticate` or `Proxy-Authenticate`; other schemes are left out.
    fn challenges(&self, name: &str) -> Vec<Challenge> {
        self.values(name).filter_map(Challenge::parse).collect()
    }

    /// Digest credentials of `Authorization` or `Proxy-Authorization`; other schemes are left out.
    fn credentials(&self, name: &str) -> Vec<Credentials> {
        self.values(name).filter_map(Credentials::parse).collect()
    }

    // ---- by shape ----

    /// One header read by `read`; `Ok(None)` when absent.
    ///
    /// # Errors
    /// `read` refuses the text.
    fn parsed<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, HeaderError> {
        self.value(name)
            .map(|value| read(value).ok_or_else(|| HeaderError::malformed(name, value)))
            .transpose()
    }

    /// One header that is an address.
    ///
    /// # Errors
    /// Malformed.
    fn address(&self, name: &'static str) -> Result<Option<NameAddr>, HeaderError> {
        self.value(name)
            .map(|value| NameAddr::parse(value).map_err(|_| HeaderError::malformed(name, value)))
            .transpose()
    }

    /// A list header of addresses.
    ///
    /// # Errors
    /// Any element malformed.
    fn addresses(&self, name: &'static str) -> Result<Vec<NameAddr>, HeaderError> {
        self.elements(name)
            .map(|element| NameAddr::parse(element).map_err(|_| HeaderError::malformed(name, element)))
            .collect()
    }
}

impl Fields for Headers {
    fn headers(&self) -> &Headers {
        self
    }

    fn headers_mut(&mut self) -> &mut Headers {
        self
    }
}

fn required<T>(found: Option<T>, name: &'static str) -> Result<T, HeaderError> {
    found.ok_or(HeaderError::Missing(name))
}

#[cfg(test)]
mod tests;
