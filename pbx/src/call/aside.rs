//! Aside: somebody in a conversation hears a sentence beside the others, and the conversation goes on.
//!
//! Bounded in time like every announcement, because the report that it has been said may be lost.

use std::time::{Duration, Instant};

use pbx_api::{CallId, LegId};

use super::leg::Aside;
use super::{Call, Source};
use crate::clip::Announcement;
use crate::exchange::{Exchange, PlayId};

/// No sentence of ours is longer.
const LONGEST: Duration = Duration::from_secs(20);

impl Exchange {
    /// Says something to some of the parties of a conversation, all of whom hear it together.
    pub(crate) fn say_aside(&mut self, parties: &[LegId], say: Announcement) {
        let (play, until) = (self.table.new_play_id(), self.clock.now() + LONGEST);
        for party in parties {
            if let Some(leg) = self.table.leg_mut(*party) {
                leg.aside = Some(Aside { play, say: say.clone(), until });
            }
        }
    }

    /// What was said aside has been said.
    pub(crate) fn said_aside(&mut self, call: CallId, play: PlayId) {
        self.end_asides(call, |aside| aside.play == play);
    }

    /// Whatever is said aside for too long has been said.
    pub(crate) fn asides_due(&mut self, call: CallId, now: Instant) {
        self.end_asides(call, |aside| aside.until <= now);
    }

    fn end_asides(&mut self, call: CallId, over: impl Fn(&Aside) -> bool) {
        let over = |aside: &Option<Aside>| aside.as_ref().is_some_and(&over);
        let heard = self.table.call(call).is_some_and(|call| call.legs.iter().any(|leg| over(&leg.aside)));
        if let Some(call) = self.table.call_mut(call).filter(|_| heard) {
            call.legs.iter_mut().filter(|leg| over(&leg.aside)).for_each(|leg| leg.aside = None);
        }
    }
}

impl Call {
    /// When the first of what is said aside is over at the latest.
    pub(super) fn aside_until(&self) -> Option<Instant> {
        self.legs.iter().filter_map(|leg| leg.aside.as_ref()).map(|aside| aside.until).min()
    }
}

impl Aside {
    pub(super) fn source(&self) -> Source {
        Source::Announcement { play: self.play, clips: self.say.clone() }
    }
}
