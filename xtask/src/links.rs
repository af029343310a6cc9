//! Pages lead where they say: every relative link in the project's documents names a file that is there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Checks the pages at the root and in `docs/`.
pub(crate) fn check() -> Result<()> {
    let root = shell::root();
    let mut broken = Vec::new();
    let mut count = 0;
    for page in pages(&root)? {
        let text = std::fs::read_to_string(&page).with_context(|| format!("read {}", page.display()))?;
        let folder = page.parent().unwrap_or(&root);
        for link in links(&text) {
            count += 1;
            if !folder.join(link).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    if !broken.is_empty() {
        bail!("links that lead nowhere:\n  {}", broken.join("\n  "));
    }
    shell::say(&format!("{count} links between pages and files hold"));
    Ok(())
}

fn pages(root: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for folder in [root.to_owned(), root.join("docs"), root.join("docs/decisions")] {
        let files = std::fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))?;
        let files = files.flatten().map(|file| file.path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    pages.sort();
    Ok(pages)
}

/// The targets of links to files, without the place within them.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with(['#', '<']));
    files.filter_map(|target| target.split('#').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_are_found_and_others_left_alone() {
        let text = "See [a](docs/a.md), [b](../b.rs#L3), [site](https://example.org/x) and [here](#below).";

        assert_eq!(links(text).collect::<Vec<_>>(), ["docs/a.md", "../b.rs"]);
    }
}
