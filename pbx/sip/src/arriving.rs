//! What an INVITE says, in the words of the exchange.
//!
//! Who calls is established before this, by digest or by the trunk's address; what the message claims in
//! From is display and nothing more. Only a trunk is believed about numbers.

use pbx::attempt::IncomingCall;
use pbx::directory::{Directory, TrunkId};
use pbx::exchange::{EarlyMedia, Origin, Privacy};
use pbx_api::DeviceId;
use sip::message::{Fields, NameAddr, Request};

use crate::address;
use crate::redirection;

/// Names longer than this are cut; a display has no room for more.
const NAME_LIMIT: usize = 80;

/// A call by one of our own.
pub(crate) fn from_subscriber(
    request: &Request,
    subscriber: pbx::directory::SubscriberId,
    device: Option<DeviceId>,
) -> Origin {
    let privacy = if withheld(request) { Privacy::Withheld } else { Privacy::Unasked };
    let dialled = address::dialled(request.uri()).unwrap_or_default();
    Origin::Subscriber { subscriber, device, dialled, privacy }
}

/// A call from a provider.
///
/// The called number is the Request-URI's user; a provider to which we register may send the registered
/// contact there and the number in To, which `registered_user` tells apart.
pub(crate) fn from_trunk(
    request: &Request,
    trunk: TrunkId,
    registered_user: Option<&str>,
    directory: &Directory,
) -> Origin {
    let mut called = address::dialled(request.uri()).unwrap_or_default();
    let is_contact =
        called.is_empty() || registered_user.is_some_and(|user| user.eq_ignore_ascii_case(&called));
    if is_contact && let Some(to) = Fields::to(request).ok().and_then(|to| address::dialled(&to.uri)) {
        called = to;
    }
    let caller = vouched_for(request);
    let number = caller.as_ref().and_then(|who| address::dialled(&who.uri));
    let number_shown = number.clone();
    let from = Fields::from(request).ok();
    let name =
        from.and_then(|from| from.display).or_else(|| caller.as_ref().and_then(|who| who.display.clone()));
    Origin::Trunk(IncomingCall {
        trunk,
        called,
        number: number.and_then(|text| directory.incoming_number(&text)),
        name: name
            .map(|name| name.chars().take(NAME_LIMIT).collect())
            .filter(|name: &String| !name.is_empty()),
        withheld: withheld(request),
        diversions: redirection::outside(request, directory),
        from_help: from_help(request, number_shown.as_deref(), directory),
    })
}

/// Whether the emergency centre calls back: it says so (RFC 7090 section 3), or shows its own short number.
fn from_help(request: &Request, number: Option<&str>, directory: &Directory) -> bool {
    let says_so = request.values("Priority").any(|word| word.trim().eq_ignore_ascii_case("psap-callback"));
    let emergency = directory.company().country.emergency;
    says_so || number.is_some_and(|number| emergency.contains(&number))
}

/// The identity that the provider asserts, else From.
fn vouched_for(request: &Request) -> Option<NameAddr> {
    let asserted = request.asserted_identities().unwrap_or_default().into_iter().next();
    asserted.or_else(|| Fields::from(request).ok())
}

/// Whether the caller asks not to be shown (RFC 3323, RFC 3325), or has no name to show at all.
fn withheld(request: &Request) -> bool {
    let asked =
        request.privacy().any(|wish| wish.eq_ignore_ascii_case("id") || wish.eq_ignore_ascii_case("user"));
    let anonymous = Fields::from(request).is_ok_and(|from| {
        from.uri
            .target()
            .is_some_and(|target| target.host.to_string().eq_ignore_ascii_case("anonymous.invalid"))
    });
    asked || anonymous
}

/// Whether the caller hears media before the answer: it says so with 100rel or early-session, and every
/// telephone that sends an offer in its INVITE is taken to (C-7).
pub(crate) fn early_media(request: &Request) -> EarlyMedia {
    if request.body().is_empty() { EarlyMedia::Unheard } else { EarlyMedia::Heard }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pbx_api::DeviceId;
    use sip::message::{Message, wire};

    fn request(headers: &str) -> Request {
        let text = format!(
            "INVITE sip:%2a72202@balie.example SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n\
             Max-Forwards: 70\r\nFrom: \"Anna\" <sip:201@balie.example>;tag=a\r\nTo: <sip:202@balie.example>\r\n\
             Call-ID: c\r\nCSeq: 1 INVITE\r\n{headers}Content-Length: 0\r\n\r\n"
        );
        match wire::parse_datagram(text.as_bytes()).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => panic!("an INVITE is a request"),
        }
    }

    #[test]
    fn the_dialled_text_comes_from_the_request_uri_without_escapes() {
        let origin = from_subscriber(&request(""), pbx::directory::SubscriberId(1), Some(DeviceId(2)));

        let Origin::Subscriber { dialled, privacy, .. } = origin else { panic!("a subscriber calls") };
        assert_eq!(dialled, "*72202");
        assert_eq!(privacy, Privacy::Unasked);
    }

    #[test]
    fn privacy_is_read_whatever_its_case() {
        let origin =
            from_subscriber(&request("Privacy: ID;critical\r\n"), pbx::directory::SubscriberId(1), None);

        assert!(matches!(origin, Origin::Subscriber { privacy: Privacy::Withheld, .. }));
    }
}
