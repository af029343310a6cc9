//! Devices: the telephones and apps that register for a user (F-001).

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{DeviceId, SubscriberId};

/// What a device is, which decides what the exchange expects of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeviceKind {
    /// Balie's own app on a computer.
    Softphone,
    /// A telephone on a desk.
    Desk,
    /// A mobile telephone or an app on one.
    Mobile,
}

impl DeviceKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Softphone, Self::Desk, Self::Mobile];

    /// The name used in files, in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Softphone => "softphone",
            Self::Desk => "desk",
            Self::Mobile => "mobile",
        }
    }

    /// The kind with this [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A device; its secret is never shown again after it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Device {
    /// Given by the exchange.
    pub id: DeviceId,
    /// The user it belongs to.
    pub owner: SubscriberId,
    /// What it is.
    pub kind: DeviceKind,
    /// User name in the digest, unique in the company.
    pub auth_name: String,
    /// Name for people ("Bureautelefoon kamer 12"), at most 80 characters.
    pub label: String,
    /// Whether calls to the user ring here.
    pub rings: bool,
}

/// `POST /api/v1/users/{id}/devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewDevice {
    /// What it is.
    pub kind: DeviceKind,
    /// See [`Device::auth_name`].
    pub auth_name: String,
    /// See [`Device::label`].
    #[serde(default)]
    pub label: String,
    /// Secret of 6 to 128 characters; the exchange makes one of 24 when absent.
    #[serde(default)]
    #[ts(optional)]
    pub secret: Option<String>,
}

/// The answer to a device that was made: the only time its secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct DeviceMade {
    /// The device.
    pub device: Device,
    /// Its digest secret.
    pub secret: String,
}
