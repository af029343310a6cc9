//! What a session does by the clock besides mixing: reports to each peer, silence, keys never released.

use std::time::{Duration, Instant};

use rand_chacha::rand_core::Rng as _;

use crate::rtp::rtcp::{self, Item, Report, SenderInfo};

use super::Session;
use super::event::{Channel, Event, Output};

/// Mean time between reports (RFC 3550 6.2: the minimum).
const REPORT_INTERVAL: Duration = Duration::from_secs(5);
/// A key counts as released when its packets have stopped for this long.
const KEY_RELEASED: Duration = Duration::from_millis(150);
/// Longest report: one block and a name of 255 bytes.
const LONGEST_REPORT: usize = 400;

impl Session {
    /// The earliest moment at which one of these duties falls due.
    pub(super) fn next_duty(&self) -> Option<Instant> {
        let duties = self.legs.iter().flat_map(|leg| {
            let silence = (leg.settings.direction.receives() && !leg.incoming.reported_silent)
                .then(|| leg.incoming.heard + self.settings.silence_after);
            let key = leg.incoming.event_heard.filter(|_| leg.incoming.events.is_held());
            [Some(leg.report_due), silence, key.map(|heard| heard + KEY_RELEASED)]
        });
        duties.flatten().min()
    }

    /// Does the duties that are due.
    pub(super) fn do_duties(&mut self, now: Instant, output: &mut impl Output) {
        for place in 0..self.legs.len() {
            if self.legs[place].report_due <= now {
                self.send_report(now, place, false, output);
                let due = now + self.report_interval();
                self.legs[place].report_due = due;
            }
            self.notice_silence(now, place);
            self.release_key(now, place);
        }
    }

    /// Between half and one and a half of the mean, so that peers do not report in step.
    pub(super) fn report_interval(&mut self) -> Duration {
        REPORT_INTERVAL / 2 + REPORT_INTERVAL * (self.random.next_u32() >> 16) / 65_536
    }

    fn notice_silence(&mut self, now: Instant, place: usize) {
        let leg = &mut self.legs[place];
        let lasting = now.saturating_duration_since(leg.incoming.heard);
        let listens = leg.settings.direction.receives();
        if listens && !leg.incoming.reported_silent && lasting >= self.settings.silence_after {
            leg.incoming.reported_silent = true;
            self.events.push_back(Event::Silent { leg: leg.id, lasting });
        }
    }

    fn release_key(&mut self, now: Instant, place: usize) {
        let leg = &mut self.legs[place];
        let stopped = leg.incoming.event_heard.is_some_and(|heard| now >= heard + KEY_RELEASED);
        if stopped && let Some((digit, ticks)) = leg.incoming.events.release() {
            let duration = leg.event_duration(ticks);
            self.digit_released(now, place, digit, duration);
        }
    }

    /// Sends a report to a leg's peer.
    pub(super) fn send_report(&mut self, now: Instant, place: usize, bye: bool, output: &mut impl Output) {
        let ntp = self.epoch.ntp_at(now);
        let leg = &mut self.legs[place];
        let stream = &leg.outgoing.stream;
        let sender = stream.timestamp_at(now).map(|rtp| SenderInfo {
            ntp,
            rtp,
            packets: stream.packets() as u32,
            bytes: stream.bytes() as u32,
        });
        let ssrc = stream.ssrc();
        let block = leg.incoming.stream_mut().map(|received| received.report(now));
        if sender.is_none() && block.is_none() {
            return;
        }
        let mut bytes = [0; LONGEST_REPORT];
        let report = Report { ssrc, cname: &self.settings.cname, sender, block, bye };
        if let Some(length) = report.build(&mut bytes) {
            output.send(leg.id, Channel::Rtcp, bytes.get(..length).unwrap_or_default());
        }
    }

    /// Takes a peer's reports.
    pub(super) fn receive_report(&mut self, now: Instant, place: usize, bytes: &[u8]) {
        let ntp = self.epoch.ntp_at(now);
        let leg = &mut self.legs[place];
        rtcp::read(bytes, |item| match item {
            Item::SenderReport { ssrc, ntp: sent } => {
                if let Some(stream) = leg.incoming.stream_mut().filter(|stream| stream.ssrc() == ssrc) {
                    stream.sender_report(now, sent);
                }
            }
            Item::Reception(block) => leg.peer_reports(ntp, &block),
            Item::Bye { .. } => {}
        });
    }
}
