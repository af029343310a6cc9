//! Taking a company file in, from the command line or from the API.

use std::sync::Arc;

use pbx_api::error::FileProblem;
use pbx_api::{ApiError, CompanyId, ErrorCode};

use crate::companies::Companies;
use crate::company_file::{self, Problem};

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
