//! SIP messages: their bytes, their headers by meaning, and the session descriptions that they carry.
//!
//! rsip's `Request`, `Response`, `Headers`, `Header` and `StatusCode` are the envelope in memory; reading bytes
//! and giving headers a meaning is done here, because rsip's own tokenizer refuses much of what phones send.

pub mod auth;
pub mod fields;
pub mod header;
mod host;
mod method;
mod name_addr;
mod params;
mod request;
mod response;
pub mod sdp;
mod status;
pub(crate) mod text;
mod uri;
mod via;
pub mod wire;

pub use fields::{
    CSeq, Contacts, Diversion, DiversionReason, Event, Fields, HeaderError, HistoryEntry, Info, MediaType,
    RAck, Reason, Refresher, Replaces, RetryAfter, SessionExpires, SubscriptionState, SubscriptionStatus,
};
pub use host::{Host, HostPort};
pub use method::Method;
pub use name_addr::{NameAddr, NameAddrError};
pub use params::{Param, Params};
pub use request::Request;
pub use response::Response;
pub use rsip::{Header, Headers, StatusCode};
pub use status::reason_phrase;
pub use uri::{OtherUri, SipUri, TelUri, Uri, UriError};
pub use via::{BRANCH_COOKIE, Transport, Via};

/// A request or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

impl Message {
    /// The body, empty when there is none.
    pub fn body(&self) -> &[u8] {
        match self {
            Self::Request(request) => request.body(),
            Self::Response(response) => response.body(),
        }
    }

    /// The bytes for the wire, Content-Length included.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Request(request) => request.to_bytes(),
            Self::Response(response) => response.to_bytes(),
        }
    }
}

impl Fields for Message {
    fn headers(&self) -> &Headers {
        match self {
            Self::Request(request) => request.headers(),
            Self::Response(response) => response.headers(),
        }
    }

    fn headers_mut(&mut self) -> &mut Headers {
        match self {
            Self::Request(request) => request.headers_mut(),
            Self::Response(response) => response.headers_mut(),
        }
    }
}

impl From<Request> for Message {
    fn from(request: Request) -> Self {
        Self::Request(request)
    }
}

impl From<Response> for Message {
    fn from(response: Response) -> Self {
        Self::Response(response)
    }
}
