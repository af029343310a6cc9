//! Whether this computer's way to the network is still the one that the exchange knows.
//!
//! Addresses come and go by twos and threes when a cable is pulled or a network is joined, so what is told is the
//! set that stands after a moment of quiet, and only when it is another one.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use futures_util::StreamExt as _;
use if_watch::tokio::IfWatcher;
use tauri::async_runtime;

/// The moment of quiet; well within the 3 s in which the phone must be back.
const QUIET: Duration = Duration::from_millis(500);

/// Calls `changed` whenever the addresses of this computer are others.
pub(crate) fn watch(changed: impl Fn() + Send + 'static) {
    async_runtime::spawn(async move {
        if let Err(error) = follow(changed).await {
            tracing::warn!(%error, "changes of the network are noticed by the exchange's silence only");
        }
    });
}

async fn follow(changed: impl Fn()) -> std::io::Result<()> {
    let mut watcher = IfWatcher::new()?;
    // The first words tell what is there.
    let mut known: Option<BTreeSet<IpAddr>> = None;
    loop {
        match tokio::time::timeout(QUIET, watcher.select_next_some()).await {
            Ok(event) => {
                let _more = event?;
            }
            Err(_) => {
                let now = ways_out(watcher.iter().map(if_watch::IpNet::addr));
                if known.as_ref().is_some_and(|before| *before != now) {
                    changed();
                }
                known = Some(now);
                // Sleeps until there is news; it is looked at after the next quiet.
                let _news = watcher.select_next_some().await?;
            }
        }
    }
}

/// The addresses by which somebody outside could be reached.
fn ways_out(addresses: impl Iterator<Item = IpAddr>) -> BTreeSet<IpAddr> {
    let is_near = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unicast_link_local(),
    };
    addresses.filter(|address| !is_near(address)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_leads_nowhere_is_no_way_out() {
        let all = ["127.0.0.1", "::1", "169.254.3.4", "fe80::1", "192.0.2.7", "2001:db8::7"];

        let ways = ways_out(all.iter().map(|text| text.parse().unwrap()));

        assert_eq!(ways, ["192.0.2.7", "2001:db8::7"].map(|text| text.parse().unwrap()).into());
    }
}
