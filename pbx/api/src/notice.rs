//! Notices: mails about calls (F-072), kept until and after they are sent.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{CallId, SubscriberId, Timestamp};

/// A mail about a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Notice {
    /// The call.
    pub call: CallId,
    /// Who is told of it.
    pub subscriber: SubscriberId,
    /// When the call came.
    pub at: Timestamp,
    /// The mail address.
    #[schema(example = "anna@demo.balie.example")]
    pub to: String,
    /// One line, in the language of whoever is told.
    #[schema(example = "Oproep van Vera Bos (+31102000421) voor Anna de Vries")]
    pub subject: String,
    /// The text, in lines.
    pub body: String,
}
