//! Whether the server works, what it can be trusted by, its API document and what it counts.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use pbx_api::health::{Authority, Health};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{From, SignedIn};
use super::answer::{Answer, Refusal};
use super::{App, Shared};
use crate::metrics::{Gauges, open_files};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(authority))
}

/// What stands beside the resources: the API document, and metrics.
pub(super) fn outside_the_api(document: Arc<String>) -> Router<Shared> {
    let serve_document = move || {
        let document = Arc::clone(&document);
        async move { ([(header::CONTENT_TYPE, "application/json")], document.as_str().to_owned()) }
    };
    Router::new().route("/api/v1/openapi.json", get(serve_document)).route("/metrics", get(metrics))
}

/// Whether the exchange works; 503 when it does not. Open to all.
#[utoipa::path(get, path = "/health", tag = "server",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn health(State(app): State<Arc<App>>) -> (StatusCode, Json<Health>) {
    let health = state(&app).await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}

/// What clients show at first sign-in and pin. Open to all.
#[utoipa::path(get, path = "/authority", tag = "server", responses((status = 200, body = Authority)))]
async fn authority(State(app): State<Arc<App>>) -> Json<Authority> {
    Json(app.authority.clone())
}

async fn state(app: &App) -> Health {
    let database = app.companies.store().check().await.is_ok();
    let signalling = app.runtime.ready();
    let draining = app.is_draining();
    Health {
        ready: database && signalling && !draining,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database,
        signalling,
        draining,
    }
}

/// Open to the computer itself, and to whoever is signed in as an administrator of the platform.
async fn metrics(
    State(app): State<Arc<App>>,
    From(address): From,
    caller: Result<SignedIn, Refusal>,
) -> Answer<impl IntoResponse> {
    if !is_here(address) {
        let SignedIn(caller) = caller?;
        super::access::needs(&caller, pbx_api::Role::Platform)?;
    }
    let (calls, registered) = app.hub.totals();
    let writing = app.companies.store().writing();
    let writable = writing.trouble.is_none();
    let gauges = Gauges {
        calls,
        registered,
        companies: app.companies.all().len(),
        ready: !app.is_draining() && app.runtime.ready() && writable,
        writable,
        held: app.runtime.held().await,
        open_files: open_files(),
    };
    let text = app.metrics.text(gauges, writing.refused);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}

fn is_here(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}
