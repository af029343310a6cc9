//! The caller's company, and for the platform's administrators every company.

use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use pbx_api::company::CompanyChange;
use pbx_api::{ApiError, Company, CompanyId, ErrorCode, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Access, SignedIn, needs};
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::{transfer, views};

/// Largest company file that is taken: ten thousand users are about 4 MB, and all the sounds that a company may have 54 MB.
const FILE_LIMIT: usize = 64 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    let files = OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(FILE_LIMIT));
    OpenApiRouter::new()
        .routes(routes!(own, change))
        .routes(routes!(export))
        .routes(routes!(all))
        .routes(routes!(remove))
        .merge(files)
}

/// The company.
#[utoipa::path(get, path = "/company", tag = "company", security(("token" = [])),
    responses((status = 200, body = Company), (status = 401, body = ApiError)))]
async fn own(access: Access) -> Json<Company> {
    Json(views::company(&access.company))
}

/// Change what holds for the whole company.
#[utoipa::path(patch, path = "/company", tag = "company", request_body = CompanyChange, security(("token" = [])),
    responses((status = 200, body = Company), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<CompanyChange>,
) -> Answer<Json<Company>> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            let company = &mut data.records.company;
            if let Some(name) = wish.name {
                company.name = name;
            }
            if let Some(language) = wish.language {
                company.language = views::language_named(&language)?;
            }
            if let Some(zone) = wish.time_zone {
                company.time_zone = zone;
            }
            if let Some(number) = wish.main_number {
                company.main_number = views::optional_number(&number, "main_number")?;
            }
            if let Some(limit) = wish.diversion_limit {
                company.diversion_limit = limit;
            }
            if let Some(notice) = wish.diversion_notice {
                company.diversion_notice = views::diversion_notice(notice);
            }
            if let Some(identity) = wish.redirected_identity {
                company.redirected_identity = views::redirected_identity(identity);
            }
            if let Some(internal) = wish.virtual_extensions_are_internal {
                company.virtual_extensions_are_internal = internal;
            }
            Ok(())
        })
        .await?;
    let company = app.companies.get(access.company_id()).ok_or(ErrorCode::NotFound)?;
    Ok(Json(views::company(&company)))
}

/// The whole company as one file, with the hashes of its secrets.
#[utoipa::path(get, path = "/company/export", tag = "company", security(("token" = [])),
    responses((status = 200, body = String, content_type = "application/toml"), (status = 403, body = ApiError)))]
async fn export(State(app): State<Arc<App>>, access: Access) -> Answer<impl IntoResponse> {
    access.needs(Role::CompanyAdmin)?;
    let text = transfer::export(&app.companies, access.company_id()).await?;
    Ok(([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], text))
}

/// Every company, for administrators of the platform.
#[utoipa::path(get, path = "/companies", tag = "company", security(("token" = [])),
    responses((status = 200, body = Vec<Company>), (status = 403, body = ApiError)))]
async fn all(State(app): State<Arc<App>>, SignedIn(caller): SignedIn) -> Answer<Json<Vec<Company>>> {
    needs(&caller, Role::Platform)?;
    Ok(Json(app.companies.all().iter().map(|company| views::company(company)).collect()))
}

/// Make a company from a company file, or replace the one with the same domain.
#[utoipa::path(post, path = "/companies/import", tag = "company", security(("token" = [])),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 200, body = Company), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn import(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    text: String,
) -> Answer<Json<Company>> {
    needs(&caller, Role::Platform)?;
    let id = transfer::import(&app.companies, text).await.map_err(|problems| problems.answer())?;
    let company = app.companies.get(id).ok_or(ErrorCode::Internal)?;
    Ok(Json(views::company(&company)))
}

/// Remove a company with everything in it; its call records stay.
#[utoipa::path(delete, path = "/companies/{company}", tag = "company", security(("token" = [])),
    params(("company" = u32, Path)),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn remove(
    State(app): State<Arc<App>>,
    SignedIn(caller): SignedIn,
    Path(id): Path<CompanyId>,
) -> Answer<StatusCode> {
    needs(&caller, Role::Platform)?;
    app.companies.remove(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
