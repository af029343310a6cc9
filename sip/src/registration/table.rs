//! The table itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::{BindingLimits, Change, RegisterError, Removal, seconds_left};
use crate::endpoint::{Flow, HeaderList};
use crate::message::{Contacts, Fields, NameAddr, Request, Uri};
use crate::timer::Timers;

/// One binding, from the REGISTER that made it to its end, whatever becomes of its contact meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BindingId(u64);

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

/// All bindings. `A` is how their owner knows an address of record.
#[derive(Debug)]
pub struct Bindings<A> {
    limits: BindingLimits,
    bindings: BTreeMap<BindingId, (A, Binding)>,
    by_address: BTreeMap<A, BTreeSet<BindingId>>,
    by_flow: BTreeMap<Flow, BTreeSet<BindingId>>,
    timers: Timers<BindingId>,
    changes: VecDeque<Change<A>>,
    given: u64,
}

/// A REGISTER that was checked and can be carried out.
enum Plan {
    Ask,
    RemoveAll,
    Change(Vec<(Binding, Duration)>),
}

impl<A: Ord + Clone> Bindings<A> {
    /// An empty table.
    #[must_use]
    pub fn new(limits: BindingLimits) -> Self {
        Self {
            limits,
            bindings: BTreeMap::new(),
            by_address: BTreeMap::new(),
            by_flow: BTreeMap::new(),
            timers: Timers::default(),
            changes: VecDeque::new(),
            given: 0,
        }
    }

    /// Carries out a REGISTER for `address`, whole or not at all.
    ///
    /// # Errors
    /// The request breaks a rule; nothing changed.
    pub fn register(
        &mut self,
        now: Instant,
        address: &A,
        flow: Flow,
        request: &Request,
    ) -> Result<(), RegisterError> {
        match self.plan(now, address, flow, request)? {
            Plan::Ask => {}
            Plan::RemoveAll => {
                for id in self.by_address.get(address).cloned().unwrap_or_default() {
                    self.remove(id, Removal::Unregistered);
                }
            }
            Plan::Change(wanted) => {
                for (binding, duration) in wanted {
                    self.put(address, binding, duration.is_zero());
                }
            }
        }
        Ok(())
    }

    /// A binding, while it stands.
    #[must_use]
    pub fn get(&self, id: BindingId) -> Option<&Binding> {
        self.bindings.get(&id).map(|(_, binding)| binding)
    }

    /// The bindings of an address, most preferred first, then latest first.
    #[must_use]
    pub fn of(&self, address: &A) -> Vec<(BindingId, &Binding)> {
        let mut found: Vec<_> = self.standing(address).collect();
        found.sort_by_key(|(id, binding)| (Reverse(binding.q), Reverse(*id)));
        found
    }

    /// Whose bindings were made over this flow.
    pub fn addresses_on(&self, flow: Flow) -> impl Iterator<Item = &A> {
        let over_it = self.by_flow.get(&flow).into_iter().flatten();
        over_it.filter_map(|id| self.bindings.get(id)).map(|(address, _)| address)
    }

    /// The Contact headers of the 200 to a REGISTER, and `Require: outbound` where RFC 5626 asks so.
    #[must_use]
    pub fn answer(&self, now: Instant, address: &A) -> HeaderList {
        let bindings = self.of(address);
        let mut headers: HeaderList =
            bindings.iter().map(|(_, binding)| ("Contact".into(), binding.contact_value(now))).collect();
        if bindings.iter().any(|(_, binding)| binding.reg_id.is_some()) {
            headers.push(("Require".into(), "outbound".into()));
        }
        headers
    }

    /// Removes what is over at `now`.
    pub fn handle(&mut self, now: Instant) {
        while let Some(id) = self.timers.expire(now) {
            self.remove(id, Removal::Expired);
        }
    }

    /// A connection ended.
    pub fn flow_closed(&mut self, flow: Flow) {
        for id in self.by_flow.get(&flow).cloned().unwrap_or_default() {
            self.remove(id, Removal::FlowClosed);
        }
    }

    /// The host at the other end of a flow says that nobody listens at the port. A proxy in between (Path) may be back
    /// before its telephones notice anything, so what was registered through one stays.
    pub fn port_closed(&mut self, flow: Flow) {
        for id in self.by_flow.get(&flow).cloned().unwrap_or_default() {
            if self.get(id).is_some_and(|binding| binding.path.is_empty()) {
                self.remove(id, Removal::PortClosed);
            }
        }
    }

    /// The owner takes a binding back, such as when the password of its device changed.
    pub fn revoke(&mut self, id: BindingId) {
        self.remove(id, Removal::Revoked);
    }

    /// The next change.
    pub fn poll(&mut self) -> Option<Change<A>> {
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
        self.bindings.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }

    /// The bindings of an address, oldest first.
    fn standing(&self, address: &A) -> impl Iterator<Item = (BindingId, &Binding)> {
        let ids = self.by_address.get(address).into_iter().flatten();
        ids.filter_map(|id| Some((*id, self.get(*id)?)))
    }

    // ---- checking ----

    fn plan(&self, now: Instant, address: &A, flow: Flow, request: &Request) -> Result<Plan, RegisterError> {
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
        // No flow leads to anything else.
        contact.uri.as_sip().ok_or(RegisterError::Malformed)?;
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

    fn check_order(&self, address: &A, wanted: &Binding) -> Result<(), RegisterError> {
        let known = self.find(address, wanted).and_then(|id| self.get(id));
        match known {
            Some(known) if known.is_newer_than(&wanted.call_id, wanted.sequence) => {
                Err(RegisterError::OutOfOrder)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_order_of_all(&self, address: &A, request: &Request) -> Result<(), RegisterError> {
        let call_id = request.call_id().map_err(|_| RegisterError::Malformed)?;
        let sequence = request.cseq().map_err(|_| RegisterError::Malformed)?.number;
        let stale = self.standing(address).any(|(_, known)| known.is_newer_than(call_id, sequence));
        if stale { Err(RegisterError::OutOfOrder) } else { Ok(()) }
    }

    fn check_number(&self, address: &A, wanted: &[(Binding, Duration)]) -> Result<(), RegisterError> {
        let fresh = wanted
            .iter()
            .filter(|(binding, duration)| !duration.is_zero() && self.find(address, binding).is_none())
            .count();
        let known = self.by_address.get(address).map_or(0, BTreeSet::len);
        let most = self.limits.per_address;
        if known + fresh > most { Err(RegisterError::TooMany(most)) } else { Ok(()) }
    }

    /// The binding that `wanted` takes the place of: the same device and flow number, or the same URI.
    fn find(&self, address: &A, wanted: &Binding) -> Option<BindingId> {
        self.standing(address).find(|(_, known)| known.is_same(wanted)).map(|(id, _)| id)
    }

    // ---- changing ----

    fn put(&mut self, address: &A, binding: Binding, remove: bool) {
        match (self.find(address, &binding), remove) {
            (Some(id), true) => self.remove(id, Removal::Unregistered),
            (None, true) => {}
            (Some(id), false) => {
                self.refresh(id, binding);
                self.changes.push_back(Change::Refreshed { id });
            }
            (None, false) => {
                let id = self.insert(address, binding);
                self.changes.push_back(Change::Added { id, address: address.clone() });
            }
        }
    }

    fn insert(&mut self, address: &A, binding: Binding) -> BindingId {
        self.given += 1;
        let id = BindingId(self.given);
        self.timers.set(id, Some(binding.expires_at));
        self.by_flow.entry(binding.flow).or_default().insert(id);
        self.by_address.entry(address.clone()).or_default().insert(id);
        self.bindings.insert(id, (address.clone(), binding));
        id
    }

    fn refresh(&mut self, id: BindingId, binding: Binding) {
        let Some((_, known)) = self.bindings.get_mut(&id) else { return };
        self.timers.set(id, Some(binding.expires_at));
        let (from, to) = (known.flow, binding.flow);
        known.renew(binding);
        if from != to {
            take_out(&mut self.by_flow, &from, id);
            self.by_flow.entry(to).or_default().insert(id);
        }
    }

    fn remove(&mut self, id: BindingId, why: Removal) {
        let Some((address, binding)) = self.bindings.remove(&id) else { return };
        self.timers.clear(&id);
        take_out(&mut self.by_flow, &binding.flow, id);
        take_out(&mut self.by_address, &address, id);
        self.changes.push_back(Change::Removed { id, address, binding: Box::new(binding), why });
    }
}

impl Binding {
    /// Takes over what is new. What is the same stays where it is: thousands of bindings that are made anew again and again
    /// lie scattered over the heap, and each holds on to a page of it.
    fn renew(&mut self, new: Self) {
        let Self { contact, instance, reg_id, q, flow, path, expires_at, call_id, sequence, product } = new;
        (self.reg_id, self.q, self.flow) = (reg_id, q, flow);
        (self.expires_at, self.sequence) = (expires_at, sequence);
        replace(&mut self.contact, contact);
        replace(&mut self.instance, instance);
        replace(&mut self.path, path);
        replace(&mut self.call_id, call_id);
        replace(&mut self.product, product);
    }
}

fn replace<T: PartialEq>(old: &mut T, new: T) {
    if *old != new {
        *old = new;
    }
}

fn take_out<K: Ord>(index: &mut BTreeMap<K, BTreeSet<BindingId>>, key: &K, id: BindingId) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

impl Binding {
    /// A device that names itself is known by that name even without reg-id: after a restart it comes from
    /// another port, and its old contact would ring nowhere until it expires.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.instance, &other.instance) {
            (Some(mine), Some(theirs)) if mine == theirs => match (self.reg_id, other.reg_id) {
                (Some(mine), Some(theirs)) => mine == theirs,
                (Some(_) | None, None) | (None, Some(_)) => true,
            },
            (Some(_), Some(_)) => false,
            (Some(_) | None, None) | (None, Some(_)) => self.contact.equivalent(&other.contact),
        }
    }

    /// Whether it was made after the request with this Call-ID and CSeq (RFC 3261 10.3 step 7).
    fn is_newer_than(&self, call_id: &str, sequence: u32) -> bool {
        self.call_id == call_id && self.sequence >= sequence
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
