//! Files and folders that nobody but their owner reads: the database holds hashes and secrets, the authority
//! its key.
//!
//! They are made private, not made and then closed: between the two somebody could have opened them. On
//! Windows the access list of the folder is what protects them.

use std::io;
use std::path::Path;

/// Makes a folder, with those above it, that only its owner enters. One that exists stays as it is: it may be
/// shared on purpose.
///
/// # Errors
/// When the system refuses.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes an empty file that only its owner reads and writes, or closes one that exists to everybody else.
///
/// # Errors
/// When the system refuses.
pub(crate) fn file(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(file);
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_made_is_its_owners_alone_and_keeps_its_content() {
        let place = tempfile::tempdir().unwrap();
        let (inner, path) = (place.path().join("a/b"), place.path().join("a/b/secret"));
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;

        folder(&inner).unwrap();
        std::fs::write(&path, "kept").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        file(&path).unwrap();

        assert_eq!((mode(&inner), mode(&path)), (0o700, 0o600));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "kept");
    }
}
