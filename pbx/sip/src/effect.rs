//! What the signalling wants done: bytes, media, and everything that the exchange itself asks for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use audio::session::LegSettings;
use pbx::call::MediaPlan;
use pbx_api::{CallId, CompanyId, DeviceId, LegId};
use sip::endpoint::{Destination, Flow, ResolveId};

use crate::ports::MediaPort;

/// Everything the signalling can want.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Put these bytes on the wire.
    Send {
        /// The way.
        flow: Flow,
        /// One whole message.
        bytes: Arc<[u8]>,
    },
    /// Find a flow; see [`sip::endpoint::Effect::Resolve`].
    Resolve {
        /// To be repeated in the answer.
        id: ResolveId,
        /// Where to.
        destination: Destination,
        /// Which candidate.
        attempt: u32,
    },
    /// Close a connection.
    Close(Flow),
    /// Open so many media ports and answer with [`crate::Input::PortsOpened`].
    OpenPorts(u32),
    /// Do something with media.
    Media {
        /// Whose.
        company: CompanyId,
        /// What.
        media: MediaEffect,
    },
    /// Something of the exchange that is no affair of the signalling: records, stores, views, commands.
    Exchange {
        /// Whose.
        company: CompanyId,
        /// What.
        effect: Box<pbx::exchange::Effect>,
    },
    /// A telephone came or went.
    Registration {
        /// Whose company.
        company: CompanyId,
        /// The change.
        change: RegistrationChange,
    },
}

/// What is to be done with media.
#[derive(Debug, Clone)]
pub enum MediaEffect {
    /// This leg is on this port, and its peer there. Given again whenever any of it changes.
    Leg {
        /// Which leg.
        leg: LegId,
        /// Our side.
        port: MediaPort,
        /// The peer's RTP address, as it says itself; it may be behind an address translator.
        remote: SocketAddr,
        /// Where the peer wants reports.
        remote_reports: SocketAddr,
        /// The host that the peer's signalling comes from: besides its own words, the only one that its
        /// media may come from.
        signaller: Option<IpAddr>,
        /// What was agreed.
        settings: Box<LegSettings>,
    },
    /// The leg is over and the port is free.
    Gone {
        /// Which leg.
        leg: LegId,
        /// The port.
        port: MediaPort,
    },
    /// Who hears whom from now on.
    Plan {
        /// In which call.
        call: CallId,
        /// The whole plan.
        plan: MediaPlan,
    },
    /// Press keys towards the peer of a leg.
    Digits {
        /// Which leg.
        leg: LegId,
        /// The keys.
        digits: String,
    },
}

/// A telephone came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationChange {
    /// Whose telephone.
    pub subscriber: pbx::directory::SubscriberId,
    /// Which one.
    pub device: DeviceId,
    /// Whether it can be reached from now on.
    pub registered: bool,
    /// What it says it is.
    pub product: Option<String>,
}
