//! Virtual extensions (NL: virtuele verkorte nummers, virtual on-net enterprise extensions): numbers of the public network
//! that colleagues call by an extension, and that are shown like a colleague when they call. F-121.
//!
//! Nobody of ours is behind such a number: it has no services and no lamp, and calls to it leave the exchange, with what
//! they cost. Whether it counts as internal is the company's choice.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Directory, E164, Extension, Number, TrunkId, VirtualExtensionId};
use crate::attempt::{OnNet, Party};

/// A number of the public network with an extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VirtualExtensionRecord {
    /// Unique within the company.
    pub id: VirtualExtensionId,
    /// By which colleagues call; nobody else has it.
    #[schema(value_type = String, example = "450")]
    pub extension: Extension,
    /// Where that leads, and who it is that calls from there.
    #[schema(value_type = String, example = "+31612345678")]
    pub number: E164,
    /// At most 30 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "Naima")]
    pub first_name: String,
    /// At most 30 characters; one of the two names is needed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "de Boer")]
    pub last_name: String,
    /// What displays show instead of the two names, at most 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_name: Option<String>,
    /// What call records say of calls with this number, at most 30 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "partner")]
    pub call_type: Option<String>,
}

impl VirtualExtensionRecord {
    /// The name in lists of colleagues.
    pub fn name(&self) -> String {
        let parts = [self.first_name.trim(), self.last_name.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The name on displays.
    pub fn shown(&self) -> String {
        self.shown_name.clone().unwrap_or_else(|| self.name())
    }
}

/// The virtual extensions of a company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VirtualExtensions {
    by_number: BTreeMap<E164, VirtualExtensionRecord>,
    by_extension: BTreeMap<Extension, E164>,
}

impl VirtualExtensions {
    /// None at all.
    pub(super) fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<VirtualExtensions>> = LazyLock::new(Arc::default);
        Arc::clone(&NONE)
    }

    /// Takes one in; whatever had its number or extension before is forgotten.
    pub(super) fn add(&mut self, record: VirtualExtensionRecord) {
        self.by_extension.insert(record.extension, record.number);
        self.by_number.insert(record.number, record);
    }

    /// Each of them, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &VirtualExtensionRecord> {
        self.by_number.values()
    }

    /// The number that an extension stands for.
    pub fn behind(&self, extension: Extension) -> Option<E164> {
        self.by_extension.get(&extension).copied()
    }

    /// What a number is to the company.
    pub fn of(&self, number: E164) -> Option<&VirtualExtensionRecord> {
        self.by_number.get(&number)
    }
}

impl Directory {
    /// Numbers of the public network with an extension.
    pub const fn virtual_extensions(&self) -> &Arc<VirtualExtensions> {
        &self.virtual_extensions
    }

    /// What a number is to the company, if it has an extension.
    pub fn virtual_extension(&self, number: Number) -> Option<&VirtualExtensionRecord> {
        match number {
            Number::International(number) => self.virtual_extensions.of(number),
            Number::Extension(_) | Number::Short(_) => None,
        }
    }

    /// A party outside, as far as its number tells who it is.
    pub(crate) fn outside_party(
        &self,
        trunk: TrunkId,
        number: Option<E164>,
        name: Option<String>,
        withheld: bool,
    ) -> Party {
        let known = number.and_then(|number| self.virtual_extensions.of(number));
        let internal = self.company.virtual_extensions_are_internal;
        Party {
            subscriber: None,
            name: known.map(VirtualExtensionRecord::shown).or(name),
            extension: known.map(|known| known.extension),
            number,
            withheld,
            trunk: Some(trunk),
            on_net: known.map(|known| Box::new(OnNet { call_type: known.call_type.clone(), internal })),
        }
    }

    /// Whom a number belongs to, for displays: the number by which colleagues call them, and their name.
    pub(crate) fn known_as(&self, number: Number) -> (Number, Option<String>) {
        if let Some(colleague) = self.by_any_number(number).and_then(|id| self.subscriber(id)) {
            return (number, Some(colleague.name.clone()));
        }
        match self.virtual_extension(number) {
            Some(known) => (Number::Extension(known.extension), Some(known.shown())),
            None => (number, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::attempt::{Availability, Shown};
    use crate::directory::NumberClass;
    use crate::feature::{CallerKind, Callers, Criterion};
    use crate::features::{
        AnonymousCallRejection, InterceptUser, InternalCallingLineIdDelivery, SelectiveCallRejection,
    };
    use crate::resolve::{Destination, Outcome};
    use crate::testing::{ANNA, BERT, Office, number, office, records, shows};

    const NAIMA: &str = "+31612345678";

    fn with_naima(internal: bool) -> Office {
        let mut records = records();
        records.company.virtual_extensions_are_internal = internal;
        records.virtual_extensions = vec![naima()];
        Office { directory: Directory::build(&records).unwrap(), ..office() }
    }

    fn naima() -> VirtualExtensionRecord {
        serde_json::from_value(json!({ "id": 7, "extension": "450", "number": NAIMA, "first_name": "Naima",
                                       "last_name": "de Boer", "call_type": "partner" }))
        .unwrap()
    }

    #[test]
    fn the_extension_leads_to_the_number_outside() {
        let office = with_naima(false);

        let decision = office.dial(ANNA, "450");

        let Outcome::Reach(Destination::Outside { number: called, .. }) = decision.outcome else {
            panic!("{:?}", decision.outcome)
        };
        assert_eq!(called, number(NAIMA));
        assert_eq!(office.directory.class_of(called), NumberClass::Mobile, "it is paid like any other");
        assert_eq!(office.directory.known_as(called), (number("450"), Some("Naima de Boer".to_owned())));
    }

    #[test]
    fn whoever_calls_from_the_number_is_shown_with_extension_and_name() {
        let office = with_naima(false);

        let call = office.outside_call(Some(NAIMA), false, "+31201230202");
        let hidden = office.outside_call(Some(NAIMA), true, "+31201230202");

        assert_eq!(office.shown(&call).shown, shows("450", Some("Naima de Boer")));
        assert_eq!(office.shown(&hidden).shown, Shown::Withheld, "who hides stays hidden");
        assert!(!call.internal());
        assert_eq!(call.caller.on_net.unwrap().call_type.as_deref(), Some("partner"));
    }

    #[test]
    fn the_name_for_displays_may_be_another_one() {
        let mut records = records();
        let shown_name = Some("Partner Naima".to_owned());
        records.virtual_extensions = vec![VirtualExtensionRecord { shown_name, ..naima() }];
        let office = Office { directory: Directory::build(&records).unwrap(), ..office() };

        let call = office.outside_call(Some(NAIMA), false, "+31201230202");

        assert_eq!(office.shown(&call).shown, shows("450", Some("Partner Naima")));
    }

    #[test]
    fn rules_about_numbers_know_the_extension_and_the_number() {
        let mut office = with_naima(false);
        let call = office.outside_call(Some(NAIMA), false, "+31201230202");

        for written in ["450", "0612345678"] {
            let rule = Criterion {
                name: "Naima".to_owned(),
                from: Callers::Chosen,
                numbers: vec![written.to_owned().try_into().unwrap()],
                ..Criterion::default()
            };
            office.set(BERT, &SelectiveCallRejection { entries: vec![rule], ..Default::default() });
            let outcome = office.arrive(call.clone(), Availability::Idle);
            assert!(matches!(outcome, Outcome::Refuse(..)), "{written}: {outcome:?}");
        }
    }

    #[test]
    fn the_company_says_whether_they_count_as_internal() {
        for internal in [false, true] {
            let mut office = with_naima(internal);
            let colleagues = Criterion {
                name: "collega's".to_owned(),
                from: Callers::Chosen,
                including: vec![CallerKind::Internal],
                ..Criterion::default()
            };
            let call = office.outside_call(Some(NAIMA), false, "+31201230202");
            assert_eq!(call.internal(), internal);
            assert_eq!(colleagues.fits(&call), internal, "criteria");

            office.set(BERT, &InternalCallingLineIdDelivery { active: false });
            let hidden = office.shown(&call).shown == Shown::Unavailable;
            assert_eq!(hidden, internal, "number display");

            office.set(BERT, &AnonymousCallRejection { active: true, ..Default::default() });
            let withheld = office.outside_call(Some(NAIMA), true, "+31201230202");
            let rings = matches!(office.arrive(withheld, Availability::Idle), Outcome::Ring(_));
            assert_eq!(rings, internal, "anonymous rejection spares colleagues (ruling R-20)");
        }
    }

    #[test]
    fn counted_as_internal_they_may_be_called_by_whoever_calls_colleagues_only() {
        for internal in [false, true] {
            let mut office = with_naima(internal);
            let only = json!({ "active": true, "outgoing": "colleagues" });
            let only: InterceptUser = serde_json::from_value(only).unwrap();
            office.set(ANNA, &only);

            let outcome = office.dial(ANNA, "450").outcome;

            assert_eq!(matches!(outcome, Outcome::Reach(_)), internal, "{outcome:?}");
        }
    }

    #[test]
    fn a_forward_may_lead_there_and_not_back_to_whoever_calls_from_there() {
        use crate::features::CallForwardingAlways;
        let mut office = with_naima(false);
        let to = office.directory.argument(BERT, "450").unwrap().number.unwrap();
        office.set(BERT, &CallForwardingAlways { active: true, forward_to: Some(to) });

        let colleague = office.arrive(office.call(ANNA, "202"), Availability::Idle);
        assert!(matches!(colleague, Outcome::Divert { destination: Destination::Outside { .. }, .. }));

        let naima = office.outside_call(Some(NAIMA), false, "+31201230202");
        let refused = office.arrive(naima, Availability::Idle);
        assert!(matches!(refused, Outcome::Refuse(..)), "ruling R-6: {refused:?}");
    }

    #[test]
    fn what_somebody_has_already_is_refused() {
        let wrong = |change: &dyn Fn(&mut VirtualExtensionRecord)| {
            let mut records = records();
            let mut record = naima();
            change(&mut record);
            records.virtual_extensions = vec![record];
            let errors = Directory::build(&records).unwrap_err();
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };

        assert!(wrong(&|it| it.extension = "202".parse().unwrap()).contains("202"));
        assert!(wrong(&|it| it.extension = "112".parse().unwrap()).contains("emergency"));
        assert!(wrong(&|it| it.number = "+31201230202".parse().unwrap()).contains("+31201230202"));
        assert!(wrong(&|it| (it.first_name, it.last_name) = Default::default()).contains("name"));
        assert!(wrong(&|it| it.call_type = Some("x".repeat(31))).contains("call_type"));

        let mut records = records();
        let other = VirtualExtensionRecord { id: VirtualExtensionId(8), ..naima() };
        records.virtual_extensions = vec![naima(), other];
        let errors = Directory::build(&records).unwrap_err();
        assert_eq!(errors.len(), 2, "extension and number: {errors:?}");
    }
}
