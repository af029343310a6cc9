//! Public numbers of a company (section O of the function catalogue), and where they lead.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pbx::directory::{E164, SubscriberId};
use pbx_api::number::NewNumber;
use pbx_api::{ApiError, ErrorCode, Number, NumberTarget, Role};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::company::CompanyData;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(lead, remove))
}

/// Every number.
#[utoipa::path(get, path = "/numbers", tag = "directory", security(("token" = [])),
    responses((status = 200, body = Vec<Number>), (status = 401, body = ApiError)))]
async fn list(access: Access) -> Json<Vec<Number>> {
    let data = &access.company.data;
    let used = data.records.subscribers.iter().flat_map(|who| {
        let target = NumberTarget::Subscriber(pbx_api::SubscriberId(who.id.0));
        who.numbers.iter().map(move |number| (*number, Some(target)))
    });
    let mut numbers: Vec<_> = used.chain(data.spare_numbers.iter().map(|number| (*number, None))).collect();
    numbers.sort_by_key(|(number, _)| *number);
    Json(numbers.into_iter().map(|(number, target)| Number { number: number.to_string(), target }).collect())
}

/// Add a number.
#[utoipa::path(post, path = "/numbers", tag = "directory", request_body = NewNumber, security(("token" = [])),
    responses((status = 201, body = Number), (status = 403, body = ApiError), (status = 409, body = ApiError),
        (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Body(wish): Body<NewNumber>,
) -> Answer<(StatusCode, Json<Number>)> {
    access.needs(Role::CompanyAdmin)?;
    let number = parse(&wish.number)?;
    app.companies
        .edit(access.company_id(), |data| {
            if take(data, number) {
                return Err(ApiError::new(ErrorCode::AlreadyExists).about("number"));
            }
            put(data, number, wish.target)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Number { number: number.to_string(), target: wish.target })))
}

/// Let a number lead somewhere else, or nowhere.
#[utoipa::path(put, path = "/numbers/{number}", tag = "directory", request_body = NewNumber,
    params(("number" = String, Path)), security(("token" = [])),
    responses((status = 200, body = Number), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn lead(
    State(app): State<Arc<App>>,
    access: Access,
    Path(number): Path<String>,
    Body(wish): Body<NewNumber>,
) -> Answer<Json<Number>> {
    access.needs(Role::CompanyAdmin)?;
    let number = parse(&number)?;
    if parse(&wish.number)? != number {
        return Err(ApiError::new(ErrorCode::BadValue).about("number").into());
    }
    app.companies
        .edit(access.company_id(), |data| {
            if !take(data, number) {
                return Err(ErrorCode::NotFound.into());
            }
            put(data, number, wish.target)
        })
        .await?;
    Ok(Json(Number { number: number.to_string(), target: wish.target }))
}

/// Give a number up.
#[utoipa::path(delete, path = "/numbers/{number}", tag = "directory", params(("number" = String, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError)))]
async fn remove(
    State(app): State<Arc<App>>,
    access: Access,
    Path(number): Path<String>,
) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    let number = parse(&number)?;
    app.companies
        .edit(
            access.company_id(),
            |data| if take(data, number) { Ok(()) } else { Err(ErrorCode::NotFound.into()) },
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a number away from wherever it leads; whether it was there.
fn take(data: &mut CompanyData, number: E164) -> bool {
    let mut found = data.spare_numbers.remove(&number);
    for who in &mut data.records.subscribers {
        let before = who.numbers.len();
        who.numbers.retain(|it| *it != number);
        found |= who.numbers.len() < before;
    }
    found
}

fn put(data: &mut CompanyData, number: E164, target: Option<NumberTarget>) -> Result<(), ApiError> {
    match target {
        None => {
            data.spare_numbers.insert(number);
        }
        Some(NumberTarget::Subscriber(id)) => {
            let who = data.subscriber_mut(SubscriberId(id.0));
            who.ok_or_else(|| ApiError::new(ErrorCode::NotFound).about("target"))?.numbers.push(number);
        }
    }
    Ok(())
}

fn parse(text: &str) -> Answer<E164> {
    text.parse().map_err(|_| ApiError::new(ErrorCode::BadValue).about("number").into())
}
