//! What happens now, numbered, for everybody who listens.
//!
//! One table a company of running calls, lamps and registrations, and a short memory of the last
//! events. A listener gets the table as a snapshot, or the events after the last one that it has,
//! and then each next one; both under one lock, so that nothing falls in between. Numbers rise by
//! one for each event of a company, whoever may see it. A call is told with what each party in it
//! may see of the others; whoever passes it on chooses.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pbx_api::event::Registration;
use pbx_api::{CallId, CompanyId, DeviceId, Event, Presence, SubscriberId};
use tokio::sync::broadcast;

use crate::seen::SeenCall;

/// Events that a company remembers for listeners who come back.
const MEMORY: usize = 2048;
/// So long after the last listener has gone, what happens is kept for those who come back.
const AWAY: Duration = Duration::from_secs(60);
/// Events that a listener may be behind before it is sent away.
const BEHIND: usize = 512;

/// What happened, before it is known who looks.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A call began, changed or ended.
    Call(Arc<SeenCall>),
    /// Something that looks the same to everybody who may see it.
    Event(Arc<Event>),
}

impl From<SeenCall> for Happening {
    fn from(call: SeenCall) -> Self {
        Self::Call(Arc::new(call))
    }
}

/// A call that is told as a plain event shows nobody to those who are in it.
impl From<Event> for Happening {
    fn from(event: Event) -> Self {
        match event {
            Event::Call { call } => SeenCall::new(call, Vec::new()).into(),
            event @ (Event::Presence { .. }
            | Event::Registration { .. }
            | Event::Setting { .. }
            | Event::Message { .. }
            | Event::Alarm { .. }) => Self::Event(Arc::new(event)),
        }
    }
}

/// A happening and its number.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Its number in the company.
    pub seq: u64,
    /// What happened.
    pub what: Happening,
}

/// Everything that goes on in a company.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Running calls.
    pub calls: Vec<Arc<SeenCall>>,
    /// Every lamp.
    pub presence: Vec<Presence>,
    /// Every device that is registered.
    pub registrations: Vec<Registration>,
}

/// How listening begins.
#[derive(Debug)]
pub struct Start {
    /// Number of the last event before those that the receiver gives and `missed`.
    pub seq: u64,
    /// The state at `seq`; nothing when the listener's own state is continued.
    pub snapshot: Option<Picture>,
    /// Events after `seq` that already happened.
    pub missed: Vec<Numbered>,
    /// Every later event; says when too many were missed.
    pub receiver: broadcast::Receiver<Numbered>,
}

/// Everything that happens, for everybody who listens.
#[derive(Debug)]
pub struct Hub {
    epoch: String,
    companies: Mutex<BTreeMap<CompanyId, Table>>,
}

#[derive(Debug)]
struct Table {
    seq: u64,
    memory: VecDeque<Numbered>,
    /// Since when nobody listens.
    alone: Option<Instant>,
    calls: BTreeMap<CallId, Arc<SeenCall>>,
    presence: BTreeMap<SubscriberId, Presence>,
    registrations: BTreeMap<(SubscriberId, Option<DeviceId>), Registration>,
    sender: broadcast::Sender<Numbered>,
}

impl Table {
    fn new() -> Self {
        Self {
            seq: 0,
            memory: VecDeque::new(),
            alone: None,
            calls: BTreeMap::new(),
            presence: BTreeMap::new(),
            registrations: BTreeMap::new(),
            sender: broadcast::channel(BEHIND).0,
        }
    }

    fn take_in(&mut self, what: &Happening) {
        match what {
            Happening::Call(call) if call.whole().ended => {
                self.calls.remove(&call.whole().id);
            }
            Happening::Call(call) => {
                self.calls.insert(call.whole().id, Arc::clone(call));
            }
            Happening::Event(event) => self.take_in_event(event),
        }
    }

    fn take_in_event(&mut self, event: &Event) {
        match event {
            Event::Presence { presence } => {
                self.presence.insert(presence.subscriber, presence.clone());
            }
            Event::Registration { registration } => {
                let key = (registration.subscriber, registration.device);
                if registration.registered {
                    self.registrations.insert(key, registration.clone());
                } else {
                    self.registrations.remove(&key);
                }
            }
            Event::Setting { change: pbx_api::Change::UserGone { user } } => {
                self.presence.remove(user);
                self.registrations.retain(|(subscriber, _), _| subscriber != user);
            }
            Event::Call { .. } | Event::Setting { .. } | Event::Message { .. } | Event::Alarm { .. } => {}
        }
    }

    /// Keeps what happened for listeners who come back. Where nobody has listened for a while, nobody does.
    fn remember(&mut self, numbered: &Numbered, now: Instant) {
        if self.sender.receiver_count() > 0 {
            self.alone = None;
        } else if now.saturating_duration_since(*self.alone.get_or_insert(now)) > AWAY {
            self.memory = VecDeque::new();
            return;
        }
        if self.memory.len() == MEMORY {
            self.memory.pop_front();
        }
        self.memory.push_back(numbered.clone());
    }

    fn picture(&self) -> Picture {
        Picture {
            calls: self.calls.values().cloned().collect(),
            presence: self.presence.values().cloned().collect(),
            registrations: self.registrations.values().cloned().collect(),
        }
    }

    /// The events after `since`, if all of them are remembered.
    fn after(&self, since: u64) -> Option<Vec<Numbered>> {
        let missed = usize::try_from(self.seq.checked_sub(since)?).ok()?;
        let skip = self.memory.len().checked_sub(missed)?;
        Some(self.memory.iter().skip(skip).cloned().collect())
    }
}

impl Hub {
    /// A hub whose numbers belong to `epoch`, which no other start of the server shares.
    pub fn new(epoch: impl Into<String>) -> Self {
        Self { epoch: epoch.into(), companies: Mutex::new(BTreeMap::new()) }
    }

    /// Which start of the server the numbers belong to.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Tells everybody in a company what happened.
    pub fn tell(&self, company: CompanyId, what: impl Into<Happening>) {
        let what = what.into();
        self.with(company, |table| {
            table.take_in(&what);
            table.seq += 1;
            let numbered = Numbered { seq: table.seq, what };
            table.remember(&numbered, Instant::now());
            // Nobody listening is no error.
            let _ = table.sender.send(numbered);
        });
    }

    /// Begins to listen; `since` is the number of the last event that the listener has of this
    /// epoch.
    pub fn listen(&self, company: CompanyId, since: Option<u64>) -> Start {
        self.with(company, |table| {
            let receiver = table.sender.subscribe();
            match since.and_then(|since| Some((since, table.after(since)?))) {
                Some((seq, missed)) => Start { seq, snapshot: None, missed, receiver },
                None => {
                    Start { seq: table.seq, snapshot: Some(table.picture()), missed: Vec::new(), receiver }
                }
            }
        })
    }

    /// The state of a company now.
    pub fn picture(&self, company: CompanyId) -> Picture {
        self.with(company, |table| table.picture())
    }

    /// A running call.
    pub fn call(&self, company: CompanyId, call: CallId) -> Option<Arc<SeenCall>> {
        self.with(company, |table| table.calls.get(&call).cloned())
    }

    /// A company is gone: its listeners are sent away.
    pub fn forget(&self, company: CompanyId) {
        self.companies.lock().unwrap_or_else(PoisonError::into_inner).remove(&company);
    }

    /// How many calls run and devices are registered, over all companies.
    pub fn totals(&self) -> (usize, usize) {
        let companies = self.companies.lock().unwrap_or_else(PoisonError::into_inner);
        companies.values().fold((0, 0), |(calls, devices), table| {
            (calls + table.calls.len(), devices + table.registrations.len())
        })
    }

    fn with<T>(&self, company: CompanyId, act: impl FnOnce(&mut Table) -> T) -> T {
        let mut companies = self.companies.lock().unwrap_or_else(PoisonError::into_inner);
        act(companies.entry(company).or_insert_with(Table::new))
    }
}

#[cfg(test)]
mod tests {
    use pbx_api::{PresenceState, Timestamp};

    use super::*;

    const COMPANY: CompanyId = CompanyId(1);

    #[test]
    fn a_new_listener_gets_the_state_and_then_each_next_event() {
        let hub = Hub::new("e");
        hub.tell(COMPANY, lamp(1, PresenceState::Busy));

        let mut start = hub.listen(COMPANY, None);
        hub.tell(COMPANY, lamp(1, PresenceState::Available));

        assert_eq!(start.seq, 1);
        assert_eq!(start.snapshot.unwrap().presence[0].state, PresenceState::Busy);
        assert_eq!(start.receiver.try_recv().unwrap().seq, 2);
    }

    #[test]
    fn a_listener_who_comes_back_gets_exactly_what_it_missed() {
        let hub = Hub::new("e");
        (1..=5).for_each(|n| hub.tell(COMPANY, lamp(n, PresenceState::Busy)));

        let start = hub.listen(COMPANY, Some(3));

        assert!(start.snapshot.is_none());
        assert_eq!(start.missed.iter().map(|event| event.seq).collect::<Vec<_>>(), [4, 5]);
    }

    #[test]
    fn a_listener_who_was_away_too_long_gets_the_state_again() {
        let hub = Hub::new("e");
        (0..=u32::try_from(MEMORY).unwrap()).for_each(|n| hub.tell(COMPANY, lamp(n, PresenceState::Busy)));

        assert!(hub.listen(COMPANY, Some(0)).snapshot.is_some());
        assert!(hub.listen(COMPANY, Some(1)).snapshot.is_none());
        assert!(hub.listen(COMPANY, Some(99_999)).snapshot.is_some(), "a number from the future");
    }

    #[test]
    fn what_happens_where_nobody_listens_is_not_kept() {
        let mut table = Table::new();
        let event = |seq| {
            let what = Happening::from(lamp(1, PresenceState::Busy));
            Numbered { seq, what }
        };
        let began = Instant::now();
        let listener = table.sender.subscribe();

        table.remember(&event(1), began);
        drop(listener);
        table.remember(&event(2), began);
        table.remember(&event(3), began + AWAY);
        assert_eq!(table.memory.len(), 3, "they may come back");
        table.remember(&event(4), began + AWAY + Duration::from_secs(1));
        assert!(table.memory.is_empty());

        let _back = table.sender.subscribe();
        table.remember(&event(5), began + 2 * AWAY);
        assert_eq!(table.memory.len(), 1);
    }

    #[test]
    fn companies_do_not_hear_each_other() {
        let hub = Hub::new("e");
        let mut other = hub.listen(CompanyId(2), None);

        hub.tell(COMPANY, lamp(1, PresenceState::Busy));

        assert!(other.receiver.try_recv().is_err());
        assert!(hub.picture(CompanyId(2)).presence.is_empty());
    }

    #[test]
    fn a_listener_who_does_not_read_is_told_so() {
        let hub = Hub::new("e");
        let mut start = hub.listen(COMPANY, None);

        (0..=u32::try_from(BEHIND).unwrap()).for_each(|n| hub.tell(COMPANY, lamp(n, PresenceState::Busy)));

        assert!(matches!(start.receiver.try_recv(), Err(broadcast::error::TryRecvError::Lagged(_))));
    }

    fn lamp(subscriber: u32, state: PresenceState) -> Event {
        Event::Presence {
            presence: Presence {
                subscriber: SubscriberId(subscriber),
                state,
                since: Timestamp(0),
                version: 1,
                forward_to: None,
                with: None,
                ringing: None,
                parked: None,
            },
        }
    }
}
