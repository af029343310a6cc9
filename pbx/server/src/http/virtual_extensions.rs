//! Virtual extensions (F-121): numbers of the public network that colleagues call by an extension.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::{VirtualExtensionId, VirtualExtensionRecord};
use pbx_api::{ApiError, ErrorCode, NewVirtualExtension, Role, VirtualExtension};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::CompanyData;
use crate::views;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(one, change, remove))
}

/// Every virtual extension of the company: part of the list of colleagues, without lamps.
#[utoipa::path(get, path = "/virtual-extensions", tag = "directory", security(("token" = [])),
    responses((status = 200, body = Vec<VirtualExtension>), (status = 401, body = ApiError)))]
async fn list(access: Access) -> Json<Vec<VirtualExtension>> {
    Json(access.company.data.records.virtual_extensions.iter().map(views::virtual_extension).collect())
}

/// Give a number of the public network an extension.
#[utoipa::path(post, path = "/virtual-extensions", tag = "directory", request_body = NewVirtualExtension,
    security(("token" = [])),
    responses((status = 201, body = VirtualExtension), (status = 403, body = ApiError),
        (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewVirtualExtension>,
) -> Answer<(StatusCode, Json<VirtualExtension>)> {
    access.needs(Role::CompanyAdmin)?;
    let made = app
        .companies
        .edit(access.company_id(), |data| {
            let made = record(VirtualExtensionId(data.new_id()), wish)?;
            data.records.virtual_extensions.push(made.clone());
            Ok(made)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(views::virtual_extension(&made))))
}

/// One virtual extension.
#[utoipa::path(get, path = "/virtual-extensions/{virtual}", tag = "directory", params(("virtual" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = VirtualExtension), (status = 404, body = ApiError)))]
async fn one(access: Access, Path(id): Path<u32>) -> Answer<Json<VirtualExtension>> {
    let found = access.company.data.records.virtual_extensions.iter().find(|it| it.id.0 == id);
    Ok(Json(views::virtual_extension(found.ok_or(ErrorCode::NotFound)?)))
}

/// Put another virtual extension in its place.
#[utoipa::path(put, path = "/virtual-extensions/{virtual}", tag = "directory", params(("virtual" = u32, Path)),
    request_body = NewVirtualExtension, security(("token" = [])),
    responses((status = 200, body = VirtualExtension), (status = 403, body = ApiError),
        (status = 404, body = ApiError), (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    Body(wish): Body<NewVirtualExtension>,
) -> Answer<Json<VirtualExtension>> {
    access.needs(Role::CompanyAdmin)?;
    let changed = app
        .companies
        .edit(access.company_id(), |data| {
            let found = find(data, id)?;
            *found = record(found.id, wish)?;
            Ok(found.clone())
        })
        .await?;
    Ok(Json(views::virtual_extension(&changed)))
}

/// Take the extension away; the number can still be dialled.
#[utoipa::path(delete, path = "/virtual-extensions/{virtual}", tag = "directory", params(("virtual" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            find(data, id)?;
            data.records.virtual_extensions.retain(|it| it.id.0 != id);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn record(id: VirtualExtensionId, wish: NewVirtualExtension) -> Result<VirtualExtensionRecord, ApiError> {
    let NewVirtualExtension { extension, number, first_name, last_name, shown_name, call_type } = wish;
    let bad = |field: &str| ApiError::new(ErrorCode::BadValue).about(field);
    let extension = extension.parse().map_err(|_| bad("extension"))?;
    let number = number.parse().map_err(|_| bad("number"))?;
    let (shown_name, call_type) =
        (shown_name.and_then(views::optional_text), call_type.and_then(views::optional_text));
    Ok(VirtualExtensionRecord { id, extension, number, first_name, last_name, shown_name, call_type })
}

fn find(data: &mut CompanyData, id: u32) -> Result<&mut VirtualExtensionRecord, ApiError> {
    let found = data.records.virtual_extensions.iter_mut().find(|it| it.id.0 == id);
    found.ok_or_else(|| ErrorCode::NotFound.into())
}
