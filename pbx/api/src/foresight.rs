//! What would happen if: a call that nobody makes, and every decision that would be taken about it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{SubscriberId, Timestamp};

/// `POST /api/v1/foresight`: a call that somebody could make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct Supposition {
    /// Who would call.
    pub caller: SupposedCaller,
    /// What would be dialled: an extension, a number or an access code, 1 to 128 characters. From outside the number that is
    /// called.
    #[schema(example = "201")]
    pub dialled: String,
    /// When. Without it as things stand now, with the calls that run and the telephones that are there; at another time
    /// everybody is idle and there are no other calls.
    #[serde(default)]
    #[ts(optional)]
    pub at: Option<Timestamp>,
    /// How users, by id, would stand, whatever is so now.
    #[serde(default)]
    #[schema(example = json!({ "12": "busy" }))]
    pub standing: BTreeMap<SubscriberId, SupposedStanding>,
}

/// Who would call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[ts(export)]
pub enum SupposedCaller {
    /// A user of the company.
    User {
        /// Their id.
        subscriber: SubscriberId,
    },
    /// Somebody outside.
    Outside {
        /// Their number in E.164 form; without one the network gives none.
        #[serde(default)]
        #[schema(example = "+31201234567")]
        number: Option<String>,
        /// They ask not to be shown.
        #[serde(default)]
        withheld: bool,
        /// The id of the line by which the call comes; the first one without it.
        #[serde(default)]
        trunk: Option<u32>,
    },
}

/// How a user would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SupposedStanding {
    /// In no call.
    Idle,
    /// In a call, with room for a waiting one.
    OnCall,
    /// In as many calls as there is room for.
    Busy,
    /// Without a telephone that can be reached.
    Unreachable,
}

/// What would happen, decision by decision. Nobody answers, so ringing is followed by what follows no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
pub struct Foresight {
    /// The decisions, in the order in which they would be taken.
    pub steps: Vec<ForeseenStep>,
}

/// A decision that would be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export)]
#[schema(no_recursion)]
pub struct ForeseenStep {
    /// At which point of the call: `dialling`, `arriving`, `busy`, `no answer` or `not reachable`.
    pub point: String,
    /// Whose services are asked; nobody's beyond the exchange.
    pub subscriber: Option<SubscriberId>,
    /// What they decide.
    pub happens: Happening,
    /// Why: every question and answer, as in the record of a call that was made.
    pub trace: Vec<String>,
    /// Where a group offers the call: what each member's services say, in the order in which they are asked.
    pub offers: Vec<Self>,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[ts(export)]
pub enum Happening {
    /// The call goes to this user, whose services are asked next.
    Reaches {
        /// Who.
        subscriber: SubscriberId,
    },
    /// The call leaves the exchange.
    Leaves {
        /// The number.
        number: String,
        /// The lines that are tried, in this order.
        trunks: Vec<u32>,
    },
    /// The user's telephones ring.
    Rings {
        /// For so many seconds.
        for_s: u64,
        /// They signal a waiting call.
        waiting: bool,
    },
    /// The members of the group are offered the call.
    Hunts,
    /// Everybody of the group is called at once.
    Convenes {
        /// By these numbers.
        numbers: Vec<String>,
    },
    /// The call is sent on.
    Diverts {
        /// Where to.
        number: String,
        /// Who that is, if it is one of the company.
        subscriber: Option<SubscriberId>,
    },
    /// The caller is asked something first.
    Asks {
        /// For which service.
        service: String,
    },
    /// An access code is carried out.
    CarriesOut,
    /// Something is done with calls that go on.
    Acts,
    /// It is a call for help: no service is asked.
    Emergency {
        /// The number.
        number: String,
        /// It only tests the way to help.
        test: bool,
        /// The lines that are tried, in this order.
        trunks: Vec<u32>,
    },
    /// The caller is released.
    Refuses {
        /// Why.
        #[schema(example = "busy")]
        cause: String,
    },
}
