//! A department: people of one site who share some group services of their own.

use super::{DepartmentId, GroupId, Services};

/// A department, checked.
#[derive(Debug, Clone)]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
    /// The site it belongs to.
    pub group: GroupId,
    /// Group services that differ from the site's.
    pub services: Services,
}
