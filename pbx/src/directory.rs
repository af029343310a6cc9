//! The company as decisions see it: who has which number, and which services are set how.
//!
//! A directory is a snapshot: live calls read one while the next one is made, and swapping it is an
//! input like any other. It is built from rows and checked once; after that nothing in it is in doubt.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

mod access_codes;
mod amount;
mod build;
mod capacity;
mod company;
mod country;
mod department;
mod dial_plan;
mod error;
mod extension;
mod group;
mod guards;
mod id;
pub mod licence;
mod login;
mod number;
mod number_class;
mod prices;
mod records;
mod schedule;
mod schedules;
mod services;
mod sound;
mod subscriber;
mod team;
mod trunk;
mod virtual_extension;

pub use access_codes::{AccessCodes, Clash, Code, Takes};
pub use amount::{Amount, AmountError};
pub use capacity::{CapacityGroupRecord, CapacityLimits};
pub use company::Company;
pub use country::{Country, NETHERLANDS};
pub use department::Department;
pub use dial_plan::{DialPlan, Reading};
pub use error::{DirectoryError, Record, SettingError};
pub use extension::Extension;
pub use group::Group;
pub use guards::{Guard, Guards};
pub use id::{
    AuthorizationId, CapacityGroupId, DepartmentId, GroupId, ScheduleId, SoundId, SubscriberId, TeamId,
    TrunkId, VirtualExtensionId,
};
pub use licence::Rights;
pub use login::{Login, LoginError, is_domain};
pub use number::{E164, ForwardTo, Number, NumberError, ShortCode};
pub use number_class::NumberClass;
pub use prices::{PriceRecord, Prices, Tariff};
pub use records::{
    CompanyRecord, CompanyRecords, CredentialsRef, DepartmentRecord, DiversionNotice, GroupRecord, Language,
    NumberFormat, RedirectedIdentity, ScheduleRecord, ServiceRecord, ServiceRecords, SubscriberRecord,
    TeamRecord, TrunkRecord, TrunkRoute, TrunkTransport,
};
pub use schedule::{
    Day, Ends, Event, KeepsOff, Recurrence, Rule, Schedule, ScheduleError, ScheduleKind, ScheduleOwner, Week,
};
pub use schedules::Schedules;
pub(crate) use services::each_value;
pub use services::{Features, Service, Services};
pub use sound::{SoundFormat, SoundRecord};
pub use subscriber::{OwnNumber, OwnNumberError, Subscriber};
pub use team::{Team, TeamKind, Teams};
pub use trunk::Trunk;
pub use virtual_extension::{VirtualExtensionRecord, VirtualExtensions};

pub use pbx_api::SubscriberKind;

use crate::attempt::{Entity, Party};
use crate::catalogue::{self, Entry};
use crate::feature::{Argument, Called, Card, Described};

/// What live calls read: it never changes while they do.
pub type Snapshot = Arc<Directory>;

/// A company: its people, their numbers and their services.
///
/// Cloning copies references, not people; changing one clone leaves the others as they are.
#[derive(Debug, Clone)]
pub struct Directory {
    company: Arc<Company>,
    groups: BTreeMap<GroupId, Arc<Group>>,
    departments: BTreeMap<DepartmentId, Arc<Department>>,
    subscribers: BTreeMap<SubscriberId, Arc<Subscriber>>,
    trunks: Arc<Vec<Trunk>>,
    schedules: Arc<Schedules>,
    capacity_groups: Arc<BTreeMap<CapacityGroupId, CapacityGroupRecord>>,
    prices: Arc<Prices>,
    teams: Arc<Teams>,
    virtual_extensions: Arc<VirtualExtensions>,
    sounds: Arc<BTreeMap<String, SoundRecord>>,
    index: Arc<Index>,
}

/// Who has what.
#[derive(Debug, Default)]
struct Index {
    extensions: BTreeMap<Extension, SubscriberId>,
    numbers: BTreeMap<E164, SubscriberId>,
    logins: BTreeMap<String, SubscriberId>,
}

/// Whose settings are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A subscriber's own services.
    Subscriber(SubscriberId),
    /// A site's services.
    Group(GroupId),
    /// What a department has instead of its site's services.
    Department(DepartmentId),
}

impl Directory {
    /// What holds for the whole company.
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// A subscriber.
    pub fn subscriber(&self, id: SubscriberId) -> Option<&Subscriber> {
        self.subscribers.get(&id).map(Arc::as_ref)
    }

    /// Every subscriber, in the order of their ids.
    pub fn subscribers(&self) -> impl Iterator<Item = &Subscriber> {
        self.subscribers.values().map(Arc::as_ref)
    }

    /// A site.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(&id).map(Arc::as_ref)
    }

    /// Which of a subscriber's numbers this is.
    pub fn own_number(&self, subscriber: SubscriberId, number: Number) -> OwnNumber {
        self.subscriber(subscriber).map_or(OwnNumber::Primary, |subscriber| subscriber.own(number))
    }

    /// Every site, in the order of their ids.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(Arc::as_ref)
    }

    /// The site of a subscriber.
    pub fn group_of(&self, subscriber: SubscriberId) -> Option<&Group> {
        self.group(self.subscriber(subscriber)?.group)
    }

    /// A department.
    pub fn department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.get(&id).map(Arc::as_ref)
    }

    /// Every department, in the order of their ids.
    pub fn departments(&self) -> impl Iterator<Item = &Department> {
        self.departments.values().map(Arc::as_ref)
    }

    /// What calls to a number cost, if the price list says it.
    pub fn tariff(&self, number: Number) -> Option<Tariff> {
        self.prices.tariff(number)
    }

    /// The capacity group of a subscriber.
    pub fn capacity_group_of(&self, subscriber: SubscriberId) -> Option<&CapacityGroupRecord> {
        self.capacity_groups.get(&self.subscriber(subscriber)?.capacity_group?)
    }

    /// A line to the public network.
    pub fn trunk(&self, id: TrunkId) -> Option<&Trunk> {
        self.trunks.iter().find(|trunk| trunk.id == id)
    }

    /// Every line, in the order in which they are tried.
    pub fn trunks(&self) -> &[Trunk] {
        &self.trunks
    }

    /// The lines over which a subscriber's calls may go out, in the order in which they are tried.
    pub fn trunks_for(&self, subscriber: SubscriberId) -> Vec<TrunkId> {
        let group = self.subscriber(subscriber).map(|subscriber| subscriber.group);
        let serves = |trunk: &&Trunk| trunk.active && group.is_some_and(|group| trunk.serves(group));
        self.trunks.iter().filter(serves).map(|trunk| trunk.id).collect()
    }

    /// The lines for a call for help: the caller's site first, then every other line that may be used.
    pub fn emergency_trunks(&self, subscriber: SubscriberId) -> Vec<TrunkId> {
        let group = self.subscriber(subscriber).map(|subscriber| subscriber.group);
        let near = |trunk: &&Trunk| group.is_some_and(|group| trunk.serves(group));
        let usable = self.trunks.iter().filter(|trunk| trunk.active && trunk.emergency);
        let (near, far): (Vec<_>, Vec<_>) = usable.partition(near);
        near.into_iter().chain(far).map(|trunk| trunk.id).collect()
    }

    /// Who has an extension.
    pub fn by_extension(&self, extension: Extension) -> Option<SubscriberId> {
        self.index.extensions.get(&extension).copied()
    }

    /// Who has a number of the public network.
    pub fn by_number(&self, number: E164) -> Option<SubscriberId> {
        self.index.numbers.get(&number).copied()
    }

    /// Who signs in with a login, without its domain and whatever its case.
    pub fn by_login(&self, login: &str) -> Option<SubscriberId> {
        self.index.logins.get(&login::fold(login)).copied()
    }

    /// Who is behind a number, if it is one of ours.
    pub fn by_any_number(&self, number: Number) -> Option<SubscriberId> {
        match number {
            Number::Extension(extension) => self.by_extension(extension),
            Number::International(number) => self.by_number(number),
            Number::Short(_) => None,
        }
    }

    /// Who is behind a number, ours or not: all numbers of one subscriber are one entity (ruling R-6).
    pub fn entity(&self, number: Number) -> Entity {
        self.by_any_number(number).map_or(Entity::Outside(number), Entity::Subscriber)
    }

    /// What kind of number this is.
    pub fn class_of(&self, number: Number) -> NumberClass {
        let counts = self.company.virtual_extensions_are_internal;
        if self.by_any_number(number).is_some() || counts && self.virtual_extension(number).is_some() {
            return NumberClass::Internal;
        }
        self.company.country.class(number)
    }

    /// A number as calling plans see it.
    pub(crate) fn called(&self, number: Number) -> Called {
        let colleague = self.by_any_number(number).and_then(|id| self.subscriber(id));
        let forms = match (colleague, self.virtual_extension(number)) {
            (Some(colleague), _) => colleague.all_numbers().collect(),
            (None, Some(known)) => vec![Number::Extension(known.extension), number],
            (None, None) => vec![number],
        };
        Called { class: self.class_of(number), forms }
    }

    /// The number of `anna` or `anna@company.example`, if she is one of ours.
    pub(crate) fn by_address(&self, address: &str) -> Option<Number> {
        let address =
            address.strip_prefix("sips:").or_else(|| address.strip_prefix("sip:")).unwrap_or(address);
        let login = match address.split_once('@') {
            Some((login, domain)) if domain.eq_ignore_ascii_case(&self.company.domain) => login,
            Some(_) => return None,
            None => address,
        };
        self.subscriber(self.by_login(login)?)?.number()
    }

    /// A subscriber as a party of a call.
    pub fn party(&self, id: SubscriberId) -> Option<Party> {
        let subscriber = self.subscriber(id)?;
        Some(Party {
            subscriber: Some(id),
            name: Some(subscriber.name.clone()),
            extension: subscriber.extension,
            number: self.presentation(id),
            withheld: false,
            trunk: None,
            on_net: None,
        })
    }

    /// The number that outside parties see of a subscriber: the chosen one, else the first own number,
    /// else the site's, else the company's.
    pub fn presentation(&self, id: SubscriberId) -> Option<E164> {
        let subscriber = self.subscriber(id)?;
        let group = self.group(subscriber.group).and_then(|group| group.main_number);
        subscriber
            .presentation
            .or_else(|| subscriber.numbers.first().copied())
            .or(group)
            .or(self.company.main_number)
    }

    /// What an owner of services may use (F-006); a site and its groups may use what any licence of the company brings.
    pub fn rights(&self, owner: Owner) -> &Rights {
        match owner {
            Owner::Subscriber(id) => {
                self.subscriber(id).map_or(&self.company.rights, |subscriber| &subscriber.rights)
            }
            Owner::Group(_) | Owner::Department(_) => &self.company.rights,
        }
    }

    /// The services that an owner may set, in the order of their functions.
    pub fn offered(&self, owner: Owner) -> impl Iterator<Item = &'static Entry> {
        let rights = self.rights(owner);
        catalogue::SERVICES
            .iter()
            .filter(move |entry| self.may_have(owner, entry) && !rights.withholds(entry))
    }

    /// A subscriber's services, to be asked one after the other.
    pub fn features(&self, id: SubscriberId) -> Features<'_> {
        let subscriber = self.subscriber(id);
        let department = subscriber.and_then(|subscriber| self.department(subscriber.department?));
        let group = subscriber.and_then(|subscriber| self.group(subscriber.group));
        Features {
            own: subscriber.map(|subscriber| &subscriber.services),
            department: department.map(|department| &department.services),
            group: group.map(|group| &group.services),
            rights: self.rights(Owner::Subscriber(id)),
            of_site: &self.company.rights,
        }
    }

    /// The settings of one service as they work for a subscriber; outside the licence those of whoever never set anything.
    pub fn settings<T: Described>(&self, id: SubscriberId) -> T {
        let set = self.features(id).set(&T::CARD);
        set.and_then(|service| service.downcast::<T>()).cloned().unwrap_or_default()
    }

    /// What an owner has stored of a service, as JSON; `None` when the defaults hold.
    pub fn stored_settings(&self, owner: Owner, service: &str) -> Option<Value> {
        self.services(owner)?.get(service).map(Service::to_json)
    }

    /// The settings of a service as they work for an owner: its own, else those that it inherits; `None` when the defaults
    /// hold.
    pub fn working_settings(&self, owner: Owner, card: &Card) -> Option<Value> {
        let of_site = &*self.company.rights;
        let site = Features { own: None, department: None, group: None, rights: of_site, of_site };
        let features = match owner {
            Owner::Subscriber(id) => self.features(id),
            Owner::Department(id) => {
                let department = self.department(id)?;
                let group = self.group(department.group).map(|group| &group.services);
                Features { department: Some(&department.services), group, ..site }
            }
            Owner::Group(id) => Features { group: Some(&self.group(id)?.services), ..site },
        };
        features.set(card).map(Service::to_json)
    }

    /// The services that an owner has stored.
    pub fn services(&self, owner: Owner) -> Option<&Services> {
        match owner {
            Owner::Subscriber(id) => self.subscriber(id).map(|subscriber| &subscriber.services),
            Owner::Group(id) => self.group(id).map(|group| &group.services),
            Owner::Department(id) => self.department(id).map(|department| &department.services),
        }
    }

    /// Sets a service of an owner, given as JSON in which numbers may be written as people dial them.
    /// Returns the settings in the form in which they are to be stored.
    ///
    /// # Errors
    /// [`SettingError`] names what is wrong; nothing has changed then.
    pub fn set(&mut self, owner: Owner, service: &str, settings: Value) -> Result<Value, SettingError> {
        let entry =
            catalogue::find(service).ok_or_else(|| SettingError::UnknownService(service.to_owned()))?;
        if !self.may_have(owner, entry) {
            return Err(SettingError::WrongOwner(service.to_owned()));
        }
        let names = services::Names::dialled(self, owner).ok_or(SettingError::UnknownOwner)?;
        let service = services::read(entry, entry.card.version, settings, &names)?;
        let json = service.to_json();
        self.place(owner, service);
        Ok(json)
    }

    /// Whether an owner has a service at all: a person's is no group's, and a site's is nobody's own.
    pub fn may_have(&self, owner: Owner, entry: &Entry) -> bool {
        let of_its_kind = match owner {
            Owner::Subscriber(id) => {
                self.subscriber(id).is_none_or(|it| catalogue::has(it.kind, &entry.card))
            }
            Owner::Group(_) | Owner::Department(_) => true,
        };
        entry.card.scope.is_of(owner) && of_its_kind
    }

    fn place(&mut self, owner: Owner, service: Arc<dyn Service>) {
        let services = match owner {
            Owner::Subscriber(id) => self.subscribers.get_mut(&id).map(|it| &mut Arc::make_mut(it).services),
            Owner::Group(id) => self.groups.get_mut(&id).map(|it| &mut Arc::make_mut(it).services),
            Owner::Department(id) => self.departments.get_mut(&id).map(|it| &mut Arc::make_mut(it).services),
        };
        if let Some(services) = services {
            services.insert(service);
        }
    }

    fn plan_of(&self, owner: Owner) -> Option<&DialPlan> {
        self.group(self.group_of_owner(owner)?).map(|group| &group.dial_plan)
    }

    /// What a text means when a subscriber dials it.
    pub fn read(&self, by: SubscriberId, text: &str) -> Option<Reading> {
        Some(self.group_of(by)?.dial_plan.read(self, text))
    }

    /// What a subscriber dialled, as it may be written down: without a PIN that follows a code.
    pub(crate) fn without_secret(&self, by: SubscriberId, text: &str) -> String {
        let plan = self.group_of(by).map(|group| &group.dial_plan);
        plan.map_or_else(|| text.to_owned(), |plan| plan.without_secret(text))
    }

    /// What a text means that a subscriber sets as a number that calls are sent on to, as after an access
    /// code.
    pub fn argument(&self, by: SubscriberId, text: &str) -> Option<Argument> {
        Some(self.group_of(by)?.dial_plan.argument(self, text))
    }

    /// A number that calls are sent on to as a subscriber dials it; [`argument`](Self::argument) reads it as
    /// the same.
    pub fn dialled(&self, by: SubscriberId, forward: ForwardTo) -> String {
        let plan = self.group_of(by).map(|group| &group.dial_plan);
        plan.map_or_else(|| forward.number.dialled(), |plan| plan.dialled(forward))
    }

    /// The number in a called-party field of the public network, as a provider writes it.
    pub fn incoming_number(&self, text: &str) -> Option<E164> {
        self.groups().next().and_then(|group| group.dial_plan.incoming(text))
    }
}
