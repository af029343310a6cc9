//! A subscriber's availability as a presence document (RFC 3863, with the activities of RFC 4480).

use pbx::presence::{Lamp, Presence};

use super::xml::escape;

/// The media type of the document.
pub(crate) const CONTENT_TYPE: &str = "application/pidf+xml";

/// The document; the same for every watcher.
pub(crate) fn render(presence: &Presence, entity: &str) -> String {
    let (basic, note, activity) = match presence.lamp() {
        Lamp::Unreachable => ("closed", "Offline", ""),
        Lamp::Idle => ("open", "Available", ""),
        Lamp::Ringing => ("open", "Ringing", ""),
        Lamp::Busy => ("open", "On the phone", "<rpid:on-the-phone/>"),
    };
    let entity = escape(entity);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" \
         xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"{entity}\">\r\n\
         \x20 <tuple id=\"phone\">\r\n\
         \x20   <status><basic>{basic}</basic></status>\r\n\
         \x20   <contact>{entity}</contact>\r\n\
         \x20   <note>{note}</note>\r\n\
         \x20   <timestamp>{since}</timestamp>\r\n\
         \x20 </tuple>\r\n\
         \x20 <dm:person id=\"person\"><rpid:activities>{activity}</rpid:activities></dm:person>\r\n\
         </presence>\r\n",
        since = presence.since,
    )
}
