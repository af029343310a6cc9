//! What every address may answer besides what stands with it, so that the API document hides no refusal.

use pbx_api::ApiError;
use utoipa::ToSchema as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Completes the document: 401 wherever a token is needed, and anywhere the refusals that come before a handler:
/// what cannot be read, is too large, is of another kind, or meets an exchange that stops.
pub(super) fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            complete(operation);
        }
    }
}

fn complete(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    if operation.security.is_some() {
        responses.entry("401".to_owned()).or_insert_with(|| refusal("Without a token that is valid."));
    }
    responses.entry("default".to_owned()).or_insert_with(|| refusal("Any other refusal."));
}

fn refusal(description: &str) -> RefOr<Response> {
    let error = Content::new(Some(Ref::from_schema_name(ApiError::name())));
    ResponseBuilder::new().description(description).content("application/json", error).build().into()
}
