//! Stories: people with names who call each other, one file per service.

mod access_codes;
mod automatic_callback;
mod barge_in;
mod basic_call;
mod call_logs;
mod call_waiting;
mod commands;
mod emergency;
mod feature_keys;
mod foreseeing;
mod forwarding;
mod group_call;
mod hold;
mod hold_retrieve;
mod hunting;
mod identity;
mod n_way;
mod park;
mod pickup;
mod presence;
mod random;
mod recall;
mod three_way;
mod transfer;
