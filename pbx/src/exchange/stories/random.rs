//! Random scenarios: whatever people do in whatever order, the invariants hold after each step,
//! and when everybody has hung up nothing remains. A failure prints the actions; shrunk ones become
//! named stories.

use proptest::prelude::*;
use serde_json::json;

use crate::directory::SubscriberId;
use crate::exchange::people::{ALL_HANDS, ANNA, BERT, CHRIS, DORA, RECEPTION, World, extension};
use crate::exchange::{LegEvent, Verb};

const PEOPLE: [SubscriberId; 5] = [RECEPTION, ANNA, BERT, CHRIS, DORA];

/// What somebody does next. Numbers choose among what there is at that moment.
#[derive(Debug, Clone)]
enum Action {
    Dial { who: usize, whom: usize },
    DialText { who: usize, text: &'static str },
    OutsideCalls { whom: usize },
    Answer { which: usize },
    Refuse { which: usize, code: u16 },
    HangUp { which: usize },
    Hold { which: usize },
    Resume { which: usize },
    TransferBlind { which: usize, to: usize },
    TransferAttended { which: usize, other: usize },
    Conference { which: usize, other: usize },
    Park { which: usize, text: &'static str },
    TakeBack { who: usize },
    Command { which: usize, verb: usize },
    Forward { who: usize, to: usize, active: bool },
    Recall { who: usize, active: bool },
    Station { who: usize, active: bool },
    Register { who: usize, devices: usize },
    Wait { seconds: u64 },
}

fn action() -> impl Strategy<Value = Action> {
    let n = 0..8usize;
    let person = 0..PEOPLE.len();
    let codes = prop_oneof![Just(486u16), Just(480), Just(603), Just(503), Just(408)];
    let texts = prop_oneof![
        Just("112"),
        Just("0201234567"),
        Just("*78"),
        Just("299"),
        Just("*72203"),
        Just("*98"),
        Just("*97203"),
        Just("*33203"),
        Just("*33202"),
        Just("*68203"),
        Just("*68"),
        Just("*58"),
        Just("*88203"),
        Just("*88"),
        Just("conference"),
        Just("250"),
        Just("")
    ];
    prop_oneof![
        6 => (person.clone(), person.clone()).prop_map(|(who, whom)| Action::Dial { who, whom }),
        1 => (person.clone(), texts).prop_map(|(who, text)| Action::DialText { who, text }),
        2 => person.clone().prop_map(|whom| Action::OutsideCalls { whom }),
        8 => n.clone().prop_map(|which| Action::Answer { which }),
        2 => (n.clone(), codes).prop_map(|(which, code)| Action::Refuse { which, code }),
        4 => n.clone().prop_map(|which| Action::HangUp { which }),
        2 => n.clone().prop_map(|which| Action::Hold { which }),
        2 => n.clone().prop_map(|which| Action::Resume { which }),
        3 => (n.clone(), person.clone()).prop_map(|(which, to)| Action::TransferBlind { which, to }),
        3 => (n.clone(), n.clone()).prop_map(|(which, other)| Action::TransferAttended { which, other }),
        2 => (n.clone(), n.clone()).prop_map(|(which, other)| Action::Conference { which, other }),
        2 => (n.clone(), prop_oneof![Just("*68202"), Just("*68"), Just("*58")])
            .prop_map(|(which, text)| Action::Park { which, text }),
        1 => person.clone().prop_map(|who| Action::TakeBack { who }),
        2 => (n, 0..11usize).prop_map(|(which, verb)| Action::Command { which, verb }),
        1 => (person.clone(), person.clone(), any::<bool>())
            .prop_map(|(who, to, active)| Action::Forward { who, to, active }),
        1 => (person.clone(), any::<bool>()).prop_map(|(who, active)| Action::Recall { who, active }),
        1 => (person.clone(), any::<bool>()).prop_map(|(who, active)| Action::Station { who, active }),
        1 => (person, 0..3usize).prop_map(|(who, devices)| Action::Register { who, devices }),
        3 => (0..40u64).prop_map(|seconds| Action::Wait { seconds }),
    ]
}

impl World {
    fn nth(legs: Vec<pbx_api::LegId>, n: usize) -> Option<pbx_api::LegId> {
        let count = legs.len().max(1);
        legs.into_iter().nth(n % count)
    }

    fn living(&self) -> Vec<pbx_api::LegId> {
        self.phones.iter().filter(|(_, phone)| phone.lives() && !phone.rings()).map(|(leg, _)| *leg).collect()
    }

    fn ringing(&self) -> Vec<pbx_api::LegId> {
        self.phones.iter().filter(|(_, phone)| phone.rings()).map(|(leg, _)| *leg).collect()
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Dial { who, whom } => {
                self.dials(PEOPLE[*who], &extension(PEOPLE[*whom]));
            }
            Action::DialText { who, text } => {
                self.dials(PEOPLE[*who], text);
            }
            Action::OutsideCalls { whom } => {
                let called = format!("+31850000{}", extension(PEOPLE[*whom]));
                self.outside_calls(&called, Some("+31201234567"));
            }
            Action::Answer { which } => {
                if let Some(leg) = Self::nth(self.ringing(), *which) {
                    self.picks_up(leg);
                }
            }
            Action::Refuse { which, code } => {
                if let Some(leg) = Self::nth(self.ringing(), *which) {
                    self.phones.get_mut(&leg).unwrap().end = Some(crate::exchange::people::End::LeftByItself);
                    self.reports(leg, LegEvent::Rejected { code: *code });
                }
            }
            Action::HangUp { which } => {
                if let Some(leg) = Self::nth(self.living(), *which) {
                    self.hangs_up(leg);
                }
            }
            Action::Hold { which } => self.report_of(*which, LegEvent::HeldByPeer),
            Action::Resume { which } => self.report_of(*which, LegEvent::Resumed),
            Action::TransferBlind { which, to } => {
                if let Some(leg) = Self::nth(self.living(), *which) {
                    self.refers(leg, &extension(PEOPLE[*to]));
                }
            }
            Action::TransferAttended { which, other } => {
                let legs = (Self::nth(self.living(), *which), Self::nth(self.living(), *other));
                if let (Some(leg), Some(other)) = legs {
                    self.refers_to_leg(leg, other);
                }
            }
            Action::Conference { which, other } => {
                if let Some(other) = Self::nth(self.living(), *other) {
                    self.command_of(*which, |leg| Verb::Conference { leg, other });
                }
            }
            Action::Park { which, text } => {
                if let Some(leg) = Self::nth(self.living(), *which) {
                    self.refers(leg, text);
                }
            }
            Action::TakeBack { who } => {
                let calls: Vec<_> = self.views.keys().copied().collect();
                let (subscriber, device) = (PEOPLE[*who], None);
                for call in calls {
                    self.commands(subscriber, Verb::TakeBack { call });
                    self.commands(subscriber, Verb::PickUp { subscriber, device, call });
                }
            }
            Action::Command { which, verb } => self.command_of(*which, |leg| match verb {
                0 => Verb::Hold { leg },
                1 => Verb::Resume { leg },
                2 => Verb::Mute { leg, muted: true },
                3 => Verb::Drop { leg },
                4 => Verb::Leave { leg },
                5 => Verb::Consult { leg, to: "201".to_owned() },
                6 => Verb::Transfer { leg, to: "202".to_owned() },
                7 => Verb::Park { leg, at: Some("201".to_owned()) },
                8 => Verb::ParkInTeam { leg },
                9 => Verb::Invite { leg, to: "203".to_owned() },
                _ => Verb::Answer { leg },
            }),
            Action::Forward { who, to, active } => {
                let service = ["call_forwarding_always", "call_forwarding_busy"][to % 2];
                let forward_to = extension(PEOPLE[*to]);
                self.set(PEOPLE[*who], service, json!({ "active": active, "forward_to": forward_to }));
            }
            Action::Recall { who, active } => {
                self.set(PEOPLE[*who], "call_transfer", json!({ "recall": active, "recall_rings": 2 }));
                let recall_to = if *active { "parking_then_alternate" } else { "parking_user" };
                let alternate = extension(PEOPLE[*who]);
                let park = json!({ "recall_seconds": 30, "recall_to": recall_to, "alternate": alternate });
                self.set_site("call_park", park);
            }
            Action::Station { who, active } => {
                let settings = json!({ "active": active, "recall_seconds": 6 });
                self.set(PEOPLE[*who], "automatic_hold_retrieve", settings);
            }
            Action::Register { who, devices } => {
                let first = u32::try_from(100 + who * 10).unwrap();
                let devices: Vec<u32> = (first..).take(*devices).collect();
                self.registers(PEOPLE[*who], &devices);
            }
            Action::Wait { seconds } => self.run_s(*seconds),
        }
    }

    fn report_of(&mut self, which: usize, event: LegEvent) {
        if let Some(leg) = Self::nth(self.living(), which) {
            self.reports(leg, event);
        }
    }

    fn command_of(&mut self, which: usize, verb: impl Fn(pbx_api::LegId) -> Verb) {
        let legs = self.phones.iter().filter(|(_, phone)| phone.lives()).map(|(leg, _)| *leg).collect();
        if let Some(leg) = Self::nth(legs, which)
            && let Some(owner) = self.phone(leg).owner
        {
            self.commands(owner, verb(leg));
        }
    }

    /// Everybody hangs up, and what is due happens.
    fn go_home(&mut self) {
        while let Some(leg) = self.living().first().copied() {
            self.hangs_up(leg);
        }
        self.run_s(300);
    }
}

fn play(actions: &[Action]) -> World {
    let mut world = World::new();
    let everybody = json!([{ "number": "202" }, { "number": "203" }, { "number": "0201234567" }]);
    world.set(ALL_HANDS, "instant_group_call", json!({ "members": everybody, "answer_within_min": 1 }));
    for action in actions {
        world.act(action);
    }
    world.go_home();
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_every_call_ends_and_nothing_remains(actions in prop::collection::vec(action(), 1..60)) {
        let world = play(&actions);

        prop_assert!(world.views.is_empty(), "calls remain: {:?}", world.views);
        prop_assert!(world.plans.is_empty());
        prop_assert!(world.ringing().is_empty());
        prop_assert_eq!(world.exchange.deadline(), None);
        prop_assert!(world.lamps.values().all(|lamp| lamp.legs.is_empty()));
        let given = world.log.iter().filter(|effect| effect.starts_with("Command")).count();
        prop_assert_eq!(given, world.given_commands(), "every command ends");
    }

    #[test]
    fn the_same_scenario_twice_gives_the_same_effects(actions in prop::collection::vec(action(), 1..40)) {
        prop_assert_eq!(play(&actions).log, play(&actions).log);
    }
}
