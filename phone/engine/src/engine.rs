//! A running phone, held from outside.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

use audio_net::{MediaLoop, PortError, PortPool, PortRange};
use phone::view::{CommandOutcome, Desktop, Instruction, Secret, Update};
use phone::{Entrance, Input, Known, Remembered, Roster, WebAddress};
use sip_net::{BindError, Protocol, Transport, Trust};
use tokio::sync::{mpsc, oneshot};

use crate::config::Config;
use crate::devices::{DeviceWord, Devices};
use crate::host::Host;
use crate::media::Media;
use crate::memory::Memory;
use crate::task::{Parts, Task, Word};
use crate::web::{Web, read_authority};

/// Takes the outcome of one instruction.
pub type Reply = Box<dyn FnOnce(CommandOutcome) + Send>;

/// Takes updates in order; returns whether it wants more.
pub type Listener = Box<dyn FnMut(Update) -> bool + Send>;

/// Ports of speech; below those that systems give away by themselves.
const SPEECH: (u16, u16) = (16_384, 32_767);

/// A running phone; clones speak to the same one. It runs until [`Engine::shut_down`], or until the last
/// clone is dropped.
#[derive(Debug, Clone)]
pub struct Engine {
    words: mpsc::UnboundedSender<Word>,
    listening: Arc<[(Protocol, SocketAddr)]>,
}

/// Why a phone cannot run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The SIP socket.
    #[error("open the SIP socket")]
    Sip(#[from] BindError),
    /// The sockets for speech.
    #[error("set the ports for speech")]
    Ports(#[from] PortError),
    /// A thread for sound.
    #[error("start the threads for sound")]
    Thread(#[from] std::io::Error),
    /// The certificate of the authority that is to be trusted.
    #[error("read the certificate of the authority: {0}")]
    Authority(#[source] std::io::Error),
}

impl Engine {
    /// Opens sockets and devices and begins. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]; nothing stays open then.
    pub async fn start(mut config: Config, host: Arc<dyn Host>) -> Result<Self, StartError> {
        let (words, told) = mpsc::unbounded_channel();
        let memory = Memory::new(config.folder.take());
        let web = web(&config, memory.clone(), words.downgrade())?;
        let (transport, arriving) = Transport::bind(sockets(&config)).await?;
        let range = PortRange::new(config.bind, SPEECH.0, SPEECH.1);
        let pool = PortPool::new(range, rand::random())?;
        let devices_say = words.downgrade();
        let (devices, duplex, ringer) = Devices::open(&config.microphone, &config.speaker, move |word| {
            if let Some(words) = devices_say.upgrade() {
                drop(words.send(match word {
                    DeviceWord::Trouble(code) => Word::Trouble(code),
                    DeviceWord::Mended(code) => Word::Mended(code),
                    DeviceWord::Listed(devices) => Word::Devices(devices),
                }));
            }
        })?;
        let facts = words.downgrade();
        let report = Box::new(move |fact| {
            if let Some(words) = facts.upgrade() {
                drop(words.send(Word::Fact(fact)));
            }
        });
        let cleans = config.cleaning.applies_to(&config.microphone);
        let handler = Media::new(duplex, ringer, rand::random(), report);
        let media = MediaLoop::start("media", handler)?;
        let bound = Some(config.bind).filter(|address| !address.is_unspecified());
        config.settings.media_address = config.settings.media_address.or(bound);
        let address = config.settings.media_address.or_else(outward_address);
        let beginning = beginning(&mut config, &memory, &host).await;
        let listening = transport.listening().into();
        let parts = Parts {
            transport,
            media,
            pool,
            devices,
            host,
            web,
            memory,
            cleans,
            address: address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        };
        let task = Task::new(config.settings, beginning, parts, words.downgrade());
        tokio::spawn(task.run(arriving, told));
        Ok(Self { words, listening })
    }

    /// Where it listens for SIP, with the port that was picked.
    #[must_use]
    pub fn listening(&self) -> &[(Protocol, SocketAddr)] {
        &self.listening
    }

    /// Does what is asked and reports the outcome exactly once, unless the phone ends before. Returns at once.
    pub fn perform(&self, instruction: Instruction, reply: Reply) {
        // A phone that has ended answers nobody.
        drop(self.words.send(Word::Instruction(instruction, reply)));
    }

    /// Sends the snapshot and then every update to `listener`, until it wants no more. Returns at once.
    pub fn subscribe(&self, listener: Listener) {
        drop(self.words.send(Word::Subscribe(listener)));
    }

    /// States what the desktop can do. Returns at once.
    pub fn desktop(&self, desktop: Desktop) {
        drop(self.words.send(Word::Desktop(Box::new(desktop))));
    }

    /// Says that this computer slept, or that its way to the network changed. Returns at once.
    pub fn moved(&self) {
        drop(self.words.send(Word::Moved));
    }

    /// Ends all calls, leaves the exchange and closes every device; recordings are complete afterwards.
    /// Takes 2 s at most when the exchange does not answer.
    pub async fn shut_down(&self) {
        let (ended, end) = oneshot::channel();
        if self.words.send(Word::Stop(ended)).is_ok() {
            // An error means that the task has ended, which is what we wait for.
            drop(end.await);
        }
    }
}

fn sockets(config: &Config) -> sip_net::Config {
    let at = vec![SocketAddr::new(config.bind, config.port)];
    let (udp, tcp) = match config.settings.transport {
        Protocol::Tcp | Protocol::Tls => (Vec::new(), at),
        Protocol::Udp | Protocol::Ws | Protocol::Wss => (at, Vec::new()),
    };
    sip_net::Config { udp, tcp, trust: Trust::Nobody, ..sip_net::Config::default() }
}

/// The web side, trusting the authority that needs no confirmation.
fn web(config: &Config, memory: Memory, words: mpsc::WeakUnboundedSender<Word>) -> Result<Web, StartError> {
    let web = Web::new(memory, words);
    let server = config.entrance.as_ref().and_then(|entrance| WebAddress::parse(&entrance.server));
    if let (Some(file), Some(server)) = (&config.authority, server) {
        web.trust().accept(server, read_authority(file).map_err(StartError::Authority)?);
    }
    Ok(web)
}

/// With what the phone begins: an account, an entrance, or whoever was signed in.
async fn beginning(config: &mut Config, memory: &Memory, host: &Arc<dyn Host>) -> Option<Input> {
    if let Some(mut account) = config.account.take() {
        if account.password.is_none() {
            account.password = kept_secret(host, account.address()).await;
        }
        return Some(Input::SignIn(Box::new(account)));
    }
    let Roster { accounts, active } = match config.entrance.take() {
        Some(entrance) if entrance.secret.is_some() => return Some(Input::Enter(Box::new(entrance))),
        Some(Entrance { server, user, .. }) => {
            Roster { active: user.clone(), accounts: vec![Known { server, user }] }
        }
        None => memory.roster()?,
    };
    let mut entrances = Vec::new();
    for Known { server, user } in accounts {
        let secret = kept_secret(host, user.clone()).await;
        entrances.push(Entrance { server, user, secret });
    }
    Some(Input::Remembered(Remembered { entrances, active }))
}

async fn kept_secret(host: &Arc<dyn Host>, account: String) -> Option<Secret> {
    let host = Arc::clone(host);
    let asked = tokio::task::spawn_blocking(move || host.secret(&account)).await.ok()?;
    asked.inspect_err(|error| tracing::warn!(%error, "no password from the key store")).ok().flatten()
}

/// Connecting a datagram socket sends nothing; it only asks which way leads out.
fn outward_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_unspecified())
}
