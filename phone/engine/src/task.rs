//! The one task that owns the phone: takes words and bytes in order, carries out what comes of them.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use audio::voice::VoiceSettings;
use audio_net::{Latching, MediaLoop, PortPool, Remote, StreamId};
use phone::view::{
    self, CommandOutcome, Desktop, Instruction, Moment, ProblemCode, Sample, SoundSettings, Update,
};
use phone::{
    Alert, Effect, Input, Kept, MediaEffect, MediaFact, MediaPort, Phone, Roster, Settings, WebFact,
};
use sip::endpoint::{self, Flow, ResolveId};
use sip_net::{Arriving, Resolver, SystemNames, Transport};
use tokio::sync::{mpsc, oneshot};

use crate::devices::Devices;
use crate::engine::{Listener, Reply};
use crate::host::{Host, HostError};
use crate::media::{Message, SOUNDS};
use crate::memory::Memory;
use crate::web::Web;

/// How often the phone is told the wall clock.
const MINUTE: Duration = Duration::from_secs(60);
/// How long farewells may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Packets of the same address that convince us where a peer behind an address translator is.
const LOCK_AFTER: u16 = 10;

/// Everything that the task is told by others than the network.
pub(crate) enum Word {
    /// Somebody wants something.
    Instruction(Instruction, Reply),
    /// A window wants to be kept up to date.
    Subscribe(Listener),
    /// Something is known about sound.
    Fact(MediaFact),
    /// Something went wrong with devices.
    Trouble(ProblemCode),
    /// It goes well again.
    Mended(ProblemCode),
    /// These devices can be chosen.
    Devices(view::Devices),
    /// What the desktop can do.
    Desktop(Box<Desktop>),
    /// This computer slept, or its way to the network changed.
    Moved,
    /// A sample has sounded.
    Sounded(Sample),
    /// Something happened on the web.
    Web(WebFact),
    /// Where a destination is.
    Found { id: ResolveId, flow: Option<Flow> },
    /// End; answer when everything is closed.
    Stop(oneshot::Sender<()>),
}

/// What the task carries things out with.
pub(crate) struct Parts {
    pub(crate) transport: Transport,
    pub(crate) media: MediaLoop<Message>,
    pub(crate) pool: PortPool,
    pub(crate) devices: Devices,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) web: Web,
    pub(crate) memory: Memory,
    /// Whether what the microphone hears is cleaned at all.
    pub(crate) cleans: bool,
    /// Our address for peers, as far as it is known before anything was sent.
    pub(crate) address: IpAddr,
}

/// The task.
pub(crate) struct Task {
    phone: Phone,
    parts: Parts,
    resolver: Arc<Resolver>,
    words: mpsc::WeakUnboundedSender<Word>,
    streams: BTreeMap<u32, StreamId>,
    opened: u32,
    listeners: Vec<Listener>,
    replies: BTreeMap<u32, (u32, Reply)>,
    given: u32,
    ending: Option<(Option<oneshot::Sender<()>>, Instant)>,
}

impl Task {
    pub(crate) fn new(
        settings: Settings,
        beginning: Option<Input>,
        parts: Parts,
        words: mpsc::WeakUnboundedSender<Word>,
    ) -> Self {
        let mut task = Self {
            phone: Phone::new(Instant::now(), wall(), settings, rand::random()),
            parts,
            resolver: Arc::new(Resolver::new(Box::new(SystemNames))),
            words,
            streams: BTreeMap::new(),
            opened: 0,
            listeners: Vec::new(),
            replies: BTreeMap::new(),
            given: 0,
            ending: None,
        };
        let kept = task.parts.memory.kept();
        task.tell(Input::Kept(Box::new(kept)));
        if let Some(beginning) = beginning {
            task.tell(beginning);
        }
        task
    }

    /// Runs until it is told to stop, or nobody is left to speak to it.
    pub(crate) async fn run(mut self, mut arriving: Arriving, mut told: mpsc::UnboundedReceiver<Word>) {
        let mut minute = tokio::time::interval(MINUTE);
        let mut deserted = false;
        while !self.has_ended() {
            let due =
                [self.phone.deadline(), self.ending.as_ref().map(|(_, by)| *by)].into_iter().flatten().min();
            let sleep = async move {
                match due {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                word = told.recv(), if !deserted => match word {
                    Some(word) => self.word(word),
                    None => {
                        deserted = true;
                        self.stop(None);
                    }
                },
                event = arriving.recv() => match event {
                    Some(event) => self.network(event),
                    None => return,
                },
                () = sleep => self.tell(Input::Timeout),
                _ = minute.tick() => self.tell(Input::WallClock(wall())),
            }
        }
        self.close();
    }

    fn has_ended(&self) -> bool {
        let over = |by: Instant| self.phone.is_idle() || Instant::now() >= by;
        self.ending.as_ref().is_some_and(|(_, by)| over(*by))
    }

    fn stop(&mut self, ended: Option<oneshot::Sender<()>>) {
        self.ending = Some((ended, Instant::now() + PATIENCE));
        self.tell(Input::Stop);
    }

    /// Closes everything, the media thread before the devices it uses, and says so.
    fn close(self) {
        let Parts { transport, media, devices, .. } = self.parts;
        transport.shut_down();
        drop(media);
        drop(devices);
        if let Some(ended) = self.ending.and_then(|(ended, _)| ended) {
            // Whoever asked may have gone.
            let _ = ended.send(());
        }
    }

    fn network(&mut self, event: sip_net::Event) {
        let input = match event {
            sip_net::Event::Received { flow, bytes } => endpoint::Input::Received { flow, bytes },
            sip_net::Event::Closed(flow) => endpoint::Input::FlowClosed(flow),
            sip_net::Event::SendFailed(flow) => endpoint::Input::SendFailed(flow),
            // That an exchange is away is heard from the registration, which is then made anew. A lamp that came back
            // sooner would tell of an exchange that does not know this telephone any more.
            sip_net::Event::Unreachable { .. } => return,
        };
        self.tell(Input::Endpoint(input));
    }

    fn word(&mut self, word: Word) {
        match word {
            Word::Instruction(instruction, reply) => {
                // Numbers are unique per window only.
                self.given = self.given.wrapping_add(1);
                self.replies.insert(self.given, (instruction.id, reply));
                self.tell(Input::Instruction(Instruction { id: self.given, ..instruction }));
            }
            Word::Subscribe(mut listener) => {
                if listener(self.phone.snapshot()) {
                    self.listeners.push(listener);
                }
            }
            Word::Fact(fact) => self.tell(Input::Media(fact)),
            Word::Web(fact) => self.tell(Input::Web(fact)),
            Word::Trouble(code) => self.tell(Input::Trouble(code)),
            Word::Mended(code) => self.tell(Input::Mended(code)),
            Word::Devices(devices) => self.tell(Input::Devices(devices)),
            Word::Desktop(desktop) => self.tell(Input::Desktop(desktop)),
            Word::Moved => {
                // The wall clock ran on meanwhile.
                self.tell(Input::WallClock(wall()));
                self.tell(Input::Moved);
            }
            Word::Sounded(sample) => self.parts.devices.sound(sample, false),
            Word::Found { id, flow } => self.tell(Input::Endpoint(endpoint::Input::Resolved { id, flow })),
            Word::Stop(ended) => self.stop(Some(ended)),
        }
    }

    fn tell(&mut self, input: Input) {
        self.phone.handle(Instant::now(), input);
        self.carry_out_all();
    }

    fn carry_out_all(&mut self) {
        while let Some(effect) = self.phone.poll() {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send { flow, bytes } => self.parts.transport.send(flow, &bytes),
            Effect::Close(flow) => self.parts.transport.close(flow),
            Effect::Resolve { id, destination, attempt } => {
                let (transport, resolver) = (self.parts.transport.clone(), Arc::clone(&self.resolver));
                let words = self.words.clone();
                tokio::spawn(async move {
                    let flow = transport.resolve(&resolver, &destination, attempt).await;
                    if let Some(words) = words.upgrade() {
                        drop(words.send(Word::Found { id, flow }));
                    }
                });
            }
            Effect::OpenPorts(count) => self.open_ports(count),
            Effect::Media(media) => self.media(media),
            Effect::Alert(alert) => {
                let pattern = match alert {
                    Alert::Ringing(pattern) => Some(pattern),
                    Alert::Quiet => None,
                };
                self.parts.devices.ring(pattern.is_some());
                self.parts.media.tell(Message::Ring(pattern));
            }
            Effect::Update(update) => self.publish(&update),
            Effect::Outcome(CommandOutcome { id, result }) => {
                if let Some((id, reply)) = self.replies.remove(&id) {
                    reply(CommandOutcome { id, result });
                }
            }
            Effect::Keep(kept) => self.keep(*kept),
            Effect::Sound(sound) => self.sound(&sound),
            Effect::TryMicrophone(on) => {
                self.parts.devices.try_microphone(on);
                self.parts.media.tell(Message::Meter(on));
            }
            Effect::TrySound(sample) => self.try_sound(sample),
            Effect::Web(effect) => self.parts.web.carry_out(effect),
            Effect::Remember(roster) => self.remember(&roster),
            Effect::KeepSecret { account, secret } => {
                self.lend(move |host| host.keep_secret(&account, &secret))
            }
            Effect::ForgetSecret { account } => self.lend(move |host| host.forget_secret(&account)),
        }
    }

    /// The desktop may take its time; the phone does not wait for it.
    fn lend(&self, ask: impl FnOnce(&dyn Host) -> Result<(), HostError> + Send + 'static) {
        let host = Arc::clone(&self.parts.host);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = ask(&*host) {
                tracing::warn!(%error, "the desktop does not help");
            }
        });
    }

    fn remember(&self, roster: &Roster) {
        // Here and now: two quick changes must not overtake each other, and the file is small.
        if let Err(error) = self.parts.memory.remember(roster) {
            tracing::warn!(%error, "who is signed in is not remembered");
        }
    }

    fn keep(&self, kept: Kept) {
        // Here and now, for the same reason.
        if let Err(error) = self.parts.memory.keep(&kept) {
            tracing::warn!(%error, "the settings are not kept");
        }
    }

    fn sound(&self, sound: &SoundSettings) {
        self.parts.devices.choose(sound);
        let voice = VoiceSettings {
            cancels_echo: sound.cancels_echo,
            suppresses_noise: sound.suppresses_noise,
            controls_gain: sound.levels_voice,
        };
        let voice = self.parts.cleans.then_some(voice);
        let (speaker, ringer) = (sound.speaker_volume, sound.ringer_volume);
        self.parts.media.tell(Message::Sound { voice, speaker, ringer });
    }

    fn try_sound(&mut self, sample: Sample) {
        self.parts.devices.sound(sample, true);
        self.parts.media.tell(Message::Sample(sample));
        let words = self.words.clone();
        tokio::spawn(async move {
            tokio::time::sleep(2 * SOUNDS).await;
            if let Some(words) = words.upgrade() {
                drop(words.send(Word::Sounded(sample)));
            }
        });
    }

    fn publish(&mut self, update: &Update) {
        self.listeners.retain_mut(|listener| listener(update.clone()));
    }

    /// Opening a socket takes microseconds; done here, the ports are there before the next call.
    fn open_ports(&mut self, count: u32) {
        let mut ports = Vec::new();
        for _ in 0..count {
            match self.parts.media.open(&self.parts.pool) {
                Ok((stream, socket)) => {
                    self.opened = self.opened.wrapping_add(1) & ((1 << 29) - 1);
                    let address = SocketAddr::new(self.parts.address, socket.port());
                    self.streams.insert(self.opened, stream);
                    ports.push(MediaPort { id: self.opened, address });
                }
                Err(error) => {
                    tracing::error!(%error, "no port for speech");
                    break;
                }
            }
        }
        // Its effects are drained by the loop that asked for the ports.
        self.phone.handle(Instant::now(), Input::PortsOpened(ports));
    }

    fn media(&mut self, media: MediaEffect) {
        match media {
            MediaEffect::Leg { port, remote, remote_reports, signaller, settings } => {
                let Some(stream) = self.streams.get(&port.id).copied() else { return };
                let latching = Latching::Learn { signaller, lock_after: LOCK_AFTER };
                let remote = Remote { rtp: remote, rtcp: Some(remote_reports), latching };
                self.parts.media.aim(stream, remote);
                self.parts.media.tell(Message::Leg { leg: port.id, stream, settings });
            }
            MediaEffect::Gone { port } => {
                self.parts.media.tell(Message::Gone { leg: port.id });
                if let Some(stream) = self.streams.remove(&port.id) {
                    self.parts.media.remove(stream);
                }
            }
            MediaEffect::Plan(plan) => {
                let hears = !plan.listeners.is_empty();
                let speaks =
                    plan.sources.iter().any(|(_, source)| *source == audio::session::Source::Microphone);
                self.parts.media.tell(Message::Plan(plan));
                if let Some(code) = self.parts.devices.need(speaks, hears) {
                    // Its effects are drained by the loop that stated the plan.
                    self.phone.handle(Instant::now(), Input::Trouble(code));
                }
            }
            MediaEffect::Digits { port, digits } => {
                self.parts.media.tell(Message::Digits { leg: port.id, digits });
            }
        }
    }
}

fn wall() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
