//! A plain SIP telephone on a real socket of loopback: the telephone of the simulated world, with a thread for its hands.
//!
//! Dozens of them cost little, so that many calls can be made at once; how phones of ours behave is for [`super::Engine`].

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Registrar;
use crate::world::{Account, CallState, Telephone};

/// How long a telephone listens before it looks at its own timers.
const LOOK: Duration = Duration::from_millis(10);
/// How long a registration may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// No two that are used together make the same tags.
static SEED: AtomicU8 = AtomicU8::new(1);

/// What it does when it rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// It rings on.
    Ring,
    /// It answers at once.
    Answer,
}

/// A telephone that is plugged in.
#[derive(Debug)]
pub struct Handset {
    hands: Arc<Hands>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Hands {
    telephone: Mutex<Telephone>,
    socket: UdpSocket,
    habit: Habit,
    stop: AtomicBool,
}

impl Handset {
    /// Plugs in a telephone whose account is named so and has the secret `geheim-<name>`, and waits until it is
    /// registered. With a port for sound its calls name that port.
    ///
    /// # Errors
    /// When it is not registered in time.
    pub fn plug_in(at: &impl Registrar, user: &str, habit: Habit, sound: Option<u16>) -> Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("bind a telephone")?;
        socket.set_read_timeout(Some(LOOK)).context("bound the wait")?;
        let address = socket.local_addr().context("ask for the port")?;
        let account = Account {
            user: user.to_owned(),
            domain: "127.0.0.1".to_owned(),
            password: format!("geheim-{user}"),
            name: user.to_owned(),
        };
        let exchange = SocketAddr::from((Ipv4Addr::LOCALHOST, at.port()));
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        let mut telephone = Telephone::new(Instant::now(), account, address, exchange, seed);
        telephone.sound = sound;
        let hands = Hands { telephone: Mutex::new(telephone), socket, habit, stop: AtomicBool::new(false) };
        let hands = Arc::new(hands);
        let moved = Arc::clone(&hands);
        let thread = std::thread::spawn(move || moved.work());
        let handset = Self { hands, thread: Some(thread) };
        handset.hands.with(Telephone::register);
        handset.until("it is registered", PATIENCE, |telephone| telephone.registered)?;
        Ok(handset)
    }

    /// Dials.
    pub fn dial(&self, to: &str) {
        self.hands.with(|telephone, now| telephone.dial(now, to, &[]));
    }

    /// Ends the latest call that is not over.
    pub fn hang_up(&self) {
        self.hands.with(Telephone::hang_up);
    }

    /// How far the latest call is.
    #[must_use]
    pub fn state(&self) -> Option<CallState> {
        self.hands.look(|telephone| telephone.lines.last().map(|line| line.state.clone()))
    }

    /// The port for sound that the other side of the latest call named.
    #[must_use]
    pub fn sound_of_other_side(&self) -> Option<u16> {
        self.hands.look(|telephone| {
            let described = &telephone.lines.last()?.described;
            let line = described.lines().find_map(|line| line.strip_prefix("m=audio "))?;
            line.split(' ').next()?.parse().ok()
        })
    }

    /// Calls, and waits until both speak; how long that took.
    ///
    /// # Errors
    /// When the call is refused, or nobody answers in time.
    pub fn reach(&self, to: &str, limit: Duration) -> Result<Duration> {
        let began = Instant::now();
        self.dial(to);
        self.until("somebody answers", limit, |telephone| {
            telephone
                .lines
                .last()
                .is_some_and(|line| matches!(line.state, CallState::Talking | CallState::Over(_)))
        })?;
        match self.state() {
            Some(CallState::Talking) => Ok(began.elapsed()),
            other => bail!("the call to {to} came to {other:?}"),
        }
    }

    /// Waits until the telephone is so.
    ///
    /// # Errors
    /// When it is not in time.
    pub fn until(&self, what: &str, limit: Duration, holds: impl Fn(&Telephone) -> bool) -> Result<()> {
        let began = Instant::now();
        while !self.hands.look(&holds) {
            if began.elapsed() > limit {
                let user = self.hands.look(|telephone| telephone.account.user.clone());
                bail!("{user}: not within {limit:?}: {what}; its call is {:?}", self.state());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Handset {
    /// Pulls the plug without a word.
    fn drop(&mut self) {
        self.hands.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed.
            drop(thread.join());
        }
    }
}

impl Hands {
    fn work(&self) {
        let mut buffer = [0; 16_384];
        while !self.stop.load(Ordering::Relaxed) {
            // A wait that is over, and an exchange that is gone, are both no news.
            if let Ok((length, from)) = self.socket.recv_from(&mut buffer)
                && let Some(bytes) = buffer.get(..length)
            {
                self.with(|telephone, now| telephone.receive(now, from, bytes.to_vec()));
            }
            self.with(|telephone, now| {
                if telephone.deadline().is_some_and(|at| at <= now) {
                    telephone.due(now);
                }
                if self.habit == Habit::Answer {
                    telephone.answer(now);
                }
            });
        }
    }

    /// Lets it do something, and sends what comes of it.
    fn with(&self, work: impl FnOnce(&mut Telephone, Instant)) {
        let mut telephone = self.telephone.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        work(&mut telephone, now);
        while let Some(datagram) = telephone.poll(now) {
            // What is lost is sent again.
            drop(self.socket.send_to(&datagram.bytes, datagram.to));
        }
    }

    fn look<T>(&self, at: impl FnOnce(&Telephone) -> T) -> T {
        at(&self.telephone.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
