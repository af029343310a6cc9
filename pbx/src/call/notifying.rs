//! Notices: a subscriber is told of a call by mail, once (F-072).

use pbx_api::CallId;

use crate::exchange::{Effect, Exchange};
use crate::resolve::Decision;

impl Exchange {
    /// Gives out the notice that a decision brought. However often a call reaches somebody, they are told of it once.
    pub(crate) fn notify(&mut self, call: CallId, decision: &Decision) {
        let Some(notice) = &decision.notice else { return };
        let first = self.table.call_mut(call).is_some_and(|call| call.notified.insert(notice.subscriber));
        if first {
            let (at, notice) = (decision.attempt.at, notice.clone());
            self.emit(Effect::Notice { call, at, notice });
        }
    }
}
