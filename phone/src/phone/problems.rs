//! What went wrong, and what the media side found out about sound.

use crate::boundary::MediaFact;
use crate::line::Stage;
use crate::view::{Hearing, Problem, ProblemCode};

use super::Phone;

/// Problems on the screen; the oldest make way.
const MOST: usize = 20;

impl Phone {
    /// Shows a problem; one that is shown already is not repeated.
    pub(super) fn trouble(&mut self, code: ProblemCode) {
        if self.problems.iter().any(|problem| problem.code == code) {
            return;
        }
        let id = u32::try_from(self.key()).unwrap_or(u32::MAX);
        self.problems.push(Problem { id, ..Problem::new(code, self.wall()) });
        if self.problems.len() > MOST {
            self.problems.remove(0);
        }
    }

    pub(super) fn heard(&mut self, fact: MediaFact) {
        let port = match fact {
            MediaFact::Silent { port } | MediaFact::HeardAgain { port } | MediaFact::Quality { port, .. } => {
                port
            }
            MediaFact::Heard { peak } => {
                self.hearing = self.hearing.map(|_| Hearing { peak });
                return;
            }
        };
        let Some(line) = self.lines.values_mut().find(|line| line.media.port().id == port) else { return };
        match fact {
            MediaFact::Silent { .. } => {
                // Who holds us may be silent.
                if line.stage == Stage::Talking && !line.held && !line.media.held_by_peer() {
                    self.trouble(ProblemCode::NoSound);
                }
            }
            MediaFact::HeardAgain { .. } => {
                self.problems.retain(|problem| problem.code != ProblemCode::NoSound)
            }
            MediaFact::Quality { level, .. } => line.level = level.clamp(1, 5),
            MediaFact::Heard { .. } => {}
        }
    }
}
