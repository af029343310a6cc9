//! What comes from outside, at random: one target for each reader of bytes that strangers, peers or files send.
//!
//! A target takes any bytes. It panics when a reader does, and when something is not so that is promised: what was
//! read and written is read again as the same. libFuzzer (`benches/libfuzzer.rs`) makes up the bytes, and what it found
//! is kept in `corpus/`, a folder for each target.
//!
//! Read first: [`TARGETS`], then any one of the small files beside this one.

mod bodies;
mod company_file;
mod digest;
mod key_request;
mod message;
mod name_addr;
mod rtcp;
mod rtp;
mod sdp;
mod settings;
mod sound;
mod stream;
mod telephone_event;
mod uri;
mod via;
mod wave;

/// One reader under test.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: the module's, and the folder's in `corpus/`.
    pub name: &'static str,
    /// Reads the bytes; panics when something is wrong.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "bodies", run: bodies::run },
    Target { name: "company_file", run: company_file::run },
    Target { name: "digest", run: digest::run },
    Target { name: "key_request", run: key_request::run },
    Target { name: "message", run: message::run },
    Target { name: "name_addr", run: name_addr::run },
    Target { name: "rtcp", run: rtcp::run },
    Target { name: "rtp", run: rtp::run },
    Target { name: "sdp", run: sdp::run },
    Target { name: "settings", run: settings::run },
    Target { name: "sound", run: sound::run },
    Target { name: "stream", run: stream::run },
    Target { name: "telephone_event", run: telephone_event::run },
    Target { name: "uri", run: uri::run },
    Target { name: "via", run: via::run },
    Target { name: "wave", run: wave::run },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
