//! A subscriber's calls as a `dialog-info` document (RFC 4235): the busy lamp of a desk telephone (F-080).
//!
//! Every document is full. A partial one saves a few hundred bytes and lets a lamp that missed one stick.

use std::fmt::Write;

use pbx::attempt::{Identity, Shown};
use pbx::feature::Direction;
use pbx::presence::{LampLeg, LampState, Presence};

use super::xml::escape;
use crate::address;

/// The media type of the document.
pub(crate) const CONTENT_TYPE: &str = "application/dialog-info+xml";

/// The document for one watcher; `version` counts that watcher's documents from 0 (RFC 4235 3.8).
pub(crate) fn render(presence: &Presence, entity: &str, version: u32, domain: &str) -> String {
    let mut xml = String::with_capacity(512);
    xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
    xml.push_str("<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\"");
    put(&mut xml, format_args!(" version=\"{version}\" state=\"full\" entity=\"{}\">\r\n", escape(entity)));
    for leg in &presence.legs {
        dialog(&mut xml, leg, entity, domain);
    }
    xml.push_str("</dialog-info>\r\n");
    xml
}

fn dialog(xml: &mut String, leg: &LampLeg, entity: &str, domain: &str) {
    let direction = match leg.direction {
        Direction::Incoming => "recipient",
        Direction::Outgoing => "initiator",
    };
    let state = match leg.state {
        LampState::Trying => "trying",
        LampState::Ringing => "early",
        LampState::Talking | LampState::Holding => "confirmed",
    };
    put(xml, format_args!("  <dialog id=\"{}\" direction=\"{direction}\">\r\n", leg.leg.0));
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
