//! Departments of a company.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::{DepartmentId, DepartmentRecord};
use pbx_api::company::NewDepartment;
use pbx_api::{ApiError, Department, ErrorCode, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(rename, remove))
}

/// Every department.
#[utoipa::path(get, path = "/departments", tag = "directory", security(("token" = [])),
    responses((status = 200, body = Vec<Department>), (status = 401, body = ApiError)))]
async fn list(access: Access) -> Json<Vec<Department>> {
    let departments = access.company.data.records.departments.iter();
    Json(
        departments
            .map(|it| Department { id: pbx_api::DepartmentId(it.id.0), name: it.name.clone() })
            .collect(),
    )
}

/// Make a department, on the first site.
#[utoipa::path(post, path = "/departments", tag = "directory", request_body = NewDepartment,
    security(("token" = [])),
    responses((status = 201, body = Department), (status = 403, body = ApiError), (status = 409, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewDepartment>,
) -> Answer<(StatusCode, Json<Department>)> {
    access.needs(Role::CompanyAdmin)?;
    let made = app
        .companies
        .edit(access.company_id(), |data| {
            free(&data.records.departments, None, &wish.name)?;
            let id = DepartmentId(data.new_id());
            let group = data.records.groups.first().ok_or(ErrorCode::Internal)?.id;
            let name = wish.name.clone();
            data.records.departments.push(DepartmentRecord { id, name, group, services: Default::default() });
            Ok(Department { id: pbx_api::DepartmentId(id.0), name: wish.name })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Give a department another name.
#[utoipa::path(put, path = "/departments/{department}", tag = "directory", request_body = NewDepartment,
    params(("department" = u32, Path)), security(("token" = [])),
    responses((status = 200, body = Department), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn rename(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<pbx_api::DepartmentId>,
    Body(wish): Body<NewDepartment>,
) -> Answer<Json<Department>> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            free(&data.records.departments, Some(id.0), &wish.name)?;
            let found = data.records.departments.iter_mut().find(|it| it.id.0 == id.0);
            found.ok_or(ErrorCode::NotFound)?.name.clone_from(&wish.name);
            Ok(())
        })
        .await?;
    Ok(Json(Department { id, name: wish.name }))
}

/// Remove a department that nobody is in.
#[utoipa::path(delete, path = "/departments/{department}", tag = "directory",
    params(("department" = u32, Path)), security(("token" = [])),
    responses((status = 204), (status = 404, body = ApiError), (status = 409, body = ApiError)))]
async fn remove(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<pbx_api::DepartmentId>,
) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            if data.records.subscribers.iter().any(|who| who.department.is_some_and(|it| it.0 == id.0)) {
                return Err(ErrorCode::StillUsed.into());
            }
            let before = data.records.departments.len();
            data.records.departments.retain(|it| it.id.0 != id.0);
            if data.records.departments.len() == before { Err(ErrorCode::NotFound.into()) } else { Ok(()) }
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn free(departments: &[DepartmentRecord], but: Option<u32>, name: &str) -> Result<(), ApiError> {
    if departments.iter().any(|it| it.name == name && Some(it.id.0) != but) {
        return Err(ApiError::new(ErrorCode::AlreadyExists).about("name"));
    }
    Ok(())
}
