//! Where the telephones are: the contacts that they registered (RFC 3261 section 10.3).
//!
//! [`sip::registration`] keeps the contacts; this gives each a device number by which the exchange knows it.
//! A telephone signs in with its own account. The first contact of an account is known to the exchange by
//! the account's own device number; a second one (the same account on two telephones) gets a number of its
//! own from the upper half, so that both ring.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use pbx::directory::SubscriberId;
use pbx_api::DeviceId;
use sip::endpoint::{Flow, HeaderList};
use sip::message::{Fields, Request};
use sip::registration::{self, Binding, BindingId, BindingLimits, Bindings, RegisterError};

/// What telephones may ask for.
const LIMITS: BindingLimits = BindingLimits {
    default_expires: Duration::from_secs(3600),
    // Less only costs packets.
    min_expires: Duration::from_secs(30),
    max_expires: Duration::from_secs(7200),
    // A desk telephone and ten more (F-087).
    per_address: 11,
};
/// Numbers from here on are not of accounts.
const UPPER_HALF: u32 = 1 << 31;

/// With which account a telephone signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its device number.
    pub(crate) device: DeviceId,
    /// Whether calls ring there.
    pub(crate) rings: bool,
}

/// A telephone came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) subscriber: SubscriberId,
    pub(crate) device: DeviceId,
    pub(crate) registered: bool,
    pub(crate) product: Option<String>,
}

/// Every contact of a company.
#[derive(Debug)]
pub(crate) struct Registrar {
    bindings: Bindings<SubscriberId>,
    devices: BTreeMap<DeviceId, (BindingId, Account)>,
    numbers: BTreeMap<BindingId, DeviceId>,
    given: u32,
}

impl Default for Registrar {
    fn default() -> Self {
        Self { bindings: Bindings::new(LIMITS), devices: BTreeMap::new(), numbers: BTreeMap::new(), given: 0 }
    }
}

impl Registrar {
    /// Carries out a REGISTER of somebody who has proved who they are; the headers are for the 200.
    pub(crate) fn register(
        &mut self,
        now: Instant,
        subscriber: SubscriberId,
        account: Account,
        flow: Flow,
        request: &Request,
    ) -> Result<(HeaderList, Vec<Change>), RegisterError> {
        self.bindings.register(now, &subscriber, flow, request)?;
        let changes = self.changes(Some(account));
        Ok((self.bindings.answer(now, &subscriber), changes))
    }

    /// Whom a message over this flow is from, among the contacts of a subscriber.
    pub(crate) fn device_behind(
        &self,
        subscriber: SubscriberId,
        flow: Flow,
        request: &Request,
    ) -> Option<DeviceId> {
        let mine = self.bindings.of(&subscriber);
        let same_way = mine.iter().find(|(_, binding)| binding.flow == flow);
        let found = same_way.or_else(|| {
            let address = request.contact().ok()?.uri;
            mine.iter().find(|(_, binding)| binding.contact.equivalent(&address))
        });
        found.and_then(|(id, _)| self.numbers.get(id)).copied()
    }

    /// Where a device is.
    pub(crate) fn binding(&self, device: DeviceId) -> Option<&Binding> {
        self.devices.get(&device).and_then(|(id, _)| self.bindings.get(*id))
    }

    /// The devices of a subscriber that ring.
    pub(crate) fn devices(&self, subscriber: SubscriberId) -> BTreeSet<DeviceId> {
        let mine = self.bindings.of(&subscriber).into_iter().filter_map(|(id, _)| self.numbers.get(&id));
        mine.filter(|device| self.devices.get(device).is_some_and(|(_, account)| account.rings))
            .copied()
            .collect()
    }

    /// Whether a telephone of this subscriber is registered over exactly this flow.
    pub(crate) fn is_at(&self, subscriber: SubscriberId, flow: Flow) -> bool {
        self.bindings.of(&subscriber).iter().any(|(_, binding)| binding.flow == flow)
    }

    /// When the next registration runs out.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.bindings.deadline()
    }

    /// Removes what has run out.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<Change> {
        self.bindings.handle(now);
        self.changes(None)
    }

    /// Removes what was registered over a connection that closed.
    pub(crate) fn flow_closed(&mut self, flow: Flow) -> Vec<Change> {
        self.bindings.flow_closed(flow);
        self.changes(None)
    }

    /// Removes what was registered from a port that is closed now.
    pub(crate) fn port_closed(&mut self, flow: Flow) -> Vec<Change> {
        self.bindings.port_closed(flow);
        self.changes(None)
    }

    /// Removes what was registered with accounts that are no longer valid.
    pub(crate) fn revoke(&mut self, accounts: &BTreeSet<DeviceId>) -> Vec<Change> {
        let held = self.devices.values().filter(|(_, account)| accounts.contains(&account.device));
        let revoked: Vec<BindingId> = held.map(|(id, _)| *id).collect();
        for id in revoked {
            self.bindings.revoke(id);
        }
        self.changes(None)
    }

    /// How many contacts there are.
    pub(crate) fn len(&self) -> usize {
        self.bindings.len()
    }

    /// Who came and went; only an account can bring somebody new.
    fn changes(&mut self, account: Option<Account>) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some(change) = self.bindings.poll() {
            changes.extend(match change {
                registration::Change::Added { id, address } => account.map(|by| self.came(id, address, by)),
                registration::Change::Refreshed { id } => {
                    self.signed_in_again(id, account);
                    None
                }
                registration::Change::Removed { id, address, binding, .. } => {
                    self.left(id, address, *binding)
                }
            });
        }
        changes
    }

    fn came(&mut self, id: BindingId, subscriber: SubscriberId, account: Account) -> Change {
        let device = self.number(account.device);
        self.devices.insert(device, (id, account));
        self.numbers.insert(id, device);
        let product = self.bindings.get(id).and_then(|binding| binding.product.clone());
        Change { subscriber, device, registered: true, product }
    }

    /// Whether it rings may have been set anew since.
    fn signed_in_again(&mut self, id: BindingId, account: Option<Account>) {
        let known = self.numbers.get(&id).and_then(|device| self.devices.get_mut(device));
        if let (Some((_, known)), Some(account)) = (known, account) {
            *known = account;
        }
    }

    fn left(&mut self, id: BindingId, subscriber: SubscriberId, binding: Binding) -> Option<Change> {
        let device = self.numbers.remove(&id)?;
        self.devices.remove(&device);
        Some(Change { subscriber, device, registered: false, product: binding.product })
    }

    /// The account's own number while it is free, else one of the upper half.
    fn number(&mut self, account: DeviceId) -> DeviceId {
        if !self.devices.contains_key(&account) {
            return account;
        }
        self.given = self.given.wrapping_add(1) & (UPPER_HALF - 1);
        DeviceId(UPPER_HALF | self.given)
    }
}
