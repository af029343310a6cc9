//! Signing in and out, and one's own account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::account::{NewPassword, SipAccount};
use pbx_api::device::DeviceKind;
use pbx_api::{ApiError, DeviceId, ErrorCode, Me, Session, SignIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Access, From, SignedIn};
use super::answer::{Answer, Body};
use super::{App, Shared, clocks};
use crate::company::DeviceRow;
use crate::credentials;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(me))
        .routes(routes!(password))
        .routes(routes!(sip))
}

/// Sign in with `user@company-domain` and a password.
#[utoipa::path(post, path = "/sign-in", tag = "account", request_body = SignIn,
    responses((status = 200, body = Session), (status = 401, body = ApiError), (status = 429, body = ApiError)))]
async fn sign_in(
    State(app): State<Arc<App>>,
    From(address): From,
    Body(wish): Body<SignIn>,
) -> Answer<Json<Session>> {
    opened(&app, app.accounts.sign_in(&wish.user, wish.password, address, clocks()).await)
}

/// The answer to whoever wants to open a session, which is counted.
pub(super) fn opened(app: &App, session: Result<Session, ApiError>) -> Answer<Json<Session>> {
    match session {
        Ok(session) => {
            app.metrics.signed_in.one();
            Ok(Json(session))
        }
        Err(error) => {
            app.metrics.sign_in_refused.one();
            Err(error.into())
        }
    }
}

/// End this session.
#[utoipa::path(post, path = "/sign-out", tag = "account", security(("token" = [])),
    responses((status = 204), (status = 401, body = ApiError)))]
async fn sign_out(State(app): State<Arc<App>>, SignedIn(caller): SignedIn) -> Answer<StatusCode> {
    app.accounts.sign_out(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account behind the token.
#[utoipa::path(get, path = "/me", tag = "account", security(("token" = [])),
    responses((status = 200, body = Me), (status = 401, body = ApiError)))]
async fn me(SignedIn(caller): SignedIn) -> Json<Me> {
    Json(caller.me)
}

/// Change one's own password; every session ends.
#[utoipa::path(put, path = "/me/password", tag = "account", request_body = NewPassword,
    security(("token" = [])),
    responses((status = 204), (status = 401, body = ApiError), (status = 422, body = ApiError)))]
async fn password(
    State(app): State<Arc<App>>,
    From(address): From,
    SignedIn(caller): SignedIn,
    Body(wish): Body<NewPassword>,
) -> Answer<StatusCode> {
    app.accounts.change_password(&caller, wish.current, wish.new, (address, clocks().0)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make the account's softphone device, or give the one that it has a new secret, and tell what is
/// needed to register with it. A client asks once and keeps the secret in its key store.
#[utoipa::path(post, path = "/me/sip", tag = "account", security(("token" = [])),
    responses((status = 200, body = SipAccount), (status = 401, body = ApiError), (status = 403, body = ApiError)))]
async fn sip(State(app): State<Arc<App>>, access: Access) -> Answer<Json<SipAccount>> {
    let own = access.own()?;
    let domain = access.company.data.domain().to_owned();
    let realm = domain.clone();
    let secret = credentials::new_secret();
    let known = secret.clone();
    let (device, auth_name, user) = app
        .companies
        .edit(access.company_id(), move |data| {
            let login = data.subscriber(own).ok_or(ErrorCode::NotFound)?.login.to_lowercase();
            let auth_name = format!("{login}-balie");
            let found = data.devices.values().find(|it| it.owner == own && it.auth_name == auth_name);
            let id = match found.map(|it| it.id) {
                Some(id) => id,
                None => DeviceId(data.new_id()),
            };
            let (ha1_md5, ha1_sha256) = credentials::ha1(&auth_name, &realm, &known);
            let row = DeviceRow {
                id,
                owner: own,
                kind: DeviceKind::Softphone,
                auth_name: auth_name.clone(),
                label: "Balie".to_owned(),
                rings: true,
                ha1_md5,
                ha1_sha256,
            };
            data.devices.insert(id, row);
            Ok((id, auth_name, login))
        })
        .await?;
    let ports = &app.config.sip;
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
