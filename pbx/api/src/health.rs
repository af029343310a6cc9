//! The state of the exchange itself, and the authority by which it proves who it is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `GET /api/v1/health`: open to all, so it tells nothing about customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Health {
    /// True when calls can be made and settings stored.
    pub ready: bool,
    /// Version of the exchange.
    pub version: String,
    /// Whether settings and call records can be stored.
    pub database: bool,
    /// Whether signalling runs.
    pub signalling: bool,
    /// True while it is stopping: running calls go on, new ones are refused.
    pub draining: bool,
}

/// `GET /api/v1/authority`: what a client shows at first sign-in and pins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Authority {
    /// SHA-256 of the authority's certificate in DER form, as `AA:BB:…`.
    pub fingerprint_sha256: String,
    /// The authority's certificate, PEM. With a certificate of one's own: the last one of its chain.
    pub certificate_pem: String,
    /// True when the exchange made its authority itself; false with a certificate set by its owner.
    pub own: bool,
}
