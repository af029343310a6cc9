//! The table itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::{BindingLimits, Change, RegisterError, Removal, seconds_left};
use crate::endpoint::{Flow, HeaderList};
use crate::message::{Contacts, Fields, NameAddr, Request, Uri};
use crate::timer::Timers;

/// One way to reach an address of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The Contact URI.
    pub contact: Uri,
    /// `+sip.instance` without quotes: the device, across restarts (RFC 5626).
    pub instance: Option<String>,
    /// Which of several flows of the device.
    pub reg_id: Option<u32>,
    /// Preference in thousandths, 1000 when not given.
    pub q: u16,
    /// The flow it was made over.
    pub flow: Flow,
    /// Path values, to be preloaded as Route (RFC 3327).
    pub path: Vec<String>,
    /// When it ends.
    pub expires_at: Instant,
    /// Call-ID of the latest REGISTER.
    pub call_id: String,
    /// CSeq of the latest REGISTER.
    pub sequence: u32,
    /// User-Agent of the device.
    pub product: Option<String>,
}

type Place = (String, u64);

/// All bindings, by address of record.
#[derive(Debug, Default)]
pub struct Bindings {
    limits: BindingLimits,
    by_address: BTreeMap<String, Vec<(u64, Binding)>>,
    by_flow: BTreeMap<Flow, BTreeSet<Place>>,
    timers: Timers<Place>,
    changes: VecDeque<Change>,
    serial: u64,
}

/// A REGISTER that was checked and can be carried out.
enum Plan {
    Ask,
    RemoveAll,
    Change(Vec<(Binding, Duration)>),
}

impl Bindings {
    /// An empty table.
    #[must_use]
    pub fn new(limits: BindingLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Carries out a REGISTER for `address`, whole or not at all.
    ///
    /// # Errors
    /// The request breaks a rule; nothing changed.
    pub fn register(
        &mut self,
        now: Instant,
        address: &str,
        flow: Flow,
        request: &Request,
    ) -> Result<(), RegisterError> {
        match self.plan(now, address, flow, request)? {
            Plan::Ask => {}
            Plan::RemoveAll => self.remove_all(address),
            Plan::Change(wanted) => {
                for (binding, duration) in wanted {
                    self.put(address, binding, duration.is_zero());
                }
            }
        }
        Ok(())
    }

    /// Enters a binding as it was stored before a restart, without reporting a change.
    pub fn restore(&mut self, address: &str, binding: Binding) {
        self.insert(address, binding);
    }

    /// The bindings of an address, most preferred first, then latest first.
    #[must_use]
    pub fn of(&self, address: &str) -> Vec<&Binding> {
        let mut found: Vec<_> = self.by_address.get(address).into_iter().flatten().collect();
        found.sort_by_key(|(serial, binding)| (std::cmp::Reverse(binding.q), std::cmp::Reverse(*serial)));
        found.into_iter().map(|(_, binding)| binding).collect()
    }

    /// Whose bindings were made over this flow.
    pub fn addresses_on(&self, flow: Flow) -> impl Iterator<Item = &str> {
        self.by_flow.get(&flow).into_iter().flatten().map(|(address, _)| address.as_str())
    }

    /// The Contact headers of the 200 to a REGISTER, and `Require: outbound` where RFC 5626 asks so.
    #[must_use]
    pub fn answer(&self, now: Instant, address: &str) -> HeaderList {
        let bindings = self.of(address);
        let mut headers: HeaderList =
            bindings.iter().map(|binding| ("Contact".into(), binding.contact_value(now))).collect();
        if bindings.iter().any(|binding| binding.reg_id.is_some()) {
            headers.push(("Require".into(), "outbound".into()));
        }
        headers
    }

    /// Removes what is over at `now`.
    pub fn handle(&mut self, now: Instant) {
        while let Some((address, serial)) = self.timers.expire(now) {
            self.remove(&address, serial, Removal::Expired);
        }
    }

    /// A connection ended.
    pub fn flow_closed(&mut self, flow: Flow) {
        for (address, serial) in self.by_flow.remove(&flow).unwrap_or_default() {
            self.remove(&address, serial, Removal::FlowClosed);
        }
    }

    /// The owner removes every binding of an address, such as when its password changes.
    pub fn remove_all(&mut self, address: &str) {
        let serials: Vec<u64> =
            self.by_address.get(address).into_iter().flatten().map(|(serial, _)| *serial).collect();
        for serial in serials {
            self.remove(address, serial, Removal::Unregistered);
        }
    }

    /// The next change.
    pub fn poll(&mut self) -> Option<Change> {
        self.changes.pop_front()
    }

    /// When to call [`handle`](Self::handle).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// How many bindings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.timers.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    // ---- checking ----

    fn plan(
        &self,
        now: Instant,
        address: &str,
        flow: Flow,
        request: &Request,
    ) -> Result<Plan, RegisterError> {
        let contacts = match request.contacts() {
            Ok(Contacts::All) if request.expires() == Some(0) => {
                self.check_order_of_all(address, request)?;
                return Ok(Plan::RemoveAll);
            }
            Ok(Contacts::All) => return Err(RegisterError::Wildcard),
            Ok(Contacts::Addresses(contacts)) if contacts.is_empty() => return Ok(Plan::Ask),
            Ok(Contacts::Addresses(contacts)) => contacts,
            Err(_) if request.elements("Contact").any(|element| element == "*") => {
                return Err(RegisterError::Wildcard);
            }
            Err(_) => return Err(RegisterError::Malformed),
        };
        let wanted: Vec<_> = contacts
            .into_iter()
            .map(|contact| self.wanted(now, flow, request, contact))
            .collect::<Result<_, _>>()?;
        for (binding, _) in &wanted {
            self.check_order(address, binding)?;
        }
        self.check_number(address, &wanted)?;
        Ok(Plan::Change(wanted))
    }

    fn wanted(
        &self,
        now: Instant,
        flow: Flow,
        request: &Request,
        contact: NameAddr,
    ) -> Result<(Binding, Duration), RegisterError> {
        let seconds = contact.params.number("expires").or_else(|| request.expires());
        let asked = seconds.map_or(self.limits.default_expires, |s| Duration::from_secs(s.into()));
        if !asked.is_zero() && asked < self.limits.min_expires {
            return Err(RegisterError::TooBrief(self.limits.min_expires.as_secs()));
        }
        let duration = asked.min(self.limits.max_expires);
        let sequence = request.cseq().map_err(|_| RegisterError::Malformed)?.number;
        let path = request.elements("Path").map(str::to_owned).collect();
        let binding = Binding {
            instance: contact.params.text("+sip.instance").map(Into::into),
            reg_id: contact.params.number("reg-id"),
            q: contact.params.value("q").map_or(1000, thousandths),
            contact: contact.uri,
            flow,
            path,
            expires_at: now + duration,
            call_id: request.call_id().map_err(|_| RegisterError::Malformed)?.to_owned(),
            sequence,
            product: request.value("User-Agent").map(str::to_owned),
        };
        Ok((binding, duration))
    }

    fn check_order(&self, address: &str, wanted: &Binding) -> Result<(), RegisterError> {
        let stale = self
            .find(address, wanted)
            .is_some_and(|(_, known)| known.call_id == wanted.call_id && known.sequence >= wanted.sequence);
        if stale { Err(RegisterError::OutOfOrder) } else { Ok(()) }
    }

    fn check_order_of_all(&self, address: &str, request: &Request) -> Result<(), RegisterError> {
        let call_id = request.call_id().map_err(|_| RegisterError::Malformed)?;
        let sequence = request.cseq().map_err(|_| RegisterError::Malformed)?.number;
        let stale =
            self.of(address).iter().any(|known| known.call_id == call_id && known.sequence >= sequence);
        if stale { Err(RegisterError::OutOfOrder) } else { Ok(()) }
    }

    fn check_number(&self, address: &str, wanted: &[(Binding, Duration)]) -> Result<(), RegisterError> {
        let fresh = wanted
            .iter()
            .filter(|(binding, duration)| !duration.is_zero() && self.find(address, binding).is_none())
            .count();
        let known = self.by_address.get(address).map_or(0, Vec::len);
        let most = self.limits.per_address;
        if known + fresh > most { Err(RegisterError::TooMany(most)) } else { Ok(()) }
    }

    /// The binding that `wanted` takes the place of: the same device and flow number, or the same URI.
    fn find(&self, address: &str, wanted: &Binding) -> Option<(u64, &Binding)> {
        let bindings = self.by_address.get(address)?;
        bindings.iter().find(|(_, known)| known.is_same(wanted)).map(|(serial, known)| (*serial, known))
    }

    // ---- changing ----

    fn put(&mut self, address: &str, binding: Binding, remove: bool) {
        let former = self.find(address, &binding).map(|(serial, known)| (serial, known.contact.clone()));
        match (former, remove) {
            (Some((serial, _)), true) => self.remove(address, serial, Removal::Unregistered),
            (None, true) => {}
            (Some((serial, contact)), false) if contact.equivalent(&binding.contact) => {
                self.take_out(address, serial);
                self.insert(address, binding.clone());
                self.changes.push_back(Change::Refreshed { address: address.into(), binding });
            }
            (former, false) => {
                if let Some((serial, _)) = former {
                    self.remove(address, serial, Removal::Replaced);
                }
                self.insert(address, binding.clone());
                self.changes.push_back(Change::Added { address: address.into(), binding });
            }
        }
    }

    fn insert(&mut self, address: &str, binding: Binding) {
        self.serial += 1;
        let place = (address.to_owned(), self.serial);
        self.timers.set(place.clone(), Some(binding.expires_at));
        self.by_flow.entry(binding.flow).or_default().insert(place);
        self.by_address.entry(address.into()).or_default().push((self.serial, binding));
    }

    fn remove(&mut self, address: &str, serial: u64, why: Removal) {
        if let Some(binding) = self.take_out(address, serial) {
            self.changes.push_back(Change::Removed { address: address.into(), binding, why });
        }
    }

    fn take_out(&mut self, address: &str, serial: u64) -> Option<Binding> {
        let bindings = self.by_address.get_mut(address)?;
        let place = bindings.iter().position(|(known, _)| *known == serial)?;
        let (_, binding) = bindings.remove(place);
        if bindings.is_empty() {
            self.by_address.remove(address);
        }
        let key = (address.to_owned(), serial);
        self.timers.clear(&key);
        if let Some(places) = self.by_flow.get_mut(&binding.flow) {
            places.remove(&key);
            if places.is_empty() {
                self.by_flow.remove(&binding.flow);
            }
        }
        Some(binding)
    }
}

impl Binding {
    fn is_same(&self, other: &Self) -> bool {
        match (&self.instance, &other.instance) {
            (Some(mine), Some(theirs)) if self.reg_id.is_some() || other.reg_id.is_some() => {
                mine == theirs && self.reg_id == other.reg_id
            }
            _ => self.contact.equivalent(&other.contact),
        }
    }

    fn contact_value(&self, now: Instant) -> String {
        let mut value = NameAddr::new(self.contact.clone());
        value.params.set("expires", seconds_left(now, self.expires_at).to_string());
        if self.q != 1000 {
            value.params.set("q", format!("0.{:03}", self.q));
        }
        if let Some(instance) = &self.instance {
            value.params.set_quoted("+sip.instance", instance);
        }
        if let Some(reg_id) = self.reg_id {
            value.params.set("reg-id", reg_id.to_string());
        }
        value.to_string()
    }
}

/// `0.7` as 700; what cannot be read, or is above 1, counts as 1.
fn thousandths(q: &str) -> u16 {
    let Some(fraction) = q.trim().strip_prefix("0.") else {
        return if q.trim() == "0" { 0 } else { 1000 };
    };
    let digits: String = format!("{fraction:0<3}").chars().take(3).collect();
    digits.parse().unwrap_or(1000)
}

#[cfg(test)]
mod tests;
