//! What a caller's own services offer instead of the busy tone (F-032).
//!
//! They are asked when the called colleague's services are done: they see that somebody is in a call, and nothing of what
//! that one has set.

use super::Outcome;
use super::dialling::answers_to;
use super::walk::Walk;
use crate::attempt::Half;
use crate::catalogue;
use crate::directory::{Number, SubscriberId};
use crate::feature::{MetBusy, Point, Ruling};
use crate::memory::Memory;
use crate::trace::Said;

/// Asks the services of `caller`, who called `whom` and met busy.
pub(super) fn offer(
    walk: &mut Walk<'_>,
    memory: &Memory,
    caller: SubscriberId,
    (whom, number): (SubscriberId, Number),
) -> Option<Outcome> {
    let features = walk.directory.features(caller);
    for entry in catalogue::MET_BUSY.iter() {
        let asked = entry.card.id;
        let met = MetBusy {
            whom,
            number,
            other_site: walk.attempt.from_other_site,
            at: walk.attempt.at,
            caller: memory.of(caller),
            answers: answers_to(&walk.attempt, asked),
        };
        match features.of(entry).met_busy(&met) {
            Ruling::Ask(question) => {
                walk.note(Point::Busy, Some(caller), asked, Said::Ask);
                return Some(Outcome::Ask(question, asked));
            }
            Ruling::Operate(operation) => {
                walk.note(Point::Busy, Some(caller), asked, Said::Operate);
                walk.attempt.half = Half::Caller(caller);
                return Some(Outcome::Operate(operation));
            }
            // There is nothing to dial any more.
            Ruling::Pass
            | Ruling::Rewrite { .. }
            | Ruling::Authorize(_)
            | Ruling::Address(_)
            | Ruling::Act(_)
            | Ruling::Deny(..) => {}
        }
    }
    None
}
