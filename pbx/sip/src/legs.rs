//! Which SIP call is which leg of the exchange, and what is known of it on this side only.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pbx::directory::{SubscriberId, TrunkId};
use pbx::exchange::arriving_leg;
use pbx_api::{CallId, DeviceId, LegId};
use sip::endpoint::{CallKey, IncomingKey};

use crate::negotiation::Negotiation;

/// The hops of a call that begins here.
pub(crate) const FRESH: u8 = 70;

/// One leg with its SIP call.
#[derive(Debug)]
pub(crate) struct Leg {
    /// The endpoint's name for it.
    pub(crate) key: CallKey,
    /// Who is at the other end of the wire.
    pub(crate) party: Party,
    /// The call it belongs to, once the exchange has said so.
    pub(crate) call: Option<CallId>,
    /// Session descriptions and the media port.
    pub(crate) media: Negotiation,
    /// The host that its signalling comes from, once it is known.
    pub(crate) signaller: Option<IpAddr>,
    /// How far the INVITE is.
    pub(crate) stage: Stage,
    /// A REFER of this party that waits for its outcome.
    pub(crate) refer: Option<IncomingKey>,
    /// How many more hops its call may take (RFC 3261 8.1.1.6): what ends a loop between exchanges.
    pub(crate) hops: u8,
}

/// Who is at the other end of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    /// A telephone of a subscriber.
    Subscriber {
        /// Whose.
        subscriber: SubscriberId,
        /// Which, when it is known.
        device: Option<DeviceId>,
    },
    /// A provider.
    Trunk(TrunkId),
}

/// How far an INVITE is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It came in and has no final answer.
    Arriving,
    /// We sent it and it has no final answer.
    Placed,
    /// Both sides are in a dialog.
    Answered,
}

/// The legs of one company.
#[derive(Debug, Default)]
pub(crate) struct Legs {
    by_leg: BTreeMap<LegId, Leg>,
    by_key: BTreeMap<CallKey, LegId>,
    arrived: u64,
}

impl Legs {
    /// The number for the next leg that arrives.
    pub(crate) fn next_arriving(&mut self) -> LegId {
        self.arrived += 1;
        arriving_leg(self.arrived)
    }

    /// Takes in a leg.
    pub(crate) fn add(&mut self, id: LegId, leg: Leg) {
        self.by_key.insert(leg.key, id);
        self.by_leg.insert(id, leg);
    }

    /// Forgets a leg that is over.
    pub(crate) fn remove(&mut self, key: CallKey) -> Option<(LegId, Leg)> {
        let id = self.by_key.remove(&key)?;
        Some((id, self.by_leg.remove(&id)?))
    }

    /// The leg that the exchange names.
    pub(crate) fn get_mut(&mut self, id: LegId) -> Option<&mut Leg> {
        self.by_leg.get_mut(&id)
    }

    /// The leg that the exchange names.
    pub(crate) fn get(&self, id: LegId) -> Option<&Leg> {
        self.by_leg.get(&id)
    }

    /// The leg that the endpoint names.
    pub(crate) fn id(&self, key: CallKey) -> Option<LegId> {
        self.by_key.get(&key).copied()
    }

    /// Every leg of a call.
    pub(crate) fn of_call(&self, call: CallId) -> impl Iterator<Item = (LegId, &Leg)> {
        self.by_leg.iter().filter(move |(_, leg)| leg.call == Some(call)).map(|(id, leg)| (*id, leg))
    }

    /// The hops that a new leg of a call has left.
    pub(crate) fn hops(&self, call: CallId) -> u8 {
        self.of_call(call).map(|(_, leg)| leg.hops).min().unwrap_or(FRESH).saturating_sub(1)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.by_leg.len()
    }
}
