//! What the exchange decides, seen from outside the crate: stories, the matrix of pairs, properties.
//!
//! One test program, so that it is linked once. Golden files are updated with `UPDATE_EXPECT=1` and read
//! before they are committed.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test names the one answer that it expects")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod catalogue;
mod functions_page;
mod office;
mod pairs;
mod properties;
mod stories;
mod traces;
