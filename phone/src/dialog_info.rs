//! `application/dialog-info+xml` (RFC 4235) as a lamp reads it: which calls somebody has, and how far.
//!
//! Whatever arrives is judged, not trusted: a document that is no XML, or that describes more calls than a
//! person can have, is refused as a whole, and the lamp keeps what it knew.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::view::LampState;

/// Calls of one person in one document.
const MOST: usize = 64;
/// Bytes of a document.
const LARGEST: usize = 64 * 1024;

/// The calls of one person, by dialog id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dialogs {
    version: Option<u32>,
    dialogs: BTreeMap<String, Dialog>,
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dialog {
    incoming: bool,
    state: State,
    /// The person's own end does not listen (RFC 4235 section 4.3, RFC 5850): on hold.
    holding: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Trying,
    Early,
    Confirmed,
    Terminated,
}

impl Dialogs {
    /// Takes in a document; false when it cannot be read, or is older than what is known.
    pub(crate) fn take(&mut self, document: &[u8]) -> bool {
        let Some(parsed) = parse(document) else { return false };
        if parsed.full {
            self.dialogs.clear();
        } else if self.version.is_some_and(|version| parsed.version <= version) {
            return false;
        }
        self.version = Some(parsed.version);
        for (id, dialog) in parsed.dialogs {
            if dialog.state == State::Terminated {
                self.dialogs.remove(&id);
            } else if self.dialogs.len() < MOST {
                self.dialogs.insert(id, dialog);
            }
        }
        true
    }

    /// What the lamp shows: the first of ringing, busy, on hold that applies.
    pub(crate) fn lamp(&self) -> LampState {
        self.dialogs.values().map(Dialog::lamp).min().unwrap_or(LampState::Available)
    }
}

impl Dialog {
    fn lamp(&self) -> LampState {
        match self.state {
            State::Trying | State::Early if self.incoming => LampState::Ringing,
            State::Confirmed if self.holding => LampState::OnHold,
            State::Trying | State::Early | State::Confirmed => LampState::Busy,
            State::Terminated => LampState::Available,
        }
    }
}

/// A document as it was read.
struct Document {
    full: bool,
    version: u32,
    dialogs: Vec<(String, Dialog)>,
}

/// A dialog that is being read.
struct Open {
    id: String,
    incoming: bool,
    state: Option<State>,
    holding: bool,
    in_local: bool,
    in_state: bool,
}

fn parse(document: &[u8]) -> Option<Document> {
    let text = std::str::from_utf8(document).ok().filter(|text| text.len() <= LARGEST)?;
    let mut reader = Reader::from_str(text);
    let mut document: Option<Document> = None;
    let mut open: Option<Open> = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => begin(&start, &mut document, &mut open)?,
            Event::Empty(start) => {
                begin(&start, &mut document, &mut open)?;
                end(local(start.name().as_ref()), document.as_mut(), &mut open)?;
            }
            Event::End(over) => end(local(over.name().as_ref()), document.as_mut(), &mut open)?,
            Event::Text(text) => {
                if let Some(dialog) = open.as_mut().filter(|dialog| dialog.in_state) {
                    dialog.state = state(text.trim()).or(dialog.state);
                }
            }
            // A document type can define entities; nobody needs one here.
            Event::DocType(_) => return None,
            Event::Eof => return document.filter(|_| open.is_none()),
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::GeneralRef(_) => {}
        }
    }
}

fn begin(start: &BytesStart<'_>, document: &mut Option<Document>, open: &mut Option<Open>) -> Option<()> {
    match (local(start.name().as_ref()), open.as_mut()) {
        ("dialog-info", None) if document.is_none() => {
            let version = attribute(start, "version")?.parse().ok()?;
            let full = attribute(start, "state")? == "full";
            *document = Some(Document { full, version, dialogs: Vec::new() });
        }
        ("dialog", None) => {
            document.as_ref().filter(|document| document.dialogs.len() < MOST)?;
            let incoming = attribute(start, "direction").is_some_and(|direction| direction == "recipient");
            let id = attribute(start, "id")?;
            *open =
                Some(Open { id, incoming, state: None, holding: false, in_local: false, in_state: false });
        }
        ("state", Some(dialog)) => dialog.in_state = true,
        ("local", Some(dialog)) => dialog.in_local = true,
        ("param", Some(dialog)) if dialog.in_local => {
            let rendering = attribute(start, "pname").is_some_and(|name| name.ends_with("sip.rendering"));
            dialog.holding |= rendering && attribute(start, "pval").is_some_and(|value| value == "no");
        }
        _ => {}
    }
    Some(())
}

fn end(name: &str, document: Option<&mut Document>, open: &mut Option<Open>) -> Option<()> {
    match (name, open.as_mut()) {
        ("state", Some(dialog)) => dialog.in_state = false,
        ("local", Some(dialog)) => dialog.in_local = false,
        ("dialog", Some(_)) => {
            let Open { id, incoming, state, holding, .. } = open.take()?;
            document?.dialogs.push((id, Dialog { incoming, state: state?, holding }));
        }
        _ => {}
    }
    Some(())
}

fn state(word: &str) -> Option<State> {
    match word {
        "trying" | "proceeding" => Some(State::Trying),
        "early" => Some(State::Early),
        "confirmed" => Some(State::Confirmed),
        "terminated" => Some(State::Terminated),
        _ => None,
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).ok()??;
    Some(found.value.into_owned())
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(version: u32, state: &str, dialogs: &str) -> Vec<u8> {
        format!(
            "<?xml version=\"1.0\"?>\r\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" \
             version=\"{version}\" state=\"{state}\" entity=\"sip:202@example.nl\">{dialogs}</dialog-info>\r\n"
        )
        .into_bytes()
    }

    fn dialog(id: &str, direction: &str, state: &str) -> String {
        format!("<dialog id=\"{id}\" direction=\"{direction}\"><state>{state}</state></dialog>")
    }

    fn lamp(dialogs: &str) -> LampState {
        let mut known = Dialogs::default();
        assert!(known.take(&info(1, "full", dialogs)));
        known.lamp()
    }

    #[test]
    fn each_state_of_a_call_has_its_lamp() {
        assert_eq!(lamp(""), LampState::Available);
        assert_eq!(lamp(&dialog("1", "recipient", "early")), LampState::Ringing);
        assert_eq!(lamp(&dialog("1", "initiator", "trying")), LampState::Busy);
        assert_eq!(lamp(&dialog("1", "recipient", "confirmed")), LampState::Busy);
        assert_eq!(lamp(&dialog("1", "recipient", "terminated")), LampState::Available);
    }

    #[test]
    fn a_call_on_hold_shows_as_such_unless_another_one_runs() {
        let held = "<dialog id=\"1\" direction=\"recipient\"><state>confirmed</state><local><target \
                    uri=\"sip:202@example.nl\"><param pname=\"+sip.rendering\" pval=\"no\"/></target></local></dialog>";

        assert_eq!(lamp(held), LampState::OnHold);
        assert_eq!(lamp(&format!("{held}{}", dialog("2", "initiator", "confirmed"))), LampState::Busy);
    }

    #[test]
    fn a_partial_document_changes_only_what_it_names_and_an_old_one_nothing() {
        let mut known = Dialogs::default();
        known.take(&info(
            3,
            "full",
            &(dialog("1", "recipient", "confirmed") + &dialog("2", "recipient", "early")),
        ));

        assert!(known.take(&info(4, "partial", &dialog("2", "recipient", "terminated"))));
        assert_eq!(known.lamp(), LampState::Busy);
        assert!(!known.take(&info(4, "partial", &dialog("1", "recipient", "terminated"))));
        assert_eq!(known.lamp(), LampState::Busy);
    }

    #[test]
    fn what_is_no_document_changes_nothing() {
        let mut known = Dialogs::default();
        known.take(&info(1, "full", &dialog("1", "recipient", "confirmed")));
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>".to_owned()
            + &String::from_utf8(info(2, "full", "")).unwrap();
        let crowd: String = (0..=MOST).map(|id| dialog(&id.to_string(), "recipient", "early")).collect();

        for hostile in [
            b"".to_vec(),
            b"\xff\xfe".to_vec(),
            b"<dialog-info".to_vec(),
            b"<dialog-info version=\"2\" state=\"full\"><dialog id=\"1\">".to_vec(),
            bomb.into_bytes(),
            info(2, "full", &crowd),
            vec![b'<'; LARGEST + 1],
        ] {
            assert!(!known.take(&hostile), "{}", String::from_utf8_lossy(&hostile));
        }
        assert_eq!(known.lamp(), LampState::Busy);
    }

    #[test]
    fn no_cut_of_a_document_makes_a_panic() {
        let whole = info(1, "full", &dialog("1", "recipient", "confirmed"));

        for length in 0..whole.len() {
            Dialogs::default().take(&whole[..length]);
        }
    }
}
