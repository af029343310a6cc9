//! Custom Ringback of a user (NL: Eigen kiestoon).
//!
//! What callers hear until the user answers, instead of the ringing tone: the sound of the first entry that fits the call,
//! and another one while the user is in a call. It wins over the site's. A call that was forwarded here rings as always.
//! F-048, C-3.

use serde::{Deserialize, Serialize};

use super::ringback::sound_for;
use crate::attempt::Attempt;
use crate::feature::{
    Card, Criterion, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Judgement, MusicSource,
    Scope, Verdict,
};

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomRingbackUser {
    /// Whether callers hear it.
    pub active: bool,
    /// For which calls, and what.
    pub entries: Vec<RingbackEntry>,
}

/// What some callers hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RingbackEntry {
    /// For which calls.
    pub when: Criterion,
    /// What callers hear.
    pub source: MusicSource,
    /// What they hear while the user is in a call; the same when absent.
    #[serde(default)]
    pub waiting_source: Option<MusicSource>,
}

impl Feature for CustomRingbackUser {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        if !self.active || !attempt.diversions.is_empty() {
            return Verdict::Pass;
        }
        match Criterion::judge(self.entries.iter().map(|entry| &entry.when), attempt) {
            Judgement::Applies(place) => {
                let entry = &self.entries[place];
                sound_for(attempt, &entry.source, entry.waiting_source.as_ref())
            }
            Judgement::Spares | Judgement::Idle => Verdict::Pass,
        }
    }
}

impl Described for CustomRingbackUser {
    const CARD: Card = Card {
        id: "custom_ringback_user",
        function: "F-048",
        title_nl: "Eigen beltoon voor bellers",
        title_en: "Custom ringback",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field { name: "active", nl: "Aan", en: "On", kind: FieldKind::Switch },
            Field {
                name: "entries",
                nl: "Wat bellers horen",
                en: "What callers hear",
                kind: FieldKind::List(&[
                    Field {
                        name: "when",
                        nl: "Wanneer",
                        en: "When",
                        kind: FieldKind::Record(Criterion::FIELDS),
                    },
                    Field { name: "source", nl: "Geluid", en: "Sound", kind: FieldKind::Music },
                    Field {
                        name: "waiting_source",
                        nl: "Geluid als ik in gesprek ben",
                        en: "Sound while I am in a call",
                        kind: FieldKind::Music,
                    },
                ]),
            },
        ],
        waits_for: &[],
    };

    fn check(&self) -> Result<(), FieldError> {
        Criterion::check(self.entries.iter().map(|entry| &entry.when))
            .map_err(|error| error.within("entries"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Availability;
    use crate::clip::Ringback;
    use crate::directory::{GroupId, Owner};
    use crate::feature::Callers;
    use crate::features::{CallForwardingAlways, CustomRingbackGroup};
    use crate::testing::{ANNA, BERT, CARLA, CUSTOMER, Office, number, office, ringing};

    const BERTS: &str = "+31201230202";

    fn file(name: &str) -> MusicSource {
        MusicSource::File(name.to_owned())
    }

    fn entry(from: Callers, source: &str) -> RingbackEntry {
        let when = Criterion { name: "Test".to_owned(), from, ..Criterion::default() };
        RingbackEntry { when, source: file(source), waiting_source: None }
    }

    fn hears(office: &Office, attempt: Attempt, stands: Availability) -> Option<Ringback> {
        ringing(&office.arrive(attempt, stands)).ringback.clone()
    }

    fn sound(name: &str) -> Option<Ringback> {
        Some(Ringback::Sound(file(name)))
    }

    #[test]
    fn each_caller_hears_the_sound_of_the_first_entry_that_fits() {
        let mut office = office();
        let entries = vec![entry(Callers::External, "one"), entry(Callers::Internal, "two")];
        office.set(BERT, &CustomRingbackUser { active: true, entries });

        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);
        assert_eq!(hears(&office, outside, Availability::Idle), sound("one"));
        assert_eq!(hears(&office, office.call(ANNA, "202"), Availability::Idle), sound("two"));
        assert_eq!(hears(&office, office.call(ANNA, "203"), Availability::Idle), None);
    }

    #[test]
    fn while_the_user_is_in_a_call_there_may_be_another_sound() {
        let mut office = office();
        let waiting = RingbackEntry { waiting_source: Some(file("busy")), ..entry(Callers::Any, "one") };
        office.set(BERT, &CustomRingbackUser { active: true, entries: vec![waiting] });

        assert_eq!(hears(&office, office.call(ANNA, "202"), Availability::OnCall), sound("busy"));
    }

    #[test]
    fn a_call_that_was_forwarded_here_rings_as_always() {
        let mut office = office();
        office.set(BERT, &CustomRingbackUser { active: true, entries: vec![entry(Callers::Any, "one")] });
        office.set(CARLA, &CallForwardingAlways { active: true, forward_to: Some(number("202").into()) });

        let forwarded = office.resolve(office.call(ANNA, "203"), crate::feature::Point::Arriving).attempt;

        assert_eq!(hears(&office, forwarded, Availability::Idle), None);
    }

    #[test]
    fn the_sites_sound_is_heard_where_no_entry_fits() {
        let mut office = office();
        let site = CustomRingbackGroup { active: true, source: file("site"), waiting_source: None };
        let json = serde_json::to_value(site).unwrap();
        office.directory.set(Owner::Group(GroupId(1)), "custom_ringback_group", json).unwrap();
        assert_eq!(hears(&office, office.call(ANNA, "202"), Availability::Idle), sound("site"));
        office
            .set(BERT, &CustomRingbackUser { active: true, entries: vec![entry(Callers::Internal, "own")] });

        assert_eq!(hears(&office, office.call(ANNA, "202"), Availability::Idle), sound("own"));
        let outside = office.outside_call(Some(CUSTOMER), false, BERTS);
        assert_eq!(hears(&office, outside, Availability::Idle), sound("site"));
    }
}
