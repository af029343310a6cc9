//! The seam between what serves the web and keeps settings, and what carries calls.
//!
//! Calls run behind [`Runtime`]: it takes commands and changed directories. In the other direction
//! it is given [`Services`] when it starts: it reads companies, checks digests against their
//! devices, tells the [`Hub`] what happens and hands call records to the store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pbx::exchange::{Actor, CommandError, Done, Foresight, Supposition, Verb};
use pbx_api::CompanyId;

use crate::companies::{Changed, Companies};
use crate::config::Config;
use crate::events::Hub;
use crate::metrics::{Held, Metrics};

/// What carries calls.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Has a command carried out; returns when it is done or has failed.
    ///
    /// # Errors
    /// What the exchange answers; [`CommandError::Draining`] also when nothing carries calls.
    async fn command(&self, company: CompanyId, by: Actor, verb: Verb) -> Result<Done, CommandError>;

    /// What would happen if somebody made this call.
    ///
    /// # Errors
    /// [`CommandError::Draining`] when nothing carries calls.
    async fn foresee(&self, company: CompanyId, call: Supposition) -> Result<Foresight, CommandError>;

    /// A company changed, is new or is gone. Called in the order of the changes; must not block.
    fn changed(&self, changed: &Changed);

    /// Whether telephones can register and call.
    fn ready(&self) -> bool;

    /// Returns once what calls have left behind so far can be read from the store, or after a second: whoever asks for
    /// the latest calls must not miss the one that has just ended.
    async fn written(&self) {}

    /// What the signalling holds at this moment.
    async fn held(&self) -> Held {
        Held::default()
    }

    /// Takes no new calls, lets those that run end by themselves for at most this long, then ends
    /// the rest with a reason. Returns when the last one is gone and its record handed over.
    async fn drain(&self, patience: Duration);
}

/// What the runtime may use of the rest of the server.
#[derive(Debug, Clone)]
pub struct Services {
    /// How the server is set.
    pub config: Arc<Config>,
    /// Companies with their directories and devices; their store takes call records and memory.
    pub companies: Arc<Companies>,
    /// Who must hear what happens.
    pub hub: Arc<Hub>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// A server that carries no calls: settings can be seen and changed while telephones stay away, such as
/// on a copy of the database.
#[derive(Debug, Clone, Copy)]
pub struct WithoutCalls;

#[async_trait]
impl Runtime for WithoutCalls {
    async fn command(&self, _: CompanyId, _: Actor, _: Verb) -> Result<Done, CommandError> {
        Err(CommandError::Draining)
    }

    async fn foresee(&self, _: CompanyId, _: Supposition) -> Result<Foresight, CommandError> {
        Err(CommandError::Draining)
    }

    fn changed(&self, _: &Changed) {}

    fn ready(&self) -> bool {
        false
    }

    async fn drain(&self, _: Duration) {}
}
