//! pbx/server

fn main() {}
