//! Sounds of the company: music on hold and what callers hear until somebody answers (F-048, F-050, F-089, F-090).
//!
//! Administrators make and change them, for a sound speaks to callers in the company's name; everybody sees which there
//! are, and may name one in their own services. A sound is uploaded as the file that it is.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use pbx::directory::{SoundId, SoundRecord};
use pbx::limits;
use pbx_api::{ApiError, ErrorCode, Role};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::{Answer, Body};
use super::{App, Shared};
use crate::companies;
use crate::company::CompanyData;
use crate::sound::{self, Sound, SoundError, Upload};

/// Uploads that are read at the same time: each takes a thread, and memory for ten minutes of sound.
static READING: Semaphore = Semaphore::const_new(2);

pub(super) fn routes() -> OpenApiRouter<Shared> {
    let files = OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(file, replace))
        .layer(DefaultBodyLimit::max(limits::SOUND_BYTES));
    OpenApiRouter::new().routes(routes!(one, rename, remove)).merge(files)
}

/// The sound to be made.
#[derive(Debug, Deserialize)]
struct NewSound {
    #[serde(default)]
    name: String,
}

/// Another name for a sound.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SoundName {
    /// 1 to 80 characters, unique within the company.
    #[schema(example = "Wachtmuziek")]
    name: String,
}

/// Every sound of the company, without the files.
#[utoipa::path(get, path = "/sounds", tag = "services", security(("token" = [])),
    responses((status = 200, body = Vec<SoundRecord>), (status = 401, body = ApiError)))]
async fn list(access: Access) -> Json<Vec<SoundRecord>> {
    Json(access.company.data.records.sounds.clone())
}

/// Upload a sound: a WAV, MP3, Ogg Vorbis or FLAC file of 5 MB and ten minutes at most. It is played at one loudness.
#[utoipa::path(post, path = "/sounds", tag = "services", security(("token" = [])),
    params(("name" = String, Query, description = "1 to 80 characters, unique within the company")),
    request_body(content = String, content_type = "application/octet-stream", description = "The file as it is."),
    responses((status = 201, body = SoundRecord), (status = 403, body = ApiError), (status = 409, body = ApiError),
        (status = 413, body = ApiError), (status = 422, body = ApiError)))]
async fn add(
    State(app): State<Arc<App>>,
    access: Access,
    Query(NewSound { name }): Query<NewSound>,
    body: Result<Bytes, BytesRejection>,
) -> Answer<(StatusCode, Json<SoundRecord>)> {
    access.needs(Role::CompanyAdmin)?;
    let (file, sound) = read(body).await?;
    let made = app
        .companies
        .edit(access.company_id(), |data| {
            let sounds = &data.records.sounds;
            if sounds.iter().any(|other| other.name == name) {
                return Err(ApiError::new(ErrorCode::AlreadyExists).about(name));
            }
            if sounds.len() >= limits::SOUNDS {
                return Err(ErrorCode::LimitReached.into());
            }
            let id = SoundId(data.new_id());
            let record = sound::record(id, name, &file.0, &sound);
            data.records.sounds.push(record.clone());
            data.uploads.insert(id, file);
            has_room(data)?;
            Ok(record)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One sound.
#[utoipa::path(get, path = "/sounds/{sound}", tag = "services", params(("sound" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = SoundRecord), (status = 404, body = ApiError)))]
async fn one(access: Access, Path(id): Path<u32>) -> Answer<Json<SoundRecord>> {
    Ok(Json(find(&access.company.data, id)?.clone()))
}

/// Give a sound another name; services that name it go along.
#[utoipa::path(put, path = "/sounds/{sound}", tag = "services", params(("sound" = u32, Path)),
    request_body = SoundName, security(("token" = [])),
    responses((status = 200, body = SoundRecord), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError), (status = 422, body = ApiError)))]
async fn rename(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    Body(SoundName { name }): Body<SoundName>,
) -> Answer<Json<SoundRecord>> {
    access.needs(Role::CompanyAdmin)?;
    let changed = app
        .companies
        .edit(access.company_id(), |data| {
            let old = find(data, id)?.name.clone();
            if data.records.sounds.iter().any(|other| other.name == name && other.id.0 != id) {
                return Err(ApiError::new(ErrorCode::AlreadyExists).about(name));
            }
            data.rename_sound(&old, &name);
            let found = find_mut(data, id)?;
            found.name = name;
            Ok(found.clone())
        })
        .await?;
    Ok(Json(changed))
}

/// Remove a sound that no service names.
#[utoipa::path(delete, path = "/sounds/{sound}", tag = "services", params(("sound" = u32, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError)))]
async fn remove(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<StatusCode> {
    access.needs(Role::CompanyAdmin)?;
    app.companies
        .edit(access.company_id(), |data| {
            if let Some((owner, service)) = data.user_of_sound(&find(data, id)?.name) {
                return Err(ApiError::new(ErrorCode::StillUsed).about(format!("{service}, {owner:?}")));
            }
            data.records.sounds.retain(|sound| sound.id.0 != id);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file of a sound, as it was uploaded.
#[utoipa::path(get, path = "/sounds/{sound}/file", tag = "services", params(("sound" = u32, Path)),
    security(("token" = [])),
    responses((status = 200, body = String, content_type = "application/octet-stream"),
        (status = 404, body = ApiError)))]
async fn file(State(app): State<Arc<App>>, access: Access, Path(id): Path<u32>) -> Answer<impl IntoResponse> {
    let sound = find(&access.company.data, id)?;
    let upload = app.companies.store().upload(access.company_id(), sound.id, &sound.sha256).await;
    let upload = upload.map_err(|error| companies::stored(&error))?.ok_or(ErrorCode::NotFound)?;
    Ok(([(header::CONTENT_TYPE, sound.format.media_type())], upload.0.to_vec()))
}

/// Upload another file for a sound. Whoever is hearing the old one goes on hearing it; the next one hears the new.
#[utoipa::path(put, path = "/sounds/{sound}/file", tag = "services", params(("sound" = u32, Path)),
    security(("token" = [])),
    request_body(content = String, content_type = "application/octet-stream", description = "The file as it is."),
    responses((status = 200, body = SoundRecord), (status = 403, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError), (status = 413, body = ApiError), (status = 422, body = ApiError)))]
async fn replace(
    State(app): State<Arc<App>>,
    access: Access,
    Path(id): Path<u32>,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<SoundRecord>> {
    access.needs(Role::CompanyAdmin)?;
    find(&access.company.data, id)?;
    let (file, sound) = read(body).await?;
    let changed = app
        .companies
        .edit(access.company_id(), |data| {
            let found = find_mut(data, id)?;
            *found = sound::record(found.id, found.name.clone(), &file.0, &sound);
            let record = found.clone();
            data.uploads.insert(record.id, file);
            has_room(data)?;
            Ok(record)
        })
        .await?;
    Ok(Json(changed))
}

/// Reads an upload on a thread that may block, and waits for its turn before.
async fn read(body: Result<Bytes, BytesRejection>) -> Answer<(Upload, Sound)> {
    let file = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::SoundTooLarge,
        _ => ErrorCode::BadRequest,
    })?;
    let file = Upload(Arc::from(&*file));
    let _turn = READING.acquire().await.map_err(|_| ErrorCode::Unavailable)?;
    let bytes = Arc::clone(&file.0);
    let read = tokio::task::spawn_blocking(move || sound::read(&bytes)).await;
    let sound = read.unwrap_or_else(|_| Err(SoundError::Unreadable("it cannot be read".to_owned())));
    Ok((file, sound.map_err(ApiError::from)?))
}

/// All files together fit in a company file.
fn has_room(data: &CompanyData) -> Result<(), ApiError> {
    let together: u64 = data.records.sounds.iter().map(|sound| u64::from(sound.bytes)).sum();
    if together > limits::SOUND_BYTES_TOGETHER { Err(ErrorCode::LimitReached.into()) } else { Ok(()) }
}

fn find(data: &CompanyData, id: u32) -> Result<&SoundRecord, ApiError> {
    data.records.sounds.iter().find(|sound| sound.id.0 == id).ok_or_else(|| ErrorCode::NotFound.into())
}

fn find_mut(data: &mut CompanyData, id: u32) -> Result<&mut SoundRecord, ApiError> {
    data.records.sounds.iter_mut().find(|sound| sound.id.0 == id).ok_or_else(|| ErrorCode::NotFound.into())
}
