//! What a person may ask of the phone.
//!
//! Mouse, keys, links, headset, notification and command line all become one of these and take the same
//! path. Each ends in done or in a named problem, never in silence.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Contact, Problem, Sample, Settings};

/// A command with the number under which its outcome comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Instruction {
    /// Chosen by the window; rising, unique per window.
    pub id: u32,
    /// What is asked.
    pub command: Command,
}

/// What may be asked. `call` is a [`super::Call::id`]; `to` is what a person would dial: an extension, a
/// number in any notation, an access code or a SIP address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Sign in, beside whoever is signed in already: the new account is in use once it has succeeded, and nothing
    /// changes where it has not. An exchange whose authority is not pinned yet leads to [`super::SignInStage::Confirm`].
    SignIn {
        /// Host, or host and port, of the exchange.
        server: String,
        /// `user@domain`.
        user: String,
        /// The password.
        password: Secret,
    },
    /// The fingerprint was compared and is right: pin it and go on signing in.
    ConfirmFingerprint {
        /// The fingerprint that was on the screen, so that a change meanwhile is noticed.
        fingerprint: String,
    },
    /// Put an invitation before the person; it is used only by [`Command::AcceptInvitation`].
    OfferInvitation {
        /// As in [`Command::UseInvitation`].
        link: Secret,
    },
    /// Use the invitation that waits.
    AcceptInvitation,
    /// Forget the invitation that waits.
    DismissInvitation,
    /// Sign in with an invitation; it names the server and its authority, and works once.
    UseInvitation {
        /// `balie://host:port/invitation#…`, as the exchange made it.
        link: Secret,
    },
    /// Leave the sign-in attempt, or the confirmation, and show the form again; where somebody is signed in, leave the
    /// form as well.
    CancelSignIn,
    /// Leave the account in use: its calls end and its secret is forgotten. The next one takes its place.
    SignOut,
    /// Use another account of [`super::ViewModel::accounts`]. Calls go on, each by its own account.
    SwitchAccount {
        /// [`super::AccountChoice::id`].
        account: String,
    },
    /// Try to register now instead of at the announced moment, with every account that is not.
    RetryRegistration,
    /// Switch do not disturb (F-069).
    SetDoNotDisturb {
        /// Whether it is to be on.
        on: bool,
    },
    /// Begin a call. A call that is active is put on hold first.
    Dial {
        /// Whom.
        to: String,
    },
    /// Take whoever waits at a colleague (F-162): it rings here and is answered. Nobody may be
    /// spoken with or called meanwhile.
    PickUp {
        /// [`super::Colleague::id`].
        colleague: String,
    },
    /// Answer; a call that is active is put on hold first.
    Answer {
        /// Which.
        call: String,
    },
    /// Refuse a call that rings here.
    Reject {
        /// Which.
        call: String,
    },
    /// Put on hold.
    Hold {
        /// Which.
        call: String,
    },
    /// Take from hold; a call that is active is put on hold first, so this also swaps two calls.
    Resume {
        /// Which.
        call: String,
    },
    /// Switch the microphone for this call.
    Mute {
        /// Which.
        call: String,
        /// Whether the microphone is to be silent.
        on: bool,
    },
    /// Send DTMF digits, during a consultation to the party consulted.
    Digits {
        /// Which.
        call: String,
        /// One or more of `0`-`9`, `*`, `#`, `A`-`D`.
        digits: String,
    },
    /// Transfer without asking first (F-024).
    TransferBlind {
        /// Which.
        call: String,
        /// To whom.
        to: String,
    },
    /// Put on hold and call somebody to ask first (F-024).
    TransferConsult {
        /// Which.
        call: String,
        /// Whom to ask.
        to: String,
    },
    /// Connect the caller with the party consulted, also while that party still rings.
    TransferComplete {
        /// Which.
        call: String,
    },
    /// Back to the caller: ends a consultation, or takes back a blind transfer that is not yet answered.
    TransferCancel {
        /// Which.
        call: String,
    },
    /// Talk with both (F-025): the party consulted, or the one of another call. An exchange that knows both calls brings
    /// them together, and up to fifteen others one after the other (F-026).
    ThreeWay {
        /// The call that stays.
        call: String,
        /// The call that is joined to it; absent: the consultation within `call`.
        with: Option<String>,
    },
    /// Let nobody hear somebody in a conference that one steers, or let them be heard again (F-026).
    MuteMember {
        /// Which.
        call: String,
        /// [`super::Member::id`].
        member: String,
        /// Whether nobody is to hear them.
        on: bool,
    },
    /// Let somebody go from a conference that one steers (F-026).
    DropMember {
        /// Which.
        call: String,
        /// [`super::Member::id`].
        member: String,
    },
    /// End the call.
    HangUp {
        /// Which.
        call: String,
    },
    /// Ask for what fits the text in the search box.
    Search {
        /// The text, as typed.
        text: String,
    },
    /// Take a problem from the screen.
    DismissProblem {
        /// [`Problem::id`].
        id: u32,
    },
    /// Take a call that is over from the screen before it leaves by itself.
    DismissCall {
        /// Which.
        call: String,
    },
    /// Write about a call; it goes with the call.
    Note {
        /// Which.
        call: String,
        /// All of it, at most 1,000 characters.
        text: String,
    },
    /// Set this computer anew; what is out of range is brought to its end.
    ChangeSettings {
        /// All of them.
        settings: Box<Settings>,
    },
    /// Put a colleague among those who stand first, a hundred at most, or take them away.
    SetFavourite {
        /// [`super::Colleague::id`].
        colleague: String,
        /// Whether they are to stand there.
        on: bool,
    },
    /// Show some of the contacts in [`super::ViewModel::contacts`].
    ListContacts {
        /// As in the search box; all of them where it is empty.
        text: String,
        /// From which place on, from 0.
        from: u32,
    },
    /// Write somebody down, or anew.
    SaveContact {
        /// Whom; without an id somebody new.
        contact: Contact,
    },
    /// Cross somebody out.
    RemoveContact {
        /// [`Contact::id`].
        id: String,
    },
    /// Show in [`super::ViewModel::hearing`] what the microphone hears, or stop.
    TryMicrophone {
        /// Whether it is to be shown.
        on: bool,
    },
    /// Let a device sound once.
    TrySound {
        /// Which.
        sample: Sample,
    },
    /// Put a number before the person; it is dialled only by [`Command::DialPrefill`].
    Prefill {
        /// As it was given: a `tel:`, `sip:`, `sips:` or `callto:` link, or a number in any notation.
        text: String,
        /// The site that the link stood on, where the system tells.
        site: Option<String>,
    },
    /// Dial the number that waits.
    DialPrefill,
    /// Forget the number that waits.
    DismissPrefill,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommandOutcome {
    /// [`Instruction::id`].
    pub id: u32,
    /// Done or failed.
    pub result: CommandResult,
}

/// Done, or failed with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum CommandResult {
    /// It happened; what changed comes as an update.
    Done,
    /// It did not happen.
    Failed {
        /// Why, and what to do.
        problem: Problem,
    },
}

/// A password on its way; never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Instruction, Secret};

    #[test]
    fn a_command_is_read_from_what_the_window_sends() {
        let text = r#"{"id":7,"command":{"kind":"transferBlind","call":"c1","to":"412"}}"#;

        let instruction: Instruction = serde_json::from_str(text).unwrap();

        assert_eq!(instruction.id, 7);
        assert_eq!(instruction.command, Command::TransferBlind { call: "c1".into(), to: "412".into() });
    }

    #[test]
    fn a_password_does_not_reach_a_log() {
        let command = Command::SignIn {
            server: "pbx.example".into(),
            user: "anna@example".into(),
            password: Secret("geheim".into()),
        };

        assert!(!format!("{command:?}").contains("geheim"));
    }
}
