//! What is counted, in the text form that Prometheus reads.
//!
//! Counters only: whoever looks decides over which time. No label holds anything of a customer.

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
    /// Call records that could not be stored.
    pub records_lost: Counter,
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
}

impl Metrics {
    /// The text for Prometheus (exposition format 0.0.4).
    pub fn text(&self, gauges: Gauges) -> String {
        let counters: [(&str, &str, &Counter); 11] = [
            ("balie_http_fine_total", "Requests answered with 2xx or 3xx", &self.http_fine),
            ("balie_http_refused_total", "Requests answered with 4xx", &self.http_refused),
            ("balie_http_failed_total", "Requests answered with 5xx", &self.http_failed),
            ("balie_signed_in_total", "Sign-ins that succeeded", &self.signed_in),
            ("balie_sign_in_refused_total", "Sign-ins with wrong credentials", &self.sign_in_refused),
            ("balie_tls_failed_total", "TLS connections without a request", &self.tls_failed),
            ("balie_listeners_too_slow_total", "Event listeners sent away", &self.listeners_too_slow),
            ("balie_calls_ended_total", "Calls that ended", &self.calls_ended),
            ("balie_records_lost_total", "Call records not stored", &self.records_lost),
            ("balie_registrations_total", "SIP registrations accepted", &self.registrations),
            ("balie_sip_auth_refused_total", "SIP requests with wrong credentials", &self.sip_auth_refused),
        ];
        let gauges = [
            ("balie_calls", "Calls that run", gauges.calls),
            ("balie_registered_devices", "Devices that are registered", gauges.registered),
            ("balie_companies", "Companies", gauges.companies),
            ("balie_ready", "1 when calls can be made and settings stored", usize::from(gauges.ready)),
        ];

        let mut text = String::new();
        for (name, help, counter) in counters {
            let value = counter.value();
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}");
        }
        for (name, help, value) in gauges {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_that_prometheus_reads() {
        let metrics = Metrics::default();
        metrics.signed_in.one();
        metrics.signed_in.add(2);

        let text = metrics.text(Gauges { calls: 3, ..Gauges::default() });

        assert!(text.contains("# TYPE balie_signed_in_total counter\nbalie_signed_in_total 3\n"));
        assert!(text.contains("\nbalie_calls 3\n"));
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.split_once(' ').unwrap();
            assert!(name.starts_with("balie_") && value.parse::<u64>().is_ok(), "{line}");
        }
    }
}
