//! How the database is opened: to be written, or, where the system allows no more, to be read.
//!
//! An exchange whose disk came back read-only still knows its companies and telephones: calls can be made, and every
//! change is refused. SQLite reads such a database as it is only when no log lies beside it that holds newer rows.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};

use super::{options, unavailable};
use crate::private;
use crate::store::StoreError;

/// A database that is open.
pub(super) struct Opened {
    pub(super) connection: SqliteConnection,
    /// With which it is opened again.
    pub(super) options: SqliteConnectOptions,
    /// Why it can only be read, if so.
    pub(super) read_only: Option<StoreError>,
}

/// Opens it to be written, else to be read.
pub(super) async fn open(path: &Path) -> Result<Opened, StoreError> {
    let refused = match to_write(path).await {
        Ok(opened) => return Ok(opened),
        Err(error @ StoreError::ReadOnly(_)) => error,
        Err(error) => return Err(error),
    };
    if !path.exists() {
        return Err(refused);
    }
    let read_only = SqliteConnectOptions::new().filename(path).read_only(true).foreign_keys(true);
    for options in [Some(read_only.clone()), without_log(path).then(|| read_only.immutable(true))] {
        let Some(options) = options else { continue };
        if let Ok(connection) = readable(&options).await {
            return Ok(Opened { connection, options, read_only: Some(refused) });
        }
    }
    Err(refused)
}

async fn to_write(path: &Path) -> Result<Opened, StoreError> {
    // The log beside the database is as private as the database was when it was opened.
    private::file(path).map_err(|error| refused(&error))?;
    let options = options(path);
    let connection = options.connect().await.map_err(unavailable)?;
    Ok(Opened { connection, options, read_only: None })
}

fn refused(error: &io::Error) -> StoreError {
    let kind = error.kind();
    if matches!(kind, io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied) {
        StoreError::ReadOnly(error.to_string())
    } else if kind == io::ErrorKind::StorageFull {
        StoreError::Full(error.to_string())
    } else {
        StoreError::Unavailable(error.to_string())
    }
}

/// A connection by which something can be read: opening alone reads nothing.
async fn readable(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = options.clone().disable_statement_logging().connect().await?;
    sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&mut connection).await?;
    Ok(connection)
}

/// Whether everything is in the database itself.
fn without_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).map_or(true, |log| log.len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::tests::{connect, folder};

    #[tokio::test]
    async fn a_log_with_newer_rows_is_never_passed_over() {
        let folder = folder();
        let path = folder.path().join("balie.sqlite");
        let mut writes = connect(&path).await;
        sqlx::raw_sql("CREATE TABLE a (x INTEGER)").execute(&mut writes).await.unwrap();

        assert!(!without_log(&path));
        sqlx::Connection::close(writes).await.unwrap();
        assert!(without_log(&path));
    }
}
