//! Who spoke with a party before, as the exchange knows it from its call records.

use pbx_api::{CallBefore, SpokeBefore, SpokeWith, SubscriberId};

use crate::view::{Consequence, EarlierCall, Party, Suggestion, SuggestionSource};

use super::{Exchange, Question, Stage, Told, WebMethod};

/// Calls that are shown.
const CALLS: usize = 20;
/// Colleagues who are suggested.
const SUGGESTIONS: usize = 3;

impl Exchange {
    /// Asks who spoke with a number before; false while nobody can be asked.
    pub(crate) fn ask_spoke_with(&mut self, line: u64, number: &str) -> bool {
        if !matches!(self.stage, Stage::In(_)) {
            return false;
        }
        let number: String = number.bytes().map(escaped).collect();
        self.ask(
            Question::SpokeWith { line },
            WebMethod::Get,
            &format!("/api/v1/spoke-with?number={number}"),
        );
        true
    }

    pub(super) fn spoke_with(&mut self, line: u64, answer: SpokeWith) {
        let calls = answer.calls.iter().take(CALLS).map(|call| self.earlier(call)).collect();
        let found = answer.colleagues.iter().filter_map(|spoke| self.suggested(spoke));
        let suggestions = found.take(SUGGESTIONS).collect();
        self.tell(Told::SpokeWith { line, calls, suggestions });
    }

    fn earlier(&self, call: &CallBefore) -> EarlierCall {
        EarlierCall {
            at: self.ear.clock.moment(call.at),
            with: call.with.map(|who| self.party(who)),
            seconds: u32::try_from(call.talked_s).unwrap_or(u32::MAX),
        }
    }

    fn party(&self, who: SubscriberId) -> Party {
        let id = who.to_string();
        let own = self.people.own().filter(|own| own.id == who);
        let colleagues = self.people.colleagues();
        let colleague = colleagues.iter().find(|colleague| colleague.id == id);
        match (own, colleague) {
            (Some(own), _) => {
                let name = Some(own.display_name.clone());
                Party { name, number: own.extension.clone(), colleague: None }
            }
            (None, Some(other)) => {
                let (name, number) = (Some(other.name.clone()), Some(other.dial.clone()));
                Party { name, number, colleague: Some(id) }
            }
            (None, None) => Party::default(),
        }
    }

    /// None for somebody who is not in the directory, nor for the person whose phone this is.
    fn suggested(&self, spoke: &SpokeBefore) -> Option<Suggestion> {
        let id = spoke.subscriber.to_string();
        let colleagues = self.people.colleagues();
        let colleague = colleagues.iter().find(|colleague| colleague.id == id)?;
        Some(Suggestion {
            id: format!("s{id}"),
            source: SuggestionSource::SpokeBefore { times: spoke.times },
            party: self.party(spoke.subscriber),
            to: colleague.dial.clone(),
            consequence: Consequence::of(colleague),
        })
    }
}

/// A byte inside a query.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}
