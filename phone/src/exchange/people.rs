//! Colleagues and their lamps as the exchange tells them (F-080).
//!
//! The directory and the lamps arrive apart and in any order; what is shown is made anew from both. A lamp is
//! only as certain as the connection that brings it.

use std::collections::BTreeMap;
use std::sync::Arc;

use pbx_api::{
    CallId, Department, DepartmentId, Presence, PresenceState, SubscriberId, User, VirtualExtension,
};

use crate::search::surname_first;
use crate::view::{Colleague, Lamp, LampState, Moment, Waits};

/// Everybody in the company.
#[derive(Debug, Default)]
pub(super) struct People {
    /// The user whose phone this is; not a colleague.
    own: Option<SubscriberId>,
    domain: String,
    users: BTreeMap<SubscriberId, User>,
    departments: BTreeMap<DepartmentId, String>,
    /// Numbers outside that are called like a colleague (F-121).
    outside: Vec<VirtualExtension>,
    lamps: BTreeMap<SubscriberId, Known>,
    /// By surname, and where each of them stands.
    shown: Arc<Vec<Colleague>>,
    places: BTreeMap<SubscriberId, usize>,
}

/// A lamp as it was reported last.
#[derive(Debug)]
struct Known {
    version: u64,
    lamp: Lamp,
    /// The call that the lamp says waits there.
    call: Option<CallId>,
}

impl Known {
    fn new(presence: &Presence, clock: &Clock) -> Self {
        let parked = presence.parked.as_ref().map(|parked| parked.call);
        Self { version: presence.version, lamp: lamp(presence, clock), call: presence.ringing.or(parked) }
    }
}

impl People {
    pub(super) fn new(own: Option<SubscriberId>, domain: Option<&str>) -> Self {
        Self { own, domain: domain.unwrap_or_default().to_owned(), ..Self::default() }
    }

    /// Everybody but the person whose phone this is, by surname.
    pub(super) fn colleagues(&self) -> Arc<Vec<Colleague>> {
        Arc::clone(&self.shown)
    }

    /// The person whose phone this is, as the directory has them.
    pub(super) fn own(&self) -> Option<&User> {
        self.users.get(&self.own?)
    }

    pub(super) fn users(&mut self, users: Vec<User>) {
        self.users = users.into_iter().map(|user| (user.id, user)).collect();
        self.show();
    }

    pub(super) fn user(&mut self, user: User) {
        self.users.insert(user.id, user);
        self.show();
    }

    pub(super) fn user_gone(&mut self, user: SubscriberId) {
        self.users.remove(&user);
        self.lamps.remove(&user);
        self.show();
    }

    pub(super) fn departments(&mut self, departments: Vec<Department>) {
        self.departments = departments.into_iter().map(|it| (it.id, it.name)).collect();
        self.show();
    }

    pub(super) fn virtual_extensions(&mut self, outside: Vec<VirtualExtension>) {
        self.outside = outside;
        self.show();
    }

    /// All lamps at once; whoever is not among them is unknown.
    pub(super) fn lamps(&mut self, presence: Vec<Presence>, clock: &Clock) {
        self.lamps.clear();
        for one in presence {
            self.lamps.insert(one.subscriber, Known::new(&one, clock));
        }
        self.show_lamps();
    }

    /// One lamp. Services change what a lamp shows without a new version, so only an older one is old news.
    pub(super) fn lamp(&mut self, presence: &Presence, clock: &Clock) {
        let known = self.lamps.get(&presence.subscriber).map(|known| known.version);
        if known.is_none_or(|known| known <= presence.version) {
            self.lamps.insert(presence.subscriber, Known::new(presence, clock));
            self.show_lamp(presence.subscriber);
        }
    }

    /// Nothing confirms the lamps any more.
    pub(super) fn lost(&mut self, now: Moment) {
        for known in self.lamps.values_mut() {
            known.lamp = known.lamp.clone().stale(now);
        }
        self.show_lamps();
    }

    /// What was known still holds: nothing was missed.
    pub(super) fn confirmed(&mut self) {
        self.lamps.values_mut().for_each(|known| known.lamp.stale_since = None);
        self.show_lamps();
    }

    /// The call that waits at a colleague, by [`Colleague::id`].
    pub(super) fn waits(&self, colleague: &str) -> Option<CallId> {
        self.lamps.get(&colleague.parse().ok()?)?.call
    }

    fn show(&mut self) {
        let others = self.users.values().filter(|user| Some(user.id) != self.own);
        let others = others.map(|user| self.colleague(user));
        let mut shown: Vec<Colleague> = others.chain(self.outside.iter().map(outside)).collect();
        shown.sort_by_cached_key(|colleague| (surname_first(&colleague.name), colleague.id.clone()));
        let places = shown.iter().enumerate();
        self.places = places.filter_map(|(place, one)| Some((one.id.parse().ok()?, place))).collect();
        self.shown = Arc::new(shown);
    }

    /// Many lamps change and nobody's place does.
    fn show_lamps(&mut self) {
        let everybody: Vec<SubscriberId> = self.places.keys().copied().collect();
        everybody.into_iter().for_each(|subscriber| self.show_lamp(subscriber));
    }

    fn show_lamp(&mut self, subscriber: SubscriberId) {
        let lamp = self.lamps.get(&subscriber).map_or(Lamp::UNKNOWN, |known| known.lamp.clone());
        let place = self.places.get(&subscriber).copied();
        if let Some(colleague) = place.and_then(|place| Arc::make_mut(&mut self.shown).get_mut(place)) {
            colleague.lamp = lamp;
        }
    }

    fn colleague(&self, user: &User) -> Colleague {
        let extension = user.extension.clone().unwrap_or_default();
        let number = user.extension.clone().or_else(|| user.numbers.first().cloned());
        let department = user.department.and_then(|id| self.departments.get(&id));
        Colleague {
            id: user.id.to_string(),
            name: user.display_name.clone(),
            extension,
            department: department.cloned().unwrap_or_default(),
            dial: number.unwrap_or_else(|| format!("{}@{}", user.name, self.domain)),
            lamp: self.lamps.get(&user.id).map_or(Lamp::UNKNOWN, |known| known.lamp.clone()),
        }
    }
}

/// Somebody with an extension and without a telephone of ours: nothing will ever be known of what it does.
fn outside(it: &VirtualExtension) -> Colleague {
    Colleague {
        id: format!("virtual-{}", it.id),
        name: it.display_name.clone(),
        extension: it.extension.clone(),
        department: String::new(),
        dial: it.extension.clone(),
        lamp: Lamp::NONE,
    }
}

fn lamp(presence: &Presence, clock: &Clock) -> Lamp {
    let state = match presence.state {
        PresenceState::Available => LampState::Available,
        PresenceState::Ringing => LampState::Ringing,
        PresenceState::Busy => LampState::Busy,
        PresenceState::Hold => LampState::OnHold,
        PresenceState::Dnd => LampState::DoNotDisturb,
        PresenceState::Forwarded => LampState::Forwarded,
        PresenceState::Offline => LampState::Offline,
        PresenceState::Unknown => return Lamp::UNKNOWN,
    };
    let towards = presence.forward_to.clone().filter(|_| state == LampState::Forwarded);
    Lamp { towards, waits: waits(presence), ..Lamp::live(state, clock.moment(presence.since)) }
}

/// Whoever rings waits less patiently than whoever is parked.
fn waits(presence: &Presence) -> Option<Waits> {
    let parked = presence.parked.as_ref().map(|parked| Waits::Parked { who: parked.who.clone() });
    presence.ringing.map(|_| Waits::Ringing).or(parked)
}

/// How far the exchange's clock is from ours, so that timers on the screen count from the right moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    /// Milliseconds to add to the exchange's time.
    behind: i64,
}

impl Clock {
    /// The exchange says that it is `theirs`, at our `ours`.
    pub(super) fn new(theirs: pbx_api::Timestamp, ours: Moment) -> Self {
        let ours = i64::try_from(ours.0).unwrap_or(i64::MAX);
        Self { behind: ours.saturating_sub(theirs.0) }
    }

    pub(super) fn moment(self, theirs: pbx_api::Timestamp) -> Moment {
        Moment(u64::try_from(theirs.0.saturating_add(self.behind)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use pbx_api::{Parked, Role, SubscriberKind, Timestamp};

    use super::*;

    #[test]
    fn colleagues_stand_by_surname_and_without_oneself() {
        let people = company();

        let colleagues = people.colleagues();
        let names: Vec<&str> = colleagues.iter().map(|one| one.name.as_str()).collect();

        assert_eq!(names, ["Vera Bos", "Joost van der Meulen", "Lotte Vermeer"]);
        assert_eq!(people.own().unwrap().display_name, "Karin Waterman");
        assert_eq!(people.colleagues()[0].department, "Verkoop");
    }

    #[test]
    fn a_forwarded_lamp_says_where_calls_go_and_its_age_is_counted_by_our_clock() {
        let mut people = company();
        let clock = Clock::new(Timestamp(5_000), Moment(9_000));

        people.lamps(vec![presence(2, 1, PresenceState::Forwarded)], &clock);

        let lamp = people.colleagues()[2].lamp.clone();
        assert_eq!((lamp.state, lamp.since), (LampState::Forwarded, Some(Moment(5_000))));
        assert_eq!(lamp.towards.as_deref(), Some("200"));
    }

    #[test]
    fn an_older_report_does_not_undo_a_newer_one_but_a_service_may_change_it() {
        let mut people = company();
        let clock = Clock::default();
        people.lamp(&presence(2, 5, PresenceState::Available), &clock);

        people.lamp(&presence(2, 4, PresenceState::Busy), &clock);
        assert_eq!(people.colleagues()[2].lamp.state, LampState::Available);

        people.lamp(&presence(2, 5, PresenceState::Dnd), &clock);
        assert_eq!(people.colleagues()[2].lamp.state, LampState::DoNotDisturb);
    }

    #[test]
    fn lamps_that_are_lost_are_certain_again_when_nothing_was_missed() {
        let mut people = company();
        people.lamps(vec![presence(2, 1, PresenceState::Busy)], &Clock::default());

        people.lost(Moment(7));
        let lost = people.colleagues()[2].lamp.clone();
        people.confirmed();

        assert_eq!((lost.state, lost.stale_since), (LampState::Busy, Some(Moment(7))));
        assert_eq!(people.colleagues()[2].lamp.stale_since, None);
        assert_eq!(people.colleagues()[0].lamp, Lamp::UNKNOWN);
    }

    #[test]
    fn whoever_waits_at_a_colleague_is_told_with_the_call_and_a_ring_before_a_parked_one() {
        let mut people = company();
        let clock = Clock::default();
        let parked = Some(Parked { call: CallId(8), who: Some("0612345678".to_owned()) });
        let at_lotte = Presence { parked, ..presence(2, 1, PresenceState::Available) };

        people.lamp(&at_lotte, &clock);
        let waits = people.colleagues()[2].lamp.waits.clone();
        assert_eq!(waits, Some(Waits::Parked { who: Some("0612345678".to_owned()) }));
        assert_eq!(people.waits("2"), Some(CallId(8)));

        let rings =
            Presence { version: 2, state: PresenceState::Ringing, ringing: Some(CallId(9)), ..at_lotte };
        people.lamp(&rings, &clock);
        assert_eq!(people.colleagues()[2].lamp.waits, Some(Waits::Ringing));
        assert_eq!(people.waits("2"), Some(CallId(9)));

        people.lamp(&presence(2, 3, PresenceState::Available), &clock);
        assert_eq!((people.colleagues()[2].lamp.waits.clone(), people.waits("2")), (None, None));
        assert_eq!(people.waits("nobody"), None);
    }

    #[test]
    fn a_number_outside_with_an_extension_is_a_colleague_without_a_lamp() {
        let mut people = company();
        people.virtual_extensions(vec![VirtualExtension {
            id: 4,
            extension: "450".to_owned(),
            number: "+31612345678".to_owned(),
            first_name: "Naima".to_owned(),
            last_name: "Cohen".to_owned(),
            shown_name: None,
            display_name: "Naima Cohen".to_owned(),
            call_type: None,
        }]);

        people.lamps(vec![presence(4, 1, PresenceState::Busy)], &Clock::default());
        people.lost(Moment(7));

        let colleagues = people.colleagues();
        assert_eq!(colleagues[1].name, "Naima Cohen", "by surname among the others");
        assert_eq!((colleagues[1].dial.as_str(), &colleagues[1].lamp), ("450", &Lamp::NONE));
        assert_eq!(
            colleagues[0].lamp.state,
            LampState::Busy,
            "Vera, who has the same number in another list"
        );
    }

    fn company() -> People {
        let mut people = People::new(Some(SubscriberId(1)), Some("x.example"));
        people.users(vec![
            user(1, "Karin Waterman", "203"),
            user(2, "Lotte Vermeer", "212"),
            user(3, "Joost van der Meulen", "204"),
            User { department: Some(DepartmentId(9)), ..user(4, "Vera Bos", "220") },
        ]);
        people.departments(vec![Department { id: DepartmentId(9), name: "Verkoop".to_owned() }]);
        people
    }

    fn user(id: u32, name: &str, extension: &str) -> User {
        User {
            kind: SubscriberKind::Person,
            id: SubscriberId(id),
            name: name.to_lowercase(),
            display_name: name.to_owned(),
            extension: Some(extension.to_owned()),
            numbers: Vec::new(),
            department: None,
            title: None,
            mail: None,
            language: None,
            role: Role::User,
            profile: pbx_api::Profile::Office,
            options: Vec::new(),
        }
    }

    fn presence(subscriber: u32, version: u64, state: PresenceState) -> Presence {
        Presence {
            subscriber: SubscriberId(subscriber),
            state,
            since: Timestamp(1_000),
            version,
            forward_to: Some("200".to_owned()),
            with: None,
            ringing: None,
            parked: None,
        }
    }
}
