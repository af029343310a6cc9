//! The sound of every call, on the media thread.
//!
//! A leg has a stream (its sockets) and belongs to at most one call; a call has an audio session, which
//! executes the exchange's plan. Everything here is told, nothing is decided.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use audio::Clip;
use audio::codec::telephone_event::Digit;
use audio::session::{self, Channel, LegSettings, MovingLeg, Session, SessionSettings};
use audio_net::{Component, Handler, Outbound, Packet, StreamId};
use pbx::call::MediaPlan;
use pbx::directory::Language;
use pbx::exchange::MediaEvent;
use pbx_api::{CallId, CompanyId, LegId};

use super::library::{Clips, named};
use super::own_sounds::OwnSounds;
use super::plan::{self, Surroundings};
use super::sounds::Sounds;

/// A key is held for so long.
const KEY: Duration = Duration::from_millis(120);
/// Who hung up, and a call that is over, are heard so much longer: what the others said until then is on its way, and they
/// go on until they are told.
const LINGER: Duration = Duration::from_millis(20);
/// Seconds from the beginning of NTP time (1900) to that of Unix time.
const NTP_OFFSET: u64 = 2_208_988_800;

/// What the media thread is told.
#[derive(Debug)]
pub(super) enum Message {
    /// This leg is on this stream and speaks so.
    Leg { company: CompanyId, leg: LegId, stream: StreamId, number: u32, settings: Box<LegSettings> },
    /// This leg is over, and its stream with it.
    Gone { company: CompanyId, leg: LegId, stream: StreamId },
    /// Who hears whom in this call.
    Plan { company: CompanyId, call: CallId, plan: MediaPlan, language: Language, clips: Clips },
    /// A sound that a plan named has come.
    Sound { company: CompanyId, call: CallId, name: String, clip: Arc<Clip> },
    /// Press keys towards the peer of this leg.
    Digits { company: CompanyId, leg: LegId, digits: String },
}

/// What the media thread reports.
#[derive(Debug)]
pub(super) enum Report {
    /// Something happened to the sound of a call.
    Event { company: CompanyId, call: CallId, event: MediaEvent },
}

/// Takes reports; called on the media thread, so it must not block.
pub(super) type Reporter = Box<dyn Fn(Report) + Send>;

type LegKey = (CompanyId, LegId);
type CallKey = (CompanyId, CallId);

/// Everything on the media thread.
pub(super) struct Media {
    sounds: Arc<Sounds>,
    seed: [u8; 32],
    report: Reporter,
    music_since: Instant,
    legs: BTreeMap<LegKey, Leg>,
    calls: BTreeMap<CallKey, Call>,
    streams: HashMap<StreamId, LegKey>,
    leaving: VecDeque<(Instant, Leaving)>,
    made: u64,
}

/// What lingers, in the order in which it goes.
enum Leaving {
    Leg(LegKey, StreamId),
    Call(CallKey),
}

struct Leg {
    stream: StreamId,
    number: session::LegId,
    settings: LegSettings,
    call: Option<CallId>,
    /// Its streams, while it is on its way from one call to another.
    moving: Option<MovingLeg>,
}

struct Call {
    session: Session,
    plan: MediaPlan,
    language: Language,
    own: OwnSounds,
    streams: BTreeMap<session::LegId, StreamId>,
    /// Nobody is left: the last plan holds until the call goes.
    over: bool,
}

/// Sends what a session makes to the streams of its legs.
struct Sending<'a, 'b> {
    streams: &'a BTreeMap<session::LegId, StreamId>,
    out: &'a mut Outbound<'b>,
}

impl session::Output for Sending<'_, '_> {
    fn send(&mut self, leg: session::LegId, channel: Channel, packet: &[u8]) {
        let component = match channel {
            Channel::Rtp => Component::Rtp,
            Channel::Rtcp => Component::Rtcp,
        };
        if let Some(stream) = self.streams.get(&leg) {
            // A packet that the system does not take now is counted there and worth nothing later.
            let _ = self.out.send(*stream, component, packet);
        }
    }
}

impl Media {
    pub(super) fn new(sounds: Arc<Sounds>, seed: [u8; 32], report: Reporter) -> Self {
        Self {
            sounds,
            seed,
            report,
            music_since: Instant::now(),
            legs: BTreeMap::new(),
            calls: BTreeMap::new(),
            streams: HashMap::new(),
            leaving: VecDeque::new(),
            made: 0,
        }
    }

    fn leg(&mut self, now: Instant, key: LegKey, leg: Leg) {
        self.streams.insert(leg.stream, key);
        let (call, moving) = self.legs.remove(&key).map_or((None, None), |old| (old.call, old.moving));
        let settings = leg.settings.clone();
        let number = leg.number;
        self.legs.insert(key, Leg { call, moving, ..leg });
        let calls = call.and_then(|call| self.calls.get_mut(&(key.0, call)));
        if let Some(call) = calls {
            call.session.update_leg(now, number, settings);
        } else {
            self.join_waiting(now, key);
        }
    }

    /// A plan may name a leg before its media is agreed.
    fn join_waiting(&mut self, now: Instant, key: LegKey) {
        let waiting = self
            .calls
            .iter()
            .find(|((company, _), call)| *company == key.0 && call.plan.listeners.contains_key(&key.1));
        if let Some((call, _)) = waiting {
            let call = *call;
            self.execute(now, call);
        }
    }

    /// Lets go what has lingered.
    fn let_go(&mut self, now: Instant, out: &mut Outbound<'_>) {
        while self.leaving.front().is_some_and(|(since, _)| *since + LINGER <= now) {
            let Some((_, leaving)) = self.leaving.pop_front() else { return };
            match leaving {
                Leaving::Leg(key, stream) => {
                    self.gone(now, key, out);
                    out.close(stream);
                }
                Leaving::Call(key) if self.calls.get(&key).is_some_and(|call| call.over) => {
                    self.over(now, key);
                }
                Leaving::Call(_) => {}
            }
        }
    }

    fn gone(&mut self, now: Instant, key: LegKey, out: &mut Outbound<'_>) {
        let Some(leg) = self.legs.remove(&key) else { return };
        self.streams.remove(&leg.stream);
        if let Some(call) = leg.call {
            self.leave(now, (key.0, call), leg.number, out);
        }
    }

    fn leave(&mut self, now: Instant, call: CallKey, leg: session::LegId, out: &mut Outbound<'_>) {
        let Some(call) = self.calls.get_mut(&call) else { return };
        call.session.remove_leg(now, leg, &mut Sending { streams: &call.streams, out });
        call.streams.remove(&leg);
    }

    fn plan(&mut self, now: Instant, key: CallKey, plan: MediaPlan, language: Language, clips: Clips) {
        if plan.listeners.is_empty() {
            if let Some(call) = self.calls.get_mut(&key) {
                call.over = true;
                self.leaving.push_back((now, Leaving::Call(key)));
            }
            return;
        }
        self.move_in(now, key, &plan);
        let seed = self.next_seed();
        let call = self.calls.entry(key).or_insert_with(|| Call {
            session: Session::new(now, SessionSettings::new(seed, ntp(), name(&seed))),
            plan: MediaPlan::default(),
            language,
            own: OwnSounds::default(),
            streams: BTreeMap::new(),
            over: false,
        });
        call.over = false;
        call.own.follow(&plan, clips);
        call.plan = plan;
        call.language = language;
        self.execute(now, key);
    }

    /// A call has nobody left. Legs that are still there have gone, or will stand in the plan of another call.
    fn over(&mut self, now: Instant, key: CallKey) {
        self.move_out(now, key, |_| true);
        self.calls.remove(&key);
    }

    /// Legs that a new plan names may come from other calls (a transfer, a conference): their streams come along.
    fn move_in(&mut self, now: Instant, key: CallKey, plan: &MediaPlan) {
        let others: BTreeSet<CallKey> = plan
            .listeners
            .keys()
            .filter_map(|leg| self.legs.get(&(key.0, *leg))?.call)
            .map(|call| (key.0, call))
            .filter(|other| *other != key)
            .collect();
        for other in others {
            self.move_out(now, other, |leg| plan.listeners.contains_key(&leg));
        }
    }

    /// Takes legs out of a call, with their streams.
    fn move_out(&mut self, now: Instant, key: CallKey, which: impl Fn(LegId) -> bool) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let of_call = |leg: &LegKey, it: &Leg| leg.0 == key.0 && it.call == Some(key.1) && which(leg.1);
        let mut leaving: Vec<_> = self.legs.iter_mut().filter(|(leg, it)| of_call(leg, it)).collect();
        let numbers: Vec<session::LegId> = leaving.iter().map(|(_, leg)| leg.number).collect();
        for moving in call.session.release_legs(now, &numbers) {
            call.streams.remove(&moving.id());
            if let Some((_, leg)) = leaving.iter_mut().find(|(_, leg)| leg.number == moving.id()) {
                leg.moving = Some(moving);
            }
        }
        leaving.iter_mut().for_each(|(_, leg)| leg.call = None);
    }

    /// Puts legs that are ready into the session and states the plan.
    fn execute(&mut self, now: Instant, key: CallKey) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let (mut moving, mut fresh) = (Vec::new(), Vec::new());
        for id in call.plan.listeners.keys() {
            let Some(leg) = self.legs.get_mut(&(key.0, *id)) else { continue };
            leg.call = Some(key.1);
            if call.streams.insert(leg.number, leg.stream).is_none() {
                moving.extend(leg.moving.take());
                fresh.push((leg.number, leg.settings.clone()));
            }
        }
        let legs = &self.legs;
        let around = Surroundings {
            leg: &|leg| legs.get(&(key.0, leg)).map(|leg| leg.number),
            sounds: &self.sounds,
            own: &call.own,
            language: call.language,
            music_since: self.music_since,
        };
        let plan = plan::audio_plan(&call.plan, &around);
        call.session.adopt_legs(now, moving, plan);
        for (number, settings) in fresh {
            call.session.add_leg(now, number, settings);
        }
    }

    /// An unguessable origin for the streams of each session.
    fn next_seed(&mut self) -> [u8; 32] {
        self.made = self.made.wrapping_add(1);
        let mut seed = self.seed;
        for (byte, count) in seed.iter_mut().zip(self.made.to_le_bytes()) {
            *byte ^= count;
        }
        seed
    }

    fn report(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        while let Some(event) = call.session.poll() {
            let (company, id) = key;
            let leg_of =
                |number| self.legs.iter().find(|(_, leg)| leg.number == number).map(|((_, leg), _)| *leg);
            match event {
                session::Event::ClipFinished { source } => {
                    if let Some(play) = plan::play_of(source, &call.plan) {
                        let event = MediaEvent::ClipFinished(play);
                        (self.report)(Report::Event { company, call: id, event });
                    }
                }
                session::Event::Silent { leg, .. } => {
                    if let Some(leg) = leg_of(leg) {
                        (self.report)(Report::Event { company, call: id, event: MediaEvent::Silent(leg) });
                    }
                }
                session::Event::Digit { leg, digit, .. } => {
                    if let Some(leg) = leg_of(leg) {
                        let event = MediaEvent::Key(leg, digit.to_char());
                        (self.report)(Report::Event { company, call: id, event });
                    }
                }
                session::Event::FirstPacket { .. } | session::Event::HeardAgain { .. } => {}
            }
        }
    }
}

impl Handler for Media {
    type Message = Message;

    fn packet(&mut self, packet: Packet<'_>, out: &mut Outbound<'_>) {
        let Some(key) = self.streams.get(&packet.stream) else { return };
        let Some(leg) = self.legs.get(key) else { return };
        let Some(id) = leg.call else { return };
        let Some(call) = self.calls.get_mut(&(key.0, id)) else { return };
        let mut bytes = [0; 2_048];
        let Some(copy) = bytes.get_mut(..packet.bytes.len()) else { return };
        copy.copy_from_slice(packet.bytes);
        let number = leg.number;
        call.session.leg_packet(packet.now, number, copy, &mut Sending { streams: &call.streams, out });
        let key = (key.0, id);
        self.report(key);
    }

    fn tick(&mut self, now: Instant, out: &mut Outbound<'_>) {
        self.let_go(now, out);
        let mut due = Vec::new();
        for (key, call) in &mut self.calls {
            if call.session.deadline().is_some_and(|at| at <= now) {
                call.session.tick(now, &mut Sending { streams: &call.streams, out });
                due.push(*key);
            }
        }
        for key in due {
            self.report(key);
        }
    }

    fn message(&mut self, message: Message, now: Instant, _: &mut Outbound<'_>) {
        match message {
            Message::Leg { company, leg, stream, number, settings } => {
                let number = session::LegId(number);
                let leg_now = Leg { stream, number, settings: *settings, call: None, moving: None };
                self.leg(now, (company, leg), leg_now);
            }
            Message::Gone { company, leg, stream } => {
                self.leaving.push_back((now, Leaving::Leg((company, leg), stream)));
            }
            Message::Plan { company, call, plan, language, clips } => {
                self.plan(now, (company, call), plan, language, clips);
            }
            Message::Sound { company, call: id, name, clip } => {
                if let Some(call) = self.calls.get_mut(&(company, id))
                    && named(&call.plan).any(|named| *named == name)
                {
                    call.own.add(name, clip);
                    self.execute(now, (company, id));
                }
            }
            Message::Digits { company, leg, digits } => {
                let Some(leg) = self.legs.get(&(company, leg)) else { return };
                let call = leg.call.and_then(|call| self.calls.get_mut(&(company, call)));
                if let Some(call) = call {
                    for digit in digits.chars().filter_map(Digit::from_char) {
                        call.session.send_digit(now, leg.number, digit, KEY);
                    }
                }
            }
        }
    }

    fn latched(&mut self, stream: StreamId, component: Component, address: SocketAddr) {
        tracing::debug!(?stream, ?component, %address, "media comes from another address than signalled");
    }
}

/// An opaque name for RTCP (RFC 7022).
fn name(seed: &[u8; 32]) -> String {
    seed.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// The wall clock as NTP writes it.
fn ntp() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    (since.as_secs().wrapping_add(NTP_OFFSET) << 32) | fraction
}

#[cfg(test)]
mod tests;
