//! Event and Subscription-State (RFC 6665).

use std::fmt;

use crate::message::{Params, text};

/// Event: the package and which of several subscriptions to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Package such as `dialog` or `message-summary`; compares with case.
    pub package: String,
    /// All parameters; `id` tells subscriptions of one dialog apart.
    pub params: Params,
}

impl Event {
    /// An event without parameters.
    pub fn new(package: &str) -> Self {
        Self { package: package.to_owned(), params: Params::new() }
    }

    /// Reads `package;id=1`.
    pub fn parse(value: &str) -> Option<Self> {
        let (package, params) = text::split_outside(value, b';');
        let package = text::trim(package);
        let params = params.map_or_else(|| Some(Params::new()), Params::parse)?;
        text::is_token(package).then(|| Self { package: package.to_owned(), params })
    }

    /// The `id` parameter.
    pub fn id(&self) -> Option<&str> {
        self.params.value("id")
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.package, self.params)
    }
}

/// Where a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionStatus {
    /// Accepted; state is sent.
    Active,
    /// Not decided yet.
    Pending,
    /// Over.
    Terminated,
    /// A value of a later RFC.
    Other(String),
}

/// Subscription-State with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionState {
    /// Where the subscription stands.
    pub status: SubscriptionStatus,
    /// Seconds left.
    pub expires: Option<u32>,
    /// Why it ended: `timeout`, `rejected`, `noresource`, `deactivated`, `probation`, `giveup`.
    pub reason: Option<String>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
}

impl SubscriptionState {
    /// `active;expires=seconds`.
    pub fn active(expires: u32) -> Self {
        Self { status: SubscriptionStatus::Active, expires: Some(expires), reason: None, retry_after: None }
    }

    /// `pending;expires=seconds`.
    pub fn pending(expires: u32) -> Self {
        Self { status: SubscriptionStatus::Pending, ..Self::active(expires) }
    }

    /// `terminated;reason=...`.
    pub fn terminated(reason: &str) -> Self {
        let reason = Some(reason.to_owned());
        Self { status: SubscriptionStatus::Terminated, expires: None, reason, retry_after: None }
    }

    /// Reads the header.
    pub fn parse(value: &str) -> Option<Self> {
        let (status, params) = text::split_outside(value, b';');
        let status = text::trim(status);
        let params = params.map_or_else(|| Some(Params::new()), Params::parse)?;
        let status = match status.to_ascii_lowercase().as_str() {
            "active" => SubscriptionStatus::Active,
            "pending" => SubscriptionStatus::Pending,
            "terminated" => SubscriptionStatus::Terminated,
            other if text::is_token(other) => SubscriptionStatus::Other(status.to_owned()),
            _ => return None,
        };
        Some(Self {
            status,
            expires: params.number("expires"),
            reason: params.text("reason").map(Into::into),
            retry_after: params.number("retry-after"),
        })
    }
}

impl fmt::Display for SubscriptionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.status {
            SubscriptionStatus::Active => "active",
            SubscriptionStatus::Pending => "pending",
            SubscriptionStatus::Terminated => "terminated",
            SubscriptionStatus::Other(status) => status,
        })?;
        if let Some(expires) = self.expires {
            write!(f, ";expires={expires}")?;
        }
        if let Some(reason) = &self.reason {
            write!(f, ";reason={reason}")?;
        }
        match self.retry_after {
            Some(seconds) => write!(f, ";retry-after={seconds}"),
            None => Ok(()),
        }
    }
}
