//! What the owner tells an endpoint: bytes that arrived, answers about flows, and commands.

use std::time::Duration;

use super::flow::{Destination, Flow};
use crate::digest::Login;

/// What happens to an endpoint.
#[derive(Debug, Clone)]
pub enum Input {
    /// A datagram, or one framed message of a stream, arrived. Keep-alives (CRLF) come here too.
    Received {
        /// Where it came from.
        flow: Flow,
        /// The whole message.
        bytes: Vec<u8>,
    },
    /// A connection ended; what was sent over it and not answered counts as 503.
    FlowClosed(Flow),
    /// Sending failed (connection refused, no buffer).
    SendFailed(Flow),
    /// The network brought a datagram back: its host, port or protocol is unreachable (RFC 3261 section 18.4). Anybody
    /// can say so; only who saw the datagram knows its branch.
    Unreachable {
        /// Where it was sent.
        flow: Flow,
        /// The branch of the topmost Via in it.
        branch: String,
        /// The host is there and says that nobody listens at the port.
        closed: bool,
    },
    /// The answer to [`Effect::Resolve`](super::Effect::Resolve): `None` when no candidate is left.
    Resolved {
        /// The question.
        id: ResolveId,
        /// The flow that leads there; for a stream, an open connection.
        flow: Option<Flow>,
    },
    /// The owner wants something.
    Do(Command),
    /// A deadline came.
    Timeout,
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// Keys from here on are given out by the endpoint; the owner's own lie below.
            pub const OURS: u64 = 1 << 63;
        }
    )* };
}

keys! {
    /// A call: one INVITE and what came of it. The owner chooses it for outgoing calls, the endpoint
    /// (from [`CallKey::OURS`] on) for incoming ones. Never a dialog id: that changes under forking.
    CallKey;
    /// One branch of a forked outgoing call, in order of first appearance.
    ForkKey;
    /// A request that the owner sends; chosen by the owner.
    RequestKey;
    /// A request that came in and waits for [`Command::Respond`].
    IncomingKey;
    /// A subscription: chosen by the owner when we subscribe, by the endpoint when others do.
    SubscriptionKey;
    /// A registration that we hold somewhere; chosen by the owner.
    RegistrationKey;
    /// A question to the owner where a destination is.
    ResolveId;
}

/// Header fields in the order of the message, verbatim: (`P-Asserted-Identity`, `<sip:201@x>`).
pub type HeaderList = Vec<(String, String)>;

/// A message body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// `application/sdp` and so on.
    pub content_type: String,
    /// The octets.
    pub bytes: Vec<u8>,
}

impl Body {
    /// A session description.
    #[must_use]
    pub fn sdp(bytes: impl Into<Vec<u8>>) -> Self {
        Self { content_type: "application/sdp".into(), bytes: bytes.into() }
    }
}

/// What the owner adds to a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Extra header fields, passed through as they are. Line ends in values are replaced by spaces.
    pub headers: HeaderList,
    /// The body.
    pub body: Option<Body>,
}

impl Content {
    /// Nothing to add.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A session description.
    #[must_use]
    pub fn sdp(bytes: impl Into<Vec<u8>>) -> Self {
        Self { headers: Vec::new(), body: Some(Body::sdp(bytes)) }
    }

    /// One header field.
    #[must_use]
    pub fn header(name: &str, value: &str) -> Self {
        Self { headers: vec![(name.into(), value.into())], body: None }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// A final or provisional status chosen by the owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// 100 to 699.
    pub code: u16,
    /// The reason phrase; `None` takes the standard one.
    pub reason: Option<String>,
}

impl From<u16> for Status {
    fn from(code: u16) -> Self {
        Self { code, reason: None }
    }
}

/// A request that starts something: a call, a subscription, a registration, or stands alone.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The Request-URI.
    pub target: String,
    /// From, a name-addr without tag: `"Anna" <sip:201@example.nl>`.
    pub from: String,
    /// To, a name-addr without tag.
    pub to: String,
    /// Preloaded Route values, first hop first (outbound proxy, Service-Route, Path).
    pub route: Vec<String>,
    /// Where to send it.
    pub destination: Destination,
    /// User part of the generated Contact; a Contact in `content.headers` wins over it.
    pub contact_user: String,
    /// Answer 401 and 407 with these.
    pub login: Option<Login>,
    /// Extra headers and body. A Max-Forwards here replaces the usual 70: who passes a call on must
    /// lower the one that came in, or calls may circle.
    pub content: Content,
}

/// Whether a provisional response is to be acknowledged with PRACK, RFC 3262.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Assurance {
    /// Reliable when the caller requires it, or supports it and the response carries a body.
    #[default]
    WhenUseful,
    /// Reliable when the caller supports it at all.
    WhenPossible,
    /// Plain, unless the caller requires 100rel.
    Plain,
}

/// Which request carries an offer inside a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferMethod {
    /// re-INVITE, RFC 3261 section 14: the peer may ask its user first.
    #[default]
    Reinvite,
    /// UPDATE, RFC 3311: answered at once, also in an early dialog; re-INVITE if the peer has none.
    Update,
}

/// How a subscription of somebody else stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// NOTIFY carries state.
    Active,
    /// Not approved yet.
    Pending,
}

/// A subscription that we hold at a notifier, RFC 6665.
#[derive(Debug, Clone)]
pub struct Subscribing {
    /// The request; Event, Expires and Contact are added.
    pub request: Outgoing,
    /// The Event header value: `dialog` or `presence;id=7`.
    pub event: String,
    /// The duration we ask for; zero fetches once.
    pub expires: Duration,
}

/// A registration that we hold at a registrar, RFC 3261 section 10.
#[derive(Debug, Clone)]
pub struct Registering {
    /// The request: `target` is the registrar, From and To the address of record.
    pub request: Outgoing,
    /// The duration we ask for.
    pub expires: Duration,
    /// Parameters appended to Contact: `;+sip.instance="<urn:uuid:…>";reg-id=1`.
    pub contact_parameters: String,
    /// How often a CRLF keep-alive is sent over the flow, RFC 5626 section 3.5.1; `None` never.
    pub keep_alive: Option<Duration>,
}

/// What the owner wants.
#[derive(Debug, Clone)]
pub enum Command {
    /// Places a call. With a body in `content` that is the offer; without one the callee offers and
    /// [`Event::Negotiate`](super::Event::Negotiate) asks for the answer.
    Call {
        /// Chosen by the owner.
        call: CallKey,
        /// The INVITE.
        invite: Box<Outgoing>,
    },
    /// Sends 101-199 on an incoming call.
    Progress {
        /// The call.
        call: CallKey,
        /// 180, 181, 183 and so on.
        status: Status,
        /// With 100rel or without.
        assurance: Assurance,
        /// Headers, and a session description for early media.
        content: Content,
    },
    /// Names our side of a call from now on: the user part of the Contact, and parameters behind it (`;isfocus`, RFC 3840).
    Name {
        /// The call.
        call: CallKey,
        /// The user part.
        user: String,
        /// Header parameters with their semicolons.
        parameters: String,
    },
    /// Answers an incoming call with 200.
    Answer {
        /// The call.
        call: CallKey,
        /// Headers, and the answer (or the offer when the INVITE had none).
        content: Content,
    },
    /// Refuses or redirects (3xx with Contact headers) an incoming call.
    Reject {
        /// The call.
        call: CallKey,
        /// 300 to 699.
        status: Status,
        /// Headers such as Contact, Reason or Retry-After.
        content: Content,
    },
    /// Ends the call whatever its state: CANCEL, BYE, or 480 on an incoming call that rings.
    Hangup {
        /// The call.
        call: CallKey,
        /// Headers such as Reason, put on the CANCEL, BYE or response.
        content: Content,
    },
    /// Offers a new session (hold, codec change); an empty body with re-INVITE asks the peer to offer.
    Offer {
        /// The call.
        call: CallKey,
        /// Which request carries it.
        method: OfferMethod,
        /// Headers and the offer.
        content: Content,
    },
    /// Tells the peer a new identity or other headers without touching the session: UPDATE without
    /// body where the peer allows UPDATE, otherwise a re-INVITE with the session in force. Before the
    /// answer a peer without UPDATE is told nothing.
    Announce {
        /// The call.
        call: CallKey,
        /// P-Asserted-Identity and so on.
        content: Content,
    },
    /// Answers the [`Event::Negotiate`](super::Event::Negotiate) of this call.
    Accept {
        /// The call.
        call: CallKey,
        /// Headers, and the answer or the offer that was asked for.
        content: Content,
    },
    /// Refuses the [`Event::Negotiate`](super::Event::Negotiate) of this call; the session stays as it was.
    Refuse {
        /// The call.
        call: CallKey,
        /// 488 as a rule.
        status: Status,
        /// Headers such as Warning.
        content: Content,
    },
    /// Sends a request inside a call: INFO, MESSAGE, OPTIONS, NOTIFY for an own package.
    Request {
        /// The call.
        call: CallKey,
        /// Chosen by the owner, repeated in [`Event::Response`](super::Event::Response).
        request: RequestKey,
        /// The method.
        method: String,
        /// Headers and body.
        content: Content,
    },
    /// Asks the peer of a call to call somebody else, RFC 3515.
    Refer {
        /// The call.
        call: CallKey,
        /// Chosen by the owner, repeated in [`Event::ReferProgress`](super::Event::ReferProgress).
        request: RequestKey,
        /// The Refer-To value: `<sip:202@x?Replaces=…>`.
        refer_to: String,
        /// Headers such as Referred-By, or `Refer-Sub: false` (RFC 4488).
        content: Content,
    },
    /// Reports on a REFER that was accepted with 202 (message/sipfrag).
    ReferNotify {
        /// The REFER.
        request: IncomingKey,
        /// How the new call fares; 200 and above ends the implicit subscription.
        status: Status,
    },
    /// Answers an [`Event::Request`](super::Event::Request).
    Respond {
        /// The request.
        request: IncomingKey,
        /// The answer.
        status: Status,
        /// Headers and body.
        content: Content,
    },
    /// Answers a call, request or subscription without keeping any state for it (RFC 3261 8.2.7): for whatever
    /// is said to peers that have not proved who they are.
    Challenge {
        /// What is challenged.
        of: Challenged,
        /// 401 or 407 as a rule; or a final refusal.
        status: Status,
        /// WWW-Authenticate or Proxy-Authenticate, with a challenge.
        content: Content,
    },
    /// Sends a request outside any dialog: OPTIONS, MESSAGE, PUBLISH, NOTIFY, REFER.
    Send {
        /// Chosen by the owner.
        request: RequestKey,
        /// The method.
        method: String,
        /// The request.
        outgoing: Box<Outgoing>,
    },
    /// Subscribes and keeps the subscription alive until [`Command::Unsubscribe`].
    Subscribe {
        /// Chosen by the owner.
        subscription: SubscriptionKey,
        /// What to subscribe to.
        subscribing: Box<Subscribing>,
    },
    /// Ends a subscription that we hold.
    Unsubscribe {
        /// The subscription.
        subscription: SubscriptionKey,
    },
    /// Accepts a subscription of somebody else, or what its subscriber asked for, and notifies at once (RFC
    /// 6665 4.2.1.2).
    AcceptSubscription {
        /// The subscription.
        subscription: SubscriptionKey,
        /// Active, or pending until a later [`Command::Notify`].
        standing: Standing,
        /// At most this long; the subscriber may have asked for less.
        expires: Duration,
        /// What the first NOTIFY carries; a Require in it stands in the response too.
        content: Content,
    },
    /// Refuses a subscription of somebody else, or what its subscriber asked for.
    RefuseSubscription {
        /// The subscription.
        subscription: SubscriptionKey,
        /// 403, 404, 423 and so on.
        status: Status,
        /// Headers such as Min-Expires.
        content: Content,
    },
    /// Sends new state to a subscriber. Document versions are the owner's affair.
    Notify {
        /// The subscription.
        subscription: SubscriptionKey,
        /// Active or pending.
        standing: Standing,
        /// Headers and the document.
        content: Content,
    },
    /// Ends a subscription of somebody else with a last NOTIFY.
    EndSubscription {
        /// The subscription.
        subscription: SubscriptionKey,
        /// `deactivated`, `rejected`, `noresource`, `giveup`, `probation`, `timeout`.
        reason: String,
        /// When the subscriber may come back.
        retry_after: Option<Duration>,
        /// Headers and the document.
        content: Content,
    },
    /// Registers and keeps the registration alive until [`Command::Unregister`].
    Register {
        /// Chosen by the owner.
        registration: RegistrationKey,
        /// What to register where.
        registering: Box<Registering>,
    },
    /// Refreshes now, such as after a change of network.
    RefreshRegistration {
        /// The registration.
        registration: RegistrationKey,
    },
    /// Removes our binding.
    Unregister {
        /// The registration.
        registration: RegistrationKey,
    },
}

/// What a [`Command::Challenge`] answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenged {
    /// An incoming call.
    Call(CallKey),
    /// Any other request.
    Request(IncomingKey),
    /// A subscription that is asked for.
    Subscription(SubscriptionKey),
}
