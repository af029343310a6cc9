//! Invitations: one link with which a user signs in for the first time.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use pbx::directory::SubscriberId;
use pbx_api::invitation::{
    AcceptInvitation, Invitation, InvitationLink, MOST_HOURS, NewInvitation, USUAL_HOURS,
};
use pbx_api::{ApiError, ErrorCode, Session};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Access, From};
use super::answer::{Answer, Body};
use super::session::opened;
use super::{App, Shared, clocks, now};

const HOUR_MS: u64 = 3_600_000;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(invite)).routes(routes!(accept))
}

/// Invite a user: whoever has the link signs in as that user, once. An earlier invitation of the user ends.
#[utoipa::path(post, path = "/users/{user}/invitations", tag = "account", request_body = NewInvitation,
    params(("user" = u32, Path)), security(("token" = [])),
    responses((status = 201, body = Invitation), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError)))]
async fn invite(
    State(app): State<Arc<App>>,
    access: Access,
    Path(user): Path<u32>,
    headers: HeaderMap,
    Body(wish): Body<NewInvitation>,
) -> Answer<(StatusCode, Json<Invitation>)> {
    let user = SubscriberId(user);
    access.company.data.subscriber(user).ok_or(ErrorCode::NotFound)?;
    access.may_manage(user)?;
    let hours = wish.hours.unwrap_or(USUAL_HOURS);
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(ApiError::new(ErrorCode::BadValue).about("hours").into());
    }
    let expires = now().plus_millis(u64::from(hours) * HOUR_MS);
    let token = app.accounts.invite(access.company_id(), user, expires).await?;
    let fingerprint = app.authority.fingerprint_sha256.replace(':', "");
    let link = InvitationLink { server: server(&app, &headers), token, fingerprint };
    Ok((StatusCode::CREATED, Json(Invitation { link: link.to_string(), expires })))
}

/// Sign in with an invitation, which is used up by it.
#[utoipa::path(post, path = "/invitations/accept", tag = "account", request_body = AcceptInvitation,
    responses((status = 200, body = Session), (status = 401, body = ApiError), (status = 429, body = ApiError)))]
async fn accept(
    State(app): State<Arc<App>>,
    From(address): From,
    Body(wish): Body<AcceptInvitation>,
) -> Answer<Json<Session>> {
    opened(&app, app.accounts.accept(&wish.token, address, clocks()).await)
}

/// The name by which clients reach this server: the first that is set, else the one that the administrator used.
fn server(app: &App, headers: &HeaderMap) -> String {
    let port = app.config.https.port;
    let used = headers.get(HOST).and_then(|host| host.to_str().ok());
    match (app.config.names.first(), used) {
        (Some(name), _) => format!("{name}:{port}"),
        (None, Some(host)) if host.ends_with(|last: char| last.is_ascii_digit()) && host.contains(':') => {
            host.to_owned()
        }
        (None, Some(host)) => format!("{host}:{port}"),
        (None, None) => format!("{}:{port}", app.config.bind),
    }
}
