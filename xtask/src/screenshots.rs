//! Pictures of every screen and state, of the same pages that the window embeds, before a company that is played.

use anyhow::Result;

use crate::packages::{self, Purpose};
use crate::{node, shell};

/// All states, or only those named. Fails when a text is cut off somewhere; the pictures are there all the same.
pub(crate) fn screenshots(states: &[String]) -> Result<()> {
    packages::ensure(Purpose::Pages)?;
    node::install()?;
    node::build_mock()?;
    let folder = shell::root().join("out").join("screenshots").to_string_lossy().into_owned();
    let mut arguments = vec!["run", "--silent", "screenshots", "--", folder.as_str()];
    arguments.extend(states.iter().map(String::as_str));
    shell::must(&mut node::npm(&arguments))
}
