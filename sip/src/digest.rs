//! Digest authentication, both sides.
