//! The order in which services are asked, per point. Read from top to bottom as a call meets them.
//!
//! Position is the only coupling between services: here, and in the tests of pairs, is the only place
//! that names two of them. The order is section 1 of the function catalogue, with its step numbers.

use std::sync::{Arc, LazyLock};

use serde_json::Value;

use crate::directory::licence;
use crate::directory::{Code, Service, SettingError, SubscriberKind, each_value};
use crate::feature::{Card, Described, Feature, FieldKind, Point};
use crate::features::*;

/// A stop in a list: a service, and how its settings are read.
#[derive(Debug)]
pub struct Entry {
    /// The service's description.
    pub card: Card,
    /// The number of its function, by which licences name it.
    pub(crate) function: Option<u16>,
    pub(crate) parse: fn(Value) -> Result<Arc<dyn Service>, SettingError>,
    pub(crate) upgrade: fn(u32, Value) -> Result<Value, String>,
    /// With the settings of somebody who never set anything.
    default: Box<dyn Service>,
}

/// The stops of a list, in order.
pub type List = LazyLock<Vec<Entry>>;

/// The stop of a service.
fn entry<T: Described>() -> Entry {
    Entry {
        card: T::CARD,
        function: licence::number(T::CARD.function),
        parse: parse::<T>,
        upgrade: T::upgrade,
        default: Box::new(T::default()),
    }
}

fn parse<T: Described>(settings: Value) -> Result<Arc<dyn Service>, SettingError> {
    let service: T = serde_json::from_value(settings)
        .map_err(|error| SettingError::invalid(T::CARD.id, error.to_string()))?;
    service.check().map_err(|error| SettingError::Field(T::CARD.id.to_owned(), error))?;
    Ok(Arc::new(service))
}

/// Every service, in the order of its function.
pub static SERVICES: List = List::new(|| {
    vec![
        entry::<BasicCallLogs>(),
        entry::<BasicCall>(),
        entry::<FlashCallHold>(),
        entry::<CallWaiting>(),
        entry::<CallTransfer>(),
        entry::<ThreeWayCall>(),
        entry::<NWayCall>(),
        entry::<ExtensionDialling>(),
        entry::<SpeedDial8>(),
        entry::<SpeedDial100>(),
        entry::<LastNumberRedial>(),
        entry::<CallReturn>(),
        entry::<AutomaticCallback>(),
        entry::<PushToTalk>(),
        entry::<CallingLineIdDeliveryBlocking>(),
        entry::<InternalCallingLineIdDelivery>(),
        entry::<ExternalCallingLineIdDelivery>(),
        entry::<ConnectedLineIdentificationPresentation>(),
        entry::<ConnectedLineIdentificationRestriction>(),
        entry::<AlternateNumbers>(),
        entry::<Privacy>(),
        entry::<PriorityAlert>(),
        entry::<CustomRingbackUser>(),
        entry::<CustomRingbackGroup>(),
        entry::<InterceptUser>(),
        entry::<AnonymousCallRejection>(),
        entry::<SelectiveCallAcceptance>(),
        entry::<SelectiveCallRejection>(),
        entry::<CallForwardingAlways>(),
        entry::<CallForwardingBusy>(),
        entry::<CallForwardingNoAnswer>(),
        entry::<CallForwardingNotReachable>(),
        entry::<CallForwardingSelective>(),
        entry::<DoNotDisturb>(),
        entry::<NightService>(),
        entry::<OwnNightService>(),
        entry::<DiversionInhibitor>(),
        entry::<CallNotify>(),
        entry::<BusyLampField>(),
        entry::<CallPickup>(),
        entry::<DirectedCallPickup>(),
        entry::<DirectedCallPickupWithBargeIn>(),
        entry::<BargeInExempt>(),
        entry::<CallPark>(),
        entry::<AutomaticHoldRetrieve>(),
        entry::<MusicOnHold>(),
        entry::<MusicOnHoldUser>(),
        entry::<HuntGroup>(),
        entry::<InstantGroupCall>(),
        entry::<CallCapacityManagement>(),
        entry::<IncomingCallingPlan>(),
        entry::<OutgoingCallingPlan>(),
        entry::<EnhancedOutgoingCallingPlan>(),
        entry::<InterceptGroup>(),
    ]
});

/// The caller's half: what was dialled. Who dials nothing at all first, then wishes for one call, then orders, then what can be
/// called, then what may be called.
pub static DIALLING: List = List::new(|| {
    vec![
        entry::<AutomaticHoldRetrieve>(),
        entry::<CallingLineIdDeliveryBlocking>(),
        entry::<CallWaiting>(),
        entry::<MusicOnHold>(),
        entry::<DiversionInhibitor>(),
        entry::<PushToTalk>(),
        entry::<FlashCallHold>(),
        entry::<ConnectedLineIdentificationRestriction>(),
        entry::<CallForwardingAlways>(),
        entry::<CallForwardingBusy>(),
        entry::<CallForwardingNoAnswer>(),
        entry::<CallForwardingNotReachable>(),
        entry::<CallForwardingSelective>(),
        entry::<DoNotDisturb>(),
        entry::<AnonymousCallRejection>(),
        entry::<SelectiveCallRejection>(),
        entry::<HuntGroup>(),
        entry::<LastNumberRedial>(),
        entry::<CallReturn>(),
        entry::<AutomaticCallback>(),
        entry::<SpeedDial8>(),
        entry::<SpeedDial100>(),
        entry::<EnhancedOutgoingCallingPlan>(),
        entry::<CallPickup>(),
        entry::<DirectedCallPickup>(),
        entry::<DirectedCallPickupWithBargeIn>(),
        entry::<CallPark>(),
        entry::<NWayCall>(),
        entry::<ExtensionDialling>(),
        entry::<BasicCall>(),
        entry::<InterceptGroup>(),
        entry::<InterceptUser>(),
        entry::<OutgoingCallingPlan>(),
        entry::<CallCapacityManagement>(),
    ]
});

/// Who is shown, asked of both sides at both moments: what leaves first, then what arrives.
pub static PRESENTING: List = List::new(|| {
    vec![
        entry::<CallingLineIdDeliveryBlocking>(),
        entry::<ConnectedLineIdentificationRestriction>(),
        entry::<InternalCallingLineIdDelivery>(),
        entry::<ExternalCallingLineIdDelivery>(),
        entry::<CallWaiting>(),
        entry::<ConnectedLineIdentificationPresentation>(),
    ]
});

/// A call arrives: steps 1 to 18 of the walk, and the rings of step 22.
pub static ARRIVING: List = List::new(|| {
    vec![
        entry::<CallCapacityManagement>(),  // step 1
        entry::<InterceptGroup>(),          // step 2: the site's first
        entry::<InterceptUser>(),           // step 2
        entry::<IncomingCallingPlan>(),     // step 3
        entry::<AnonymousCallRejection>(),  // step 4
        entry::<SelectiveCallRejection>(),  // step 5
        entry::<SelectiveCallAcceptance>(), // step 6
        entry::<CallNotify>(),              // step 7
        entry::<AlternateNumbers>(),        // step 8
        entry::<PriorityAlert>(),           // step 8: wins over the number's pattern (ruling R-21)
        entry::<CallTransfer>(),            // step 8: a recall in its own pattern
        entry::<CallPark>(),                // step 8: the same of a parked call
        entry::<CustomRingbackGroup>(),     // step 8: the site's sound
        entry::<CustomRingbackUser>(),      // step 8: wins over the site's
        entry::<OwnNightService>(),         // step 9: the own choice
        entry::<NightService>(),            // step 9: the site's
        entry::<CallForwardingSelective>(), // step 10
        entry::<CallForwardingAlways>(),    // step 11
        entry::<DoNotDisturb>(),            // step 13
        entry::<Privacy>(),                 // step 13: for the calls of groups
        entry::<PushToTalk>(),              // step 14
        entry::<AutomaticHoldRetrieve>(),   // step 16: in place of telephones
        entry::<CallWaiting>(),             // step 18
        entry::<CallForwardingNoAnswer>(),  // step 22: how long it rings
        entry::<HuntGroup>(),               // a group's last step: its members (ruling R-17)
        entry::<InstantGroupCall>(),        // the same of a group call
    ]
});

/// Busy, or treated as busy: steps 19 and 20; and step 21, of who may wait until it is over.
pub static BUSY: List = List::new(|| vec![entry::<CallForwardingBusy>(), entry::<AutomaticCallback>()]);

/// The caller's half once more, when a colleague is in a call: what is offered instead of the busy tone (step 21).
pub static MET_BUSY: List = List::new(|| vec![entry::<AutomaticCallback>()]);

/// Nobody answered: steps 22 and 23.
pub static NO_ANSWER: List = List::new(|| vec![entry::<HuntGroup>(), entry::<CallForwardingNoAnswer>()]);

/// No device is reachable: step 17.
pub static NOT_REACHABLE: List =
    List::new(|| vec![entry::<CallForwardingNotReachable>(), entry::<HuntGroup>()]);

/// What a group has (F-113), beside what its site sets for everybody.
pub static OF_HUNT_GROUPS: List = List::new(|| {
    vec![
        entry::<BasicCallLogs>(),
        entry::<AlternateNumbers>(),
        entry::<InterceptUser>(),
        entry::<AnonymousCallRejection>(),
        entry::<CallForwardingAlways>(),
        entry::<CallForwardingBusy>(),
        entry::<CallForwardingNoAnswer>(),
        entry::<CallForwardingNotReachable>(),
        entry::<CallForwardingSelective>(),
        entry::<OwnNightService>(),
        entry::<HuntGroup>(),
    ]
});

/// What a group call has, beside what its site sets for everybody.
pub static OF_GROUP_CALLS: List = List::new(|| {
    vec![
        entry::<AlternateNumbers>(),
        entry::<InterceptUser>(),
        entry::<AnonymousCallRejection>(),
        entry::<InstantGroupCall>(),
    ]
});

/// What colleagues see of the settings beside the lamp.
pub static STANDING: List =
    List::new(|| vec![entry::<CallForwardingAlways>(), entry::<DoNotDisturb>(), entry::<Privacy>()]);

/// Whose settings stand on the feature keys of desk telephones, in the order in which they are told (C-6).
pub static FEATURE_KEYS: List = List::new(|| {
    vec![
        entry::<DoNotDisturb>(),
        entry::<CallForwardingAlways>(),
        entry::<CallForwardingBusy>(),
        entry::<CallForwardingNoAnswer>(),
    ]
});

/// The list of a point.
pub fn list(point: Point) -> &'static List {
    match point {
        Point::Dialling => &DIALLING,
        Point::Arriving => &ARRIVING,
        Point::Busy => &BUSY,
        Point::NoAnswer => &NO_ANSWER,
        Point::NotReachable => &NOT_REACHABLE,
    }
}

/// Whether a subscriber of a kind has a service.
pub fn has(kind: SubscriberKind, card: &Card) -> bool {
    let stands_in = |list: &List| list.iter().any(|entry| entry.card.id == card.id);
    match kind {
        SubscriberKind::Person => ![HuntGroup::CARD.id, InstantGroupCall::CARD.id].contains(&card.id),
        SubscriberKind::HuntGroup => stands_in(&OF_HUNT_GROUPS),
        SubscriberKind::InstantGroupCall => stands_in(&OF_GROUP_CALLS),
    }
}

/// A service by its id.
pub fn find(id: &str) -> Option<&'static Entry> {
    SERVICES.iter().find(|entry| entry.card.id == id)
}

/// Codes of the table that no service answers to: they are treated as unknown.
pub fn unserved_codes() -> Vec<Code> {
    let served = |code: &&Code| SERVICES.iter().any(|entry| entry.card.access_codes.contains(code));
    Code::ALL.iter().filter(|code| !served(code)).copied().collect()
}

impl Entry {
    /// The service as it works for somebody who never set it.
    pub fn default_feature(&self) -> &dyn Feature {
        self.default.feature()
    }

    /// The settings that somebody has who never set anything.
    pub fn default_settings(&self) -> Value {
        self.default.to_json()
    }

    /// Shows every setting that is of some kind, also within lists of settings.
    pub fn each_value(&self, settings: &mut Value, see: &mut dyn FnMut(&FieldKind, &mut Value)) {
        let seen = each_value(self.card.fields, settings, &mut |kind, value| {
            see(kind, value);
            Ok(())
        });
        debug_assert!(seen.is_ok(), "nothing was refused");
    }
}
