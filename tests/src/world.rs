//! The simulated world: an exchange, telephones, a provider, and a network, all on one virtual clock.
//!
//! Nothing here waits. [`World::run_for`] moves the clock from one event to the next until the time is over;
//! who hears whom is read from the exchange's own media plan. The same seed gives the same world, and
//! [`World::transcript`] is the proof.

mod company;
mod ladder;
mod network;
mod silence;
mod telephone;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use pbx::call::{MediaPlan, Source};
use pbx::directory::{
    CompanyRecords, Directory, Guard, Number, Owner, ScheduleRecord, SubscriberId, TeamId, TeamKind,
    TeamRecord,
};
use pbx::exchange::{self, Stored, Verb};
use pbx::feature::{Described, Notice};
use pbx::ledger::CallRecord;
use pbx_api::{CallId, CompanyId, LegId};
use pbx_sip::{Effect, Input, MediaEffect, MediaPort, Opening, Secrets, Switch};
use sip::endpoint::{self, Body, Content, Flow, Transport};
use sip::message::Replaces;

pub use company::add_group;
use ladder::Ladder;
pub use network::{Datagram, Dice, Network, Weather};
use silence::Silence;
use telephone::LEASE;
pub use telephone::{Account, CallState, Line, Telephone};
use told::Told;

/// The company of a world.
pub const COMPANY: CompanyId = CompanyId(1);
/// The one next door, when somebody lives there ([`World::neighbour`]).
const NEXT_DOOR: CompanyId = CompanyId(2);
/// The company's domain.
pub const DOMAIN: &str = "balie.example";
/// The number by which its main line is reached from outside.
pub const MAIN_NUMBER: &str = "+31850000200";

/// The group of [`World::with_group`].
pub const GROUP: SubscriberId = SubscriberId(50);
/// Its number, as callers from outside reach it.
pub const GROUP_NUMBER: &str = "+31850000250";
/// The media type of what is said about feature keys.
const FEATURE_EVENT: &str = "application/x-as-feature-event+xml";

/// How long every announcement lasts here.
const ANNOUNCEMENT: Duration = Duration::from_secs(3);

/// Somebody in the world, by the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person(usize);

/// Whether what happens is written down. That takes longer than all the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notes {
    /// Each message, for [`World::ladder`], and each effect, for [`World::transcript`].
    Kept,
    /// Nothing.
    NotKept,
}

/// How a world begins.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Whether what happens is written down.
    pub notes: Notes,
    /// For how long telephones register.
    pub lease: Duration,
    /// What time it is; a Monday morning at ten unless said otherwise.
    pub wall: Timestamp,
    /// The company's schedules.
    pub schedules: Vec<ScheduleRecord>,
    /// The company's teams.
    pub teams: Vec<TeamRecord>,
    /// What else is particular about the company.
    pub adapt: fn(&mut CompanyRecords),
}

impl Default for Beginning {
    fn default() -> Self {
        let (schedules, teams) = (Vec::new(), Vec::new());
        Self { notes: Notes::Kept, lease: LEASE, wall: monday(), schedules, teams, adapt: |_| {} }
    }
}

/// Ten o'clock on a Monday morning in November.
fn monday() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The world.
#[derive(Debug)]
pub struct World {
    now: Instant,
    began: Instant,
    switch: Switch,
    directory: Arc<Directory>,
    /// Without what was set since.
    company: CompanyRecords,
    telephones: Vec<Telephone>,
    /// The network between them.
    pub network: Network,
    plans: BTreeMap<CallId, MediaPlan>,
    places: BTreeMap<LegId, SocketAddr>,
    signallers: BTreeMap<LegId, Option<IpAddr>>,
    playing: BTreeMap<exchange::PlayId, (Instant, CallId)>,
    ports: u16,
    secrets: Secrets,
    store_works: bool,
    asked: u64,
    commands: u64,
    /// Every call record so far.
    pub records: Vec<CallRecord>,
    /// Every alarm of a guard against toll fraud: which, because of whom, and to whom.
    pub alarms: Vec<(Guard, SubscriberId, Number)>,
    /// Every notice about a call, to whoever is told by mail.
    pub notices: Vec<Notice>,
    /// What became of each command: its number, and the error if it failed.
    pub outcomes: Vec<(u64, Option<exchange::CommandError>)>,
    notes: Notes,
    ladder: Ladder,
    transcript: String,
    told: Told,
    silence: Option<Silence>,
    letters: BTreeMap<SocketAddr, Vec<Vec<u8>>>,
}

impl World {
    /// A company with these people, whose telephones are registered; the first has extension 201.
    ///
    /// A provider stands ready outside ([`World::outsider`]); weather is fine.
    pub fn new<const N: usize>(seed: u64, names: [&str; N]) -> (Self, [Person; N]) {
        (Self::begun(seed, &names, Beginning::default()), std::array::from_fn(Person))
    }

    /// The same at another time, with schedules.
    pub fn at<const N: usize>(
        seed: u64,
        names: [&str; N],
        wall: &str,
        schedules: Vec<ScheduleRecord>,
    ) -> (Self, [Person; N]) {
        let wall = wall.parse().expect("the story begins at an instant");
        let beginning = Beginning { wall, schedules, ..Beginning::default() };
        (Self::begun(seed, &names, beginning), std::array::from_fn(Person))
    }

    /// The same with something particular about the company.
    pub fn with_company<const N: usize>(
        seed: u64,
        names: [&str; N],
        adapt: fn(&mut CompanyRecords),
    ) -> (Self, [Person; N]) {
        let beginning = Beginning { adapt, ..Beginning::default() };
        (Self::begun(seed, &names, beginning), std::array::from_fn(Person))
    }

    /// The same with a group, `Verkoop`, which has extension 250 and the number `+31850000250`.
    pub fn with_group<const N: usize>(seed: u64, names: [&str; N]) -> (Self, [Person; N]) {
        Self::with_company(seed, names, add_group)
    }

    /// The same with one team, of these people by the order of arrival.
    pub fn with_team<const N: usize>(
        seed: u64,
        names: [&str; N],
        kind: TeamKind,
        members: &[u32],
    ) -> (Self, [Person; N]) {
        let members = members.iter().map(|place| SubscriberId(place + 1)).collect();
        let team = TeamRecord { id: TeamId(1), name: "Verkoop".to_owned(), kind, members };
        let beginning = Beginning { teams: vec![team], ..Beginning::default() };
        (Self::begun(seed, &names, beginning), std::array::from_fn(Person))
    }

    /// For any number of people ([`World::people`]).
    pub fn begun(seed: u64, names: &[&str], beginning: Beginning) -> Self {
        let Beginning { notes, lease, wall, schedules, teams, adapt } = beginning;
        let began = epoch();
        let (records, secrets) = company::of(names, |records| {
            records.schedules = schedules;
            records.teams = teams;
            adapt(records);
        });
        let directory = Arc::new(company::directory(&records));
        let config = endpoint::Config { product: "Balie".to_owned(), ..endpoint::Config::default() };
        let mut world = Self {
            now: began,
            began,
            switch: Switch::new(began, config, spread(seed)),
            directory: directory.clone(),
            company: records,
            telephones: Vec::new(),
            network: Network::new(seed),
            plans: BTreeMap::new(),
            places: BTreeMap::new(),
            signallers: BTreeMap::new(),
            playing: BTreeMap::new(),
            ports: 0,
            secrets: secrets.clone(),
            store_works: true,
            asked: 0,
            commands: 0,
            records: Vec::new(),
            alarms: Vec::new(),
            notices: Vec::new(),
            outcomes: Vec::new(),
            notes,
            ladder: Ladder::default(),
            transcript: String::new(),
            told: Told::default(),
            silence: None,
            letters: BTreeMap::new(),
        };
        let opening = Opening {
            company: COMPANY,
            wall,
            directory,
            memory: Default::default(),
            last_call: None,
            secrets,
            seed: spread(seed ^ 1),
            guessing: Default::default(),
        };
        world.tell(Input::Open(Box::new(opening)));
        for (index, name) in names.iter().enumerate() {
            world.plug_in(name, index, lease);
        }
        world.run_for(Duration::from_secs(1));
        world
    }

    fn plug_in(&mut self, name: &str, index: usize, lease: Duration) {
        let account = company::account(name);
        let host = u8::try_from(index + 10).unwrap_or(u8::MAX);
        let address = SocketAddr::from((Ipv4Addr::new(10, 0, 0, host), 5060));
        let person = self.add(account, address);
        self.with(person, |telephone, now| {
            telephone.lease = lease;
            telephone.register(now);
        });
    }

    /// Everybody, by the order of arrival.
    pub fn people(&self) -> Vec<Person> {
        (0..self.telephones.len()).map(Person).collect()
    }

    /// Somebody behind the provider; calls of the company to the outside arrive there.
    pub fn outsider(&mut self) -> Person {
        let account = Account {
            user: "outside".to_owned(),
            domain: company::PROVIDER.to_string(),
            password: String::new(),
            name: "Bakkerij Jansen".to_owned(),
        };
        self.add(account, SocketAddr::from((company::PROVIDER, 5060)))
    }

    /// Somebody in another company of the same exchange, whose telephone is registered.
    pub fn neighbour(&mut self, name: &str) -> Person {
        let (directory, secrets) = company::next_door(name);
        let opening = Opening {
            company: NEXT_DOOR,
            wall: monday(),
            directory: Arc::new(directory),
            memory: Default::default(),
            last_call: None,
            secrets,
            seed: spread(2),
            guessing: Default::default(),
        };
        self.tell(Input::Open(Box::new(opening)));
        let address = SocketAddr::from((Ipv4Addr::new(10, 0, 1, 10), 5060));
        let person = self.add(company::account_next_door(name), address);
        self.with(person, Telephone::register);
        self.run_for(Duration::from_secs(1));
        person
    }

    fn add(&mut self, account: Account, address: SocketAddr) -> Person {
        let seed = u8::try_from(self.telephones.len() + 1).unwrap_or(u8::MAX);
        self.ladder.name(address, &account.name);
        self.telephones.push(Telephone::new(self.now, account, address, exchange_address(), seed));
        Person(self.telephones.len() - 1)
    }

    // ---- what people do ----

    /// Dials a number.
    pub fn dials(&mut self, who: Person, number: &str) {
        self.with(who, |telephone, now| telephone.dial(now, number, &[]));
    }

    /// Dials a number with extra headers in the INVITE.
    pub fn dials_with(&mut self, who: Person, number: &str, headers: &[(&str, &str)]) {
        self.with(who, |telephone, now| telephone.dial(now, number, headers));
    }

    /// Somebody outside calls a number of the company and shows a number.
    pub fn calls_in(&mut self, outsider: Person, called: &str, caller: &str) {
        let identity = format!("<sip:{caller}@{}>", company::PROVIDER);
        self.dials_with(outsider, called, &[("P-Asserted-Identity", &identity)]);
    }

    /// Picks up.
    pub fn answers(&mut self, who: Person) {
        self.with(who, Telephone::answer);
    }

    /// Declines with a response code.
    pub fn declines(&mut self, who: Person, code: u16) {
        self.with(who, |telephone, now| telephone.decline(now, code));
    }

    /// Refuses every call with this code from now on, or rings again.
    pub fn refuses(&mut self, who: Person, code: Option<u16>) {
        self.with(who, |telephone, _| telephone.refuses = code);
    }

    /// Has an older telephone, which does not know UPDATE.
    pub fn has_no_update(&mut self, who: Person) {
        self.with(who, |telephone, _| telephone.updates = false);
    }

    /// Presses keys that travel with the sound of the latest call.
    pub fn presses(&mut self, who: Person, keys: &str) {
        let place = self.telephone(who).lines.len().saturating_sub(1);
        for key in keys.chars() {
            let leg = self.leg_at(who, place);
            let Some((leg, call)) = leg.and_then(|leg| Some((leg, self.told.call_of(leg)?))) else { return };
            let event = exchange::MediaEvent::Key(leg, key);
            self.tell(Input::Exchange(COMPANY, exchange::Input::Media { call, event }));
        }
    }

    /// Presses keys that travel in the signalling of the latest call.
    pub fn presses_by_info(&mut self, who: Person, keys: &str) {
        for key in keys.chars() {
            self.with(who, |telephone, now| telephone.press(now, key));
        }
    }

    /// Hangs up the latest call.
    pub fn hangs_up(&mut self, who: Person) {
        self.with(who, Telephone::hang_up);
    }

    /// Puts the other side on hold.
    pub fn holds(&mut self, who: Person) {
        self.with(who, |telephone, now| telephone.hold(now, true));
    }

    /// Takes the other side off hold.
    pub fn resumes(&mut self, who: Person) {
        self.with(who, |telephone, now| telephone.hold(now, false));
    }

    /// Puts the other side through to a number.
    pub fn transfers(&mut self, who: Person, number: &str) {
        self.with(who, |telephone, now| telephone.transfer(now, number));
    }

    /// Connects the other sides of the two latest calls.
    pub fn connects_both(&mut self, who: Person) {
        self.with(who, Telephone::transfer_attended);
    }

    /// Asks within the latest conversation to put the other side through to whatever stands in Refer-To.
    pub fn refers(&mut self, who: Person, refer_to: &str) {
        self.with(who, |telephone, now| telephone.refer(now, refer_to.to_owned()));
    }

    /// Watches a colleague's lamp.
    pub fn watches(&mut self, who: Person, extension: &str, package: &str) {
        self.with(who, |telephone, now| telephone.watch(now, extension, package, Content::none()));
    }

    /// Watches the own list of colleagues in one subscription, as a telephone that knows lists.
    pub fn watches_list(&mut self, who: Person, address: &str) {
        let content = Content::header("Supported", "eventlist");
        self.with(who, |telephone, now| telephone.watch(now, address, "dialog", content));
    }

    /// Keeps the feature keys of a telephone alike with the settings of this extension.
    pub fn watches_keys(&mut self, who: Person, extension: &str) {
        self.watches(who, extension, "as-feature-event");
    }

    /// Uses a feature key of a telephone that watches its keys: sends this document.
    pub fn uses_key(&mut self, who: Person, extension: &str, document: &str) {
        self.asks(who, extension, (FEATURE_EVENT, document));
    }

    /// Sends a SUBSCRIBE with a body, of a content type, within a subscription.
    ///
    /// # Panics
    /// When the telephone does not watch: the story is wrong then.
    pub fn asks(&mut self, who: Person, extension: &str, body: (&str, &str)) {
        self.asked += 1;
        let telephone = self.telephone(who);
        let text = telephone.asking(extension, body, 100 + self.asked).expect("the telephone watches");
        self.writes(telephone.address, &text);
    }

    /// Watches its keys from now on and sets something in the same breath.
    pub fn watches_keys_and_sets(&mut self, who: Person, extension: &str, document: &str) {
        let body = Body { content_type: FEATURE_EVENT.to_owned(), bytes: document.as_bytes().to_vec() };
        let content = Content { headers: Vec::new(), body: Some(body) };
        self.with(who, |telephone, now| telephone.watch(now, extension, "as-feature-event", content));
    }

    /// A second telephone with the account of somebody; it does not ring.
    pub fn second_telephone(&mut self, of: Person) -> Person {
        let account = self.telephone(of).account.clone();
        let host = u8::try_from(self.telephones.len() + 100).unwrap_or(u8::MAX);
        self.add(account, SocketAddr::from((Ipv4Addr::new(10, 0, 0, host), 5060)))
    }

    /// From now on nothing can be stored.
    pub const fn stores_nothing(&mut self) {
        self.store_works = false;
    }

    /// Takes the telephone off the network without a word.
    pub fn loses_the_network(&mut self, who: Person) {
        let address = self.telephone(who).address;
        self.network.cut(address);
    }

    /// Has the network again.
    pub fn has_the_network_again(&mut self, who: Person) {
        let address = self.telephone(who).address;
        self.network.mend(address);
    }

    /// Ends the telephone without a word; its host lives on.
    pub fn quits(&mut self, who: Person) {
        let address = self.telephone(who).address;
        self.network.close(address);
    }

    /// Starts the telephone again, which remembers nothing but its account.
    pub fn starts(&mut self, who: Person) {
        let before = self.telephone(who);
        let (account, address, lease) = (before.account.clone(), before.address, before.lease);
        self.network.open(address);
        self.with(who, |telephone, now| {
            *telephone = Telephone::new(now, account, address, exchange_address(), u8::MAX);
            telephone.lease = lease;
            telephone.register(now);
        });
    }

    /// Signs in again.
    pub fn registers(&mut self, who: Person) {
        self.with(who, Telephone::register);
    }

    /// Leaves properly.
    pub fn unregisters(&mut self, who: Person) {
        self.with(who, Telephone::unregister);
    }

    /// The administrator takes somebody's telephone account away.
    pub fn takes_the_account_of(&mut self, who: Person) {
        let subscriber = self.subscriber(who);
        self.secrets.telephones.retain(|_, telephone| telephone.subscriber != subscriber);
        self.tell(Input::Secrets(COMPANY, self.secrets.clone()));
    }

    /// The company is removed from the exchange.
    pub fn closes_the_company(&mut self) {
        self.tell(Input::Close(COMPANY));
    }

    /// Gives a command to the exchange as an application does; its number is in the outcomes.
    pub fn commands(&mut self, who: Person, verb: Verb) -> u64 {
        self.commands += 1;
        let by = exchange::Actor::Subscriber(self.subscriber(who));
        let command = exchange::Command { id: exchange::CommandId(self.commands), by, verb };
        self.tell(Input::Exchange(COMPANY, exchange::Input::Command(command)));
        self.commands
    }

    /// The administrator changes the company as it was at the beginning, or after the last such change.
    ///
    /// # Panics
    /// When the company is refused: the story is wrong then.
    pub fn company_becomes(&mut self, change: impl FnOnce(&mut CompanyRecords)) {
        change(&mut self.company);
        self.directory = Arc::new(company::directory(&self.company));
        let changed = exchange::Input::DirectoryChanged(self.directory.clone());
        self.tell(Input::Exchange(COMPANY, changed));
    }

    /// Sets a service of a subscriber.
    ///
    /// # Panics
    /// When the settings are refused: the story is wrong then.
    pub fn set<T: Described>(&mut self, who: Person, settings: &T) {
        let json = serde_json::to_value(settings).expect("settings are plain data");
        self.store(self.subscriber(who), T::CARD.id, json);
    }

    /// Sets a service of a subscriber who has no telephone.
    ///
    /// # Panics
    /// When the settings are refused: the story is wrong then.
    pub fn set_of<T: Described>(&mut self, who: SubscriberId, settings: &T) {
        let json = serde_json::to_value(settings).expect("settings are plain data");
        self.store(who, T::CARD.id, json);
    }

    /// Sets a service of the site.
    ///
    /// # Panics
    /// When the settings are refused: the story is wrong then.
    pub fn set_site<T: Described>(&mut self, settings: &T) {
        let json = serde_json::to_value(settings).expect("settings are plain data");
        self.store_of(Owner::Group(company::SITE), T::CARD.id, json);
    }

    fn store(&mut self, who: SubscriberId, service: &str, settings: serde_json::Value) {
        self.store_of(Owner::Subscriber(who), service, settings);
    }

    fn store_of(&mut self, owner: Owner, service: &str, settings: serde_json::Value) {
        let mut directory = (*self.directory).clone();
        let kept = directory.set(owner, service, settings);
        kept.expect("the story sets what can be set");
        self.directory = Arc::new(directory);
        let changed = exchange::Input::DirectoryChanged(self.directory.clone());
        self.tell(Input::Exchange(COMPANY, changed));
    }

    // ---- what strangers do ----

    /// Somebody writes a packet to the exchange by hand and may lie about where it is from.
    pub fn writes(&mut self, from: SocketAddr, text: &str) {
        let datagram = Datagram { from, to: exchange_address(), bytes: text.as_bytes().to_vec() };
        self.network.send(self.now, datagram);
    }

    /// Somebody says to the exchange, in the name of a telephone's host, that nobody listens there, of a request that
    /// they have not seen.
    pub fn hears_from_the_host_of(&mut self, who: Person, branch: &str) {
        self.port_is_closed(self.telephone(who).address, branch);
    }

    /// What came to an address at which there is no telephone, since the last look.
    pub fn letters(&mut self, address: SocketAddr) -> Vec<Vec<u8>> {
        self.letters.remove(&address).unwrap_or_default()
    }

    // ---- what can be seen ----

    /// Somebody's telephone.
    ///
    /// # Panics
    /// Never: people are only made by this world.
    pub fn telephone(&self, who: Person) -> &Telephone {
        self.telephones.get(who.0).expect("people come from this world")
    }

    /// The latest call on somebody's telephone.
    pub fn line(&self, who: Person) -> Option<&Line> {
        self.telephone(who).lines.last()
    }

    /// How far the latest call on somebody's telephone is.
    pub fn state(&self, who: Person) -> Option<CallState> {
        self.line(who).map(|line| line.state.clone())
    }

    /// What names the dialog of the latest call on somebody's telephone to the exchange.
    pub fn dialog_of(&self, who: Person) -> Option<Replaces> {
        self.telephone(who).dialog()
    }

    /// The subscriber behind a person of the company.
    pub fn subscriber(&self, who: Person) -> SubscriberId {
        SubscriberId(u32::try_from(who.0 + 1).unwrap_or(u32::MAX))
    }

    /// The company as it is now.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The legs of a person, oldest first.
    pub fn legs(&self, who: Person) -> Vec<LegId> {
        let ip = self.telephone(who).address.ip();
        self.places.iter().filter(|(_, place)| place.ip() == ip).map(|(leg, _)| *leg).collect()
    }

    /// The leg of a call on somebody's telephone, by its place on the display, once sound was agreed.
    pub fn leg_at(&self, who: Person, place: usize) -> Option<LegId> {
        let telephone = self.telephone(who);
        let there = SocketAddr::new(telephone.address.ip(), telephone.lines.get(place)?.port);
        self.places.iter().find(|(_, place)| **place == there).map(|(leg, _)| *leg)
    }

    /// How many legs have a place for their sound.
    pub fn legs_with_sound(&self) -> usize {
        self.places.len()
    }

    /// Whether one leg hears another.
    pub fn leg_hears(&self, listener: LegId, speaker: LegId) -> bool {
        self.plans.values().any(|plan| plan.hears(listener, speaker))
    }

    /// Besides those in the session descriptions, the hosts that a person's sound is taken from.
    pub fn sound_is_taken_from(&self, who: Person) -> BTreeSet<IpAddr> {
        self.legs(who).iter().filter_map(|leg| self.signallers.get(leg).copied().flatten()).collect()
    }

    /// Whether one person hears another.
    pub fn hears(&self, listener: Person, speaker: Person) -> bool {
        let speakers = self.legs(speaker);
        self.heard(listener).iter().any(|source| matches!(source, Source::Leg(leg) if speakers.contains(leg)))
    }

    /// Whether each of these people hears every other one.
    pub fn all_hear_all(&self, people: &[Person]) -> bool {
        let others = |who: Person| people.iter().copied().filter(move |other| *other != who);
        people.iter().all(|who| others(*who).all(|other| self.hears(*who, other)))
    }

    /// Whether a person is in no call any more, or never was in one.
    pub fn is_free(&self, who: Person) -> bool {
        matches!(self.state(who), None | Some(CallState::Over(_)))
    }

    /// Whether a person hears music.
    pub fn hears_music(&self, listener: Person) -> bool {
        self.heard(listener).iter().any(|source| matches!(source, Source::Music(_)))
    }

    /// Whether a person hears the exchange ring the other side.
    pub fn hears_ringback(&self, listener: Person) -> bool {
        self.heard(listener).iter().any(|source| matches!(source, Source::Ringback))
    }

    /// Everything that a person hears.
    pub fn heard(&self, listener: Person) -> Vec<Source> {
        let ears = self.legs(listener);
        let heard = |plan: &MediaPlan| -> Vec<Source> {
            ears.iter().flat_map(|ear| plan.heard_by(*ear)).map(|heard| heard.source.clone()).collect()
        };
        self.plans.values().flat_map(heard).collect()
    }

    /// The exchange's own state, to check invariants on.
    pub fn exchange(&self) -> Option<&exchange::Exchange> {
        self.switch.exchange(COMPANY)
    }

    /// What the signalling still holds.
    pub fn counts(&self) -> Option<pbx_sip::Counts> {
        self.switch.counts(COMPANY)
    }

    /// The messages between people and exchange since the last look, as a ladder.
    pub fn ladder(&mut self) -> String {
        self.ladder.take()
    }

    /// Every effect of the exchange so far, in order, as text.
    pub fn transcript(&self) -> &str {
        &self.transcript
    }

    // ---- time ----

    /// Lets time pass.
    pub fn run_for(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let next = self.next_event().filter(|at| *at <= until);
            self.now = next.unwrap_or(until).max(self.now);
            self.step();
            if next.is_none() {
                return;
            }
        }
    }

    /// Lets seconds pass.
    pub fn seconds(&mut self, seconds: u64) {
        self.run_for(Duration::from_secs(seconds));
    }

    fn next_event(&self) -> Option<Instant> {
        let telephones = self.telephones.iter().filter_map(Telephone::deadline);
        let clips = self.playing.values().map(|(end, _)| *end);
        let silence = self.silence.as_ref().map(Silence::deadline);
        telephones.chain(self.switch.deadline()).chain(self.network.next()).chain(clips).chain(silence).min()
    }

    fn step(&mut self) {
        while let Some(datagram) = self.network.arrived(self.now) {
            self.deliver(datagram);
        }
        if self.switch.deadline().is_some_and(|at| at <= self.now) {
            self.tell(Input::Timeout);
        }
        self.end_clips();
        self.listen();
        for index in 0..self.telephones.len() {
            self.with(Person(index), |telephone, now| {
                if telephone.deadline().is_some_and(|at| at <= now) {
                    telephone.due(now);
                }
            });
        }
    }

    /// Announcements that have been played to their end.
    fn end_clips(&mut self) {
        let over: Vec<_> = self
            .playing
            .iter()
            .filter(|(_, (end, _))| *end <= self.now)
            .map(|(play, (_, call))| (*play, *call))
            .collect();
        for (play, call) in over {
            self.playing.remove(&play);
            let event = exchange::MediaEvent::ClipFinished(play);
            self.tell(Input::Exchange(COMPANY, exchange::Input::Media { call, event }));
        }
    }

    fn deliver(&mut self, datagram: Datagram) {
        if self.notes == Notes::Kept {
            self.ladder.note(self.now - self.began, &datagram);
        }
        let Datagram { from, to, bytes } = datagram;
        if to == exchange_address() {
            let flow = Flow { transport: Transport::Udp, local: to, remote: from, connection: 0 };
            return self.tell(Input::Endpoint(endpoint::Input::Received { flow, bytes }));
        }
        if self.network.is_closed(to) {
            return self.bring_back(to, &bytes);
        }
        let found = self.telephones.iter().position(|telephone| telephone.address == to);
        if let Some(index) = found {
            self.with(Person(index), |telephone, now| telephone.receive(now, from, bytes));
        } else {
            self.letters.entry(to).or_default().push(bytes);
        }
    }

    /// The host of a closed port tells the exchange, with the beginning of what it sent.
    fn bring_back(&mut self, to: SocketAddr, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let branch =
            text.split_once(";branch=").and_then(|(_, rest)| rest.split([';', ',', ' ', '\r']).next());
        self.port_is_closed(to, branch.unwrap_or_default());
    }

    fn port_is_closed(&mut self, remote: SocketAddr, branch: &str) {
        let flow = Flow { transport: Transport::Udp, local: exchange_address(), remote, connection: 0 };
        let branch = branch.to_owned();
        self.tell(Input::Endpoint(endpoint::Input::Unreachable { flow, branch, closed: true }));
    }

    /// Lets a telephone do something and puts what it sends on the network.
    pub fn with(&mut self, who: Person, work: impl FnOnce(&mut Telephone, Instant)) {
        let Some(telephone) = self.telephones.get_mut(who.0) else { return };
        work(telephone, self.now);
        while let Some(datagram) = telephone.poll(self.now) {
            self.network.send(self.now, datagram);
        }
    }

    fn tell(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            self.switch.handle(self.now, input);
            let effects: Vec<Effect> = std::iter::from_fn(|| self.switch.poll()).collect();
            let media_first = effects.is_sorted_by_key(|effect| !matches!(effect, Effect::Media { .. }));
            assert!(media_first, "somebody may speak before anybody hears it: {effects:#?}");
            for effect in effects {
                self.note(&effect);
                inputs.extend(self.carry_out(effect));
            }
        }
    }

    fn note(&mut self, effect: &Effect) {
        if self.notes == Notes::NotKept {
            return;
        }
        let at = (self.now - self.began).as_micros();
        writeln!(self.transcript, "{at} {effect:?}").expect("writing to a String does not fail");
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Send { flow, bytes } => {
                let datagram = Datagram { from: exchange_address(), to: flow.remote, bytes: bytes.to_vec() };
                self.network.send(self.now, datagram);
                None
            }
            Effect::Resolve { id, attempt, .. } => {
                let remote = SocketAddr::from((company::PROVIDER, 5060));
                let flow =
                    Flow { transport: Transport::Udp, local: exchange_address(), remote, connection: 0 };
                let flow = (attempt == 0).then_some(flow);
                Some(Input::Endpoint(endpoint::Input::Resolved { id, flow }))
            }
            Effect::OpenPorts(count) => Some(Input::PortsOpened((0..count).map(|_| self.port()).collect())),
            Effect::Media { media, .. } => {
                self.media(media);
                None
            }
            Effect::Exchange { company, effect } => {
                if company == COMPANY {
                    self.told.take(&effect);
                }
                self.exchange_effect(*effect)
            }
            Effect::Close(_) | Effect::Registration { .. } => None,
        }
    }

    fn port(&mut self) -> MediaPort {
        self.ports = self.ports.wrapping_add(2);
        let address = SocketAddr::from((exchange_address().ip(), 20_000 + self.ports % 40_000));
        MediaPort { id: self.ports.into(), address }
    }

    fn media(&mut self, media: MediaEffect) {
        match media {
            MediaEffect::Leg { leg, remote, signaller, .. } => {
                self.places.insert(leg, remote);
                self.signallers.insert(leg, signaller);
            }
            MediaEffect::Gone { leg, .. } => {
                self.places.remove(&leg);
                self.signallers.remove(&leg);
            }
            MediaEffect::Plan { call, plan } if plan.listeners.is_empty() => {
                self.plans.remove(&call);
            }
            MediaEffect::Plan { call, plan } => {
                for source in plan.sources() {
                    if let Source::Announcement { play, .. } = source {
                        self.playing.entry(*play).or_insert((self.now + ANNOUNCEMENT, call));
                    }
                }
                self.plans.insert(call, plan);
            }
            MediaEffect::Digits { .. } => {}
        }
    }

    fn exchange_effect(&mut self, effect: exchange::Effect) -> Option<Input> {
        match effect {
            exchange::Effect::Record(record) => self.records.push(*record),
            exchange::Effect::Store { id, .. } if !self.store_works => {
                return Some(Input::Exchange(COMPANY, exchange::Input::NotStored(id)));
            }
            exchange::Effect::Store { id, change: Stored { subscriber, settings } } => {
                self.store_later(subscriber, &settings);
                return Some(Input::Exchange(COMPANY, exchange::Input::Stored(id)));
            }
            exchange::Effect::GuardAlarm { guard, by, number, .. } => self.alarms.push((guard, by, number)),
            exchange::Effect::Notice { notice, .. } => self.notices.push(*notice),
            exchange::Effect::CommandDone { id, .. } => self.outcomes.push((id.0, None)),
            exchange::Effect::CommandFailed { id, error } => self.outcomes.push((id.0, Some(error))),
            exchange::Effect::Leg { .. }
            | exchange::Effect::Media { .. }
            | exchange::Effect::Presence(_)
            | exchange::Effect::CallChanged(_)
            | exchange::Effect::CallEnded { .. }
            | exchange::Effect::Running(_)
            | exchange::Effect::Remember { .. }
            | exchange::Effect::EmergencyAlarm { .. }
            | exchange::Effect::FeatureKeys(_)
            | exchange::Effect::KeyAnswered { .. }
            | exchange::Effect::Drained => {}
        }
        None
    }

    fn store_later(&mut self, who: SubscriberId, settings: &pbx::feature::StoredSettings) {
        let mut directory = (*self.directory).clone();
        let kept = directory.set(Owner::Subscriber(who), settings.service, settings.settings.clone());
        kept.expect("the exchange stores what it has checked");
        self.directory = Arc::new(directory);
        let changed = exchange::Input::DirectoryChanged(self.directory.clone());
        self.switch.handle(self.now, Input::Exchange(COMPANY, changed));
    }

    /// What can never be, whatever people do and the network loses.
    ///
    /// # Panics
    /// When an invariant is broken; the message says which.
    pub fn check(&self) {
        if let Err(wrong) = self.invariants() {
            panic!("{wrong}");
        }
    }

    /// What can never be: a plan with ears of nobody, a record too many, a lamp that lies.
    ///
    /// # Errors
    /// Says which invariant is broken.
    pub fn invariants(&self) -> Result<(), String> {
        for (call, plan) in &self.plans {
            for heard in plan.listeners.values().flatten() {
                if let Source::Leg(leg) = heard.source
                    && !self.places.contains_key(&leg)
                {
                    return Err(format!("call {call} lets somebody hear leg {leg}, which is gone"));
                }
            }
        }
        let Some(exchange) = self.exchange() else { return Ok(()) };
        self.told.agrees_with(exchange, &self.directory)?;
        self.told.joins(&self.plans)?;
        self.told.records(&self.records)
    }

    /// What may not be left behind once everybody has gone home.
    ///
    /// # Errors
    /// Says what is left.
    pub fn nothing_remains(&self) -> Result<(), String> {
        let calls = self.told.calls();
        let signalling = self.counts().map_or(0, |counts| counts.legs);
        let sound = self.places.len();
        if calls + signalling + sound + self.plans.len() == 0 {
            return Ok(());
        }
        let plans = self.plans.len();
        Err(format!(
            "there remain {calls} calls, {signalling} SIP legs, {sound} legs with sound, {plans} plans"
        ))
    }
}

/// Where the exchange is on the network.
pub fn exchange_address() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(10, 0, 0, 1), 5060))
}

/// The instant from which a world counts. Instants cannot be written down, so one is read, once.
pub fn epoch() -> Instant {
    Instant::now()
}

fn spread(seed: u64) -> [u8; 32] {
    let mut dice = Dice(seed);
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        for (to, from) in chunk.iter_mut().zip(dice.roll().to_le_bytes()) {
            *to = from;
        }
    }
    bytes
}
