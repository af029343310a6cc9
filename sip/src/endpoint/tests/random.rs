//! Calls in bad weather: whatever is lost, doubled or overtaken, both sides end up agreeing.

use std::time::Duration;

use super::world::{ANSWER, OFFER, Weather, World};
use crate::endpoint::{Assurance, CallKey, Command, Content, Event, OfferMethod};

/// What the two people of one call do by chance.
fn one_call(seed: u64, weather: Weather) {
    let mut world = World::with(2, &crate::endpoint::Config::default(), seed);
    world.weather = weather;
    let caller = world.dial(0, 1);
    let mut callee = None;
    let patience = 20 + world.draw() % 200;
    for tick in 0..300_u64 {
        world.run_ms(100);
        react(&mut world, caller, &mut callee);
        let choice = world.draw() % 100;
        match (choice, callee) {
            (0, _) => offer(&mut world, 0, caller),
            (1, Some(call)) => offer(&mut world, 1, call),
            (2, Some(call)) if tick > patience => world.hang_up(1, call),
            (3, _) if tick > patience => world.hang_up(0, caller),
            _ => {}
        }
    }
    world.hang_up(0, caller);
    if let Some(call) = callee {
        world.hang_up(1, call);
    }
    for _ in 0..150 {
        world.run_for(Duration::from_secs(1));
        react(&mut world, caller, &mut callee);
        if let Some(call) = callee {
            world.hang_up(1, call);
        }
    }
    let ends = |world: &World, who: usize| {
        world.nodes[who].events.iter().filter(|event| matches!(event, Event::Ended { .. })).count()
    };
    assert_eq!(ends(&world, 0), 1, "seed {seed}: the caller's call ends once");
    let calls =
        world.nodes[1].events.iter().filter(|event| matches!(event, Event::Acknowledged { .. })).count();
    assert!(calls <= 1, "seed {seed}");
    assert!(ends(&world, 1) <= 1 + usize::from(callee.is_none()), "seed {seed}");
    world.settle();
}

/// Answers whatever waits for an answer.
fn react(world: &mut World, caller: CallKey, callee: &mut Option<CallKey>) {
    for who in 0..2 {
        let fresh = world.events(who);
        for event in fresh {
            match &event {
                Event::IncomingCall { call, .. } => {
                    assert!(callee.is_none(), "one INVITE makes one call");
                    *callee = Some(*call);
                    ring_or_answer(world, *call);
                }
                Event::Negotiate { call, .. } => {
                    let content = Content::sdp(ANSWER);
                    world.tell(who, Command::Accept { call: *call, content });
                }
                Event::Ended { .. } | Event::Acknowledged { .. } => {}
                _ => continue,
            }
            world.nodes[who].events.push(event);
        }
        world.nodes[who].events.retain(|event| {
            matches!(event, Event::Ended { .. } | Event::Acknowledged { .. } | Event::IncomingCall { .. })
        });
        let old: Vec<Event> = world.events(who);
        let keep = old.into_iter().filter(|event| !matches!(event, Event::IncomingCall { .. })).collect();
        world.nodes[who].events = keep;
    }
    let _ = caller;
}

fn ring_or_answer(world: &mut World, call: CallKey) {
    let choice = world.draw() % 10;
    if choice < 6 {
        let assurance = if choice < 3 { Assurance::WhenPossible } else { Assurance::Plain };
        let content = if choice < 2 { Content::sdp(ANSWER) } else { Content::none() };
        world.tell(1, Command::Progress { call, status: 183.into(), assurance, content });
    }
    if choice == 9 {
        let content = Content::none();
        world.tell(1, Command::Reject { call, status: 486.into(), content });
    } else if choice > 0 {
        world.tell(1, Command::Answer { call, content: Content::sdp(ANSWER) });
    }
}

fn offer(world: &mut World, who: usize, call: CallKey) {
    let method = if world.draw().is_multiple_of(2) { OfferMethod::Reinvite } else { OfferMethod::Update };
    world.tell(who, Command::Offer { call, method, content: Content::sdp(OFFER) });
}

#[test]
fn calls_in_fair_weather_end_cleanly() {
    for seed in 1..=20 {
        one_call(seed, Weather::default());
    }
}

#[test]
fn calls_with_a_fifth_of_the_packets_lost_end_cleanly() {
    for seed in 100..=180 {
        let loss = seed * 7 % 200;
        one_call(seed, Weather { loss, duplication: 100, jitter_ms: 300 });
    }
}
