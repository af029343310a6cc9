//! A subscriber's calls as a `dialog-info` document (RFC 4235): the busy lamp of a desk telephone (F-080).
//!
//! Every document is full. A partial one saves a few hundred bytes and lets a lamp that missed one stick.
//! A call that is over is named once more as terminated (RFC 4235 3.7.1), for lamps that wait for the word.
//! A call that is parked at the subscriber stands there like one that is on hold (F-085).

use std::fmt::Write;

use pbx::attempt::{Identity, Shown};
use pbx::feature::Direction;
use pbx::presence::{LampLeg, LampParked, LampState, Presence};

use super::xml::escape;
use crate::address;

/// The media type of the document.
pub(crate) const CONTENT_TYPE: &str = "application/dialog-info+xml";

/// What one watcher was told of one subscriber.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// How many documents.
    documents: u32,
    /// The calls in the last one; none before the first.
    legs: Option<Vec<LampLeg>>,
    /// Who was parked then.
    parked: Option<LampParked>,
}

impl Told {
    /// The next document; its version counts from 0 (RFC 4235 3.8).
    pub(super) fn next(&mut self, presence: &Presence, entity: &str, domain: &str) -> String {
        let before = self.legs.replace(presence.legs.clone()).unwrap_or_default();
        let goes_on = |leg: &LampLeg| presence.legs.iter().any(|now| now.leg == leg.leg);
        let ended = before.iter().filter(|leg| !goes_on(leg));
        let mut over: Vec<_> = ended.map(|leg| (leg.leg.0.to_string(), leg.direction)).collect();
        let parked_before = std::mem::replace(&mut self.parked, presence.parked.clone());
        let stays = |before: &LampParked| presence.parked.as_ref().is_some_and(|it| it.call == before.call);
        over.extend(parked_before.filter(|it| !stays(it)).map(|it| (parked_id(&it), Direction::Incoming)));
        let text = render(presence, &over, entity, (self.documents, domain));
        self.documents = self.documents.saturating_add(1);
        text
    }

    /// Whether the next document would say something else than the last one.
    pub(super) fn is_news(&self, presence: &Presence) -> bool {
        self.legs.as_ref() != Some(&presence.legs) || self.parked != presence.parked
    }
}

fn render(
    presence: &Presence,
    over: &[(String, Direction)],
    entity: &str,
    (version, domain): (u32, &str),
) -> String {
    let mut xml = String::with_capacity(512);
    xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
    xml.push_str("<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\"");
    put(&mut xml, format_args!(" version=\"{version}\" state=\"full\" entity=\"{}\">\r\n", escape(entity)));
    for leg in &presence.legs {
        dialog(&mut xml, leg, entity, domain);
    }
    if let Some(parked) = &presence.parked {
        begin(&mut xml, &parked_id(parked), Direction::Incoming);
        ends(&mut xml, ("confirmed", "no"), (entity, domain), Some(&parked.who));
    }
    for (id, direction) in over {
        begin(&mut xml, id, *direction);
        xml.push_str("    <state>terminated</state>\r\n  </dialog>\r\n");
    }
    xml.push_str("</dialog-info>\r\n");
    xml
}

fn dialog(xml: &mut String, leg: &LampLeg, entity: &str, domain: &str) {
    let state = match leg.state {
        LampState::Trying => "trying",
        LampState::Ringing => "early",
        LampState::Talking | LampState::Holding | LampState::Held => "confirmed",
    };
    begin(xml, &leg.leg.0.to_string(), leg.direction);
    let rendering = if leg.state == LampState::Holding { "no" } else { "yes" };
    ends(xml, (state, rendering), (entity, domain), leg.peer.as_ref());
}

/// How far a call is, and who is at its two ends.
fn ends(
    xml: &mut String,
    (state, rendering): (&str, &str),
    (entity, domain): (&str, &str),
    peer: Option<&Identity>,
) {
    put(xml, format_args!("    <state>{state}</state>\r\n"));
    put(
        xml,
        format_args!(
            "    <local><identity>{0}</identity><target uri=\"{0}\"><param pname=\"+sip.rendering\" \
             pval=\"{rendering}\"/></target></local>\r\n",
            escape(entity)
        ),
    );
    if let Some(peer) = peer {
        remote(xml, peer, domain);
    }
    xml.push_str("  </dialog>\r\n");
}

/// Legs are numbered, so no leg has this name.
fn parked_id(parked: &LampParked) -> String {
    format!("parked-{}", parked.call.0)
}

fn begin(xml: &mut String, id: &str, direction: Direction) {
    let direction = match direction {
        Direction::Incoming => "recipient",
        Direction::Outgoing => "initiator",
    };
    put(xml, format_args!("  <dialog id=\"{id}\" direction=\"{direction}\">\r\n"));
}

fn remote(xml: &mut String, peer: &Identity, domain: &str) {
    let Some(address) = address::shown(peer, domain) else { return };
    let name = match &peer.shown {
        Shown::Number { name: Some(name), .. } => format!(" display=\"{}\"", escape(name)),
        Shown::Number { name: None, .. } | Shown::Withheld | Shown::Unavailable | Shown::Unchanged => {
            String::new()
        }
    };
    let uri = escape(&address.uri.to_string()).into_owned();
    put(
        xml,
        format_args!("    <remote><identity{name}>{uri}</identity><target uri=\"{uri}\"/></remote>\r\n"),
    );
}

fn put(xml: &mut String, text: std::fmt::Arguments<'_>) {
    xml.write_fmt(text).expect("writing to a String does not fail");
}
