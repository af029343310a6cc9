//! Signing in and out, and one's own account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::account::NewPassword;
use pbx_api::{ApiError, Me, Session, SignIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{From, SignedIn};
use super::answer::{Answer, Body};
use super::{App, Shared, clocks, telephone};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(me))
        .routes(routes!(password))
}

/// Sign in with `user@company-domain`, or `user` where that means one person, and a password.
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

/// End this session, and take its telephone away.
#[utoipa::path(post, path = "/sign-out", tag = "account", security(("token" = [])),
    responses((status = 204), (status = 401, body = ApiError)))]
async fn sign_out(State(app): State<Arc<App>>, SignedIn(caller): SignedIn) -> Answer<StatusCode> {
    telephone::take_away(&app, &caller).await?;
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
