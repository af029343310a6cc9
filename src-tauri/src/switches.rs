//! What the system does for Balie when it is set so: open links, start it. Each is switched as the settings change, and
//! the window is told where the system cannot.

use phone::view::{Availability, Desktop, DesktopSettings};

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
    pub(crate) switch: Box<dyn Switch>,
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
        let can = match self.switch.set(wanted) {
            Ok(()) => Availability::Present,
            Err(reason) => Availability::absent(reason.nl, reason.en),
        };
        let says = self.says;
        self.desk.state(|desktop| *says(desktop) = can);
    }
}
