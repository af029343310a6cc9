//! Whom the text in the search box means, and the contacts of the account in use.

use std::sync::Arc;

use crate::search::Index;
use crate::seat::{Seat, SeatKey};
use crate::view::{Colleague, Contact, Contacts, Search};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// Contacts that are shown at a time.
const PAGE: usize = 100;

impl Phone {
    pub(super) fn find(&mut self, text: &str) -> Search {
        match self.seats.active_mut() {
            Some(seat) => seat.find(text),
            None => Index::default().search(text, &[], &[]),
        }
    }

    pub(super) fn colleagues(&self) -> Arc<Vec<Colleague>> {
        self.seats.active().map(Seat::colleagues).unwrap_or_default()
    }

    pub(super) fn contacts_are(&mut self, who: SeatKey, contacts: Arc<Vec<Contact>>) {
        let Some(seat) = self.seats.get_mut(who) else { return };
        seat.index.set_contacts(contacts);
        seat.name_recents();
        if self.seats.active_key() == Some(who) {
            let Contacts { text, from, .. } = std::mem::take(&mut self.contacts);
            self.list_contacts(text, from);
        }
    }

    pub(super) fn list_contacts(&mut self, text: String, from: u32) {
        let (all, fitting) = match self.seats.active() {
            Some(seat) => seat.index.contacts(&text),
            None => (0, Vec::new()),
        };
        let skipped = usize::try_from(from).unwrap_or(usize::MAX);
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        self.contacts = Contacts {
            count: count(all),
            fit: count(fitting.len()),
            rows: fitting.into_iter().skip(skipped).take(PAGE).cloned().collect(),
            text,
            from,
        };
    }

    pub(super) fn save_contact(&mut self, id: u32, contact: Contact) -> Verdict {
        self.active_exchange()?.save_contact(id, contact)?;
        Ok(Progress::Waiting)
    }

    pub(super) fn remove_contact(&mut self, id: u32, contact: &str) -> Verdict {
        self.active_exchange()?.remove_contact(id, contact)?;
        Ok(Progress::Waiting)
    }
}
