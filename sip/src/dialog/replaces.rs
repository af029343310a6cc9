//! Replaces, RFC 3891: an INVITE that takes the place of a call we have.
//!
//! Used for attended transfer and for picking up a ringing call. All three identifiers must match,
//! so that a third party who only knows the Call-ID gets nothing.

/// What the matched dialog is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaceable {
    /// We are calling and nobody answered yet.
    EarlyOutgoing,
    /// It rings here.
    EarlyIncoming,
    /// It is answered.
    Confirmed,
}

/// What to do with the INVITE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplacesVerdict {
    /// Offer it to the owner as a replacement.
    Replace,
    /// Refuse it with this code.
    Refuse(u16),
}

impl ReplacesVerdict {
    /// RFC 3891 section 3.
    #[must_use]
    pub fn judge(found: Option<Replaceable>, early_only: bool) -> Self {
        match found {
            None | Some(Replaceable::EarlyIncoming) => Self::Refuse(481),
            Some(Replaceable::Confirmed) if early_only => Self::Refuse(486),
            Some(Replaceable::Confirmed | Replaceable::EarlyOutgoing) => Self::Replace,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answered_call_is_not_picked_up_as_a_ringing_one() {
        assert_eq!(ReplacesVerdict::judge(Some(Replaceable::Confirmed), true), ReplacesVerdict::Refuse(486));
        assert_eq!(ReplacesVerdict::judge(Some(Replaceable::EarlyOutgoing), true), ReplacesVerdict::Replace);
        assert_eq!(
            ReplacesVerdict::judge(Some(Replaceable::EarlyIncoming), false),
            ReplacesVerdict::Refuse(481)
        );
        assert_eq!(ReplacesVerdict::judge(None, false), ReplacesVerdict::Refuse(481));
    }
}
