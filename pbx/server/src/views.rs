//! What is kept, as clients see it.
//!
//! The only place where the exchange's types become those of the API, so that neither has to know
//! the other.

use std::collections::BTreeMap;

use pbx::catalogue::Entry;
use pbx::directory::{
    AccessCodes, Directory, DiversionNotice, E164, ForwardTo, Language, Owner, RedirectedIdentity,
    SubscriberRecord, VirtualExtensionRecord, licence,
};
use pbx::feature::{FeatureClass, FieldKind, Scope};
use pbx::resolve::refused_forward;
use pbx_api::company as api;
use pbx_api::feature::FeatureScope;
use pbx_api::{
    ApiError, Device, ErrorCode, FeatureCard, FeatureSettings, Licence, LicenceState, Profile, User,
};
use serde_json::Value;

use crate::companies;
use crate::company::{CompanyData, DeviceRow};

/// A company.
pub fn company(company: &companies::Company) -> pbx_api::Company {
    let record = &company.data.records.company;
    pbx_api::Company {
        id: company.id(),
        domain: record.domain.clone(),
        name: record.name.clone(),
        language: language(record.language).to_owned(),
        time_zone: record.time_zone.clone(),
        country: record.country.clone(),
        main_number: record.main_number.map(|number| number.to_string()),
        diversion_limit: record.diversion_limit,
        diversion_notice: match record.diversion_notice {
            DiversionNotice::Never => api::DiversionNotice::Never,
            DiversionNotice::Internal => api::DiversionNotice::Internal,
            DiversionNotice::All => api::DiversionNotice::All,
        },
        redirected_identity: match record.redirected_identity {
            RedirectedIdentity::Originator => api::RedirectedIdentity::Originator,
            RedirectedIdentity::RedirectingForOutside => api::RedirectedIdentity::RedirectingForOutside,
            RedirectedIdentity::RedirectingForAll => api::RedirectedIdentity::RedirectingForAll,
        },
        virtual_extensions_are_internal: record.virtual_extensions_are_internal,
    }
}

/// Who is told of forwarding, as the exchange has it.
pub const fn diversion_notice(notice: api::DiversionNotice) -> DiversionNotice {
    match notice {
        api::DiversionNotice::Never => DiversionNotice::Never,
        api::DiversionNotice::Internal => DiversionNotice::Internal,
        api::DiversionNotice::All => DiversionNotice::All,
    }
}

/// Whose number targets of forwarding see, as the exchange has it.
pub const fn redirected_identity(identity: api::RedirectedIdentity) -> RedirectedIdentity {
    match identity {
        api::RedirectedIdentity::Originator => RedirectedIdentity::Originator,
        api::RedirectedIdentity::RedirectingForOutside => RedirectedIdentity::RedirectingForOutside,
        api::RedirectedIdentity::RedirectingForAll => RedirectedIdentity::RedirectingForAll,
    }
}

/// A user.
pub fn user(data: &CompanyData, who: &SubscriberRecord) -> User {
    let person = data.person(who.id);
    User {
        id: pbx_api::SubscriberId(who.id.0),
        kind: who.kind,
        name: who.login.clone(),
        display_name: who.name.clone(),
        extension: who.extension.map(|it| it.to_string()),
        numbers: who.numbers.iter().map(ToString::to_string).collect(),
        department: who.department.map(|id| pbx_api::DepartmentId(id.0)),
        title: person.title,
        mail: person.mail,
        language: who.language.map(|it| language(it).to_owned()),
        role: person.role,
        profile: if who.kind.has_telephones() { who.profile } else { Profile::None },
        options: who.options.iter().copied().collect(),
    }
}

/// A number of the public network with an extension.
pub fn virtual_extension(record: &VirtualExtensionRecord) -> pbx_api::VirtualExtension {
    pbx_api::VirtualExtension {
        id: record.id.0,
        extension: record.extension.to_string(),
        number: record.number.to_string(),
        first_name: record.first_name.clone(),
        last_name: record.last_name.clone(),
        shown_name: record.shown_name.clone(),
        display_name: record.shown(),
        call_type: record.call_type.clone(),
    }
}

/// A device, without its hashes.
pub fn device(row: &DeviceRow) -> Device {
    Device {
        id: row.id,
        owner: pbx_api::SubscriberId(row.owner.0),
        kind: row.kind,
        auth_name: row.auth_name.clone(),
        label: row.label.clone(),
        rings: row.rings,
    }
}

/// A lamp of whom the viewer may know nothing (F-046): that something changes is told, and not since when.
pub fn private(presence: &pbx_api::Presence) -> pbx_api::Presence {
    pbx_api::Presence {
        subscriber: presence.subscriber,
        state: pbx_api::PresenceState::Unknown,
        since: pbx_api::Timestamp(0),
        version: presence.version,
        forward_to: None,
        with: None,
        ringing: None,
        parked: None,
    }
}

/// Every licence, with what it brings, and how many the company has and its people hold.
pub fn licences(data: &CompanyData) -> Vec<LicenceState> {
    let (counts, holders) = (&data.records.company.licences, licence::holders(&data.records));
    let state = |it: &Licence| {
        let row = licence::row(*it);
        let used = holders.get(it).map_or(0, Vec::len);
        LicenceState {
            licence: *it,
            title_nl: row.title_nl.to_owned(),
            title_en: row.title_en.to_owned(),
            held_by: row.held_by,
            functions: row.functions().into_iter().map(|number| format!("F-{number:03}")).collect(),
            limits: row.limits.iter().copied().collect(),
            count: (!counts.is_empty()).then(|| counts.get(it).copied().unwrap_or_default()),
            used: u32::try_from(used).unwrap_or(u32::MAX),
        }
    };
    Licence::ALL.iter().map(state).collect()
}

/// A service of the catalogue.
pub fn card(entry: &Entry) -> FeatureCard {
    let card = &entry.card;
    let codes = AccessCodes::new(&BTreeMap::new());
    FeatureCard {
        id: card.id.to_owned(),
        title_nl: card.title_nl.to_owned(),
        title_en: card.title_en.to_owned(),
        scope: match card.scope {
            Scope::User => FeatureScope::User,
            Scope::Group => FeatureScope::Group,
            Scope::Inherited => FeatureScope::Inherited,
            Scope::Managed => FeatureScope::Managed,
        },
        function: card.function.to_owned(),
        access_codes: codes
            .iter()
            .filter(|(code, _)| card.access_codes.contains(code))
            .map(|(_, digits)| digits.to_owned())
            .collect(),
        version: card.version,
        defaults: entry.default_settings(),
    }
}

/// An owner's settings of a service as they work: its own, else inherited ones, else the defaults. `id` is the owner's
/// number.
pub fn settings(company: &companies::Company, owner: Owner, id: u32, entry: &Entry) -> FeatureSettings {
    let directory = &company.directory;
    let working = directory.working_settings(owner, &entry.card);
    let mut settings = working.unwrap_or_else(|| entry.default_settings());
    let denied = denied(directory, owner, entry, &mut settings);
    FeatureSettings {
        subscriber: pbx_api::SubscriberId(id),
        feature: entry.card.id.to_owned(),
        version: entry.card.version,
        stored: directory.services(owner).is_some_and(|services| services.get(entry.card.id).is_some()),
        settings,
        denied,
    }
}

/// To which of the numbers in a user's settings calls are not sent on, because a calling plan denies it: such a forward
/// counts as off (ruling R-7), and whoever sets it is told.
fn denied(directory: &Directory, owner: Owner, entry: &Entry, settings: &mut Value) -> Vec<String> {
    let mut denied = Vec::new();
    let (Owner::Subscriber(who), FeatureClass::Diversion) = (owner, entry.card.class) else { return denied };
    entry.each_value(settings, &mut |kind, value| {
        let to = Some(&*value).filter(|_| *kind == FieldKind::Destination).and_then(Value::as_str);
        let to = to.and_then(|text| text.parse::<ForwardTo>().ok());
        if let Some(to) = to.filter(|to| refused_forward(directory, who, to.number).is_some()) {
            denied.push(to.number.to_string());
        }
    });
    denied
}

/// `nl` or `en`.
pub const fn language(language: Language) -> &'static str {
    match language {
        Language::Nl => "nl",
        Language::En => "en",
    }
}

/// The language with this name.
///
/// # Errors
/// `bad_value` for any other text.
pub fn language_named(name: &str) -> Result<Language, ApiError> {
    match name {
        "nl" => Ok(Language::Nl),
        "en" => Ok(Language::En),
        _ => Err(ApiError::new(ErrorCode::BadValue).about("language")),
    }
}

/// A number in E.164 form, or none for an empty text.
///
/// # Errors
/// `bad_value`, about `field`.
pub fn optional_number(text: &str, field: &str) -> Result<Option<E164>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ApiError::new(ErrorCode::BadValue).about(field))
}

/// An empty text clears an optional one.
pub fn optional_text(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
