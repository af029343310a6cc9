//! Devices of users, and their secrets.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::SubscriberId;
use pbx_api::device::{DeviceMade, NewDevice};
use pbx_api::{ApiError, Device, DeviceId, ErrorCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::DeviceRow;
use crate::{credentials, views};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(remove)).routes(routes!(renew))
}

/// The devices of a user.
#[utoipa::path(get, path = "/users/{user}/devices", tag = "directory", params(("user" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = Vec<Device>), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn list(access: Access, Path(user): Path<u32>) -> Answer<Json<Vec<Device>>> {
    let user = known(&access, user)?;
    access.may_set(user)?;
    Ok(Json(access.company.devices_of(user).map(views::device).collect()))
}

/// Make a device; the answer is the only time that its secret is shown.
#[utoipa::path(post, path = "/users/{user}/devices", tag = "directory", request_body = NewDevice,
    params(("user" = u32, Path)), security(("token" = [])),
    responses((status = 201, body = DeviceMade), (status = 403, body = ApiError), (status = 409, body = ApiError),
        (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Path(user): Path<u32>,
    Body(wish): Body<NewDevice>,
) -> Answer<(StatusCode, Json<DeviceMade>)> {
    let owner = known(&access, user)?;
    access.may_manage(owner)?;
    let kind = access.company.data.subscriber(owner).map(|who| who.kind).unwrap_or_default();
    if !kind.has_telephones() {
        return Err(ApiError::new(ErrorCode::BadValue).about("user").into());
    }
    let auth_name = plain_name(&wish.auth_name)?;
    let secret = wish.secret.unwrap_or_else(credentials::new_secret);
    let length = credentials::SECRET_MIN..=credentials::SECRET_MAX;
    if !length.contains(&secret.chars().count()) {
        return Err(ApiError::new(ErrorCode::BadValue).about("secret").into());
    }
    if wish.label.chars().count() > 80 {
        return Err(ApiError::new(ErrorCode::BadValue).about("label").into());
    }
    let known = secret.clone();
    let device = app
        .companies
        .edit(access.company_id(), |data| {
            if data.devices.values().any(|it| it.auth_name == auth_name) {
                return Err(ApiError::new(ErrorCode::AlreadyExists).about("auth_name"));
            }
            let id = DeviceId(data.new_id());
            let (ha1_md5, ha1_sha256) = credentials::ha1(&auth_name, data.domain(), &known);
            let row = DeviceRow {
                id,
                owner,
                kind: wish.kind,
                auth_name,
                label: wish.label,
                rings: true,
                ha1_md5,
                ha1_sha256,
            };
            data.devices.insert(id, row.clone());
            Ok(views::device(&row))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(DeviceMade { device, secret })))
}

/// Remove a device; it can no longer register.
#[utoipa::path(delete, path = "/devices/{device}", tag = "directory", params(("device" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    access.may_manage(owner(&access, DeviceId(id))?)?;
    app.companies
        .edit(access.company_id(), |data| {
            data.devices.remove(&DeviceId(id)).map(drop).ok_or_else(|| ErrorCode::NotFound.into())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a device a new secret; the answer is the only time that it is shown.
#[utoipa::path(post, path = "/devices/{device}/secret", tag = "directory", params(("device" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = DeviceMade), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn renew(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<Json<DeviceMade>> {
    access.may_manage(owner(&access, DeviceId(id))?)?;
    let secret = credentials::new_secret();
    let device = app
        .companies
        .edit(access.company_id(), |data| {
            let realm = data.domain().to_owned();
            let row = data.devices.get_mut(&DeviceId(id)).ok_or(ErrorCode::NotFound)?;
            (row.ha1_md5, row.ha1_sha256) = credentials::ha1(&row.auth_name, &realm, &secret);
            Ok(views::device(row))
        })
        .await?;
    Ok(Json(DeviceMade { device, secret }))
}

fn known(access: &Access, user: u32) -> Answer<SubscriberId> {
    let id = SubscriberId(user);
    access.company.data.subscriber(id).map(|_| id).ok_or_else(|| ErrorCode::NotFound.into())
}

fn owner(access: &Access, device: DeviceId) -> Answer<SubscriberId> {
    access.company.data.devices.get(&device).map(|it| it.owner).ok_or_else(|| ErrorCode::NotFound.into())
}

/// A digest user name: 1 to 80 characters (F-001) that need no escaping anywhere.
fn plain_name(name: &str) -> Answer<String> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte));
    if name.is_empty() || name.len() > 80 || !plain {
        return Err(ApiError::new(ErrorCode::BadValue).about("auth_name").into());
    }
    Ok(name.to_ascii_lowercase())
}
