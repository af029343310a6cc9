//! Writes the TypeScript twin of the seam into the folder named as argument.
//!
//! `cargo run -p phone --example types -- ui/packages/host/src/generated`

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from).ok_or_else(|| io::Error::other("name a folder"))?;
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("view.ts"), phone::view::typescript())
}
