//! What went wrong, and what the media side found out about sound.

use crate::boundary::MediaFact;
use crate::line::Stage;
use crate::seat::SeatKey;
use crate::view::{Hearing, Problem, ProblemCode};

use super::Phone;

/// Problems of one account or of this computer on the screen; the oldest make way.
const MOST: usize = 20;

impl Phone {
    /// Shows a problem of this computer.
    pub(super) fn trouble(&mut self, code: ProblemCode) {
        self.show_problem(Problem::new(code, self.wall()));
    }

    pub(super) fn show_problem(&mut self, problem: Problem) {
        let problem = self.numbered(problem);
        add(&mut self.problems, problem);
    }

    /// Shows a problem of one account, which goes with it.
    pub(super) fn trouble_of(&mut self, who: SeatKey, code: ProblemCode) {
        let problem = self.numbered(Problem::new(code, self.wall()));
        if let Some(seat) = self.seats.get_mut(who) {
            add(&mut seat.problems, problem);
        }
    }

    fn numbered(&mut self, problem: Problem) -> Problem {
        let id = u32::try_from(self.key()).unwrap_or(u32::MAX);
        Problem { id, ..problem }
    }

    pub(super) fn dismiss(&mut self, id: u32) {
        self.problems.retain(|problem| problem.id != id);
        self.seats.iter_mut().for_each(|seat| seat.problems.retain(|problem| problem.id != id));
    }

    /// Everything that went wrong, oldest first, with the account that it is about.
    pub(super) fn all_problems(&self) -> Vec<Problem> {
        let mut all = self.problems.clone();
        for seat in self.seats.signed_in() {
            let account = self.seats.label(seat.key);
            all.extend(seat.problems.iter().map(|one| Problem { account: account.clone(), ..one.clone() }));
        }
        all.sort_by_key(|problem| problem.id);
        all
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
                let told = self.seats.tells_of_calls(line.seat);
                if line.stage == Stage::Talking && !line.held && !line.is_kept_waiting(told) {
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

/// One that is shown already is not repeated.
fn add(problems: &mut Vec<Problem>, problem: Problem) {
    if problems.iter().any(|other| other.code == problem.code) {
        return;
    }
    problems.push(problem);
    if problems.len() > MOST {
        problems.remove(0);
    }
}
