//! What an endpoint reads from messages, beyond single headers.

use std::sync::Arc;
use std::time::Duration;

use super::command::Body;
use crate::dialog::{Dialog, DialogId, SessionTerms};
use crate::endpoint::draft::Draft;
use crate::message::{CSeq, Fields, MediaType, Method, NameAddr, Request, Response, Via};

pub(super) fn value<'a>(message: &'a impl Fields, name: &str) -> Option<&'a str> {
    message.value(name)
}

pub(super) fn elements<'a>(message: &'a impl Fields, name: &str) -> impl Iterator<Item = &'a str> {
    message.elements(name)
}

pub(super) fn method(request: &Request) -> &Method {
    request.method()
}

pub(super) fn code(response: &Response) -> u16 {
    response.code()
}

pub(super) fn cseq(message: &impl Fields) -> Option<CSeq> {
    message.cseq().ok()
}

pub(super) fn to_tag(message: &impl Fields) -> Option<String> {
    message.to_tag()
}

pub(super) fn from_tag(message: &impl Fields) -> Option<String> {
    message.from_tag()
}

pub(super) fn top_via(request: &Request) -> Option<Via> {
    request.top_via().ok()
}

/// The branch of a response that has one Via, ours; with more it is not for us (RFC 3261 8.1.3.3).
pub(super) fn only_branch(response: &Response) -> Option<String> {
    let mut vias = response.elements("Via");
    let via = Via::parse(vias.next()?)?;
    vias.next().is_none().then(|| via.branch().map(str::to_owned)).flatten()
}

/// The URI of the first Contact.
pub(super) fn contact_uri(message: &impl Fields) -> Option<String> {
    message.contact().ok().map(|contact| contact.uri.to_string())
}

/// A From or To value without its tag, otherwise as it came.
pub(super) fn without_tag(value: &str) -> String {
    match NameAddr::parse(value) {
        Ok(mut address) if address.tag().is_some() => {
            address.params.remove("tag");
            address.to_string()
        }
        Ok(_) | Err(_) => value.to_owned(),
    }
}

fn address(message: &impl Fields, name: &str) -> String {
    without_tag(message.value(name).unwrap_or_default())
}

/// Record-Route values in the order of the message.
fn record_routes(message: &impl Fields) -> Vec<String> {
    message.elements("Record-Route").map(str::to_owned).collect()
}

/// The dialog on the calling side: RFC 3261 12.1.2.
pub(super) fn caller_dialog(request: &Draft, response: &Response) -> Dialog {
    let mut routes = record_routes(response);
    routes.reverse();
    Dialog {
        id: DialogId {
            call_id: request.call_id.clone(),
            local_tag: tag_of(&request.from),
            remote_tag: to_tag(response).unwrap_or_default(),
        },
        local: without_tag(&request.from),
        remote: without_tag(&request.to),
        local_sequence: request.sequence,
        remote_sequence: None,
        remote_target: contact_uri(response).unwrap_or_else(|| request.uri.clone()),
        routes,
    }
}

/// The dialog on the called side: RFC 3261 12.1.1.
pub(super) fn callee_dialog(request: &Request, local_tag: &str) -> Dialog {
    Dialog {
        id: DialogId {
            call_id: request.call_id().unwrap_or_default().to_owned(),
            local_tag: local_tag.to_owned(),
            remote_tag: from_tag(request).unwrap_or_default(),
        },
        local: address(request, "To"),
        remote: address(request, "From"),
        local_sequence: 0,
        remote_sequence: cseq(request).map(|sequence| sequence.number),
        remote_target: contact_uri(request).unwrap_or_default(),
        routes: record_routes(request),
    }
}

/// The tag of a From or To value of our own making.
pub(super) fn tag_of(value: &str) -> String {
    NameAddr::tag_in(value).unwrap_or_default()
}

/// Whether the body has a session description in it.
pub(super) fn has_session(message: &impl Fields, body: &[u8]) -> bool {
    if body.is_empty() {
        return false;
    }
    let is_session =
        |media: &MediaType| media.is("application/sdp") || media.essence.starts_with("multipart/");
    match message.content_type() {
        Ok(Some(media)) => is_session(&media),
        Ok(None) => true,
        Err(_) => false,
    }
}

/// The same for a body of ours.
pub(super) fn is_session(body: Option<&Body>) -> bool {
    body.is_some_and(|body| {
        let kind = body.content_type.to_ascii_lowercase();
        !body.bytes.is_empty() && (kind.starts_with("application/sdp") || kind.starts_with("multipart/"))
    })
}

/// What a message says about session timers.
pub(super) fn session_terms(message: &impl Fields) -> SessionTerms {
    SessionTerms {
        expires: message.session_expires().ok().flatten(),
        min_se: message.min_se().ok().flatten(),
        supported: message.supports("timer"),
    }
}

/// Retry-After.
pub(super) fn retry_after(response: Option<&Arc<Response>>) -> Option<Duration> {
    let after = response?.retry_after()?;
    Some(Duration::from_secs(after.seconds.into()))
}
