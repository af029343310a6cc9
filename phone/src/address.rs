//! What a person types as something to call, and what a SIP address is to a person.

use sip::message::{Fields, NameAddr, SipUri, Uri};

use crate::account::Account;
use crate::view::{Colleague, Party};

/// Where a call to `typed` goes; `None` when nobody could mean a number or an address by it.
pub(crate) fn target(typed: &str, account: &Account) -> Option<SipUri> {
    let number = crate::number::number(typed)?;
    if !number.contains('@') {
        return Some(account.uri(&number));
    }
    let whole = if number.starts_with("sip:") || number.starts_with("sips:") {
        number
    } else {
        format!("sip:{number}")
    };
    let uri = Uri::parse(&whole).ok()?.as_sip()?.clone();
    (!uri.has_headers()).then_some(uri)
}

/// Whether a call for help is meant, in any way that people write it. It is never refused here, and what would come
/// between is left out; where it goes the exchange decides.
pub(crate) fn is_emergency(number: &str) -> bool {
    let signs: String = number.chars().filter(|c| c.is_ascii_digit() || "+*".contains(*c)).collect();
    matches!(signs.as_str(), "112" | "0112" | "+31112" | "0031112")
}

/// The party behind an address: within the domain a number, elsewhere a whole address.
pub(crate) fn party(address: &NameAddr, account: &Account) -> Party {
    let user = address.uri.user().map(std::borrow::Cow::into_owned).filter(|user| !user.is_empty());
    let anonymous = |text: &str| text.eq_ignore_ascii_case("anonymous");
    if user.as_deref().is_none_or(anonymous) || is_host(&address.uri, "anonymous.invalid") {
        let name = address.display.clone().filter(|name| !anonymous(name));
        return Party { name, number: None, colleague: None };
    }
    let number = user.map(|user| match address.uri.target() {
        Some(target) if !target.host.matches(&account.domain) && !is_number(&user) => {
            format!("{user}@{target}")
        }
        Some(_) | None => user,
    });
    let name = address.display.clone().filter(|name| Some(name) != number.as_ref());
    Party { name, number, colleague: None }
}

/// The party that a dialled text means.
pub(crate) fn dialled(typed: &str) -> Party {
    Party { name: None, number: crate::number::number(typed), colleague: None }
}

/// Who a message asserts to be behind it (RFC 3325); `None` when it says nothing.
pub(crate) fn asserted(message: &impl Fields) -> Option<NameAddr> {
    message.asserted_identities().ok()?.into_iter().next()
}

/// The party with the name that the list of colleagues has for it.
pub(crate) fn named(mut party: Party, colleagues: &[Colleague]) -> Party {
    party.colleague = None;
    if let Some(colleague) = colleagues.iter().find(|other| Some(&other.dial) == party.number.as_ref()) {
        party.colleague = Some(colleague.id.clone());
        // A list that holds only numbers knows no better name than the caller's own.
        if colleague.name != colleague.dial {
            party.name = Some(colleague.name.clone());
        }
    }
    party
}

fn is_number(user: &str) -> bool {
    !user.is_empty() && user.chars().all(|c| c.is_ascii_digit() || "+*#".contains(c))
}

fn is_host(uri: &Uri, host: &str) -> bool {
    uri.target().is_some_and(|target| target.host.to_string().eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account::parse("201@example.nl").unwrap()
    }

    fn seen(text: &str) -> Party {
        party(&NameAddr::parse(text).unwrap(), &account())
    }

    #[test]
    fn a_number_is_dialled_within_the_domain_and_an_address_as_it_stands() {
        let uri = |typed| target(typed, &account()).map(|uri| uri.to_string());

        assert_eq!(uri("010-200 04 21").as_deref(), Some("sip:0102000421@example.nl"));
        assert_eq!(uri("*21#").as_deref(), Some("sip:*21%23@example.nl"));
        assert_eq!(uri("bas@127.0.0.1:5070").as_deref(), Some("sip:bas@127.0.0.1:5070"));
        assert_eq!(uri("sip:bas@elders.example?Replaces=x"), None);
        assert_eq!(uri("bas"), None);
    }

    #[test]
    fn a_caller_is_a_number_at_home_and_an_address_elsewhere() {
        assert_eq!(seen("\"Bas\" <sip:202@example.nl>").number.as_deref(), Some("202"));
        assert_eq!(seen("<sip:bas@elders.example>").number.as_deref(), Some("bas@elders.example"));
        assert_eq!(seen("<sip:+31612@elders.example>").number.as_deref(), Some("+31612"));
    }

    #[test]
    fn a_call_for_help_is_known_in_every_way_it_is_written() {
        assert!(["112", "0112", "0-112", "+31112", "0031112", "112#", " 112 "].into_iter().all(is_emergency));
        assert!(
            ["113", "144", "1122", "0900-8844", "*112*1", ""].into_iter().all(|other| !is_emergency(other))
        );
    }

    #[test]
    fn a_caller_who_hides_has_no_number() {
        let hidden = seen("\"Anonymous\" <sip:anonymous@anonymous.invalid>");

        assert_eq!(hidden, Party::default());
    }
}
