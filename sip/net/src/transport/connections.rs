//! The table of open connections: who is connected, how to write to them, and how many may be.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sip::Source;
use sip::endpoint::Flow;
use sip::message::Transport as Protocol;
use tokio::sync::mpsc;

use crate::config::Limits;

/// Whom a connection of ours leads to; only the same three are the same peer, because a certificate
/// was checked for one name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Peer {
    pub(super) transport: Protocol,
    pub(super) remote: SocketAddr,
    pub(super) name: Option<String>,
}

/// The open connections of one transport.
#[derive(Debug)]
pub(super) struct Connections {
    limits: Limits,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    last: u64,
    open: BTreeMap<u64, Entry>,
    to: BTreeMap<Peer, u64>,
    per_source: BTreeMap<Source, Share>,
}

/// What one source has of us.
#[derive(Debug, Clone, Copy)]
struct Share {
    connections: usize,
    /// Until when what it has sent takes its time at the rate that it may have.
    busy_until: Instant,
}

/// How far a source may be ahead of its rate.
const BURST: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Entry {
    flow: Flow,
    queue: mpsc::Sender<Arc<[u8]>>,
}

/// A connection's place in the table, with the messages to write; leaving it empties the place.
#[derive(Debug)]
pub(super) struct Place {
    flow: Flow,
    peer: Option<Peer>,
    counted: bool,
    pub(super) queue: mpsc::Receiver<Arc<[u8]>>,
    connections: Arc<Connections>,
}

impl Connections {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, table: Mutex::default() }
    }

    /// A place for a connection that somebody opened to us; `None` when they have too many.
    pub(super) fn incoming(
        self: &Arc<Self>,
        transport: Protocol,
        local: SocketAddr,
        remote: SocketAddr,
    ) -> Option<Place> {
        {
            let mut table = self.table();
            let full = table.open.len() >= self.limits.connections;
            let fresh = Share { connections: 0, busy_until: Instant::now() };
            let share = table.per_source.get(&Source::of(remote.ip())).copied().unwrap_or(fresh);
            if full || share.connections >= self.limits.connections_per_source {
                return None;
            }
            let share = Share { connections: share.connections + 1, ..share };
            table.per_source.insert(Source::of(remote.ip()), share);
        }
        Some(self.place(transport, (local, remote), None, true))
    }

    /// A place for a connection that we opened; `None` when there are too many.
    pub(super) fn outgoing(self: &Arc<Self>, peer: Peer, local: SocketAddr) -> Option<Place> {
        if self.table().open.len() >= self.limits.connections {
            return None;
        }
        Some(self.place(peer.transport, (local, peer.remote), Some(peer), false))
    }

    fn place(
        self: &Arc<Self>,
        transport: Protocol,
        (local, remote): (SocketAddr, SocketAddr),
        peer: Option<Peer>,
        counted: bool,
    ) -> Place {
        let (sender, queue) = mpsc::channel(self.limits.queue_per_connection.max(1));
        let mut table = self.table();
        table.last += 1;
        let flow = Flow { transport, local, remote, connection: table.last };
        table.open.insert(flow.connection, Entry { flow, queue: sender });
        Place { flow, peer, counted, queue, connections: Arc::clone(self) }
    }

    /// The connection to a peer that is already open.
    pub(super) fn to(&self, peer: &Peer) -> Option<Flow> {
        let table = self.table();
        table.to.get(peer).and_then(|id| table.open.get(id)).map(|entry| entry.flow)
    }

    /// Queues a message; a connection whose queue is full does not read and is closed.
    pub(super) fn send(&self, flow: Flow, bytes: Arc<[u8]>) -> bool {
        let mut table = self.table();
        let Some(entry) = table.open.get(&flow.connection) else { return false };
        let queued = entry.queue.try_send(bytes).is_ok();
        if !queued {
            table.open.remove(&flow.connection);
        }
        queued
    }

    /// Lets a connection end once its queue is written.
    pub(super) fn close(&self, flow: Flow) {
        self.table().open.remove(&flow.connection);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    /// Whether we opened it.
    pub(super) fn is_ours(&self) -> bool {
        self.peer.is_some()
    }

    /// A message came at `now`: how long its source must wait before the next one is read.
    pub(super) fn pace(&self, now: Instant) -> Duration {
        if !self.counted {
            return Duration::ZERO;
        }
        let each = BURST / self.connections.limits.messages_per_source.max(1);
        let mut table = self.connections.table();
        let Some(share) = table.per_source.get_mut(&Source::of(self.flow.remote.ip())) else {
            return Duration::ZERO;
        };
        share.busy_until = share.busy_until.max(now) + each;
        share.busy_until.saturating_duration_since(now + BURST)
    }

    /// The connection works: others may use it for the same peer.
    pub(super) fn offer(&self) {
        if let Some(peer) = &self.peer {
            self.connections.table().to.insert(peer.clone(), self.flow.connection);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.connections.table();
        table.open.remove(&self.flow.connection);
        if let Some(peer) = &self.peer
            && table.to.get(peer) == Some(&self.flow.connection)
        {
            table.to.remove(peer);
        }
        if self.counted {
            let source = Source::of(self.flow.remote.ip());
            if let Some(share) = table.per_source.get_mut(&source) {
                share.connections = share.connections.saturating_sub(1);
                if share.connections == 0 {
                    table.per_source.remove(&source);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(limits: Limits) -> Arc<Connections> {
        Arc::new(Connections::new(limits))
    }

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_source_gets_no_more_than_its_share() {
        let table = connections(Limits { connections_per_source: 2, ..Limits::default() });
        let (here, there) = (at("10.0.0.1:5060"), at("10.0.0.9:4000"));
        let first = table.incoming(Protocol::Tcp, here, there);
        let second = table.incoming(Protocol::Tcp, here, there);
        assert!(first.is_some() && second.is_some());

        assert!(table.incoming(Protocol::Tcp, here, there).is_none());
        assert!(table.incoming(Protocol::Tcp, here, at("10.0.0.8:4000")).is_some());

        drop(first);
        assert!(table.incoming(Protocol::Tcp, here, there).is_some());
    }

    #[test]
    fn a_source_that_sends_too_fast_waits_on_all_its_connections() {
        let table = connections(Limits { messages_per_source: 100, ..Limits::default() });
        let here = at("10.0.0.1:5060");
        let one = table.incoming(Protocol::Tcp, here, at("10.0.0.9:4000")).unwrap();
        let two = table.incoming(Protocol::Tcp, here, at("10.0.0.9:4001")).unwrap();
        let other = table.incoming(Protocol::Tcp, here, at("10.0.0.8:4000")).unwrap();
        let now = Instant::now() + Duration::from_secs(1);

        let waits: Vec<Duration> = (0..100).map(|_| one.pace(now)).collect();

        assert_eq!(waits, [Duration::ZERO; 100]);
        assert_eq!(two.pace(now), Duration::from_millis(10));
        assert_eq!(other.pace(now), Duration::ZERO);
        assert_eq!(one.pace(now + Duration::from_secs(2)), Duration::ZERO);
    }

    #[test]
    fn a_connection_is_used_again_only_for_the_same_name() {
        let table = connections(Limits::default());
        let named = |name: &str| Peer {
            transport: Protocol::Tls,
            remote: at("192.0.2.1:5061"),
            name: Some(name.into()),
        };
        let place = table.outgoing(named("example.nl"), at("10.0.0.1:4000")).unwrap();
        assert_eq!(table.to(&named("example.nl")), None, "not before it works");
        place.offer();

        assert_eq!(table.to(&named("example.nl")), Some(place.flow()));
        assert_eq!(table.to(&named("other.nl")), None);
        drop(place);
        assert_eq!(table.to(&named("example.nl")), None);
    }

    #[test]
    fn a_peer_that_does_not_read_is_closed() {
        let table = connections(Limits { queue_per_connection: 2, ..Limits::default() });
        let place = table.incoming(Protocol::Tcp, at("10.0.0.1:5060"), at("10.0.0.9:4000")).unwrap();
        let message: Arc<[u8]> = Arc::from(&b"OPTIONS"[..]);

        let sent: Vec<bool> = (0..4).map(|_| table.send(place.flow(), Arc::clone(&message))).collect();

        assert_eq!(sent, [true, true, false, false]);
    }
}
