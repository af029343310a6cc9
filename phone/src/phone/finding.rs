//! Whom the text in the search box means, and who a number belongs to.

use std::sync::Arc;

use crate::address;
use crate::view::{Contact, Contacts, Party, ProblemCode, Search, same_people};

use super::Phone;
use super::instructions::{Progress, Verdict};

/// Contacts that are shown at a time.
const PAGE: usize = 100;

impl Phone {
    pub(super) fn find(&mut self, text: &str) -> Search {
        let colleagues = self.colleagues();
        if !Arc::ptr_eq(&colleagues, &self.indexed) {
            // A lamp that changed makes a new list of the same people.
            if !same_people(&colleagues, &self.indexed) {
                self.index.set_colleagues(&colleagues);
            }
            self.indexed = Arc::clone(&colleagues);
        }
        self.index.search(text, &colleagues, &self.recents)
    }

    /// The party with the name that this person has for it: a colleague's, else that of a contact.
    pub(super) fn named(&self, party: Party) -> Party {
        let mut party = address::named(party, &self.colleagues());
        if party.colleague.is_none()
            && let Some(contact) = party.number.as_ref().and_then(|number| self.index.contact(number))
        {
            party.name = Some(contact.name.clone());
        }
        party
    }

    pub(super) fn contacts_are(&mut self, contacts: Arc<Vec<Contact>>) {
        self.index.set_contacts(contacts);
        let Contacts { text, from, .. } = std::mem::take(&mut self.contacts);
        self.list_contacts(text, from);
        self.name_recents();
    }

    pub(super) fn list_contacts(&mut self, text: String, from: u32) {
        let (all, fitting) = self.index.contacts(&text);
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
        let exchange = self.exchange.as_mut().ok_or(ProblemCode::NotOffered)?;
        exchange.save_contact(id, contact)?;
        Ok(Progress::Waiting)
    }

    pub(super) fn remove_contact(&mut self, id: u32, contact: &str) -> Verdict {
        let exchange = self.exchange.as_mut().ok_or(ProblemCode::NotOffered)?;
        exchange.remove_contact(id, contact)?;
        Ok(Progress::Waiting)
    }
}
