//! Calls for help (C-8): over the first line that works, at once, and never in anybody's way.
//!
//! No service is asked, the number is always shown, and the reception is told. What commands may
//! not do with such a call, they refuse themselves.

use pbx_api::CallId;

use super::seeking::Search;
use super::{Call, Phase, Seeking};
use crate::attempt::EmergencyCall;
use crate::directory::Number;
use crate::exchange::{Effect, Exchange, Purpose, TrunkNumber};
use crate::memory::Change;

impl Exchange {
    /// Calls for help, for the leg that waits in a call.
    pub(crate) fn call_for_help(&mut self, call: CallId, help: EmergencyCall) {
        let Some(serves) = self.served_by(call) else {
            return;
        };
        let alarm = Effect::EmergencyAlarm {
            call,
            by: help.caller,
            number: help.number.clone(),
            test: help.test,
            at: self.clock.wall(),
        };
        self.emit(alarm);
        if !help.test {
            let now = self.clock.wall();
            self.remember(help.caller, Change::CalledForHelp(now));
        }
        if let Ok(number) = help.number.parse::<Number>() {
            self.concerns_caller(call, help.caller, number);
        }
        let number = TrunkNumber::Emergency(help.number.clone());
        let (trunks, shown) = (help.trunks, help.identity);
        if let Some(call) = self.table.call_mut(call) {
            call.ledger.emergency = true;
            let purpose = call.seeking().map_or(Purpose::Call, |seeking| seeking.purpose);
            let seeking = Seeking::new(serves, Search::Help, purpose);
            call.phase = Phase::Seeking(Box::new(seeking));
        }
        self.dial_line(call, number, trunks, shown);
    }

    /// Whether a call is one for help.
    pub(crate) fn is_for_help(&self, call: CallId) -> bool {
        self.table.call(call).is_some_and(|call: &Call| call.ledger.emergency)
    }
}
