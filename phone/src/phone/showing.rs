//! The picture that a window shows.

use std::sync::Arc;

use crate::conversation::Conversation;
use crate::exchange::Exchange;
use crate::view::{
    Account, AccountChoice, Availability, Call, CallState, Capabilities, TransferStage, Verb, ViewModel,
};

use super::Phone;

impl Phone {
    pub(super) fn model(&mut self) -> ViewModel {
        let capabilities = self.capabilities();
        self.offer_verbs(&capabilities);
        let account = self.account.as_ref().filter(|_| self.sign_in.is_none());
        let exchange = self.exchange.as_ref();
        ViewModel {
            account: account.map(|account| Account {
                id: account.address(),
                name: if account.name.is_empty() { account.user.clone() } else { account.name.clone() },
                address: account.address(),
                extension: exchange.and_then(Exchange::extension),
                shown_number: exchange.and_then(Exchange::shown_number),
                registration: self.registration.clone(),
                do_not_disturb: exchange.is_some_and(Exchange::do_not_disturb),
            }),
            accounts: account
                .map(|account| AccountChoice {
                    id: account.address(),
                    name: if account.name.is_empty() { account.user.clone() } else { account.name.clone() },
                    address: account.address(),
                })
                .into_iter()
                .collect(),
            sign_in: self.sign_in.clone(),
            calls: self.conversations.iter().map(|conversation| conversation.view.clone()).collect(),
            colleagues: if account.is_some() { self.colleagues() } else { Arc::default() },
            recents: self.recents.clone(),
            search: self.search.clone(),
            problems: self.problems.clone(),
            capabilities,
            contacts: self.contacts.clone(),
            favourites: self.favourites(),
            settings: self.kept.settings.clone(),
            devices: self.devices.clone(),
            hearing: self.hearing,
            prefill: self.prefill.clone(),
            desktop: self.desktop.clone(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        if self.exchange.is_some() {
            return Capabilities::default();
        }
        let has_server = self.account.as_ref().is_none_or(|account| account.server.is_some());
        let lamps = if has_server && !self.watches.is_empty() {
            Availability::Present
        } else {
            Availability::absent("Er is niemand opgegeven om te volgen.", "Nobody to watch has been named.")
        };
        Capabilities {
            directory: Availability::absent(
                "Deze centrale geeft geen lijst van collega's.",
                "This exchange gives no list of colleagues.",
            ),
            contacts: Availability::absent(
                "Deze centrale bewaart geen contacten.",
                "This exchange keeps no contacts.",
            ),
            do_not_disturb: Availability::absent(
                "Deze centrale houdt Niet storen niet bij.",
                "This exchange does not keep Do Not Disturb.",
            ),
            lamps,
            ..Capabilities::default()
        }
    }

    fn offer_verbs(&mut self, capabilities: &Capabilities) {
        let joinable: Vec<String> =
            self.conversations.iter().filter(|one| is_joinable(one)).map(|one| one.view.id.clone()).collect();
        let tells = self.exchange.as_ref().is_some_and(Exchange::tells_of_calls);
        for conversation in &mut self.conversations {
            let call: &mut Call = &mut conversation.view;
            call.offer(capabilities, joinable.iter().any(|id| *id != call.id));
            // SIP has no way to take a REFER back; only an exchange's own command has.
            let by_command = tells && conversation.exchange_call.is_some();
            let is_blind =
                matches!(call.state, CallState::Transferring { stage: TransferStage::Blind { .. }, .. });
            if is_blind && !by_command {
                call.verbs.retain(|verb| *verb != Verb::TransferCancel);
            }
        }
    }
}

/// Whether another call can take this one in.
fn is_joinable(conversation: &Conversation) -> bool {
    let talks = matches!(conversation.view.state, CallState::Active | CallState::Held { .. });
    talks && conversation.joined.is_empty() && conversation.consult.is_none()
}
