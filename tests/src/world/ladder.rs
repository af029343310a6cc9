//! Messages as a ladder: who sent what to whom, and when. For people who read, and for golden files.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use sip::message::{Fields, Message, wire};

use super::exchange_address;
use super::network::Datagram;

/// The messages since the last look.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    names: BTreeMap<SocketAddr, String>,
    text: String,
}

impl Ladder {
    /// Gives an address a name.
    pub(super) fn name(&mut self, address: SocketAddr, name: &str) {
        self.names.insert(address, name.to_owned());
    }

    /// Writes down a message.
    pub(super) fn note(&mut self, at: Duration, datagram: &Datagram) {
        let what = match wire::parse_datagram(&datagram.bytes) {
            Ok(Message::Request(request)) => format!("{} {}", request.method(), request.raw_uri()),
            Ok(Message::Response(response)) => {
                let method = response.cseq().map(|cseq| cseq.method.to_string()).unwrap_or_default();
                format!("{} {} ({method})", response.code(), response.reason())
            }
            Err(error) => format!("unreadable: {error}"),
        };
        let rung =
            format!("{:>8} {} -> {}: {what}", at.as_millis(), self.who(datagram.from), self.who(datagram.to));
        writeln!(self.text, "{rung}").expect("a String takes everything");
    }

    /// The ladder so far; the next one begins empty.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn who(&self, address: SocketAddr) -> &str {
        if address == exchange_address() {
            return "Balie";
        }
        self.names.get(&address).map_or("somebody", String::as_str)
    }
}
