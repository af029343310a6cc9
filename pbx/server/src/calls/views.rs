//! What clients and the store are given of calls: the exchange's facts in the words of the API.

use std::time::Duration;

use pbx::attempt::{Diversion, Identity, Party as Fact, Shown};
use pbx::call::{CallView, PartyState, PartyView};
use pbx::directory::{Directory, Guard, Number, Owner, ServiceRecord, SubscriberId};
use pbx::exchange::Stored;
use pbx::feature::{self, LogLine, Standing};
use pbx::ledger::{self, CallRecord, Moved};
use pbx::presence::{Lamp, Presence};
use pbx::trace::Step;
use pbx_api::call::DiversionView;
use pbx_api::call_record::{LegRecord, LogEntry, Payer};
use pbx_api::event::{Alarm, AlarmGuard, Registration};
use pbx_api::{
    ApiError, CallId, Direction, ErrorCode, LegId, LegState, LegView, LogList, Parked, Party, PresenceState,
    Timestamp,
};
use pbx_sip::RegistrationChange;

use crate::company::CompanyData;
use crate::seen::{SeenCall, Sight};

/// A call as it stands, and what each party may see of the others; `last` is what clients saw before,
/// whose states keep their age.
pub(super) fn call(
    view: &CallView,
    last: Option<&pbx_api::CallView>,
    directory: &Directory,
    now: jiff::Timestamp,
    call_id: impl Fn(LegId) -> Option<String>,
) -> SeenCall {
    let sights = view.parties.iter().map(|party| (party.leg, sight(party, directory))).collect();
    let call = SeenCall::new(whole(view, last, now, call_id), sights);
    match last {
        Some(before) => call.after(before),
        None => call,
    }
}

fn sight(viewer: &PartyView, directory: &Directory) -> Sight {
    viewer.sees.iter().map(|(leg, other)| (*leg, shown(other, directory))).collect()
}

fn whole(
    view: &CallView,
    last: Option<&pbx_api::CallView>,
    now: jiff::Timestamp,
    call_id: impl Fn(LegId) -> Option<String>,
) -> pbx_api::CallView {
    let leg = |party: &PartyView| {
        let state = leg_state(party.state);
        let before =
            last.and_then(|last| last.legs.iter().find(|leg| leg.id == party.leg && leg.state == state));
        LegView {
            id: party.leg,
            party: fact(&party.party),
            direction: direction(party.direction),
            state,
            since: before.map_or_else(|| millis(now), |leg| leg.since),
            muted: party.muted,
            controller: party.controller,
            sip_call_id: call_id(party.leg),
        }
    };
    pbx_api::CallView {
        id: view.call,
        version: view.version,
        started: millis(view.started),
        answered: view.answered.map(millis),
        dialled: view.dialled.clone(),
        diversions: view.diversions.iter().map(diversion).collect(),
        legs: view.parties.iter().map(leg).collect(),
        note: view.note.clone(),
        transfer: view.transfer.as_ref().map(transfer),
        ended: false,
        end_reason: None,
    }
}

fn transfer(transfer: &pbx::call::TransferView) -> pbx_api::TransferView {
    pbx_api::TransferView {
        by: api_id(transfer.by),
        leg: transfer.leg,
        to: transfer.to.clone(),
        recall_at: transfer.recall_at.map(millis),
        recalled: transfer.recalled,
        parked_at: transfer.parked_at.map(api_id),
    }
}

fn diversion(diversion: &Diversion) -> DiversionView {
    let open = !diversion.withheld;
    let by = Party {
        subscriber: open.then_some(api_id(diversion.by)),
        number: open.then(|| diversion.number.to_string()),
        name: None,
        anonymous: diversion.withheld,
    };
    DiversionView { by, reason: diversion.reason.name().to_owned() }
}

const fn leg_state(state: PartyState) -> LegState {
    match state {
        PartyState::Calling | PartyState::Waiting => LegState::Dialling,
        PartyState::Called | PartyState::Ringing => LegState::Ringing,
        PartyState::Talking => LegState::Talking,
        PartyState::Holding => LegState::Holding,
        PartyState::Held => LegState::Held,
    }
}

/// A lamp: what the telephone does, and, while it does nothing, what its services would do with a call.
pub(super) fn presence(presence: &Presence) -> pbx_api::Presence {
    let who = presence.subscriber;
    let Standing { do_not_disturb, forward_to, .. } = presence.standing;
    let state = match presence.lamp() {
        Lamp::Ringing => PresenceState::Ringing,
        Lamp::OnHold => PresenceState::Hold,
        Lamp::Busy => PresenceState::Busy,
        Lamp::Idle | Lamp::Unreachable if do_not_disturb => PresenceState::Dnd,
        Lamp::Unreachable => PresenceState::Offline,
        Lamp::Idle if forward_to.is_some() => PresenceState::Forwarded,
        Lamp::Idle => PresenceState::Available,
    };
    pbx_api::Presence {
        subscriber: api_id(who),
        state,
        since: millis(presence.since),
        version: presence.version,
        forward_to: forward_to.map(|number| number.to_string()),
        with: presence.legs.iter().find_map(|leg| leg.peer.as_ref().and_then(name_of)),
        ringing: presence.legs.iter().find(|leg| leg.rings_here()).map(|leg| leg.call),
        parked: presence.parked.as_ref().map(|it| Parked { call: it.call, who: name_of(&it.who) }),
    }
}

/// A telephone that came or went.
pub(super) fn registration(change: &RegistrationChange, now: jiff::Timestamp) -> Registration {
    Registration {
        subscriber: api_id(change.subscriber),
        device: Some(change.device),
        registered: change.registered,
        user_agent: change.product.clone(),
        since: millis(now),
    }
}

/// A guard that was struck, for those who answer for the company.
pub(super) fn alarm(guard: Guard, by: SubscriberId, number: Number, at: jiff::Timestamp) -> Alarm {
    let guard = match guard {
        Guard::CallsPerUser => AlarmGuard::CallsPerUser,
        Guard::Calls => AlarmGuard::Calls,
        Guard::SpendPerUser => AlarmGuard::SpendPerUser,
        Guard::Spend => AlarmGuard::Spend,
    };
    Alarm { guard, subscriber: api_id(by), number: text(number), at: millis(at) }
}

/// A mail about a call, for the store.
pub(super) fn notice(call: CallId, at: jiff::Timestamp, notice: &feature::Notice) -> pbx_api::Notice {
    pbx_api::Notice {
        call,
        subscriber: api_id(notice.subscriber),
        at: millis(at),
        to: notice.to.to_string(),
        subject: notice.subject.clone(),
        body: notice.body.clone(),
    }
}

/// A call that is over, for the store: its record, and a line for each list that it stands in.
pub(super) fn record(record: &CallRecord) -> (pbx_api::CallRecord, Vec<LogEntry>) {
    let log = record.log.iter().map(|(who, line)| log_entry(record.call, *who, line)).collect();
    let legs = record.legs.iter().map(leg_record).collect();
    let kept = pbx_api::CallRecord {
        call: record.call,
        caller: fact(&record.caller),
        dialled: record.dialled.clone(),
        started: millis(record.started),
        answered: record.answered.map(millis),
        ended: millis(record.ended),
        outcome: record.outcome,
        legs,
        authorization: record.authorization.map(|code| code.0),
        moves: record.moves.iter().map(move_record).collect(),
        note: record.note.clone(),
        trace: record.trace.0.iter().map(line).collect(),
    };
    (kept, log)
}

/// A step of the trace as people read it.
fn line(step: &Step) -> String {
    use std::fmt::Write as _;
    // A dozen for each call: room for a usual one is asked for once.
    let mut line = String::with_capacity(80);
    write!(line, "{step}").expect("a string takes everything");
    line
}

/// Those in whose lists a call stands although no telephone of theirs was in it: no news of the call itself reached them.
pub(super) fn unheard(record: &pbx_api::CallRecord, log: &[LogEntry]) -> Vec<pbx_api::SubscriberId> {
    let heard = |who: pbx_api::SubscriberId| record.legs.iter().any(|leg| leg.party.subscriber == Some(who));
    log.iter().map(|line| line.subscriber).filter(|who| !heard(*who)).collect()
}

fn leg_record(leg: &ledger::LegRecord) -> LegRecord {
    LegRecord {
        leg: leg.leg,
        party: fact(&leg.party),
        direction: direction(leg.direction),
        started: millis(leg.started),
        answered: leg.answered.map(millis),
        ended: millis(leg.ended),
        outcome: leg.outcome,
        payer: match leg.payer {
            ledger::Payer::Nobody => Payer::Nobody,
            ledger::Payer::Exchange(subscriber) => Payer::Subscriber { subscriber: api_id(subscriber) },
        },
        cost: Some(leg.cost).filter(|cost| !cost.is_none()).map(|cost| cost.to_string()),
        call_type: leg.party.on_net.as_ref().and_then(|it| it.call_type.clone()),
    }
}

fn move_record(it: &ledger::MoveRecord) -> pbx_api::MoveRecord {
    let what = match it.what {
        Moved::PickedUp => pbx_api::Moved::PickedUp,
        Moved::BargedIn => pbx_api::Moved::BargedIn,
        Moved::Parked => pbx_api::Moved::Parked,
        Moved::Retrieved => pbx_api::Moved::Retrieved,
    };
    pbx_api::MoveRecord { at: millis(it.at), by: api_id(it.by), what, whom: api_id(it.whom) }
}

fn log_entry(call: CallId, who: SubscriberId, line: &LogLine) -> LogEntry {
    let own = line.diversions.iter().rfind(|diversion| diversion.by == who);
    LogEntry {
        call,
        subscriber: api_id(who),
        list: match line.list {
            feature::LogList::Placed => LogList::Placed,
            feature::LogList::Received => LogList::Received,
            feature::LogList::Missed => LogList::Missed,
        },
        peer: identity(&line.other),
        number: text(line.number),
        at: millis(line.began),
        talked_s: begun_seconds(line.talked),
        redirected_to: own.map(|diversion| text(diversion.to)),
    }
}

/// Every second that began counts, so that 0 means that nobody spoke.
fn begun_seconds(talked: Duration) -> u64 {
    talked.as_secs() + u64::from(talked.subsec_nanos() > 0)
}

/// Puts a setting that somebody made at a telephone among the settings that are kept.
pub(super) fn set_service(data: &mut CompanyData, change: &Stored) -> Result<(), ApiError> {
    let services = data.services_mut(Owner::Subscriber(change.subscriber)).ok_or(ErrorCode::NotFound)?;
    let record =
        ServiceRecord { version: change.settings.version, settings: change.settings.settings.clone() };
    services.insert(change.settings.service.to_owned(), record);
    Ok(())
}

fn fact(party: &Fact) -> Party {
    let number = party.extension.map(|extension| extension.to_string());
    Party {
        subscriber: party.subscriber.map(api_id),
        number: number.or_else(|| party.number.filter(|_| !party.withheld).map(|number| number.to_string())),
        name: party.name.clone().filter(|_| !party.withheld),
        anonymous: party.withheld,
    }
}

fn identity(identity: &Identity) -> Party {
    match &identity.shown {
        Shown::Number { number, name } => {
            Party { subscriber: None, number: Some(text(*number)), name: name.clone(), anonymous: false }
        }
        Shown::Withheld => Party { anonymous: true, ..Party::default() },
        Shown::Unavailable | Shown::Unchanged => Party::default(),
    }
}

/// Somebody as a telephone shows them, with the colleague to whom a shown number belongs.
fn shown(identity: &Identity, directory: &Directory) -> Party {
    let colleague = match &identity.shown {
        Shown::Number { number, .. } => directory.by_any_number(*number).map(api_id),
        Shown::Withheld | Shown::Unavailable | Shown::Unchanged => None,
    };
    Party { subscriber: colleague, ..self::identity(identity) }
}

fn name_of(identity: &Identity) -> Option<String> {
    match &identity.shown {
        Shown::Number { number, name } => Some(name.clone().unwrap_or_else(|| text(*number))),
        Shown::Withheld | Shown::Unavailable | Shown::Unchanged => None,
    }
}

fn text(number: Number) -> String {
    number.to_string()
}

const fn direction(direction: feature::Direction) -> Direction {
    match direction {
        feature::Direction::Incoming => Direction::Incoming,
        feature::Direction::Outgoing => Direction::Outgoing,
    }
}

const fn api_id(id: SubscriberId) -> pbx_api::SubscriberId {
    pbx_api::SubscriberId(id.0)
}

fn millis(at: jiff::Timestamp) -> Timestamp {
    Timestamp(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use pbx::attempt::Reason;

    use super::*;

    #[test]
    fn each_in_a_chain_sees_where_he_himself_sent_the_call() {
        let number = |text: &str| text.parse::<Number>().expect("a number");
        let diversion = |by: u32, from: &str, to: &str| Diversion {
            by: SubscriberId(by),
            number: number(from),
            reason: Reason::Unconditional,
            counter: 1,
            withheld: false,
            to: number(to),
        };
        let line = LogLine {
            list: feature::LogList::Received,
            other: Identity { shown: Shown::Unavailable, asserted: None },
            number: number("202"),
            began: jiff::Timestamp::UNIX_EPOCH,
            talked: Duration::ZERO,
            diversions: vec![diversion(2, "202", "203"), diversion(3, "203", "204")],
            keep_until: jiff::Timestamp::UNIX_EPOCH,
        };
        let redirected_to = |who| log_entry(CallId(7), SubscriberId(who), &line).redirected_to;

        assert_eq!(redirected_to(2).as_deref(), Some("203"));
        assert_eq!(redirected_to(3).as_deref(), Some("204"));
        assert_eq!(redirected_to(4), None, "the last one got the call himself");
        assert_eq!(log_entry(CallId(7), SubscriberId(4), &line).number, "202");
    }

    #[test]
    fn whoever_was_called_in_vain_while_no_telephone_rang_has_heard_nothing() {
        let line = |who, list| LogEntry {
            call: CallId(7),
            subscriber: pbx_api::SubscriberId(who),
            list,
            peer: Party::default(),
            number: "202".to_owned(),
            at: Timestamp(0),
            talked_s: 0,
            redirected_to: None,
        };
        let leg = LegRecord {
            leg: LegId(1),
            party: Party { subscriber: Some(pbx_api::SubscriberId(1)), ..Party::default() },
            direction: Direction::Outgoing,
            started: Timestamp(0),
            answered: None,
            ended: Timestamp(0),
            outcome: pbx_api::Outcome::Busy,
            payer: Payer::Nobody,
            cost: None,
            call_type: None,
        };
        let record = pbx_api::CallRecord {
            call: CallId(7),
            caller: leg.party.clone(),
            dialled: "202".to_owned(),
            started: Timestamp(0),
            answered: None,
            ended: Timestamp(0),
            outcome: pbx_api::Outcome::Busy,
            legs: vec![leg],
            authorization: None,
            note: String::new(),
            moves: Vec::new(),
            trace: Vec::new(),
        };

        let unheard = unheard(&record, &[line(1, LogList::Placed), line(2, LogList::Missed)]);

        assert_eq!(unheard, [pbx_api::SubscriberId(2)]);
    }

    #[test]
    fn a_call_that_was_answered_and_ended_at_once_was_answered() {
        assert_eq!(begun_seconds(Duration::ZERO), 0);
        assert_eq!(begun_seconds(Duration::from_millis(40)), 1);
        assert_eq!(begun_seconds(Duration::from_millis(61_000)), 61);
    }
}
