//! Speech of which each packet is numbered: a telephone's sound as plain packets, so that each that is lost is seen.
//!
//! An exchange that passes packets on gives them a sequence of its own, and leaves alone what is in them: there the
//! number stands.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use audio::rtp::packet::HEADER_BYTES;
use audio::rtp::{Header, Packet};

/// From one packet to the next.
const EACH: Duration = Duration::from_millis(20);
/// G.711 A-law of 20 ms.
const SAMPLES: usize = 160;
/// A-law, as telephones of the rig offer it.
const PAYLOAD: u8 = 8;
/// Silence in A-law.
const SILENCE: u8 = 0xd5;

/// The sound of one telephone.
#[derive(Debug)]
pub struct Numbered {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    /// Its port.
    pub port: u16,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    towards: Mutex<Option<SocketAddr>>,
    sent: AtomicU32,
    speaks: AtomicBool,
    ends: AtomicBool,
    heard: Mutex<Heard>,
}

/// What came.
#[derive(Debug, Clone, Default)]
struct Heard {
    sequences: Vec<u16>,
    numbers: BTreeSet<u32>,
}

/// How one direction of a conversation went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Packets that the other side sent.
    pub sent: u32,
    /// Those that did not come.
    pub lost: u32,
    /// Numbers that are missing in the sequence as the exchange wrote it.
    pub gaps: u32,
}

impl Numbered {
    /// Opens a port; it is silent, and hears.
    ///
    /// # Errors
    /// When there is none.
    pub fn open() -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("bind for sound")?;
        socket.set_read_timeout(Some(EACH)).context("bound the wait")?;
        let port = socket.local_addr().context("ask for the port")?.port();
        let shared = Arc::new(Shared {
            socket,
            towards: Mutex::new(None),
            sent: AtomicU32::new(0),
            speaks: AtomicBool::new(false),
            ends: AtomicBool::new(false),
            heard: Mutex::default(),
        });
        let (hears, speaks) = (Arc::clone(&shared), Arc::clone(&shared));
        let threads =
            vec![std::thread::spawn(move || hears.hear()), std::thread::spawn(move || speaks.speak())];
        Ok(Self { shared, threads, port })
    }

    /// Speaks to the exchange's port from now on.
    pub fn speak_to(&self, port: u16) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        *self.shared.towards.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
        self.shared.speaks.store(true, Ordering::Relaxed);
    }

    /// Says no more.
    pub fn fall_silent(&self) {
        self.shared.speaks.store(false, Ordering::Relaxed);
    }

    /// How what the other said came here.
    #[must_use]
    pub fn passage_from(&self, other: &Self) -> Passage {
        let heard = self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sent = other.shared.sent.load(Ordering::Relaxed);
        let came = u32::try_from(heard.numbers.len()).unwrap_or(u32::MAX);
        Passage { sent, lost: sent.saturating_sub(came), gaps: gaps(&heard.sequences) }
    }
}

/// Numbers that are missing between one packet and the next.
fn gaps(sequences: &[u16]) -> u32 {
    let missing = |pair: &[u16]| match pair {
        [one, next] => u32::from(next.wrapping_sub(*one).saturating_sub(1)),
        _ => 0,
    };
    sequences.windows(2).map(missing).sum()
}

impl Drop for Numbered {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // Its panic has been printed.
            drop(thread.join());
        }
    }
}

impl Shared {
    fn hear(&self) {
        let mut buffer = [0; 2_048];
        while !self.ends.load(Ordering::Relaxed) {
            let Ok((length, _)) = self.socket.recv_from(&mut buffer) else { continue };
            let Some((sequence, number)) = buffer.get(..length).and_then(read) else { continue };
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.sequences.push(sequence);
            heard.numbers.insert(number);
        }
    }

    fn speak(&self) {
        let mut due = Instant::now();
        while !self.ends.load(Ordering::Relaxed) {
            due = (due + EACH).max(Instant::now());
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let towards = *self.towards.lock().unwrap_or_else(PoisonError::into_inner);
            let (true, Some(towards)) = (self.speaks.load(Ordering::Relaxed), towards) else { continue };
            let number = self.sent.load(Ordering::Relaxed);
            if self.socket.send_to(&packet(number), towards).is_ok() {
                self.sent.store(number + 1, Ordering::Relaxed);
            }
        }
    }
}

/// A packet with its number at the front of the sound.
fn packet(number: u32) -> [u8; HEADER_BYTES + SAMPLES] {
    let header = Header {
        payload_type: PAYLOAD,
        marker: false,
        sequence: number as u16,
        timestamp: number.wrapping_mul(160),
        ssrc: 0x0bad_cafe,
    };
    let mut bytes = [SILENCE; HEADER_BYTES + SAMPLES];
    if let Some((head, sound)) = bytes.split_first_chunk_mut() {
        header.write(head);
        if let Some(front) = sound.first_chunk_mut() {
            *front = number.to_be_bytes();
        }
    }
    bytes
}

/// The sequence number of a packet of ours, and the number in it.
fn read(bytes: &[u8]) -> Option<(u16, u32)> {
    let Packet { header, payload, .. } = Packet::parse(bytes)?;
    let ours = header.payload_type == PAYLOAD && payload.len() == SAMPLES;
    let number = u32::from_be_bytes(*payload.first_chunk()?);
    ours.then_some((header.sequence, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_that_is_missing_is_counted_once() {
        assert_eq!(gaps(&[65_534, 65_535, 0, 2, 3, 6]), 3);
        assert_eq!(read(&packet(70_000)), Some((4_464, 70_000)));
    }
}
