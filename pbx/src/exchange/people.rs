//! People who make calls at an exchange in a test: telephones that ring and answer, a clock that
//! only moves when the story says so, and a look at the whole after every step.
//!
//! A telephone is as simple as can be: it rings when it is called, and does what its user wants.
//! What people hear is read from the media plans, as the media side would carry them out.

mod company;
mod invariants;
mod telephone;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use pbx_api::{CallId, DeviceId, LegId};
use serde_json::Value;

use super::*;
use crate::attempt::{IncomingCall, OutsideDiversion};
use crate::call::{MediaPlan, Source};
use crate::clip::Clip;
use crate::directory::{Owner, SubscriberId};
use crate::feature::{Cause, KeyChange};
use crate::ledger::CallRecord;

pub(crate) use company::{ALL_HANDS, ANNA, BERT, CHRIS, DORA, GROUP, RECEPTION, TRUNK, extension, records};
pub(crate) use telephone::{End, Phone, Temper};

/// An exchange, its people, and everything that it has wanted so far.
#[derive(Debug)]
pub(crate) struct World {
    pub exchange: Exchange,
    pub now: Instant,
    directory: Directory,
    devices: BTreeMap<SubscriberId, BTreeSet<DeviceId>>,
    pub phones: BTreeMap<LegId, Phone>,
    tempers: BTreeMap<SubscriberId, Temper>,
    pub plans: BTreeMap<CallId, MediaPlan>,
    pub views: BTreeMap<CallId, CallView>,
    pub lamps: BTreeMap<SubscriberId, Presence>,
    pub keys: BTreeMap<SubscriberId, FeatureKeys>,
    pub records: Vec<CallRecord>,
    /// What was last told of calls that run, for the case that the exchange is gone.
    pub running: BTreeMap<CallId, CallRecord>,
    pub replies: BTreeMap<CommandId, Result<Done, CommandError>>,
    /// What became of each use of a feature key, in the order in which it was told.
    pub key_answers: Vec<(KeySetId, Result<(), Cause>)>,
    pub stored: Vec<Stored>,
    pub store: Store,
    /// Every effect, in order, as text: two equal logs are two equal runs.
    pub log: Vec<String>,
    pending: VecDeque<Input>,
    next_leg: u64,
    next_command: u64,
    keys_used: u64,
}

/// How the store behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Works,
    Fails,
    IsSilent,
}

impl World {
    /// Everybody has one telephone, registered and idle.
    pub(crate) fn new() -> Self {
        Self::of(company::directory())
    }

    /// The same with Dora on another site than everybody else.
    pub(crate) fn with_two_sites() -> Self {
        Self::of(company::two_sites())
    }

    fn of(directory: Directory) -> Self {
        let (now, wall) = (start(), Timestamp::constant(1_780_000_000, 0));
        let memory = Memory::default();
        let exchange = Exchange::new(now, wall, Arc::new(directory.clone()), memory);
        let mut world = Self {
            exchange,
            now,
            directory,
            devices: BTreeMap::new(),
            phones: BTreeMap::new(),
            tempers: BTreeMap::new(),
            plans: BTreeMap::new(),
            views: BTreeMap::new(),
            lamps: BTreeMap::new(),
            keys: BTreeMap::new(),
            records: Vec::new(),
            running: BTreeMap::new(),
            replies: BTreeMap::new(),
            key_answers: Vec::new(),
            stored: Vec::new(),
            store: Store::Works,
            log: Vec::new(),
            pending: VecDeque::new(),
            next_leg: 0,
            next_command: 0,
            keys_used: 0,
        };
        for (n, subscriber) in [RECEPTION, ANNA, BERT, CHRIS, DORA].into_iter().enumerate() {
            let device = DeviceId(u32::try_from(n).unwrap() + 1);
            world.registers(subscriber, &[device.0]);
        }
        world
    }

    /// The contacts of a subscriber from now on.
    pub(crate) fn registers(&mut self, subscriber: SubscriberId, devices: &[u32]) {
        let devices: BTreeSet<DeviceId> = devices.iter().map(|n| DeviceId(*n)).collect();
        self.devices.insert(subscriber, devices.clone());
        self.give(Input::Reachability { subscriber, devices });
    }

    /// How the telephones of a subscriber behave when they are called.
    pub(crate) fn temper(&mut self, subscriber: SubscriberId, temper: Temper) {
        self.tempers.insert(subscriber, temper);
    }

    /// Sets a service of a subscriber.
    pub(crate) fn set(&mut self, subscriber: SubscriberId, service: &str, settings: Value) {
        self.set_of(Owner::Subscriber(subscriber), service, settings);
    }

    /// Sets a service of the site.
    pub(crate) fn set_site(&mut self, service: &str, settings: Value) {
        self.set_of(Owner::Group(company::SITE), service, settings);
    }

    fn set_of(&mut self, owner: Owner, service: &str, settings: Value) {
        self.directory.set(owner, service, settings).unwrap();
        let directory = Arc::new(self.directory.clone());
        self.give(Input::DirectoryChanged(directory));
    }

    /// Somebody dials on the only device, or on the first one.
    pub(crate) fn dials(&mut self, subscriber: SubscriberId, text: &str) -> LegId {
        let device = self.devices.get(&subscriber).and_then(|all| all.first().copied());
        let from =
            Origin::Subscriber { subscriber, device, dialled: text.to_owned(), privacy: Privacy::Unasked };
        self.arrives(from, Some(subscriber), EarlyMedia::Heard, None)
    }

    /// Somebody calls from outside.
    pub(crate) fn outside_calls(&mut self, called: &str, number: Option<&str>) -> LegId {
        self.outside_calls_as(called, number, Vec::new())
    }

    pub(crate) fn outside_calls_as(
        &mut self,
        called: &str,
        number: Option<&str>,
        diversions: Vec<OutsideDiversion>,
    ) -> LegId {
        let from = Origin::Trunk(IncomingCall {
            trunk: TRUNK,
            called: called.to_owned(),
            number: number.map(|number| number.parse().unwrap()),
            name: None,
            withheld: false,
            diversions,
            from_help: false,
        });
        self.arrives(from, None, EarlyMedia::Heard, None)
    }

    pub(crate) fn arrives(
        &mut self,
        from: Origin,
        owner: Option<SubscriberId>,
        early_media: EarlyMedia,
        replaces: Option<LegId>,
    ) -> LegId {
        let leg = arriving_leg(self.next_leg);
        self.next_leg += 1;
        self.phones.insert(leg, Phone::calling(owner));
        let media = MediaOffer::AUDIO;
        self.give(Input::Arrived(Arrival { leg, from, media, early_media, replaces }));
        leg
    }

    /// The telephone of a leg reports something.
    pub(crate) fn reports(&mut self, leg: LegId, event: LegEvent) {
        self.give(Input::Leg { leg, event });
    }

    /// The person at the ringing telephone picks up.
    pub(crate) fn answers(&mut self, subscriber: SubscriberId) -> LegId {
        let leg = self.ringing_at(Some(subscriber));
        self.picks_up(leg);
        leg
    }

    /// The outside party that is being called picks up.
    pub(crate) fn outside_answers(&mut self) -> LegId {
        let leg = self.ringing_at(None);
        self.picks_up(leg);
        leg
    }

    pub(crate) fn picks_up(&mut self, leg: LegId) {
        self.phones.get_mut(&leg).unwrap().answered = true;
        let media = AgreedMedia { audio: Some("PCMA".to_owned()), video: None };
        self.reports(leg, LegEvent::Answered { media, connected: None });
    }

    pub(crate) fn hangs_up(&mut self, leg: LegId) {
        self.phones.get_mut(&leg).unwrap().end = Some(End::LeftByItself);
        self.reports(leg, LegEvent::HungUp);
    }

    pub(crate) fn declines(&mut self, subscriber: SubscriberId, code: u16) {
        let leg = self.ringing_at(Some(subscriber));
        self.phones.get_mut(&leg).unwrap().end = Some(End::LeftByItself);
        self.reports(leg, LegEvent::Rejected { code });
    }

    pub(crate) fn refers(&mut self, leg: LegId, to: &str) {
        let request = TransferRequest::Blind { to: to.to_owned() };
        self.reports(leg, LegEvent::TransferRequested(request));
    }

    pub(crate) fn refers_to_leg(&mut self, leg: LegId, other: LegId) {
        let request = TransferRequest::Attended { other };
        self.reports(leg, LegEvent::TransferRequested(request));
    }

    /// A subscriber commands; what became of it is in `replies`.
    pub(crate) fn commands(&mut self, subscriber: SubscriberId, verb: Verb) -> CommandId {
        let id = CommandId(self.next_command);
        self.next_command += 1;
        let by = Actor::Subscriber(subscriber);
        self.give(Input::Command(Command { id, by, verb }));
        id
    }

    /// Somebody uses a feature key.
    pub(crate) fn uses_key(&mut self, subscriber: SubscriberId, change: KeyChange) -> KeySetId {
        let id = KeySetId(self.keys_used);
        self.keys_used += 1;
        self.give(Input::KeySet(KeySet { id, subscriber, change }));
        id
    }

    /// The exchange is gone and begins anew with what it remembered; every telephone registers again.
    pub(crate) fn restarts(&mut self) {
        let kept = serde_json::to_string(self.exchange.memory()).unwrap();
        let (wall, directory) = (self.exchange.clock.wall(), Arc::new(self.directory.clone()));
        self.exchange = Exchange::new(self.now, wall, directory, serde_json::from_str(&kept).unwrap());
        self.phones.clear();
        self.plans.clear();
        self.views.clear();
        self.lamps.clear();
        self.running.clear();
        for (subscriber, devices) in self.devices.clone() {
            self.give(Input::Reachability { subscriber, devices });
        }
    }

    /// Time passes; everything that is due happens at its moment.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.exchange.deadline().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.give(Input::Tick);
        }
        self.now = end;
        self.give(Input::Tick);
    }

    pub(crate) fn run_s(&mut self, seconds: u64) {
        self.run(Duration::from_secs(seconds));
    }

    /// The announcement that a caller hears has been spoken to its end.
    pub(crate) fn announcement_ends(&mut self, listener: LegId) {
        let found = self.plans.iter().find_map(|(call, plan)| {
            plan.heard_by(listener).find_map(|heard| match &heard.source {
                Source::Announcement { play, .. } => Some((*call, *play)),
                Source::Leg(_) | Source::Ringback | Source::Tone(_) | Source::Music(_) => None,
            })
        });
        let (call, play) = found.expect("the listener hears an announcement");
        self.give(Input::Media { call, event: MediaEvent::ClipFinished(play) });
    }

    /// Gives the exchange an input and lets telephones and store react until all is quiet.
    pub(crate) fn give(&mut self, input: Input) {
        self.pending.push_back(input);
        while let Some(input) = self.pending.pop_front() {
            self.exchange.handle(self.now, input);
            while let Some(effect) = self.exchange.poll() {
                self.log.push(format!("{effect:?}"));
                self.takes_effect(effect);
            }
            self.check_invariants();
        }
    }

    fn takes_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Leg { leg, effect } => self.leg_effect(leg, effect),
            Effect::Media { call, plan } if plan == MediaPlan::default() => {
                self.plans.remove(&call);
            }
            Effect::Media { call, plan } => {
                self.plans.insert(call, plan);
            }
            Effect::Presence(presence) => {
                let last = self.lamps.insert(presence.subscriber, presence.clone());
                let before = last.map_or(0, |last| last.version);
                assert_eq!(presence.version, before + 1, "versions rise one by one");
            }
            Effect::FeatureKeys(keys) => {
                let last = self.keys.insert(keys.subscriber, keys.clone());
                let before = last.map_or(0, |last| last.version);
                assert_eq!(keys.version, before + 1, "versions rise one by one");
            }
            Effect::KeyAnswered { id, result } => self.key_answers.push((id, result)),
            Effect::CallChanged(view) => {
                self.views.insert(view.call, view);
            }
            Effect::CallEnded { call, .. } => {
                self.views.remove(&call).expect("only a call that was seen can end");
            }
            Effect::Running(record) => {
                self.running.insert(record.call, *record);
            }
            Effect::Record(record) => {
                self.running.remove(&record.call);
                self.records.push(*record);
            }
            Effect::Store { id, change } => {
                let Stored { subscriber, settings } = change.clone();
                self.stored.push(change);
                match self.store {
                    Store::Works => {
                        let owner = Owner::Subscriber(subscriber);
                        self.directory.set(owner, settings.service, settings.settings).unwrap();
                        let directory = Arc::new(self.directory.clone());
                        self.pending.extend([Input::DirectoryChanged(directory), Input::Stored(id)]);
                    }
                    Store::Fails => self.pending.push_back(Input::NotStored(id)),
                    Store::IsSilent => {}
                }
            }
            Effect::CommandDone { id, done } => self.reply(id, Ok(done)),
            Effect::CommandFailed { id, error } => self.reply(id, Err(error)),
            Effect::Remember { .. }
            | Effect::EmergencyAlarm { .. }
            | Effect::GuardAlarm { .. }
            | Effect::Notice { .. }
            | Effect::Drained => {}
        }
    }

    fn reply(&mut self, id: CommandId, reply: Result<Done, CommandError>) {
        let before = self.replies.insert(id, reply);
        assert_eq!(before, None, "a command ends once");
    }

    fn leg_effect(&mut self, leg: LegId, effect: LegEffect) {
        if let LegEffect::Place(placement) = effect {
            let mut phone = Phone::called(*placement);
            let temper = match phone.owner {
                Some(owner) => self.tempers.get(&owner).copied().unwrap_or_default(),
                None => Temper::Rings,
            };
            phone.end = temper.refuses().then_some(End::LeftByItself);
            self.pending.extend(temper.reaction(leg));
            let before = self.phones.insert(leg, phone);
            assert!(before.is_none(), "a leg number is used once");
            return;
        }
        let phone = self.phones.get_mut(&leg).expect("effects go to legs that exist");
        if let Some(input) = phone.takes(leg, effect) {
            self.pending.push_back(input);
        }
    }

    /// The one leg that rings at a subscriber, or at an outside party.
    pub(crate) fn ringing_at(&self, owner: Option<SubscriberId>) -> LegId {
        let ringing = self.all_ringing_at(owner);
        assert_eq!(ringing.len(), 1, "one telephone of {owner:?} rings");
        ringing[0]
    }

    pub(crate) fn all_ringing_at(&self, owner: Option<SubscriberId>) -> Vec<LegId> {
        let rings = |phone: &Phone| phone.owner == owner && phone.rings();
        self.phones.iter().filter(|(_, phone)| rings(phone)).map(|(leg, _)| *leg).collect()
    }

    pub(crate) fn phone(&self, leg: LegId) -> &Phone {
        self.phones.get(&leg).expect("the leg exists or existed")
    }

    pub(crate) fn ended(&self, leg: LegId) -> Option<End> {
        self.phone(leg).end
    }

    /// What a leg hears now, as a short sorted list: `leg`s by number, `music`, `ringback`, `words`, `tone`.
    pub(crate) fn hears(&self, listener: LegId) -> Vec<String> {
        let mut heard: Vec<String> = self
            .plans
            .values()
            .flat_map(|plan| plan.heard_by(listener))
            .map(|heard| match &heard.source {
                Source::Leg(leg) => format!("leg {}", leg.0),
                Source::Announcement { clips, .. } if only_tones(clips) => "tone".to_owned(),
                Source::Announcement { .. } => "words".to_owned(),
                Source::Ringback => "ringback".to_owned(),
                Source::Tone(_) => "tone".to_owned(),
                Source::Music(_) => "music".to_owned(),
            })
            .collect();
        heard.sort();
        heard
    }

    /// Both legs hear each other and nothing else.
    pub(crate) fn talk_together(&self, one: LegId, other: LegId) -> bool {
        self.hears(one) == [format!("leg {}", other.0)] && self.hears(other) == [format!("leg {}", one.0)]
    }

    pub(crate) fn lamp(&self, subscriber: SubscriberId) -> crate::presence::Lamp {
        self.lamps.get(&subscriber).expect("everybody has registered once").lamp()
    }

    /// The last record.
    pub(crate) fn record(&self) -> &CallRecord {
        self.records.last().expect("a call has ended")
    }

    /// The only call that goes on.
    pub(crate) fn only_call(&self) -> CallId {
        assert_eq!(self.views.len(), 1, "one call goes on");
        *self.views.keys().next().unwrap()
    }

    /// How many commands have been given.
    pub(crate) fn given_commands(&self) -> usize {
        usize::try_from(self.next_command).unwrap()
    }

    pub(crate) fn reply_to(&self, id: CommandId) -> Option<Result<Done, CommandError>> {
        self.replies.get(&id).copied()
    }
}

fn only_tones(clips: &[Clip]) -> bool {
    clips.iter().all(|clip| matches!(clip, Clip::Tone(_)))
}

#[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
fn start() -> Instant {
    Instant::now()
}
