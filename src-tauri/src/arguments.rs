//! The command line: how Balie starts, and what it asks of a Balie that runs already.
//!
//! What follows `--` is a link and never an option, whatever it looks like; the entry that opens links for the system
//! puts it there.

use std::path::PathBuf;

use clap::Parser;
use phone::Wish;
use tracing_subscriber::filter::LevelFilter;

/// The kinds of link that Balie opens; `balie` is an invitation. What the system installs names them as well.
pub(crate) const KINDS: [&str; 5] = ["tel", "sip", "sips", "callto", "balie"];

/// Balie, the softphone for front desks.
#[derive(Debug, Clone, Parser)]
#[command(name = "balie", version)]
pub struct Arguments {
    /// Sign in at once as this user (`user@domain`); the password comes from the environment variable
    /// BALIE_PASSWORD, else what was kept in the key store takes its place.
    #[arg(long, requires = "server")]
    pub sign_in: Option<String>,
    /// Balie exchange to sign in at, as host or host and port of its API; `sip:` before it for another one.
    #[arg(long, requires = "sign_in")]
    pub server: Option<String>,
    /// Certificate (PEM) of the exchange's authority, where nobody has to compare its fingerprint.
    #[arg(long, value_name = "FILE", requires = "server")]
    pub authority: Option<PathBuf>,
    /// How much is logged: off, error, warn, info, debug or trace. From debug on with numbers and names of people.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log: LevelFilter,
    /// Start without showing the window.
    #[arg(long)]
    pub hidden: bool,
    /// Answer the call that rings in the Balie that runs.
    #[arg(long, group = "ask")]
    answer: bool,
    /// End the call in hand in the Balie that runs, else refuse the one that rings.
    #[arg(long, group = "ask")]
    hangup: bool,
    /// Call this number or name with the Balie that runs.
    #[arg(long, group = "ask", value_name = "NUMBER")]
    dial: Option<String>,
    /// Put this link or number before the person, who dials it with one key.
    #[arg(long, group = "ask", value_name = "URI")]
    link: Option<String>,
    /// The site that the link stood on.
    #[arg(long, value_name = "HOST", requires = "link")]
    site: Option<String>,
    /// A link that the system hands over: tel, sip, sips, callto, or an invitation (balie).
    #[arg(group = "ask", value_name = "LINK", value_parser = link)]
    uri: Option<String>,
}

/// What a command line asks of a Balie that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Nothing; it wants to see the window.
    Show,
    /// Something of the phone.
    Wish(Wish),
}

impl Arguments {
    /// What is asked.
    #[must_use]
    pub fn request(&self) -> Request {
        if self.answer {
            return Request::Wish(Wish::Answer);
        }
        if self.hangup {
            return Request::Wish(Wish::HangUp);
        }
        if let Some(number) = &self.dial {
            return Request::Wish(Wish::Dial(number.clone()));
        }
        let link = self.link.as_ref().or(self.uri.as_ref());
        link.map_or(Request::Show, |text| {
            Request::Wish(Wish::Link { text: text.clone(), site: self.site.clone() })
        })
    }
}

/// A link of a kind that Balie opens; the number in it is read by the phone.
fn link(text: &str) -> Result<String, String> {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    if scheme.is_some_and(|scheme| KINDS.contains(&scheme.as_str())) {
        return Ok(text.to_owned());
    }
    Err("geen link die Balie opent · not a link that Balie opens".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(words: &[&str]) -> Option<Request> {
        let words = std::iter::once("balie").chain(words.iter().copied());
        Arguments::try_parse_from(words).ok().map(|arguments| arguments.request())
    }

    fn linked(text: &str, site: Option<&str>) -> Option<Request> {
        Some(Request::Wish(Wish::Link { text: text.to_owned(), site: site.map(str::to_owned) }))
    }

    #[test]
    fn a_command_line_asks_one_thing() {
        assert_eq!(asked(&[]), Some(Request::Show));
        assert_eq!(asked(&["--"]), Some(Request::Show), "what a menu starts");
        assert_eq!(asked(&["--answer"]), Some(Request::Wish(Wish::Answer)));
        assert_eq!(asked(&["--hangup"]), Some(Request::Wish(Wish::HangUp)));
        assert_eq!(asked(&["--dial", "201"]), Some(Request::Wish(Wish::Dial("201".to_owned()))));
        assert_eq!(
            asked(&["--link", "tel:1", "--site", "crm.example"]),
            linked("tel:1", Some("crm.example"))
        );
        assert_eq!(asked(&["--", "TEL:0201234567"]), linked("TEL:0201234567", None));
        assert_eq!(asked(&["--answer", "--hangup"]), None);
        assert_eq!(asked(&["--dial", "201", "tel:1"]), None);
        assert_eq!(asked(&["--site", "crm.example"]), None);
    }

    #[test]
    fn what_is_installed_names_every_kind_of_link() {
        let (entry, bundle) = (include_str!("../linux/balie.desktop"), include_str!("../Info.plist"));
        for kind in KINDS {
            assert!(entry.contains(&format!("x-scheme-handler/{kind};")), "{kind}");
            assert!(bundle.contains(&format!("<string>{kind}</string>")), "{kind}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_link_never_becomes_an_option(head in "(tel:|sip:|--|-|)", tail in "(--answer|--dial=|--site |\\PC){0,6}") {
            let text = format!("{head}{tail}");
            let read = Arguments::try_parse_from(["balie", "--", text.as_str()]);
            if let Ok(arguments) = read {
                prop_assert_eq!(Some(arguments.request()), linked(&text, None));
                prop_assert!(!arguments.hidden && arguments.sign_in.is_none());
            }
        }
    }
}
