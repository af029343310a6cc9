//! What every part of an endpoint shares: time, randomness, effects, timers and transactions.

mod clients;
mod servers;
mod strangers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::Sha256;

pub(super) use clients::{ClientOwner, InCall, Reply, Way};
pub(super) use servers::Arrival;

use super::command::{CallKey, Content, IncomingKey, RegistrationKey, ResolveId, Status, SubscriptionKey};
use super::config::Config;
use super::event::{Effect, Event};
use super::flow::Flow;
use super::read;
use crate::message::Request;
use crate::timer::Timers;

/// Number of a transaction, client or server.
pub(super) type TransactionId = u64;

/// Whose deadline it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TimerKey {
    Client(TransactionId),
    Server(TransactionId),
    Call(CallKey),
    Subscription(SubscriptionKey),
    Registration(RegistrationKey),
}

/// Who owns a tag that we gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    Call(CallKey),
    Subscription(SubscriptionKey),
}

/// The shared part of an endpoint.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) config: Config,
    pub(super) now: Instant,
    pub(super) timers: Timers<TimerKey>,
    /// Tags that we gave, which are unguessable and unique.
    pub(super) tags: BTreeMap<String, Usage>,
    effects: VecDeque<Effect>,
    random: ChaCha20Rng,
    latest: u64,
    clients: BTreeMap<TransactionId, clients::Record>,
    client_index: BTreeMap<(String, bool), TransactionId>,
    client_flows: BTreeSet<(Flow, TransactionId)>,
    waiting: BTreeMap<ResolveId, clients::Waiting>,
    servers: BTreeMap<TransactionId, servers::Record>,
    server_index: BTreeMap<servers::Key, TransactionId>,
    merged: BTreeMap<String, TransactionId>,
    incoming: BTreeMap<IncomingKey, Incoming>,
    referred: BTreeMap<IncomingKey, CallKey>,
    strangers: strangers::Strangers,
    /// HMAC with the seed: makes the tags of answers that are forgotten at once.
    mac: Hmac<Sha256>,
}

/// A request that waits for the owner.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) server: TransactionId,
    pub(super) call: Option<CallKey>,
    pub(super) request: Arc<Request>,
}

impl Core {
    pub(super) fn new(now: Instant, config: Config, seed: [u8; 32]) -> Self {
        Self {
            config,
            now,
            timers: Timers::default(),
            tags: BTreeMap::new(),
            effects: VecDeque::new(),
            random: ChaCha20Rng::from_seed(seed),
            latest: 0,
            clients: BTreeMap::new(),
            client_index: BTreeMap::new(),
            client_flows: BTreeSet::new(),
            waiting: BTreeMap::new(),
            servers: BTreeMap::new(),
            server_index: BTreeMap::new(),
            merged: BTreeMap::new(),
            incoming: BTreeMap::new(),
            referred: BTreeMap::new(),
            strangers: strangers::Strangers::default(),
            mac: keyed(seed),
        }
    }

    pub(super) fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub(super) fn event(&mut self, event: Event) {
        self.effects.push_back(Effect::Event(event));
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    /// A number that was never given before.
    pub(super) fn fresh(&mut self) -> u64 {
        self.latest += 1;
        self.latest
    }

    /// A number below `bound`, which must not be zero.
    pub(super) fn random_below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound.max(1)
    }

    /// 80 random bits as 16 letters and digits: a tag.
    pub(super) fn token(&mut self) -> String {
        let bits = self.random.next_u64();
        spelt(bits, self.random.next_u64())
    }

    /// A tag that each copy of a request gets again, and nobody else can make (RFC 3261 8.2.7).
    fn tag_for(&self, request: &Request) -> String {
        let mut mac = self.mac.clone();
        for name in ["Via", "From", "Call-ID", "CSeq"] {
            mac.update(read::value(request, name).unwrap_or_default().as_bytes());
            mac.update(&[0]);
        }
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let mut halves = whole
            .chunks_exact(8)
            .map(|chunk| chunk.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)));
        spelt(halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
    }

    /// A tag of ours, entered for its user.
    pub(super) fn new_tag(&mut self, usage: Usage) -> String {
        let tag = self.token();
        self.tags.insert(tag.clone(), usage);
        tag
    }

    /// Gives a request to the owner, who answers it.
    pub(super) fn hand_over(
        &mut self,
        server: TransactionId,
        call: Option<CallKey>,
        flow: Flow,
        request: &Arc<Request>,
    ) {
        let key = IncomingKey(self.fresh() | IncomingKey::OURS);
        self.incoming.insert(key, Incoming { server, call, request: Arc::clone(request) });
        self.event(Event::Request { request: key, call, flow, message: Arc::clone(request) });
    }

    /// Which call an accepted REFER came in; forgotten with the last report.
    pub(super) fn referred_call(&mut self, key: IncomingKey, last: bool) -> Option<CallKey> {
        if last { self.referred.remove(&key) } else { self.referred.get(&key).copied() }
    }

    /// Remembers which call an accepted REFER came in.
    pub(super) fn note_referred(&mut self, key: IncomingKey, call: CallKey) {
        self.referred.insert(key, call);
    }

    /// Forgets a REFER whose call is over.
    pub(super) fn forget_referred(&mut self, key: IncomingKey) {
        self.referred.remove(&key);
    }

    /// A provisional response to a request that the owner will answer later.
    pub(super) fn respond_provisionally(&mut self, key: IncomingKey, status: &Status, content: &Content) {
        if let Some(server) = self.incoming.get(&key).map(|incoming| incoming.server) {
            self.respond(server, status, &[], content);
        }
    }

    /// Takes a request that the owner answers now.
    pub(super) fn take_incoming(&mut self, key: IncomingKey) -> Option<Incoming> {
        self.incoming.remove(&key)
    }

    /// Transactions in progress: (client, server).
    pub(super) fn transactions(&self) -> (usize, usize) {
        (self.clients.len() + self.waiting.len(), self.servers.len())
    }
}

/// 40 bits of each as 16 letters and digits.
fn spelt(mut bits: u64, mut more: u64) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut token = String::with_capacity(16);
    for position in 0..16 {
        let source = if position < 8 { &mut bits } else { &mut more };
        let index = usize::try_from(*source & 31).unwrap_or_default();
        token.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'a')));
        *source >>= 5;
    }
    token
}

/// The key padded to a block, as RFC 2104 pads it.
fn keyed(seed: [u8; 32]) -> Hmac<Sha256> {
    let mut key = [0; 64];
    for (to, from) in key.iter_mut().zip(seed) {
        *to = from;
    }
    Hmac::new(&key.into())
}
