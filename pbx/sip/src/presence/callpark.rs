//! Who is parked at a subscriber, as a `callpark-info` document (F-085): the form that desk telephones know.

use pbx::attempt::Shown;
use pbx::directory::Number;
use pbx::presence::LampParked;
use sip::message::Uri;

use super::xml::escape;
use crate::address;

/// The media type of the document.
pub(crate) const CONTENT_TYPE: &str = "application/x-broadworks-callpark-info+xml";

/// The document, whose every version is whole.
pub(crate) fn render(parked: Option<&LampParked>, domain: &str) -> String {
    let callpark = match parked {
        Some(parked) => format!("<callpark><parked>{}</parked></callpark>", identity(parked, domain)),
        None => "<callpark/>".to_owned(),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <x-broadworks-callpark-info xmlns=\"http://schema.broadsoft.com/callpark\">{callpark}\
         </x-broadworks-callpark-info>\r\n"
    )
}

fn identity(parked: &LampParked, domain: &str) -> String {
    let address = address::shown(&parked.who, domain).unwrap_or_else(address::unavailable);
    let (name, uri) = match &parked.who.shown {
        Shown::Number { number, name } => (name.clone(), phone(*number, domain)),
        Shown::Withheld => (Some("Anonymous".to_owned()), address.uri),
        Shown::Unavailable | Shown::Unchanged => (None, address.uri),
    };
    let name = name.map(|name| format!(" display=\"{}\"", escape(&name))).unwrap_or_default();
    format!("<identity{name}>{}</identity>", escape(&uri.to_string()))
}

/// Telephones take the user of these addresses for something that can be dialled, extensions too.
fn phone(number: Number, domain: &str) -> Uri {
    match number {
        Number::Extension(extension) => address::phone(&extension.to_string(), domain),
        Number::International(_) | Number::Short(_) => address::uri(number, domain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pbx::attempt::Identity;
    use pbx_api::CallId;

    fn parked(shown: Shown) -> LampParked {
        LampParked { call: CallId(1), who: Identity { shown, asserted: None } }
    }

    #[test]
    fn who_waits_is_told_in_the_words_that_telephones_know() {
        let carla = Shown::Number { number: "203".parse().unwrap(), name: Some("C. <P>".to_owned()) };

        let document = render(Some(&parked(carla)), "host");

        let expected = "<callpark><parked><identity display=\"C. &lt;P&gt;\">sip:203@host;user=phone</identity>\
                        </parked></callpark>";
        assert!(document.contains(expected), "{document}");
    }

    #[test]
    fn a_free_place_holds_nobody_and_a_hidden_caller_stays_hidden() {
        assert!(render(None, "host").contains("><callpark/></x-broadworks-callpark-info>"));
        let hidden = render(Some(&parked(Shown::Withheld)), "host");
        assert!(hidden.contains("sip:anonymous@anonymous.invalid"), "{hidden}");
    }
}
