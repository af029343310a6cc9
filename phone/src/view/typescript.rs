//! The TypeScript twin of this seam, as one text.
//!
//! Written to the user interface's folder by `cargo run -p phone --example types`; nobody edits it there.

use ts_rs::{Config, TS};

use super::{
    Account, AccountChoice, Authority, Availability, Call, CallSettings, CallState, Capabilities, Change,
    Colleague, Command, CommandOutcome, CommandResult, Consequence, ConsultStage, Contact, ContactNumber,
    Contacts, Desktop, DesktopSettings, Device, DeviceChoice, Devices, Direction, EarlierCall, EndCause,
    Hearing, HeldBy, Instruction, Invited, KeyProfile, KeySettings, Lamp, LampState, Language, Looks, Member,
    Moment, Party, Prefill, Problem, ProblemCode, RecallReason, Recent, RecentOutcome, Registration, Sample,
    Search, Secret, Settings, SignIn, SignInStage, Sound, SoundSettings, Suggestion, SuggestionSource, Theme,
    TransferStage, Update, Verb, ViewModel, Waits, Words,
};

/// All types of the seam as one TypeScript module.
#[must_use]
pub fn typescript() -> String {
    let config = Config::new();
    let mut text = String::from("// Generated from phone::view by `cargo xtask types`. Do not edit.\n");
    macro_rules! write_types {
        ($($type:ty),* $(,)?) => {$(
            text.push('\n');
            text.push_str(&<$type as TS>::docs().unwrap_or_default());
            text.push_str("export ");
            text.push_str(&<$type as TS>::decl(&config));
            text.push('\n');
        )*};
    }
    write_types![
        ViewModel,
        Update,
        Change,
        Instruction,
        Command,
        CommandOutcome,
        CommandResult,
        Secret,
        Account,
        AccountChoice,
        Registration,
        SignIn,
        SignInStage,
        Authority,
        Call,
        Direction,
        Party,
        Member,
        CallState,
        HeldBy,
        TransferStage,
        ConsultStage,
        RecallReason,
        EndCause,
        Sound,
        Verb,
        Colleague,
        Lamp,
        LampState,
        Waits,
        Recent,
        RecentOutcome,
        Search,
        Suggestion,
        SuggestionSource,
        Consequence,
        Problem,
        ProblemCode,
        Words,
        Capabilities,
        Availability,
        EarlierCall,
        Contacts,
        Contact,
        ContactNumber,
        Settings,
        SoundSettings,
        DeviceChoice,
        Looks,
        Language,
        Theme,
        KeySettings,
        KeyProfile,
        CallSettings,
        DesktopSettings,
        Devices,
        Device,
        Hearing,
        Sample,
        Desktop,
        Prefill,
        Invited,
        Moment,
    ];
    text
}

#[cfg(test)]
mod tests {
    use super::typescript;

    #[test]
    fn every_type_that_is_named_is_also_declared() {
        let text = typescript();

        for name in ["ViewModel", "Command", "CallState", "LampState", "Moment", "Suggestion"] {
            assert!(text.contains(&format!("export type {name} ")), "{name} is missing");
        }
        assert!(text.contains("\"kind\": \"transferBlind\""), "tags follow serde");
        assert!(!text.contains("bigint"), "numbers are numbers");
    }
}
