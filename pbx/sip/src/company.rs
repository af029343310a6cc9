//! One company's signalling: its exchange, its telephones and trunks, and who watches whom.
//!
//! Events of the endpoint come in through `incoming.rs`, `within.rs`, `registering.rs`, `watching.rs` and
//! `keys.rs`; effects of the exchange go out through `outgoing.rs`.

mod conferences;
mod incoming;
mod keys;
mod outgoing;
mod providers;
mod registering;
mod transferring;
mod watching;
mod within;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use pbx::directory::{Directory, TrunkId};
use pbx::exchange::{self, Exchange};
use pbx_api::{CompanyId, LegId};
use sip::endpoint::{CallKey, Flow};
use sip::message::Request;

use crate::effect::Effect;
use crate::input::{Opening, Secrets};
use crate::legs::Legs;
use crate::presence::Watchers;
use crate::proof::{People, Proof, Verdict};
use crate::registrar::Registrar;
use crate::switch::Desk;

use providers::Providers;

/// One company.
#[derive(Debug)]
pub(crate) struct Company {
    id: CompanyId,
    exchange: Exchange,
    directory: Arc<Directory>,
    proof: Proof,
    registrar: Registrar,
    providers: Providers,
    legs: Legs,
    watchers: Watchers,
}

/// How much a company holds; for metrics, and for tests that nothing is left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Contacts that are registered.
    pub contacts: usize,
    /// Legs that are open.
    pub legs: usize,
    /// Subscriptions to states.
    pub watchers: usize,
}

impl Company {
    /// Opens a company: its providers are registered at from now on.
    pub(crate) fn open(desk: &mut Desk, opening: Opening) -> Self {
        let Opening { company, wall, directory, memory, last_call, secrets, seed, guessing } = opening;
        let mut opened = Self {
            id: company,
            exchange: Exchange::new(desk.now, wall, directory.clone(), memory),
            proof: Proof::new(desk.now, &directory.company().domain, seed, guessing),
            registrar: Registrar::default(),
            providers: Providers::default(),
            legs: Legs::default(),
            watchers: Watchers::default(),
            directory,
        };
        if let Some(last) = last_call {
            opened.exchange.number_after(last);
        }
        opened.proof.set_secrets(secrets);
        opened.sign_in_at_providers(desk);
        opened
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts { contacts: self.registrar.len(), legs: self.legs.len(), watchers: self.watchers.len() }
    }

    /// By which the endpoint knows a leg.
    pub(crate) fn key_of(&self, leg: LegId) -> Option<CallKey> {
        self.legs.get(leg).map(|leg| leg.key)
    }

    /// Follows new secrets. What a telephone proved with an old one is over at once: nobody calls or watches
    /// with an account that was taken away. The new directory, which comes next, signs in at providers anew.
    pub(crate) fn set_secrets(&mut self, desk: &mut Desk, secrets: Secrets) {
        let (accounts, credentials) = self.proof.set_secrets(secrets);
        self.revoke(desk, &accounts);
        self.end_watching(desk, &accounts);
        self.sign_out_with(desk, &credentials);
    }

    /// Leaves the providers; its calls were ended before.
    pub(crate) fn close(mut self, desk: &mut Desk) {
        self.leave_providers(desk);
    }

    pub(crate) fn set_trunk_addresses(&mut self, trunk: TrunkId, addresses: BTreeSet<IpAddr>) {
        self.providers.set_addresses(trunk, addresses);
    }

    /// Follows a new directory: the exchange is told beside this.
    pub(crate) fn set_directory(&mut self, desk: &mut Desk, directory: Arc<Directory>) {
        self.directory = directory;
        self.proof.set_realm(desk.now, &self.directory.company().domain);
        self.sign_in_at_providers(desk);
        self.renew_lists(desk);
    }

    /// When a registration expires or the exchange is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.registrar.deadline().into_iter().chain(self.exchange.deadline()).min()
    }

    /// Lets the exchange take a fact, and does what it wants.
    pub(crate) fn handle(&mut self, desk: &mut Desk, input: exchange::Input) {
        self.exchange.handle(desk.now, input);
        while let Some(effect) = self.exchange.poll() {
            self.effect(desk, effect);
        }
    }

    /// Who sent a request, as far as it proves that.
    fn prove(&mut self, now: Instant, request: &Request, flow: Flow) -> Verdict {
        let people = People { directory: &self.directory, registrar: &self.registrar };
        self.proof.of(now, request, flow, people)
    }

    fn domain(&self) -> &str {
        &self.directory.company().domain
    }

    /// What the owner must do or know; no affair of the signalling.
    fn pass_on(&self, desk: &mut Desk, effect: exchange::Effect) {
        desk.out.push_back(Effect::Exchange { company: self.id, effect: Box::new(effect) });
    }
}
