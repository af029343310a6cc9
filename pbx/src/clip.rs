//! What the exchange says: prompts, spoken digits and tones, as data.
//!
//! The exchange only names them; whoever plays them has a recording per prompt and language. The texts
//! stand here, beside the names, so that the recordings can be made from them and none is forgotten. And how telephones
//! ring (C-4).

use serde::{Deserialize, Serialize};

use crate::feature::{Choice, MusicSource};

/// A piece of an announcement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clip {
    /// A recorded sentence.
    Prompt(Prompt),
    /// Digits read one by one: `201`; a leading `+` is spoken as "plus".
    Digits(String),
    /// A tone that goes on until the call ends or somebody answers.
    Tone(Tone),
}

/// Pieces that are played one after the other.
pub type Announcement = Vec<Clip>;

/// Tones of the exchange (ITU-T E.180; the Dutch values are the player's business).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// The called party is busy.
    Busy,
    /// The call cannot be made: unknown number or code.
    Reorder,
    /// The called party is busy and hears a waiting tone: the caller's ringing, distinct from the usual.
    CallWaitingRingback,
    /// Somebody comes into the conversation.
    Intrusion,
}

/// What a caller hears instead of the usual ringing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ringback {
    /// Another tone.
    Tone(Tone),
    /// A sound that goes round (F-048).
    Sound(MusicSource),
}

/// How a telephone rings, so that one hears who or what for (C-4). The waiting tone follows the same pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingPattern {
    /// As always.
    #[default]
    Normal,
    /// Two long beats.
    LongLong,
    /// Two short beats and a long one.
    ShortShortLong,
    /// A long beat between two short ones.
    ShortLongShort,
}

impl RingPattern {
    /// What can be chosen, for a form.
    pub const CHOICES: &'static [Choice] = &[
        Choice { value: "normal", nl: "Gewoon", en: "As always" },
        Choice { value: "long_long", nl: "Lang, lang", en: "Long, long" },
        Choice { value: "short_short_long", nl: "Kort, kort, lang", en: "Short, short, long" },
        Choice { value: "short_long_short", nl: "Kort, lang, kort", en: "Short, long, short" },
    ];
}

macro_rules! prompts {
    ($($name:ident, $file:literal, $nl:literal, $en:literal;)*) => {
        /// A recorded sentence, in every language of the company.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Prompt {
            $(#[doc = $en] $name,)*
        }

        impl Prompt {
            /// Every prompt, for whoever records them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The recording's file name without folder and ending: `forwarding_always_on`.
            pub const fn file(self) -> &'static str {
                match self { $(Self::$name => $file,)* }
            }

            /// The sentence in Dutch.
            pub const fn nl(self) -> &'static str {
                match self { $(Self::$name => $nl,)* }
            }

            /// The sentence in English.
            pub const fn en(self) -> &'static str {
                match self { $(Self::$name => $en,)* }
            }
        }
    };
}

prompts! {
    UnknownNumber, "unknown_number", "Dit nummer is niet in gebruik.", "This number is not in use.";
    UnknownCode, "unknown_code", "Deze code is niet bekend.", "This code is not known.";
    NumberNotAllowed, "number_not_allowed",
        "Dit nummer kunt u van hieruit niet bellen.", "This number cannot be called from here.";
    MayNotCall, "may_not_call",
        "Wie u belt, is van hieruit niet te bellen.", "The person you are calling cannot be called from here.";
    NoCapacity, "no_capacity",
        "Er zijn nu te veel gesprekken. Probeer het later nog eens.", "There are too many calls now. Please try again later.";
    SpentToday, "spent_today",
        "Dit nummer kan vandaag niet meer worden gebeld.", "This number cannot be called any more today.";
    CodeWanted, "code_wanted",
        "Toets uw code, en daarna een hekje.", "Please enter your code, followed by the hash key.";
    CodeWrong, "code_wrong",
        "Deze code klopt niet. Toets uw code opnieuw.", "This code is wrong. Please enter your code again.";
    CodeRefused, "code_refused",
        "Deze code klopt niet.", "This code is wrong.";
    PlanUnlocked, "plan_unlocked",
        "U kunt nu zonder code bellen.", "You can call without a code now.";
    PlanLocked, "plan_locked",
        "U hebt weer een code nodig om te bellen.", "You need a code again to call.";
    NotInLicence, "not_in_licence",
        "Deze functie hoort niet bij uw profiel.", "This function is not part of your profile.";
    NumberRefused, "number_refused",
        "Dit nummer kan hier niet worden ingesteld.", "This number cannot be set here.";
    NothingStored, "nothing_stored",
        "Er is nog geen nummer ingesteld.", "No number has been set yet.";
    RingsRefused, "rings_refused",
        "Kies nul, of twee tot en met twintig keer overgaan.", "Choose zero, or two up to twenty rings.";
    ForwardingAlwaysOn, "forwarding_always_on",
        "Altijd doorschakelen staat aan, naar", "Call forwarding always is on, to";
    ForwardingAlwaysOff, "forwarding_always_off",
        "Altijd doorschakelen staat uit.", "Call forwarding always is off.";
    ForwardingBusyOn, "forwarding_busy_on",
        "Doorschakelen bij bezet staat aan, naar", "Call forwarding busy is on, to";
    ForwardingBusyOff, "forwarding_busy_off",
        "Doorschakelen bij bezet staat uit.", "Call forwarding busy is off.";
    ForwardingNoAnswerOn, "forwarding_no_answer_on",
        "Doorschakelen bij geen gehoor staat aan, naar", "Call forwarding no answer is on, to";
    ForwardingNoAnswerOff, "forwarding_no_answer_off",
        "Doorschakelen bij geen gehoor staat uit.", "Call forwarding no answer is off.";
    ForwardingNoAnswerRings, "forwarding_no_answer_rings",
        "Het aantal keer overgaan is nu", "The number of rings is now";
    ForwardingNotReachableOn, "forwarding_not_reachable_on",
        "Doorschakelen bij niet bereikbaar staat aan, naar", "Call forwarding not reachable is on, to";
    ForwardingNotReachableOff, "forwarding_not_reachable_off",
        "Doorschakelen bij niet bereikbaar staat uit.", "Call forwarding not reachable is off.";
    DoNotDisturbOn, "do_not_disturb_on", "Niet storen staat aan.", "Do not disturb is on.";
    DoNotDisturbOff, "do_not_disturb_off", "Niet storen staat uit.", "Do not disturb is off.";
    AnonymousRefused, "anonymous_refused",
        "Wie u belt, neemt geen anonieme gesprekken aan.", "The person you are calling takes no anonymous calls.";
    AnonymousRejectionOn, "anonymous_rejection_on",
        "Anonieme bellers worden geweigerd.", "Anonymous callers are rejected.";
    AnonymousRejectionOff, "anonymous_rejection_off",
        "Anonieme bellers worden niet geweigerd.", "Anonymous callers are not rejected.";
    CallRefused, "call_refused",
        "Wie u belt, neemt dit gesprek niet aan.", "The person you are calling does not take this call.";
    SelectiveRejectionOn, "selective_rejection_on",
        "Selectief weigeren staat aan.", "Selective call rejection is on.";
    SelectiveRejectionOff, "selective_rejection_off",
        "Selectief weigeren staat uit.", "Selective call rejection is off.";
    SelectiveForwardingOn, "selective_forwarding_on",
        "Selectief doorschakelen staat aan.", "Selective call forwarding is on.";
    SelectiveForwardingOff, "selective_forwarding_off",
        "Selectief doorschakelen staat uit.", "Selective call forwarding is off.";
    NoEntryInUse, "no_entry_in_use",
        "Er is nog geen regel ingesteld.", "No rule has been set yet.";
    SpeedDialStored, "speed_dial_stored", "Opgeslagen onder", "Stored under";
    SpeedDialCleared, "speed_dial_cleared", "Leeggemaakt is", "Cleared is";
    SpeedDialEmpty, "speed_dial_empty",
        "Onder deze code is geen nummer opgeslagen.", "No number is stored under this code.";
    SpeedDialDigit, "speed_dial_digit",
        "Kies een cijfer van twee tot en met negen, en dan het nummer.",
        "Dial a digit from two to nine, and then the number.";
    SpeedDialTwoDigits, "speed_dial_two_digits",
        "Kies twee cijfers, en dan het nummer.", "Dial two digits, and then the number.";
    NothingDialled, "nothing_dialled",
        "U heeft nog geen nummer gebeld.", "You have not called a number yet.";
    NobodyCalled, "nobody_called",
        "Niemand heeft u gebeld.", "Nobody has called you.";
    CallerAnonymous, "caller_anonymous",
        "Het nummer van de laatste beller is niet bekend.", "The number of the last caller is not known.";
    LastCallerWas, "last_caller_was", "De laatste beller was", "The last caller was";
    PressOneToCall, "press_one_to_call",
        "Toets een om terug te bellen.", "Press one to call back.";
    CallerForgotten, "caller_forgotten",
        "De laatste beller is gewist.", "The last caller has been erased.";
    BusyPress, "busy_press", "Wie u belt, is in gesprek. Toets", "The person you are calling is busy. Press";
    ToBeCalledBack, "to_be_called_back",
        "om te worden teruggebeld zodra u beiden vrij bent.", "to be called back as soon as you are both free.";
    CallbackSet, "callback_set",
        "U wordt teruggebeld. U kunt nu ophangen.", "You will be called back. You can hang up now.";
    CallbackFor, "callback_for", "U wordt teruggebeld voor", "You will be called back for";
    PressOneToForget, "press_one_to_forget",
        "Toets een om dit te wissen, of een hekje voor de volgende.", "Press one to cancel this, or the hash key for the next one.";
    CallbackForgotten, "callback_forgotten",
        "U wordt hiervoor niet meer teruggebeld.", "You will not be called back for this any more.";
    CallbacksForgotten, "callbacks_forgotten",
        "U wordt niet meer teruggebeld.", "You will not be called back any more.";
    NoCallbacks, "no_callbacks",
        "U hebt niet gevraagd om te worden teruggebeld.", "You have not asked to be called back.";
    NoMoreCallbacks, "no_more_callbacks",
        "Meer terugbelverzoeken zijn er niet.", "There are no more callbacks.";
    OutOfService, "out_of_service",
        "Dit nummer is buiten gebruik.", "This number is out of service.";
    NumberChanged, "number_changed",
        "Dit nummer is gewijzigd. Het nieuwe nummer is", "This number has changed. The new number is";
    OutgoingOutOfService, "outgoing_out_of_service",
        "Met dit toestel kan nu niet naar buiten worden gebeld.", "This telephone cannot call this number now.";
    TalkRefused, "talk_refused",
        "Dit toestel neemt niet zelf op.", "This telephone does not answer by itself.";
    CodeNotForNumber, "code_not_for_number",
        "Deze code werkt niet voor dit nummer.", "This code does not work for this number.";
    CodeNeedsNumber, "code_needs_number",
        "Kies het nummer achter de code.", "Dial the number after the code.";
    GroupBusyOn, "group_busy_on", "De groep staat op bezet.", "The group is busy.";
    GroupBusyOff, "group_busy_off", "De groep staat niet op bezet.", "The group is not busy.";
    CallWaitingOn, "call_waiting_on", "Wisselgesprek staat aan.", "Call waiting is on.";
    CallWaitingOff, "call_waiting_off", "Wisselgesprek staat uit.", "Call waiting is off.";
    CallWaitingOffOnce, "call_waiting_off_once",
        "Wisselgesprek staat uit voor één gesprek.", "Call waiting is off for one call.";
    NumberHidden, "number_hidden",
        "Uw nummer wordt niet getoond.", "Your number is not shown.";
    NumberShown, "number_shown", "Uw nummer wordt getoond.", "Your number is shown.";
    NumberHiddenOnAnswer, "number_hidden_on_answer",
        "Uw nummer wordt niet getoond als u opneemt.", "Your number is not shown when you answer.";
    NumberShownOnAnswer, "number_shown_on_answer",
        "Uw nummer wordt getoond als u opneemt.", "Your number is shown when you answer.";
    CallHeld, "call_held", "Het gesprek staat in de wacht.", "The call is on hold.";
    NothingToHold, "nothing_to_hold",
        "Er is geen gesprek om in de wacht te zetten.", "There is no call to hold.";
    CallParked, "call_parked", "Het gesprek is geparkeerd.", "The call is parked.";
    CallParkedOn, "call_parked_on", "Het gesprek is geparkeerd op", "The call is parked on";
    ConferenceFull, "conference_full",
        "De conferentie is vol. Er kan niemand meer bij.", "The conference is full. Nobody else can join.";
    MusicOffOnce, "music_off_once",
        "Er klinkt geen wachtmuziek in één gesprek.", "There is no music on hold for one call.";
}

impl From<Prompt> for Announcement {
    fn from(prompt: Prompt) -> Self {
        vec![Clip::Prompt(prompt)]
    }
}

impl From<Tone> for Announcement {
    fn from(tone: Tone) -> Self {
        vec![Clip::Tone(tone)]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_prompt_has_its_own_file_and_a_sentence_in_both_languages() {
        let files: BTreeSet<_> = Prompt::ALL.iter().map(|prompt| prompt.file()).collect();

        assert_eq!(files.len(), Prompt::ALL.len());
        for prompt in Prompt::ALL {
            assert_ne!(prompt.nl(), prompt.en());
            let json = serde_json::to_string(prompt).unwrap();
            assert_eq!(json.trim_matches('"'), prompt.file());
        }
    }
}
