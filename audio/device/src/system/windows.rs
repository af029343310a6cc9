//! Windows: WASAPI in shared mode.
//!
//! The library asks for the default device of ordinary sound, not the one set for calls; until that is
//! offered, a person whose call device differs pins it. Not yet run on this system: see docs/platforms.md.

use cpal::traits::HostTrait;

use super::Platform;
use crate::{DeviceError, DeviceId, Direction};

/// This operating system.
pub(super) struct System;

impl Platform for System {
    fn connect() -> Result<cpal::Host, DeviceError> {
        let id = cpal::available_hosts().into_iter().next();
        let id = id.ok_or_else(|| DeviceError::NoSoundSystem("none is installed".into()))?;
        cpal::host_from_id(id).map_err(|error| DeviceError::NoSoundSystem(error.to_string()))
    }

    fn call_device(host: &cpal::Host, direction: Direction) -> Option<cpal::Device> {
        match direction {
            Direction::Capture => host.default_input_device(),
            Direction::Playout => host.default_output_device(),
        }
    }

    fn is_monitor(_: &DeviceId) -> bool {
        false
    }
}
