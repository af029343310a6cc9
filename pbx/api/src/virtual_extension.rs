//! Virtual extensions (F-121): numbers of the public network that colleagues call by an extension.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A number of the public network with an extension: part of the list of colleagues, without a lamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct VirtualExtension {
    /// Given by the exchange.
    pub id: u32,
    /// By which colleagues call, 2 to 10 digits; nobody else has it.
    #[schema(example = "450")]
    pub extension: String,
    /// Where that leads, in E.164 form.
    #[schema(example = "+31612345678")]
    pub number: String,
    /// May be empty.
    #[schema(example = "Naima")]
    pub first_name: String,
    /// May be empty.
    #[schema(example = "de Boer")]
    pub last_name: String,
    /// What displays show instead of the two names, if something else.
    pub shown_name: Option<String>,
    /// What displays and lists show.
    #[schema(example = "Naima de Boer")]
    pub display_name: String,
    /// What call records say of calls with this number.
    #[schema(example = "partner")]
    pub call_type: Option<String>,
}

/// `POST /api/v1/virtual-extensions` and `PUT /api/v1/virtual-extensions/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewVirtualExtension {
    /// See [`VirtualExtension::extension`].
    #[schema(example = "450")]
    pub extension: String,
    /// See [`VirtualExtension::number`]; none of the company's own numbers.
    #[schema(example = "+31612345678")]
    pub number: String,
    /// At most 30 characters.
    #[serde(default)]
    #[schema(example = "Naima")]
    pub first_name: String,
    /// At most 30 characters; one of the two names is needed.
    #[serde(default)]
    #[schema(example = "de Boer")]
    pub last_name: String,
    /// At most 80 characters.
    #[serde(default)]
    #[ts(optional)]
    pub shown_name: Option<String>,
    /// At most 30 characters.
    #[serde(default)]
    #[ts(optional)]
    #[schema(example = "partner")]
    pub call_type: Option<String>,
}
