//! The store in one SQLite file.
//!
//! WAL, so that reading never waits for writing; `synchronous = FULL`, because a setting that was
//! confirmed must survive a power cut; one connection that writes, fed by a queue whose waiting
//! jobs are committed together: under load many calls share one flush to disk, and a single one is
//! durable within milliseconds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use pbx::directory::{SoundId, SubscriberId};
use pbx_api::{CallId, CallRecord, CompanyId, Contact, LogEntry, LogList, Notice, Timestamp};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Row as _};

use super::{
    CallQuery, InvitationRow, PlatformAccount, RunningRow, SessionRow, SpokeRow, Store, StoreError, Write,
    Writing,
};
use crate::company::CompanyData;
use crate::sound::Upload;

mod load;
mod migrations;
mod opening;
mod rows;
mod writer;

/// How many read at the same time.
const READERS: u32 = 4;
/// How long a connection waits for another process that holds the database, such as a backup.
const BUSY: Duration = Duration::from_secs(5);

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    writer: writer::Writer,
}

impl SqliteStore {
    /// Opens the database, makes it when it is not there, and brings its schema up to date. Returns
    /// the path of the backup that was made before a schema change, if one was needed. One that can only be
    /// read is opened as well: every write to it is refused.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] for a database of a newer program, [`StoreError::Unavailable`] when
    /// the file cannot be opened or read, others when its schema is old and it cannot be written.
    pub async fn open(path: &Path) -> Result<(Self, Option<PathBuf>), StoreError> {
        let mut opened = opening::open(path).await?;
        let backup = migrations::migrate(&mut opened.connection, path).await?;

        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            .idle_timeout(Duration::from_secs(60))
            .connect_lazy_with(opened.options.clone().read_only(true).create_if_missing(false));
        Ok((Self { readers, writer: writer::Writer::start(opened) }, backup))
    }

    /// Reads every page, and sees whether they belong together.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with what is wrong, or when it cannot be read.
    pub async fn look_for_damage(&self) -> Result<(), StoreError> {
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&self.readers)
            .await
            .map_err(unavailable)?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Unavailable(found)) }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn companies(&self) -> Result<Vec<CompanyData>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(unavailable)?;
        load::companies(&mut connection).await
    }

    async fn new_company_id(&self) -> Result<CompanyId, StoreError> {
        // AUTOINCREMENT remembers the highest identifier ever given out, also of removed companies.
        let highest: Option<i64> =
            sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'company'")
                .fetch_optional(&self.readers)
                .await
                .map_err(unavailable)?;
        rows::small(highest.unwrap_or(0) + 1, "company").map(CompanyId)
    }

    async fn write(&self, rows: Vec<Write>) -> Result<(), StoreError> {
        self.writer.write(rows).await
    }

    async fn platform_account(&self, name: &str) -> Result<Option<PlatformAccount>, StoreError> {
        let row = sqlx::query("SELECT name, password_hash FROM platform_account WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(row.map(|row| PlatformAccount { name: row.get(0), password_hash: row.get(1) }))
    }

    async fn platform_accounts(&self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM platform_account")
            .fetch_one(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(count.unsigned_abs())
    }

    async fn sessions(&self, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT token_hash, platform, company, subscriber, expires FROM session WHERE expires > ?",
        )
        .bind(now.0)
        .fetch_all(&self.readers)
        .await
        .map_err(unavailable)?;
        rows.iter().map(rows::session).collect()
    }

    async fn calls(&self, company: CompanyId, query: CallQuery) -> Result<Vec<CallRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT body FROM call_record WHERE company = ?1 AND call < ?2 AND (?3 IS NULL OR EXISTS
                 (SELECT 1 FROM log_entry WHERE log_entry.company = ?1 AND subscriber = ?3
                      AND log_entry.call = call_record.call))
             ORDER BY call DESC LIMIT ?4",
        )
        .bind(company.0)
        .bind(query.before.map_or(i64::MAX, |call| rows::large(call.0)))
        .bind(query.subscriber.map(|who| who.0))
        .bind(query.limit)
        .fetch_all(&self.readers)
        .await
        .map_err(unavailable)?;
        rows.iter().map(|row| rows::json(row.get(0), "call_record")).collect()
    }

    async fn log(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
        list: LogList,
        limit: u32,
    ) -> Result<Vec<LogEntry>, StoreError> {
        let rows = sqlx::query(
            "SELECT body FROM log_entry WHERE company = ? AND subscriber = ? AND list = ?
             ORDER BY call DESC LIMIT ?",
        )
        .bind(company.0)
        .bind(subscriber.0)
        .bind(list.name())
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(unavailable)?;
        rows.iter().map(|row| rows::json(row.get(0), "log_entry")).collect()
    }

    async fn spoke(
        &self,
        company: CompanyId,
        number: &str,
        subscriber: Option<SubscriberId>,
        limit: u32,
    ) -> Result<Vec<SpokeRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT call, at, subscriber, talked_s FROM spoke
             WHERE company = ?1 AND number = ?2 AND (?3 IS NULL OR subscriber = ?3)
             ORDER BY at DESC, call DESC LIMIT ?4",
        )
        .bind(company.0)
        .bind(number)
        .bind(subscriber.map(|who| who.0))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(unavailable)?;
        let row = |row: &sqlx::sqlite::SqliteRow| {
            Ok(SpokeRow {
                call: CallId(row.get::<i64, _>(0).unsigned_abs()),
                at: Timestamp(row.get(1)),
                subscriber: SubscriberId(rows::small(row.get(2), "spoke")?),
                talked_s: row.get::<i64, _>(3).unsigned_abs(),
            })
        };
        rows.iter().map(row).collect()
    }

    async fn running(&self) -> Result<Vec<RunningRow>, StoreError> {
        let rows = sqlx::query("SELECT company, body, log FROM running_call ORDER BY company, call")
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        let row = |row: &sqlx::sqlite::SqliteRow| {
            Ok(RunningRow {
                company: CompanyId(rows::small(row.get(0), "running_call")?),
                record: rows::json(row.get(1), "running_call")?,
                log: rows::json(row.get(2), "running_call")?,
            })
        };
        rows.iter().map(row).collect()
    }

    async fn alive(&self) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = sqlx::query_scalar("SELECT at FROM alive")
            .fetch_optional(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(at.map(Timestamp))
    }

    async fn last_call(&self, company: CompanyId) -> Result<Option<CallId>, StoreError> {
        let last = "SELECT max(call) FROM (SELECT max(call) AS call FROM call_record WHERE company = ?1
                        UNION ALL SELECT max(call) FROM running_call WHERE company = ?1)";
        let last: Option<i64> =
            sqlx::query_scalar(last).bind(company.0).fetch_one(&self.readers).await.map_err(unavailable)?;
        Ok(last.map(|call| CallId(call.unsigned_abs())))
    }

    async fn memory(&self, company: CompanyId) -> Result<Vec<(SubscriberId, String)>, StoreError> {
        let rows =
            sqlx::query("SELECT subscriber, remembered FROM memory WHERE company = ? ORDER BY subscriber")
                .bind(company.0)
                .fetch_all(&self.readers)
                .await
                .map_err(unavailable)?;
        rows.iter().map(|row| Ok((SubscriberId(rows::small(row.get(0), "memory")?), row.get(1)))).collect()
    }

    async fn notices(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError> {
        let newest =
            "SELECT body FROM notice WHERE company = ? AND subscriber = ? ORDER BY call DESC LIMIT ?";
        let rows = sqlx::query(newest)
            .bind(company.0)
            .bind(subscriber.0)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        rows.iter().map(|row| rows::json(row.get(0), "notice")).collect()
    }

    async fn upload(
        &self,
        company: CompanyId,
        sound: SoundId,
        sha256: &str,
    ) -> Result<Option<Upload>, StoreError> {
        let file =
            "SELECT upload FROM sound WHERE company = ? AND id = ? AND json_extract(body, '$.sha256') = ?";
        let file: Option<Option<Vec<u8>>> = sqlx::query_scalar(file)
            .bind(company.0)
            .bind(sound.0)
            .bind(sha256)
            .fetch_optional(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(file.flatten().map(|bytes| Upload(bytes.into())))
    }

    async fn contacts(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
    ) -> Result<Vec<Contact>, StoreError> {
        let rows = sqlx::query("SELECT body FROM contact WHERE company = ? AND subscriber = ? ORDER BY id")
            .bind(company.0)
            .bind(subscriber.0)
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)?;
        rows.iter().map(|row| rows::json(row.get(0), "contact")).collect()
    }

    async fn contact_count(&self, company: CompanyId, subscriber: SubscriberId) -> Result<u64, StoreError> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM contact WHERE company = ? AND subscriber = ?")
                .bind(company.0)
                .bind(subscriber.0)
                .fetch_one(&self.readers)
                .await
                .map_err(unavailable)?;
        Ok(count.unsigned_abs())
    }

    async fn has_contact(
        &self,
        company: CompanyId,
        subscriber: SubscriberId,
        id: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM contact WHERE company = ? AND subscriber = ? AND id = ?)",
        )
        .bind(company.0)
        .bind(subscriber.0)
        .bind(id)
        .fetch_one(&self.readers)
        .await
        .map_err(unavailable)
    }

    async fn invitation(&self, token_hash: [u8; 32]) -> Result<Option<InvitationRow>, StoreError> {
        let row = sqlx::query("SELECT company, subscriber, expires FROM invitation WHERE token_hash = ?")
            .bind(token_hash.as_slice())
            .fetch_optional(&self.readers)
            .await
            .map_err(unavailable)?;
        row.map(|row| {
            Ok(InvitationRow {
                token_hash,
                company: CompanyId(rows::small(row.get(0), "invitation")?),
                subscriber: SubscriberId(rows::small(row.get(1), "invitation")?),
                expires: Timestamp(row.get(2)),
            })
        })
        .transpose()
    }

    async fn check(&self) -> Result<(), StoreError> {
        // A disk without room lets a transaction pass that writes nothing.
        if let Some(trouble) = self.writing().trouble {
            return Err(trouble);
        }
        self.writer.write(Vec::new()).await?;
        sqlx::query("SELECT count(*) FROM company")
            .fetch_one(&self.readers)
            .await
            .map(drop)
            .map_err(unavailable)
    }

    fn writing(&self) -> Writing {
        self.writer.state()
    }

    async fn close(&self) {
        // The last connection that closes folds the log into the file, and readers may not write.
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-2000")
        // Folding the log into the file writes its pages a second time: in 16 MB the busy ones once and not four times.
        .pragma("wal_autocheckpoint", "4096")
        // What a savepoint may have to undo is worth no file.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

fn unavailable(error: sqlx::Error) -> StoreError {
    let Some(told) = error.as_database_error() else { return StoreError::Unavailable(error.to_string()) };
    if told.is_unique_violation() {
        return StoreError::Taken(told.message().to_owned());
    }
    // The lower byte is what went wrong, those above say where (https://www.sqlite.org/rescode.html).
    let code = told.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
    match code {
        Some(FULL) => StoreError::Full(told.message().to_owned()),
        Some(READ_ONLY) => StoreError::ReadOnly(told.message().to_owned()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// `SQLITE_FULL`.
const FULL: i32 = 13;
/// `SQLITE_READONLY`.
const READ_ONLY: i32 = 8;

#[cfg(test)]
mod tests {
    use sqlx::SqliteConnection;

    use super::*;

    pub(super) fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    pub(super) async fn connect(path: &Path) -> SqliteConnection {
        options(path).connect().await.unwrap()
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_database() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let path = folder.path().join("balie.sqlite");

        SqliteStore::open(&path).await.unwrap().0.close().await;

        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_confirmed_write_is_flushed_to_the_disk() {
        let folder = folder();
        let mut connection = connect(&folder.path().join("balie.sqlite")).await;

        let level: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut connection).await.unwrap();
        let journal: String =
            sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connection).await.unwrap();

        assert_eq!((level, journal.as_str()), (2, "wal"));
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_refused_and_kept() {
        let folder = folder();
        let path = folder.path().join("letter.txt");
        std::fs::write(&path, "Dear reader, this is not a database but a letter of some length.".repeat(40))
            .unwrap();

        assert!(matches!(SqliteStore::open(&path).await, Err(StoreError::Unavailable(_))));
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear reader"));
    }
}
