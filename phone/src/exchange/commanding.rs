//! What this person asks of the exchange about a call that runs there (F-004).

use pbx_api::call_control::{CommandAccepted, PickUp};
use pbx_api::{CallCommand, CallId, LegId, Note, Timestamp};

use crate::view::{Moment, ProblemCode};

use super::{Exchange, Question, Stage, Told, Trouble, WebAnswer, WebMethod};

impl Exchange {
    /// Takes back a party that was put through; its outcome is told with the number of the instruction.
    pub(crate) fn take_back(&mut self, instruction: u32, call: CallId) -> Result<(), ProblemCode> {
        let Stage::In(_) = self.stage else { return Err(ProblemCode::SessionEnded) };
        let path = format!("/api/v1/calls/{call}/take-back");
        self.ask(Question::Command { instruction }, WebMethod::Post, &path);
        Ok(())
    }

    /// Takes whoever waits at a colleague on this telephone, which the exchange rings for it; its outcome is told with
    /// the number of the instruction.
    pub(crate) fn pick_up(&mut self, instruction: u32, colleague: &str) -> Result<(), ProblemCode> {
        let Stage::In(ticket) = &self.stage else { return Err(ProblemCode::SessionEnded) };
        let device = Some(ticket.sip.0.device);
        let call = self.people.waits(colleague).ok_or(ProblemCode::CallGone)?;
        let path = format!("/api/v1/calls/{call}/pick-up");
        self.ask_with(Question::Command { instruction }, WebMethod::Post, &path, Some(&PickUp { device }));
        Ok(())
    }

    /// Writes about a call; its outcome is told with the number of the instruction.
    pub(crate) fn note(&mut self, instruction: u32, call: CallId, text: &str) -> Result<(), ProblemCode> {
        let Stage::In(_) = self.stage else { return Err(ProblemCode::SessionEnded) };
        let (path, note) = (format!("/api/v1/calls/{call}/note"), Note { text: text.to_owned() });
        self.ask_with(Question::Command { instruction }, WebMethod::Put, &path, Some(&note));
        Ok(())
    }

    /// Does something with a part of a call; its outcome is told with the number of the instruction.
    pub(crate) fn command(
        &mut self,
        instruction: u32,
        (call, leg): (CallId, LegId),
        command: &CallCommand,
    ) -> Result<(), ProblemCode> {
        let Stage::In(_) = self.stage else { return Err(ProblemCode::SessionEnded) };
        let path = format!("/api/v1/calls/{call}/legs/{leg}");
        self.ask_with(Question::Command { instruction }, WebMethod::Post, &path, Some(command));
        Ok(())
    }

    pub(super) fn commanded(&mut self, instruction: u32, result: Result<WebAnswer, Trouble>) {
        let result = self.read::<CommandAccepted>(result).map(drop);
        self.tell(Told::Outcome { instruction, result });
    }

    /// Whether the exchange tells what becomes of calls.
    pub(crate) const fn tells_of_calls(&self) -> bool {
        matches!(self.stage, Stage::In(_)) && self.ear.is_live()
    }

    /// When that is by our clock.
    pub(crate) fn moment(&self, theirs: Timestamp) -> Moment {
        self.ear.clock.moment(theirs)
    }
}
