//! What the exchange remembers about subscribers apart from their settings.
//!
//! Settings are what people choose; memory is what happened. It changes only by [`Change`]s, which are
//! effects like any other, so that the same calls leave the same memory.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use crate::attempt::PerCall;
use crate::clip::RingPattern;
use crate::directory::{Amount, AuthorizationId, Number, SubscriberId, TeamId};

/// What is remembered, per subscriber. Who is not in it has no past.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Memory {
    subscribers: BTreeMap<SubscriberId, Remembered>,
    /// What everybody spent, by the day: a guard asks it at each call to the outside, and people are many.
    #[serde(skip)]
    spent: BTreeMap<Date, Amount>,
}

impl<'de> Deserialize<'de> for Memory {
    fn deserialize<D: Deserializer<'de>>(stored: D) -> Result<Self, D::Error> {
        BTreeMap::<SubscriberId, Remembered>::deserialize(stored).map(Self::from_iter)
    }
}

/// What is remembered about one subscriber.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The number they called last, on any device.
    pub last_dialled: Option<Number>,
    /// Who called them last.
    pub last_caller: Option<LastCaller>,
    /// Wishes for the next call they make.
    pub next_call: PerCall,
    /// The code with which they unlocked their calling plan; none while it is locked.
    #[serde(default)]
    pub unlocked: Option<AuthorizationId>,
    /// What calls to the outside cost that ended on the last day with any.
    #[serde(default)]
    pub spent: Option<Spent>,
    /// Wishes for the calls they are in; none when they are in no call, so also after a restart.
    #[serde(skip)]
    pub current_call: Option<PerCall>,
    /// What is asked about less often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    past: Option<Box<Past>>,
}

/// What is remembered about one subscriber and asked about less often.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Past {
    missed: Option<Missed>,
    idle_since: Option<Timestamp>,
    called_for_help: Option<Timestamp>,
    hunted: Hunted,
    turn: Option<Turn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    callbacks: Vec<Callback>,
}

/// Calls that were not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Missed {
    last: LastCaller,
    /// The one before, in case the last one is answered after all.
    before: Option<LastCaller>,
}

impl Remembered {
    /// Who called them last without an answer.
    pub fn last_missed(&self) -> Option<LastCaller> {
        self.past.as_ref()?.missed.map(|missed| missed.last)
    }

    /// When they were last in a call.
    pub fn idle_since(&self) -> Option<Timestamp> {
        self.past.as_ref()?.idle_since
    }

    /// When they last called for help.
    pub fn called_for_help(&self) -> Option<Timestamp> {
        self.past.as_ref()?.called_for_help
    }

    /// Of a group: who was served.
    pub fn hunted(&self) -> Hunted {
        self.past.as_ref().map(|past| past.hunted.clone()).unwrap_or_default()
    }

    /// Which of the turns of a team was theirs last; none when it never was, or of another team.
    pub fn turn_in(&self, team: TeamId) -> Option<u64> {
        let turn = self.past.as_ref()?.turn.filter(|turn| turn.team == team);
        turn.map(|turn| turn.number)
    }

    /// The colleagues for whom they wait, the one first whom they asked for first.
    pub fn callbacks(&self) -> &[Callback] {
        self.past.as_ref().map_or(&[], |past| past.callbacks.as_slice())
    }

    fn past(&mut self) -> &mut Past {
        self.past.get_or_insert_default()
    }

    fn called(&mut self, caller: LastCaller) {
        self.last_caller = Some(caller);
        let missed = self.past.as_ref().and_then(|past| past.missed);
        self.past().missed = if caller.answered {
            missed.and_then(|missed| missed.before).map(|last| Missed { last, before: None })
        } else {
            Some(Missed { last: caller, before: missed.map(|missed| missed.last) })
        };
    }
}

/// Somebody waits until a colleague is free, to call them then (F-032).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// The colleague.
    pub to: SubscriberId,
    /// By which number they were called.
    pub number: Number,
    /// Since when they are waited for.
    pub asked: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// So long both have to be free before.
    pub guard_seconds: u16,
    /// So often the own telephones ring.
    pub rings: u8,
    /// How they ring.
    pub pattern: RingPattern,
    /// They rang once, and nobody answered.
    pub tried: bool,
}

/// What a group remembers of its members (F-110).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hunted {
    /// Who was served last.
    pub last: Option<SubscriberId>,
    /// When each member was last in a call of the group.
    pub served: BTreeMap<SubscriberId, Timestamp>,
}

/// A turn of one member of a team in which turns are taken (F-085). Whose number is highest was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Which team.
    pub team: TeamId,
    /// Turns are counted from one.
    pub number: u64,
}

/// What calls cost on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// The day, by the company's clocks.
    pub day: Date,
    /// How much.
    pub amount: Amount,
}

/// Who called last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCaller {
    /// The number, if one was given.
    pub number: Option<Number>,
    /// The caller did not want to be shown.
    pub withheld: bool,
    /// The call was answered.
    pub answered: bool,
}

/// A change of memory about one subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// They called a number; wishes for the next call are used up, and hold for this one.
    Dialled(Number, PerCall),
    /// Somebody called them, or their call was answered.
    Called(LastCaller),
    /// They unlocked their calling plan with a code, or locked it.
    Unlocked(Option<AuthorizationId>),
    /// A call on their account has ended that cost something.
    Spent(Spent),
    /// Nobody called them.
    CallerForgotten,
    /// They called for help.
    CalledForHelp(Timestamp),
    /// They are in a call now.
    CallBegan(PerCall),
    /// They are in no call any more, since then.
    CallsEnded(Timestamp),
    /// Of a group: a member took a call of it.
    Served(SubscriberId, Timestamp),
    /// Of a group: a member was in a call of it until then.
    ServedUntil(SubscriberId, Timestamp),
    /// It was their turn in a team.
    TookTurn(Turn),
    /// They wait for a colleague from now on, in the place of what was wanted of that one before.
    CallBackWanted(Callback),
    /// Their telephones rang because a colleague was free, and nobody answered.
    CallBackTried(SubscriberId),
    /// They do not wait for this colleague any more.
    CallBackOver(SubscriberId),
    /// They do not wait for anybody any more.
    CallBacksForgotten,
    /// A wish for one call: for the one they are in, else for the next one. Who is shown is settled
    /// when a call begins, so that wish is always for the next one.
    Wish(PerCall),
}

impl FromIterator<(SubscriberId, Remembered)> for Memory {
    fn from_iter<I: IntoIterator<Item = (SubscriberId, Remembered)>>(subscribers: I) -> Self {
        let mut memory = Self { subscribers: subscribers.into_iter().collect(), spent: BTreeMap::new() };
        for spent in memory.subscribers.values().filter_map(|remembered| remembered.spent) {
            add(&mut memory.spent, spent);
        }
        memory
    }
}

impl Memory {
    /// What is remembered about a subscriber.
    pub fn of(&self, subscriber: SubscriberId) -> Remembered {
        self.subscribers.get(&subscriber).cloned().unwrap_or_default()
    }

    /// Takes in what happened.
    pub fn apply(&mut self, subscriber: SubscriberId, change: Change) {
        let remembered = self.subscribers.entry(subscriber).or_default();
        match change {
            Change::Dialled(number, wishes) => {
                remembered.last_dialled = Some(number);
                remembered.next_call = PerCall::default();
                remembered.current_call = Some(remembered.current_call.unwrap_or_default().and(wishes));
            }
            Change::Called(caller) => remembered.called(caller),
            Change::Unlocked(code) => remembered.unlocked = code,
            Change::Spent(spent) => {
                let last = remembered.spent.take();
                let before = last.filter(|last| last.day == spent.day);
                let amount = before.map_or(spent.amount, |before| before.amount.and(spent.amount));
                remembered.spent = Some(Spent { amount, ..spent });
                if let Some(over) = last.filter(|last| last.day != spent.day) {
                    take(&mut self.spent, over);
                }
                add(&mut self.spent, spent);
            }
            Change::CalledForHelp(at) => remembered.past().called_for_help = Some(at),
            Change::CallerForgotten => {
                remembered.last_caller = None;
                remembered.past().missed = None;
            }
            Change::CallBegan(wishes) => {
                remembered.current_call = Some(remembered.current_call.unwrap_or_default().and(wishes));
            }
            Change::CallsEnded(at) => {
                remembered.current_call = None;
                remembered.past().idle_since = Some(at);
            }
            Change::Served(member, at) => {
                let hunted = &mut remembered.past().hunted;
                hunted.last = Some(member);
                hunted.served.insert(member, at);
            }
            Change::ServedUntil(member, at) => {
                remembered.past().hunted.served.insert(member, at);
            }
            Change::TookTurn(turn) => remembered.past().turn = Some(turn),
            Change::CallBackWanted(callback) => {
                let callbacks = &mut remembered.past().callbacks;
                callbacks.retain(|before| before.to != callback.to);
                callbacks.push(callback);
            }
            Change::CallBackTried(to) => {
                let callbacks = remembered.past().callbacks.iter_mut();
                callbacks.filter(|callback| callback.to == to).for_each(|callback| callback.tried = true);
            }
            Change::CallBackOver(to) => remembered.past().callbacks.retain(|callback| callback.to != to),
            Change::CallBacksForgotten => remembered.past().callbacks.clear(),
            Change::Wish(wish) => match &mut remembered.current_call {
                Some(current) => {
                    let shown = PerCall { hide_number: wish.hide_number, ..PerCall::default() };
                    *current = current.and(PerCall { hide_number: None, ..wish });
                    remembered.next_call = remembered.next_call.and(shown);
                }
                None => remembered.next_call = remembered.next_call.and(wish),
            },
        }
    }

    /// What everybody's calls cost that ended on a day.
    pub fn spent_on(&self, day: Date) -> Amount {
        self.spent.get(&day).copied().unwrap_or(Amount::NONE)
    }

    /// Everybody about whom something is remembered, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SubscriberId, &Remembered)> {
        self.subscribers.iter().map(|(id, remembered)| (*id, remembered))
    }
}

fn add(days: &mut BTreeMap<Date, Amount>, spent: Spent) {
    if !spent.amount.is_none() {
        let day = days.entry(spent.day).or_default();
        *day = day.and(spent.amount);
    }
}

/// A day of somebody's is over; one that is over for everybody is forgotten.
fn take(days: &mut BTreeMap<Date, Amount>, spent: Spent) {
    if let Some(day) = days.get_mut(&spent.day) {
        *day = day.without(spent.amount);
    }
    days.retain(|_, amount| !amount.is_none());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANNA: SubscriberId = SubscriberId(1);
    const NO_WAITING: PerCall = PerCall {
        hide_number: None,
        no_call_waiting: true,
        no_music: false,
        no_forward: false,
        returns_call: false,
        speaks: None,
    };

    fn number() -> Number {
        "202".parse().unwrap()
    }

    #[test]
    fn a_wish_before_the_call_holds_for_the_next_call_only() {
        let mut memory = Memory::default();

        memory.apply(ANNA, Change::Wish(NO_WAITING));
        assert_eq!(memory.of(ANNA).next_call, NO_WAITING);

        memory.apply(ANNA, Change::Dialled(number(), NO_WAITING));
        assert_eq!(memory.of(ANNA).next_call, PerCall::default());
        assert_eq!(memory.of(ANNA).current_call, Some(NO_WAITING));

        let now = Timestamp::UNIX_EPOCH;
        memory.apply(ANNA, Change::CallsEnded(now));
        assert_eq!(memory.of(ANNA).current_call, None);
        assert_eq!(memory.of(ANNA).idle_since(), Some(now));
    }

    #[test]
    fn a_wish_during_a_call_holds_for_that_call() {
        let mut memory = Memory::default();
        memory.apply(ANNA, Change::CallBegan(PerCall::default()));

        memory.apply(ANNA, Change::Wish(NO_WAITING));

        assert_eq!(memory.of(ANNA).current_call, Some(NO_WAITING));
        assert_eq!(memory.of(ANNA).next_call, PerCall::default());
    }

    #[test]
    fn to_hide_the_number_is_a_wish_for_the_next_call_also_during_a_call() {
        let mut memory = Memory::default();
        memory.apply(ANNA, Change::CallBegan(PerCall::default()));

        memory.apply(ANNA, Change::Wish(PerCall { hide_number: Some(true), ..NO_WAITING }));

        let hidden = PerCall { hide_number: Some(true), ..PerCall::default() };
        assert_eq!(memory.of(ANNA).next_call, hidden);
        assert_eq!(memory.of(ANNA).current_call, Some(NO_WAITING));
    }

    #[test]
    fn nobody_is_in_a_call_after_a_restart() {
        let mut memory = Memory::default();
        memory.apply(ANNA, Change::Dialled(number(), NO_WAITING));

        let stored = serde_json::to_string(&memory.of(ANNA)).unwrap();
        let loaded: Remembered = serde_json::from_str(&stored).unwrap();
        let older: Remembered = serde_json::from_str(
            r#"{"last_dialled":null,"last_caller":null,
                "next_call":{"hide_number":null,"no_call_waiting":false,"no_music":false},
                "current_call":{"hide_number":true,"no_call_waiting":true,"no_music":false}}"#,
        )
        .unwrap();

        assert_eq!(loaded, Remembered { current_call: None, ..memory.of(ANNA) });
        assert_eq!(older, Remembered::default());
    }

    #[test]
    fn what_was_spent_is_counted_by_the_day_and_outlives_a_restart() {
        let mut memory = Memory::default();
        let day = |day| jiff::civil::date(2026, 11, day);
        let spent = |day, amount: &str| Change::Spent(Spent { day, amount: amount.parse().unwrap() });
        memory.apply(ANNA, spent(day(1), "5"));
        memory.apply(ANNA, spent(day(2), "0.50"));
        memory.apply(ANNA, spent(day(2), "0.25"));
        memory.apply(SubscriberId(2), spent(day(2), "1"));

        let stored = serde_json::to_string(&memory).unwrap();
        let loaded: Memory = serde_json::from_str(&stored).unwrap();

        assert_eq!(loaded.spent_on(day(2)).to_string(), "1.75");
        assert_eq!(loaded.spent_on(day(1)), Amount::NONE, "that day is over for Anna");
    }

    proptest! {
        #[test]
        fn what_all_spent_on_a_day_is_the_sum_of_what_each_did(
            calls in prop::collection::vec((1_u32..6, 1_i8..5, 0_u32..300), 0..60),
        ) {
            let mut memory = Memory::default();
            let day = |day| jiff::civil::date(2026, 11, day);

            for (who, on, cents) in calls {
                let amount = format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap();
                memory.apply(SubscriberId(who), Change::Spent(Spent { day: day(on), amount }));
            }

            for day in (1..6).map(day) {
                let each = memory.iter().filter_map(|(_, it)| it.spent).filter(|spent| spent.day == day);
                prop_assert_eq!(memory.spent_on(day), each.fold(Amount::NONE, |all, it| all.and(it.amount)));
            }
            let stored = serde_json::to_string(&memory).unwrap();
            let loaded: Memory = serde_json::from_str(&stored).unwrap();
            prop_assert!((1..6).map(day).all(|day| loaded.spent_on(day) == memory.spent_on(day)));
        }
    }

    #[test]
    fn a_day_that_is_over_for_everybody_is_forgotten() {
        let mut memory = Memory::default();
        for day in 1..29 {
            let spent = Spent { day: jiff::civil::date(2026, 11, day), amount: "0.10".parse().unwrap() };
            memory.apply(ANNA, Change::Spent(spent));
        }

        assert_eq!(memory.spent.len(), 1);
    }

    #[test]
    fn nobody_is_remembered_who_did_nothing() {
        assert_eq!(Memory::default().of(ANNA), Remembered::default());
    }

    #[test]
    fn the_last_number_and_the_last_caller_are_kept_apart() {
        let mut memory = Memory::default();
        let caller = LastCaller { number: Some(number()), withheld: false, answered: true };

        memory.apply(ANNA, Change::Called(caller));
        memory.apply(ANNA, Change::Dialled("203".parse().unwrap(), PerCall::default()));

        assert_eq!(memory.of(ANNA).last_caller, Some(caller));
        assert_eq!(memory.of(ANNA).last_dialled.unwrap().to_string(), "203");
        assert_eq!(memory.iter().count(), 1);
    }
}
