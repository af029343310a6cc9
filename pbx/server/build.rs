//! Builds the spoken prompts and the music on hold into the program, so that it is one file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the crate is"));
    let assets = root.join("../../assets");
    let mut code = String::from(
        "/// Spoken prompts by language and name.\nconst PROMPTS: &[(&str, &str, &[u8])] = &[\n",
    );
    for language in ["nl", "en"] {
        for (name, file) in recordings(&assets.join("prompts").join(language)) {
            writeln!(code, "    ({language:?}, {name:?}, include_bytes!({file:?})),")
                .expect("a String takes everything");
        }
    }
    let music = assets.join("music/hold.wav");
    let music = music.canonicalize().unwrap_or(music);
    writeln!(code, "];\n/// Music on hold.\nconst MUSIC: &[u8] = include_bytes!({music:?});")
        .expect("a String takes everything");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    fs::write(out.join("recordings.rs"), code).expect("cargo's own folder can be written");
    println!("cargo::rerun-if-changed={}", assets.display());
}

fn recordings(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path().canonicalize().unwrap_or_else(|_| entry.path());
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
        if let Some(name) = name.filter(|_| path.extension().is_some_and(|extension| extension == "wav")) {
            found.push((name, path));
        }
    }
    found.sort();
    found
}
