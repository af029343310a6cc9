//! Keeps guessers of passwords out: per source and user name, with a penalty that grows per source (F-001).
//!
//! An office behind one address must not suffer for one guesser in it. So a source is never shut out as a
//! whole: what grows with its wrong answers is how soon, and for how long, each of its names is. Who gives
//! the right password at once is let in whatever others at the same address did, unless they guess at that
//! very name; and what comes over the flow of that name's registered telephone is counted apart even then.
//!
//! The web side keeps its own with the same rules: there an answer is noted before it is looked at, so that
//! many at once are not each the first.
//!
//! Memory is bounded whatever comes: names are cut, and who was silent longest is forgotten first.

use std::time::{Duration, Instant};

use sip::{Recent, Source};

/// How patient an exchange is with wrong passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessingLimits {
    /// Wrong passwords for one name from one source that are still a person who mistypes; 10.
    pub per_name: u32,
    /// How long a name is kept out for a source after that, and how long wrong passwords are remembered;
    /// 5 minutes.
    pub lockout: Duration,
    /// After each so many wrong passwords of a source, whatever the names, it gets half as many tries per
    /// name, at least one, and is kept out twice as long; 50.
    pub per_source: u32,
    /// The longest that a name is kept out for a source, and how long a source must be silent to be as good
    /// as new; 1 hour.
    pub longest: Duration,
    /// Names, and sources, that are remembered of each company; 10,000.
    pub remembered: usize,
}

impl Default for GuessingLimits {
    fn default() -> Self {
        Self {
            per_name: 10,
            lockout: Duration::from_secs(300),
            per_source: 50,
            longest: Duration::from_secs(3600),
            remembered: 10_000,
        }
    }
}

/// Bytes of a user name that count; longer names share one place.
const NAME: usize = 254;

/// A user name as one source gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suspect {
    source: Source,
    name: String,
    at_home: bool,
}

impl Suspect {
    /// Takes in a name that a stranger gives.
    pub fn new(source: Source, name: &str) -> Self {
        let end = (0..=NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
        let name = name.get(..end.unwrap_or_default()).unwrap_or_default().to_lowercase();
        Self { source, name, at_home: false }
    }

    /// Whether the name came over the flow on which its telephone is registered. That is counted apart from
    /// the rest of the source: a telephone makes no mistakes there, and others rarely can.
    #[must_use]
    pub fn at_home(self, at_home: bool) -> Self {
        Self { at_home, ..self }
    }
}

/// A wrong answer as it was noted, to take it back.
#[derive(Debug)]
pub struct Noted {
    suspect: Suspect,
    /// When its source was last wrong before.
    before: Option<Instant>,
}

/// Wrong answers, by whom.
#[derive(Debug)]
pub struct Guard {
    limits: GuessingLimits,
    names: Recent<Suspect, Wrong>,
    sources: Recent<Source, Wrong>,
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    count: u32,
    last: Instant,
}

impl Guard {
    /// Nobody has guessed yet.
    pub fn new(limits: GuessingLimits) -> Self {
        Self { limits, names: Recent::new(limits.remembered), sources: Recent::new(limits.remembered) }
    }

    /// Whether no more answers are looked at for now.
    pub fn keeps_out(&self, now: Instant, suspect: &Suspect) -> bool {
        let penalty = self.penalty(now, suspect.source);
        let tries = self.limits.per_name.checked_shr(penalty).unwrap_or(0).max(1);
        self.names
            .get(suspect)
            .is_some_and(|wrong| wrong.count >= tries && wrong.lasts(now, self.out(penalty)))
    }

    /// An answer was wrong.
    pub fn note(&mut self, now: Instant, suspect: Suspect) -> Noted {
        let (penalty, longest) = (self.penalty(now, suspect.source), self.limits.longest);
        let out = self.out(penalty);
        let before = self.sources.get(&suspect.source).map(|wrong| wrong.last);
        self.sources.update(suspect.source, |wrong| Wrong::again(wrong, now, longest));
        self.names.update(suspect.clone(), |wrong| Wrong::again(wrong, now, out));
        Noted { suspect, before }
    }

    /// An answer that was noted before it was looked at turned out to be right.
    pub fn take_back(&mut self, noted: &Noted) {
        self.forgive(&noted.suspect);
        let source = noted.suspect.source;
        let Some(wrong) = self.sources.get(&source) else { return };
        match (wrong.count.saturating_sub(1), noted.before) {
            (0, _) | (_, None) => drop(self.sources.remove(&source)),
            (count, Some(last)) => self.sources.update(source, |_| Wrong { count, last }),
        }
    }

    /// An answer was right: the name starts anew.
    pub fn forgive(&mut self, suspect: &Suspect) {
        self.names.remove(suspect);
    }

    /// The name has another secret now: whoever has it must be able to sign in.
    pub fn forgive_name(&mut self, name: &str) {
        self.names.retain(|suspect| suspect.name != name);
    }

    /// How often the patience with a source was halved.
    fn penalty(&self, now: Instant, source: Source) -> u32 {
        let wrong = self.sources.get(&source).filter(|wrong| wrong.lasts(now, self.limits.longest));
        wrong.map_or(0, |wrong| wrong.count / self.limits.per_source.max(1))
    }

    /// How long a name is kept out.
    fn out(&self, penalty: u32) -> Duration {
        let doubled = 1_u32.checked_shl(penalty).unwrap_or(u32::MAX);
        self.limits.lockout.saturating_mul(doubled).min(self.limits.longest)
    }
}

impl Wrong {
    fn again(before: Option<Self>, now: Instant, remembered: Duration) -> Self {
        let before = before.filter(|wrong| wrong.lasts(now, remembered)).map_or(0, |wrong| wrong.count);
        Self { count: before.saturating_add(1), last: now }
    }

    fn lasts(&self, now: Instant, remembered: Duration) -> bool {
        now.saturating_duration_since(self.last) < remembered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard::new(GuessingLimits::default())
    }

    fn suspect(name: &str) -> Suspect {
        Suspect::new(Source::of("192.0.2.1".parse().unwrap()), name)
    }

    fn elsewhere(name: &str) -> Suspect {
        Suspect::new(Source::of("198.51.100.1".parse().unwrap()), name)
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    fn start() -> Instant {
        Instant::now()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn guess(guard: &mut Guard, now: Instant, name: &str, times: u32) {
        (0..times).for_each(|_| drop(guard.note(now, suspect(name))));
    }

    #[test]
    fn ten_wrong_passwords_keep_a_name_out_for_five_minutes_from_there() {
        let (mut guard, now) = (guard(), start());
        guess(&mut guard, now, "201", 9);
        assert!(!guard.keeps_out(now, &suspect("201")));

        guess(&mut guard, now, "201", 1);

        assert!(guard.keeps_out(now + seconds(299), &suspect("201")));
        assert!(!guard.keeps_out(now + seconds(300), &suspect("201")));
        assert!(!guard.keeps_out(now, &suspect("202")), "an office is not shut out by one guesser");
        assert!(!guard.keeps_out(now, &elsewhere("201")), "nor is the user, elsewhere");
    }

    #[test]
    fn names_are_the_same_whatever_their_case() {
        let (mut guard, now) = (guard(), start());

        guess(&mut guard, now, "ANNA", 10);

        assert!(guard.keeps_out(now, &suspect("anna")));
    }

    #[test]
    fn the_penalty_of_a_source_grows_with_its_guesses() {
        let (mut guard, now) = (guard(), start());
        for name in 0..50 {
            guess(&mut guard, now, &name.to_string(), 1);
        }

        guess(&mut guard, now, "201", 5);
        assert!(guard.keeps_out(now + seconds(599), &suspect("201")), "half the tries, twice the time");
        assert!(!guard.keeps_out(now + seconds(600), &suspect("201")));

        for name in 300..500 {
            guess(&mut guard, now, &name.to_string(), 1);
        }
        guess(&mut guard, now, "202", 1);
        assert!(guard.keeps_out(now + seconds(3599), &suspect("202")), "one try an hour");
        assert!(!guard.keeps_out(now + seconds(3600), &suspect("202")));
        assert!(!guard.keeps_out(now, &suspect("203")), "who knows the password still gets in");
    }

    #[test]
    fn a_source_that_was_silent_for_an_hour_is_as_good_as_new() {
        let (mut guard, now) = (guard(), start());
        guess(&mut guard, now, "201", 1_000);
        let later = now + seconds(3600);

        guess(&mut guard, later, "201", 9);

        assert!(!guard.keeps_out(later, &suspect("201")));
    }

    #[test]
    fn junk_names_do_not_make_a_guesser_be_forgotten() {
        let (mut guard, now) = (guard(), start());
        let mut tried = 0;

        for name in 0..20_000 {
            if !guard.keeps_out(now, &suspect("201")) {
                guess(&mut guard, now, "201", 1);
                tried += 1;
            }
            guess(&mut guard, now, &format!("~{name}"), 1);
        }

        assert!(tried <= 12, "{tried} guesses beside 20,000 packets of junk");
        assert!(guard.names.len() <= 10_000);
    }

    #[test]
    fn what_turned_out_right_leaves_nothing() {
        let (mut guard, now) = (guard(), start());
        let noted = guard.note(now, suspect("anna"));
        guard.take_back(&noted);
        assert_eq!((guard.names.len(), guard.sources.len()), (0, 0));

        guess(&mut guard, now, "bert", 60);
        let later = now + seconds(3000);
        let noted = guard.note(later, suspect("anna"));
        guard.take_back(&noted);

        assert_eq!(guard.penalty(later, suspect("anna").source), 1);
        assert_eq!(guard.penalty(now + seconds(3600), suspect("anna").source), 0, "an hour after bert");
    }

    #[test]
    fn guesses_beside_a_telephone_do_not_count_against_its_own_flow() {
        let (mut guard, now) = (guard(), start());
        guess(&mut guard, now, "201", 10);

        assert!(!guard.keeps_out(now, &suspect("201").at_home(true)));

        (0..10).for_each(|_| drop(guard.note(now, suspect("201").at_home(true))));
        assert!(guard.keeps_out(now, &suspect("201").at_home(true)), "a proxy's flow is many people's");
    }

    #[test]
    fn names_take_little_memory_however_long_they_are() {
        let long = suspect(&"é".repeat(30_000));

        assert!(long.name.len() <= NAME);
        assert_eq!(long, suspect(&"É".repeat(40_000)));
    }

    #[test]
    fn a_new_password_opens_the_door() {
        let (mut guard, now) = (guard(), start());
        guess(&mut guard, now, "anna", 10);
        guess(&mut guard, now, "bert", 10);

        guard.forgive_name("anna");

        assert!(!guard.keeps_out(now, &suspect("anna")));
        assert!(guard.keeps_out(now, &suspect("bert")));
    }
}
