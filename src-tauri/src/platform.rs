//! What must be so before the first window, per operating system.

#[cfg(target_os = "linux")]
mod linux;

/// Prepares the process for a window.
///
/// # Errors
/// When the program cannot be started again with the environment it needs (Linux).
pub fn prepare() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    linux::prepare()?;
    Ok(())
}
