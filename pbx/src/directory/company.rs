//! What holds for the whole company.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{Country, DiversionNotice, E164, Guards, Language, RedirectedIdentity, Rights};

/// What holds for the whole company, checked.
#[derive(Debug, Clone)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its SIP domain.
    pub domain: String,
    /// Its numbering plan.
    pub country: Country,
    /// Where its clocks hang.
    pub time_zone: TimeZone,
    /// Shown to outside parties when nobody nearer has a number.
    pub main_number: Option<E164>,
    /// Redirections of one call (ruling R-6).
    pub diversion_limit: u32,
    /// Who is told that their call is being forwarded.
    pub diversion_notice: DiversionNotice,
    /// Whose number the target of a forward sees.
    pub redirected_identity: RedirectedIdentity,
    /// The language of announcements.
    pub language: Language,
    /// Numbers outside with an extension count as internal (F-121).
    pub virtual_extensions_are_internal: bool,
    /// Against toll fraud.
    pub guards: Guards,
    /// What any of its licences brings.
    pub rights: Arc<Rights>,
}

impl Company {
    /// Whether a caller is told that the call goes elsewhere (ruling R-15).
    pub fn tells_of_diversion(&self, internal: bool) -> bool {
        match self.diversion_notice {
            DiversionNotice::Never => false,
            DiversionNotice::Internal => internal,
            DiversionNotice::All => true,
        }
    }
}
