//! Texts that people read outside the page, in Dutch and in English.

use phone::view::{Language, Party, Problem};

use crate::platform;

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) nl: &'static str,
    pub(crate) en: &'static str,
}

impl Text {
    pub(crate) const fn new(nl: &'static str, en: &'static str) -> Self {
        Self { nl, en }
    }

    /// As it is read in that language.
    pub(crate) fn read(self, language: Language) -> &'static str {
        if is_dutch(language) { self.nl } else { self.en }
    }
}

pub(crate) const INCOMING: Text = Text::new("Inkomende oproep", "Incoming call");
pub(crate) const FOR: Text = Text::new("voor", "for");
pub(crate) const ANSWER: Text = Text::new("Aannemen", "Answer");
pub(crate) const DECLINE: Text = Text::new("Weigeren", "Decline");
const WITHHELD: Text = Text::new("Anoniem", "Anonymous");

/// Name, else number, else that it is withheld.
pub(crate) fn name_of(caller: &Party, language: Language) -> String {
    let known = caller.name.clone().or_else(|| caller.number.clone());
    known.unwrap_or_else(|| WITHHELD.read(language).to_owned())
}

/// What a problem says.
pub(crate) fn sentence(problem: &Problem, language: Language) -> &str {
    if is_dutch(language) { &problem.sentence.nl } else { &problem.sentence.en }
}

/// Whether somebody who chose this reads Dutch; so does whoever has a system in a language that Balie does not speak.
pub(crate) fn is_dutch(language: Language) -> bool {
    match language {
        Language::Nl => true,
        Language::En => false,
        Language::System => !platform::locale().is_some_and(|locale| locale.starts_with("en")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_named_as_well_as_can_be() {
        let party = |name: Option<&str>, number: Option<&str>| Party {
            name: name.map(str::to_owned),
            number: number.map(str::to_owned),
            colleague: None,
        };

        assert_eq!(name_of(&party(Some("Bert"), Some("202")), Language::Nl), "Bert");
        assert_eq!(name_of(&party(None, Some("202")), Language::Nl), "202");
        assert_eq!(name_of(&party(None, None), Language::En), "Anonymous");
    }
}
