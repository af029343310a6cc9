//! phone/engine

fn main() {}
