//! Somebody called a colleague who is in a call and takes no other: what their own services know of it (F-032).

use jiff::Timestamp;

use crate::attempt::Keys;
use crate::directory::{Number, SubscriberId};
use crate::memory::Remembered;

/// A colleague whom the subscriber called is in a call, and no service of theirs did anything about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetBusy {
    /// Who it is.
    pub whom: SubscriberId,
    /// By which number they were called.
    pub number: Number,
    /// They are at another site.
    pub other_site: bool,
    /// When the call began.
    pub at: Timestamp,
    /// What is remembered about the subscriber.
    pub caller: Remembered,
    /// What the subscriber answered to the service that is asked now, the first answer first.
    pub answers: Vec<Keys>,
}
