//! A list of colleagues under one address, as the keys of a desk telephone watch them (F-080, RFC 4662).
//!
//! One subscription stands for all of them: its first document holds everybody, and each later one only
//! whoever changed. A long list begins with everybody's name and brings their states in several documents,
//! so that none grows beyond what a datagram carries.

use std::fmt::Write;
use std::ops::Range;

use pbx::directory::SubscriberId;
use pbx::presence::Presence;
use sip::endpoint::{Body, Content};

use super::dialog_info::{self, Told};
use super::xml::escape;

/// What follows a login or extension in the address of its owner's list: `201-blf`.
pub(crate) const SUFFIX: &str = "-blf";
/// The option that a telephone needs for lists.
pub(crate) const OPTION: &str = "eventlist";
/// States in one document; with two calls each about 40 kB, below the 64 kB of a datagram.
const AT_ONCE: usize = 40;
/// Longer lists come without names, which telephones then take from their own keys.
const NAMED: usize = 150;
/// Stands between the parts of a document; escaped text has no lines of its own, so it stands nowhere else.
const BOUNDARY: &str = "balie-list";

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) subscriber: SubscriberId,
    /// The address by which the telephone calls them.
    pub(crate) uri: String,
    pub(crate) name: String,
}

/// A list, and what its watcher was told.
#[derive(Debug, Clone)]
pub(crate) struct List {
    uri: String,
    documents: u32,
    members: Vec<(Member, Told)>,
}

impl List {
    /// A list of which nothing has been told.
    pub(crate) fn new(uri: String, members: Vec<Member>) -> Self {
        let members = members.into_iter().map(|member| (member, Told::default())).collect();
        Self { uri, documents: 0, members }
    }

    /// Everybody on it, in the order of the keys.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().map(|(member, _)| member)
    }

    /// Takes other members; those who stay keep their count of documents.
    pub(crate) fn renew(&mut self, members: Vec<Member>) {
        let before = std::mem::take(&mut self.members);
        let told = |who: SubscriberId| {
            before.iter().find(|(member, _)| member.subscriber == who).map(|(_, told)| told.clone())
        };
        let members = members.into_iter();
        self.members =
            members.map(|member| (member.clone(), told(member.subscriber).unwrap_or_default())).collect();
    }

    /// Everybody's state: one document, or several for a long list.
    pub(crate) fn whole(&mut self, domain: &str, state: impl Fn(SubscriberId) -> Presence) -> Vec<Content> {
        let all = self.members.len();
        // The names of a long list take the room of some states.
        let first = if all <= AT_ONCE { all } else { AT_ONCE.saturating_sub(all / 10) };
        let parts = self.parts(0..first, domain, &state);
        let mut documents = vec![self.document(true, 0..all, &parts, domain)];
        let mut from = first;
        while from < all {
            let until = all.min(from + AT_ONCE);
            let parts = self.parts(from..until, domain, &state);
            documents.push(self.document(false, from..until, &parts, domain));
            from = until;
        }
        documents
    }

    /// Whether the watcher would be told something new about this member.
    pub(crate) fn is_news(&self, state: &Presence) -> bool {
        let told = self.members.iter().find(|(member, _)| member.subscriber == state.subscriber);
        told.is_some_and(|(_, told)| told.is_news(state))
    }

    /// The state of one of them, which has changed.
    pub(crate) fn change(&mut self, state: &Presence, domain: &str) -> Option<Content> {
        let at = self.members().position(|member| member.subscriber == state.subscriber)?;
        let parts = self.parts(at..at + 1, domain, &|_| state.clone());
        Some(self.document(false, at..at + 1, &parts, domain))
    }

    fn parts(
        &mut self,
        of: Range<usize>,
        domain: &str,
        state: &impl Fn(SubscriberId) -> Presence,
    ) -> Vec<(SubscriberId, String)> {
        let members = self.members.get_mut(of).into_iter().flatten();
        members
            .map(|(member, told)| {
                let state = state(member.subscriber);
                (member.subscriber, told.next(&state, &member.uri, domain))
            })
            .collect()
    }

    /// `multipart/related`: the list, then the state of each one whose state is in it.
    fn document(
        &mut self,
        full: bool,
        listed: Range<usize>,
        parts: &[(SubscriberId, String)],
        domain: &str,
    ) -> Content {
        let version = self.documents;
        self.documents = self.documents.saturating_add(1);
        let id = |name: &str| format!("{name}.{version}@{domain}");
        let mut text = String::with_capacity(1024);
        let root = id("list");
        part(&mut text, &root, "application/rlmi+xml", &self.rlmi((full, version), listed, parts, &id));
        for (who, document) in parts {
            part(&mut text, &id(&who.to_string()), dialog_info::CONTENT_TYPE, document);
        }
        put(&mut text, format_args!("--{BOUNDARY}--\r\n"));
        let content_type = format!(
            "multipart/related;type=\"application/rlmi+xml\";start=\"<{root}>\";boundary=\"{BOUNDARY}\""
        );
        let body = Body { content_type, bytes: text.into_bytes() };
        Content { headers: vec![("Require".to_owned(), OPTION.to_owned())], body: Some(body) }
    }

    /// The list itself (RFC 4662 section 5).
    fn rlmi(
        &self,
        (full, version): (bool, u32),
        listed: Range<usize>,
        parts: &[(SubscriberId, String)],
        id: &impl Fn(&str) -> String,
    ) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
        let uri = escape(&self.uri);
        put(
            &mut xml,
            format_args!(
                "<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" uri=\"{uri}\" version=\"{version}\" \
                 fullState=\"{full}\">\r\n"
            ),
        );
        for (member, _) in self.members.get(listed).into_iter().flatten() {
            let (uri, name, who) = (escape(&member.uri), escape(&member.name), member.subscriber);
            put(&mut xml, format_args!("  <resource uri=\"{uri}\">\r\n"));
            if self.members.len() <= NAMED {
                put(&mut xml, format_args!("    <name>{name}</name>\r\n"));
            }
            if parts.iter().any(|(of, _)| *of == who) {
                let cid = id(&who.to_string());
                put(
                    &mut xml,
                    format_args!("    <instance id=\"{who}\" state=\"active\" cid=\"{cid}\"/>\r\n"),
                );
            }
            xml.push_str("  </resource>\r\n");
        }
        xml.push_str("</list>\r\n");
        xml
    }
}

fn part(text: &mut String, id: &str, content_type: &str, body: &str) {
    put(
        text,
        format_args!(
            "--{BOUNDARY}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{id}>\r\n\
             Content-Type: {content_type};charset=\"UTF-8\"\r\n\r\n{body}\r\n"
        ),
    );
}

fn put(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to a String does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn list(members: u32) -> List {
        let member = |n: u32| Member {
            subscriber: SubscriberId(n),
            uri: format!("sip:{}@x", 200 + n),
            name: format!("N. <{n}>"),
        };
        List::new("sip:201-blf@x".to_owned(), (1..=members).map(member).collect())
    }

    fn idle(subscriber: SubscriberId) -> Presence {
        Presence {
            subscriber,
            version: 1,
            since: Timestamp::UNIX_EPOCH,
            reachable: true,
            standing: Default::default(),
            legs: Vec::new(),
            parked: None,
        }
    }

    fn text(content: &Content) -> String {
        String::from_utf8(content.body.clone().unwrap().bytes).unwrap()
    }

    #[test]
    fn the_first_document_holds_everybody_and_the_next_one_only_who_changed() {
        let mut list = list(2);

        let whole = list.whole("x", idle);
        let change = list.change(&idle(SubscriberId(2)), "x").unwrap();

        assert_eq!(whole.len(), 1);
        let first = text(&whole[0]);
        assert!(first.contains("uri=\"sip:201-blf@x\" version=\"0\" fullState=\"true\""), "{first}");
        assert!(first.contains("<name>N. &lt;1&gt;</name>"), "{first}");
        assert_eq!(first.matches("<dialog-info").count(), 2);
        assert!(first.contains("cid=\"2.0@x\"") && first.contains("Content-ID: <2.0@x>"), "{first}");
        let second = text(&change);
        assert!(second.contains("version=\"1\" fullState=\"false\""), "{second}");
        assert!(!second.contains("sip:201@x\"") && second.contains("sip:202@x"), "{second}");
        assert!(second.contains("dialog-info\" version=\"1\""), "each one's documents are counted: {second}");
    }

    #[test]
    fn the_parts_are_told_apart_as_the_head_says() {
        let document = list(1).whole("x", idle).remove(0);

        let head = document.body.as_ref().unwrap().content_type.clone();
        assert_eq!(
            head,
            "multipart/related;type=\"application/rlmi+xml\";start=\"<list.0@x>\";boundary=\"balie-list\""
        );
        assert_eq!(document.headers, [("Require".to_owned(), "eventlist".to_owned())]);
        let text = text(&document);
        assert!(text.starts_with("--balie-list\r\n") && text.ends_with("--balie-list--\r\n"), "{text}");
        assert!(text.contains("Content-ID: <list.0@x>"), "{text}");
    }

    #[test]
    fn a_long_list_comes_in_several_documents() {
        let documents = list(100).whole("x", idle);

        assert_eq!(documents.len(), 3);
        assert_eq!(text(&documents[0]).matches("<resource ").count(), 100);
        let states = documents.iter().map(|it| text(it).matches("<instance ").count());
        assert_eq!(states.sum::<usize>(), 100);
    }

    #[test]
    fn no_document_is_too_long_for_a_datagram() {
        for length in [40, 41, 150, 151, 500] {
            let member = |n: u32| Member {
                subscriber: SubscriberId(n),
                uri: format!("sip:+3185000{n:04}@telefooncentrale.example;user=phone"),
                name: "é".repeat(80),
            };
            let mut list = List::new("sip:201-blf@x".to_owned(), (1..=length).map(member).collect());

            let documents = list.whole("telefooncentrale.example", idle);

            let longest = documents.iter().map(|it| text(it).len()).max();
            assert!(longest < Some(63_000), "{longest:?} bytes for {length}");
            let states = documents.iter().map(|it| text(it).matches("<instance ").count());
            assert_eq!(states.sum::<usize>(), usize::try_from(length).unwrap());
        }
    }

    #[test]
    fn a_stranger_is_no_change() {
        assert!(list(2).change(&idle(SubscriberId(9)), "x").is_none());
    }

    #[test]
    fn who_stays_on_the_list_is_counted_on() {
        let mut long = list(2);
        long.whole("x", idle);

        long.renew(list(3).members().cloned().collect());

        let whole = text(&long.whole("x", idle)[0]);
        assert!(whole.contains("version=\"1\" fullState=\"true\""), "{whole}");
        assert_eq!(whole.matches("dialog-info\" version=\"1\"").count(), 2);
        assert_eq!(whole.matches("dialog-info\" version=\"0\"").count(), 1);
    }

    #[test]
    fn an_empty_list_is_a_document_too() {
        let whole = list(0).whole("x", idle);

        assert_eq!(whole.len(), 1);
        assert!(text(&whole[0]).contains("fullState=\"true\""));
    }
}
