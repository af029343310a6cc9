//! The words of a notice about a call (F-072), for whoever sends it.
//!
//! It says what the subscriber's display would say: who hides the number is not named here either.

use super::showing;
use crate::attempt::{Attempt, Half, Shown};
use crate::directory::{Directory, Language, Number};
use crate::feature::{Notice, NoticeWish};

/// A notice about the call that arrives; none where nobody of ours is called.
pub(super) fn compose(directory: &Directory, attempt: &Attempt, wish: &NoticeWish) -> Option<Notice> {
    let Half::Callee { subscriber, number } = attempt.half else { return None };
    let called = directory.subscriber(subscriber)?;
    let words = Words::of(called.language);
    let caller = match showing::caller_identity(directory, attempt).shown {
        Shown::Number { number, name: Some(name) } => format!("{name} ({})", plain(number)),
        Shown::Number { number, name: None } => plain(number),
        Shown::Withheld => words.anonymous.to_owned(),
        Shown::Unavailable | Shown::Unchanged => words.unknown.to_owned(),
    };
    let (caller, name) = (one_line(&caller), one_line(&called.name));
    let subject = if wish.short_subject {
        format!("{}: {caller}", words.call)
    } else {
        format!("{} {} {caller} {} {name}", words.call, words.from, words.to)
    };
    let whom = if wish.number_in_body { format!("{name} ({})", plain(number)) } else { name };
    let at = attempt.at.to_zoned(directory.company().time_zone.clone());
    let at = at.strftime("%Y-%m-%d %H:%M");
    let Words { told, caller: who, called: for_whom, time, .. } = words;
    let body = format!("{told}\n\n{who}: {caller}\n{for_whom}: {whom}\n{time}: {at}\n");
    Some(Notice { subscriber, to: wish.to.clone(), subject, body })
}

/// A number as people write it down.
fn plain(number: Number) -> String {
    match number {
        Number::Short(code) => code.digits.to_string(),
        Number::Extension(_) | Number::International(_) => number.to_string(),
    }
}

/// A name comes from outside: nothing in it may begin another header or line.
fn one_line(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

/// The words in one language.
struct Words {
    call: &'static str,
    from: &'static str,
    to: &'static str,
    anonymous: &'static str,
    unknown: &'static str,
    told: &'static str,
    caller: &'static str,
    called: &'static str,
    time: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::Nl => Self {
                call: "Oproep",
                from: "van",
                to: "voor",
                anonymous: "een anonieme beller",
                unknown: "een onbekend nummer",
                told: "U bent gebeld.",
                caller: "Van",
                called: "Voor",
                time: "Tijd",
            },
            Language::En => Self {
                call: "Call",
                from: "from",
                to: "for",
                anonymous: "an anonymous caller",
                unknown: "an unknown number",
                told: "You have been called.",
                caller: "From",
                called: "For",
                time: "Time",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BERT, CUSTOMER, office};

    #[test]
    fn a_name_from_outside_begins_no_other_line() {
        let office = office();
        let mut call = office.outside_call(Some(CUSTOMER), false, "+31201230202");
        call.caller.name = Some("Jan\r\nBcc: all@kantoor.example\nVoor: Anna".to_owned());
        let to = "bert@kantoor.example".parse().unwrap();
        let wish = NoticeWish { to, short_subject: false, number_in_body: false };

        let notice = compose(&office.directory, &call, &wish).unwrap();

        assert!(!notice.subject.contains(['\r', '\n']), "{}", notice.subject);
        assert_eq!(call.subscriber(), Some(BERT));
        assert_eq!(notice.body.lines().count(), 5, "{}", notice.body);
    }
}
