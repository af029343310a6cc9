//! How a leg sounds, from 1 to 5, from what was lost lately.
//!
//! Steps after ITU-T G.107 with the concealment of Opus: people notice 1 %, complain at 8 %, and give up at 20 %.

use audio::session::LegStatistics;

/// Compares the counters of a leg now and a while ago; `None` while nothing arrived in between.
pub(crate) fn level(before: &LegStatistics, now: &LegStatistics) -> Option<u8> {
    let received = now.packets_received.saturating_sub(before.packets_received);
    let lost = now.packets_lost.saturating_sub(before.packets_lost);
    let expected = received + lost;
    if expected == 0 {
        return None;
    }
    Some(match lost * 1_000 / expected {
        0..10 => 5,
        10..30 => 4,
        30..80 => 3,
        80..200 => 2,
        _ => 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(received: u64, lost: u64) -> LegStatistics {
        LegStatistics { packets_received: received, packets_lost: lost, ..LegStatistics::default() }
    }

    #[test]
    fn only_what_was_lost_lately_counts() {
        let bad_start = counters(100, 50);

        assert_eq!(level(&counters(0, 0), &bad_start), Some(1));
        assert_eq!(level(&bad_start, &counters(200, 50)), Some(5));
        assert_eq!(level(&bad_start, &counters(195, 55)), Some(3));
        assert_eq!(level(&bad_start, &bad_start), None);
    }
}
