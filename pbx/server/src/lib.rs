//! `balie-pbx`: the exchange as a program.
//!
//! Around the pure exchange of [`pbx`] stands what a program needs: one SQLite database, HTTPS with
//! a JSON API and events, accounts, its own certificate authority, company files, and the sockets
//! and threads that carry calls. It never decides where a call goes: that is `pbx`. It never
//! reads a SIP message: that is `sip` and `pbx-sip`.
//!
//! Read first:
//! - [`companies::Companies`]: every company in memory, and the one way to change one;
//! - [`store::Store`]: what survives;
//! - [`runtime::Runtime`]: the seam behind which calls run;
//! - [`http`]: one file for each resource of the API.

pub mod accounts;
pub mod authority;
pub mod calls;
pub mod cli;
pub mod companies;
pub mod company;
pub mod company_file;
pub mod config;
pub mod credentials;
pub mod doctor;
pub mod events;
pub mod http;
pub mod log;
pub mod metrics;
mod private;
pub mod runtime;
pub mod seen;
pub mod serve;
pub mod sound;
pub mod store;
pub mod transfer;
mod unfinished;
pub mod views;
