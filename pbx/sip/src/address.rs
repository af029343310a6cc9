//! Numbers as SIP addresses, and addresses as dialled text.
//!
//! Inside the exchange there are only numbers; on the wire there are only URIs. A number of the public
//! network is marked `user=phone` (RFC 3261 19.1.1), an extension is a user of the company's domain.

use pbx::attempt::{Identity, Shown};
use pbx::directory::Number;
use sip::message::{Host, NameAddr, SipUri, Uri};

/// The address of someone who does not want to be seen (RFC 3323 4.1.1.3).
const ANONYMOUS: &str = "sip:anonymous@anonymous.invalid";

/// The URI of a number in the company's domain.
pub(crate) fn uri(number: Number, domain: &str) -> Uri {
    match number {
        Number::Extension(extension) => Uri::Sip(user(&extension.to_string(), domain)),
        Number::International(number) => phone(&number.to_string(), domain),
        Number::Short(code) => phone(&code.digits.to_string(), domain),
    }
}

/// A user of a domain.
pub(crate) fn user(name: &str, domain: &str) -> SipUri {
    let host = Host::parse(domain).unwrap_or_else(|| Host::Name("invalid".to_owned()));
    SipUri::new(host).with_user(name)
}

/// A number of the public network, as a provider or the domain writes it.
pub(crate) fn phone(digits: &str, domain: &str) -> Uri {
    Uri::Sip(user(digits, domain).with_param("user", "phone"))
}

/// What was dialled: the user part without escapes and parameters, or the digits of a `tel:` URI.
///
/// `sip:%2372@x` dials `#72`. Nothing is dialled by a URI without a user.
pub(crate) fn dialled(uri: &Uri) -> Option<String> {
    let text = uri.user()?;
    let plain = text.split(';').next().unwrap_or_default().trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// The address that stands in From, To or P-Asserted-Identity for an identity.
///
/// None when nothing new is to be said ([`Shown::Unchanged`]).
pub(crate) fn shown(identity: &Identity, domain: &str) -> Option<NameAddr> {
    match &identity.shown {
        Shown::Number { number, name } => {
            let address = NameAddr::new(uri(*number, domain));
            Some(match name {
                Some(name) => address.with_display(name),
                None => address,
            })
        }
        Shown::Withheld => Some(anonymous()),
        Shown::Unavailable => Some(unavailable()),
        Shown::Unchanged => None,
    }
}

/// `"Anonymous" <sip:anonymous@anonymous.invalid>`.
pub(crate) fn anonymous() -> NameAddr {
    let uri = Uri::parse(ANONYMOUS).unwrap_or_else(|_| Uri::Sip(user("anonymous", "anonymous.invalid")));
    NameAddr::new(uri).with_display("Anonymous")
}

/// `<sip:unavailable@unknown.invalid>`: somebody of whom no number is known.
pub(crate) fn unavailable() -> NameAddr {
    NameAddr::new(user("unavailable", "unknown.invalid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_a_user_and_a_number_is_a_phone() {
        let extension = uri("201".parse().unwrap(), "balie.example");
        let number = uri("+31201234567".parse().unwrap(), "balie.example");

        assert_eq!(extension.to_string(), "sip:201@balie.example");
        assert_eq!(number.to_string(), "sip:+31201234567@balie.example;user=phone");
    }

    #[test]
    fn an_access_code_is_dialled_without_its_escapes() {
        assert_eq!(dialled(&Uri::parse("sip:*72202%23@x").unwrap()).as_deref(), Some("*72202#"));
        assert_eq!(dialled(&Uri::parse("sip:%2372@x").unwrap()).as_deref(), Some("#72"));
    }

    #[test]
    fn parameters_of_the_user_part_are_not_dialled() {
        assert_eq!(dialled(&Uri::parse("sip:+31201234567;npdi@x").unwrap()).as_deref(), Some("+31201234567"));
        assert_eq!(dialled(&Uri::parse("tel:+31-20-1234567").unwrap()).as_deref(), Some("+31201234567"));
        assert_eq!(dialled(&Uri::parse("sip:balie.example").unwrap()), None);
    }

    #[test]
    fn a_withheld_party_has_no_number_on_the_wire() {
        let withheld = Identity { shown: Shown::Withheld, asserted: "+31201234567".parse().ok() };

        let address = shown(&withheld, "balie.example").unwrap().to_string();

        assert_eq!(address, "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
    }
}
