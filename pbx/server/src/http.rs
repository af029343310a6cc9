//! The web side: JSON under `/api/v1`, events, OpenAPI and metrics, over HTTPS only.
//!
//! Each resource is one file. A handler reads what it was given, asks [`access`] whether the caller
//! may, changes a company through [`Companies`] or gives the runtime a command, and answers. Every
//! refusal has the same shape ([`pbx_api::ApiError`]). Every route is described where it is
//! written, so that the OpenAPI document cannot miss one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use pbx_api::Timestamp;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::Accounts;
use crate::companies::Companies;
use crate::config::Config;
use crate::events::Hub;
use crate::metrics::Metrics;
use crate::runtime::Runtime;

mod access;
mod answer;
mod calls;
mod capacity;
mod company;
mod contacts;
mod departments;
mod devices;
mod events;
mod features;
mod foresight;
mod forms;
mod guards;
mod health;
mod invitations;
mod leftover;
mod licences;
mod limits;
mod notices;
mod numbers;
mod records;
mod refusals;
mod schedules;
pub mod server;
mod session;
mod site_features;
mod sounds;
mod spoke;
mod teams;
mod telephone;
mod users;
mod virtual_extensions;

/// Largest body of a request, except for company files.
const BODY_LIMIT: usize = 256 * 1024;

/// What every handler may use.
pub struct App {
    /// How the server is set.
    pub config: Arc<Config>,
    /// Companies.
    pub companies: Arc<Companies>,
    /// Accounts and sessions.
    pub accounts: Accounts,
    /// What happens now.
    pub hub: Arc<Hub>,
    /// What carries calls.
    pub runtime: Arc<dyn Runtime>,
    /// What clients pin.
    pub authority: pbx_api::health::Authority,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Set when the server begins to stop.
    pub draining: AtomicBool,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("companies", &self.companies).finish_non_exhaustive()
    }
}

impl App {
    /// Whether the server has begun to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

type Shared = Arc<App>;

/// Everything that is served.
pub fn router(app: Shared) -> Router {
    let (routes, document) = routes();
    let document = Arc::new(document.to_json().unwrap_or_default());
    routes
        .merge(health::outside_the_api(document))
        .fallback(answer::nothing_here)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), answer::account_for))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(app)
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    routes().1
}

fn routes() -> (Router<Shared>, utoipa::openapi::OpenApi) {
    let resources = OpenApiRouter::new()
        .merge(session::routes())
        .merge(telephone::routes())
        .merge(company::routes())
        .merge(capacity::routes())
        .merge(guards::routes())
        .merge(invitations::routes())
        .merge(contacts::routes())
        .merge(departments::routes())
        .merge(users::routes())
        .merge(licences::routes())
        .merge(devices::routes())
        .merge(numbers::routes())
        .merge(features::routes())
        .merge(site_features::routes())
        .merge(schedules::routes())
        .merge(sounds::routes())
        .merge(teams::routes())
        .merge(foresight::routes())
        .merge(virtual_extensions::routes())
        .merge(calls::routes())
        .merge(records::routes())
        .merge(notices::routes())
        .merge(spoke::routes())
        .merge(events::routes())
        .merge(health::routes());
    let (routes, mut document) =
        OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", resources).split_for_parts();
    refusals::describe(&mut document);
    forms::describe(&mut document);
    (routes, document)
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Balie exchange",
        description = "Directory, services, calls and events of one company's telephone exchange. \
                       Refusals are `ApiError` objects: a stable code, a sentence and one thing to do, \
                       in Dutch and English."
    ),
    modifiers(&BearerToken),
    components(schemas(pbx_api::ServerFrame, pbx_api::ClientFrame, pbx_api::ApiError))
)]
struct Document;

struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        if let Some(components) = &mut document.components {
            components.add_security_scheme("token", scheme);
        }
    }
}

/// The wall clock, as it travels.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Both clocks: the one that only goes forward, and the wall clock.
pub(crate) fn clocks() -> (Instant, Timestamp) {
    (Instant::now(), now())
}
