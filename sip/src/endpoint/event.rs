//! What an endpoint wants done, and what it tells its owner.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::command::{
    CallKey, ForkKey, IncomingKey, RegistrationKey, RequestKey, ResolveId, SubscriptionKey,
};
use super::flow::{Destination, Flow};
use crate::message::{Fields, Request, Response};

/// What an endpoint wants done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Put these bytes on the wire.
    Send {
        /// The way.
        flow: Flow,
        /// One whole message.
        bytes: Arc<[u8]>,
    },
    /// Find (RFC 3263) and, for a stream, open a flow; answer with
    /// [`Input::Resolved`](super::Input::Resolved). `attempt` counts from 0: the n-th candidate is
    /// wanted, because those before it failed.
    Resolve {
        /// To be repeated in the answer.
        id: ResolveId,
        /// Where to.
        destination: Destination,
        /// Which candidate.
        attempt: u32,
    },
    /// Close a connection that no longer answers keep-alives.
    Close(Flow),
    /// Something for the owner.
    Event(Event),
}

/// How a request of ours ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The status code; 408 when nobody answered and 503 when the transport failed.
    pub code: u16,
    /// The response; `None` when there was none.
    pub response: Option<Arc<Response>>,
}

impl Outcome {
    /// Whether the request succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.code)
    }
}

/// A message inside which a session description travelled.
#[derive(Debug, Clone)]
pub enum Carrier {
    /// INVITE, UPDATE, PRACK, ACK.
    Request(Arc<Request>),
    /// Provisional or 2xx.
    Response(Arc<Response>),
}

impl Carrier {
    /// The body of the message.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        match self {
            Self::Request(request) => request.body(),
            Self::Response(response) => response.body(),
        }
    }

    /// The value of the first header field with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        match self {
            Self::Request(request) => request.value(name),
            Self::Response(response) => response.value(name),
        }
    }
}

/// What the peer wants of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The message carries an offer: accept with the answer.
    Answer,
    /// The message has no session description: accept with an offer.
    Offer,
}

/// Why a call ended.
#[derive(Debug, Clone)]
pub enum EndReason {
    /// The peer sent BYE.
    PeerHungUp(Arc<Request>),
    /// The caller sent CANCEL before we answered.
    Cancelled(Arc<Request>),
    /// Our INVITE was refused (3xx-6xx), timed out (408) or could not be sent (503).
    Refused(Outcome),
    /// The owner hung up, cancelled or rejected, and the peer knows.
    HungUp,
    /// The ACK for our 2xx never came; BYE was sent (RFC 3261 13.3.1.4).
    NoAck,
    /// A reliable provisional response was never acknowledged (RFC 3262 section 3).
    NoPrack,
    /// The session timer ran out without a refresh (RFC 4028 section 10).
    SessionExpired,
    /// The peer no longer knows the dialog or does not answer (481 or 408 inside it).
    DialogLost(Outcome),
    /// The peer answered without a session description although we made no offer, or offered twice.
    ProtocolError(&'static str),
}

/// What an endpoint tells its owner.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody calls. Answer with Progress, Answer, Reject or Challenge.
    IncomingCall {
        /// The new call.
        call: CallKey,
        /// Where it came from.
        flow: Flow,
        /// The INVITE.
        request: Arc<Request>,
        /// The call that this one shall take the place of (RFC 3891): end it after answering.
        replaces: Option<CallKey>,
    },
    /// A provisional response (101-199) to our INVITE; early media is in its body.
    Progress {
        /// The call.
        call: CallKey,
        /// Which branch of a forked call.
        fork: ForkKey,
        /// The response.
        response: Arc<Response>,
    },
    /// Our call was answered. The answer, if we offered, is in the response.
    Answered {
        /// The call.
        call: CallKey,
        /// Which branch won.
        fork: ForkKey,
        /// The 2xx.
        response: Arc<Response>,
    },
    /// The ACK for our 2xx arrived, with the answer in it if we offered.
    Acknowledged {
        /// The call.
        call: CallKey,
        /// The ACK.
        request: Arc<Request>,
    },
    /// The peer wants an answer or an offer: reply with Accept or Refuse.
    Negotiate {
        /// The call.
        call: CallKey,
        /// Answer or offer.
        wanted: Wanted,
        /// Where the offer is, and headers such as P-Asserted-Identity.
        carrier: Carrier,
    },
    /// The peer answered our offer inside the call.
    Negotiated {
        /// The call.
        call: CallKey,
        /// Where the answer is.
        carrier: Carrier,
    },
    /// The peer withdrew what [`Negotiate`](Self::Negotiate) asked for (CANCEL of a re-INVITE).
    Withdrawn {
        /// The call.
        call: CallKey,
    },
    /// Our offer inside the call failed; the session is as before.
    OfferFailed {
        /// The call.
        call: CallKey,
        /// Why.
        outcome: Outcome,
    },
    /// The peer sent headers (identity) inside the call without touching the session.
    Announced {
        /// The call.
        call: CallKey,
        /// The message.
        carrier: Carrier,
    },
    /// The call is over; its key is free.
    Ended {
        /// The call.
        call: CallKey,
        /// Why.
        reason: EndReason,
    },
    /// How a REFER of ours fares.
    ReferProgress {
        /// The call.
        call: CallKey,
        /// The key given with the REFER.
        request: RequestKey,
        /// The status of the new call, or of the REFER itself when it was refused; 481 after
        /// [`Event::Ended`] when the call ended without a last word on it.
        code: u16,
        /// Whether nothing more will come.
        last: bool,
    },
    /// A request that waits for Respond. REFER inside a call comes here too.
    Request {
        /// To be repeated in the answer.
        request: IncomingKey,
        /// The call inside which it came.
        call: Option<CallKey>,
        /// Where it came from.
        flow: Flow,
        /// The request.
        message: Arc<Request>,
    },
    /// How a request of ours (Send, Request) ended.
    Response {
        /// The key given with it.
        request: RequestKey,
        /// The end.
        outcome: Outcome,
    },
    /// Somebody wants to subscribe: Accept, Refuse or Challenge.
    SubscriptionRequested {
        /// The new subscription.
        subscription: SubscriptionKey,
        /// Where it came from.
        flow: Flow,
        /// The SUBSCRIBE.
        request: Arc<Request>,
        /// The event package, without parameters.
        package: String,
        /// The duration asked for; zero fetches once.
        expires: Duration,
    },
    /// A subscriber refreshed: it was answered 200 and needs a [`Notify`](super::Command::Notify)
    /// with full state.
    SubscriptionRefreshed {
        /// The subscription.
        subscription: SubscriptionKey,
        /// The SUBSCRIBE.
        request: Arc<Request>,
    },
    /// A subscriber refreshed, and asks for something in the body: Accept or Refuse. Refused, the
    /// subscription goes on as if nobody had asked. One SUBSCRIBE waits at a time; another one is answered
    /// 500 meanwhile.
    SubscriptionAsked {
        /// The subscription.
        subscription: SubscriptionKey,
        /// The SUBSCRIBE.
        request: Arc<Request>,
    },
    /// A subscription of somebody else is over: it expired, was cancelled, or the subscriber is gone.
    /// The last NOTIFY was sent where there is anybody to send it to.
    SubscriptionOver {
        /// The subscription.
        subscription: SubscriptionKey,
    },
    /// Our subscription was accepted.
    Subscribed {
        /// The subscription.
        subscription: SubscriptionKey,
        /// How long it lasts before it is refreshed by itself.
        expires: Duration,
    },
    /// New state from a notifier.
    Notified {
        /// The subscription.
        subscription: SubscriptionKey,
        /// The NOTIFY.
        request: Arc<Request>,
    },
    /// Our subscription ended. The owner may subscribe again after `retry_after`.
    Unsubscribed {
        /// The subscription.
        subscription: SubscriptionKey,
        /// The reason of Subscription-State, or the refusal.
        reason: SubscriptionEnd,
        /// When another attempt makes sense; `None` means never (`rejected`, `noresource`).
        retry_after: Option<Duration>,
    },
    /// We are registered, again or for the first time.
    Registered {
        /// The registration.
        registration: RegistrationKey,
        /// How long it lasts before it is refreshed by itself.
        expires: Duration,
        /// The flow it was made over.
        flow: Flow,
        /// Our address as the registrar sees it, when it says so (RFC 3581).
        reflexive: Option<SocketAddr>,
        /// The 200, with Service-Route, P-Associated-URI and so on.
        response: Arc<Response>,
    },
    /// Registering failed.
    RegistrationFailed {
        /// The registration.
        registration: RegistrationKey,
        /// Why.
        outcome: Outcome,
        /// When the next attempt starts by itself; `None` when a human must help (401, 403, 404).
        retry_after: Option<Duration>,
    },
    /// Our binding is removed.
    Unregistered {
        /// The registration.
        registration: RegistrationKey,
    },
}

/// Why a subscription of ours ended.
#[derive(Debug, Clone)]
pub enum SubscriptionEnd {
    /// The notifier ended it, with the reason of Subscription-State.
    Terminated(Option<String>),
    /// SUBSCRIBE was refused or not answered.
    Refused(Outcome),
    /// We ended it.
    Ours,
}
