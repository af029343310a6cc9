//! Phones on a simulated wire: two of ours that call each other without an exchange, and one of ours whose
//! exchange is a SIP endpoint played by the test.

mod calling;
mod exchange;
mod world;
