//! Call Notify (NL: Melding bij oproep).
//!
//! When a call arrives that one of its entries fits, a mail says who called whom and when: also when the call is forwarded
//! afterwards, and not when it was rejected before. The call itself goes as if nothing had happened. F-072, C-3.

use serde::{Deserialize, Serialize};

use crate::attempt::Attempt;
use crate::feature::{
    Amendment, Card, Criterion, Described, Feature, FeatureClass, Field, FieldError, FieldKind, Judgement,
    MailAddress, NoticeWish, Scope, Verdict, WaitsFor,
};
use crate::limits;

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallNotify {
    /// Where mails go; needed as soon as an entry is active.
    pub mail_to: Option<MailAddress>,
    /// The subject names only who calls, for displays that are short.
    pub short_subject: bool,
    /// The text names the number that was called.
    pub number_in_body: bool,
    /// Of which calls a mail tells.
    pub entries: Vec<Criterion>,
}

impl Feature for CallNotify {
    fn arriving(&self, attempt: &Attempt) -> Verdict {
        // A call that a group offers is the group's (ruling R-2), and one that comes back has been told of.
        let new = attempt.facts.offer.is_none() && attempt.facts.recall.is_none();
        match (&self.mail_to, Criterion::judge(self.entries.iter(), attempt)) {
            (Some(to), Judgement::Applies(_)) if new => Verdict::Amend(Amendment::Notify(NoticeWish {
                to: to.clone(),
                short_subject: self.short_subject,
                number_in_body: self.number_in_body,
            })),
            (Some(_) | None, Judgement::Applies(_) | Judgement::Spares | Judgement::Idle) => Verdict::Pass,
        }
    }
}

impl Described for CallNotify {
    const CARD: Card = Card {
        id: "call_notify",
        function: "F-072",
        title_nl: "Melding bij oproep",
        title_en: "Call notify",
        scope: Scope::User,
        class: FeatureClass::Call,
        access_codes: &[],
        version: 1,
        fields: &[
            Field {
                name: "mail_to",
                nl: "E-mailadres",
                en: "Mail address",
                kind: FieldKind::Text(limits::MAIL_ADDRESS),
            },
            Field {
                name: "short_subject",
                nl: "Kort onderwerp",
                en: "Short subject",
                kind: FieldKind::Switch,
            },
            Field {
                name: "number_in_body",
                nl: "Gebeld nummer in het bericht",
                en: "Number called in the message",
                kind: FieldKind::Switch,
            },
            Field {
                name: "entries",
                nl: "Van welke gesprekken",
                en: "Of which calls",
                kind: FieldKind::List(Criterion::FIELDS),
            },
        ],
        waits_for: &[WaitsFor {
            part: "sending the mail; until then it stands in the list of notices",
            id: "F-011",
        }],
    };

    fn check(&self) -> Result<(), FieldError> {
        if self.mail_to.is_none() && self.entries.iter().any(|entry| entry.active) {
            return Err(FieldError::new("mail_to", "a mail address is needed"));
        }
        Criterion::check(self.entries.iter()).map_err(|error| error.within("entries"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Availability, Recalled};
    use crate::directory::{Directory, Language};
    use crate::feature::{Callers, Notice, Point};
    use crate::features::{AnonymousCallRejection, CallForwardingAlways, SelectiveCallRejection};
    use crate::resolve::Outcome;
    use crate::testing::{ANNA, BERT, CUSTOMER, Office, number, office, records};

    fn told(entries: Vec<Criterion>) -> CallNotify {
        CallNotify {
            mail_to: Some("bert@kantoor.example".parse().unwrap()),
            entries,
            ..CallNotify::default()
        }
    }

    fn from(name: &str, from: Callers) -> Criterion {
        Criterion { name: name.to_owned(), from, ..Criterion::default() }
    }

    fn tells(office: &Office, attempt: Attempt) -> (Option<Notice>, Outcome) {
        let attempt = Attempt { availability: Availability::Idle, ..attempt };
        let decision = office.resolve(attempt, Point::Arriving);
        (decision.notice.map(|notice| *notice), decision.outcome)
    }

    fn customer(office: &Office) -> Attempt {
        office.outside_call(Some(CUSTOMER), false, "+31201230202")
    }

    #[test]
    fn a_call_that_fits_is_told_of_and_rings_as_always() {
        let mut office = office();
        office.set(BERT, &told(vec![from("Klanten", Callers::External)]));

        let (notice, outcome) = tells(&office, customer(&office));

        let notice = notice.unwrap();
        assert_eq!(notice.to.as_str(), "bert@kantoor.example");
        assert_eq!(notice.subject, format!("Oproep van {CUSTOMER} voor Bert"));
        assert_eq!(
            notice.body,
            format!("U bent gebeld.\n\nVan: {CUSTOMER}\nVoor: Bert\nTijd: 2026-03-02 12:00\n")
        );
        assert!(matches!(outcome, Outcome::Ring(_)));
        assert_eq!(tells(&office, office.call(ANNA, "202")).0, None, "a colleague is no customer");
    }

    #[test]
    fn an_entry_that_excludes_keeps_the_call_untold() {
        let mut office = office();
        let mut except = from("Deze niet", Callers::Chosen);
        except.numbers = vec![CUSTOMER.to_owned().try_into().unwrap()];
        except.excludes = true;
        office.set(BERT, &told(vec![from("Iedereen", Callers::Any), except]));

        assert_eq!(tells(&office, customer(&office)).0, None);
        assert!(tells(&office, office.call(ANNA, "202")).0.is_some());
    }

    #[test]
    fn a_call_that_is_forwarded_is_told_of_and_one_that_is_rejected_is_not() {
        let mut office = office();
        let everybody = || from("Iedereen", Callers::Any);
        office.set(BERT, &told(vec![everybody()]));
        let forward = CallForwardingAlways { active: true, forward_to: Some(number("203").into()) };
        office.set(BERT, &forward);
        let (told_of, outcome) = tells(&office, customer(&office));
        assert!(told_of.is_some() && matches!(outcome, Outcome::Divert { .. }));

        office.set(BERT, &SelectiveCallRejection { entries: vec![everybody()], ..Default::default() });
        let (told_of, outcome) = tells(&office, customer(&office));
        assert!(told_of.is_none() && matches!(outcome, Outcome::Refuse(..)));

        office.set(BERT, &SelectiveCallRejection::default());
        office.set(BERT, &AnonymousCallRejection { active: true, ..Default::default() });
        let hidden = office.outside_call(Some(CUSTOMER), true, "+31201230202");
        assert_eq!(tells(&office, hidden).0, None);
    }

    #[test]
    fn who_hides_the_number_is_not_named() {
        let mut office = office();
        office.set(BERT, &told(vec![from("Iedereen", Callers::Any)]));

        let hidden = office.outside_call(Some(CUSTOMER), true, "+31201230202");
        let unknown = office.outside_call(None, false, "+31201230202");

        let (hidden, unknown) = (tells(&office, hidden).0.unwrap(), tells(&office, unknown).0.unwrap());
        assert_eq!(hidden.subject, "Oproep van een anonieme beller voor Bert");
        assert!(!hidden.body.contains(CUSTOMER), "{}", hidden.body);
        assert_eq!(unknown.subject, "Oproep van een onbekend nummer voor Bert");
    }

    #[test]
    fn the_subject_may_be_short_and_the_text_may_name_the_number() {
        let mut office = office();
        let settings = told(vec![from("Iedereen", Callers::Any)]);
        office.set(BERT, &CallNotify { short_subject: true, number_in_body: true, ..settings });

        let colleague = tells(&office, office.call(ANNA, "202")).0.unwrap();
        let customer = tells(&office, customer(&office)).0.unwrap();

        assert_eq!(colleague.subject, "Oproep: Anna (201)");
        assert!(colleague.body.contains("\nVoor: Bert (202)\n"), "{}", colleague.body);
        assert!(customer.body.contains("\nVoor: Bert (+31201230202)\n"), "{}", customer.body);
    }

    #[test]
    fn it_is_written_in_the_language_of_whoever_is_told() {
        let mut records = records();
        records.company.language = Language::En;
        let mut office = Office { directory: Directory::build(&records).unwrap(), ..office() };
        office.set(BERT, &told(vec![from("Everybody", Callers::Any)]));

        let notice = tells(&office, office.call(ANNA, "202")).0.unwrap();

        assert_eq!(notice.subject, "Call from Anna (201) for Bert");
        assert_eq!(
            notice.body,
            "You have been called.\n\nFrom: Anna (201)\nFor: Bert\nTime: 2026-03-02 12:00\n"
        );
    }

    #[test]
    fn a_call_that_comes_back_is_told_of_once() {
        let mut office = office();
        office.set(BERT, &told(vec![from("Iedereen", Callers::Any)]));
        let mut back = customer(&office);
        back.facts.recall = Some(Recalled::Transfer);

        assert_eq!(tells(&office, back).0, None);
    }

    #[test]
    fn without_an_address_there_is_nothing_to_tell() {
        let unsound = CallNotify { entries: vec![from("Iedereen", Callers::Any)], ..CallNotify::default() };

        assert_eq!(unsound.check().unwrap_err().field, "mail_to");
        assert_eq!(CallNotify::default().check(), Ok(()));
    }
}
