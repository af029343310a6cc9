//! The schema of the SQLite database and how an older one becomes the newest.
//!
//! Migrations are numbered from 1 and never change once released; `PRAGMA user_version` says which
//! was the last. Before the first one touches a database that holds something, the whole database
//! is copied beside it (`VACUUM INTO`), so that an upgrade can always be undone by hand.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};

use super::unavailable;
use crate::private;
use crate::store::StoreError;

/// Every migration, the oldest first; its number is its place.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_contacts.sql"),
    include_str!("migrations/0003_spoke.sql"),
    include_str!("migrations/0004_invitations.sql"),
    include_str!("migrations/0005_running.sql"),
    include_str!("migrations/0006_schedules.sql"),
    include_str!("migrations/0007_capacity.sql"),
    include_str!("migrations/0008_prices.sql"),
    include_str!("migrations/0009_teams.sql"),
    include_str!("migrations/0010_licences.sql"),
    include_str!("migrations/0011_virtual_extensions.sql"),
    include_str!("migrations/0012_notices.sql"),
    include_str!("migrations/0013_sounds.sql"),
];

/// Brings the database up to date. Returns the path of the backup, if one was needed.
pub(super) async fn migrate(
    connection: &mut SqliteConnection,
    database: &Path,
) -> Result<Option<PathBuf>, StoreError> {
    migrate_with(connection, database, MIGRATIONS).await
}

async fn migrate_with(
    connection: &mut SqliteConnection,
    database: &Path,
    migrations: &[&str],
) -> Result<Option<PathBuf>, StoreError> {
    let found = version(connection).await?;
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found == known {
        return Ok(None);
    }

    let backup = if found == 0 { None } else { Some(back_up(connection, database, found).await?) };
    for (number, statements) in (1..).zip(migrations) {
        if number > found {
            apply(connection, number, statements).await?;
        }
    }
    Ok(backup)
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await.map_err(unavailable)
}

/// Each migration is one transaction with its number in it: it happened, or it did not.
async fn apply(connection: &mut SqliteConnection, number: i64, statements: &str) -> Result<(), StoreError> {
    let mut transaction = connection.begin().await.map_err(unavailable)?;
    sqlx::raw_sql(statements).execute(&mut *transaction).await.map_err(unavailable)?;
    sqlx::raw_sql(&format!("PRAGMA user_version = {number}"))
        .execute(&mut *transaction)
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)
}

async fn back_up(
    connection: &mut SqliteConnection,
    database: &Path,
    version: i64,
) -> Result<PathBuf, StoreError> {
    let backup = free_name(database, version);
    // An empty file is written into, and stays as private as it is.
    private::file(&backup).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    sqlx::query("VACUUM INTO ?")
        .bind(backup.to_string_lossy().into_owned())
        .execute(connection)
        .await
        .map_err(unavailable)?;
    Ok(backup)
}

/// `balie.sqlite.v1.bak`, or with a number when that exists: a backup is never overwritten.
fn free_name(database: &Path, version: i64) -> PathBuf {
    let name = |suffix: String| {
        let mut name = database.as_os_str().to_owned();
        name.push(format!(".v{version}{suffix}.bak"));
        PathBuf::from(name)
    };
    let first = name(String::new());
    if !first.exists() {
        return first;
    }
    (2..).map(|n| name(format!(".{n}"))).find(|path: &PathBuf| !path.exists()).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sqlx::Row;

    use super::*;
    use crate::store::sqlite::tests::{connect, folder};

    const TWO: &[&str] = &[
        "CREATE TABLE a (x INTEGER NOT NULL) STRICT; INSERT INTO a VALUES (7)",
        "ALTER TABLE a ADD COLUMN y TEXT",
    ];

    #[tokio::test]
    async fn an_older_database_is_copied_before_it_is_changed() {
        let folder = folder();
        let path = folder.path().join("old.sqlite");
        let mut connection = connect(&path).await;
        assert_eq!(migrate_with(&mut connection, &path, &TWO[..1]).await.unwrap(), None);

        let backup = migrate_with(&mut connection, &path, TWO).await.unwrap().unwrap();

        assert_eq!(version(&mut connection).await.unwrap(), 2);
        let mut old = connect(&backup).await;
        assert_eq!(version(&mut old).await.unwrap(), 1);
        let kept = sqlx::query("SELECT * FROM a").fetch_one(&mut old).await.unwrap();
        assert_eq!((kept.len(), kept.get::<i64, _>(0)), (1, 7));
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let folder = folder();
        let path = folder.path().join("broken.sqlite");
        let mut connection = connect(&path).await;
        let broken = &[TWO[0], "CREATE TABLE b (x INTEGER) STRICT; SELECT nonsense FROM nowhere"];

        let result = migrate_with(&mut connection, &path, broken).await;

        assert!(matches!(result, Err(StoreError::Unavailable(_))));
        assert_eq!(version(&mut connection).await.unwrap(), 1);
        assert!(sqlx::query("SELECT * FROM b").fetch_all(&mut connection).await.is_err());
    }

    #[tokio::test]
    async fn a_database_of_a_newer_program_is_left_alone() {
        let folder = folder();
        let path = folder.path().join("new.sqlite");
        let mut connection = connect(&path).await;
        sqlx::raw_sql("PRAGMA user_version = 99").execute(&mut connection).await.unwrap();

        let result = migrate(&mut connection, &path).await;

        assert!(matches!(result, Err(StoreError::TooNew { found: 99, .. })));
    }

    #[test]
    fn a_backup_never_overwrites_another() {
        let folder = folder();
        let path = folder.path().join("x.sqlite");
        let first = free_name(&path, 1);
        std::fs::write(&first, "kept").unwrap();

        assert_ne!(free_name(&path, 1), first);
    }

    #[tokio::test]
    async fn services_that_named_sounds_before_there_were_any_play_what_they_played() {
        let folder = folder();
        let path = folder.path().join("old.sqlite");
        let mut connection = connect(&path).await;
        migrate_with(&mut connection, &path, &MIGRATIONS[..12]).await.unwrap();
        let services = [
            ("music_on_hold", r#"{"source":{"file":"x"},"internal_source":{"file":"y"},"delay_ms":5}"#),
            ("music_on_hold_user", r#"{"source":null,"internal_source":"system"}"#),
            ("custom_ringback_group", r#"{"active":true,"source":"system","waiting_source":{"file":"x"}}"#),
            (
                "custom_ringback_user",
                r#"{"entries":[{"when":{"name":"A"},"source":{"file":"x"}},{"when":{"name":"B"},"source":"system"}]}"#,
            ),
            ("do_not_disturb", r#"{"active":true}"#),
        ];
        sqlx::raw_sql("INSERT INTO company (id, domain, next_id, body) VALUES (1, 'a.example', 9, '{}')")
            .execute(&mut connection)
            .await
            .unwrap();
        for (feature, settings) in services {
            sqlx::query("INSERT INTO service (company, owner_kind, owner, feature, version, settings) VALUES (1, 'site', 1, ?, 1, ?)")
                .bind(feature)
                .bind(settings)
                .execute(&mut connection)
                .await
                .unwrap();
        }

        migrate_with(&mut connection, &path, &MIGRATIONS[..13]).await.unwrap();

        let rows = sqlx::query("SELECT feature, settings FROM service").fetch_all(&mut connection).await;
        let now: BTreeMap<String, String> =
            rows.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
        assert!(now.values().all(|settings| !settings.contains("file")), "{now:#?}");
        assert_eq!(now["music_on_hold"], r#"{"source":"system","internal_source":"system","delay_ms":5}"#);
        assert_eq!(now["music_on_hold_user"], services[1].1);
        assert_eq!(now["do_not_disturb"], services[4].1);
        let ringback: serde_json::Value = serde_json::from_str(&now["custom_ringback_user"]).unwrap();
        assert_eq!(ringback["entries"][1]["when"]["name"], "B");
        assert_eq!(ringback["entries"][0]["source"], "system");
    }
}
