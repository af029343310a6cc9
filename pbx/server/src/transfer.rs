//! Taking a company file in and giving one out, from the command line or from the API.

use std::collections::BTreeMap;
use std::sync::Arc;

use pbx::directory::SoundId;
use pbx_api::error::FileProblem;
use pbx_api::{ApiError, CompanyId, ErrorCode};

use crate::companies::{self, Companies, Company};
use crate::company_file::{self, Problem};
use crate::sound::Upload;

/// Why a company file was not taken in. Nothing has changed then.
#[derive(Debug)]
pub enum Refused {
    /// The file has errors: all of them, in the order of the lines.
    File(Vec<Problem>),
    /// The file is right, but it could not be stored.
    Store(ApiError),
}

impl Refused {
    /// As an answer of the API.
    pub fn answer(self) -> ApiError {
        match self {
            Self::Store(error) => error,
            Self::File(problems) => ApiError {
                problems: problems.into_iter().map(file_problem).collect(),
                ..ApiError::new(ErrorCode::BadCompanyFile)
            },
        }
    }
}

fn file_problem(problem: Problem) -> FileProblem {
    FileProblem {
        line: u32::try_from(problem.line).unwrap_or(u32::MAX),
        column: u32::try_from(problem.column).unwrap_or(u32::MAX),
        code: problem.code.to_owned(),
        message_nl: problem.nl,
        message_en: problem.en,
    }
}

/// Makes the company that a file describes, or replaces the one with the same domain.
///
/// # Errors
/// [`Refused`]; nothing has changed then.
pub async fn import(companies: &Arc<Companies>, text: String) -> Result<CompanyId, Refused> {
    let known = company_file::domain(&text).and_then(|domain| companies.by_domain(&domain));
    // Hashing passwords takes long, so it is done before the company is locked, from the company as
    // it is known now; if it changes meanwhile, its new state is read and the work done again.
    let mut known = known;
    loop {
        let (input, existing) = (text.clone(), known.clone());
        let read = tokio::task::spawn_blocking(move || {
            company_file::read(&input, existing.as_ref().map(|company| &company.data))
        });
        let data = match read.await {
            Ok(Ok(data)) => data,
            Ok(Err(problems)) => return Err(Refused::File(problems)),
            Err(_) => return Err(Refused::Store(ErrorCode::Internal.into())),
        };
        let domain = data.domain().to_owned();
        let current = companies.by_domain(&domain);
        let same = match (&known, &current) {
            (None, None) => true,
            (Some(known), Some(current)) => Arc::ptr_eq(known, current),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if same {
            return companies.replace(&domain, known.as_ref(), data).await.map_err(Refused::Store);
        }
        known = current;
    }
}

/// A company as a file, with the files of its sounds.
///
/// # Errors
/// `not_found`; `not_stored` when a sound cannot be read from the store.
pub async fn export(companies: &Companies, id: CompanyId) -> Result<String, ApiError> {
    let mut company = companies.get(id).ok_or(ErrorCode::NotFound)?;
    loop {
        if let Some(uploads) = uploads(companies, &company).await? {
            let text =
                tokio::task::spawn_blocking(move || company_file::write(&company.data, &uploads)).await;
            return text.map_err(|_| ErrorCode::Internal.into());
        }
        // A sound was replaced while they were being read.
        let now = companies.get(id).ok_or(ErrorCode::NotFound)?;
        if Arc::ptr_eq(&now, &company) {
            return Err(ErrorCode::NotStored.into());
        }
        company = now;
    }
}

/// The file of every sound; nothing when one is no longer there.
async fn uploads(
    companies: &Companies,
    company: &Company,
) -> Result<Option<BTreeMap<SoundId, Upload>>, ApiError> {
    let mut uploads = BTreeMap::new();
    for sound in &company.data.records.sounds {
        let upload = companies.store().upload(company.id(), sound.id, &sound.sha256).await;
        let Some(upload) = upload.map_err(|error| companies::stored(&error))? else { return Ok(None) };
        uploads.insert(sound.id, upload);
    }
    Ok(Some(uploads))
}
