//! Services of sites and departments: those that their people share, and those that hold for people without settings of
//! their own.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::Owner;
use pbx_api::{ApiError, ErrorCode, FeatureSettings, Role};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::features::{find, forget, store};
use super::{App, Shared};
use crate::companies::Company;
use crate::views;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(site_one, site_set, site_reset)).routes(routes!(
        department_one,
        department_set,
        department_reset
    ))
}

/// A site's settings of one service; site 0 is the first one.
#[utoipa::path(get, path = "/sites/{site}/features/{feature}", tag = "services",
    params(("site" = u32, Path), ("feature" = String, Path)), security(("token" = [])),
    responses((status = 200, body = FeatureSettings), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn site_one(
    access: Access,
    Path((number, feature)): Path<(u32, String)>,
) -> Answer<Json<FeatureSettings>> {
    access.needs(Role::CompanyAdmin)?;
    let (site, number) = site(&access.company, number)?;
    let entry = find(&access, site, &feature)?;
    Ok(Json(views::settings(&access.company, site, number, entry)))
}

/// Set a service of a site.
#[utoipa::path(put, path = "/sites/{site}/features/{feature}", tag = "services",
    params(("site" = u32, Path), ("feature" = String, Path)), request_body = serde_json::Value,
    security(("token" = [])),
    responses((status = 200, body = FeatureSettings), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn site_set(
    State(app): State<Arc<App>>,
    access: Access,
    Path((number, feature)): Path<(u32, String)>,
    Body(wish): Body<Value>,
) -> Answer<Json<FeatureSettings>> {
    access.needs(Role::CompanyAdmin)?;
    let site = site(&access.company, number)?;
    store(&app, &access, site, find(&access, site.0, &feature)?, wish).await
}

/// Set a service of a site back to its defaults.
#[utoipa::path(delete, path = "/sites/{site}/features/{feature}", tag = "services",
    params(("site" = u32, Path), ("feature" = String, Path)), security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn site_reset(
    State(app): State<Arc<App>>,
    access: Access,
    Path((number, feature)): Path<(u32, String)>,
) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    let (site, _) = site(&access.company, number)?;
    forget(&app, &access, site, find(&access, site, &feature)?).await
}

/// A department's settings of one service; those of its site where it has none.
#[utoipa::path(get, path = "/departments/{department}/features/{feature}", tag = "services",
    params(("department" = u32, Path), ("feature" = String, Path)), security(("token" = [])),
    responses((status = 200, body = FeatureSettings), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn department_one(
    access: Access,
    Path((number, feature)): Path<(u32, String)>,
) -> Answer<Json<FeatureSettings>> {
    access.needs(Role::CompanyAdmin)?;
    let (department, number) = department(&access.company, number)?;
    let entry = find(&access, department, &feature)?;
    Ok(Json(views::settings(&access.company, department, number, entry)))
}

/// Set a service of a department, for its people instead of the site's.
#[utoipa::path(put, path = "/departments/{department}/features/{feature}", tag = "services",
    params(("department" = u32, Path), ("feature" = String, Path)), request_body = serde_json::Value,
    security(("token" = [])),
    responses((status = 200, body = FeatureSettings), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn department_set(
    State(app): State<Arc<App>>,
    access: Access,
    Path((number, feature)): Path<(u32, String)>,
    Body(wish): Body<Value>,
) -> Answer<Json<FeatureSettings>> {
    access.needs(Role::CompanyAdmin)?;
    let department = department(&access.company, number)?;
    store(&app, &access, department, find(&access, department.0, &feature)?, wish).await
}

/// Set a service of a department back to its site's.
#[utoipa::path(delete, path = "/departments/{department}/features/{feature}", tag = "services",
    params(("department" = u32, Path), ("feature" = String, Path)), security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn department_reset(
    State(app): State<Arc<App>>,
    access: Access,
    Path((number, feature)): Path<(u32, String)>,
) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    let (department, _) = department(&access.company, number)?;
    forget(&app, &access, department, find(&access, department, &feature)?).await
}

/// A site as the owner of services, and its number.
fn site(company: &Company, site: u32) -> Answer<(Owner, u32)> {
    let mut sites = company.data.records.groups.iter();
    let found = if site == 0 { sites.next() } else { sites.find(|it| it.id.0 == site) };
    found.map(|it| (Owner::Group(it.id), it.id.0)).ok_or_else(|| ErrorCode::NotFound.into())
}

fn department(company: &Company, department: u32) -> Answer<(Owner, u32)> {
    let found = company.data.records.departments.iter().find(|it| it.id.0 == department);
    found.map(|it| (Owner::Department(it.id), it.id.0)).ok_or_else(|| ErrorCode::NotFound.into())
}
