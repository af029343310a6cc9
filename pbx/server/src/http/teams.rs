//! Teams: who picks up each other's calls (F-081), and on whom calls are parked in turn (F-085).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::{SubscriberId, TeamId, TeamKind, TeamRecord};
use pbx_api::{ApiError, ErrorCode, Role};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::CompanyData;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(one, change, remove))
}

/// A team without its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeam {
    /// 1 to 80 characters, unique among teams of the same kind.
    #[schema(example = "Verkoop")]
    name: String,
    /// What it is for.
    kind: TeamKind,
    /// Who is in it, in the order in which they are tried; nobody is in two teams of one kind.
    #[serde(default)]
    members: Vec<SubscriberId>,
}

impl NewTeam {
    fn with(self, id: TeamId) -> TeamRecord {
        TeamRecord { id, name: self.name, kind: self.kind, members: self.members }
    }
}

/// Every team of the company.
#[utoipa::path(get, path = "/teams", tag = "directory", security(("token" = [])),
    responses((status = 200, body = Vec<TeamRecord>), (status = 401, body = ApiError)))]
async fn list(access: Access) -> Json<Vec<TeamRecord>> {
    Json(access.company.data.records.teams.clone())
}

/// Make a team.
#[utoipa::path(post, path = "/teams", tag = "directory", request_body = NewTeam, security(("token" = [])),
    responses((status = 201, body = TeamRecord), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewTeam>,
) -> Answer<(StatusCode, Json<TeamRecord>)> {
    access.needs(Role::CompanyAdmin)?;
    let made = app
        .companies
        .edit(access.company_id(), |data| {
            let team = wish.with(TeamId(data.new_id()));
            data.records.teams.push(team.clone());
            Ok(team)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One team.
#[utoipa::path(get, path = "/teams/{team}", tag = "directory", params(("team" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = TeamRecord), (status = 404, body = ApiError)))]
async fn one(access: Access, Path(id): Path<u32>) -> Answer<Json<TeamRecord>> {
    let team = access.company.data.records.teams.iter().find(|team| team.id.0 == id);
    Ok(Json(team.cloned().ok_or(ErrorCode::NotFound)?))
}

/// Put another team in its place.
#[utoipa::path(put, path = "/teams/{team}", tag = "directory", params(("team" = u32, Path)),
    request_body = NewTeam, security(("token" = [])),
    responses((status = 200, body = TeamRecord), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 422, body = ApiError)))]
async fn change(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    Body(wish): Body<NewTeam>,
) -> Answer<Json<TeamRecord>> {
    access.needs(Role::CompanyAdmin)?;
    let changed = app
        .companies
        .edit(access.company_id(), |data| {
            let found = find(data, id)?;
            *found = wish.with(found.id);
            Ok(found.clone())
        })
        .await?;
    Ok(Json(changed))
}

/// Remove a team; its members stay.
#[utoipa::path(delete, path = "/teams/{team}", tag = "directory", params(("team" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            find(data, id)?;
            data.records.teams.retain(|team| team.id.0 != id);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn find(data: &mut CompanyData, id: u32) -> Result<&mut TeamRecord, ApiError> {
    data.records.teams.iter_mut().find(|team| team.id.0 == id).ok_or_else(|| ErrorCode::NotFound.into())
}
