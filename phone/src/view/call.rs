//! A call in hand and what may be done with it now.
//!
//! One typed state instead of a row of booleans: a state carries exactly what exists in it, and the verbs
//! follow from it in [`Call::offer`], so that no button can be pressed that has no meaning.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Capabilities, Moment, Suggestion};

/// A call in hand. During a consultation this is the caller's call; the consultation lives in its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Stable identity while the call is shown.
    pub id: String,
    /// Who began it.
    pub direction: Direction,
    /// The other party.
    pub party: Party,
    /// Further parties that are heard: not empty in a three-way call (F-025).
    pub joined: Vec<Party>,
    /// Everybody in it, this person among them, where the exchange has brought more than two together (F-026).
    pub members: Vec<Member>,
    /// Where the call stands.
    pub state: CallState,
    /// When that state began.
    pub since: Moment,
    /// When both could first speak, while and after they could.
    pub connected_since: Option<Moment>,
    /// The microphone is silent for this call.
    pub muted: bool,
    /// The name of the account by which it goes, where there is more than one.
    pub account: Option<String>,
    /// The line, group or number that was dialled, where that is not this person's own.
    pub via: Option<String>,
    /// Who sent the call on to here (F-064 to F-067, or a transfer).
    pub sent_by: Option<Party>,
    /// DTMF digits sent in this call.
    pub digits: String,
    /// How it sounds, while there is sound.
    pub sound: Option<Sound>,
    /// An emergency call: hold and transfer do not exist in it.
    pub emergency: bool,
    /// Whom this caller probably wants, best first, at most three.
    pub suggestions: Vec<Suggestion>,
    /// What somebody wrote about this call; it goes with the call to whoever gets it. At most 1,000 characters.
    pub note: String,
    /// Earlier calls of this number with anybody in the company, newest first, as far as this person may know.
    pub earlier: Vec<EarlierCall>,
    /// What may be done now; see [`Call::offer`].
    pub verbs: Vec<Verb>,
}

/// Who began a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// The other party called.
    Incoming,
    /// This person called.
    Outgoing,
}

/// A party as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Name, where known.
    pub name: Option<String>,
    /// What to dial to reach the party; absent when the caller withheld it.
    pub number: Option<String>,
    /// [`super::Colleague::id`], where the party is one.
    pub colleague: Option<String>,
}

/// Somebody in a conference at the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Stable identity while they are in it.
    pub id: String,
    /// Who.
    pub party: Party,
    /// It is this person.
    pub own: bool,
    /// The others do not hear them.
    pub muted: bool,
    /// They brought the others together, and mute and drop them.
    pub steers: bool,
}

/// An earlier call of the same number with somebody in the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EarlierCall {
    /// When it began.
    pub at: Moment,
    /// Who spoke with them; nobody where it was missed.
    pub with: Option<Party>,
    /// Length of the conversation in whole seconds.
    pub seconds: u32,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CallState {
    /// Known, but nobody is alerted yet.
    Offered,
    /// It rings: here for an incoming call, at the other end for an outgoing one.
    Ringing,
    /// It was answered here and is being connected.
    Answering,
    /// Both speak.
    Active,
    /// On hold.
    Held {
        /// Who holds.
        by: HeldBy,
    },
    /// On its way to somebody else.
    Transferring {
        /// To whom.
        to: Party,
        /// In which way, and how far.
        stage: TransferStage,
    },
    /// Connected with somebody else; this phone is out of it.
    Released {
        /// With whom.
        to: Party,
    },
    /// A transfer came back: answer to take it.
    Recalled {
        /// From whom.
        from: Party,
        /// Why.
        reason: RecallReason,
    },
    /// Over.
    Ended {
        /// Why.
        cause: EndCause,
    },
}

/// Who put a call on hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HeldBy {
    /// This person.
    Us,
    /// The other party.
    Them,
    /// Both, each for itself.
    Both,
}

/// The way and the progress of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TransferStage {
    /// Sent off; it can be taken back until it is answered.
    Blind {
        /// When it comes back by itself unless somebody answers; absent where it does not.
        returns_at: Option<Moment>,
    },
    /// Asking first; the caller is on hold.
    Consult {
        /// How far the consultation is.
        stage: ConsultStage,
        /// Since when.
        since: Moment,
    },
}

/// How far a consultation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ConsultStage {
    /// It rings there.
    Ringing,
    /// Both speak.
    Active,
}

/// Why a transfer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RecallReason {
    /// It rang and nobody answered.
    NoAnswer,
    /// In a call.
    Busy,
    /// Refused.
    Rejected,
    /// No phone is signed in.
    Unreachable,
    /// Parked or held longer than agreed.
    Timeout,
}

/// Why a call is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum EndCause {
    /// One of the two hung up.
    HungUp,
    /// The caller gave up before it was answered.
    Cancelled,
    /// The party called is in a call.
    Busy,
    /// The party called refused.
    Rejected,
    /// It rang and nobody answered.
    NoAnswer,
    /// No phone of the party called is signed in.
    Unreachable,
    /// The number does not exist.
    UnknownNumber,
    /// This person may not call there.
    Forbidden,
    /// Another phone of this person took it.
    AnsweredElsewhere,
    /// The connection was lost during the call.
    Lost,
    /// Anything else.
    Failed {
        /// The SIP status code (RFC 3261 section 21).
        status: u16,
    },
}

/// How a call sounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sound {
    /// Name of the codec as in SDP: `opus`, `G722`, `PCMA`.
    pub codec: String,
    /// More than the telephone band of 3.4 kHz is heard.
    pub wideband: bool,
    /// From 1 (bad) to 5 (perfect), from loss, delay and jitter.
    pub level: u8,
}

/// Something that may be done with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Verb {
    /// Answer it, or take back a recalled one.
    Answer,
    /// Refuse it.
    Reject,
    /// Switch the microphone.
    Mute,
    /// Put on hold.
    Hold,
    /// Take from hold.
    Resume,
    /// Send digits.
    Digits,
    /// Transfer without asking.
    TransferBlind,
    /// Ask somebody first.
    TransferConsult,
    /// Connect with the party consulted.
    TransferComplete,
    /// Back to the caller.
    TransferCancel,
    /// Talk with both.
    ThreeWay,
    /// End it.
    HangUp,
    /// Take it from the screen.
    Dismiss,
}

impl Call {
    /// States what may be done now. `other_call` says whether another call could be joined to this one.
    pub fn offer(&mut self, capabilities: &Capabilities, other_call: bool) {
        let mut verbs = self.verbs_of_state(other_call);
        verbs.retain(|verb| self.allows(*verb, capabilities));
        self.verbs = verbs;
    }

    /// Whether `verb` may be done now.
    #[must_use]
    pub fn can(&self, verb: Verb) -> bool {
        self.verbs.contains(&verb)
    }

    /// Whether the call still exists at the exchange as far as this phone is concerned.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        !matches!(self.state, CallState::Released { .. } | CallState::Ended { .. })
    }

    /// Whether this person mutes and drops the others in it.
    #[must_use]
    pub fn is_steered_here(&self) -> bool {
        self.members.iter().any(|member| member.own && member.steers)
    }

    fn verbs_of_state(&self, other_call: bool) -> Vec<Verb> {
        use Verb::{
            Answer, Digits, Dismiss, HangUp, Hold, Mute, Reject, Resume, ThreeWay, TransferBlind,
            TransferCancel, TransferComplete, TransferConsult,
        };
        match &self.state {
            CallState::Offered | CallState::Ringing => match self.direction {
                Direction::Incoming => vec![Answer, Reject],
                Direction::Outgoing => vec![HangUp],
            },
            CallState::Answering => vec![HangUp],
            CallState::Active | CallState::Held { by: HeldBy::Them } => {
                let mut verbs = vec![Mute, Hold, Digits, TransferBlind, TransferConsult, HangUp];
                if other_call && self.joined.is_empty() {
                    verbs.push(ThreeWay);
                }
                verbs
            }
            CallState::Held { by: HeldBy::Us | HeldBy::Both } => {
                vec![Resume, TransferBlind, TransferConsult, HangUp]
            }
            CallState::Transferring { stage: TransferStage::Blind { .. }, .. } => vec![TransferCancel],
            CallState::Transferring { stage: TransferStage::Consult { stage, .. }, .. } => match stage {
                ConsultStage::Ringing => vec![Mute, TransferComplete, TransferCancel],
                ConsultStage::Active => vec![Mute, Digits, TransferComplete, TransferCancel, ThreeWay],
            },
            CallState::Recalled { .. } => vec![Answer, Reject],
            CallState::Released { .. } | CallState::Ended { .. } => vec![Dismiss],
        }
    }

    fn allows(&self, verb: Verb, capabilities: &Capabilities) -> bool {
        match verb {
            Verb::Hold => capabilities.hold.is_present() && !self.emergency,
            Verb::TransferBlind => {
                capabilities.transfer.is_present() && !self.emergency && self.joined.is_empty()
            }
            Verb::TransferConsult => {
                capabilities.consult.is_present() && !self.emergency && self.joined.is_empty()
            }
            Verb::ThreeWay => capabilities.three_way.is_present() && !self.emergency,
            Verb::Answer
            | Verb::Reject
            | Verb::Mute
            | Verb::Resume
            | Verb::Digits
            | Verb::TransferComplete
            | Verb::TransferCancel
            | Verb::HangUp
            | Verb::Dismiss => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Availability, Capabilities, Moment},
        Call, CallState, ConsultStage, Direction, HeldBy, Party, TransferStage, Verb,
    };

    #[test]
    fn a_ringing_call_can_be_answered_here_and_only_hung_up_there() {
        assert_eq!(offered(call(Direction::Incoming, CallState::Ringing)), [Verb::Answer, Verb::Reject]);
        assert_eq!(offered(call(Direction::Outgoing, CallState::Ringing)), [Verb::HangUp]);
    }

    #[test]
    fn an_emergency_call_cannot_be_held_or_transferred() {
        let mut emergency = call(Direction::Outgoing, CallState::Active);
        emergency.emergency = true;

        assert_eq!(offered(emergency), [Verb::Mute, Verb::Digits, Verb::HangUp]);
    }

    #[test]
    fn a_consultation_can_be_completed_while_it_rings_and_joined_once_it_is_active() {
        let ringing = consulting(ConsultStage::Ringing);
        let active = consulting(ConsultStage::Active);

        assert!(offered(ringing.clone()).contains(&Verb::TransferComplete));
        assert!(!offered(ringing).contains(&Verb::ThreeWay));
        assert!(offered(active).contains(&Verb::ThreeWay));
    }

    #[test]
    fn a_call_held_by_the_other_party_is_not_resumed_here() {
        assert!(
            !offered(call(Direction::Incoming, CallState::Held { by: HeldBy::Them })).contains(&Verb::Resume)
        );
        assert!(
            offered(call(Direction::Incoming, CallState::Held { by: HeldBy::Both })).contains(&Verb::Resume)
        );
    }

    #[test]
    fn what_the_exchange_lacks_is_not_offered() {
        let mut active = call(Direction::Incoming, CallState::Active);
        let capabilities =
            Capabilities { transfer: Availability::absent("nee", "no"), ..Capabilities::default() };

        active.offer(&capabilities, true);

        assert!(!active.can(Verb::TransferBlind));
        assert!(active.can(Verb::TransferConsult) && active.can(Verb::ThreeWay));
    }

    fn offered(mut call: Call) -> Vec<Verb> {
        call.offer(&Capabilities::default(), false);
        call.verbs
    }

    fn consulting(stage: ConsultStage) -> Call {
        let stage = TransferStage::Consult { stage, since: Moment(1) };
        call(Direction::Incoming, CallState::Transferring { to: Party::default(), stage })
    }

    fn call(direction: Direction, state: CallState) -> Call {
        Call {
            id: "c1".into(),
            direction,
            party: Party::default(),
            joined: vec![],
            members: vec![],
            state,
            since: Moment(0),
            connected_since: None,
            muted: false,
            account: None,
            via: None,
            sent_by: None,
            digits: String::new(),
            sound: None,
            emergency: false,
            suggestions: vec![],
            note: String::new(),
            earlier: vec![],
            verbs: vec![],
        }
    }
}
