//! What the desktop around the window needs to know of the phone: a small copy, kept from the same updates as the page.

use phone::view::{Account, AccountChoice, Call, CallState, Change, Language, Registration, Settings, Verb};

/// Calls, the accounts, the one in use and the settings, as the last update left them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Whether the phone has said anything yet.
    is_known: bool,
    pub(crate) calls: Vec<Call>,
    pub(crate) account: Option<Account>,
    pub(crate) accounts: Vec<AccountChoice>,
    pub(crate) settings: Settings,
}

impl Picture {
    /// Takes a change; says whether anything here is different now.
    pub(crate) fn take(&mut self, change: &Change) -> bool {
        let before = self.clone();
        match change {
            Change::Everything(model) => {
                self.is_known = true;
                self.calls.clone_from(&model.calls);
                self.account.clone_from(&model.account);
                self.accounts.clone_from(&model.accounts);
                self.settings.clone_from(&model.settings);
            }
            Change::Calls(calls) => self.calls.clone_from(calls),
            Change::Account(account) => self.account.clone_from(account),
            Change::Accounts(accounts) => self.accounts.clone_from(accounts),
            Change::Settings(settings) => self.settings.clone_from(settings),
            Change::SignIn(_)
            | Change::Colleagues(_)
            | Change::Lamps(_)
            | Change::Recents(_)
            | Change::Search(_)
            | Change::Problems(_)
            | Change::Capabilities(_)
            | Change::Contacts(_)
            | Change::Favourites(_)
            | Change::Devices(_)
            | Change::Hearing(_)
            | Change::Prefill(_)
            | Change::Invited(_)
            | Change::Desktop(_) => return false,
        }
        *self != before
    }

    /// The calls that wait for an answer here, in the order in which they began.
    pub(crate) fn ringing(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.can(Verb::Answer))
    }

    /// Whether somebody is spoken with.
    pub(crate) fn is_speaking(&self) -> bool {
        self.calls.iter().any(|call| call.state == CallState::Active)
    }

    /// Whether the exchange can reach this phone, for the account in use.
    pub(crate) fn is_reachable(&self) -> bool {
        self.account.as_ref().is_some_and(|account| is_registered(&account.registration))
    }

    /// Whether calls come in for every account that is signed in.
    pub(crate) fn is_reachable_everywhere(&self) -> bool {
        self.is_reachable() && self.accounts.iter().all(|account| is_registered(&account.registration))
    }

    /// The language that was chosen.
    pub(crate) const fn language(&self) -> Language {
        self.settings.looks.language
    }
}

const fn is_registered(registration: &Registration) -> bool {
    matches!(registration, Registration::Registered { .. })
}

#[cfg(test)]
mod tests {
    use phone::view::{Search, ViewModel};

    use super::*;

    #[test]
    fn only_what_the_desktop_shows_makes_a_difference() {
        let mut picture = Picture::default();
        let mut settings = Settings::default();
        settings.calls.incoming_window = false;

        assert!(picture.take(&Change::Everything(Box::default())), "the first is news, whatever it says");
        assert!(!picture.take(&Change::Search(Search::default())));
        assert!(picture.take(&Change::Settings(Box::new(settings.clone()))));
        assert!(!picture.take(&Change::Settings(Box::new(settings.clone()))));

        let model = ViewModel { settings, ..ViewModel::default() };
        assert!(!picture.take(&Change::Everything(Box::new(model))), "a snapshot of the same");
    }
}
