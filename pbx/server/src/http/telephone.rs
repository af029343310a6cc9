//! The telephone of a session: each computer at which a user signs in registers with an account of its own (F-001).
//!
//! Its name holds the beginning of the hash by which the session is kept, so that nothing else has to say which belongs
//! to which. It goes when the session signs out. One whose session has ended by itself stays until the user signs in
//! anywhere again, for calls go on without a session.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use pbx_api::account::SipAccount;
use pbx_api::device::DeviceKind;
use pbx_api::{ApiError, DeviceId, ErrorCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::Answer;
use super::{App, Shared, now};
use crate::accounts::Caller;
use crate::company::{CompanyData, DeviceRow};
use crate::credentials;
use crate::store::SessionOwner;

/// Telephones of one user at most, those of the sessions that were used last, whatever else has signed in: as many as one line may have (F-087).
const MOST: usize = 10;
/// Bytes of the hash of a session in the name of its telephone.
const MARK: usize = 6;
/// What stands between the user's name and that.
const OURS: &str = "-balie";

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(sip))
}

/// Make this session's telephone, or give the one that it has a new secret, and tell what is needed to register with
/// it. A client asks once and keeps the secret in its key store.
#[utoipa::path(post, path = "/me/sip", tag = "account", security(("token" = [])),
    responses((status = 200, body = SipAccount), (status = 401, body = ApiError), (status = 403, body = ApiError)))]
async fn sip(State(app): State<Arc<App>>, access: Access) -> Answer<Json<SipAccount>> {
    let own = access.own()?;
    let mine = mark(&access.caller.token_hash);
    let sessions = app.accounts.sessions_of(&access.caller.owner, now());
    let sessions: Vec<String> = sessions.iter().map(mark).filter(|other| *other != mine).collect();
    let secret = credentials::new_secret();
    let telephone = app
        .companies
        .edit(access.company_id(), |data| {
            let login = data.subscriber(own).ok_or(ErrorCode::NotFound)?.login.to_lowercase();
            let theirs = data.devices.values().filter(|row| row.owner == own).filter_map(session);
            let have_one: BTreeSet<&str> = theirs.collect();
            let others = sessions.iter().map(String::as_str).filter(|session| have_one.contains(session));
            let kept: BTreeSet<String> = others.take(MOST - 1).chain([&*mine]).map(str::to_owned).collect();
            let over = |row: &DeviceRow| session(row).is_some_and(|session| !kept.contains(session));
            data.devices.retain(|_, row| row.owner != own || !over(row));
            let found =
                data.devices.values().find(|row| row.owner == own && session(row) == Some(mine.as_str()));
            let (id, auth_name) = match found {
                Some(row) => (row.id, row.auth_name.clone()),
                None => (DeviceId(data.new_id()), format!("{login}{OURS}-{mine}")),
            };
            let (ha1_md5, ha1_sha256) = credentials::ha1(&auth_name, data.domain(), &secret);
            let row = DeviceRow {
                id,
                owner: own,
                kind: DeviceKind::Softphone,
                auth_name,
                label: "Balie".to_owned(),
                rings: true,
                ha1_md5,
                ha1_sha256,
            };
            data.devices.insert(id, row.clone());
            Ok((row, login))
        })
        .await?;
    let (DeviceRow { id: device, auth_name, .. }, user) = telephone;
    let (ports, domain) = (&app.config.sip, access.company.data.domain().to_owned());
    Ok(Json(SipAccount {
        device,
        user,
        domain,
        auth_name,
        secret,
        udp_port: ports.udp,
        tcp_port: ports.tcp,
        tls_port: ports.tls,
    }))
}

/// The session signs out, and nobody calls by its telephone any more.
pub(super) async fn take_away(app: &App, caller: &Caller) -> Answer<()> {
    let SessionOwner::Subscriber(company, own) = caller.owner else { return Ok(()) };
    let mine = mark(&caller.token_hash);
    let is_mine = |row: &DeviceRow| row.owner == own && session(row) == Some(mine.as_str());
    if !app.companies.get(company).is_some_and(|company| company.data.devices.values().any(is_mine)) {
        return Ok(());
    }
    let without = |data: &mut CompanyData| {
        data.devices.retain(|_, row| !is_mine(row));
        Ok(())
    };
    Ok(app.companies.edit(company, without).await?)
}

/// How a session is named in its telephone.
fn mark(token_hash: &[u8; 32]) -> String {
    credentials::hex(&token_hash[..MARK])
}

/// By which session a telephone was made: its mark; empty for one that all sessions of a user shared, as there were
/// before each had its own. None for a telephone that somebody else made.
fn session(device: &DeviceRow) -> Option<&str> {
    let (_, rest) = device.auth_name.rsplit_once(OURS).filter(|_| device.kind == DeviceKind::Softphone)?;
    match rest.strip_prefix('-') {
        Some(mark) => credentials::is_hash(mark, MARK).then_some(mark),
        None => rest.is_empty().then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use pbx::directory::SubscriberId;

    use super::*;

    #[test]
    fn a_telephone_is_known_by_its_name_as_that_of_a_session() {
        let of = |auth_name: &str, kind| {
            let device = DeviceRow {
                id: DeviceId(1),
                owner: SubscriberId(1),
                kind,
                auth_name: auth_name.to_owned(),
                label: String::new(),
                rings: true,
                ha1_md5: String::new(),
                ha1_sha256: String::new(),
            };
            session(&device).map(str::to_owned)
        };
        let softphone = |auth_name| of(auth_name, DeviceKind::Softphone);
        let marked = format!("anna-balie-{}", mark(&[0xa1; 32]));

        assert_eq!(marked, "anna-balie-a1a1a1a1a1a1");
        assert_eq!(softphone(&marked).as_deref(), Some("a1a1a1a1a1a1"));
        assert_eq!(softphone("anna-balie").as_deref(), Some(""));
        assert_eq!(softphone("anna"), None);
        assert_eq!(softphone("anna-balie-thuis"), None);
        assert_eq!(of(&marked, DeviceKind::Desk), None);
    }
}
