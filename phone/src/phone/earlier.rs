//! Who spoke with a party before: asked of a Balie exchange as soon as the party has a number.

use crate::view::{EarlierCall, Suggestion};

use super::Phone;

impl Phone {
    pub(super) fn ask_who_spoke(&mut self) {
        for conversation in self.conversations.iter_mut().filter(|one| one.is_alive()) {
            let seat = self.seats.get_mut(conversation.seat);
            let Some(exchange) = seat.and_then(|seat| seat.exchange.as_mut()) else { continue };
            let number = conversation.view.party.number.clone();
            let Some(number) = number.filter(|_| !conversation.view.emergency) else { continue };
            let line = conversation.main.0;
            if conversation.asked_about.as_ref() != Some(&number) && exchange.ask_spoke_with(line, &number) {
                conversation.view.earlier.clear();
                conversation.view.suggestions.clear();
                conversation.asked_about = Some(number);
            }
        }
    }

    pub(super) fn spoke_before(&mut self, line: u64, calls: Vec<EarlierCall>, suggestions: Vec<Suggestion>) {
        if let Some(conversation) = self.conversations.iter_mut().find(|one| one.main.0 == line) {
            conversation.view.earlier = calls;
            conversation.view.suggestions = suggestions;
        }
    }
}
