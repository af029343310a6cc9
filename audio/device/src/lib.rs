//! Sound devices: microphones, loudspeakers and their stand-ins, behind one trait.
//!
//! What it is for: the phone engine asks for "the headset" or "whatever the system uses" and gets
//! two handles, [`Capture`] and [`Playout`], that carry 10 ms frames of 480 mono samples at 48 kHz.
//! Which library talks to the sound card, how many channels or samples per second the card has, how
//! large its callbacks are, and what happens when somebody pulls the plug, stays in here.
//!
//! Three threads meet in this crate and never wait for each other:
//!
//! - the *callbacks* ([`CaptureCallback`], [`PlayoutCallback`]) run on the sound system's own
//!   threads; they copy samples to and from wait-free rings and count, nothing else;
//! - the *media thread* of the engine reads and writes frames through the handles;
//! - the *control thread* opens and closes devices ([`Manager`], usually inside a [`Supervisor`])
//!   and passes new ring ends to the handles; old ones come back to it to be freed.
//!
//! What it will never do: decode, mix, cancel echo, or decide when a call has sound. The far-end
//! reference that an echo canceller needs is what was really played, fades included.
//!
//! Read first: [`Host`] (where devices come from), [`Manager`] (which device is in use), [`Duplex`]
//! (what the media thread holds).

pub mod callback;
pub mod host;
pub mod line;
pub mod manager;
pub mod statistics;
pub mod supervisor;
pub mod system;
pub mod virtual_host;

pub use callback::{CaptureCallback, PlayoutCallback};
pub use host::{DeviceError, DeviceId, DeviceInfo, DeviceKind, Direction, Host, OpenStream, Stream};
pub use line::{Capture, Duplex, Heard, Playout};
pub use manager::{Choice, Choices, DeviceEvent, Manager, Use};
pub use statistics::{Health, Statistics};
pub use supervisor::Supervisor;
pub use system::{Hosts, SystemHost};
pub use virtual_host::{Behaviour, VirtualClock, VirtualHost};

/// Samples per second of every frame that leaves or enters this crate.
pub const SAMPLE_RATE: u32 = 48_000;

/// Samples in one frame: 10 ms at [`SAMPLE_RATE`].
pub const FRAME: usize = 480;
