//! Phones on a simulated wire: two of ours that call each other without an exchange, and one of ours whose
//! exchange, a SIP endpoint and its API, is played by the test.

mod calling;
mod exchange;
mod preferences;
mod session;
mod wishes;
mod world;
