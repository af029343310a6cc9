//! Feature keys as a desk telephone is told of them: `application/x-as-feature-event+xml`, one document for
//! each setting in the words of CSTA (ECMA-323 edition 3). C-6.
//!
//! A telephone that begins to watch gets all of them in one `multipart/mixed`; later ones only what differs
//! from what it was told. While it sets something itself it is told nothing, so that the answer comes before
//! the news.

use std::fmt::Write;

use pbx::directory::ForwardTo;
use pbx::exchange::FeatureKeys;
use pbx::feature::{FeatureKey, ForwardingKey, KeyState};
use sip::endpoint::{Body, Content};

use super::key_request::type_of;
use super::xml::escape;

/// The media type of a document.
pub(crate) const CONTENT_TYPE: &str = "application/x-as-feature-event+xml";
/// The namespace without which telephones read nothing, and some stop.
const NAMESPACE: &str = "http://www.ecma-international.org/standards/ecma-323/csta/ed3";
/// Stands between documents; escaped text has no lines of its own, so it stands nowhere else.
const BOUNDARY: &str = "balie-keys";

/// What one telephone was told of its keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    /// Who is meant, in each document; telephones do not look at it.
    device: String,
    told: Vec<KeyState>,
    documents: u32,
    /// What the telephone sets at this moment.
    setting: Option<FeatureKey>,
}

/// How numbers are written for the telephone.
pub(crate) type Dialled<'a> = &'a dyn Fn(ForwardTo) -> String;

impl Keys {
    /// A telephone that was told nothing.
    pub(crate) const fn new(device: String) -> Self {
        Self { device, told: Vec::new(), documents: 0, setting: None }
    }

    /// Whether the telephone was ever told how its keys stand.
    pub(crate) fn is_told(&self) -> bool {
        !self.told.is_empty()
    }

    /// The telephone sets something and waits for the answer.
    pub(crate) const fn sets(&mut self, key: FeatureKey) {
        self.setting = Some(key);
    }

    /// Every key.
    pub(crate) fn whole(&mut self, now: &FeatureKeys, dialled: Dialled<'_>) -> Content {
        self.tell(now, dialled, |_| true)
    }

    /// What is new; none while the telephone sets something.
    pub(crate) fn news(&mut self, now: &FeatureKeys, dialled: Dialled<'_>) -> Option<Content> {
        let is_news = now.keys.iter().any(|state| !self.told.contains(state));
        if !is_news || self.setting.is_some() {
            return None;
        }
        Some(self.tell(now, dialled, |_| false))
    }

    /// How the key stands that the telephone wanted to set, and what else is new; every key when it is not
    /// known which one that was.
    pub(crate) fn answer(&mut self, now: &FeatureKeys, dialled: Dialled<'_>) -> Content {
        let set = self.setting.take();
        self.tell(now, dialled, |key| set.is_none_or(|set| set == key))
    }

    fn tell(
        &mut self,
        now: &FeatureKeys,
        dialled: Dialled<'_>,
        anyway: impl Fn(FeatureKey) -> bool,
    ) -> Content {
        let told = |state: &&KeyState| !self.told.contains(state) || anyway(state.key());
        let documents = now.keys.iter().filter(told).map(|state| document(state, &self.device, dialled));
        let documents: Vec<String> = documents.collect();
        self.told.clone_from(&now.keys);
        let serial = self.documents;
        self.documents = serial.saturating_add(1);
        let (content_type, text) = match <[String; 1]>::try_from(documents) {
            Ok([only]) => (CONTENT_TYPE.to_owned(), only),
            Err(several) => (format!("multipart/mixed;boundary={BOUNDARY}"), parts(&several, serial)),
        };
        let body = Body { content_type, bytes: text.into_bytes() };
        Content { headers: Vec::new(), body: Some(body) }
    }
}

fn parts(documents: &[String], serial: u32) -> String {
    let mut text = String::with_capacity(2048);
    for (place, document) in documents.iter().enumerate() {
        put(
            &mut text,
            format_args!(
                "--{BOUNDARY}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\n\
                 Content-ID: <{serial}.{place}@{BOUNDARY}>\r\n\r\n{document}\r\n",
                document.len()
            ),
        );
    }
    put(&mut text, format_args!("--{BOUNDARY}--\r\n"));
    text
}

fn document(state: &KeyState, device: &str, dialled: Dialled<'_>) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
    match state {
        KeyState::DoNotDisturb { active } => {
            begin(&mut xml, "DoNotDisturbEvent", device);
            element(&mut xml, "doNotDisturbOn", &active.to_string());
            xml.push_str("</DoNotDisturbEvent>\r\n");
        }
        KeyState::Forwarding(forwarding) => {
            begin(&mut xml, "ForwardingEvent", device);
            forwarding_elements(&mut xml, forwarding, dialled);
            xml.push_str("</ForwardingEvent>\r\n");
        }
    }
    xml
}

fn forwarding_elements(xml: &mut String, forwarding: &ForwardingKey, dialled: Dialled<'_>) {
    element(xml, "forwardingType", type_of(forwarding.when));
    element(xml, "forwardStatus", &forwarding.active.to_string());
    element(xml, "forwardTo", &forwarding.to.map(dialled).unwrap_or_default());
    if let Some(rings) = forwarding.rings {
        element(xml, "ringCount", &rings.to_string());
    }
}

fn begin(xml: &mut String, name: &str, device: &str) {
    put(xml, format_args!("<{name} xmlns=\"{NAMESPACE}\">\r\n"));
    element(xml, "device", device);
}

fn element(xml: &mut String, name: &str, text: &str) {
    put(xml, format_args!("  <{name}>{}</{name}>\r\n", escape(text)));
}

fn put(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to a String does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use pbx::directory::SubscriberId;
    use pbx::feature::ForwardWhen;

    fn keys(do_not_disturb: bool, to: Option<&str>) -> FeatureKeys {
        let forwarding = |when, rings| {
            let to = to.map(|text| text.parse().unwrap());
            KeyState::Forwarding(ForwardingKey { when, active: to.is_some(), to, rings })
        };
        let keys = vec![
            KeyState::DoNotDisturb { active: do_not_disturb },
            forwarding(ForwardWhen::Always, None),
            KeyState::Forwarding(ForwardingKey {
                when: ForwardWhen::NoAnswer,
                active: false,
                to: None,
                rings: Some(3),
            }),
        ];
        FeatureKeys { subscriber: SubscriberId(1), version: 1, keys }
    }

    fn dialled(forward: ForwardTo) -> String {
        forward.number.dialled()
    }

    fn watched() -> Keys {
        let mut watched = Keys::new("2<01".to_owned());
        watched.whole(&keys(false, None), &dialled);
        watched
    }

    fn read(content: Content) -> (String, String) {
        let body = content.body.unwrap();
        (body.content_type, String::from_utf8(body.bytes).unwrap())
    }

    #[test]
    fn the_first_document_holds_every_key_in_parts_as_long_as_they_say() {
        let (content_type, text) =
            read(Keys::new("2<01".to_owned()).whole(&keys(true, Some("203")), &dialled));

        assert_eq!(content_type, "multipart/mixed;boundary=balie-keys");
        assert_eq!(text.matches("--balie-keys\r\n").count(), 3);
        assert!(text.ends_with("--balie-keys--\r\n"), "{text}");
        for part in text.split("--balie-keys\r\n").skip(1) {
            let (head, rest) = part.split_once("\r\n\r\n").unwrap();
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
            let (body, after) = rest.split_at(length.parse().unwrap());
            assert!(head.starts_with("Content-Type: application/x-as-feature-event+xml\r\n"), "{head}");
            assert!(body.ends_with("Event>\r\n") && after.starts_with("\r\n"), "{part}");
        }
        assert!(text.contains("<device>2&lt;01</device>"), "{text}");
        assert!(
            text.contains("<forwardStatus>true</forwardStatus>\r\n  <forwardTo>203</forwardTo>"),
            "{text}"
        );
        assert!(text.contains("<forwardTo></forwardTo>\r\n  <ringCount>3</ringCount>"), "{text}");
        assert_eq!(text.matches("xmlns=\"http://www.ecma-international.org/").count(), 3);
    }

    #[test]
    fn one_change_is_one_document_and_no_change_is_none() {
        let mut watched = watched();

        let (content_type, text) = read(watched.news(&keys(true, None), &dialled).unwrap());

        assert_eq!(content_type, CONTENT_TYPE);
        assert!(text.contains("<doNotDisturbOn>true</doNotDisturbOn>") && !text.contains("Forwarding"));
        assert_eq!(watched.news(&keys(true, None), &dialled), None);
    }

    #[test]
    fn several_changes_come_together() {
        let (content_type, text) = read(watched().news(&keys(true, Some("203")), &dialled).unwrap());

        assert!(content_type.starts_with("multipart/mixed"), "{content_type}");
        assert_eq!(text.matches("--balie-keys\r\n").count(), 2);
    }

    #[test]
    fn who_sets_a_key_is_told_of_it_with_the_answer_also_when_nothing_changed() {
        let mut watched = watched();
        watched.sets(FeatureKey::DoNotDisturb);
        assert_eq!(watched.news(&keys(true, None), &dialled), None, "the answer comes first");

        assert!(read(watched.answer(&keys(true, None), &dialled)).1.contains("doNotDisturbOn>true<"));
        watched.sets(FeatureKey::DoNotDisturb);
        assert!(read(watched.answer(&keys(true, None), &dialled)).1.contains("doNotDisturbOn>true<"));

        assert!(watched.news(&keys(false, None), &dialled).is_some());
    }
}
