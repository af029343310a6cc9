//! What the media side would report of telephones that are gone: nothing is heard of them.
//!
//! There are no packets here. A telephone is taken to send them while it has a conversation and its cable;
//! whether it may be silent because somebody keeps somebody waiting is the exchange's to judge.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use pbx::exchange::{self, MediaEvent};
use pbx_api::LegId;
use pbx_sip::Input;

use super::{COMPANY, CallState, World};

/// The media side reports who has sent nothing for so long.
const AFTER: Duration = Duration::from_secs(20);
/// So often it is looked.
const EVERY: Duration = Duration::from_secs(5);

/// Since when nothing is heard of whom.
#[derive(Debug)]
pub(super) struct Silence {
    look: Instant,
    since: BTreeMap<LegId, Instant>,
    reported: BTreeSet<LegId>,
}

impl Silence {
    /// When it is looked next.
    pub(super) const fn deadline(&self) -> Instant {
        self.look
    }

    /// The legs that are to be reported, of those of which nothing is heard now.
    fn due(&mut self, now: Instant, silent: &BTreeSet<LegId>) -> Vec<LegId> {
        self.look = now + EVERY;
        self.since.retain(|leg, _| silent.contains(leg));
        self.reported.retain(|leg| silent.contains(leg));
        for leg in silent {
            self.since.entry(*leg).or_insert(now);
        }
        let long = self.since.iter().filter(|(_, since)| now >= **since + AFTER).map(|(leg, _)| *leg);
        long.filter(|leg| self.reported.insert(*leg)).collect()
    }
}

impl World {
    /// From now on the media side reports telephones of which nothing is heard.
    pub fn notices_silence(&mut self) {
        self.silence = Some(Silence { look: self.now, since: BTreeMap::new(), reported: BTreeSet::new() });
    }

    /// Looks whether anybody is silent.
    pub(super) fn listen(&mut self) {
        let Some(mut silence) = self.silence.take_if(|silence| silence.look <= self.now) else { return };
        let silent = self.places.keys().copied().filter(|leg| !self.sends(*leg)).collect();
        let due = silence.due(self.now, &silent);
        self.silence = Some(silence);
        for leg in due {
            let Some(call) = self.told.call_of(leg) else { continue };
            let event = MediaEvent::Silent(leg);
            self.tell(Input::Exchange(COMPANY, exchange::Input::Media { call, event }));
        }
    }

    fn sends(&self, leg: LegId) -> bool {
        let Some(place) = self.places.get(&leg) else { return false };
        let there = self.telephones.iter().filter(|telephone| telephone.address.ip() == place.ip());
        let mut there = there.filter(|telephone| !self.network.is_cut(telephone.address));
        there.any(|telephone| {
            telephone.lines.iter().any(|line| line.port == place.port() && line.state == CallState::Talking)
        })
    }
}
