//! What must be true after every input, whatever people do.

use std::collections::BTreeSet;

use pbx_api::LegId;

use super::World;
use crate::call::{Phase, Source, Stage};

impl World {
    /// Looks at the whole.
    pub(crate) fn check_invariants(&self) {
        self.every_leg_is_in_a_call_that_lives();
        self.plans_are_about_legs_that_exist();
        self.lamps_tell_the_truth();
        self.keys_tell_the_truth();
        self.views_are_the_table();
        self.nobody_is_alone_with_nothing_due();
        self.nothing_rings_without_somebody_who_waits();
        self.nothing_remains_of_calls_that_are_over();
        self.every_parking_place_holds_one_call();
    }

    /// A telephone believes in a leg exactly as long as the exchange does.
    fn every_leg_is_in_a_call_that_lives(&self) {
        for (leg, phone) in &self.phones {
            let known = self.exchange.table.call_of(*leg).is_some();
            let late = self.pending.iter().any(|input| {
                matches!(input, super::Input::Leg { leg: of, .. } if of == leg)
                    || matches!(input, super::Input::Arrived(arrival) if arrival.leg == *leg)
            });
            assert!(phone.lives() == known || late, "{leg} lives: {}, known: {known}", phone.lives());
        }
    }

    fn plans_are_about_legs_that_exist(&self) {
        for (call, plan) in &self.plans {
            let legs: BTreeSet<LegId> = self
                .exchange
                .table
                .call(*call)
                .map_or_else(BTreeSet::new, |call| call.legs.iter().map(|leg| leg.id).collect());
            for (listener, heard) in &plan.listeners {
                assert!(legs.contains(listener), "{listener} listens in call {call}");
                for source in heard.iter().map(|heard| &heard.source) {
                    if let Source::Leg(speaker) = source {
                        assert!(legs.contains(speaker), "{speaker} speaks in call {call}");
                        assert_ne!(speaker, listener, "nobody hears himself");
                    }
                }
            }
        }
    }

    /// A lamp shows as many legs as the subscriber's telephones have.
    fn lamps_tell_the_truth(&self) {
        for (subscriber, lamp) in &self.lamps {
            let truth = self.exchange.presence(*subscriber);
            assert_eq!(
                (&lamp.legs, lamp.reachable, &lamp.standing),
                (&truth.legs, truth.reachable, &truth.standing)
            );
            let shown: BTreeSet<LegId> = lamp.legs.iter().map(|leg| leg.leg).collect();
            let known = self.exchange.table.legs_of(*subscriber).map(|(_, leg)| leg.id).collect();
            assert_eq!(shown, known, "the lamp of {subscriber}");
        }
    }

    /// The keys of a telephone show the settings.
    fn keys_tell_the_truth(&self) {
        for (subscriber, keys) in &self.keys {
            assert_eq!(*keys, self.exchange.feature_keys(*subscriber));
        }
    }

    fn views_are_the_table(&self) {
        let shown: BTreeSet<_> = self.views.keys().copied().collect();
        let known = self.exchange.table.calls().map(|call| call.id).collect();
        assert_eq!(shown, known, "every call is seen, and nothing else");
    }

    /// Every call that is not a conversation has an end in sight.
    fn nobody_is_alone_with_nothing_due(&self) {
        for call in self.exchange.table.calls() {
            assert!(call.invited.iter().all(|invited| self.exchange.invitation(*invited).is_some()));
            let talking = matches!(call.phase, Phase::Connected);
            let parties = call.connected().count();
            assert!(
                if talking {
                    parties >= 2 || parties == 1 && call.waits_for_more()
                } else {
                    call.timer.is_some()
                },
                "call {} has {parties} parties and timer {:?}",
                call.id,
                call.timer
            );
        }
    }

    /// Telephones ring only while somebody is sought, and only the one who waits is unanswered.
    fn nothing_rings_without_somebody_who_waits(&self) {
        for call in self.exchange.table.calls() {
            let ringing = call.branches().count();
            let unanswered = call.legs.iter().filter(|leg| !leg.connected() && !leg.placed());
            match &call.phase {
                Phase::Connected => assert_eq!((ringing, unanswered.count()), (0, 0), "call {}", call.id),
                Phase::OwnDevice(_) => assert!(ringing > 0 && unanswered.count() == 0, "call {}", call.id),
                Phase::Seeking(seeking) => {
                    let rings = matches!(seeking.stage, Stage::Ringing(_));
                    assert_eq!(rings, ringing > 0, "call {}", call.id);
                    assert!(unanswered.map(|leg| leg.id).all(|leg| leg == seeking.serves));
                    assert!(call.leg(seeking.serves).is_some(), "call {}", call.id);
                }
            }
        }
    }

    /// Where a call is parked stands in the table, and at nobody two.
    fn every_parking_place_holds_one_call(&self) {
        let table = &self.exchange.table;
        let parked: Vec<_> = table.calls().filter_map(|call| Some((call.orbit()?.at, call.id))).collect();
        let places: BTreeSet<_> = parked.iter().map(|(at, _)| *at).collect();
        assert_eq!(places.len(), parked.len(), "two calls are parked at one subscriber");
        assert!(table.all_parked().iter().map(|(at, call)| (*at, *call)).eq(sorted(parked)));
        for (subscriber, lamp) in &self.lamps {
            assert_eq!(lamp.parked.as_ref().map(|it| it.call), table.parked_at(*subscriber));
        }
    }

    fn nothing_remains_of_calls_that_are_over(&self) {
        let table = &self.exchange.table;
        assert!(self.exchange.timers.iter().all(|(_, call)| table.call(*call).is_some()));
        assert!(self.exchange.storing.values().all(|call| table.call(*call).is_some()));
        assert!(self.plans.keys().all(|call| table.call(*call).is_some()));
        let recorded: BTreeSet<_> = self.records.iter().map(|record| record.call).collect();
        assert_eq!(recorded.len(), self.records.len(), "one record per call");
        assert!(recorded.iter().all(|call| table.call(*call).is_none()));
    }
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort();
    all
}
