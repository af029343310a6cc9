//! RFC 3263 by example, with a name server made of two tables.

use std::collections::BTreeMap;

use super::*;

#[derive(Default)]
struct Zone {
    addresses: BTreeMap<&'static str, Vec<IpAddr>>,
    services: BTreeMap<&'static str, Vec<Service>>,
}

impl Names for Zone {
    fn addresses<'a>(&'a self, host: &'a str) -> Later<'a, Vec<IpAddr>> {
        Box::pin(std::future::ready(self.addresses.get(host).cloned().unwrap_or_default()))
    }

    fn services<'a>(&'a self, name: &'a str) -> Later<'a, Vec<Service>> {
        Box::pin(std::future::ready(self.services.get(name).cloned().unwrap_or_default()))
    }
}

fn zone() -> Zone {
    let ip = |last| IpAddr::from([192, 0, 2, last]);
    let service = |priority, weight, port, host: &str| Service { priority, weight, port, host: host.into() };
    let mut zone = Zone::default();
    zone.addresses.insert("example.nl", vec![ip(1)]);
    zone.addresses.insert("big.example.nl", vec![ip(10), ip(11)]);
    zone.addresses.insert("small.example.nl", vec![ip(20)]);
    zone.addresses.insert("spare.example.nl", vec![ip(30)]);
    zone.services.insert(
        "_sip._udp.offers.nl",
        vec![
            service(20, 0, 5060, "spare.example.nl"),
            service(10, 10, 5070, "small.example.nl"),
            service(10, 60, 5060, "big.example.nl"),
        ],
    );
    zone.services.insert("_sips._tcp.offers.nl", vec![service(1, 1, 5061, "big.example.nl")]);
    zone
}

async fn places(uri: &str) -> Vec<String> {
    let resolver = Resolver::new(Box::new(zone()));
    let show = |candidate: Candidate| format!("{} {}", candidate.transport.as_str(), candidate.remote);
    resolver.resolve(uri).await.into_iter().map(show).collect()
}

#[tokio::test]
async fn an_address_needs_no_name_server() {
    assert_eq!(places("sip:anna@192.0.2.7").await, ["UDP 192.0.2.7:5060"]);
    assert_eq!(places("sips:anna@192.0.2.7").await, ["TLS 192.0.2.7:5061"]);
    assert_eq!(places("sip:[2001:db8::1]:5080;transport=tcp").await, ["TCP [2001:db8::1]:5080"]);
}

#[tokio::test]
async fn a_port_in_the_uri_skips_service_records() {
    assert_eq!(places("sip:big.example.nl:5099").await, ["UDP 192.0.2.10:5099", "UDP 192.0.2.11:5099"]);
}

#[tokio::test]
async fn service_records_are_tried_by_priority_and_weight() {
    assert_eq!(
        places("sip:offers.nl;transport=udp").await,
        ["UDP 192.0.2.10:5060", "UDP 192.0.2.11:5060", "UDP 192.0.2.20:5070", "UDP 192.0.2.30:5060",]
    );
}

#[tokio::test]
async fn a_secure_uri_uses_secure_records_only() {
    assert_eq!(places("sips:offers.nl").await, ["TLS 192.0.2.10:5061", "TLS 192.0.2.11:5061"]);
}

#[tokio::test]
async fn without_records_the_domain_itself_is_called() {
    assert_eq!(places("sip:example.nl").await, ["UDP 192.0.2.1:5060"]);
    assert_eq!(places("sip:nobody.example").await, Vec::<String>::new());
}

#[tokio::test]
async fn the_certificate_must_bear_the_domain_not_the_machine() {
    let resolver = Resolver::new(Box::new(zone()));

    let candidates = resolver.resolve("sips:offers.nl").await;

    assert!(candidates.iter().all(|candidate| candidate.server_name.as_deref() == Some("offers.nl")));
}

#[tokio::test]
async fn what_is_no_sip_uri_leads_nowhere() {
    assert!(places("tel:+31201234567").await.is_empty());
    assert!(places("not a uri").await.is_empty());
}
