//! Every way to ask reaches the same machine: random sequences of mouse, keys, notification, links and command line,
//! with callers who come and go, leave no ghost call, no lost hang-up and no button without a meaning.

use std::time::Duration;

use proptest::prelude::*;

use crate::view::{Call, Command, ProblemCode, Verb};
use crate::wish::{Idle, Wish};

use super::world::World;

/// Ours; the others call her and are called by her.
const ANNA: usize = 0;
const OTHERS: usize = 3;

/// What happens next. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Act {
    Called(usize),
    OtherAnswers(usize),
    OtherEnds(usize),
    /// A button of a call, as the screen offers it.
    Mouse(usize, usize),
    /// A key, the tray, a link or the command line.
    Asked(Wish),
    /// A notification, of a call that may be long gone.
    Notification {
        call: usize,
        answers: bool,
    },
    Time(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let text = prop_oneof![
        Just("tel:+31201234567".to_owned()),
        Just("sip:other@192.0.2.2".to_owned()),
        Just("--hangup".to_owned()),
        "\\PC{0,12}",
    ];
    let site = proptest::option::of(Just("crm.example".to_owned()));
    let wish = prop_oneof![
        4 => Just(Wish::Answer),
        4 => Just(Wish::HangUp),
        1 => Just(Wish::Mute),
        1 => (2..=OTHERS + 1).prop_map(|host| Wish::Dial(format!("other@192.0.2.{host}"))),
        1 => (text, site).prop_map(|(text, site)| Wish::Link { text, site }),
    ];
    prop_oneof![
        4 => (1..=OTHERS).prop_map(Act::Called),
        2 => (1..=OTHERS).prop_map(Act::OtherAnswers),
        2 => (1..=OTHERS).prop_map(Act::OtherEnds),
        3 => (0..8_usize, 0..8_usize).prop_map(|(call, verb)| Act::Mouse(call, verb)),
        6 => wish.prop_map(Act::Asked),
        3 => (0..20_usize, any::<bool>()).prop_map(|(call, answers)| Act::Notification { call, answers }),
        2 => (0..6_000_u64).prop_map(Act::Time),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_way_to_ask_drives_one_machine(acts in proptest::collection::vec(act(), 1..40)) {
        let mut office = Office::new();
        for act in acts {
            office.act(act);
            office.check();
        }
        office.everybody_hangs_up();
    }
}

/// Anna's desk, those around her, and every call that she ever saw.
struct Office {
    world: World,
    seen: Vec<String>,
}

impl Office {
    fn new() -> Self {
        let mut world = World::new();
        for name in ["anna", "bert", "carl", "dora"] {
            world.peer(name);
        }
        Self { world, seen: Vec::new() }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Called(who) => {
                let _busy = self.world.ask(who, Command::Dial { to: "anna@192.0.2.1".to_owned() });
            }
            Act::OtherAnswers(who) => self.other(who, &[Verb::Answer]),
            Act::OtherEnds(who) => self.other(who, &[Verb::HangUp, Verb::Reject]),
            Act::Mouse(call, verb) => self.click(call, verb),
            Act::Asked(wish) => self.ask(wish),
            Act::Notification { call, answers } => self.press_notification(call, answers),
            Act::Time(milliseconds) => self.world.pass(Duration::from_millis(milliseconds)),
        }
        let calls = self.calls().iter().map(|call| call.id.clone()).collect::<Vec<_>>();
        self.seen.extend(calls.into_iter().filter(|id| !self.seen.contains(id)).collect::<Vec<_>>());
    }

    fn calls(&self) -> &[Call] {
        &self.world.desks[ANNA].window.calls
    }

    fn alive(&self, who: usize) -> usize {
        self.world.desks[who].window.calls.iter().filter(|call| call.is_alive()).count()
    }

    fn other(&mut self, who: usize, verbs: &[Verb]) {
        let calls = &self.world.desks[who].window.calls;
        let found = calls.iter().find_map(|call| {
            let verb = verbs.iter().find(|verb| call.can(**verb))?;
            command(call, *verb)
        });
        if let Some(command) = found {
            self.world.done(who, command);
        }
    }

    /// Whatever a button offers can be done.
    fn click(&mut self, call: usize, verb: usize) {
        let buttons: Vec<Command> = self
            .calls()
            .iter()
            .cycle()
            .skip(call)
            .take(self.calls().len())
            .flat_map(|call| call.verbs.iter().filter_map(|verb| command(call, *verb)))
            .collect();
        if let Some(command) = buttons.get(verb % buttons.len().max(1)) {
            self.world.done(ANNA, command.clone());
        }
    }

    fn ask(&mut self, wish: Wish) {
        let before = self.alive(ANNA);
        let able = |verb| self.calls().iter().any(|call| call.can(verb));
        let command = match wish.clone().command(self.calls()) {
            Ok(command) => command,
            Err(Idle::NothingRings) => return assert!(!able(Verb::Answer), "an answer is lost"),
            Err(Idle::NoCall) => {
                let ends = wish == Wish::HangUp && (able(Verb::HangUp) || able(Verb::Reject));
                return assert!(!ends, "a hang-up is lost");
            }
        };
        match wish {
            Wish::Link { .. } => {
                let _maybe_no_number = self.world.ask(ANNA, command);
                assert_eq!(self.alive(ANNA), before, "a link dials nothing");
            }
            Wish::Dial(_) => {
                let _lines_full = self.world.ask(ANNA, command);
            }
            Wish::HangUp => {
                self.world.done(ANNA, command);
                assert_eq!(self.alive(ANNA) + 1, before, "one call ends");
            }
            Wish::Answer | Wish::AnswerCall(_) | Wish::RejectCall(_) | Wish::Mute | Wish::DoNotDisturb(_) => {
                self.world.done(ANNA, command);
                assert_eq!(self.alive(ANNA), before);
            }
        }
    }

    /// A notification acts on its own call or on none.
    fn press_notification(&mut self, call: usize, answers: bool) {
        let Some(id) = self.seen.get(call % self.seen.len().max(1)).cloned() else { return };
        let rings = self.calls().iter().any(|call| call.id == id && call.can(Verb::Answer));
        let before = self.alive(ANNA);
        let wish = if answers { Wish::AnswerCall(id) } else { Wish::RejectCall(id) };
        let outcome = self.world.ask(ANNA, wish.command(self.calls()).unwrap());
        match outcome {
            None => assert!(rings),
            Some(ProblemCode::CallGone | ProblemCode::NotNow) => {
                assert!(!rings);
                assert_eq!(self.alive(ANNA), before);
            }
            Some(other) => panic!("{other:?}"),
        }
    }

    /// No ghosts: who is in a call with Anna is shown there, and the other way round.
    fn check(&self) {
        let others: usize = (1..=OTHERS).map(|who| self.alive(who)).sum();
        assert_eq!(self.alive(ANNA), others, "{:#?}", self.calls());
    }

    fn everybody_hangs_up(&mut self) {
        for _ in 0..self.alive(ANNA) {
            self.ask(Wish::HangUp);
            self.check();
        }
        assert_eq!(self.alive(ANNA), 0);
    }
}

/// The button of a verb that concerns two parties only.
fn command(call: &Call, verb: Verb) -> Option<Command> {
    let call_id = call.id.clone();
    match verb {
        Verb::Answer => Some(Command::Answer { call: call_id }),
        Verb::Reject => Some(Command::Reject { call: call_id }),
        Verb::Mute => Some(Command::Mute { call: call_id, on: !call.muted }),
        Verb::Hold => Some(Command::Hold { call: call_id }),
        Verb::Resume => Some(Command::Resume { call: call_id }),
        Verb::Digits => Some(Command::Digits { call: call_id, digits: "5".to_owned() }),
        Verb::HangUp => Some(Command::HangUp { call: call_id }),
        Verb::Dismiss => Some(Command::DismissCall { call: call_id }),
        Verb::TransferBlind
        | Verb::TransferConsult
        | Verb::TransferComplete
        | Verb::TransferCancel
        | Verb::ThreeWay => None,
    }
}

#[test]
fn a_thousand_broken_links_dial_nothing() {
    const LINKS: [&str; 6] = [
        "tel:+31-20-123.45.67;ext=12",
        "sip:other@192.0.2.2;transport=tcp?Replaces=x",
        "sips:anna:geheim@192.0.2.3",
        "callto://0201234567/",
        "balie://pbx.example:8443/invitation#c2VjcmV0",
        "tel:*21*0612345678%23",
    ];
    let mut office = Office::new();
    let mut chance = 1_u64;
    let mut draw = move |below: usize| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(chance >> 33).unwrap() % below
    };
    for number in 0..1_000 {
        let mut link = LINKS[number % LINKS.len()].chars().collect::<Vec<_>>();
        for _ in 0..=draw(4) {
            let at = draw(link.len() + 1);
            let odd = ['-', '%', '\0', ' ', ':', '"', '\n', '$', '1', '@', 'é', '#'][draw(12)];
            match draw(3) {
                0 => link.insert(at, odd),
                1 if at < link.len() => drop(link.remove(at)),
                _ => link.splice(0..0, "--answer ".chars().take(at % 10)).for_each(drop),
            }
        }
        let text = link.into_iter().collect::<String>();
        let command = Wish::Link { text: text.clone(), site: None }.command(office.calls()).unwrap();
        assert!(matches!(command, Command::Prefill { .. } | Command::OfferInvitation { .. }), "{text}");
        let _maybe_no_number = office.world.ask(ANNA, command);
        assert!((0..=OTHERS).all(|who| office.world.desks[who].window.calls.is_empty()), "{text}");
    }
    assert!(office.world.lost.is_empty(), "nothing was sent to anybody");
}
