//! Whose turn it is in the offer/answer exchange: RFC 3264, RFC 6337.
//!
//! At most one offer is open at a time. Crossing offers are refused with 491, a second offer before
//! our answer with 500, and a failed offer leaves the session as it was.

/// The state of the exchange in one dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferAnswer {
    /// No offer is open.
    #[default]
    Stable,
    /// Our offer waits for the peer's answer.
    LocalOffer,
    /// The peer's offer waits for our answer.
    RemoteOffer,
}

/// Why an offer cannot be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferConflict {
    /// Ours is open: 491 Request Pending (RFC 3261 14.2, RFC 3311 5.2).
    Crossing,
    /// The peer's earlier one is open: 500 with Retry-After.
    Unanswered,
}

impl OfferConflict {
    /// The status code that refuses the offer.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Crossing => 491,
            Self::Unanswered => 500,
        }
    }
}

impl OfferAnswer {
    /// We make an offer; false when one is open already.
    #[must_use]
    pub fn offer(&mut self) -> bool {
        let free = *self == Self::Stable;
        if free {
            *self = Self::LocalOffer;
        }
        free
    }

    /// The peer makes an offer.
    ///
    /// # Errors
    /// An offer is open already; the state does not change.
    pub fn receive_offer(&mut self) -> Result<(), OfferConflict> {
        match self {
            Self::Stable => {
                *self = Self::RemoteOffer;
                Ok(())
            }
            Self::LocalOffer => Err(OfferConflict::Crossing),
            Self::RemoteOffer => Err(OfferConflict::Unanswered),
        }
    }

    /// The open offer was answered, refused or withdrawn.
    pub fn settle(&mut self) {
        *self = Self::Stable;
    }

    /// Whether no offer is open.
    #[must_use]
    pub fn is_stable(self) -> bool {
        self == Self::Stable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_offers_are_glare() {
        let mut exchange = OfferAnswer::default();
        assert!(exchange.offer());

        let conflict = exchange.receive_offer().unwrap_err();

        assert_eq!(conflict.code(), 491);
        assert_eq!(exchange, OfferAnswer::LocalOffer);
    }

    #[test]
    fn a_second_offer_before_our_answer_is_an_error_of_the_peer() {
        let mut exchange = OfferAnswer::default();
        exchange.receive_offer().unwrap();

        assert_eq!(exchange.receive_offer().unwrap_err().code(), 500);
        assert!(!exchange.offer());
    }

    #[test]
    fn a_settled_exchange_takes_the_next_offer_from_either_side() {
        let mut exchange = OfferAnswer::default();
        assert!(exchange.offer());
        exchange.settle();
        exchange.receive_offer().unwrap();
        exchange.settle();

        assert!(exchange.is_stable());
    }
}
