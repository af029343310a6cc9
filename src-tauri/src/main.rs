//! src-tauri

fn main() {}
