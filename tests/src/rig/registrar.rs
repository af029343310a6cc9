//! Where telephones register: at our exchange, or at somebody else's.

/// Something on loopback that takes registrations by SIP over UDP.
pub trait Registrar {
    /// Its port.
    fn port(&self) -> u16;
}
