//! How a window stays up to date: a snapshot, then numbered changes.
//!
//! A change is one lamp or one small part as a whole. A window that misses a number subscribes again and
//! gets the snapshot; nothing is ever patched on top of a guess.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    Account, AccountChoice, Call, Capabilities, Colleague, Contacts, Desktop, Devices, Hearing, Invited,
    Lamp, Prefill, Problem, Recent, Search, Settings, SignIn, ViewModel,
};

/// A change with its number. The first of a subscription is [`Change::Everything`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Update {
    /// One more than the update before; after a snapshot any number may stand.
    pub sequence: u32,
    /// What changed.
    pub change: Change,
}

/// What changed; each variant replaces the part of [`ViewModel`] that it is named after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "part", content = "value", rename_all = "camelCase")]
pub enum Change {
    /// The whole view model.
    Everything(Box<ViewModel>),
    /// The account in use.
    Account(Option<Account>),
    /// The accounts that are signed in.
    Accounts(Vec<AccountChoice>),
    /// The sign-in form.
    SignIn(Option<SignIn>),
    /// All calls in hand.
    Calls(Vec<Call>),
    /// All colleagues.
    Colleagues(Arc<Vec<Colleague>>),
    /// The lamps of some colleagues.
    Lamps(Vec<(String, Lamp)>),
    /// The latest calls.
    Recents(Vec<Recent>),
    /// The answer to what stands in the search box.
    Search(Search),
    /// What went wrong and has not been dismissed.
    Problems(Vec<Problem>),
    /// What the account can do.
    Capabilities(Box<Capabilities>),
    /// The contacts that are shown.
    Contacts(Contacts),
    /// Who stands first.
    Favourites(Vec<String>),
    /// What is set on this computer.
    Settings(Box<Settings>),
    /// The sound devices.
    Devices(Devices),
    /// What the microphone hears.
    Hearing(Option<Hearing>),
    /// The number that waits for one key.
    Prefill(Option<Prefill>),
    /// The invitation that waits.
    Invited(Option<Invited>),
    /// What the desktop can do.
    Desktop(Box<Desktop>),
}

/// Turns each state of the view model into the updates that lead to it.
#[derive(Debug, Default)]
pub struct Publisher {
    sequence: u32,
    shown: ViewModel,
}

impl Publisher {
    /// The snapshot with which a new subscription begins.
    pub fn subscribe(&self) -> Update {
        Update { sequence: self.sequence, change: Change::Everything(Box::new(self.shown.clone())) }
    }

    /// The updates from what was last published to `now`; none where nothing changed.
    pub fn publish(&mut self, now: ViewModel) -> Vec<Update> {
        let changes = difference(&self.shown, &now);
        self.shown = now;
        changes
            .into_iter()
            .map(|change| {
                self.sequence = self.sequence.wrapping_add(1);
                Update { sequence: self.sequence, change }
            })
            .collect()
    }

    /// What was last published.
    #[must_use]
    pub const fn shown(&self) -> &ViewModel {
        &self.shown
    }
}

/// The changes that turn `before` into `after`.
#[must_use]
pub fn difference(before: &ViewModel, after: &ViewModel) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut part = |differs: bool, change: fn(&ViewModel) -> Change| {
        if differs {
            changes.push(change(after));
        }
    };
    part(before.account != after.account, |m| Change::Account(m.account.clone()));
    part(before.accounts != after.accounts, |m| Change::Accounts(m.accounts.clone()));
    part(before.sign_in != after.sign_in, |m| Change::SignIn(m.sign_in.clone()));
    part(before.capabilities != after.capabilities, |m| {
        Change::Capabilities(Box::new(m.capabilities.clone()))
    });
    part(before.calls != after.calls, |m| Change::Calls(m.calls.clone()));
    part(before.recents != after.recents, |m| Change::Recents(m.recents.clone()));
    part(before.search != after.search, |m| Change::Search(m.search.clone()));
    part(before.problems != after.problems, |m| Change::Problems(m.problems.clone()));
    part(before.contacts != after.contacts, |m| Change::Contacts(m.contacts.clone()));
    part(before.favourites != after.favourites, |m| Change::Favourites(m.favourites.clone()));
    part(before.settings != after.settings, |m| Change::Settings(Box::new(m.settings.clone())));
    part(before.devices != after.devices, |m| Change::Devices(m.devices.clone()));
    part(before.hearing != after.hearing, |m| Change::Hearing(m.hearing));
    part(before.prefill != after.prefill, |m| Change::Prefill(m.prefill.clone()));
    part(before.invited != after.invited, |m| Change::Invited(m.invited.clone()));
    part(before.desktop != after.desktop, |m| Change::Desktop(Box::new(m.desktop.clone())));
    changes.extend(colleague_change(&before.colleagues, &after.colleagues));
    changes
}

/// Only lamps where the people are the same, everybody otherwise.
fn colleague_change(before: &Arc<Vec<Colleague>>, after: &Arc<Vec<Colleague>>) -> Option<Change> {
    if before == after {
        return None;
    }
    if !same_people(before, after) {
        return Some(Change::Colleagues(Arc::clone(after)));
    }
    let lamps = before
        .iter()
        .zip(after.iter())
        .filter(|(old, new)| old.lamp != new.lamp)
        .map(|(_, new)| (new.id.clone(), new.lamp.clone()))
        .collect();
    Some(Change::Lamps(lamps))
}

/// Whether the same people stand in the same places, whatever they are doing.
pub(crate) fn same_people(before: &[Colleague], after: &[Colleague]) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(old, new)| {
            old.id == new.id
                && old.name == new.name
                && old.extension == new.extension
                && old.department == new.department
                && old.dial == new.dial
        })
}

/// Applies `change` to `model`: what a window does with each update, here for clients written in Rust.
pub fn apply(model: &mut ViewModel, change: Change) {
    match change {
        Change::Everything(everything) => *model = *everything,
        Change::Account(account) => model.account = account,
        Change::Accounts(accounts) => model.accounts = accounts,
        Change::SignIn(sign_in) => model.sign_in = sign_in,
        Change::Calls(calls) => model.calls = calls,
        Change::Colleagues(colleagues) => model.colleagues = colleagues,
        Change::Lamps(lamps) => {
            for (id, lamp) in lamps {
                if let Some(colleague) =
                    Arc::make_mut(&mut model.colleagues).iter_mut().find(|one| one.id == id)
                {
                    colleague.lamp = lamp;
                }
            }
        }
        Change::Recents(recents) => model.recents = recents,
        Change::Search(search) => model.search = search,
        Change::Problems(problems) => model.problems = problems,
        Change::Capabilities(capabilities) => model.capabilities = *capabilities,
        Change::Contacts(contacts) => model.contacts = contacts,
        Change::Favourites(favourites) => model.favourites = favourites,
        Change::Settings(settings) => model.settings = *settings,
        Change::Devices(devices) => model.devices = devices,
        Change::Hearing(hearing) => model.hearing = hearing,
        Change::Prefill(prefill) => model.prefill = prefill,
        Change::Invited(invited) => model.invited = invited,
        Change::Desktop(desktop) => model.desktop = *desktop,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Availability, LampState, Moment, ProblemCode};
    use super::{Arc, Change, Colleague, Lamp, Problem, Publisher, SignIn, ViewModel, apply};

    #[test]
    fn one_lamp_that_changes_travels_alone() {
        let mut publisher = Publisher::default();
        let mut model = company();
        publisher.publish(model.clone());
        Arc::make_mut(&mut model.colleagues)[1].lamp = Lamp::live(LampState::Busy, Moment(9));

        let updates = publisher.publish(model);

        let lamps = vec![("bert".to_owned(), Lamp::live(LampState::Busy, Moment(9)))];
        assert_eq!(updates.len(), 1);
        assert_eq!(updates[0].change, Change::Lamps(lamps));
    }

    #[test]
    fn the_updates_lead_a_window_to_the_same_picture() {
        let mut publisher = Publisher::default();
        let mut window = ViewModel::default();
        let mut model = company();
        model.sign_in = Some(SignIn::default());
        let mut then = model.clone();
        then.sign_in = None;
        Arc::make_mut(&mut then.colleagues).remove(0);
        then.problems = vec![Problem::new(ProblemCode::ExchangeLost, Moment(4))];
        then.capabilities.lamps = Availability::absent("nee", "no");

        for state in [model, then.clone()] {
            for update in publisher.publish(state) {
                apply(&mut window, update.change);
            }
        }

        assert_eq!(window, then);
    }

    #[test]
    fn numbers_rise_by_one_and_a_new_window_starts_from_the_last() {
        let mut publisher = Publisher::default();
        let numbers: Vec<u32> = publisher.publish(company()).iter().map(|update| update.sequence).collect();
        let again = publisher.publish(company());

        assert_eq!(numbers, [1]);
        assert!(again.is_empty());
        assert_eq!(publisher.subscribe().sequence, 1);
    }

    fn company() -> ViewModel {
        let person = |id: &str| Colleague {
            id: id.to_owned(),
            name: id.to_uppercase(),
            extension: "201".to_owned(),
            department: "Service".to_owned(),
            dial: "201".to_owned(),
            lamp: Lamp::UNKNOWN,
        };
        ViewModel { colleagues: Arc::new(vec![person("anna"), person("bert")]), ..ViewModel::default() }
    }
}
