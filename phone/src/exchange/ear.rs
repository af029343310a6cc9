//! The event connection as a machine of its own: open, alive, lost, and when to try again.
//!
//! A connection that says nothing looks like one that is gone, so a question now and then must be answered.
//! Whoever comes back names the last event that it has; the exchange continues there or sends everything.

use std::time::{Duration, Instant};

use crate::view::Moment;

use super::boundary::Trouble;
use super::people::Clock;

/// The pause before another attempt: after a short cut the lamps are right again within a second.
const PAUSE: Duration = Duration::from_millis(300);
/// So many attempts come in quick order: a quarter of a minute.
const QUICK: u32 = 60;
/// The pause after those: an exchange that is back must have its telephones within 3 s.
const LONGEST: Duration = Duration::from_secs(2);
/// An exchange that shows another authority is not asked every two seconds.
const WARY: Duration = Duration::from_secs(30);
/// How often the exchange is asked whether it is there.
const PING: Duration = Duration::from_secs(4);
/// How long its answer may take: with the pause before the question, as long as lamps may look right without being so.
const ANSWER: Duration = Duration::from_secs(3);
/// How long the first frame may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// The event connection.
#[derive(Debug)]
pub(super) struct Ear {
    stage: Stage,
    /// Which start of the exchange was heard last.
    epoch: Option<String>,
    /// The last event of that start; without one everything is sent.
    since: Option<u64>,
    failures: u32,
    pings: u64,
    chance: u64,
    pub(super) clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody listens, and nobody will.
    Off,
    /// Tried again then.
    Waiting { at: Instant },
    /// Opened; the first frame must come by then.
    Opening { number: u64, by: Instant },
    /// Alive; asked then.
    Live { number: u64, ping_at: Instant },
    /// Asked; any frame must come by then.
    Asked { number: u64, by: Instant },
}

/// What a deadline means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Due {
    /// Open a connection.
    Open,
    /// Ask whether it is there.
    Ping { number: u64, ping: u64 },
    /// It fell silent.
    Silent { number: u64 },
}

impl Ear {
    /// `chance` spreads many phones that come back; whoever knows it can only guess when.
    pub(super) fn new(now: Instant, chance: u64) -> Self {
        let stage = Stage::Waiting { at: now };
        let (epoch, since, clock) = (None, None, Clock::default());
        Self { stage, epoch, since, failures: 0, pings: 0, chance: chance | 1, clock }
    }

    pub(super) const fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Live { .. } | Stage::Asked { .. })
    }

    pub(super) const fn connection(&self) -> Option<u64> {
        match self.stage {
            Stage::Off | Stage::Waiting { .. } => None,
            Stage::Opening { number, .. } | Stage::Live { number, .. } | Stage::Asked { number, .. } => {
                Some(number)
            }
        }
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Off => None,
            Stage::Waiting { at } => Some(at),
            Stage::Opening { by, .. } | Stage::Asked { by, .. } => Some(by),
            Stage::Live { ping_at, .. } => Some(ping_at),
        }
    }

    /// What is due at `now`, if anything.
    pub(super) fn due(&mut self, now: Instant) -> Option<Due> {
        self.deadline().filter(|at| *at <= now)?;
        match self.stage {
            Stage::Off => None,
            Stage::Waiting { .. } => Some(Due::Open),
            Stage::Opening { number, .. } | Stage::Asked { number, .. } => Some(Due::Silent { number }),
            Stage::Live { number, .. } => {
                self.pings += 1;
                self.stage = Stage::Asked { number, by: now + ANSWER };
                Some(Due::Ping { number, ping: self.pings })
            }
        }
    }

    pub(super) fn opening(&mut self, now: Instant, number: u64) {
        self.stage = Stage::Opening { number, by: now + PATIENCE };
    }

    /// The path, continuing where it stopped.
    pub(super) fn path(&self) -> String {
        let mut path = "/api/v1/events?topics=calls,presence,settings".to_owned();
        if let (Some(epoch), Some(since)) = (&self.epoch, self.since) {
            path.push_str(&format!("&since={since}&epoch={epoch}"));
        }
        path
    }

    /// The first frame. Says whether the exchange has started anew since the last one.
    pub(super) fn hello(
        &mut self,
        epoch: String,
        seq: u64,
        theirs: pbx_api::Timestamp,
        ours: Moment,
    ) -> bool {
        self.failures = 0;
        self.clock = Clock::new(theirs, ours);
        let anew = self.epoch.as_ref().is_some_and(|before| *before != epoch);
        // It goes into a path; an exchange that names itself oddly is not asked to continue.
        let plain = epoch.len() <= 64 && epoch.bytes().all(|byte| byte.is_ascii_alphanumeric());
        self.since = plain.then_some(seq);
        self.epoch = Some(epoch);
        anew
    }

    /// A frame came: the connection lives.
    pub(super) fn alive(&mut self, now: Instant) {
        if let Some(number) = self.connection() {
            self.stage = Stage::Live { number, ping_at: now + PING };
        }
    }

    /// The number of an event. False when it was heard before.
    pub(super) fn count(&mut self, number: u64) -> bool {
        let is_new = self.since.is_none_or(|last| last < number);
        if is_new && self.since.is_some() {
            self.since = Some(number);
        }
        is_new
    }

    /// Opens a connection at once, and gets everything: what is known, if anything, is in doubt.
    pub(super) fn begin(&mut self, now: Instant) {
        self.since = None;
        self.stage = Stage::Waiting { at: now };
    }

    /// Makes the next attempt now.
    pub(super) fn hurry(&mut self, now: Instant) {
        if let Stage::Waiting { at } = &mut self.stage {
            *at = now;
        }
    }

    /// It is over; the next attempt follows by itself.
    pub(super) fn over(&mut self, now: Instant, why: Trouble) {
        let whole = match why {
            Trouble::OtherAuthority | Trouble::BadCertificate | Trouble::NotPinned => WARY,
            Trouble::Closed(Some(pbx_api::event::CLOSE_TOO_SLOW)) if self.failures == 0 => Duration::ZERO,
            Trouble::NoSuchHost
            | Trouble::Refused
            | Trouble::Silent
            | Trouble::NotWeb
            | Trouble::Status(_)
            | Trouble::Closed(_) => {
                if self.failures < QUICK {
                    PAUSE
                } else {
                    LONGEST
                }
            }
        };
        self.failures = self.failures.saturating_add(1);
        let share = 500 + u32::try_from(self.draw() % 501).unwrap_or_default();
        self.stage = Stage::Waiting { at: now + whole * share / 1_000 };
    }

    /// Nobody listens any more.
    pub(super) fn off(&mut self) {
        self.stage = Stage::Off;
    }

    /// xorshift64: enough to keep a hundred phones from coming at the same moment.
    const fn draw(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance
    }
}

#[cfg(test)]
mod tests {
    use pbx_api::Timestamp;

    use super::*;

    #[test]
    fn attempts_come_quickly_at_first_and_later_every_two_seconds() {
        let mut now = start();
        let mut ear = Ear::new(now, 7);
        assert_eq!(ear.due(now), Some(Due::Open));

        let pauses: Vec<Duration> = (0..=QUICK)
            .map(|_| {
                ear.opening(now, 1);
                ear.over(now, Trouble::Refused);
                let at = ear.deadline().unwrap();
                let pause = at - now;
                now = at;
                pause
            })
            .collect();

        let (last, quick) = pauses.split_last().unwrap();
        assert!(quick.iter().all(|pause| *pause <= PAUSE && *pause >= PAUSE / 2), "{pauses:?}");
        assert!(quick.iter().sum::<Duration>() > Duration::from_secs(10), "{pauses:?}");
        assert!(*last <= LONGEST && *last >= LONGEST / 2, "{pauses:?}");
    }

    #[test]
    fn whoever_comes_back_names_the_last_event_and_hears_none_twice() {
        let now = start();
        let mut ear = Ear::new(now, 7);
        ear.opening(now, 1);
        assert!(!ear.hello("a1".to_owned(), 4, Timestamp(0), Moment(0)));

        assert!(ear.count(6));
        assert!(!ear.count(6));

        assert_eq!(ear.path(), "/api/v1/events?topics=calls,presence,settings&since=6&epoch=a1");
        assert!(ear.hello("b2".to_owned(), 0, Timestamp(0), Moment(0)), "it has started anew");
    }

    #[test]
    fn a_connection_that_does_not_answer_is_silent() {
        let now = start();
        let mut ear = Ear::new(now, 7);
        ear.opening(now, 3);
        ear.alive(now);

        let later = now + PING;
        assert_eq!(ear.due(later), Some(Due::Ping { number: 3, ping: 1 }));
        assert_eq!(ear.due(later + ANSWER), Some(Due::Silent { number: 3 }));
    }

    #[test]
    fn a_name_that_is_no_name_does_not_get_into_a_path() {
        let now = start();
        let mut ear = Ear::new(now, 7);
        ear.opening(now, 1);

        ear.hello("x&topics=messages".to_owned(), 1, Timestamp(0), Moment(0));

        assert_eq!(ear.path(), "/api/v1/events?topics=calls,presence,settings");
    }

    #[expect(clippy::disallowed_methods, reason = "tests need some instant to count from")]
    fn start() -> Instant {
        Instant::now()
    }
}
