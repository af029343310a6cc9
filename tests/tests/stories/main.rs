//! Stories: people with names make calls in the simulated world. One file per service.

mod basic_call;
