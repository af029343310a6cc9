//! Two phones and a plain telephone on a simulated wire.
