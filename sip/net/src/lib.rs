//! SIP on the wire: UDP, TCP and TLS, and finding where a URI leads (RFC 3261 section 18, RFC 3263).
//!
//! What it is for: a SIP endpoint decides in terms of flows and bytes; this crate owns the sockets
//! behind the flows. [`Transport`] sends bytes over a flow, opens connections, and reports whole
//! messages and lost flows as [`Event`]s through [`Arriving`].
//!
//! What it will never do: look into a message further than its framing needs, retransmit, answer a
//! request, or accept a certificate that was not checked. Every queue and table in it has a limit.
//!
//! Read first: [`Config`], [`Transport`], [`Event`], and [`resolve`] for RFC 3263.

pub mod config;
pub mod resolve;
pub mod tls;
pub mod transport;

pub use config::{Config, Limits};
pub use resolve::{Candidate, Names, Resolver, Service, SystemNames};
pub use sip::endpoint::{Destination, Flow};
pub use sip::message::Transport as Protocol;
pub use tls::{Fingerprint, TlsError, TlsServer, Trust};
pub use transport::{Arriving, BindError, Event, OpenError, Transport};
