//! What a desk telephone asks for with a feature key: the body of its SUBSCRIBE (C-6).
//!
//! Whatever arrives is judged, not trusted: a document is taken whole or refused, and only the few words are
//! kept that it may have. Its `device` says nothing, for a telephone sets the keys of its own subscriber and
//! of nobody else.

use pbx::feature::ForwardWhen;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Bytes of a document; the longest that a telephone writes is a tenth of it.
const LARGEST: usize = 8 * 1024;
/// Bytes of one value; no number and no word is as long.
const LONGEST: usize = 256;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyRequest {
    /// `SetDoNotDisturb`.
    DoNotDisturb {
        /// On or off.
        active: bool,
    },
    /// `SetForwarding`.
    Forwarding {
        /// Which calls.
        when: ForwardWhen,
        /// On or off.
        active: bool,
        /// Where to, as the telephone writes it; none when it says nothing.
        to: Option<String>,
        /// After how many rings.
        rings: Option<u32>,
    },
    /// `SetAgentState`.
    AgentState,
}

/// Why a document is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Too long, no XML, or not well-formed.
    #[error("the body is no XML that is read here")]
    Malformed,
    /// Something else than a setting of a feature key.
    #[error("the body is none of SetDoNotDisturb, SetForwarding and SetAgentState")]
    Unknown,
    /// An element is missing, stands twice, or has a value that it cannot have.
    #[error("the body has no {0} that is read here")]
    Value(&'static str),
}

impl KeyRequest {
    /// Reads the body of a SUBSCRIBE.
    ///
    /// # Errors
    /// [`Unreadable`] says what is wrong with it.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let document = Document::read(body)?;
        match document.name.as_str() {
            "SetDoNotDisturb" => Ok(Self::DoNotDisturb { active: document.switch("doNotDisturbOn")? }),
            "SetForwarding" => Ok(Self::Forwarding {
                when: document.when()?,
                active: document.switch("activateForward")?,
                to: document.text("forwardDN")?.map(str::to_owned),
                rings: document.rings()?,
            }),
            "SetAgentState" => Ok(Self::AgentState),
            _ => Err(Unreadable::Unknown),
        }
    }
}

/// An element and the texts of those in it, whatever their order.
#[derive(Debug, Default)]
struct Document {
    name: String,
    values: Vec<(String, String)>,
}

/// How deep the reader is in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    InRequest,
    InValue,
    /// Within an element of an element, so many levels down.
    Below(usize),
    After,
}

impl Document {
    fn read(body: &[u8]) -> Result<Self, Unreadable> {
        if body.len() > LARGEST {
            return Err(Unreadable::Malformed);
        }
        // These documents say that they are ISO-8859-1; whatever of them is read is ASCII in both.
        let text = String::from_utf8_lossy(body);
        let mut reader = Reader::from_str(&text);
        let mut document = Self::default();
        let mut place = Place::Before;
        loop {
            match reader.read_event().map_err(|_| Unreadable::Malformed)? {
                Event::Start(start) => place = document.enter(place, start.name().as_ref())?,
                Event::Empty(start) => {
                    place = document.enter(place, start.name().as_ref())?;
                    place = leave(place);
                }
                Event::End(_) => place = leave(place),
                Event::Text(text) => document.add(place, &text)?,
                Event::CData(text) => document.add(place, &text)?,
                // What stands for a character is never needed here, and left out it would make another
                // number.
                Event::GeneralRef(_) if place == Place::InValue => return Err(Unreadable::Malformed),
                // A document type can define entities; nobody needs one here.
                Event::DocType(_) => return Err(Unreadable::Malformed),
                Event::Eof if place == Place::After => return Ok(document),
                Event::Eof => return Err(Unreadable::Malformed),
                Event::GeneralRef(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    fn enter(&mut self, place: Place, name: &str) -> Result<Place, Unreadable> {
        let name = name.rsplit(':').next().unwrap_or(name);
        match place {
            Place::Before => {
                name.clone_into(&mut self.name);
                Ok(Place::InRequest)
            }
            Place::InRequest => {
                self.values.push((name.to_owned(), String::new()));
                Ok(Place::InValue)
            }
            Place::InValue => Ok(Place::Below(1)),
            Place::Below(levels) => Ok(Place::Below(levels.saturating_add(1))),
            Place::After => Err(Unreadable::Malformed),
        }
    }

    fn add(&mut self, place: Place, text: &str) -> Result<(), Unreadable> {
        match (place, self.values.last_mut()) {
            (Place::InValue, Some((_, value))) if value.len() + text.len() <= LONGEST => {
                value.push_str(text);
                Ok(())
            }
            (Place::InValue, _) => Err(Unreadable::Malformed),
            (Place::Before | Place::InRequest | Place::Below(_) | Place::After, _) => Ok(()),
        }
    }

    /// The text of an element; none when it is not there or is empty.
    fn text(&self, name: &'static str) -> Result<Option<&str>, Unreadable> {
        let mut found = self.values.iter().filter(|(element, _)| element == name);
        let first = found.next().map(|(_, text)| text.trim()).filter(|text| !text.is_empty());
        if found.next().is_some() { Err(Unreadable::Value(name)) } else { Ok(first) }
    }

    fn switch(&self, name: &'static str) -> Result<bool, Unreadable> {
        match self.text(name)? {
            Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) | None => Err(Unreadable::Value(name)),
        }
    }

    fn when(&self) -> Result<ForwardWhen, Unreadable> {
        let word = self.text("forwardingType")?;
        let known = [ForwardWhen::Always, ForwardWhen::Busy, ForwardWhen::NoAnswer];
        let found = known.into_iter().find(|when| word == Some(type_of(*when)));
        found.ok_or(Unreadable::Value("forwardingType"))
    }

    fn rings(&self) -> Result<Option<u32>, Unreadable> {
        let rings = self.text("ringCount")?.map(str::parse).transpose();
        rings.map_err(|_| Unreadable::Value("ringCount"))
    }
}

/// The word of CSTA for a forward.
pub(super) const fn type_of(when: ForwardWhen) -> &'static str {
    match when {
        ForwardWhen::Always => "forwardImmediate",
        ForwardWhen::Busy => "forwardBusy",
        ForwardWhen::NoAnswer => "forwardNoAns",
    }
}

const fn leave(place: Place) -> Place {
    match place {
        Place::Below(1) => Place::InValue,
        Place::Below(levels) => Place::Below(levels.saturating_sub(1)),
        Place::InValue => Place::InRequest,
        Place::InRequest | Place::Before | Place::After => Place::After,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSTA: &str = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";

    fn request(name: &str, inside: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<{name} xmlns=\"{CSTA}\">\n\
             <device>7659366</device>\n{inside}\n</{name}>\n"
        )
    }

    fn forwarding(inside: &str) -> Result<KeyRequest, Unreadable> {
        KeyRequest::read(request("SetForwarding", inside).as_bytes())
    }

    #[test]
    fn do_not_disturb_is_switched_on_and_off() {
        for (word, active) in [("true", true), ("false", false), ("1", true), (" 0 ", false)] {
            let text = request("SetDoNotDisturb", &format!("<doNotDisturbOn>{word}</doNotDisturbOn>"));
            assert_eq!(KeyRequest::read(text.as_bytes()), Ok(KeyRequest::DoNotDisturb { active }), "{word}");
        }
    }

    #[test]
    fn a_forward_says_which_whether_where_and_after_how_many_rings() {
        let when = ForwardWhen::NoAnswer;
        let whole = "<forwardingType>forwardNoAns</forwardingType><activateForward>true</activateForward>\
                     <forwardDN>2424</forwardDN><ringCount>5</ringCount>";
        let to = Some("2424".to_owned());
        assert_eq!(forwarding(whole), Ok(KeyRequest::Forwarding { when, active: true, to, rings: Some(5) }));

        let bare = "<activateForward>false</activateForward><ringCount></ringCount><forwardDN/>\
                    <forwardingType>forwardNoAns</forwardingType>";
        assert_eq!(
            forwarding(bare),
            Ok(KeyRequest::Forwarding { when, active: false, to: None, rings: None })
        );
    }

    #[test]
    fn each_forward_has_its_word() {
        for (word, expected) in [
            ("forwardImmediate", ForwardWhen::Always),
            ("forwardBusy", ForwardWhen::Busy),
            ("forwardNoAns", ForwardWhen::NoAnswer),
        ] {
            let inside =
                format!("<forwardingType>{word}</forwardingType><activateForward>true</activateForward>");
            let Ok(KeyRequest::Forwarding { when, .. }) = forwarding(&inside) else { panic!("{word}") };
            assert_eq!(when, expected);
        }
    }

    #[test]
    fn prefixes_bytes_of_latin_1_and_what_is_nested_do_not_matter() {
        let text = format!(
            "<c:SetDoNotDisturb xmlns:c=\"{CSTA}\"><c:device>Caf\u{e9}</c:device>\
             <c:doNotDisturbOn><![CDATA[true]]></c:doNotDisturbOn>\
             <c:extensions><c:privateData><c:doNotDisturbOn>false</c:doNotDisturbOn></c:privateData></c:extensions>\
             </c:SetDoNotDisturb>"
        );
        let latin_1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();

        assert_eq!(KeyRequest::read(&latin_1), Ok(KeyRequest::DoNotDisturb { active: true }));
    }

    #[test]
    fn an_agent_s_state_is_known_as_such() {
        let text = request("SetAgentState", "<requestedAgentState>notReady</requestedAgentState>");

        assert_eq!(KeyRequest::read(text.as_bytes()), Ok(KeyRequest::AgentState));
    }

    #[test]
    fn what_is_missing_twice_or_nonsense_is_named() {
        let on = "<activateForward>true</activateForward>";
        let always = "<forwardingType>forwardImmediate</forwardingType>";
        for (inside, missing) in [
            (on.to_owned(), "forwardingType"),
            (always.to_owned(), "activateForward"),
            (format!("{on}{on}{always}"), "activateForward"),
            (format!("{always}<activateForward>perhaps</activateForward>"), "activateForward"),
            (format!("{on}<forwardingType>forwardNever</forwardingType>"), "forwardingType"),
            (format!("{on}{always}<ringCount>many</ringCount>"), "ringCount"),
            (format!("{on}{always}<ringCount>-1</ringCount>"), "ringCount"),
            (format!("{on}{always}<forwardDN>1</forwardDN><forwardDN>2</forwardDN>"), "forwardDN"),
        ] {
            assert_eq!(forwarding(&inside), Err(Unreadable::Value(missing)), "{inside}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused_whole() {
        let on = "<doNotDisturbOn>true</doNotDisturbOn>";
        let bomb = format!("<!DOCTYPE x [<!ENTITY a \"true\">]>{}", request("SetDoNotDisturb", on));
        let long = request("SetDoNotDisturb", &format!("<device>{}</device>{on}", "7".repeat(LONGEST + 1)));
        for hostile in [
            "",
            "true",
            "<SetDoNotDisturb>",
            "<SetDoNotDisturb><doNotDisturbOn>true</SetDoNotDisturb>",
            "<SetDoNotDisturb><doNotDisturbOn>true</doNotDisturbOn></SetDoNotDisturb><more/>",
            "<SetDoNotDisturb><doNotDisturbOn>tr&a;ue</doNotDisturbOn></SetDoNotDisturb>",
            &bomb,
            &long,
            &"<".repeat(LARGEST + 1),
        ] {
            assert_eq!(KeyRequest::read(hostile.as_bytes()), Err(Unreadable::Malformed), "{hostile}");
        }
        assert_eq!(KeyRequest::read(b"<MonitorStart/>"), Err(Unreadable::Unknown));
    }

    #[test]
    fn no_cut_of_a_document_makes_a_panic() {
        let whole = request("SetForwarding", "<forwardingType>forwardBusy</forwardingType>");

        for length in 0..whole.len() {
            assert!(KeyRequest::read(&whole.as_bytes()[..length]).is_err());
        }
    }
}
