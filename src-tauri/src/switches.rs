//! What the system does for Balie when it is set so: open links, start it. Each is switched as the settings change, and
//! the window is told where the system cannot.

use std::sync::{Arc, Mutex, PoisonError};

use phone::view::{Availability, Desktop, DesktopSettings};
use tauri::async_runtime;

use crate::desk::{Desk, Surface};
use crate::picture::Picture;
use crate::words::Text;

/// Something of the system that is on or off.
pub(crate) trait Switch: Send {
    /// Switches it; that it is so already is no error.
    ///
    /// # Errors
    /// Why the system cannot, in the words of the person.
    fn set(&mut self, on: bool) -> Result<(), Text>;
}

/// A switch that follows a setting.
pub(crate) struct Following {
    pub(crate) desk: Desk,
    pub(crate) switch: Arc<Mutex<dyn Switch>>,
    /// Which setting.
    pub(crate) wants: fn(&DesktopSettings) -> bool,
    /// Where the window is told.
    pub(crate) says: fn(&mut Desktop) -> &mut Availability,
    pub(crate) was: Option<bool>,
}

impl Surface for Following {
    fn show(&mut self, picture: &Picture) {
        let wanted = (self.wants)(&picture.settings.desktop);
        if self.was.replace(wanted) == Some(wanted) {
            return;
        }
        // A system may take seconds; a call that comes in meanwhile must not wait for it.
        let (desk, switch) = (self.desk.clone(), Arc::clone(&self.switch));
        let (wants, says) = (self.wants, self.says);
        async_runtime::spawn_blocking(move || {
            let mut switch = switch.lock().unwrap_or_else(PoisonError::into_inner);
            // Whichever of two quick changes comes last here does what is set by then.
            let can = match switch.set(wants(&desk.picture().settings.desktop)) {
                Ok(()) => Availability::Present,
                Err(reason) => Availability::absent(reason.nl, reason.en),
            };
            desk.state(|desktop| *says(desktop) = can);
        });
    }
}
