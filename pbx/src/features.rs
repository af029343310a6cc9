//! The services, one file each: settings, description, behaviour and tests together.
//!
//! A file names no other service. Where a service stands in the order is said in
//! [`catalogue`](crate::catalogue).

mod alternate_numbers;
mod anonymous_call_rejection;
mod basic_call;
mod basic_call_logs;
mod busy_lamp_field;
mod call_capacity_management;
mod call_forwarding_always;
mod call_forwarding_busy;
mod call_forwarding_no_answer;
mod call_forwarding_not_reachable;
mod call_forwarding_selective;
mod call_transfer;
mod call_waiting;
mod calling_line_id_delivery_blocking;
mod connected_line_identification_presentation;
mod connected_line_identification_restriction;
mod diversion_inhibitor;
mod do_not_disturb;
mod enhanced_outgoing_calling_plan;
mod extension_dialling;
mod external_calling_line_id_delivery;
mod flash_call_hold;
mod forwarding_codes;
mod incoming_calling_plan;
mod internal_calling_line_id_delivery;
mod music_on_hold;
mod number_rules;
mod outgoing_calling_plan;
mod priority_alert;
mod rejection;
mod selective_call_acceptance;
mod selective_call_rejection;
mod three_way_call;

pub use alternate_numbers::{AlternateNumber, AlternateNumbers};
pub use anonymous_call_rejection::AnonymousCallRejection;
pub use basic_call::BasicCall;
pub use basic_call_logs::BasicCallLogs;
pub use busy_lamp_field::BusyLampField;
pub use call_capacity_management::CallCapacityManagement;
pub use call_forwarding_always::CallForwardingAlways;
pub use call_forwarding_busy::CallForwardingBusy;
pub use call_forwarding_no_answer::CallForwardingNoAnswer;
pub use call_forwarding_not_reachable::CallForwardingNotReachable;
pub use call_forwarding_selective::{CallForwardingSelective, SelectiveForward};
pub use call_transfer::CallTransfer;
pub use call_waiting::CallWaiting;
pub use calling_line_id_delivery_blocking::CallingLineIdDeliveryBlocking;
pub use connected_line_identification_presentation::ConnectedLineIdentificationPresentation;
pub use connected_line_identification_restriction::{
    ConnectedLineIdentificationRestriction, RedirectedPrivacy,
};
pub use diversion_inhibitor::DiversionInhibitor;
pub use do_not_disturb::DoNotDisturb;
pub use enhanced_outgoing_calling_plan::{AuthorizationCode, EnhancedOutgoingCallingPlan, TransferInstead};
pub use extension_dialling::ExtensionDialling;
pub use external_calling_line_id_delivery::ExternalCallingLineIdDelivery;
pub use flash_call_hold::FlashCallHold;
pub use incoming_calling_plan::{FromOutside, IncomingCallingPlan};
pub use internal_calling_line_id_delivery::InternalCallingLineIdDelivery;
pub use music_on_hold::MusicOnHold;
pub use number_rules::{NumberRule, NumberRuling};
pub use outgoing_calling_plan::{OutgoingCall, OutgoingCallingPlan, OutgoingRule};
pub use priority_alert::PriorityAlert;
pub use rejection::RejectionTreatment;
pub use selective_call_acceptance::SelectiveCallAcceptance;
pub use selective_call_rejection::SelectiveCallRejection;
pub use three_way_call::ThreeWayCall;
