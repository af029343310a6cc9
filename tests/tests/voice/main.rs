//! Real programs and real sound: who hears whom is measured in what the loudspeakers played.
//!
//! Each phone speaks a tone of its own; [`prove`](system_tests::rig::prove) says what counts as heard.

mod call;
mod conference;
mod echo;
mod hold;
mod office;
mod station;
mod switching;
mod three_way;
mod transfer;
