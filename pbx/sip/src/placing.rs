//! A leg that the exchange places, as an INVITE.
//!
//! Towards a telephone the caller stands in From, because that is what displays show. Towards a provider
//! From carries what may be shown and P-Asserted-Identity who vouches for it (RFC 3325).

use pbx::attempt::{Identity, Shown};
use pbx::clip::RingPattern;
use pbx::directory::{Country, E164, Number, Trunk, TrunkTransport};
use pbx::exchange::{AnswerMode, Placement, Purpose, TrunkNumber, Waiting};
use sip::endpoint::{Content, Destination, HeaderList};
use sip::message::{NameAddr, Uri};

use crate::address;
use crate::redirection::{self, Writes};

/// How a telephone rings, and how a second call sounds in it (C-4); none where it rings as always.
fn alert_info(pattern: RingPattern, waiting: Waiting) -> Option<String> {
    let ring = match pattern {
        RingPattern::Normal => 1,
        RingPattern::LongLong => 2,
        RingPattern::ShortShortLong => 3,
        RingPattern::ShortLongShort => 4,
    };
    match waiting {
        Waiting::Idle if ring == 1 => None,
        Waiting::Idle => Some(format!("<http://127.0.0.1/Bellcore-dr{ring}>")),
        Waiting::InCall => Some(format!("<http://127.0.0.1/Bellcore-dr{ring}>;info=call-waiting")),
    }
}

/// From, To and the headers of an INVITE.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) target: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) headers: HeaderList,
}

/// An INVITE to a registered telephone.
pub(crate) fn to_device(placement: &Placement, contact: &str, called: Number, domain: &str) -> Envelope {
    let caller = address::shown(&placement.caller, domain).unwrap_or_else(address::anonymous);
    let caller = match (placement.purpose, &placement.caller.shown) {
        (Purpose::Recall, Shown::Withheld | Shown::Unchanged) => caller.with_display("Recall: Anonymous"),
        (Purpose::Recall, Shown::Unavailable) => caller.with_display("Recall: Unavailable"),
        (Purpose::Call | Purpose::ClickToDial | Purpose::Transfer, _)
        | (Purpose::Recall, Shown::Number { .. }) => caller,
    };
    let mut headers = redirection::headers(
        &placement.diversions,
        &placement.outside,
        &placement.history,
        &InDomain(domain),
    );
    if placement.caller.shown == Shown::Withheld {
        push(&mut headers, "Privacy", "id");
    } else {
        push(&mut headers, "P-Asserted-Identity", &caller.to_string());
    }
    if placement.answer != AnswerMode::Person {
        push(&mut headers, "Call-Info", &format!("<sip:{domain}>;answer-after=0"));
        push(&mut headers, "Alert-Info", "<http://127.0.0.1>;info=alert-autoanswer");
    } else if let Some(info) = alert_info(placement.pattern, placement.waiting) {
        push(&mut headers, "Alert-Info", &info);
    }
    if placement.purpose == Purpose::Recall {
        push(&mut headers, "Subject", "Recall");
        push(&mut headers, "Call-Info", &format!("<sip:{domain}>;purpose=recall"));
    }
    if placement.no_further_diversion {
        push(&mut headers, "Request-Disposition", "no-fork, no-forward");
    }
    let to = NameAddr::new(address::uri(called, domain)).to_string();
    Envelope { target: contact.to_owned(), from: caller.to_string(), to, headers }
}

/// An INVITE to a provider; none when the number cannot leave the exchange.
pub(crate) fn to_trunk(
    placement: &Placement,
    number: &TrunkNumber,
    trunk: &Trunk,
    country: &Country,
) -> Option<Envelope> {
    let provider = OnTrunk { trunk, country };
    let digits = match number {
        TrunkNumber::Number(number) => trunk.write(country, *number)?,
        TrunkNumber::Emergency(digits) => digits.clone(),
    };
    let emergency = matches!(number, TrunkNumber::Emergency(_));
    let target = provider.address(&digits);
    let (from, mut headers) = provider.caller(&placement.caller, emergency);
    headers.extend(redirection::headers(
        &placement.diversions,
        &placement.outside,
        &placement.history,
        &provider,
    ));
    if placement.no_further_diversion {
        push(&mut headers, "Request-Disposition", "no-forward");
    }
    if emergency {
        push(&mut headers, "Priority", "emergency");
    }
    let to = NameAddr::new(target.clone()).to_string();
    Some(Envelope { target: target.to_string(), from: from.to_string(), to, headers })
}

/// Where a provider is.
pub(crate) fn destination(trunk: &Trunk) -> Destination {
    let transport = match trunk.route.transport {
        TrunkTransport::Udp => "udp",
        TrunkTransport::Tcp => "tcp",
        TrunkTransport::Tls => "tls",
    };
    Destination::Uri(format!("sip:{};transport={transport}", authority(trunk)))
}

/// Host and port of a provider.
pub(crate) fn authority(trunk: &Trunk) -> String {
    match trunk.route.port {
        Some(port) => format!("{}:{port}", trunk.route.host),
        None => trunk.route.host.clone(),
    }
}

/// The connected party, as the 200 and UPDATE carry it (F-043).
pub(crate) fn connected(identity: &Identity, domain: &str) -> Content {
    match (&identity.shown, address::shown(identity, domain)) {
        (Shown::Withheld, _) => Content::header("Privacy", "id"),
        (Shown::Unavailable, _) | (_, None) => Content::none(),
        (Shown::Number { .. } | Shown::Unchanged, Some(address)) => {
            Content::header("P-Asserted-Identity", &address.to_string())
        }
    }
}

/// The connected party as a provider wants its number.
pub(crate) fn connected_on_trunk(identity: &Identity, trunk: &Trunk, country: &Country) -> Content {
    let provider = OnTrunk { trunk, country };
    match &identity.shown {
        Shown::Withheld => Content::header("Privacy", "id"),
        Shown::Number { number: Number::International(number), name } => {
            let address = provider.number(*number, name.as_deref());
            Content::header("P-Asserted-Identity", &address.to_string())
        }
        Shown::Number { number: Number::Extension(_) | Number::Short(_), .. }
        | Shown::Unavailable
        | Shown::Unchanged => Content::none(),
    }
}

fn push(headers: &mut HeaderList, name: &str, value: &str) {
    headers.push((name.to_owned(), value.to_owned()));
}

/// Numbers as users of the company's domain.
struct InDomain<'a>(&'a str);

impl Writes for InDomain<'_> {
    fn uri(&self, number: Number) -> Uri {
        address::uri(number, self.0)
    }

    fn trusted(&self) -> bool {
        false
    }
}

/// Numbers as a provider wants them.
struct OnTrunk<'a> {
    trunk: &'a Trunk,
    country: &'a Country,
}

impl Writes for OnTrunk<'_> {
    fn uri(&self, number: Number) -> Uri {
        match self.trunk.write(self.country, number) {
            Some(digits) => self.address(&digits),
            None => address::uri(number, &self.trunk.route.host),
        }
    }

    fn trusted(&self) -> bool {
        true
    }
}

impl OnTrunk<'_> {
    fn address(&self, digits: &str) -> Uri {
        let mut uri = address::phone(digits, &self.trunk.route.host);
        if let (Uri::Sip(sip), Some(port)) = (&mut uri, self.trunk.route.port) {
            sip.target.port = Some(port);
        }
        uri
    }

    /// From and the identity headers. An emergency call always shows who calls (C-8).
    fn caller(&self, caller: &Identity, emergency: bool) -> (NameAddr, HeaderList) {
        let mut headers = HeaderList::new();
        let asserted = caller.asserted.map(|number| self.number(number, name_of(caller)));
        if let Some(asserted) = &asserted {
            push(&mut headers, "P-Asserted-Identity", &asserted.to_string());
        }
        let from = match &caller.shown {
            Shown::Withheld if !emergency => {
                push(&mut headers, "Privacy", "id");
                address::anonymous()
            }
            Shown::Number { number: Number::International(number), name } => {
                self.number(*number, name.as_deref())
            }
            Shown::Number { number: Number::Extension(_) | Number::Short(_), .. }
            | Shown::Withheld
            | Shown::Unavailable
            | Shown::Unchanged => asserted.unwrap_or_else(address::anonymous),
        };
        (from, headers)
    }

    fn number(&self, number: E164, name: Option<&str>) -> NameAddr {
        let address = NameAddr::new(self.uri(Number::International(number)));
        match name {
            Some(name) => address.with_display(name),
            None => address,
        }
    }
}

fn name_of(identity: &Identity) -> Option<&str> {
    match &identity.shown {
        Shown::Number { name, .. } => name.as_deref(),
        Shown::Withheld | Shown::Unavailable | Shown::Unchanged => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pbx::directory::{NETHERLANDS, NumberFormat, TrunkId, TrunkRoute};

    fn trunk() -> Trunk {
        let route = TrunkRoute {
            host: "provider.example".to_owned(),
            port: None,
            transport: TrunkTransport::Udp,
            register: false,
            user_name: None,
            credentials: None,
        };
        Trunk {
            id: TrunkId(1),
            name: "Provider".to_owned(),
            active: true,
            groups: Vec::new(),
            emergency: true,
            number_format: NumberFormat::National,
            route,
        }
    }

    #[test]
    fn a_provider_gets_the_connected_number_in_its_own_form() {
        let number = "+31850000202".parse().unwrap();
        let bert = Identity {
            shown: Shown::Number { number, name: Some("Bert".to_owned()) },
            asserted: "+31850000202".parse().ok(),
        };

        let content = connected_on_trunk(&bert, &trunk(), &NETHERLANDS);
        let hidden = Identity { shown: Shown::Withheld, ..bert };
        let privacy = connected_on_trunk(&hidden, &trunk(), &NETHERLANDS);

        let (name, value) = &content.headers[0];
        assert_eq!(name, "P-Asserted-Identity");
        assert!(value.contains("sip:0850000202@provider.example"), "{value}");
        assert_eq!(privacy.headers, [("Privacy".to_owned(), "id".to_owned())]);
    }
}
