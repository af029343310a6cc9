//! Where everything that must survive is kept.
//!
//! The store is a seam: SQLite in one file today, PostgreSQL for several machines later. Reading is
//! whole (a company is loaded at once), writing is a list of rows that becomes durable together or
//! not at all. When [`Store::write`] has returned, the plug may be pulled.

use async_trait::async_trait;
use pbx::directory::{Owner, SoundId, SubscriberId};
use pbx_api::{CallId, CallRecord, CompanyId, Contact, DeviceId, LogEntry, LogList, Notice, Timestamp};

use crate::company::{CompanyData, DeviceRow, Person};
use crate::sound::Upload;

pub mod sqlite;

/// Why something was not stored or not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another row has the same unique value; says which.
    #[error("already stored: {0}")]
    Taken(String),
    /// The disk has no room for it.
    #[error("database: no room: {0}")]
    Full(String),
    /// The database can be read and not written.
    #[error("database: read-only: {0}")]
    ReadOnly(String),
    /// The database does not answer as it should: locked, broken, gone.
    #[error("database: {0}")]
    Unavailable(String),
    /// A row cannot be read; the database was changed by something else, or is of a newer version.
    #[error("row of {table} cannot be read: {reason}")]
    Unreadable {
        /// Which table.
        table: &'static str,
        /// Why not.
        reason: String,
    },
    /// The database was written by a newer version of this program.
    #[error("database has schema {found}, this program knows up to {known}")]
    TooNew {
        /// Schema of the database.
        found: i64,
        /// Newest schema that this program knows.
        known: i64,
    },
}

/// The company's own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRow {
    /// Which company.
    pub id: CompanyId,
    /// SIP domain, lower case; no two companies share one.
    pub domain: String,
    /// The next identifier to give out inside it.
    pub next_id: u32,
    /// The exchange's company record, JSON.
    pub body: String,
}

/// Kinds of rows that the exchange's records consist of; the order is the order of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Sites.
    Site,
    /// Departments.
    Department,
    /// Subscribers.
    Subscriber,
    /// Trunks.
    Trunk,
    /// Schedules.
    Schedule,
    /// Capacity groups.
    CapacityGroup,
    /// Lines of the price list, by their place.
    Price,
    /// Teams.
    Team,
    /// Numbers of the public network with an extension.
    VirtualExtension,
    /// Sounds, without their files.
    Sound,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Site,
        Self::Department,
        Self::Subscriber,
        Self::Trunk,
        Self::Schedule,
        Self::CapacityGroup,
        Self::Price,
        Self::Team,
        Self::VirtualExtension,
        Self::Sound,
    ];
}

/// A row of one of the [kinds](Kind).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Identifier within the company.
    pub id: u32,
    /// The exchange's record without its services, JSON.
    pub body: String,
    /// What the server knows besides; subscribers only.
    pub person: Option<Person>,
}

/// Settings of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    /// Whose.
    pub owner: Owner,
    /// Which service.
    pub feature: String,
    /// Version of the settings' shape.
    pub version: u32,
    /// The settings, JSON.
    pub settings: String,
}

/// An account of the platform itself; users of companies sign in by their subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformAccount {
    /// Sign-in name, lower case, without `@`.
    pub name: String,
    /// Argon2 hash of the password, in PHC form.
    pub password_hash: String,
}

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionOwner {
    /// An account of the platform, by name.
    Platform(String),
    /// A user of a company.
    Subscriber(CompanyId, SubscriberId),
}

/// A session; the token itself is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Who.
    pub owner: SessionOwner,
    /// When it ends.
    pub expires: Timestamp,
}

/// A call of a number with one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpokeRow {
    /// Which call.
    pub call: CallId,
    /// When it began for the user.
    pub at: Timestamp,
    /// The user.
    pub subscriber: SubscriberId,
    /// Seconds of conversation that began; 0 when there was none.
    pub talked_s: u64,
}

/// An invitation; the token itself is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Of which company.
    pub company: CompanyId,
    /// Who is invited.
    pub subscriber: SubscriberId,
    /// When it ends.
    pub expires: Timestamp,
}

/// A call that ran when its row was written, as its record would be if the exchange had stopped then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningRow {
    /// Whose.
    pub company: CompanyId,
    /// The record; its legs and itself end when the row was written.
    pub record: CallRecord,
    /// Its lines in users' lists.
    pub log: Vec<LogEntry>,
}

/// How writing goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writing {
    /// Why the last attempt to write failed; nothing while writing works.
    pub trouble: Option<StoreError>,
    /// Writes that were refused since the start because of such trouble.
    pub refused: u64,
}

/// One row to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Makes or changes a company.
    PutCompany(CompanyRow),
    /// Removes a company with everything in it; its call records stay.
    RemoveCompany(CompanyId),
    /// Makes or changes a row of one of the kinds.
    Put {
        /// Whose.
        company: CompanyId,
        /// Of which kind.
        kind: Kind,
        /// The row.
        row: Row,
    },
    /// Removes a row of one of the kinds.
    Remove {
        /// Whose.
        company: CompanyId,
        /// Of which kind.
        kind: Kind,
        /// Which.
        id: u32,
    },
    /// Keeps the file of a sound, whose row is there.
    PutUpload {
        /// Whose.
        company: CompanyId,
        /// Of which sound.
        sound: SoundId,
        /// The file.
        upload: Upload,
    },
    /// Makes or changes a device.
    PutDevice {
        /// Whose.
        company: CompanyId,
        /// The device.
        device: DeviceRow,
    },
    /// Removes a device.
    RemoveDevice {
        /// Whose.
        company: CompanyId,
        /// Which.
        id: DeviceId,
    },
    /// Sets a service.
    PutService {
        /// Whose.
        company: CompanyId,
        /// The settings.
        service: ServiceRow,
    },
    /// Sets a service back to its defaults.
    RemoveService {
        /// Whose.
        company: CompanyId,
        /// Of whom.
        owner: Owner,
        /// Which service.
        feature: String,
    },
    /// Puts a number in stock.
    PutSpareNumber {
        /// Whose.
        company: CompanyId,
        /// E.164 form with `+`.
        number: String,
    },
    /// Takes a number out of stock.
    RemoveSpareNumber {
        /// Whose.
        company: CompanyId,
        /// E.164 form with `+`.
        number: String,
    },
    /// Keeps a secret.
    PutSecret {
        /// Whose.
        company: CompanyId,
        /// Under which name.
        name: String,
        /// The secret.
        value: String,
    },
    /// Forgets a secret.
    RemoveSecret {
        /// Whose.
        company: CompanyId,
        /// Under which name.
        name: String,
    },
    /// Makes or changes an account of the platform.
    PutPlatformAccount(PlatformAccount),
    /// Opens a session.
    PutSession(SessionRow),
    /// Lets a session end at another moment; one that is gone stays gone.
    ProlongSession([u8; 32], Timestamp),
    /// Ends a session.
    RemoveSession([u8; 32]),
    /// Ends every session of somebody.
    RemoveSessionsOf(SessionOwner),
    /// Forgets sessions that ended before this instant.
    ForgetSessions(Timestamp),
    /// Keeps what a call that runs would leave, until [`AddCall`](Self::AddCall) comes.
    PutRunning(Box<RunningRow>),
    /// The exchange runs at this moment.
    Alive(Timestamp),
    /// Keeps a mail about a call; of the same call and user there is one, and of each user the newest
    /// [`NOTICES`] stay.
    AddNotice {
        /// Whose.
        company: CompanyId,
        /// The mail.
        notice: Notice,
    },
    /// Keeps a call that is over.
    AddCall {
        /// Whose.
        company: CompanyId,
        /// The record.
        record: Box<CallRecord>,
        /// Its lines in users' lists.
        log: Vec<LogEntry>,
    },
    /// Keeps what the exchange remembers of a subscriber.
    PutMemory {
        /// Whose.
        company: CompanyId,
        /// Of whom.
        subscriber: SubscriberId,
        /// Everything remembered, JSON.
        remembered: String,
    },
    /// Invites a user; an earlier invitation of the user goes.
    PutInvitation(InvitationRow),
    /// Ends an invitation.
    RemoveInvitation([u8; 32]),
    /// Makes or changes a contact of a user.
    PutContact {
        /// Of which company.
        company: CompanyId,
        /// Whose.
        subscriber: SubscriberId,
        /// The contact.
        contact: Contact,
    },
    /// Removes a contact of a user.
    RemoveContact {
        /// Of which company.
        company: CompanyId,
        /// Whose.
        subscriber: SubscriberId,
        /// Which.
        id: String,
    },
}

/// Notices of one user that are kept.
pub const NOTICES: u32 = 500;

/// Which call records to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallQuery {
    /// Only calls before this one.
    pub before: Option<CallId>,
    /// Only calls in which this subscriber has a line.
    pub subscriber: Option<SubscriberId>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// A place where things survive. One contract, tested for every implementation.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Every company, whole.
    async fn companies(&self) -> Result<Vec<CompanyData>, StoreError>;

    /// An identifier that no company ever had.
    async fn new_company_id(&self) -> Result<CompanyId, StoreError>;

    /// Writes all rows or none; durable when it returns. Writes take effect in the order in which
    /// they were handed over.
    async fn write(&self, rows: Vec<Write>) -> Result<(), StoreError>;

    /// The platform account with this name.
    async fn platform_account(&self, name: &str) -> Result<Option<PlatformAccount>, StoreError>;

    /// How many platform accounts there are.
    async fn platform_accounts(&self) -> Result<u64, StoreError>;

    /// Every session that has not ended before `now`.
    async fn sessions(&self, now: Timestamp) -> Result<Vec<SessionRow>, StoreError>;

    /// Call records of a company, newest first.
    async fn calls(&self, company: CompanyId, query: CallQuery) -> Result<Vec<CallRecord>, StoreError>;

    /// A user's list of calls, newest first.
    async fn log(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
        list: LogList,
        limit: u32,
    ) -> Result<Vec<LogEntry>, StoreError>;

    /// Calls with a number, newest first: of one user, or of everybody in the company.
    async fn spoke(
        &self,
        company: CompanyId,
        number: &str,
        subscriber: Option<SubscriberId>,
        limit: u32,
    ) -> Result<Vec<SpokeRow>, StoreError>;

    /// Calls of every company that ran when they were written last, and of which no record was written since.
    async fn running(&self) -> Result<Vec<RunningRow>, StoreError>;

    /// The last moment at which the exchange is known to have run.
    async fn alive(&self) -> Result<Option<Timestamp>, StoreError>;

    /// The highest number of a call that is kept of a company, so that numbering goes on after it.
    async fn last_call(&self, company: CompanyId) -> Result<Option<CallId>, StoreError>;

    /// What the exchange remembers of each subscriber, JSON.
    async fn memory(&self, company: CompanyId) -> Result<Vec<(SubscriberId, String)>, StoreError>;

    /// The notices of a user, newest first.
    async fn notices(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError>;

    /// The file of a sound, as long as it is the one with this SHA-256.
    async fn upload(
        &self,
        company: CompanyId,
        sound: SoundId,
        sha256: &str,
    ) -> Result<Option<Upload>, StoreError>;

    /// The contacts of a user, by identifier.
    async fn contacts(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
    ) -> Result<Vec<Contact>, StoreError>;

    /// How many contacts a user has.
    async fn contact_count(&self, company: CompanyId, subscriber: SubscriberId) -> Result<u64, StoreError>;

    /// Whether a user has a contact with this identifier.
    async fn has_contact(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
        id: &str,
    ) -> Result<bool, StoreError>;

    /// The invitation with this token, also one that has ended.
    async fn invitation(&self, token_hash: [u8; 32]) -> Result<Option<InvitationRow>, StoreError>;

    /// Whether something can be written and read now.
    async fn check(&self) -> Result<(), StoreError>;

    /// How writing goes, without trying.
    fn writing(&self) -> Writing;

    /// Writes what is still under way and lets go of the files.
    async fn close(&self);
}
