//! phone

pub mod view;
