//! Every input that is kept goes through its target once: what was found stays mended, without any fuzzing.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

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
