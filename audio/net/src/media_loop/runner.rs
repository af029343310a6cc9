//! The loop itself: wait, obey, read, tick.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use audio_thread::{Rank, go_first};
use mio::{Events, Poll, Waker};

use super::resting::Resting;
use super::streams::{Streams, socket_of};
use super::{Command, Counters, Handler, METRONOME, Outbound, StreamId, WAKER};
use crate::latch::Admission;
use crate::metronome::{Metronome, Wakeups};
use crate::packet::classify;
use crate::{Component, Packet};

/// Packets read from one socket before the others get their turn.
const AT_ONCE: usize = 16;
/// Larger datagrams than any network carries in one piece are cut and then fail to parse.
const LARGEST: usize = 2_048;

/// Ticks from one look at the streams that rest to the next: a fifth of a second.
const TICKS_BETWEEN_LOOKS: u64 = 20;

/// Everything the thread owns.
pub(super) struct Runner<H: Handler> {
    poll: Poll,
    wakeups: Wakeups,
    metronome: Metronome,
    handler: H,
    commands: Receiver<Command<H::Message>>,
    counters: Arc<Counters>,
    streams: Streams,
    resting: Resting,
    buffer: [u8; LARGEST],
    /// Sockets that had more than [`AT_ONCE`] packets; the poll will not name them again.
    unfinished: Vec<(StreamId, Component)>,
    stopping: bool,
}

impl<H: Handler> Runner<H> {
    pub(super) fn new(
        poll: Poll,
        waker: &Arc<Waker>,
        (handler, resting): (H, Resting),
        commands: Receiver<Command<H::Message>>,
        counters: Arc<Counters>,
    ) -> io::Result<Self> {
        let wakeups = Wakeups::start(poll.registry(), METRONOME, waker)?;
        Ok(Self {
            poll,
            wakeups,
            metronome: Metronome::new(Instant::now()),
            handler,
            commands,
            counters,
            streams: Streams::default(),
            resting,
            buffer: [0; LARGEST],
            unfinished: Vec::new(),
            stopping: false,
        })
    }

    /// Runs until it is told to stop.
    pub(super) fn run(mut self) {
        go_first(Rank::Media);
        let mut events = Events::with_capacity(1_024);
        while !self.stopping {
            // With unread packets left it only looks; otherwise the metronome ends the wait.
            let wait = (!self.unfinished.is_empty()).then_some(std::time::Duration::ZERO);
            match self.poll.poll(&mut events, wait) {
                Ok(()) => self.round(&events),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::error!(%error, "the media thread ends: its poll failed");
                    return;
                }
            }
        }
    }

    fn round(&mut self, events: &Events) {
        let now = Instant::now();
        // Before reading: who was told where the peer is must not call its first packet a stranger's.
        self.obey(now);
        let mut again = std::mem::take(&mut self.unfinished);
        for (stream, component) in again.drain(..) {
            self.read(stream, component, now);
        }
        for event in events {
            if let Some((stream, component)) = socket_of(event.token()) {
                self.read(stream, component, now);
            } else if event.token() == METRONOME {
                self.wakeups.clear();
            } else {
                debug_assert_eq!(event.token(), WAKER);
            }
        }
        self.tick(now);
        let took = u64::try_from(now.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.counters.longest_round_us.fetch_max(took, Ordering::Relaxed);
    }

    fn read(&mut self, stream: StreamId, component: Component, now: Instant) {
        for _ in 0..AT_ONCE {
            let Some(socket) = self.streams.socket(stream, component) else { return };
            match socket.recv_from(&mut self.buffer) {
                Ok((length, from)) => self.take(stream, component, (length, from), now),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // An earlier packet of ours was refused by its receiver; the socket is fine.
                Err(_) => {}
            }
        }
        self.unfinished.push((stream, component));
    }

    fn take(
        &mut self,
        stream: StreamId,
        on: Component,
        (length, from): (usize, std::net::SocketAddr),
        now: Instant,
    ) {
        self.counters.packets.fetch_add(1, Ordering::Relaxed);
        let bytes = self.buffer.get(..length).unwrap_or(&[]);
        let Some(state) = self.streams.get_mut(stream) else { return };
        let Some((component, admission)) = state.admit(on, classify(bytes), from, now) else { return };
        if admission == Admission::Latched {
            self.handler.latched(stream, component, from);
        }
        let packet = Packet { stream, component, from, bytes, now };
        let mut out = Outbound { streams: &mut self.streams, resting: &mut self.resting, now };
        self.handler.packet(packet, &mut out);
    }

    fn obey(&mut self, now: Instant) {
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Add(stream, pair) => {
                    if let Err(error) = self.streams.add(stream, *pair, self.poll.registry()) {
                        tracing::error!(%error, "a media socket cannot be polled");
                    }
                }
                Command::Aim(stream, remote) => self.streams.aim(stream, remote),
                Command::Remove(stream) => self.resting.rest(stream, &mut self.streams, now),
                Command::Message(message) => {
                    let mut out = Outbound { streams: &mut self.streams, resting: &mut self.resting, now };
                    self.handler.message(message, now, &mut out);
                }
                Command::Stop => self.stopping = true,
            }
        }
    }

    fn tick(&mut self, now: Instant) {
        let (ticks, skipped) = self.metronome.due(now);
        for _ in 0..ticks {
            let mut out = Outbound { streams: &mut self.streams, resting: &mut self.resting, now };
            self.handler.tick(now, &mut out);
        }
        let before = self.counters.ticks.fetch_add(ticks, Ordering::Relaxed);
        if before / TICKS_BETWEEN_LOOKS != (before + ticks) / TICKS_BETWEEN_LOOKS {
            self.resting.look(&mut self.streams, now);
        }
        self.counters.ticks_skipped.fetch_add(skipped, Ordering::Relaxed);
    }
}
