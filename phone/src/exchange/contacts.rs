//! People outside the company whom this person has written down (F-181): kept by the exchange, read whole.

use std::sync::Arc;

use crate::search::surname_first;
use crate::view::{self, ProblemCode};

use super::{Exchange, Question, Stage, Told, Trouble, WebAnswer, WebMethod};

const PATH: &str = "/api/v1/me/contacts";

impl Exchange {
    pub(super) fn ask_contacts(&mut self) {
        self.ask(Question::Contacts, WebMethod::Get, PATH);
    }

    /// Writes somebody down; its outcome is told with the number of the instruction.
    pub(crate) fn save_contact(
        &mut self,
        instruction: u32,
        contact: view::Contact,
    ) -> Result<(), ProblemCode> {
        let Stage::In(_) = self.stage else { return Err(ProblemCode::SessionEnded) };
        let (method, path) = match contact.id.as_str() {
            "" => (WebMethod::Post, PATH.to_owned()),
            id => (WebMethod::Put, one(id)?),
        };
        let question = Question::SaveContact { instruction };
        self.ask_with(question, method, &path, Some(&written(contact)));
        Ok(())
    }

    /// Crosses somebody out; its outcome is told with the number of the instruction.
    pub(crate) fn remove_contact(&mut self, instruction: u32, id: &str) -> Result<(), ProblemCode> {
        let Stage::In(_) = self.stage else { return Err(ProblemCode::SessionEnded) };
        self.ask(Question::RemoveContact { instruction }, WebMethod::Delete, &one(id)?);
        Ok(())
    }

    pub(super) fn contacts_are(&mut self, contacts: Vec<pbx_api::Contact>) {
        let mut contacts: Vec<view::Contact> = contacts.into_iter().map(read).collect();
        contacts.sort_by_cached_key(|contact| (surname_first(&contact.name), contact.id.clone()));
        self.tell(Told::Contacts(Arc::new(contacts)));
    }

    pub(super) fn contact_saved(&mut self, instruction: u32, result: Result<WebAnswer, Trouble>) {
        // The list itself comes after the event that tells of it.
        let result = self.read::<pbx_api::Contact>(result).map(drop);
        self.tell(Told::Outcome { instruction, result });
    }

    pub(super) fn contact_removed(&mut self, instruction: u32, result: Result<WebAnswer, Trouble>) {
        let gone = matches!(&result, Ok(answer) if answer.status == 204);
        let result = if gone { Ok(()) } else { self.read::<serde::de::IgnoredAny>(result).map(drop) };
        self.tell(Told::Outcome { instruction, result });
    }
}

/// The path of one contact; the exchange gives out names that need no escaping.
fn one(id: &str) -> Result<String, ProblemCode> {
    let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    plain.then(|| format!("{PATH}/{id}")).ok_or(ProblemCode::NotNow)
}

fn written(contact: view::Contact) -> pbx_api::ContactCard {
    let number =
        |number: view::ContactNumber| pbx_api::ContactNumber { label: number.label, number: number.number };
    pbx_api::ContactCard {
        name: contact.name,
        company: contact.company,
        numbers: contact.numbers.into_iter().map(number).collect(),
        note: contact.note,
    }
}

fn read(contact: pbx_api::Contact) -> view::Contact {
    let pbx_api::Contact { id, card } = contact;
    let number =
        |number: pbx_api::ContactNumber| view::ContactNumber { label: number.label, number: number.number };
    view::Contact {
        id,
        name: card.name,
        company: card.company,
        numbers: card.numbers.into_iter().map(number).collect(),
        note: card.note,
    }
}
