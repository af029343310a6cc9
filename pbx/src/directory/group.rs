//! A group: one site of the company, with its own dial plan and group services.

use super::{DialPlan, E164, GroupId, Services};

/// A site, checked.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Shown to outside parties for people without a number of their own.
    pub main_number: Option<E164>,
    /// How its people dial.
    pub dial_plan: DialPlan,
    /// Its group services.
    pub services: Services,
}
