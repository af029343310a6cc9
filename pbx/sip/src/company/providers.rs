//! Providers: where they call from, and our registration with those that want one.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use pbx::directory::{CredentialsRef, Directory, Trunk, TrunkId};
use sip::endpoint::{Command, Content, Outgoing, Registering, RegistrationKey};
use sip::message::Host;

use super::Company;
use crate::placing;
use crate::switch::Desk;

/// How long a registration with a provider lasts before it is renewed.
const LASTS: Duration = Duration::from_secs(600);
/// How often the path to a provider is kept open.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What is known of the providers beyond the directory.
#[derive(Debug, Default)]
pub(super) struct Providers {
    addresses: BTreeMap<TrunkId, BTreeSet<IpAddr>>,
    registrations: BTreeMap<TrunkId, (RegistrationKey, Trunk)>,
}

impl Providers {
    pub(super) fn set_addresses(&mut self, trunk: TrunkId, addresses: BTreeSet<IpAddr>) {
        self.addresses.insert(trunk, addresses);
    }

    /// Whose calls come from this address. A provider given by address needs no looking up; one given with
    /// a port calls from that port, so that it can share a host with others.
    pub(super) fn at(&self, source: SocketAddr, directory: &Directory) -> Option<TrunkId> {
        let matches = |trunk: &&Trunk| {
            let address = source.ip();
            let named = Host::parse(&trunk.route.host).and_then(|host| host.ip());
            let known = self.addresses.get(&trunk.id).is_some_and(|known| known.contains(&address));
            let port = trunk.route.port.is_none_or(|port| port == source.port());
            port && (named == Some(address) || known)
        };
        directory.trunks().iter().filter(|trunk| trunk.active).find(matches).map(|trunk| trunk.id)
    }
}

impl Company {
    /// Registers with providers that are new or changed, and leaves those that are gone.
    pub(super) fn sign_in_at_providers(&mut self, desk: &mut Desk) {
        let wanted: BTreeMap<TrunkId, Trunk> = self
            .directory
            .trunks()
            .iter()
            .filter(|trunk| trunk.active && trunk.route.register)
            .map(|trunk| (trunk.id, trunk.clone()))
            .collect();
        let stale: Vec<TrunkId> = self
            .providers
            .registrations
            .iter()
            .filter(|(id, (_, old))| wanted.get(id) != Some(old))
            .map(|(id, _)| *id)
            .collect();
        for id in stale {
            self.sign_out(desk, id);
        }
        for (id, trunk) in wanted {
            if !self.providers.registrations.contains_key(&id) {
                self.sign_in(desk, trunk);
            }
        }
    }

    /// Ends the registrations that were made with these credentials.
    pub(super) fn sign_out_with(&mut self, desk: &mut Desk, credentials: &BTreeSet<CredentialsRef>) {
        let used =
            |trunk: &Trunk| trunk.route.credentials.as_ref().is_some_and(|it| credentials.contains(it));
        let with = self.providers.registrations.iter().filter(|(_, (_, trunk))| used(trunk));
        let stale: Vec<TrunkId> = with.map(|(id, _)| *id).collect();
        for id in stale {
            self.sign_out(desk, id);
        }
    }

    /// Ends every registration with a provider.
    pub(super) fn leave_providers(&mut self, desk: &mut Desk) {
        let all: Vec<TrunkId> = self.providers.registrations.keys().copied().collect();
        for id in all {
            self.sign_out(desk, id);
        }
    }

    fn sign_out(&mut self, desk: &mut Desk, trunk: TrunkId) {
        if let Some((registration, _)) = self.providers.registrations.remove(&trunk) {
            desk.owners.registrations.remove(&registration);
            desk.command(Command::Unregister { registration });
        }
    }

    fn sign_in(&mut self, desk: &mut Desk, trunk: Trunk) {
        let registration = RegistrationKey(desk.key());
        let user = trunk.route.user_name.clone().unwrap_or_default();
        let address = format!("<sip:{user}@{}>", trunk.route.host);
        let request = Outgoing {
            target: format!("sip:{}", placing::authority(&trunk)),
            from: address.clone(),
            to: address,
            route: Vec::new(),
            destination: placing::destination(&trunk),
            contact_user: user,
            login: self.proof.login_at(&trunk),
            content: Content::none(),
        };
        let registering = Registering {
            request,
            expires: LASTS,
            contact_parameters: String::new(),
            keep_alive: Some(KEEP_ALIVE),
        };
        desk.owners.registrations.insert(registration, self.id);
        desk.command(Command::Register { registration, registering: Box::new(registering) });
        self.providers.registrations.insert(trunk.id, (registration, trunk));
    }
}
