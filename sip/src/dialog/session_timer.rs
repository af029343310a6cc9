//! Session timers, RFC 4028: a call whose refreshes stop is hung up.
//!
//! The negotiation is two pure functions, [`accept_session`] for the called side and
//! [`agreed_session`] for the calling side; the running timer is [`SessionTimer`].

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::message::{Refresher, SessionExpires};

/// What a request says about session timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionTerms {
    /// Session-Expires.
    pub expires: Option<SessionExpires>,
    /// Min-SE, seconds.
    pub min_se: Option<u32>,
    /// Whether Supported or Require names `timer`.
    pub supported: bool,
}

/// The called side: what goes into the 2xx, for a request with these `terms`. `wish` and `min_se` are
/// ours, in seconds; `Ok(None)` means no session timer. RFC 4028 section 9.
///
/// # Errors
/// The interval is too short: answer 422 with this Min-SE.
pub fn accept_session(
    terms: SessionTerms,
    wish: Option<u32>,
    min_se: u32,
) -> Result<Option<SessionExpires>, u32> {
    let floor = terms.min_se.unwrap_or_default().max(min_se);
    let Some(asked) = terms.expires else {
        let interval = wish.filter(|_| terms.supported).map(|wish| wish.max(floor));
        return Ok(interval.map(|interval| SessionExpires { interval, refresher: Some(Refresher::Uac) }));
    };
    if asked.interval < min_se && terms.supported {
        return Err(min_se);
    }
    let interval = wish.map_or(asked.interval, |wish| asked.interval.min(wish)).max(floor);
    let refresher = match asked.refresher {
        Some(side) if terms.supported => side,
        None if terms.supported => Refresher::Uac,
        Some(_) | None => Refresher::Uas,
    };
    Ok(Some(SessionExpires { interval, refresher: Some(refresher) }))
}

/// The calling side: what a 2xx with this Session-Expires means. RFC 4028 section 7.2.
///
/// A 2xx that does not name the refresher leaves it to us.
#[must_use]
pub fn agreed_session(answer: Option<SessionExpires>) -> Option<SessionExpires> {
    answer.map(|agreed| SessionExpires {
        interval: agreed.interval,
        refresher: agreed.refresher.or(Some(Refresher::Uac)),
    })
}

/// What the owner of a running session timer must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionAction {
    /// Send a refresh (UPDATE or re-INVITE).
    Refresh,
    /// Hang up: no refresh came.
    Expired,
}

/// The timer of one established call.
#[derive(Debug, Clone)]
pub struct SessionTimer {
    refresh_at: Option<Instant>,
    expires_at: Instant,
    actions: VecDeque<SessionAction>,
}

impl SessionTimer {
    /// Starts, or restarts after a refresh. `we_refresh` says whether it is up to us.
    ///
    /// Refresh at half the interval; hang up at the interval less the smaller of 32 s and a third
    /// (RFC 4028 section 10).
    #[must_use]
    pub fn new(now: Instant, interval: Duration, we_refresh: bool) -> Self {
        let margin = (interval / 3).min(Duration::from_secs(32));
        Self {
            refresh_at: we_refresh.then(|| now + interval / 2),
            expires_at: now + interval.saturating_sub(margin),
            actions: VecDeque::new(),
        }
    }

    /// The deadline came.
    pub fn handle(&mut self, now: Instant) {
        if self.expires_at <= now {
            self.actions.push_back(SessionAction::Expired);
        } else if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            self.actions.push_back(SessionAction::Refresh);
        }
    }

    /// A refresh collided with another request: try again then.
    pub fn refresh_again(&mut self, at: Instant) {
        self.refresh_at = Some(at);
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<SessionAction> {
        self.actions.pop_front()
    }

    /// When to call [`handle`](Self::handle).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        Some(self.refresh_at.map_or(self.expires_at, |at| at.min(self.expires_at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u32 = 90;

    #[test]
    fn a_too_short_interval_is_answered_422() {
        let terms = terms(Some("60"), true);

        assert_eq!(accept_session(terms, None, MIN), Err(MIN));
    }

    #[test]
    fn the_callee_may_shorten_but_not_below_the_callers_minimum() {
        let mut terms = terms(Some("3600"), true);
        terms.min_se = Some(1200);

        let agreed = accept_session(terms, Some(600), MIN).unwrap().unwrap();

        assert_eq!(agreed.to_string(), "1200;refresher=uac");
    }

    #[test]
    fn a_caller_without_timers_is_refreshed_by_the_callee() {
        let terms = terms(Some("1800"), false);

        let agreed = accept_session(terms, None, MIN).unwrap().unwrap();

        assert_eq!(agreed.refresher, Some(Refresher::Uas));
    }

    #[test]
    fn nobody_gets_a_timer_who_does_not_understand_it() {
        assert_eq!(accept_session(terms(None, false), Some(MIN), MIN), Ok(None));
        assert_eq!(agreed_session(None), None);
    }

    #[test]
    fn the_refresher_refreshes_at_half_and_gives_up_before_the_end() {
        let now = base();
        let mut timer = SessionTimer::new(now, Duration::from_secs(1800), true);

        assert_eq!(timer.deadline(), Some(now + Duration::from_secs(900)));
        timer.handle(now + Duration::from_secs(900));
        assert_eq!(timer.poll(), Some(SessionAction::Refresh));
        assert_eq!(timer.deadline(), Some(now + Duration::from_secs(1768)));
        timer.handle(now + Duration::from_secs(1768));
        assert_eq!(timer.poll(), Some(SessionAction::Expired));
    }

    #[test]
    fn the_other_side_only_waits() {
        let now = base();
        let timer = SessionTimer::new(now, Duration::from_secs(90), false);

        assert_eq!(timer.deadline(), Some(now + Duration::from_secs(60)));
    }

    fn terms(expires: Option<&str>, supported: bool) -> SessionTerms {
        SessionTerms { expires: expires.and_then(SessionExpires::parse), min_se: None, supported }
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    fn base() -> Instant {
        Instant::now()
    }
}
