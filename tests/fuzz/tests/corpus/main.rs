//! Every input that is kept goes through its target once: what was found stays mended, without any fuzzing. Then ten
//! thousand damaged ones do, made from them.

mod damage;

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use damage::Dice;

/// Damaged inputs for each target.
const DAMAGED: u32 = 10_000;

#[test]
fn nothing_in_the_corpora_is_a_surprise() {
    for target in fuzz::TARGETS {
        let inputs = corpus(target.name);

        let failed: Vec<_> = inputs
            .iter()
            .filter(|path| {
                let bytes = std::fs::read(path).unwrap();
                catch_unwind(|| (target.run)(&bytes)).is_err()
            })
            .collect();

        assert!(!inputs.is_empty() && failed.is_empty(), "{}: {failed:#?}", target.name);
    }
}

#[test]
fn no_damaged_input_is_a_surprise() {
    std::thread::scope(|scope| {
        for target in fuzz::TARGETS {
            scope.spawn(move || {
                let inputs: Vec<_> =
                    corpus(target.name).iter().map(|path| std::fs::read(path).unwrap()).collect();
                let mut dice = Dice::default();
                for number in 0..DAMAGED {
                    let bytes = dice.damaged(&inputs);
                    let well = catch_unwind(|| (target.run)(&bytes)).is_ok();
                    assert!(well, "{}, input {number}: {}", target.name, bytes.escape_ascii());
                }
            });
        }
    });
}

#[test]
fn every_corpus_has_its_target() {
    for folder in entries(&root()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(fuzz::target(&name).is_some(), "{name}");
    }
}

fn corpus(target: &str) -> Vec<PathBuf> {
    entries(&root().join(target))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = read.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    paths
}
