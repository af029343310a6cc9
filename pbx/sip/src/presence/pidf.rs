//! A subscriber's availability as a presence document (RFC 3863, with the activities of RFC 4480).

use jiff::Timestamp;
use pbx::presence::{Lamp, Presence};

use super::xml::escape;

/// The media type of the document.
pub(crate) const CONTENT_TYPE: &str = "application/pidf+xml";

/// What a document says, apart from when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Availability {
    Offline,
    Available,
    DoNotDisturb,
    Ringing,
    OnThePhone,
    /// Not for this watcher to see (F-046).
    Private,
}

impl Availability {
    /// What there is to say now.
    pub(crate) fn of(presence: &Presence) -> Self {
        if presence.standing.private.is_some() {
            return Self::Private;
        }
        match presence.lamp() {
            Lamp::Unreachable => Self::Offline,
            Lamp::Idle if presence.standing.do_not_disturb => Self::DoNotDisturb,
            Lamp::Idle => Self::Available,
            Lamp::Ringing => Self::Ringing,
            Lamp::Busy | Lamp::OnHold => Self::OnThePhone,
        }
    }
}

/// The document; the same for every watcher.
pub(crate) fn render(presence: &Presence, entity: &str) -> String {
    let (basic, note, activity) = match Availability::of(presence) {
        Availability::Offline => (Some("closed"), "Offline", None),
        Availability::Available => (Some("open"), "Available", None),
        Availability::DoNotDisturb => (Some("open"), "Do not disturb", Some("busy")),
        Availability::Ringing => (Some("open"), "Ringing", None),
        Availability::OnThePhone => (Some("open"), "On the phone", Some("on-the-phone")),
        Availability::Private => (None, "Private", None),
    };
    // Of what is private it is not even said whether somebody can be called; RFC 3863 asks for no such word.
    let basic = basic.map(|basic| format!("<basic>{basic}</basic>")).unwrap_or_default();
    let since = if basic.is_empty() { Timestamp::UNIX_EPOCH } else { presence.since };
    let entity = escape(entity);
    // RFC 4480 has no activities without an activity in it.
    let activities = activity
        .map(|activity| format!("<rpid:activities><rpid:{activity}/></rpid:activities>"))
        .unwrap_or_default();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
         xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"{entity}\">\r\n\
         \x20 <tuple id=\"phone\">\r\n\
         \x20   <status>{basic}</status>\r\n\
         \x20   <contact>{entity}</contact>\r\n\
         \x20   <note>{note}</note>\r\n\
         \x20   <timestamp>{since}</timestamp>\r\n\
         \x20 </tuple>\r\n\
         \x20 <dm:person id=\"person\">{activities}</dm:person>\r\n\
         </presence>\r\n",
    )
}
