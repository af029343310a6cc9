//! What an endpoint is told once.

use std::time::Duration;

use super::flow::Flow;
use crate::message::Host;
use crate::timer::Intervals;

/// The settings of an [`Endpoint`](super::Endpoint).
#[derive(Debug, Clone)]
pub struct Config {
    /// T1, T2 and T4.
    pub intervals: Intervals,
    /// Text of User-Agent and Server; empty sends neither. Answers to whoever has proved nothing never have it.
    pub product: String,
    /// Event packages that we notify about; a SUBSCRIBE for another one is answered 489.
    pub event_packages: Vec<String>,
    /// Content types that an INVITE, UPDATE or MESSAGE may carry, lower case; others are answered 415.
    pub accept: Vec<String>,
    /// Session timers, RFC 4028.
    pub session: SessionSettings,
    /// Who may speak inside a dialog.
    pub source_check: SourceCheck,
    /// Which way requests inside a dialog go.
    pub in_dialog: InDialogRoute,
    /// Whether OPTIONS outside a dialog is answered 200 here or handed to the owner.
    pub options: OptionsAnswer,
    /// Whether a 100 to our INVITE is reported as progress, on no branch in particular: it says that the
    /// peer has the call, before it knows what to do with it.
    pub report_trying: bool,
    /// Host put into Contact instead of that of the flow's local address, such as `pbx.example.nl` or the
    /// address outside an address translator; the port stays.
    pub contact_host: Option<Host>,
    /// Bounds on what peers can make us remember.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            intervals: Intervals::default(),
            product: String::new(),
            event_packages: Vec::new(),
            accept: ["application/sdp", "multipart/mixed", "multipart/alternative", "multipart/related"]
                .map(String::from)
                .to_vec(),
            session: SessionSettings::default(),
            source_check: SourceCheck::SameHost,
            in_dialog: InDialogRoute::Flow,
            options: OptionsAnswer::Automatic,
            report_trying: false,
            contact_host: None,
            limits: Limits::default(),
        }
    }
}

/// Session timers, RFC 4028.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSettings {
    /// The interval we propose; `None` never proposes one, but still honours the peer's.
    pub expires: Option<Duration>,
    /// The shortest interval we accept (Min-SE); at least 90 s by RFC 4028 section 5.
    pub min_se: Duration,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { expires: Some(Duration::from_secs(1800)), min_se: Duration::from_secs(90) }
    }
}

/// Who may speak inside a dialog, besides knowing its Call-ID and both tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceCheck {
    /// Anybody who knows Call-ID and tags.
    Off,
    /// Only the IP address the dialog was made with; others are answered 481, so they learn nothing.
    SameHost,
}

impl SourceCheck {
    /// Whether a request inside a dialog that lives on `known` may come over `flow`.
    pub(super) fn admits(self, known: Flow, flow: Flow) -> bool {
        match self {
            Self::Off => true,
            Self::SameHost => known.remote.ip() == flow.remote.ip(),
        }
    }
}

/// Which way requests inside a dialog go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InDialogRoute {
    /// Over the flow of the dialog while it lives: right behind NAT and for registered phones.
    Flow,
    /// To the first route, else the remote target (RFC 3261 12.2.1.1), resolved anew.
    Target,
}

/// What happens to OPTIONS outside a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionsAnswer {
    /// 200 with Allow, Accept, Supported and Allow-Events.
    Automatic,
    /// An [`Event::Request`](super::Event::Request), as for any other method.
    Owner,
}

/// Bounds on what peers can make us remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Server transactions at one time; above it a new request is answered 503 without a trace.
    pub server_transactions: usize,
    /// Incoming calls at one time that are not answered yet.
    pub ringing_calls: usize,
    /// Subscriptions that others hold with us.
    pub subscriptions: usize,
    /// Answers a second that one source gets to requests that nobody accepted, after a burst of as many:
    /// OPTIONS, challenges, refusals. The rest is met with silence. A flow over which something was accepted has as
    /// many of its own.
    pub answers_per_stranger: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            server_transactions: 50_000,
            ringing_calls: 5_000,
            subscriptions: 50_000,
            answers_per_stranger: 1_000,
        }
    }
}
