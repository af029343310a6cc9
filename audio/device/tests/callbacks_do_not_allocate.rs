//! The callbacks under an allocator that aborts the program when it is used.
//!
//! Driven through the public doors only: a virtual device whose callbacks run on this thread.

use std::time::Duration;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use audio_device::virtual_host::Behaviour;
use audio_device::{Choices, Direction, FRAME, Heard, Manager, Use, VirtualClock, VirtualHost};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[test]
fn neither_callbacks_nor_handles_allocate_at_any_callback_size() {
    let clock = VirtualClock::new();
    let host = VirtualHost::on(clock.clone());
    let sizes = vec![3, 480, 960, 1, 479, 481, 240, 957];
    let odd = Behaviour { callback_sizes: sizes, drift_ppm: 250.0, stalled: false };
    host.plug(Direction::Capture, "tone:440", odd.clone());
    host.plug(Direction::Playout, "null:", odd);
    let start = std::time::Instant::now();
    let (mut manager, mut duplex, _ringer) = Manager::new(Box::new(host), Choices::default());
    manager.enable(Use::Capture, true);
    manager.enable(Use::Playout, true);
    manager.poll(start);
    // The virtual devices' own buffers grow to the largest callback once.
    clock.advance(Duration::from_millis(200));

    let mut live = 0;
    let mut frame = [0.0; FRAME];
    for tick in 20..1_000 {
        assert_no_alloc(|| {
            clock.advance(Duration::from_millis(10));
            for _ in 0..duplex.due(start + Duration::from_millis(10 * tick)) {
                live += usize::from(duplex.read(&mut frame) == Heard::Live);
                duplex.playout.read_reference(&mut [0.0; FRAME]);
                duplex.playout.write(&frame);
            }
        });
    }

    assert!(live > 900, "only {live} frames were live");
}
