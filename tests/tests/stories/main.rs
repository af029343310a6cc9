//! Stories: people with names make calls in the simulated world. One file per service.
//!
//! The telephones are plain SIP telephones, so each story also proves what stands on the wire.

mod alternate_numbers;
mod anonymous_call_rejection;
mod basic_call;
mod busy_lamp_field;
mod call_capacity_management;
mod call_forwarding;
mod call_forwarding_selective;
mod call_park;
mod call_pickup;
mod call_return;
mod call_transfer;
mod call_waiting;
mod custom_ringback;
mod determinism;
mod directed_call_pickup;
mod directed_call_pickup_with_barge_in;
mod diversion_inhibitor;
mod emergency;
mod enhanced_outgoing_calling_plan;
mod guards;
mod hold;
mod hostile;
mod hunt_group;
mod identity;
mod incoming_calling_plan;
mod intercept;
mod last_number_redial;
mod login_names;
mod music_on_hold_user;
mod night_service;
mod outgoing_calling_plan;
mod priority_alert;
mod privacy;
mod push_to_talk;
mod reachability_per_number;
mod registration;
mod scenarios;
mod schedules;
mod selective_call_acceptance;
mod selective_call_rejection;
mod speed_dial;
mod third_party;
mod three_way_call;
mod trunk;
