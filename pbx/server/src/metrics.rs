//! What is counted, in the text form that Prometheus reads.
//!
//! What happens is counted, and whoever looks decides over which time; what there is at the moment of asking is a gauge.
//! No label holds anything of a customer.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn one(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// How many until now.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that is as it was set last.
#[derive(Debug, Default)]
pub struct Level(AtomicU64);

impl Level {
    /// So many now.
    pub fn set(&self, count: usize) {
        self.0.store(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How many there were when it was set.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything that is counted since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Requests answered with 2xx or 3xx.
    pub http_fine: Counter,
    /// Requests answered with 4xx.
    pub http_refused: Counter,
    /// Requests answered with 5xx.
    pub http_failed: Counter,
    /// Sign-ins that succeeded.
    pub signed_in: Counter,
    /// Sign-ins with a wrong name or password.
    pub sign_in_refused: Counter,
    /// TLS connections that never came to a request.
    pub tls_failed: Counter,
    /// Listeners sent away because they read too slowly.
    pub listeners_too_slow: Counter,
    /// Calls that ended.
    pub calls_ended: Counter,
    /// Calls of an earlier run that were closed at the start, because the exchange was gone while they ran.
    pub calls_cut_off: Counter,
    /// Call records that could not be stored.
    pub records_lost: Counter,
    /// What calls left and is not stored yet.
    pub records_waiting: Level,
    /// SIP registrations accepted.
    pub registrations: Counter,
    /// SIP requests refused for their credentials.
    pub sip_auth_refused: Counter,
}

/// What is measured at the moment of asking.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gauges {
    /// Calls that run.
    pub calls: usize,
    /// Devices that are registered.
    pub registered: usize,
    /// Companies.
    pub companies: usize,
    /// Whether calls can be made and settings stored.
    pub ready: bool,
    /// Whether settings and call records can be stored.
    pub writable: bool,
    /// What the signalling holds.
    pub held: Held,
    /// Files and sockets that are open, where the system tells.
    pub open_files: Option<usize>,
}

/// What the signalling holds at one moment: all of it goes back to what it was when calls are over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// SIP dialogs of calls, and those that may become one.
    pub dialogs: usize,
    /// SIP transactions.
    pub transactions: usize,
    /// Subscriptions to states.
    pub subscriptions: usize,
    /// Timers of the signalling that are set.
    pub timers: usize,
    /// Pairs of sockets for speech that are open.
    pub streams: usize,
}

/// A line of the answer.
type Line<'a> = (&'a str, &'a str, &'a str, u64);

impl Metrics {
    /// The text for Prometheus (exposition format 0.0.4); `refused` are the writes that the store refused.
    pub fn text(&self, gauges: Gauges, refused: u64) -> String {
        let mut lines = self.counted(refused);
        lines.extend(self.measured(gauges));
        let mut text = String::new();
        for (name, kind, help, value) in lines {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        }
        text
    }

    fn counted(&self, refused: u64) -> Vec<Line<'static>> {
        let counters: [(&str, &str, u64); 13] = [
            ("balie_http_fine_total", "Requests answered with 2xx or 3xx", self.http_fine.value()),
            ("balie_http_refused_total", "Requests answered with 4xx", self.http_refused.value()),
            ("balie_http_failed_total", "Requests answered with 5xx", self.http_failed.value()),
            ("balie_signed_in_total", "Sign-ins that succeeded", self.signed_in.value()),
            ("balie_sign_in_refused_total", "Sign-ins with wrong credentials", self.sign_in_refused.value()),
            ("balie_tls_failed_total", "TLS connections without a request", self.tls_failed.value()),
            ("balie_listeners_too_slow_total", "Event listeners sent away", self.listeners_too_slow.value()),
            ("balie_calls_ended_total", "Calls that ended", self.calls_ended.value()),
            ("balie_calls_cut_off_total", "Calls closed at the start", self.calls_cut_off.value()),
            ("balie_records_lost_total", "Call records not stored", self.records_lost.value()),
            ("balie_registrations_total", "SIP registrations accepted", self.registrations.value()),
            (
                "balie_sip_auth_refused_total",
                "SIP requests with wrong credentials",
                self.sip_auth_refused.value(),
            ),
            ("balie_store_refused_total", "Writes that the database refused", refused),
        ];
        counters.into_iter().map(|(name, help, value)| (name, "counter", help, value)).collect()
    }

    fn measured(&self, gauges: Gauges) -> Vec<Line<'static>> {
        let Held { dialogs, transactions, subscriptions, timers, streams } = gauges.held;
        let measured = [
            ("balie_calls", "Calls that run", gauges.calls),
            ("balie_registered_devices", "Devices that are registered", gauges.registered),
            ("balie_companies", "Companies", gauges.companies),
            ("balie_ready", "1 when calls can be made and settings stored", usize::from(gauges.ready)),
            (
                "balie_store_writable",
                "1 when settings and records can be stored",
                usize::from(gauges.writable),
            ),
            ("balie_sip_dialogs", "SIP dialogs of calls", dialogs),
            ("balie_sip_transactions", "SIP transactions", transactions),
            ("balie_sip_subscriptions", "SIP subscriptions", subscriptions),
            ("balie_sip_timers", "Timers of the signalling", timers),
            ("balie_media_streams", "Pairs of sockets for speech", streams),
        ];
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let mut lines: Vec<Line<'static>> =
            measured.into_iter().map(|(name, help, value)| (name, "gauge", help, number(value))).collect();
        let waiting = self.records_waiting.value();
        lines.push(("balie_records_waiting", "gauge", "What calls left and is not stored yet", waiting));
        lines.extend(
            gauges
                .open_files
                .map(|open| ("balie_open_files", "gauge", "Open files and sockets", number(open))),
        );
        lines
    }
}

/// Files and sockets that this program has open, where the system tells.
pub fn open_files() -> Option<usize> {
    // One of them is the folder that is read here.
    let listed = std::fs::read_dir("/proc/self/fd").ok()?.count();
    Some(listed.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_that_prometheus_reads() {
        let metrics = Metrics::default();
        metrics.signed_in.one();
        metrics.signed_in.add(2);

        let text = metrics.text(Gauges { calls: 3, open_files: open_files(), ..Gauges::default() }, 4);

        assert!(text.contains("# TYPE balie_signed_in_total counter\nbalie_signed_in_total 3\n"));
        assert!(text.contains("\nbalie_calls 3\n"));
        assert!(text.contains("\nbalie_store_refused_total 4\n"));
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.split_once(' ').unwrap();
            assert!(name.starts_with("balie_") && value.parse::<u64>().is_ok(), "{line}");
        }
    }
}
