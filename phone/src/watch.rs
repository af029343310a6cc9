//! One colleague whose lamp is shown, and the SIP subscription behind it (F-080).

use std::time::Instant;

use sip::endpoint::SubscriptionKey;

use crate::dialog_info::Dialogs;
use crate::view::{Colleague, Lamp, LampState, Moment};

/// A colleague who is watched.
#[derive(Debug)]
pub(crate) struct Watch {
    /// What to dial.
    pub(crate) dial: String,
    /// The subscription that counts; what others bring is out of date.
    pub(crate) subscription: Option<SubscriptionKey>,
    /// Subscribes again then.
    pub(crate) again_at: Option<Instant>,
    dialogs: Dialogs,
    lamp: Lamp,
}

impl Watch {
    pub(crate) fn new(dial: &str) -> Self {
        let dialogs = Dialogs::default();
        Self { dial: dial.to_owned(), subscription: None, again_at: None, dialogs, lamp: Lamp::UNKNOWN }
    }

    /// A new subscription begins: versions count anew, and the lamp stays as it is until it speaks.
    pub(crate) fn subscribe(&mut self, subscription: SubscriptionKey) {
        self.subscription = Some(subscription);
        self.again_at = None;
        self.dialogs = Dialogs::default();
    }

    /// New state arrived. Without a document, an exchange that has `approved` the subscription says that it knows
    /// of no call, as kamailio does; one that has not says nothing.
    pub(crate) fn notified(&mut self, now: Moment, approved: bool, document: &[u8]) {
        if document.is_empty() {
            if !approved {
                return;
            }
            self.dialogs = Dialogs::default();
        } else if !self.dialogs.take(document) {
            return;
        }
        let state = self.dialogs.lamp();
        let since = if self.lamp.state == state { self.lamp.since.unwrap_or(now) } else { now };
        self.lamp = Lamp::live(state, since);
    }

    /// Nothing confirms the lamp any more.
    pub(crate) fn lost(&mut self, now: Moment) {
        if self.lamp.state != LampState::Unknown {
            self.lamp = self.lamp.clone().stale(now);
        }
    }

    /// The exchange will not tell.
    pub(crate) fn refused(&mut self) {
        self.subscription = None;
        self.lamp = Lamp::UNKNOWN;
    }

    pub(crate) fn colleague(&self) -> Colleague {
        let name = self.dial.clone();
        Colleague {
            id: name.clone(),
            extension: if name.contains('@') { String::new() } else { name.clone() },
            department: String::new(),
            dial: name.clone(),
            name,
            lamp: self.lamp.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lamp_that_is_lost_keeps_its_state_until_it_is_confirmed_again() {
        let document = b"<dialog-info version=\"0\" state=\"full\" entity=\"sip:202@x\"/>";
        let mut watch = Watch::new("202");
        watch.subscribe(SubscriptionKey(1));
        watch.notified(Moment(5), true, document);

        watch.lost(Moment(9));
        let lost = watch.colleague().lamp;
        watch.subscribe(SubscriptionKey(2));
        watch.notified(Moment(12), true, document);

        assert_eq!((lost.state, lost.stale_since), (LampState::Available, Some(Moment(9))));
        assert_eq!(watch.colleague().lamp, Lamp::live(LampState::Available, Moment(5)));
    }

    #[test]
    fn an_exchange_that_knows_of_no_call_may_say_so_without_a_document() {
        let mut watch = Watch::new("202");
        watch.subscribe(SubscriptionKey(1));

        watch.notified(Moment(5), false, b"");
        assert_eq!(watch.colleague().lamp, Lamp::UNKNOWN, "the subscription is pending");

        watch.notified(Moment(6), true, b"");
        assert_eq!(watch.colleague().lamp, Lamp::live(LampState::Available, Moment(6)));
    }
}
