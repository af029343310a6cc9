//! Guards against toll fraud, and the price list by which they count.

use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use pbx::directory::{Guards, PriceRecord};
use pbx_api::{ApiError, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};

/// Largest price list that is taken: its twenty thousand lines are about 2 MB.
const LIST_LIMIT: usize = 8 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    let list =
        OpenApiRouter::new().routes(routes!(prices, put_prices)).layer(DefaultBodyLimit::max(LIST_LIMIT));
    OpenApiRouter::new().routes(routes!(guards, put_guards)).merge(list)
}

/// What calls to the outside may amount to.
#[utoipa::path(get, path = "/company/guards", tag = "company", security(("token" = [])),
    responses((status = 200, body = Guards), (status = 403, body = ApiError)))]
async fn guards(access: Access) -> Answer<Json<Guards>> {
    access.needs(Role::CompanyAdmin)?;
    Ok(Json(access.company.data.records.company.guards))
}

/// Set what calls to the outside may amount to; what is left out has no bound.
#[utoipa::path(put, path = "/company/guards", tag = "company", request_body = Guards, security(("token" = [])),
    responses((status = 200, body = Guards), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn put_guards(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<Guards>,
) -> Answer<Json<Guards>> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            data.records.company.guards = wish;
            Ok(())
        })
        .await?;
    Ok(Json(wish))
}

/// The price list.
#[utoipa::path(get, path = "/company/prices", tag = "company", security(("token" = [])),
    responses((status = 200, body = Vec<PriceRecord>), (status = 403, body = ApiError)))]
async fn prices(access: Access) -> Answer<Json<Vec<PriceRecord>>> {
    access.needs(Role::CompanyAdmin)?;
    Ok(Json(access.company.data.records.prices.clone()))
}

/// Import a price list in the place of the one that was there. Calls that run cost what they did when they began.
#[utoipa::path(put, path = "/company/prices", tag = "company", request_body = Vec<PriceRecord>,
    security(("token" = [])),
    responses((status = 200, body = Vec<PriceRecord>), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn put_prices(
    State(app): State<Arc<App>>,
    access: Access,
    Body(list): Body<Vec<PriceRecord>>,
) -> Answer<Json<Vec<PriceRecord>>> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            data.records.prices.clone_from(&list);
            Ok(())
        })
        .await?;
    Ok(Json(list))
}
