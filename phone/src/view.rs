//! What a window shows and what it may ask: the whole seam between the phone and its user interface.
//!
//! A window receives one [`ViewModel`] and after it numbered [`Update`]s, and sends [`Instruction`]s; each
//! is answered by one [`CommandOutcome`]. Nothing else crosses. The window formats and never decides, so
//! what may be done with a call ([`Verb`]), which row stands first ([`Search`]) and why something failed
//! ([`Problem`]) are all said here. The TypeScript twins of these types are written by [`typescript`].

mod account;
mod call;
mod capability;
mod colleague;
mod command;
mod contact;
mod desktop;
mod device;
mod moment;
mod problem;
mod recent;
mod search;
mod settings;
mod typescript;
mod update;

pub use account::{Account, AccountChoice, Authority, Registration, SignIn, SignInStage};
pub use call::{
    Call, CallState, ConsultStage, Direction, EarlierCall, EndCause, HeldBy, Member, Party, RecallReason,
    Sound, TransferStage, Verb,
};
pub use capability::{Availability, Capabilities};
pub use colleague::{Colleague, Lamp, LampState, Waits};
pub use command::{Command, CommandOutcome, CommandResult, Instruction, Secret};
pub use contact::{Contact, ContactNumber, Contacts};
pub use desktop::{Desktop, Invited, Prefill};
pub use device::{Device, Devices, Hearing, Sample};
pub use moment::Moment;
pub use problem::{Problem, ProblemCode, Words};
pub use recent::{Recent, RecentOutcome};
pub use search::{Consequence, Search, Suggestion, SuggestionSource};
pub use settings::{
    CallSettings, DesktopSettings, DeviceChoice, KeyProfile, KeySettings, Language, Looks, Settings,
    SoundSettings, Theme,
};
pub use typescript::typescript;
pub(crate) use update::same_people;
pub use update::{Change, Publisher, Update, apply, difference};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that a window shows, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ViewModel {
    /// The account in use; absent until somebody has signed in.
    pub account: Option<Account>,
    /// The accounts that are signed in, the one in use among them; calls to each of them ring here.
    pub accounts: Vec<AccountChoice>,
    /// The sign-in form; present exactly while it must be shown, also while one more account signs in.
    pub sign_in: Option<SignIn>,
    /// The calls in hand, in the order in which they began.
    pub calls: Vec<Call>,
    /// The colleagues of the account, in the order in which they are listed.
    pub colleagues: Arc<Vec<Colleague>>,
    /// The latest calls, newest first.
    pub recents: Vec<Recent>,
    /// The answer to what stands in the search box.
    pub search: Search,
    /// What went wrong and has not been dismissed, oldest first.
    pub problems: Vec<Problem>,
    /// What this account can do, and why it cannot do the rest.
    pub capabilities: Capabilities,
    /// People outside the company whom this person has written down.
    pub contacts: Contacts,
    /// [`Colleague::id`] of those who stand first, in their order (F-183).
    pub favourites: Vec<String>,
    /// What is set on this computer.
    pub settings: Settings,
    /// The sound devices that can be chosen.
    pub devices: Devices,
    /// What the microphone hears, while it is tried out.
    pub hearing: Option<Hearing>,
    /// A number from a link or the command line that waits for one key.
    pub prefill: Option<Prefill>,
    /// An invitation from a link that waits for somebody to use it.
    pub invited: Option<Invited>,
    /// What the desktop can do.
    pub desktop: Desktop,
}
