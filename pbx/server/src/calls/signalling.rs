//! The one task that owns the signalling: takes words and bytes, carries out what comes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use audio_net::{Latching, MediaLoop, PortPool, Remote, StreamId};
use jiff::Timestamp;
use pbx::directory::{CredentialsRef, Language, TrunkId};
use pbx::exchange::{self, CommandError, CommandId, Done};
use pbx::memory::Memory;
use pbx_api::{Change, CompanyId, Event};
use pbx_sip::{Effect, Input, MediaEffect, MediaPort, Opening, Secrets, Switch, Telephone};
use sip::digest::Ha1;
use sip::endpoint;
use sip_net::{Arriving, Names as _, Resolver, SystemNames, Transport};
use tokio::sync::{mpsc, oneshot};

use super::alarm::Alarm;
use super::library::{Clips, Library, Listener};
use super::media::{Message, Report};
use super::writer::{Leaving, Left};
use super::{Word, views};
use crate::companies::{Changed, Company};
use crate::http::now;
use crate::metrics::Held;
use crate::runtime::Services;
use crate::seen::SeenCall;
use crate::store::Write;

/// How often providers' names are looked up anew, and the exchange follows the wall clock.
const MINUTE: Duration = Duration::from_secs(60);
/// How often it is written down that calls still run: so exact is the end of those that are cut off.
const STILL_HERE: Duration = Duration::from_secs(10);
/// Packets of the same address that convince us where a telephone behind an address translator is.
const LOCK_AFTER: u16 = 10;

/// Everything the task owns.
pub(super) struct Signalling {
    services: Services,
    switch: Switch,
    transport: Transport,
    resolver: Arc<Resolver>,
    sound: Sound,
    streams: BTreeMap<u32, StreamId>,
    opened: u32,
    companies: BTreeSet<CompanyId>,
    commands: BTreeMap<CommandId, oneshot::Sender<Result<Done, CommandError>>>,
    given: u64,
    left: Leaving,
    words: mpsc::UnboundedSender<Word>,
    draining: Option<(oneshot::Sender<()>, BTreeSet<CompanyId>)>,
}

/// Where the sound of calls runs.
pub(super) struct Sound {
    pub(super) media: MediaLoop<Message>,
    pub(super) pool: PortPool,
    /// What stands in session descriptions.
    pub(super) address: IpAddr,
    /// Companies' own sounds.
    pub(super) library: Library,
}

impl Signalling {
    pub(super) fn new(
        services: Services,
        transport: Transport,
        resolver: Arc<Resolver>,
        sound: Sound,
        words: mpsc::UnboundedSender<Word>,
    ) -> Self {
        let config = endpoint::Config {
            product: format!("Balie/{}", env!("CARGO_PKG_VERSION")),
            contact_host: services.config.external_address.map(Into::into),
            ..endpoint::Config::default()
        };
        let store = Arc::clone(services.companies.store());
        let left = Leaving::start(store, Arc::clone(&services.metrics));
        Self {
            switch: Switch::new(Instant::now(), config, rand::random()),
            services,
            transport,
            resolver,
            sound,
            streams: BTreeMap::new(),
            opened: 0,
            companies: BTreeSet::new(),
            commands: BTreeMap::new(),
            given: 0,
            left,
            words,
            draining: None,
        }
    }

    /// Serves until nobody is left to speak to it.
    pub(super) async fn run(
        mut self,
        mut arriving: Arriving,
        mut told: mpsc::UnboundedReceiver<Word>,
        ready: Arc<AtomicBool>,
    ) {
        for company in self.services.companies.all() {
            self.open(&company).await;
        }
        ready.store(true, Ordering::Relaxed);
        let mut minute = tokio::time::interval(MINUTE);
        let mut still_here = tokio::time::interval(STILL_HERE);
        let mut alarm = Alarm::new();
        loop {
            alarm.set(self.switch.deadline());
            tokio::select! {
                biased;
                word = told.recv() => match word {
                    Some(word) => self.word(word).await,
                    None => return,
                },
                event = arriving.recv() => match event {
                    Some(event) => self.network(event),
                    None => return,
                },
                () = &mut alarm => self.tell(Input::Timeout),
                _ = minute.tick() => self.minute(),
                _ = still_here.tick() => self.still_here(),
            }
        }
    }

    fn network(&mut self, event: sip_net::Event) {
        let input = match event {
            sip_net::Event::Received { flow, bytes } => endpoint::Input::Received { flow, bytes },
            sip_net::Event::Closed(flow) => endpoint::Input::FlowClosed(flow),
            sip_net::Event::SendFailed(flow) => endpoint::Input::SendFailed(flow),
            sip_net::Event::Unreachable { flow, branch, closed } => {
                endpoint::Input::Unreachable { flow, branch, closed }
            }
        };
        self.tell(Input::Endpoint(input));
    }

    async fn word(&mut self, word: Word) {
        match word {
            Word::Command { company, by, verb, reply } => {
                self.given += 1;
                let id = CommandId(self.given);
                if !self.companies.contains(&company) {
                    let _ = reply.send(Err(CommandError::Draining));
                    return;
                }
                self.commands.insert(id, reply);
                let command = exchange::Command { id, by, verb };
                self.tell(Input::Exchange(company, exchange::Input::Command(command)));
            }
            Word::Foresee { company, call, reply } => {
                let exchange = self.switch.exchange(company);
                // Whoever asked may have gone.
                drop(reply.send(exchange.map(|exchange| exchange.foresee(&call))));
            }
            Word::Changed(changed) => self.changed(changed).await,
            Word::Media(Report::Event { company, call, event }) => {
                self.tell(Input::Exchange(company, exchange::Input::Media { call, event }));
            }
            Word::Kept { company, id, durable } => {
                let input =
                    if durable { exchange::Input::Stored(id) } else { exchange::Input::NotStored(id) };
                self.tell(Input::Exchange(company, input));
            }
            Word::Sound { company, sha256, clip } => {
                for (listener, clip) in self.sound.library.arrived(company, &sha256, clip) {
                    let Listener { call, name } = listener;
                    self.sound.media.tell(Message::Sound { company, call, name, clip });
                }
            }
            Word::Found { id, flow } => self.tell(Input::Endpoint(endpoint::Input::Resolved { id, flow })),
            Word::Provider { company, trunk, addresses } => {
                self.tell(Input::TrunkAddresses { company, trunk, addresses });
            }
            Word::Written(done) => self.left.send(Left::Read(done)),
            // Whoever asked may have gone.
            Word::Held(reply) => drop(reply.send(self.held())),
            Word::Drain(empty) => self.drain(empty),
            Word::Stop => self.tell_all(&exchange::Input::Stop),
        }
    }

    fn held(&self) -> Held {
        let census = self.switch.census();
        Held {
            dialogs: census.tags,
            transactions: census.client_transactions + census.server_transactions,
            subscriptions: census.subscriptions,
            timers: census.timers,
            streams: self.streams.len(),
        }
    }

    fn drain(&mut self, empty: oneshot::Sender<()>) {
        self.draining = Some((empty, self.companies.clone()));
        self.tell_all(&exchange::Input::Drain);
        self.finish_draining(None);
    }

    fn finish_draining(&mut self, drained: Option<CompanyId>) {
        let Some((_, left)) = &mut self.draining else { return };
        if let Some(company) = drained {
            left.remove(&company);
        }
        if left.is_empty()
            && let Some((empty, _)) = self.draining.take()
        {
            self.left.send(Left::Last(empty));
        }
    }

    fn tell_all(&mut self, input: &exchange::Input) {
        for company in self.companies.clone() {
            self.tell(Input::Exchange(company, input.clone()));
        }
    }

    fn minute(&mut self) {
        self.tell_all(&exchange::Input::WallClock(wall()));
        for company in self.services.companies.all() {
            self.look_up_providers(&company);
        }
    }

    fn still_here(&self) {
        if self.services.hub.totals().0 > 0 {
            self.left.send(Left::Row(Write::Alive(now())));
        }
    }

    async fn changed(&mut self, changed: Changed) {
        self.sound.library.changed(&changed);
        let Some(company) = changed.company else {
            self.tell(Input::Close(changed.id));
            self.companies.remove(&changed.id);
            return;
        };
        if !self.companies.contains(&changed.id) {
            return self.open(&company).await;
        }
        self.tell(Input::Secrets(changed.id, secrets(&company)));
        let directory = exchange::Input::DirectoryChanged(Arc::clone(&company.directory));
        self.tell(Input::Exchange(changed.id, directory));
        self.look_up_providers(&company);
        self.show_newcomers(&company);
    }

    async fn open(&mut self, company: &Arc<Company>) {
        let id = company.id();
        self.companies.insert(id);
        let memory = self.memory(id).await;
        let last_call = self.services.companies.store().last_call(id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the numbers of earlier calls cannot be read");
            None
        });
        let opening = Opening {
            company: id,
            wall: wall(),
            directory: Arc::clone(&company.directory),
            memory,
            last_call,
            secrets: secrets(company),
            seed: rand::random(),
            guessing: self.services.config.guessing.limits(),
        };
        self.sound.library.opened(company);
        self.tell(Input::Open(Box::new(opening)));
        self.look_up_providers(company);
        self.show_newcomers(company);
    }

    async fn memory(&self, company: CompanyId) -> Memory {
        let rows = self.services.companies.store().memory(company).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what was remembered of telephones cannot be read");
            Vec::new()
        });
        let remembered =
            rows.into_iter().filter_map(|(who, json)| Some((who, serde_json::from_str(&json).ok()?)));
        remembered.collect()
    }

    /// Lamps of those of whom nobody has heard yet; the others are told when they change.
    fn show_newcomers(&self, company: &Company) {
        let Some(exchange) = self.switch.exchange(company.id()) else { return };
        let known = self.services.hub.picture(company.id()).presence;
        let known: BTreeSet<u32> = known.iter().map(|presence| presence.subscriber.0).collect();
        for subscriber in company.directory.subscribers().filter(|it| !known.contains(&it.id.0)) {
            let presence = views::presence(&exchange.presence(subscriber.id));
            self.services.hub.tell(company.id(), Event::Presence { presence });
        }
    }

    fn look_up_providers(&self, company: &Company) {
        for trunk in company.directory.trunks().iter().filter(|trunk| trunk.active) {
            let (id, words) = (company.id(), self.words.clone());
            let (trunk, host) = (trunk.id, trunk.route.host.clone());
            tokio::spawn(async move { look_up(id, trunk, &host, &words).await });
        }
    }

    fn tell(&mut self, input: Input) {
        self.switch.handle(Instant::now(), input);
        while let Some(effect) = self.switch.poll() {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send { flow, bytes } => self.transport.send(flow, &bytes),
            Effect::Close(flow) => self.transport.close(flow),
            Effect::Resolve { id, destination, attempt } => {
                let (transport, resolver) = (self.transport.clone(), Arc::clone(&self.resolver));
                let words = self.words.clone();
                tokio::spawn(async move {
                    let flow = transport.resolve(&resolver, &destination, attempt).await;
                    drop(words.send(Word::Found { id, flow }));
                });
            }
            Effect::OpenPorts(count) => self.open_ports(count),
            Effect::Media { company, media } => self.media(company, media),
            Effect::Exchange { company, effect } => self.exchange_effect(company, *effect),
            Effect::Registration { company, change } => {
                if change.registered {
                    self.services.metrics.registrations.one();
                }
                let event = Event::Registration { registration: views::registration(&change, wall()) };
                self.services.hub.tell(company, event);
            }
        }
    }

    /// Opening a socket takes microseconds; done here, the ports are there before the next call.
    fn open_ports(&mut self, count: u32) {
        let mut ports = Vec::new();
        for _ in 0..count {
            match self.sound.media.open(&self.sound.pool) {
                Ok((stream, socket)) => {
                    self.opened = self.opened.wrapping_add(1) & ((1 << 29) - 1);
                    let address = SocketAddr::new(self.sound.address, socket.port());
                    self.streams.insert(self.opened, stream);
                    ports.push(MediaPort { id: self.opened, address });
                }
                Err(error) => {
                    tracing::error!(%error, "no port for speech");
                    break;
                }
            }
        }
        self.switch.handle(Instant::now(), Input::PortsOpened(ports));
    }

    fn media(&mut self, company: CompanyId, media: MediaEffect) {
        match media {
            MediaEffect::Leg { leg, port, remote, remote_reports, signaller, settings } => {
                let Some(stream) = self.streams.get(&port.id).copied() else { return };
                let latching = Latching::Learn { signaller, lock_after: LOCK_AFTER };
                self.sound.media.aim(stream, Remote { rtp: remote, rtcp: Some(remote_reports), latching });
                self.sound.media.tell(Message::Leg { company, leg, stream, number: port.id, settings });
            }
            MediaEffect::Gone { leg, port } => {
                if let Some(stream) = self.streams.remove(&port.id) {
                    self.sound.media.tell(Message::Gone { company, leg, stream });
                }
            }
            MediaEffect::Plan { call, plan } => {
                let (mut language, mut clips) = (Language::default(), Clips::new());
                if let Some(now) = self.services.companies.get(company) {
                    language = now.directory.company().language;
                    clips = self.sound.library.clips(&now, call, &plan);
                }
                self.sound.media.tell(Message::Plan { company, call, plan, language, clips });
            }
            MediaEffect::Digits { leg, digits } => {
                self.sound.media.tell(Message::Digits { company, leg, digits })
            }
        }
    }

    fn exchange_effect(&mut self, company: CompanyId, effect: exchange::Effect) {
        match effect {
            exchange::Effect::Presence(presence) => {
                let presence = views::presence(&presence);
                self.services.hub.tell(company, Event::Presence { presence });
            }
            exchange::Effect::CallChanged(view) => {
                let Some(now) = self.services.companies.get(company) else { return };
                let last = self.services.hub.call(company, view.call);
                let last = last.as_deref().map(SeenCall::whole);
                let call_id = |leg| self.switch.sip_call_id(company, leg).map(str::to_owned);
                let call = views::call(&view, last, &now.directory, wall(), call_id);
                self.services.hub.tell(company, call);
            }
            exchange::Effect::CallEnded { call, version } => {
                self.services.metrics.calls_ended.one();
                if let Some(last) = self.services.hub.call(company, call) {
                    self.services.hub.tell(company, Arc::unwrap_or_clone(last).ended(version));
                }
            }
            exchange::Effect::Running(record) => self.left.send(Left::Running(company, record)),
            exchange::Effect::Record(record) => {
                let (record, log) = views::record(&record);
                for user in views::unheard(&record, &log) {
                    self.services.hub.tell(company, Event::Setting { change: Change::Calls { user } });
                }
                self.left.send(Left::Row(Write::AddCall { company, record: Box::new(record), log }));
            }
            exchange::Effect::Remember { subscriber, .. } => {
                let Some(exchange) = self.switch.exchange(company) else { return };
                let remembered = serde_json::to_string(&exchange.memory().of(subscriber));
                let remembered = remembered.expect("what is remembered is plain data");
                self.left.send(Left::Row(Write::PutMemory { company, subscriber, remembered }));
            }
            exchange::Effect::Store { id, change } => self.keep(company, id, change),
            exchange::Effect::EmergencyAlarm { call, by, test, .. } => {
                tracing::warn!(%company, %call, %by, test, "emergency call");
            }
            exchange::Effect::GuardAlarm { guard, by, number, at } => {
                tracing::warn!(%company, guard = guard.name(), %by, %number, "a guard against toll fraud is struck");
                let alarm = views::alarm(guard, by, number, at);
                self.services.hub.tell(company, Event::Alarm { alarm });
            }
            exchange::Effect::Notice { call, at, notice } => {
                let notice = views::notice(call, at, &notice);
                let user = notice.subscriber;
                self.left.send(Left::Row(Write::AddNotice { company, notice }));
                self.services.hub.tell(company, Event::Setting { change: Change::Notices { user } });
            }
            exchange::Effect::CommandDone { id, done } => self.reply(id, Ok(done)),
            exchange::Effect::CommandFailed { id, error } => self.reply(id, Err(error)),
            exchange::Effect::Drained => self.finish_draining(Some(company)),
            exchange::Effect::Leg { .. }
            | exchange::Effect::Media { .. }
            | exchange::Effect::FeatureKeys(_)
            | exchange::Effect::KeyAnswered { .. } => {}
        }
    }

    fn reply(&mut self, id: CommandId, result: Result<Done, CommandError>) {
        if let Some(reply) = self.commands.remove(&id) {
            // Whoever asked may have gone.
            let _ = reply.send(result);
        }
    }

    /// A setting that somebody made at a telephone: durable before anybody hears that it is.
    fn keep(&self, company: CompanyId, id: exchange::StoreId, change: exchange::Stored) {
        let (companies, words) = (Arc::clone(&self.services.companies), self.words.clone());
        tokio::spawn(async move {
            let kept = companies.edit(company, |data| views::set_service(data, &change)).await;
            if let Err(error) = &kept {
                tracing::warn!(code = ?error.code, "a setting made at a telephone was not kept");
            }
            drop(words.send(Word::Kept { company, id, durable: kept.is_ok() }));
        });
    }
}

async fn look_up(company: CompanyId, trunk: TrunkId, host: &str, words: &mpsc::UnboundedSender<Word>) {
    let addresses: BTreeSet<IpAddr> = match host.parse() {
        Ok(address) => BTreeSet::from([address]),
        Err(_) => SystemNames.addresses(host).await.into_iter().collect(),
    };
    if !addresses.is_empty() {
        drop(words.send(Word::Provider { company, trunk, addresses }));
    }
}

/// What the company's telephones and trunks prove that they know.
fn secrets(company: &Company) -> Secrets {
    let telephones = company.data.devices.values().filter_map(|row| {
        let ha1 = Ha1::from_hex(&row.ha1_md5, &row.ha1_sha256)?;
        let telephone = Telephone { device: row.id, subscriber: row.owner, rings: row.rings, ha1 };
        Some((row.auth_name.to_lowercase(), telephone))
    });
    let providers =
        company.data.secrets.iter().map(|(name, secret)| (CredentialsRef(name.clone()), secret.clone()));
    Secrets { telephones: telephones.collect(), providers: providers.collect() }
}

fn wall() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
