//! A subscriber's calls as a `dialog-info` document (RFC 4235): the busy lamp of a desk telephone (F-080).
//!
//! Every document is full. A partial one saves a few hundred bytes and lets a lamp that missed one stick.
//! A call that is over is named once more as terminated (RFC 4235 3.7.1), for lamps that wait for the word.

use std::fmt::Write;

use pbx::attempt::{Identity, Shown};
use pbx::feature::Direction;
use pbx::presence::{LampLeg, LampState, Presence};
use pbx_api::LegId;

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
}

impl Told {
    /// The next document; its version counts from 0 (RFC 4235 3.8).
    pub(super) fn next(&mut self, presence: &Presence, entity: &str, domain: &str) -> String {
        let before = self.legs.replace(presence.legs.clone()).unwrap_or_default();
        let goes_on = |leg: &LampLeg| presence.legs.iter().any(|now| now.leg == leg.leg);
        let ended = before.iter().filter(|leg| !goes_on(leg));
        let over: Vec<_> = ended.map(|leg| (leg.leg, leg.direction)).collect();
        let text = render(presence, &over, entity, (self.documents, domain));
        self.documents = self.documents.saturating_add(1);
        text
    }

    /// Whether the next document would say something else than the last one.
    pub(super) fn is_news(&self, presence: &Presence) -> bool {
        self.legs.as_ref() != Some(&presence.legs)
    }
}

fn render(
    presence: &Presence,
    over: &[(LegId, Direction)],
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
    for (leg, direction) in over {
        begin(&mut xml, *leg, *direction);
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
    begin(xml, leg.leg, leg.direction);
    put(xml, format_args!("    <state>{state}</state>\r\n"));
    let rendering = if leg.state == LampState::Holding { "no" } else { "yes" };
    put(
        xml,
        format_args!(
            "    <local><identity>{0}</identity><target uri=\"{0}\"><param pname=\"+sip.rendering\" \
             pval=\"{rendering}\"/></target></local>\r\n",
            escape(entity)
        ),
    );
    if let Some(peer) = &leg.peer {
        remote(xml, peer, domain);
    }
    xml.push_str("  </dialog>\r\n");
}

fn begin(xml: &mut String, leg: LegId, direction: Direction) {
    let direction = match direction {
        Direction::Incoming => "recipient",
        Direction::Outgoing => "initiator",
    };
    put(xml, format_args!("  <dialog id=\"{}\" direction=\"{direction}\">\r\n", leg.0));
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
