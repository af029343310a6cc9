//! What a rejected caller meets, the same for every service that rejects (ruling R-4).

use serde::{Deserialize, Serialize};

use crate::clip::Prompt;
use crate::feature::{Cause, Choice, Field, FieldKind, Point, Treatment, Verdict};

/// What a rejected caller meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionTreatment {
    /// A sentence that says why; forwarding when busy and voicemail do not apply.
    #[default]
    Announcement,
    /// The subscriber seems busy.
    Busy,
}

impl RejectionTreatment {
    /// The field `treatment` of a form.
    pub(super) const FIELD: Field = Field {
        name: "treatment",
        nl: "Wat de beller merkt",
        en: "What the caller notices",
        kind: FieldKind::Choice(&[
            Choice { value: "announcement", nl: "Hoort waarom", en: "Hears why" },
            Choice { value: "busy", nl: "Vindt u bezet", en: "Finds you busy" },
        ]),
    };

    /// Turns a caller away so.
    pub(super) fn verdict(self, cause: Cause, say: Prompt) -> Verdict {
        Verdict::Take(match self {
            Self::Announcement => Treatment::Reject(cause, say.into()),
            Self::Busy => Treatment::Become(Point::Busy, Cause::Busy),
        })
    }
}
