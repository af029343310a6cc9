//! The access codes of a new company, as data: the common default plan of hosted telephony.
//!
//! The table holds every code of the product, also those whose service does not exist yet, so that a
//! company's own plan never takes a code that a later service needs without anybody seeing it.

use serde::{Deserialize, Serialize};

/// What is dialled after a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A number, always.
    Number,
    /// A number, or nothing.
    MaybeNumber,
    /// Digits that are no number: how many rings, which key.
    Digits,
    /// Such digits, or nothing.
    MaybeDigits,
    /// One digit that says which, and a number or nothing.
    Entry1,
    /// Two digits that say which, and a number or nothing.
    Entry2,
    /// The rest of what is dialled, for one call: a number, another code of this kind before it, or
    /// nothing when the wish is for the running or the next call.
    PerCall,
}

macro_rules! codes {
    ($($name:ident, $code:literal, $takes:ident, $function:literal, $en:literal;)*) => {
        /// An order that can be dialled.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $(#[doc = $en] $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What a new company dials for it.
            pub const fn default_text(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What is dialled after it.
            pub const fn takes(self) -> Takes {
                match self { $(Self::$name => Takes::$takes,)* }
            }

            /// The function to which it belongs: `F-064`.
            pub const fn function(self) -> &'static str {
                match self { $(Self::$name => $function,)* }
            }

            /// What it does, in a sentence.
            pub const fn purpose(self) -> &'static str {
                match self { $(Self::$name => $en,)* }
            }
        }
    };
}

codes! {
    CallForwardingAlwaysOn, "*72", MaybeNumber, "F-064", "Call forwarding always on, with or without a new number.";
    CallForwardingAlwaysOff, "*73", Nothing, "F-064", "Call forwarding always off.";
    CallForwardingAlwaysQuery, "*21*", Nothing, "F-064", "How call forwarding always stands.";
    VoiceMailAlwaysOn, "*21", Nothing, "F-100", "Every call to voicemail.";
    VoiceMailAlwaysOff, "#21", Nothing, "F-100", "No longer every call to voicemail.";
    CallForwardingBusyOn, "*90", MaybeNumber, "F-065", "Call forwarding busy on, with or without a new number.";
    CallForwardingBusyOff, "*91", Nothing, "F-065", "Call forwarding busy off.";
    CallForwardingBusyQuery, "*67*", Nothing, "F-065", "How call forwarding busy stands.";
    VoiceMailBusyOn, "*40", Nothing, "F-100", "Voicemail when busy.";
    VoiceMailBusyOff, "#40", Nothing, "F-100", "No voicemail when busy.";
    CallForwardingNoAnswerOn, "*92", MaybeNumber, "F-066", "Call forwarding no answer on, with or without a new number.";
    CallForwardingNoAnswerOff, "*93", Nothing, "F-066", "Call forwarding no answer off.";
    CallForwardingNoAnswerQuery, "*61*", Nothing, "F-066", "How call forwarding no answer stands.";
    CallForwardingNoAnswerRings, "*610", Digits, "F-066", "After how many rings a call counts as not answered.";
    VoiceMailNoAnswerOn, "*41", Nothing, "F-100", "Voicemail when nobody answers.";
    VoiceMailNoAnswerOff, "#41", Nothing, "F-100", "No voicemail when nobody answers.";
    CallForwardingNotReachableOn, "*94", MaybeNumber, "F-067", "Call forwarding not reachable on, with or without a new number.";
    CallForwardingNotReachableOff, "*95", Nothing, "F-067", "Call forwarding not reachable off.";
    CallForwardingNotReachableQuery, "*63*", Nothing, "F-067", "How call forwarding not reachable stands.";
    CallForwardingSelectiveOn, "#76", Nothing, "F-068", "Selective call forwarding on.";
    CallForwardingSelectiveOff, "#77", Nothing, "F-068", "Selective call forwarding off.";
    DoNotDisturbOn, "*78", Nothing, "F-069", "Do not disturb on.";
    DoNotDisturbOff, "*79", Nothing, "F-069", "Do not disturb off.";
    AnonymousCallRejectionOn, "*77", Nothing, "F-061", "Anonymous call rejection on.";
    AnonymousCallRejectionOff, "*87", Nothing, "F-061", "Anonymous call rejection off.";
    AnonymousCallRejectionQuery, "*52*", Nothing, "F-061", "How anonymous call rejection stands.";
    SelectiveCallRejectionQuery, "*51*", Nothing, "F-063", "How selective call rejection stands.";
    HideNumberOnce, "*67", PerCall, "F-040", "Hide the number for one call.";
    ShowNumberOnce, "*65", PerCall, "F-040", "Show the number for one call.";
    HideNumberOn, "*31", Nothing, "F-040", "Hide the number from now on.";
    HideNumberOff, "#31", Nothing, "F-040", "Show the number from now on.";
    HideNumberQuery, "*54*", Nothing, "F-040", "Whether the number is hidden.";
    ConnectedLineRestrictionQuery, "*56*", Nothing, "F-044", "Whether the number is hidden on answering.";
    CallWaitingOn, "*43", Nothing, "F-023", "Call waiting on.";
    CallWaitingOff, "#43", Nothing, "F-023", "Call waiting off.";
    CallWaitingQuery, "*53*", Nothing, "F-023", "How call waiting stands.";
    CallWaitingOffOnce, "*70", PerCall, "F-023", "No waiting calls during one call.";
    DiversionInhibitor, "*80", PerCall, "F-071", "The called party may not forward this call.";
    MusicOnHoldOffOnce, "*60", PerCall, "F-089", "No music on hold during one call.";
    AnywherePlus, "*14", MaybeNumber, "F-132", "The plus of an international number, from Anywhere.";
    UserNumberOnce, "*16", PerCall, "F-131", "Show the own number for one call.";
    ConfiguredNumberOnce, "*17", PerCall, "F-131", "Show the configured number for one call.";
    GroupNumberOnce, "*18", PerCall, "F-131", "Show the group's number for one call.";
    UserNumberOn, "#16", Nothing, "F-131", "Show the own number from now on.";
    ConfiguredNumberOn, "#17", Nothing, "F-131", "Show the configured number from now on.";
    GroupNumberOn, "#18", Nothing, "F-131", "Show the group's number from now on.";
    ShownNumberQuery, "#19", Nothing, "F-131", "Which number is shown.";
    MobilityAnchoringOn, "#23", Nothing, "F-130", "Mobile calls by way of the exchange.";
    MobilityAnchoringOff, "#24", Nothing, "F-130", "Mobile calls no longer by way of the exchange.";
    MobilityAnchoringOnce, "*23", PerCall, "F-130", "One mobile call by way of the exchange.";
    MobilityDirectOnce, "*24", PerCall, "F-130", "One mobile call not by way of the exchange.";
    MobilityNumberOn, "#28", Nothing, "F-130", "Show the mobile number from now on.";
    MobilityNumberOff, "#29", Nothing, "F-130", "No longer show the mobile number.";
    MobilityNumberOnce, "*28", PerCall, "F-130", "Show the mobile number for one call.";
    MobilityFixedNumberOnce, "*29", PerCall, "F-130", "Show the fixed number for one call.";
    PreferredAnswerEndpoint, "*35", MaybeNumber, "F-130", "Choose the device on which calls are answered.";
    PreferredAnswerEndpointOff, "*36", Nothing, "F-130", "No device is preferred for answering.";
    MaliciousCallTrace, "*57", Nothing, "section 2", "Have the last call traced.";
    CallCenterSilentMonitor, "#82", Number, "F-088", "Listen to an agent's call.";
    CallPickup, "*98", Nothing, "F-081", "Answer a call that rings in the pickup group.";
    DirectedCallPickup, "*97", Number, "F-082", "Answer a call that rings at an extension.";
    DirectedCallPickupWithBargeIn, "*33", MaybeNumber, "F-083", "Answer, or join, a colleague's call.";
    CallPark, "*68", MaybeNumber, "F-085", "Park the call on an extension.";
    CallParkRetrieve, "*88", MaybeNumber, "F-085", "Take back a parked call.";
    GroupCallPark, "*58", Nothing, "F-085", "Park the call on a free member of the group.";
    CallRetrieve, "*11", Nothing, "F-132", "Move the call to this device.";
    CallBridge, "*15", Nothing, "F-087", "Join the call on the shared line.";
    LocationOn, "*12", MaybeNumber, "F-087", "Switch a location on.";
    LocationOff, "*13", MaybeNumber, "F-087", "Switch a location off.";
    FlashCallHold, "*22", Nothing, "F-022", "Keep the call on hold after a hook flash.";
    LastNumberRedial, "*66", Nothing, "F-030", "Call the last number again.";
    CallReturn, "*69", Nothing, "F-031", "Call the last caller.";
    CallReturnDelete, "#92", Nothing, "F-031", "Forget the last caller.";
    AutomaticCallbackMenu, "#9", Nothing, "F-032", "Manage automatic callbacks.";
    AutomaticCallbackCancel, "#8", Nothing, "F-032", "Cancel automatic callbacks.";
    DirectVoiceMailTransfer, "*55", MaybeNumber, "F-100", "Transfer to somebody's voicemail.";
    VoiceMailRetrieval, "*86", Nothing, "F-100", "Listen to voicemail.";
    VoicePortal, "*62", Nothing, "F-102", "Call the voice portal.";
    ClearMessageWaiting, "*99", Nothing, "F-100", "Clear the message lamp.";
    PushToTalk, "*50", Number, "F-033", "Speak on a colleague's loudspeaker.";
    SpeedDial8, "*74", Entry1, "F-028", "Program a one-digit speed dial.";
    SpeedDial100, "*75", Entry2, "F-029", "Program a two-digit speed dial.";
    AccountCodeOnce, "*71", Digits, "section 2", "Book one call on an account.";
    AuthorizationUnlock, "*47", MaybeDigits, "F-119", "Unlock the calling plan, with the code or asked for it.";
    AuthorizationLock, "*37", Nothing, "F-119", "Lock the calling plan.";
    ExecutiveFilteringOn, "#61", Nothing, "F-280", "Manager's filtering on.";
    ExecutiveFilteringOff, "#62", Nothing, "F-280", "Manager's filtering off.";
    AssistantPush, "#63", Nothing, "F-284", "Push a call to the manager.";
    AssistantInitiate, "#64", Number, "F-284", "Call on behalf of the manager.";
    AssistantOptIn, "#65", Number, "F-284", "Take part as an assistant.";
    AssistantOptOut, "#66", Number, "F-284", "Stop taking part as an assistant.";
    AgentJoin, "*81", MaybeNumber, "F-216", "Join a queue.";
    AgentUnjoin, "*82", MaybeNumber, "F-216", "Leave a queue.";
    AgentQuery, "*83", Nothing, "F-216", "How the agent stands.";
    EscalateToSupervisor, "#83", Nothing, "F-225", "Call the supervisor into the call.";
    HuntGroupBusyOn, "#51", MaybeNumber, "F-110", "Make the group busy.";
    HuntGroupBusyOff, "#52", MaybeNumber, "F-110", "Make the group available.";
    HuntGroupBusyQuery, "#53", MaybeNumber, "F-110", "Whether the group is busy.";
    RecordingStart, "*44", Nothing, "F-262", "Start recording.";
    RecordingStop, "*45", Nothing, "F-262", "Stop recording.";
    RecordingPause, "*48", Nothing, "F-262", "Pause recording.";
    RecordingResume, "*49", Nothing, "F-262", "Resume recording.";
    CallCenterNightOverrideOn, "#70", MaybeNumber, "F-220", "Night service on by hand.";
    CallCenterNightOverrideOff, "#71", MaybeNumber, "F-220", "Night service no longer by hand.";
    CallCenterForcedForwardingOn, "#72", MaybeNumber, "F-219", "Forced forwarding on.";
    CallCenterForcedForwardingOff, "#73", MaybeNumber, "F-219", "Forced forwarding off.";
    CallCenterOutgoingAsQueue, "#80", MaybeNumber, "F-225", "Call out as the queue.";
    CallCenterOutgoingPersonal, "#81", Nothing, "F-225", "Call out as oneself.";
}
