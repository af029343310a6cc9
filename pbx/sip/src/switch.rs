//! The signalling of a whole exchange: one SIP endpoint in front of the exchanges of its companies.
//!
//! It has the four doors. Inside, messages travel between two kinds of machine, and each machine is drained
//! to the end before the next word is said to any of them; that is what `steps` is for.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use pbx::exchange;
use pbx_api::{CompanyId, LegId};
use sip::endpoint::{self, CallKey, Endpoint, IncomingKey, RegistrationKey, RequestKey, SubscriptionKey};
use sip::message::{Replaces, Request};

use crate::company::Company;
use crate::effect::Effect;
use crate::input::{Input, Opening};
use crate::ports::Ports;

/// One endpoint and the companies behind it.
#[derive(Debug)]
pub struct Switch {
    endpoint: Endpoint,
    companies: BTreeMap<CompanyId, Company>,
    domains: BTreeMap<String, CompanyId>,
    pub(crate) desk: Desk,
}

/// What every company works with while it handles something.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) now: Instant,
    pub(crate) steps: VecDeque<Step>,
    /// What the media must know goes out before anything else: whoever is told to speak is heard from the first packet.
    pub(crate) media: VecDeque<Effect>,
    pub(crate) out: VecDeque<Effect>,
    pub(crate) ports: Ports,
    pub(crate) owners: Owners,
    keys: u64,
}

/// Which company a thing of the endpoint belongs to.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    pub(crate) calls: BTreeMap<CallKey, CompanyId>,
    pub(crate) subscriptions: BTreeMap<SubscriptionKey, CompanyId>,
    pub(crate) registrations: BTreeMap<RegistrationKey, CompanyId>,
    /// The requests to answer by itself, each with the call that rings.
    pub(crate) talks: BTreeMap<RequestKey, CallKey>,
}

/// One word to one machine.
#[derive(Debug)]
pub(crate) enum Step {
    /// To the endpoint.
    Endpoint(endpoint::Input),
    /// To a company's exchange.
    Exchange(CompanyId, exchange::Input),
    /// A company whose calls have been ended goes.
    Close(CompanyId),
}

impl Owners {
    /// What a company that is gone had is nobody's.
    fn forget(&mut self, company: CompanyId) {
        self.calls.retain(|_, owner| *owner != company);
        self.subscriptions.retain(|_, owner| *owner != company);
        self.registrations.retain(|_, owner| *owner != company);
    }
}

impl Desk {
    /// A command for the endpoint.
    pub(crate) fn command(&mut self, command: endpoint::Command) {
        self.steps.push_back(Step::Endpoint(endpoint::Input::Do(command)));
    }

    /// A fact for an exchange.
    pub(crate) fn tell(&mut self, company: CompanyId, input: exchange::Input) {
        self.steps.push_back(Step::Exchange(company, input));
    }

    /// A key of ours that no other call, request or subscription has.
    pub(crate) fn key(&mut self) -> u64 {
        self.keys += 1;
        self.keys
    }
}

impl Switch {
    /// An exchange without companies. The seed makes tags, Call-IDs and nonces unguessable.
    #[must_use]
    pub fn new(now: Instant, config: endpoint::Config, seed: [u8; 32]) -> Self {
        let config = endpoint::Config {
            event_packages: crate::presence::PACKAGES.map(str::to_owned).to_vec(),
            report_trying: true,
            ..config
        };
        Self {
            endpoint: Endpoint::new(now, config, seed),
            companies: BTreeMap::new(),
            domains: BTreeMap::new(),
            desk: Desk {
                now,
                steps: VecDeque::new(),
                media: VecDeque::new(),
                out: VecDeque::new(),
                ports: Ports::default(),
                owners: Owners::default(),
                keys: 0,
            },
        }
    }

    /// Takes an input and does everything that follows from it.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.desk.now = now;
        self.take(input);
        while let Some(step) = self.desk.steps.pop_front() {
            match step {
                Step::Endpoint(input) => self.drive_endpoint(input),
                Step::Exchange(company, input) => self.drive_exchange(company, input),
                Step::Close(company) => self.close(company),
            }
        }
        if let Some(count) = self.desk.ports.wish(now) {
            self.desk.out.push_back(Effect::OpenPorts(count));
        }
    }

    /// The next thing that must be done, in order.
    pub fn poll(&mut self) -> Option<Effect> {
        self.desk.media.pop_front().or_else(|| self.desk.out.pop_front())
    }

    /// When [`Input::Timeout`] is due.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let companies = self.companies.values().filter_map(Company::deadline);
        companies.chain(self.endpoint.deadline()).min()
    }

    /// The exchange of a company, to look at.
    #[must_use]
    pub fn exchange(&self, company: CompanyId) -> Option<&exchange::Exchange> {
        self.companies.get(&company).map(Company::exchange)
    }

    /// The SIP Call-ID of a leg, while it has a dialog or may get one.
    #[must_use]
    pub fn sip_call_id(&self, company: CompanyId, leg: LegId) -> Option<&str> {
        let key = self.companies.get(&company)?.key_of(leg)?;
        self.endpoint.call_id(key)
    }

    /// The registered contacts and open legs of a company, to look at.
    #[must_use]
    pub fn counts(&self, company: CompanyId) -> Option<crate::company::Counts> {
        self.companies.get(&company).map(Company::counts)
    }

    /// What the endpoint holds for all companies together, to look at.
    #[must_use]
    pub fn census(&self) -> endpoint::Census {
        self.endpoint.census()
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Endpoint(input) => self.network_says(input),
            Input::Exchange(company, input) => self.owner_says(company, input),
            Input::Timeout => self.due(),
            Input::PortsOpened(ports) => self.desk.ports.add(self.desk.now, ports),
            Input::Open(opening) => self.open(*opening),
            Input::Close(company) => {
                self.desk.tell(company, exchange::Input::Stop);
                self.desk.steps.push_back(Step::Close(company));
            }
            Input::Secrets(company, secrets) => {
                if let Some(company) = self.companies.get_mut(&company) {
                    company.set_secrets(&mut self.desk, secrets);
                }
            }
            Input::TrunkAddresses { company, trunk, addresses } => {
                if let Some(company) = self.companies.get_mut(&company) {
                    company.set_trunk_addresses(trunk, addresses);
                }
            }
        }
    }

    /// A connection that closed also takes its registrations with it, and so does a closed port of which we hear from
    /// who has seen our request.
    fn network_says(&mut self, input: endpoint::Input) {
        if let endpoint::Input::FlowClosed(flow) = &input {
            for company in self.companies.values_mut() {
                company.flow_closed(&mut self.desk, *flow);
            }
        }
        if let endpoint::Input::Unreachable { flow, branch, closed: true } = &input
            && self.endpoint.awaits(*flow, branch)
        {
            for company in self.companies.values_mut() {
                company.port_closed(&mut self.desk, *flow);
            }
        }
        self.desk.steps.push_back(Step::Endpoint(input));
    }

    /// A new directory concerns the signalling as well as the exchange.
    fn owner_says(&mut self, id: CompanyId, input: exchange::Input) {
        if let exchange::Input::DirectoryChanged(directory) = &input
            && let Some(company) = self.companies.get_mut(&id)
        {
            self.domains.retain(|_, owner| *owner != id);
            self.domains.insert(directory.company().domain.to_ascii_lowercase(), id);
            company.set_directory(&mut self.desk, directory.clone());
        }
        self.desk.tell(id, input);
    }

    fn open(&mut self, opening: Opening) {
        let id = opening.company;
        self.domains.insert(opening.directory.company().domain.to_ascii_lowercase(), id);
        let company = Company::open(&mut self.desk, opening);
        self.companies.insert(id, company);
    }

    fn close(&mut self, id: CompanyId) {
        let Some(company) = self.companies.remove(&id) else { return };
        company.close(&mut self.desk);
        self.domains.retain(|_, owner| *owner != id);
        self.desk.owners.forget(id);
    }

    fn due(&mut self) {
        let now = self.desk.now;
        if self.endpoint.deadline().is_some_and(|at| at <= now) {
            self.desk.steps.push_back(Step::Endpoint(endpoint::Input::Timeout));
        }
        for (id, company) in &mut self.companies {
            company.expire(&mut self.desk);
            if company.exchange().deadline().is_some_and(|at| at <= now) {
                self.desk.tell(*id, exchange::Input::Tick);
            }
        }
    }

    fn drive_endpoint(&mut self, input: endpoint::Input) {
        self.endpoint.handle(self.desk.now, input);
        while let Some(effect) = self.endpoint.poll() {
            match effect {
                endpoint::Effect::Send { flow, bytes } => {
                    self.desk.out.push_back(Effect::Send { flow, bytes })
                }
                endpoint::Effect::Resolve { id, destination, attempt } => {
                    self.desk.out.push_back(Effect::Resolve { id, destination, attempt });
                }
                endpoint::Effect::Close(flow) => self.desk.out.push_back(Effect::Close(flow)),
                endpoint::Effect::Event(event) => self.event(event),
            }
        }
    }

    fn drive_exchange(&mut self, id: CompanyId, input: exchange::Input) {
        let Some(company) = self.companies.get_mut(&id) else { return };
        company.handle(&mut self.desk, input);
    }

    /// A transfer; only the endpoint knows which call a Replaces parameter names.
    pub(crate) fn refer(&mut self, request: IncomingKey, call: CallKey, message: &Request) {
        let company = self.desk.owners.calls.get(&call).and_then(|id| self.companies.get_mut(id));
        let Some(company) = company else {
            let (status, content) = (481.into(), endpoint::Content::none());
            return self.desk.command(endpoint::Command::Respond { request, status, content });
        };
        let endpoint = &self.endpoint;
        let replaced = |wanted: &Replaces| endpoint.call_in_dialog(wanted);
        company.transfer_asked(&mut self.desk, call, request, message, replaced);
    }

    /// Lets the company of a call do something.
    pub(crate) fn of_call(&mut self, call: CallKey, work: impl FnOnce(&mut Company, &mut Desk)) {
        let company = self.desk.owners.calls.get(&call).and_then(|id| self.companies.get_mut(id));
        if let Some(company) = company {
            if let Some(flow) = self.endpoint.flow(call) {
                company.speaks_over(call, flow);
            }
            work(company, &mut self.desk);
        }
    }

    /// Lets the company of a subscription do something.
    pub(crate) fn of_subscription(
        &mut self,
        subscription: SubscriptionKey,
        work: impl FnOnce(&mut Company, &mut Desk),
    ) {
        let company =
            self.desk.owners.subscriptions.get(&subscription).and_then(|id| self.companies.get_mut(id));
        if let Some(company) = company {
            work(company, &mut self.desk);
        }
    }

    pub(crate) fn companies(&self) -> impl Iterator<Item = (&CompanyId, &Company)> {
        self.companies.iter()
    }

    pub(crate) fn parts(&mut self) -> (&mut BTreeMap<CompanyId, Company>, &mut Desk) {
        (&mut self.companies, &mut self.desk)
    }

    pub(crate) fn company_of_domain(&self, domain: &str) -> Option<CompanyId> {
        self.domains.get(&domain.to_ascii_lowercase()).copied()
    }
}
