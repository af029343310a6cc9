//! What a person asks for without pointing at a call: a key that works everywhere, the tray, a notification, a link,
//! the command line.
//!
//! Each wish becomes one [`Command`] here and nowhere else, read from the calls as a window shows them, so that all
//! these ways reach the call machine by the same door as a button does. A wish that has no object says so; one whose
//! call ended meanwhile is answered by the phone, by name.

use crate::view::{Call, CallState, Command, Direction, HeldBy, Secret, Verb};

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Answer what waits: a call that came back first, then the one that waits longest.
    Answer,
    /// Answer this call; a notification names it.
    AnswerCall(String),
    /// Refuse this call.
    RejectCall(String),
    /// End the call in hand, else refuse the one that waits.
    HangUp,
    /// Switch the microphone of the call in hand.
    Mute,
    /// Switch do not disturb.
    DoNotDisturb(bool),
    /// Call somebody; the person typed it.
    Dial(String),
    /// Something that stood outside Balie: it is put before the person and waits for a key.
    Link {
        /// The link.
        text: String,
        /// The site that it stood on, where the system tells.
        site: Option<String>,
    },
}

/// Why a wish has no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// No call waits for an answer.
    NothingRings,
    /// There is no call to act upon.
    NoCall,
}

impl Wish {
    /// The command that does it, with these calls on the screen.
    ///
    /// # Errors
    /// [`Idle`] where there is nothing to do it with.
    pub fn command(self, calls: &[Call]) -> Result<Command, Idle> {
        match self {
            Self::Answer => {
                let call = waiting(calls).ok_or(Idle::NothingRings)?;
                Ok(Command::Answer { call: call.id.clone() })
            }
            Self::AnswerCall(call) => Ok(Command::Answer { call }),
            Self::RejectCall(call) => Ok(Command::Reject { call }),
            Self::HangUp => hang_up(calls).ok_or(Idle::NoCall),
            Self::Mute => {
                let call = in_hand(calls).filter(|call| call.can(Verb::Mute)).ok_or(Idle::NoCall)?;
                Ok(Command::Mute { call: call.id.clone(), on: !call.muted })
            }
            Self::DoNotDisturb(on) => Ok(Command::SetDoNotDisturb { on }),
            Self::Dial(to) => Ok(Command::Dial { to }),
            Self::Link { text, .. } if is_invitation(&text) => {
                Ok(Command::OfferInvitation { link: Secret(text) })
            }
            Self::Link { text, site } => Ok(Command::Prefill { text, site }),
        }
    }
}

/// The call that waits for an answer: one that came back first, then the one that waits longest.
#[must_use]
pub fn waiting(calls: &[Call]) -> Option<&Call> {
    let rank = |call: &&Call| (!matches!(call.state, CallState::Recalled { .. }), call.since);
    calls.iter().filter(|call| call.can(Verb::Answer)).min_by_key(rank)
}

/// The call that the person is busy with.
#[must_use]
pub fn in_hand(calls: &[Call]) -> Option<&Call> {
    calls.iter().filter(|call| !call.can(Verb::Answer) && call.is_alive()).min_by_key(|call| place(call))
}

fn hang_up(calls: &[Call]) -> Option<Command> {
    let hand = in_hand(calls);
    let ends = |call: &Call| {
        let call_id = call.id.clone();
        if call.can(Verb::TransferCancel) {
            Some(Command::TransferCancel { call: call_id })
        } else {
            call.can(Verb::HangUp).then_some(Command::HangUp { call: call_id })
        }
    };
    let refused = || {
        let call = waiting(calls).filter(|call| call.can(Verb::Reject))?;
        Some(Command::Reject { call: call.id.clone() })
    };
    hand.and_then(ends).or_else(refused)
}

/// The order of the screens: who is spoken to, who is on the way, who waits.
const fn place(call: &Call) -> u8 {
    match &call.state {
        CallState::Active | CallState::Held { by: HeldBy::Them } => 0,
        CallState::Transferring { .. } => 1,
        CallState::Answering => 2,
        CallState::Offered | CallState::Ringing => match call.direction {
            Direction::Outgoing => 2,
            Direction::Incoming => 5,
        },
        CallState::Held { by: HeldBy::Us | HeldBy::Both } => 3,
        CallState::Recalled { .. } => 5,
        CallState::Released { .. } | CallState::Ended { .. } => 7,
    }
}

fn is_invitation(text: &str) -> bool {
    let scheme = text.trim().split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("balie"))
}
