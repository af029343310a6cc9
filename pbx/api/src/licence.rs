//! Licences: what a company has of them, and what its people hold (F-006).
//!
//! The names are in common to the exchange and its clients. What each one brings stands in the exchange's table, and
//! `GET /api/v1/licences` tells it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::SubscriberId;

macro_rules! licences {
    ($($(#[$doc:meta])* $variant:ident $name:literal;)*) => {
        /// Something that a company has a number of and gives to its people, or holds itself.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        #[ts(export)]
        pub enum Licence {
            $($(#[$doc])* $variant,)*
        }

        impl Licence {
            /// Every licence.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in files and on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

licences! {
    /// The profile Kantoor.
    Office "office";
    /// The profile Vast-mobiel: Kantoor and Mobility (F-130).
    FixedMobile "fixed_mobile";
    /// Receptie Instap (F-150).
    ReceptionEntry "reception_entry";
    /// Receptie Standaard (F-150).
    ReceptionStandard "reception_standard";
    /// Receptie Premium (F-150).
    ReceptionPremium "reception_premium";
    /// Receptie+ Instap (F-151).
    ReceptionPlusEntry "reception_plus_entry";
    /// Receptie+ Standaard (F-151).
    ReceptionPlusStandard "reception_plus_standard";
    /// Receptie+ Premium (F-151).
    ReceptionPlusPremium "reception_plus_premium";
    /// Call Center Instap, for an agent (F-210).
    CallCenterEntry "call_center_entry";
    /// Call Center Standaard, for an agent (F-215).
    CallCenterStandard "call_center_standard";
    /// Call Center Premium, for an agent (F-218).
    CallCenterPremium "call_center_premium";
    /// Supervisor software of the Call Center (F-226).
    CallCenterSupervisor "call_center_supervisor";
    /// Gespreksopname, kept for 90 days (F-260).
    RecordingNinetyDays "recording_ninety_days";
    /// Gespreksopname, kept for a year (F-260).
    RecordingOneYear "recording_one_year";
    /// Gespreksopname, kept for seven years, 1,000 minutes a month (F-260).
    RecordingSevenYears "recording_seven_years";
    /// Gespreksopname, kept for seven years, 3,500 minutes a month (F-260).
    RecordingSevenYearsPlus "recording_seven_years_plus";
    /// Gespreksrapportage Instap (F-270).
    ReportingEntry "reporting_entry";
    /// Gespreksrapportage Standaard (F-271).
    ReportingStandard "reporting_standard";
    /// Gespreksrapportage Premium (F-272).
    ReportingPremium "reporting_premium";
    /// Software Integratie (F-244).
    CrmIntegration "crm_integration";
    /// Keuzemenupakket, held by the company (F-111).
    MenuPackage "menu_package";
    /// Afdelingsvoicemail, held by the company (F-104).
    DepartmentVoicemail "department_voicemail";
    /// Wallboard projectie, held by the company (F-273).
    WallboardProjection "wallboard_projection";
}

/// Which profile a user has.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Profile {
    /// Kantoor.
    #[default]
    Office,
    /// Vast-mobiel.
    FixedMobile,
    /// None: somebody who signs in, and for whom nobody pays a telephone.
    None,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Office, Self::FixedMobile, Self::None];

    /// The licence that it takes.
    pub const fn licence(self) -> Option<Licence> {
        match self {
            Self::Office => Some(Licence::Office),
            Self::FixedMobile => Some(Licence::FixedMobile),
            Self::None => None,
        }
    }
}

/// Who holds a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HeldBy {
    /// A user, as the profile.
    Profile,
    /// A user, beside the profile.
    Option,
    /// The company.
    Company,
}

/// Of what there can only be so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Limit {
    /// Contacts whose state a receptionist sees (F-177).
    MonitoredContacts,
    /// Calls that wait in a queue (F-210).
    QueuedCalls,
    /// Days for which a recording is kept (F-260).
    RetentionDays,
    /// Minutes of recording of one user in a month (F-260).
    MinutesAMonth,
    /// Wallboards (F-270, F-273).
    Wallboards,
    /// Menus with all that is under them (F-111).
    Menus,
    /// Hunt groups of the package (F-111).
    HuntGroups,
    /// Forwardings of the package (F-111).
    Forwardings,
    /// Boxes for the voicemail of departments (F-104).
    Boxes,
}

/// A licence: what it brings, and how many the company has and uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct LicenceState {
    /// Which.
    pub licence: Licence,
    /// Name for people, Dutch.
    pub title_nl: String,
    /// Name for people, English.
    pub title_en: String,
    /// Who holds it.
    pub held_by: HeldBy,
    /// The functions that it brings (`F-065`).
    pub functions: Vec<String>,
    /// What is limited in it.
    pub limits: BTreeMap<Limit, u32>,
    /// How many the company has; absent while the company counts none, and then everybody has everything.
    pub count: Option<u32>,
    /// How many users hold it.
    pub used: u32,
}

/// `PUT /api/v1/licences`: how many the company has from now on of each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct LicenceCounts {
    /// What is not named is had 0 times; when nothing is named, nothing is counted and everybody has everything.
    pub counts: BTreeMap<Licence, u32>,
}

/// A user who holds a licence that was to be taken from the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct LicenceHolder {
    /// The licence.
    pub licence: Licence,
    /// Who.
    pub user: SubscriberId,
    /// Sign-in name without the domain.
    pub name: String,
    /// Name for people.
    pub display_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_licence_and_profile_has_the_same_name_in_json_and_in_the_table() {
        for licence in Licence::ALL {
            assert_eq!(serde_json::to_value(licence).unwrap(), licence.name());
        }
        for profile in Profile::ALL {
            let name = profile.licence().map_or("none", Licence::name);
            assert_eq!(serde_json::to_value(profile).unwrap(), name);
        }
    }
}
