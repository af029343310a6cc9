//! How requests are read and answered, the same for every resource.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use pbx_api::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;

use super::App;

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct Refusal(pub ApiError);

pub(super) type Answer<T> = Result<T, Refusal>;

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self(code.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// A JSON body that is what the address takes.
#[derive(Debug)]
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        let Json(body) =
            Json::from_request(request, state).await.map_err(|rejection| unreadable(&rejection))?;
        Ok(Self(body))
    }
}

fn unreadable(rejection: &JsonRejection) -> Refusal {
    ApiError::new(code_of(rejection.status())).about(rejection.body_text()).into()
}

/// The code for a status that the web framework chose.
fn code_of(status: StatusCode) -> ErrorCode {
    match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::WrongMethod,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::WrongContentType,
        _ => ErrorCode::BadRequest,
    }
}

pub(super) async fn nothing_here() -> Refusal {
    ErrorCode::NotFound.into()
}

pub(super) async fn wrong_method() -> Refusal {
    ErrorCode::WrongMethod.into()
}

/// A refusal by a part that does not know our shape, such as an identifier that is no number, in it.
fn in_our_shape(response: Response) -> Response {
    let status = response.status();
    let json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !status.is_client_error() || json {
        return response;
    }
    Refusal(code_of(status).into()).into_response()
}

/// Counts every answer, and tells browsers to keep none of it and to ask nobody else for more.
pub(super) async fn account_for(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = in_our_shape(next.run(request).await);
    let status = response.status();
    let counter = match status.as_u16() {
        400..500 => &app.metrics.http_refused,
        500.. => &app.metrics.http_failed,
        _ => &app.metrics.http_fine,
    };
    counter.one();
    tracing::debug!(%method, path, status = status.as_u16(), "request");

    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    response
}
