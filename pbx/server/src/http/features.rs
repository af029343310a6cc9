//! Services and their settings: the same addresses for every service of the catalogue.
//!
//! Users set their own; administrators set those of users, sites and departments. What says what a user may do is
//! set by the company's administrators only. Settings are read and checked by the service itself, and answered in
//! the form in which they are kept. What is outside the licence of whose settings they are is not listed, and
//! refused (F-006).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::catalogue::{self, Entry};
use pbx::directory::{Owner, ServiceRecord, SubscriberId};
use pbx::feature::Scope;
use pbx_api::{ApiError, ErrorCode, FeatureCard, FeatureSettings, Role};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared, licences};
use crate::companies::Company;
use crate::views;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(cards)).routes(routes!(list)).routes(routes!(one, set, reset))
}

/// Every service that the caller may use; for administrators, that anybody in the company may use.
#[utoipa::path(get, path = "/features", tag = "services", security(("token" = [])),
    responses((status = 200, body = Vec<FeatureCard>), (status = 401, body = ApiError)))]
async fn cards(access: Access) -> Json<Vec<FeatureCard>> {
    let own = access.own().ok().filter(|_| access.needs(Role::DepartmentAdmin).is_err());
    let rights = match own {
        Some(own) => access.company.directory.rights(Owner::Subscriber(own)),
        None => access.company.directory.company().rights.as_ref(),
    };
    let offered = catalogue::SERVICES.iter().filter(|entry| rights.includes(entry.card.function));
    Json(offered.map(views::card).collect())
}

/// A user's settings of every service that users set and that is in this user's licence, defaults included.
#[utoipa::path(get, path = "/users/{user}/features", tag = "services", params(("user" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = Vec<FeatureSettings>), (status = 403, body = ApiError)))]
async fn list(access: Access, Path(user): Path<u32>) -> Answer<Json<Vec<FeatureSettings>>> {
    let who = known(&access.company, user)?;
    access.may_set(who)?;
    let (owner, administers) = (Owner::Subscriber(who), access.needs(Role::CompanyAdmin).is_ok());
    let entries = access.company.directory.offered(owner).filter(|entry| match entry.card.scope {
        Scope::User => true,
        Scope::Inherited | Scope::Managed => administers,
        Scope::Group => false,
    });
    Ok(Json(entries.map(|entry| views::settings(&access.company, owner, user, entry)).collect()))
}

/// A user's settings of one service.
#[utoipa::path(get, path = "/users/{user}/features/{feature}", tag = "services",
    params(("user" = u32, Path), ("feature" = String, Path)), security(("token" = [])),
    responses((status = 200, body = FeatureSettings), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn one(access: Access, Path((user, feature)): Path<(u32, String)>) -> Answer<Json<FeatureSettings>> {
    let (who, entry) = settable(&access, user, &feature)?;
    Ok(Json(views::settings(&access.company, Owner::Subscriber(who), user, entry)))
}

/// Set a service of a user; numbers may be written as one dials them.
#[utoipa::path(put, path = "/users/{user}/features/{feature}", tag = "services",
    params(("user" = u32, Path), ("feature" = String, Path)), request_body = serde_json::Value,
    security(("token" = [])),
    responses((status = 200, body = FeatureSettings), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn set(
    State(app): State<Arc<App>>,
    access: Access,
    Path((user, feature)): Path<(u32, String)>,
    Body(wish): Body<Value>,
) -> Answer<Json<FeatureSettings>> {
    let (who, entry) = settable(&access, user, &feature)?;
    store(&app, &access, (Owner::Subscriber(who), user), entry, wish).await
}

/// Set a service of a user back to its defaults, or to what the user inherits.
#[utoipa::path(delete, path = "/users/{user}/features/{feature}", tag = "services",
    params(("user" = u32, Path), ("feature" = String, Path)), security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn reset(
    State(app): State<Arc<App>>,
    access: Access,
    Path((user, feature)): Path<(u32, String)>,
) -> Answer<StatusCode> {
    let (who, entry) = settable(&access, user, &feature)?;
    forget(&app, &access, Owner::Subscriber(who), entry).await
}

/// A user and a service of theirs that the caller may set.
fn settable(access: &Access, user: u32, feature: &str) -> Answer<(SubscriberId, &'static Entry)> {
    let who = known(&access.company, user)?;
    access.may_set(who)?;
    let entry = find(access, Owner::Subscriber(who), feature)?;
    if matches!(entry.card.scope, Scope::Inherited | Scope::Managed) {
        access.needs(Role::CompanyAdmin)?;
    }
    Ok((who, entry))
}

/// Sets a service of an owner, who is answered under this number.
pub(super) async fn store(
    app: &App,
    access: &Access,
    (owner, id): (Owner, u32),
    entry: &'static Entry,
    wish: Value,
) -> Answer<Json<FeatureSettings>> {
    let feature = entry.card.id;
    if !wish.is_object() {
        return Err(ApiError::new(ErrorCode::BadValue).about("settings are an object").into());
    }
    app.companies
        .edit(access.company_id(), |data| {
            // The service reads and checks its settings itself, against the company as it is.
            let mut directory = pbx::directory::Directory::clone(&access.company.directory);
            let settings = directory
                .set(owner, feature, wish)
                .map_err(|error| ApiError::new(ErrorCode::BadValue).about(error.to_string()))?;
            let record = ServiceRecord { version: entry.card.version, settings };
            data.services_mut(owner).ok_or(ErrorCode::NotFound)?.insert(feature.to_owned(), record);
            Ok(())
        })
        .await?;
    let company = app.companies.get(access.company_id()).ok_or(ErrorCode::NotFound)?;
    Ok(Json(views::settings(&company, owner, id, entry)))
}

/// Sets a service of an owner back to what holds where nobody set it.
pub(super) async fn forget(
    app: &App,
    access: &Access,
    owner: Owner,
    entry: &'static Entry,
) -> Answer<StatusCode> {
    app.companies
        .edit(access.company_id(), |data| {
            data.services_mut(owner).ok_or(ErrorCode::NotFound)?.remove(entry.card.id);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A service by its name, if it is in the owner's licence.
pub(super) fn find(access: &Access, owner: Owner, feature: &str) -> Answer<&'static Entry> {
    let found = catalogue::find(feature);
    let entry = found.ok_or_else(|| ApiError::new(ErrorCode::UnknownFeature).about(feature))?;
    licences::licensed(access, owner, entry.card.function)?;
    Ok(entry)
}

fn known(company: &Company, user: u32) -> Answer<SubscriberId> {
    let id = SubscriberId(user);
    company.data.subscriber(id).map(|_| id).ok_or_else(|| ErrorCode::NotFound.into())
}
