//! A running call, and what each party in it may know of the others.
//!
//! A supervisor sees a call as it is. Whoever is in it sees the others as the own telephone shows them:
//! a number that is hidden there (F-040 to F-044) is hidden here too.

use std::collections::BTreeSet;

use pbx_api::{CallView, LegId, LegView, Party, SubscriberId};

/// A call, for those who see everything and for those who are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCall {
    whole: CallView,
    sights: Vec<(LegId, Sight)>,
    /// Who was in it a moment ago and is not any more.
    left: BTreeSet<SubscriberId>,
    /// Who has put a party of it through a moment ago, until somebody answered.
    handed_on: Option<SubscriberId>,
}

/// Each other party of a call as one party may see it; who is not in it remains nameless.
pub type Sight = Vec<(LegId, Party)>;

impl SeenCall {
    /// A call, with what the party on each leg may know of the others.
    pub const fn new(whole: CallView, sights: Vec<(LegId, Sight)>) -> Self {
        Self { whole, sights, left: BTreeSet::new(), handed_on: None }
    }

    /// The call, of which this was the last view before.
    #[must_use]
    pub fn after(self, before: &CallView) -> Self {
        let now = users(&self.whole);
        let left = users(before).difference(&now).copied().collect();
        let handed_on = before.transfer.as_ref().filter(|_| self.whole.transfer.is_none()).map(|it| it.by);
        Self { left, handed_on: handed_on.filter(|by| !now.contains(by)), ..self }
    }

    /// The call as it is.
    pub const fn whole(&self) -> &CallView {
        &self.whole
    }

    /// The call as a supervisor may see it: everything but how the telephones of others name their dialogs.
    pub fn seen_by_supervisor(&self, own: Option<SubscriberId>) -> CallView {
        let mut call = self.whole.clone();
        for leg in call.legs.iter_mut().filter(|leg| own.is_none() || leg.party.subscriber != own) {
            leg.sip_call_id = None;
        }
        call
    }

    /// The call once more, over at this version.
    pub fn ended(self, version: u64) -> Self {
        Self { whole: CallView { version, ended: true, ..self.whole }, left: BTreeSet::new(), ..self }
    }

    /// The news of the call for a user: as they may see it; that it is over for whoever left it, such as by
    /// a transfer; none for others.
    pub fn told_to(&self, who: SubscriberId) -> Option<CallView> {
        let transferred = self.handed_on == Some(who);
        let end_reason =
            if transferred { Some("transferred".to_owned()) } else { self.whole.end_reason.clone() };
        let over = || CallView { ended: true, legs: Vec::new(), end_reason, ..self.whole.clone() };
        self.seen_by(who).or_else(|| (transferred || self.left.contains(&who)).then(over))
    }

    /// The call as a user in it may see it, or one who has put a party of it through: the others are nameless to
    /// that one. None when the user is neither.
    pub fn seen_by(&self, who: SubscriberId) -> Option<CallView> {
        let own = |leg: &LegView| leg.party.subscriber == Some(who);
        let sights = self.whole.legs.iter().filter(|leg| own(leg)).map(|leg| find(&self.sights, leg.id));
        let mut sights = sights.peekable();
        let transfers = self.whole.transfer.as_ref().is_some_and(|transfer| transfer.by == who);
        if sights.peek().is_none() && !transfers {
            return None;
        }
        let sight = sights.flatten().next();
        let mut call = self.whole.clone();
        for leg in call.legs.iter_mut().filter(|leg| !own(leg)) {
            leg.party = sight.and_then(|sight| find(sight, leg.id)).cloned().unwrap_or_default();
            leg.sip_call_id = None;
        }
        Some(call)
    }
}

/// What a list has of a leg; a call has few of them.
fn find<T>(list: &[(LegId, T)], leg: LegId) -> Option<&T> {
    list.iter().find(|(of, _)| *of == leg).map(|(_, it)| it)
}

fn users(call: &CallView) -> BTreeSet<SubscriberId> {
    call.legs.iter().filter_map(|leg| leg.party.subscriber).collect()
}

#[cfg(test)]
mod tests {
    use pbx_api::{CallId, Direction, LegState, Timestamp};

    use super::*;

    const ANNA: SubscriberId = SubscriberId(1);
    const BERT: SubscriberId = SubscriberId(2);

    #[test]
    fn a_caller_who_hides_is_hidden_from_the_called_party_only() {
        let anonymous = Party { anonymous: true, ..Party::default() };
        let call = call([(11, anonymous), (1, party(BERT, "202"))]);

        let (annas, berts) = (call.seen_by(ANNA).unwrap(), call.seen_by(BERT).unwrap());

        assert_eq!(call.whole().legs[0].party, party(ANNA, "201"));
        assert_eq!(annas.legs[1].party, party(BERT, "202"));
        assert_eq!(berts.legs[0].party, Party { anonymous: true, ..Party::default() });
        assert_eq!(berts.legs[1].party, party(BERT, "202"), "everybody knows himself");
    }

    #[test]
    fn whoever_is_not_shown_is_nameless_and_whoever_is_not_in_the_call_sees_nothing() {
        let call = call([(99, party(ANNA, "201")), (1, party(BERT, "202"))]);

        assert_eq!(call.seen_by(BERT).unwrap().legs[0].party, Party::default());
        assert_eq!(call.seen_by(SubscriberId(3)), None);
    }

    #[test]
    fn for_whoever_leaves_the_call_is_over_and_nobody_is_named_any_more() {
        let running = call([(11, party(ANNA, "201")), (1, party(BERT, "202"))]);
        let mut without_bert = running.whole().clone();
        without_bert.legs.pop();

        let later = SeenCall::new(without_bert, Vec::new()).after(running.whole());

        let told = later.told_to(BERT).unwrap();
        assert!(told.ended && told.legs.is_empty());
        assert!(!later.told_to(ANNA).unwrap().ended);
        assert_eq!(later.seen_by(BERT), None, "it is in no list of his");
        assert_eq!(later.told_to(SubscriberId(3)), None);
    }

    /// Anna on leg 11 calls Bert on leg 1; what each sees: first Bert, then Anna.
    fn call([berts, annas]: [(u64, Party); 2]) -> SeenCall {
        let leg = |id, party, direction| LegView {
            id: LegId(id),
            party,
            direction,
            state: LegState::Ringing,
            since: Timestamp(0),
            muted: false,
            controller: false,
            sip_call_id: None,
        };
        let whole = CallView {
            id: CallId(7),
            version: 1,
            started: Timestamp(0),
            answered: None,
            dialled: "202".to_owned(),
            diversions: Vec::new(),
            legs: vec![
                leg(11, party(ANNA, "201"), Direction::Outgoing),
                leg(1, party(BERT, "202"), Direction::Incoming),
            ],
            note: String::new(),
            transfer: None,
            ended: false,
            end_reason: None,
        };
        let sight = |(of, party)| vec![(LegId(of), party)];
        SeenCall::new(whole, vec![(LegId(1), sight(berts)), (LegId(11), sight(annas))])
    }

    fn party(who: SubscriberId, number: &str) -> Party {
        Party { subscriber: Some(who), number: Some(number.to_owned()), ..Party::default() }
    }
}
