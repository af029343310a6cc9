//! Which sound a caller hears instead of the ringing tone. This is no service of its own.

use crate::attempt::{Attempt, Availability};
use crate::clip::Ringback;
use crate::feature::{Amendment, MusicSource, Verdict};

/// One sound, or another while whoever is called is in a call.
pub(super) fn sound_for(attempt: &Attempt, source: &MusicSource, waiting: Option<&MusicSource>) -> Verdict {
    let waiting = waiting.filter(|_| attempt.availability == Availability::OnCall);
    Verdict::Amend(Amendment::Ringback(Ringback::Sound(waiting.unwrap_or(source).clone())))
}
