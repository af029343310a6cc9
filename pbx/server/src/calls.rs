//! What carries calls: sockets, the signalling machine, the media thread, and the way to the store.
//!
//! One task owns the [`Switch`](pbx_sip::Switch): everything that happens becomes a word to it, in order.
//! Sound runs on a thread of its own and never waits for this task.

mod alarm;
mod library;
mod media;
mod own_sounds;
mod plan;
mod signalling;
mod sounds;
mod views;
mod writer;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use audio::Clip;
use audio_net::{MediaLoop, PortPool, PortRange};
use pbx::directory::TrunkId;
use pbx::exchange::{Actor, CommandError, Done, Foresight, StoreId, Supposition, Verb};
use pbx_api::CompanyId;
use sip::endpoint::{Flow, ResolveId};
use sip_net::{Resolver, SystemNames, TlsServer, Transport, Trust};
use tokio::sync::{mpsc, oneshot};

use crate::authority::Identity;
use crate::companies::Changed;
use crate::config::Config;
use crate::metrics::Held;
use crate::runtime::{Runtime, Services};

use library::Library;
use media::{Media, Report};
use signalling::{Signalling, Sound};
use sounds::Sounds;

/// Calls, from the outside.
#[derive(Debug)]
pub struct Calls {
    words: mpsc::UnboundedSender<Word>,
    ready: Arc<AtomicBool>,
}

/// Everything that the signalling task is told by others than the network.
#[derive(Debug)]
enum Word {
    /// Somebody wants something done with calls.
    Command { company: CompanyId, by: Actor, verb: Verb, reply: oneshot::Sender<Result<Done, CommandError>> },
    /// Somebody wants to know what would happen.
    Foresee { company: CompanyId, call: Supposition, reply: oneshot::Sender<Option<Foresight>> },
    /// A company changed.
    Changed(Changed),
    /// Something happened to sound.
    Media(Report),
    /// A setting that somebody dialled is durable, or could not be kept.
    Kept { company: CompanyId, id: StoreId, durable: bool },
    /// A sound of a company was read, or could not be.
    Sound { company: CompanyId, sha256: String, clip: Option<Arc<Clip>> },
    /// Where a destination is.
    Found { id: ResolveId, flow: Option<Flow> },
    /// The addresses of a provider.
    Provider { company: CompanyId, trunk: TrunkId, addresses: BTreeSet<IpAddr> },
    /// Answer when what calls left behind is written.
    Written(oneshot::Sender<()>),
    /// Tell what is held now.
    Held(oneshot::Sender<Held>),
    /// No new calls; answer when the last one is gone.
    Drain(oneshot::Sender<()>),
    /// End every call now.
    Stop,
}

impl Calls {
    /// Opens the sockets and starts the media thread and the signalling task.
    ///
    /// # Errors
    /// When an address is taken, or the system gives no thread; names which.
    pub async fn start(services: Services, identity: &Identity) -> anyhow::Result<Arc<dyn Runtime>> {
        let config = Arc::clone(&services.config);
        let (transport, arriving) =
            Transport::bind(transports(&config, identity)).await.context("Open the SIP ports")?;
        let (words, told) = mpsc::unbounded_channel();
        let sounds = Arc::new(Sounds::load().context("Read the announcements and the music")?);
        let reports = words.clone();
        let report = move |report| drop(reports.send(Word::Media(report)));
        let media =
            MediaLoop::start("media", Media::new(Arc::clone(&sounds), rand::random(), Box::new(report)))
                .context("Start the media thread")?;
        let address = media_address(&config);
        let range = PortRange::new(config.bind, config.rtp.first, config.rtp.last);
        let pool = PortPool::new(range, rand::random()).context("Set the ports for speech")?;
        for (protocol, address) in transport.listening() {
            tracing::info!(?protocol, %address, "SIP");
        }
        let ready = Arc::new(AtomicBool::new(false));
        let resolver = Arc::new(Resolver::new(Box::new(SystemNames)));
        let store = Arc::clone(services.companies.store());
        let library = Library::new(Arc::clone(sounds.music()), store, words.clone());
        let sound = Sound { media, pool, address, library };
        let signalling = Signalling::new(services, transport, resolver, sound, words.clone());
        tokio::spawn(signalling.run(arriving, told, Arc::clone(&ready)));
        Ok(Arc::new(Self { words, ready }))
    }
}

#[async_trait]
impl Runtime for Calls {
    async fn command(&self, company: CompanyId, by: Actor, verb: Verb) -> Result<Done, CommandError> {
        let (reply, answer) = oneshot::channel();
        let asked = self.words.send(Word::Command { company, by, verb, reply });
        asked.map_err(|_| CommandError::Draining)?;
        answer.await.unwrap_or(Err(CommandError::Draining))
    }

    async fn foresee(&self, company: CompanyId, call: Supposition) -> Result<Foresight, CommandError> {
        let (reply, answer) = oneshot::channel();
        let asked = self.words.send(Word::Foresee { company, call, reply });
        asked.map_err(|_| CommandError::Draining)?;
        answer.await.ok().flatten().ok_or(CommandError::Draining)
    }

    fn changed(&self, changed: &Changed) {
        // Without a listener the server is on its way out.
        drop(self.words.send(Word::Changed(changed.clone())));
    }

    fn ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    async fn written(&self) {
        let (done, all_is_written) = oneshot::channel();
        if self.words.send(Word::Written(done)).is_ok() {
            drop(tokio::time::timeout(Duration::from_secs(1), all_is_written).await);
        }
    }

    async fn held(&self) -> Held {
        let (reply, answer) = oneshot::channel();
        if self.words.send(Word::Held(reply)).is_err() {
            return Held::default();
        }
        answer.await.unwrap_or_default()
    }

    async fn drain(&self, patience: Duration) {
        self.ready.store(false, Ordering::Relaxed);
        let (empty, last_is_gone) = oneshot::channel();
        if self.words.send(Word::Drain(empty)).is_err() {
            return;
        }
        let mut last_is_gone = last_is_gone;
        if tokio::time::timeout(patience, &mut last_is_gone).await.is_err() {
            tracing::warn!("calls are still running; they end now");
            drop(self.words.send(Word::Stop));
            // Farewells that nobody answers must not keep the server.
            drop(tokio::time::timeout(Duration::from_secs(3), last_is_gone).await);
        }
    }
}

fn transports(config: &Config, identity: &Identity) -> sip_net::Config {
    let at = |port: Option<u16>| port.map(|port| SocketAddr::new(config.bind, port)).into_iter().collect();
    sip_net::Config {
        udp: at(config.sip.udp),
        tcp: at(config.sip.tcp),
        tls: at(config.sip.tls),
        server: Some(TlsServer::with_config(Arc::clone(&identity.tls))),
        trust: Trust::Nobody,
        limits: sip_net::Limits::default(),
    }
}

/// The address that stands in session descriptions: as set, else the one we listen on, else the one by which
/// this machine reaches the world.
fn media_address(config: &Config) -> IpAddr {
    let bound = Some(config.bind).filter(|address| !address.is_unspecified());
    config.external_address.or(bound).or_else(outward_address).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

/// Connecting a datagram socket sends nothing; it only asks which way leads out.
fn outward_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_unspecified())
}
