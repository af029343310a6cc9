//! What the signalling is told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use pbx::directory::{CredentialsRef, Directory, SubscriberId, TrunkId};
use pbx::memory::Memory;
use pbx_api::{CallId, CompanyId, DeviceId};
use sip::digest::Ha1;
use sip::endpoint;

use crate::guard::GuessingLimits;
use crate::ports::MediaPort;

/// Everything the signalling can be told.
#[derive(Debug)]
pub enum Input {
    /// For the SIP endpoint: bytes that arrived, flows that closed, answers about destinations.
    Endpoint(endpoint::Input),
    /// For a company's exchange: commands, media events, confirmations, a new directory.
    Exchange(CompanyId, pbx::exchange::Input),
    /// A deadline came.
    Timeout,
    /// Media ports that were asked for are open; fewer than asked for, or none, where the system has no more.
    PortsOpened(Vec<MediaPort>),
    /// Serve a company from now on.
    Open(Box<Opening>),
    /// Serve a company no more: its calls end, nobody registers or is rung there.
    Close(CompanyId),
    /// A company's secrets changed; its directory follows with [`pbx::exchange::Input::DirectoryChanged`].
    Secrets(CompanyId, Secrets),
    /// The addresses that a provider's name stands for; calls from there are the provider's.
    TrunkAddresses {
        /// Whose provider.
        company: CompanyId,
        /// Which trunk.
        trunk: TrunkId,
        /// All of its addresses, each time.
        addresses: BTreeSet<IpAddr>,
    },
}

/// What it takes to serve a company.
#[derive(Debug)]
pub struct Opening {
    /// Its number.
    pub company: CompanyId,
    /// The wall clock.
    pub wall: Timestamp,
    /// Who has which number and which services.
    pub directory: Arc<Directory>,
    /// What is remembered.
    pub memory: Memory,
    /// The highest number of a call that was kept, if any was.
    pub last_call: Option<CallId>,
    /// The secrets that its directory names.
    pub secrets: Secrets,
    /// Unguessable bytes for nonces.
    pub seed: [u8; 32],
    /// How patient it is with wrong passwords.
    pub guessing: GuessingLimits,
}

/// What telephones prove that they know, and what we must know ourselves.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// The accounts of telephones, by user name in lower case.
    pub telephones: BTreeMap<String, Telephone>,
    /// The passwords at providers, by the names that the directory gives them.
    pub providers: BTreeMap<CredentialsRef, String>,
}

/// The account with which a telephone signs in.
#[derive(Debug, Clone)]
pub struct Telephone {
    /// Its number; below 2^31.
    pub device: DeviceId,
    /// Whose it is.
    pub subscriber: SubscriberId,
    /// Whether calls ring there.
    pub rings: bool,
    /// The hashed secret.
    pub ha1: Ha1,
}
