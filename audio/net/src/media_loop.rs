//! The media thread: one loop over many sockets, a tick every 10 ms, and messages from elsewhere.
//!
//! Everything that touches a stream happens on this one thread, in the order messages, packets, ticks;
//! so a handler needs no lock and sees each packet at most one loop after it arrived. What the thread is told wakes
//! nobody: it is obeyed before the next packet or tick, whichever comes first.

mod resting;
mod runner;
mod streams;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Instant;

use mio::{Poll, Token, Waker};

use crate::{Component, Packet, PortError, PortPair, PortPool, Remote};
use resting::{Offered, Resting};
use runner::Runner;
pub use streams::StreamStatistics;
use streams::Streams;

/// One RTP stream with its reports: a pair of sockets inside a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(u32);

/// What runs on the media thread. Nothing in it may block.
pub trait Handler: Send + 'static {
    /// What other threads tell it.
    type Message: Send + 'static;

    /// A packet was let in.
    fn packet(&mut self, packet: Packet<'_>, out: &mut Outbound<'_>);

    /// 10 ms have passed; called a hundred times a second on average, up to five times in a row after
    /// a delay.
    fn tick(&mut self, now: Instant, out: &mut Outbound<'_>);

    /// Another thread sent this.
    fn message(&mut self, message: Self::Message, now: Instant, out: &mut Outbound<'_>);

    /// A stream's peer turned out to be at another address than signalled.
    fn latched(&mut self, _stream: StreamId, _component: Component, _address: SocketAddr) {}
}

/// Sends packets from the media thread.
#[derive(Debug)]
pub struct Outbound<'a> {
    streams: &'a mut Streams,
    resting: &'a mut Resting,
    now: Instant,
}

impl Outbound<'_> {
    /// Sends one packet to where the stream's peer is now; says whether it left.
    ///
    /// It does not while the peer is unknown, the stream is gone, or the system's buffer is full: a
    /// late packet of speech is worth nothing, so it is dropped and counted.
    pub fn send(&mut self, stream: StreamId, component: Component, bytes: &[u8]) -> bool {
        self.streams.send(stream, component, bytes)
    }

    /// No call needs this stream any more: nothing is let in or sent from now on. Its sockets may serve another call
    /// when nobody has sent to them for a while; else they are closed.
    pub fn close(&mut self, stream: StreamId) {
        self.resting.rest(stream, self.streams, self.now);
    }

    /// Where a stream's packets go now.
    pub fn destination(&self, stream: StreamId, component: Component) -> Option<SocketAddr> {
        self.streams.destination(stream, component)
    }

    /// The counters of a stream.
    pub fn statistics(&self, stream: StreamId) -> Option<StreamStatistics> {
        self.streams.statistics(stream)
    }
}

/// How the loop itself is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoopStatistics {
    /// Ticks made.
    pub ticks: u64,
    /// Ticks given up because the thread came too late.
    pub ticks_skipped: u64,
    /// Packets read from sockets, strangers included.
    pub packets: u64,
    /// The longest that one round of the loop took, in microseconds.
    pub longest_round_us: u64,
}

#[derive(Debug, Default)]
struct Counters {
    ticks: AtomicU64,
    ticks_skipped: AtomicU64,
    packets: AtomicU64,
    longest_round_us: AtomicU64,
}

enum Command<M> {
    Add(StreamId, Box<PortPair>),
    Aim(StreamId, Remote),
    Remove(StreamId),
    Message(M),
    Stop,
}

/// A running media thread, held from outside; clones speak to the same one, and it ends when the last
/// is dropped.
#[derive(Debug)]
pub struct MediaLoop<M: Send + 'static> {
    shared: Arc<Shared<M>>,
}

impl<M: Send + 'static> Clone for MediaLoop<M> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

#[derive(Debug)]
struct Shared<M: Send + 'static> {
    commands: Sender<Command<M>>,
    waker: Arc<Waker>,
    counters: Arc<Counters>,
    next: AtomicU32,
    offered: Offered,
    thread: OnceLock<thread::JoinHandle<()>>,
}

const WAKER: Token = Token(0);
const METRONOME: Token = Token(1);
/// Socket tokens start here: two per stream.
const FIRST_SOCKET: usize = 2;

impl<M: Send + 'static> MediaLoop<M> {
    /// Starts the thread under this name.
    ///
    /// # Errors
    /// When the system gives no poll, timer or thread.
    pub fn start<H: Handler<Message = M>>(name: &str, handler: H) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let (commands, incoming) = mpsc::channel();
        let counters = Arc::new(Counters::default());
        let offered = Offered::default();
        let resting = Resting::new(offered.clone());
        let runner = Runner::new(poll, &waker, (handler, resting), incoming, Arc::clone(&counters))?;
        let thread = thread::Builder::new().name(name.into()).spawn(move || runner.run())?;
        let thread = OnceLock::from(thread);
        let next = AtomicU32::new(1);
        Ok(Self { shared: Arc::new(Shared { commands, waker, counters, next, offered, thread }) })
    }

    /// A stream and the address of its RTP socket: one that another call is done with, or new ones. Packets are let in
    /// once the peer is known.
    ///
    /// # Errors
    /// Those of [`PortPool::open`].
    pub fn open(&self, pool: &PortPool) -> Result<(StreamId, SocketAddr), PortError> {
        if let Some(rested) = self.shared.offered.take(pool) {
            return Ok(rested);
        }
        let pair = pool.open()?;
        let address = pair.address();
        let stream = StreamId(self.shared.next.fetch_add(1, Ordering::Relaxed));
        self.shared.command(Command::Add(stream, Box::new(pair)));
        Ok((stream, address))
    }

    /// Says where a stream's peer is; again whenever signalling changes it.
    pub fn aim(&self, stream: StreamId, remote: Remote) {
        self.shared.command(Command::Aim(stream, remote));
    }

    /// As [`Outbound::close`].
    pub fn remove(&self, stream: StreamId) {
        self.shared.command(Command::Remove(stream));
    }

    /// Tells the handler something; messages keep their order among each other and the calls above.
    pub fn tell(&self, message: M) {
        self.shared.command(Command::Message(message));
    }

    /// How the loop is doing.
    pub fn statistics(&self) -> LoopStatistics {
        let counters = &self.shared.counters;
        LoopStatistics {
            ticks: counters.ticks.load(Ordering::Relaxed),
            ticks_skipped: counters.ticks_skipped.load(Ordering::Relaxed),
            packets: counters.packets.load(Ordering::Relaxed),
            longest_round_us: counters.longest_round_us.load(Ordering::Relaxed),
        }
    }
}

impl<M: Send + 'static> Shared<M> {
    fn command(&self, command: Command<M>) {
        // The thread ends only after the last handle is dropped, or by a panic that it has printed.
        let _ = self.commands.send(command);
    }
}

impl<M: Send + 'static> Drop for Shared<M> {
    fn drop(&mut self) {
        self.command(Command::Stop);
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "the media thread cannot be woken");
        }
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            drop(thread.join());
        }
    }
}
