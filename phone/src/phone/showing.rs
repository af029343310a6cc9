//! The picture that a window shows.

use crate::conversation::Conversation;
use crate::seat::Seat;
use crate::view::{Availability, Call, CallState, Capabilities, Invited, TransferStage, Verb, ViewModel};

use super::Phone;

impl Phone {
    pub(super) fn model(&mut self) -> ViewModel {
        let capabilities = self.capabilities();
        self.offer_verbs(&capabilities);
        self.name_accounts();
        let active = self.seats.active();
        ViewModel {
            account: active.and_then(Seat::shown),
            accounts: self.seats.signed_in().filter_map(Seat::choice).collect(),
            sign_in: self.sign_in.clone(),
            calls: self.conversations.iter().map(|conversation| conversation.view.clone()).collect(),
            colleagues: self.colleagues(),
            recents: active.map(|seat| seat.recents.clone()).unwrap_or_default(),
            search: self.search.clone(),
            problems: self.all_problems(),
            capabilities,
            contacts: self.contacts.clone(),
            favourites: self.favourites(),
            settings: self.kept.settings.clone(),
            devices: self.devices.clone(),
            hearing: self.hearing,
            prefill: self.prefill.clone(),
            invited: self.invited.as_ref().map(|link| Invited { server: link.server.clone() }),
            desktop: self.desktop.clone(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        let active = self.seats.active();
        if let Some(exchange) = active.and_then(|seat| seat.exchange.as_ref()) {
            let do_not_disturb = if exchange.offers_do_not_disturb() {
                Availability::Present
            } else {
                Availability::absent(
                    "Niet storen hoort niet bij uw profiel.",
                    "Do Not Disturb is not part of your profile.",
                )
            };
            return Capabilities { do_not_disturb, ..Capabilities::default() };
        }
        let has_server = active.is_none_or(Seat::has_server);
        let lamps = if has_server && !self.settings.watch.is_empty() {
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

    /// With several accounts a call says by which it goes.
    fn name_accounts(&mut self) {
        for conversation in &mut self.conversations {
            conversation.view.account = self.seats.label(conversation.seat);
        }
    }

    fn offer_verbs(&mut self, capabilities: &Capabilities) {
        let joinable: Vec<String> =
            self.conversations.iter().filter(|one| is_joinable(one)).map(|one| one.view.id.clone()).collect();
        for conversation in &mut self.conversations {
            let tells = self.seats.tells_of_calls(conversation.seat);
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
