//! How each row is written, and how values of the database become ours again.

mod many;

use pbx::directory::{DepartmentId, GroupId, Owner, SubscriberId};
use pbx_api::{CompanyId, Notice, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row as _, Sqlite, SqliteConnection};

use super::unavailable;
use crate::company::DeviceRow;
use crate::store::{Kind, NOTICES, Row, ServiceRow, SessionOwner, SessionRow, StoreError, Write};

type Statement<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments<'q>>;

/// Writes rows one after another; stops at the first that fails.
pub(super) async fn write(connection: &mut SqliteConnection, rows: &[Write]) -> Result<(), StoreError> {
    for run in rows.chunk_by(many::together) {
        many::write(connection, run).await?;
        for statement in run.iter().flat_map(statements) {
            statement.execute(&mut *connection).await.map_err(unavailable)?;
        }
    }
    Ok(())
}

fn statements(row: &Write) -> Vec<Statement<'_>> {
    match row {
        Write::PutCompany(company) => vec![
            sqlx::query(
                "INSERT INTO company (id, domain, next_id, body) VALUES (?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET domain = excluded.domain, next_id = excluded.next_id,
                     body = excluded.body",
            )
            .bind(company.id.0)
            .bind(&company.domain)
            .bind(company.next_id)
            .bind(&company.body),
        ],
        Write::RemoveCompany(company) => remove_company(*company),
        Write::Put { company, kind, row } => vec![put(*company, *kind, row)],
        Write::Remove { company, kind, id } => {
            vec![sqlx::query(removal(*kind)).bind(company.0).bind(*id)]
        }
        Write::PutUpload { company, sound, upload } => vec![
            sqlx::query("UPDATE sound SET upload = ? WHERE company = ? AND id = ?")
                .bind(&*upload.0)
                .bind(company.0)
                .bind(sound.0),
        ],
        Write::PutDevice { company, device } => vec![put_device(*company, device)],
        Write::RemoveDevice { company, id } => {
            vec![sqlx::query("DELETE FROM device WHERE company = ? AND id = ?").bind(company.0).bind(id.0)]
        }
        Write::PutService { company, service } => vec![put_service(*company, service)],
        Write::RemoveService { company, owner, feature } => vec![remove_service(*company, *owner, feature)],
        Write::PutSpareNumber { company, number } => vec![
            sqlx::query("INSERT OR REPLACE INTO spare_number (company, number) VALUES (?, ?)")
                .bind(company.0)
                .bind(number),
        ],
        Write::RemoveSpareNumber { company, number } => vec![
            sqlx::query("DELETE FROM spare_number WHERE company = ? AND number = ?")
                .bind(company.0)
                .bind(number),
        ],
        Write::PutSecret { company, name, value } => vec![
            sqlx::query("INSERT OR REPLACE INTO secret (company, name, value) VALUES (?, ?, ?)")
                .bind(company.0)
                .bind(name)
                .bind(value),
        ],
        Write::RemoveSecret { company, name } => {
            vec![sqlx::query("DELETE FROM secret WHERE company = ? AND name = ?").bind(company.0).bind(name)]
        }
        Write::PutPlatformAccount(account) => vec![
            sqlx::query("INSERT OR REPLACE INTO platform_account (name, password_hash) VALUES (?, ?)")
                .bind(&account.name)
                .bind(&account.password_hash),
        ],
        Write::PutSession(session) => vec![put_session(session)],
        Write::ProlongSession(token_hash, expires) => vec![
            sqlx::query("UPDATE session SET expires = ? WHERE token_hash = ?")
                .bind(expires.0)
                .bind(token_hash.as_slice()),
        ],
        Write::RemoveSession(token_hash) => {
            vec![sqlx::query("DELETE FROM session WHERE token_hash = ?").bind(token_hash.as_slice())]
        }
        Write::RemoveSessionsOf(owner) => vec![remove_sessions(owner)],
        Write::ForgetSessions(before) => {
            vec![sqlx::query("DELETE FROM session WHERE expires <= ?").bind(before.0)]
        }
        Write::Alive(at) => {
            let still = "INSERT INTO alive (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at";
            vec![sqlx::query(still).bind(at.0)]
        }
        Write::AddNotice { company, notice } => add_notice(*company, notice),
        // Written together with those beside it.
        Write::AddCall { .. } | Write::PutRunning(_) | Write::PutMemory { .. } => Vec::new(),
        Write::PutInvitation(row) => vec![
            sqlx::query(
                "INSERT OR REPLACE INTO invitation (company, subscriber, token_hash, expires) VALUES (?, ?, ?, ?)",
            )
            .bind(row.company.0)
            .bind(row.subscriber.0)
            .bind(row.token_hash.as_slice())
            .bind(row.expires.0),
        ],
        Write::RemoveInvitation(token_hash) => {
            vec![sqlx::query("DELETE FROM invitation WHERE token_hash = ?").bind(token_hash.as_slice())]
        }
        Write::PutContact { company, subscriber, contact } => vec![
            sqlx::query("INSERT OR REPLACE INTO contact (company, subscriber, id, body) VALUES (?, ?, ?, ?)")
                .bind(company.0)
                .bind(subscriber.0)
                .bind(&contact.id)
                .bind(text(contact)),
        ],
        Write::RemoveContact { company, subscriber, id } => vec![
            sqlx::query("DELETE FROM contact WHERE company = ? AND subscriber = ? AND id = ?")
                .bind(company.0)
                .bind(subscriber.0)
                .bind(id),
        ],
    }
}

fn remove_company<'q>(company: CompanyId) -> Vec<Statement<'q>> {
    vec![
        sqlx::query("DELETE FROM session WHERE company = ?").bind(company.0),
        sqlx::query("DELETE FROM company WHERE id = ?").bind(company.0),
    ]
}

/// Of a user who was removed meanwhile nothing is kept.
fn add_notice(company: CompanyId, notice: &Notice) -> Vec<Statement<'_>> {
    let add = "INSERT OR IGNORE INTO notice (company, subscriber, call, body)
               SELECT company, id, ?3, ?4 FROM subscriber WHERE company = ?1 AND id = ?2";
    let forget = "DELETE FROM notice WHERE company = ?1 AND subscriber = ?2 AND call <=
                      (SELECT call FROM notice WHERE company = ?1 AND subscriber = ?2
                       ORDER BY call DESC LIMIT 1 OFFSET ?3)";
    let (who, call) = (notice.subscriber.0, large(notice.call.0));
    vec![
        sqlx::query(add).bind(company.0).bind(who).bind(call).bind(text(notice)),
        sqlx::query(forget).bind(company.0).bind(who).bind(NOTICES),
    ]
}

fn put(company: CompanyId, kind: Kind, row: &Row) -> Statement<'_> {
    let statement = match kind {
        Kind::Site => "INSERT OR REPLACE INTO site (company, id, body) VALUES (?, ?, ?)",
        Kind::Department => "INSERT OR REPLACE INTO department (company, id, body) VALUES (?, ?, ?)",
        Kind::Trunk => "INSERT OR REPLACE INTO trunk (company, id, body) VALUES (?, ?, ?)",
        Kind::Schedule => "INSERT OR REPLACE INTO schedule (company, id, body) VALUES (?, ?, ?)",
        Kind::CapacityGroup => "INSERT OR REPLACE INTO capacity_group (company, id, body) VALUES (?, ?, ?)",
        Kind::Price => "INSERT OR REPLACE INTO price (company, id, body) VALUES (?, ?, ?)",
        Kind::Team => "INSERT OR REPLACE INTO team (company, id, body) VALUES (?, ?, ?)",
        Kind::VirtualExtension => {
            "INSERT OR REPLACE INTO virtual_extension (company, id, body) VALUES (?, ?, ?)"
        }
        // The file beside it stays.
        Kind::Sound => {
            "INSERT INTO sound (company, id, body) VALUES (?, ?, ?)
             ON CONFLICT (company, id) DO UPDATE SET body = excluded.body"
        }
        Kind::Subscriber => {
            // A row that is replaced goes first, and takes along what hangs on it, such as contacts.
            "INSERT INTO subscriber (company, id, body, role, title, mail, password_hash)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (company, id) DO UPDATE SET body = excluded.body, role = excluded.role,
                 title = excluded.title, mail = excluded.mail, password_hash = excluded.password_hash"
        }
    };
    let statement = sqlx::query(statement).bind(company.0).bind(row.id).bind(&row.body);
    match (&row.person, kind) {
        (Some(person), Kind::Subscriber) => statement
            .bind(person.role.name())
            .bind(&person.title)
            .bind(&person.mail)
            .bind(&person.password_hash),
        (None, Kind::Subscriber) => {
            statement.bind("user").bind(None::<&str>).bind(None::<&str>).bind(None::<&str>)
        }
        (
            _,
            Kind::Site
            | Kind::Department
            | Kind::Trunk
            | Kind::Schedule
            | Kind::CapacityGroup
            | Kind::Price
            | Kind::Team
            | Kind::VirtualExtension
            | Kind::Sound,
        ) => statement,
    }
}

const fn removal(kind: Kind) -> &'static str {
    match kind {
        Kind::Site => "DELETE FROM site WHERE company = ? AND id = ?",
        Kind::Department => "DELETE FROM department WHERE company = ? AND id = ?",
        Kind::Subscriber => "DELETE FROM subscriber WHERE company = ? AND id = ?",
        Kind::Trunk => "DELETE FROM trunk WHERE company = ? AND id = ?",
        Kind::Schedule => "DELETE FROM schedule WHERE company = ? AND id = ?",
        Kind::CapacityGroup => "DELETE FROM capacity_group WHERE company = ? AND id = ?",
        Kind::Price => "DELETE FROM price WHERE company = ? AND id = ?",
        Kind::Team => "DELETE FROM team WHERE company = ? AND id = ?",
        Kind::VirtualExtension => "DELETE FROM virtual_extension WHERE company = ? AND id = ?",
        Kind::Sound => "DELETE FROM sound WHERE company = ? AND id = ?",
    }
}

fn put_device(company: CompanyId, device: &DeviceRow) -> Statement<'_> {
    sqlx::query(
        "INSERT INTO device (company, id, owner, kind, auth_name, label, rings, ha1_md5, ha1_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (company, id) DO UPDATE SET owner = ?3, kind = ?4, auth_name = ?5, label = ?6,
             rings = ?7, ha1_md5 = ?8, ha1_sha256 = ?9",
    )
    .bind(company.0)
    .bind(device.id.0)
    .bind(device.owner.0)
    .bind(device.kind.name())
    .bind(&device.auth_name)
    .bind(&device.label)
    .bind(device.rings)
    .bind(&device.ha1_md5)
    .bind(&device.ha1_sha256)
}

fn put_service(company: CompanyId, service: &ServiceRow) -> Statement<'_> {
    let (kind, owner) = owner_columns(service.owner);
    sqlx::query(
        "INSERT OR REPLACE INTO service (company, owner_kind, owner, feature, version, settings)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(company.0)
    .bind(kind)
    .bind(owner)
    .bind(&service.feature)
    .bind(service.version)
    .bind(&service.settings)
}

fn remove_service(company: CompanyId, owner: Owner, feature: &str) -> Statement<'_> {
    let (kind, owner) = owner_columns(owner);
    sqlx::query("DELETE FROM service WHERE company = ? AND owner_kind = ? AND owner = ? AND feature = ?")
        .bind(company.0)
        .bind(kind)
        .bind(owner)
        .bind(feature)
}

const fn owner_columns(owner: Owner) -> (&'static str, u32) {
    match owner {
        Owner::Group(id) => ("site", id.0),
        Owner::Department(id) => ("department", id.0),
        Owner::Subscriber(id) => ("subscriber", id.0),
    }
}

/// The owner behind the two columns.
pub(super) fn owner(kind: &str, id: u32) -> Result<Owner, StoreError> {
    match kind {
        "site" => Ok(Owner::Group(GroupId(id))),
        "department" => Ok(Owner::Department(DepartmentId(id))),
        "subscriber" => Ok(Owner::Subscriber(SubscriberId(id))),
        other => Err(unreadable("service", format!("no such owner `{other}`"))),
    }
}

fn put_session(session: &SessionRow) -> Statement<'_> {
    let statement = sqlx::query(
        "INSERT OR REPLACE INTO session (token_hash, expires, platform, company, subscriber)
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(session.token_hash.as_slice())
    .bind(session.expires.0);
    match &session.owner {
        SessionOwner::Platform(name) => statement.bind(name).bind(None::<u32>).bind(None::<u32>),
        SessionOwner::Subscriber(company, who) => statement.bind(None::<&str>).bind(company.0).bind(who.0),
    }
}

fn remove_sessions(owner: &SessionOwner) -> Statement<'_> {
    match owner {
        SessionOwner::Platform(name) => sqlx::query("DELETE FROM session WHERE platform = ?").bind(name),
        SessionOwner::Subscriber(company, who) => {
            sqlx::query("DELETE FROM session WHERE company = ? AND subscriber = ?")
                .bind(company.0)
                .bind(who.0)
        }
    }
}

/// A row of `token_hash, platform, company, subscriber, expires`.
pub(super) fn session(row: &SqliteRow) -> Result<SessionRow, StoreError> {
    let hash: Vec<u8> = row.get(0);
    let token_hash =
        hash.try_into().map_err(|_| unreadable("session", "the hash is not 32 bytes".to_owned()))?;
    let owner =
        match (row.get::<Option<String>, _>(1), row.get::<Option<i64>, _>(2), row.get::<Option<i64>, _>(3)) {
            (Some(name), _, _) => SessionOwner::Platform(name),
            (None, Some(company), Some(who)) => SessionOwner::Subscriber(
                CompanyId(small(company, "session")?),
                SubscriberId(small(who, "session")?),
            ),
            (None, _, _) => return Err(unreadable("session", "it belongs to nobody".to_owned())),
        };
    Ok(SessionRow { token_hash, owner, expires: Timestamp(row.get(4)) })
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("records of calls have text keys and finite numbers only")
}

/// A JSON column as the value it holds.
pub(super) fn json<T: DeserializeOwned>(text: &str, table: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable(table, error.to_string()))
}

/// An identifier that fits 32 bits.
pub(super) fn small(value: i64, table: &'static str) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| unreadable(table, format!("{value} is no identifier")))
}

/// An identifier as the database keeps it; beyond 2^63 there are no calls.
pub(super) fn large(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) const fn unreadable(table: &'static str, reason: String) -> StoreError {
    StoreError::Unreadable { table, reason }
}
