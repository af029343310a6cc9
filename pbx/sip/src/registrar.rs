//! Where the telephones are: the contacts that they registered (RFC 3261 section 10.3).
//!
//! A telephone signs in with its own account. The first contact of an account is known to the exchange by
//! the account's own device number; a second one (the same account on two telephones) gets a number of its
//! own from the upper half, so that both ring.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use pbx::directory::SubscriberId;
use pbx_api::DeviceId;
use sip::endpoint::{Content, Flow};
use sip::message::{Contacts, Fields, NameAddr, Request, Uri};

/// What a telephone that names no duration gets.
const USUAL: Duration = Duration::from_secs(3600);
/// The longest registration.
const LONGEST: Duration = Duration::from_secs(7200);
/// The shortest one: less only costs packets.
const SHORTEST: Duration = Duration::from_secs(30);
/// Contacts of one subscriber: a desk telephone and ten more (F-087).
const AT_MOST: usize = 11;
/// Numbers from here on are not of accounts.
const UPPER_HALF: u32 = 1 << 31;

/// One contact.
#[derive(Debug, Clone)]
pub(crate) struct Contact {
    /// The Request-URI that reaches it.
    pub(crate) uri: String,
    /// The hops in between (RFC 3327).
    pub(crate) route: Vec<String>,
    /// The way to it, which also works through address translators.
    pub(crate) flow: Flow,
    subscriber: SubscriberId,
    account: Account,
    address: Uri,
    instance: Option<String>,
    product: Option<String>,
    until: Instant,
    call_id: String,
    sequence: u32,
}

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
    pub(crate) device: DeviceId,
    pub(crate) registered: bool,
    pub(crate) product: Option<String>,
}

/// What came of a REGISTER.
#[derive(Debug)]
pub(crate) struct Registered {
    /// The contacts that stand now, for the 200.
    pub(crate) content: Content,
    /// Who came or went.
    pub(crate) changes: Vec<Change>,
}

/// Why a REGISTER is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// 423, with Min-Expires.
    TooBrief(Content),
    /// 400.
    Malformed,
    /// More contacts than anybody needs.
    TooMany,
}

/// Every contact of a company.
#[derive(Debug, Default)]
pub(crate) struct Registrar {
    contacts: BTreeMap<DeviceId, Contact>,
    of: BTreeMap<SubscriberId, BTreeSet<DeviceId>>,
    expiry: BTreeSet<(Instant, DeviceId)>,
    given: u32,
}

impl Registrar {
    /// Carries out a REGISTER of somebody who has proved who they are.
    pub(crate) fn register(
        &mut self,
        now: Instant,
        subscriber: SubscriberId,
        account: Account,
        flow: Flow,
        request: &Request,
    ) -> Result<Registered, Refusal> {
        let contacts = request.contacts().map_err(|_| Refusal::Malformed)?;
        let changes = match contacts {
            Contacts::All => self.remove_all(subscriber, request)?,
            Contacts::Addresses(list) => {
                let wishes = self.wishes(subscriber, &list, request)?;
                let mut changes = Vec::new();
                for (address, lasts) in wishes {
                    changes.extend(self.apply(now, (subscriber, account), flow, request, &address, lasts));
                }
                changes
            }
        };
        Ok(Registered { content: self.standing(now, subscriber), changes })
    }

    /// Whom a message over this flow is from, among the contacts of a subscriber.
    pub(crate) fn device_behind(
        &self,
        subscriber: SubscriberId,
        flow: Flow,
        request: &Request,
    ) -> Option<DeviceId> {
        let mine = || {
            self.of
                .get(&subscriber)
                .into_iter()
                .flatten()
                .filter_map(|id| Some((*id, self.contacts.get(id)?)))
        };
        let same_way = mine().find(|(_, contact)| contact.flow == flow).map(|(id, _)| id);
        same_way.or_else(|| {
            let address = request.contact().ok()?.uri;
            mine().find(|(_, contact)| contact.address.equivalent(&address)).map(|(id, _)| id)
        })
    }

    /// Where a device is.
    pub(crate) fn contact(&self, device: DeviceId) -> Option<&Contact> {
        self.contacts.get(&device)
    }

    /// The devices of a subscriber that ring.
    pub(crate) fn devices(&self, subscriber: SubscriberId) -> BTreeSet<DeviceId> {
        let all = self.of.get(&subscriber).into_iter().flatten();
        all.filter(|id| self.contacts.get(id).is_some_and(|contact| contact.account.rings)).copied().collect()
    }

    /// When the next registration runs out.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.expiry.first().map(|(at, _)| *at)
    }

    /// Removes what has run out.
    pub(crate) fn expire(&mut self, now: Instant) -> BTreeMap<SubscriberId, Vec<Change>> {
        let mut gone = Vec::new();
        while let Some((at, device)) = self.expiry.first().copied() {
            if at > now {
                break;
            }
            self.expiry.pop_first();
            gone.push(device);
        }
        self.gone(gone)
    }

    /// Removes what was registered over a connection that closed.
    pub(crate) fn flow_closed(&mut self, flow: Flow) -> BTreeMap<SubscriberId, Vec<Change>> {
        let over_it = self.contacts.iter().filter(|(_, contact)| contact.flow == flow).map(|(id, _)| *id);
        let gone = over_it.collect();
        self.gone(gone)
    }

    /// How many contacts there are.
    pub(crate) fn len(&self) -> usize {
        self.contacts.len()
    }

    /// The contacts of a REGISTER with their durations, checked as a whole before any takes effect.
    fn wishes(
        &self,
        subscriber: SubscriberId,
        list: &[NameAddr],
        request: &Request,
    ) -> Result<Vec<(NameAddr, Duration)>, Refusal> {
        let usual = request.expires().map_or(USUAL, |seconds| Duration::from_secs(seconds.into()));
        let mut wishes = Vec::with_capacity(list.len());
        let mut new = 0;
        for address in list {
            let own = address.params.number("expires").map(|seconds| Duration::from_secs(seconds.into()));
            let lasts = own.unwrap_or(usual).min(LONGEST);
            if !lasts.is_zero() && lasts < SHORTEST {
                return Err(Refusal::TooBrief(Content::header(
                    "Min-Expires",
                    &SHORTEST.as_secs().to_string(),
                )));
            }
            if address.uri.as_sip().is_none() {
                return Err(Refusal::Malformed);
            }
            match self.find(subscriber, address) {
                Some(device) if self.is_older(device, request) => return Err(Refusal::Malformed),
                Some(_) => {}
                None => new += usize::from(!lasts.is_zero()),
            }
            wishes.push((address.clone(), lasts));
        }
        let standing = self.of.get(&subscriber).map_or(0, BTreeSet::len);
        if standing + new > AT_MOST { Err(Refusal::TooMany) } else { Ok(wishes) }
    }

    /// A REGISTER of the same sequence that came before the one that stands (RFC 3261 10.3 step 7).
    fn is_older(&self, device: DeviceId, request: &Request) -> bool {
        let sequence = request.cseq().map_or(0, |cseq| cseq.number);
        self.contacts.get(&device).is_some_and(|contact| {
            request.call_id().is_ok_and(|id| id == contact.call_id) && sequence < contact.sequence
        })
    }

    fn apply(
        &mut self,
        now: Instant,
        (subscriber, account): (SubscriberId, Account),
        flow: Flow,
        request: &Request,
        address: &NameAddr,
        lasts: Duration,
    ) -> Option<Change> {
        let known = self.find(subscriber, address);
        if lasts.is_zero() {
            return self.remove(known?);
        }
        let device = known.unwrap_or_else(|| self.number(account.device));
        let contact = Contact {
            uri: address.uri.to_string(),
            route: request.paths().unwrap_or_default().iter().map(ToString::to_string).collect(),
            flow,
            subscriber,
            account,
            address: address.uri.clone(),
            instance: instance(address),
            product: request.product().map(str::to_owned),
            until: now + lasts,
            call_id: request.call_id().unwrap_or_default().to_owned(),
            sequence: request.cseq().map_or(0, |cseq| cseq.number),
        };
        if let Some(old) = self.contacts.get(&device) {
            self.expiry.remove(&(old.until, device));
        }
        self.expiry.insert((contact.until, device));
        self.of.entry(subscriber).or_default().insert(device);
        let product = contact.product.clone();
        let renewed = self.contacts.insert(device, contact).is_some();
        (!renewed).then_some(Change { device, registered: true, product })
    }

    /// The account's own number while it is free, else one of the upper half.
    fn number(&mut self, account: DeviceId) -> DeviceId {
        if !self.contacts.contains_key(&account) {
            return account;
        }
        self.given = self.given.wrapping_add(1) & (UPPER_HALF - 1);
        DeviceId(UPPER_HALF | self.given)
    }

    /// The contact that an address renews: the same instance, else the same address.
    fn find(&self, subscriber: SubscriberId, address: &NameAddr) -> Option<DeviceId> {
        let wanted = instance(address);
        let mine = self.of.get(&subscriber)?.iter().filter_map(|id| Some((*id, self.contacts.get(id)?)));
        let same = |contact: &Contact| match (&wanted, &contact.instance) {
            (Some(wanted), Some(known)) => wanted == known,
            (Some(_) | None, None) | (None, Some(_)) => contact.address.equivalent(&address.uri),
        };
        mine.into_iter().find(|(_, contact)| same(contact)).map(|(id, _)| id)
    }

    fn remove_all(&mut self, subscriber: SubscriberId, request: &Request) -> Result<Vec<Change>, Refusal> {
        if request.expires() != Some(0) {
            return Err(Refusal::Malformed);
        }
        let all: Vec<DeviceId> = self.of.get(&subscriber).into_iter().flatten().copied().collect();
        Ok(all.into_iter().filter_map(|device| self.remove(device)).collect())
    }

    fn remove(&mut self, device: DeviceId) -> Option<Change> {
        let contact = self.contacts.remove(&device)?;
        self.expiry.remove(&(contact.until, device));
        if let Some(devices) = self.of.get_mut(&contact.subscriber) {
            devices.remove(&device);
            if devices.is_empty() {
                self.of.remove(&contact.subscriber);
            }
        }
        Some(Change { device, registered: false, product: contact.product })
    }

    fn gone(&mut self, devices: Vec<DeviceId>) -> BTreeMap<SubscriberId, Vec<Change>> {
        let mut changes: BTreeMap<SubscriberId, Vec<Change>> = BTreeMap::new();
        for device in devices {
            let Some(subscriber) = self.contacts.get(&device).map(|contact| contact.subscriber) else {
                continue;
            };
            changes.entry(subscriber).or_default().extend(self.remove(device));
        }
        changes
    }

    /// Every contact of a subscriber with the seconds that it has left.
    fn standing(&self, now: Instant, subscriber: SubscriberId) -> Content {
        let mine = self.of.get(&subscriber).into_iter().flatten().filter_map(|id| self.contacts.get(id));
        mine.fold(Content::none(), |content, contact| {
            let left = contact.until.saturating_duration_since(now).as_secs();
            content.with("Contact", &format!("<{}>;expires={left}", contact.uri))
        })
    }
}

/// The telephone's own lasting name (RFC 5626 4.1).
fn instance(address: &NameAddr) -> Option<String> {
    address.params.text("+sip.instance").map(|text| text.into_owned())
}
