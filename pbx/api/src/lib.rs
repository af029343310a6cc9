//! `pbx-api`: the words that the exchange and its clients have in common.
//!
//! Everything here is data: what a client may ask of `/api/v1`, what the exchange answers, and
//! what it tells without being asked on the event connection. The desktop client, the panel's
//! generated TypeScript, the OpenAPI document and the exchange itself all take their shapes from
//! these types, so a field that changes here changes everywhere or the build fails.
//!
//! The crate never decides, never reads a clock and never touches the network. Identifiers are
//! small integers given out by the exchange's database; instants are [`Timestamp`]s, milliseconds
//! since 1970 in UTC; telephone numbers are text, in E.164 form (`+31…`) or as an extension.
//!
//! Read first: [`event`] (snapshot, numbered deltas, resume), [`call`] (what a call looks like from
//! outside) and [`error`] (how every refusal looks).

pub mod account;
pub mod call;
pub mod call_control;
pub mod call_record;
pub mod company;
pub mod contact;
pub mod device;
pub mod error;
pub mod event;
pub mod feature;
pub mod foresight;
pub mod health;
pub mod id;
pub mod invitation;
pub mod licence;
pub mod notice;
pub mod number;
pub mod presence;
pub mod time;
pub mod user;
pub mod virtual_extension;

pub use account::{Me, Role, Session, SignIn};
pub use call::{CallView, Direction, DiversionView, LegState, LegView, Party, TransferView};
pub use call_control::{CallCommand, Note, Originate, PickUp, Transfer};
pub use call_record::{
    CallBefore, CallRecord, LegRecord, LogEntry, LogList, MoveRecord, Moved, Outcome, Payer, SpokeBefore,
    SpokeWith,
};
pub use company::{Company, Department};
pub use contact::{Contact, ContactCard, ContactNumber};
pub use device::Device;
pub use error::{ApiError, ErrorCode};
pub use event::{Change, ClientFrame, Event, Message, Registration, ServerFrame, Snapshot, Topic};
pub use feature::{FeatureCard, FeatureSettings};
pub use foresight::{ForeseenStep, Foresight, Happening, SupposedCaller, SupposedStanding, Supposition};
pub use id::{CallId, CompanyId, DepartmentId, DeviceId, LegId, SubscriberId};
pub use invitation::{InvitationLink, NoInvitation};
pub use licence::{Licence, LicenceCounts, LicenceHolder, LicenceState, Profile};
pub use notice::Notice;
pub use number::{Number, NumberTarget};
pub use presence::{Parked, Presence, PresenceState};
pub use time::Timestamp;
pub use user::{SubscriberKind, User};
pub use virtual_extension::{NewVirtualExtension, VirtualExtension};
