//! `serve`: everything together, from start to a graceful stop.
//!
//! Start: database, certificate, companies, calls, web; when the last one listens the server is
//! ready. Stop, on SIGTERM or Ctrl-C: no new calls, running ones may end by themselves, then their
//! records are stored and the database is closed. A second signal ends the waiting.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use pbx::feature::Described as _;
use pbx::features::Privacy;
use pbx_api::{Change, Event};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::accounts::Accounts;
use crate::authority::{self, Identity};
use crate::companies::{Changed, Companies};
use crate::config::Config;
use crate::events::Hub;
use crate::http::{self, App};
use crate::metrics::Metrics;
use crate::runtime::{Runtime, Services};
use crate::store::sqlite::SqliteStore;
use crate::store::{Kind, Store, Write};
use crate::{credentials, private, unfinished, views};

/// Changes of one edit that are told one by one; more of them are told as "read it all again".
const TOLD_SINGLY: usize = 20;
/// Open files that a full machine needs: 10,000 calls of two legs, and their web connections.
const OPEN_FILES: u64 = 65_536;

/// A server that runs.
pub struct Server {
    /// What handlers use.
    pub app: Arc<App>,
    /// Where HTTPS listens.
    pub https: SocketAddr,
    store: Arc<dyn Store>,
    stop: watch::Sender<bool>,
    web: tokio::task::JoinHandle<()>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("https", &self.https).finish_non_exhaustive()
    }
}

impl Server {
    /// Starts everything; `start` starts what carries calls.
    ///
    /// # Errors
    /// When something cannot be opened, read or listened on; names what.
    pub async fn start<F>(config: Arc<Config>, start: F) -> anyhow::Result<Self>
    where
        F: AsyncFnOnce(Services, &Identity) -> anyhow::Result<Arc<dyn Runtime>>,
    {
        allow_open_files();
        private::folder(&config.data).with_context(|| format!("Make {}", config.data.display()))?;
        let (store, backup) = SqliteStore::open(&config.database()).await.context("Open the database")?;
        if let Some(backup) = backup {
            tracing::info!(backup = %backup.display(), "the database was brought up to date");
        }
        let store: Arc<dyn Store> = Arc::new(store);
        let identity = authority::identity(&config, SystemTime::now()).context("Prepare the certificate")?;
        let metrics = Arc::new(Metrics::default());
        metrics.calls_cut_off.add(unfinished::close(&*store).await);
        let companies = Companies::load(Arc::clone(&store)).await.context("Load the companies")?;
        let lasts = Duration::from_secs(u64::from(config.https.session_hours) * 3600);
        let guessing = config.guessing.limits();
        let accounts = Accounts::load(Arc::clone(&companies), lasts, guessing, http::now()).await?;
        let hub = Arc::new(Hub::new(credentials::hex(&rand::random::<[u8; 8]>())));

        let services = Services {
            config: Arc::clone(&config),
            companies: Arc::clone(&companies),
            hub: Arc::clone(&hub),
            metrics: Arc::clone(&metrics),
        };
        let runtime = start(services, &identity).await.context("Start the telephony")?;
        spread(&companies, &hub, &runtime);
        let app = Arc::new(App {
            config: Arc::clone(&config),
            companies,
            accounts,
            hub,
            runtime,
            authority: identity.authority,
            metrics: Arc::clone(&metrics),
            draining: AtomicBool::new(false),
        });

        let address = SocketAddr::new(config.bind, config.https.port);
        let listener = TcpListener::bind(address).await.with_context(|| format!("Listen on {address}"))?;
        let https = listener.local_addr().context("Ask which port HTTPS got")?;
        let (stop, stopped) = watch::channel(false);
        let router = http::router(Arc::clone(&app));
        let web = tokio::spawn(http::server::serve(listener, identity.tls, router, metrics, stopped));
        Ok(Self { app, https, store, stop, web })
    }

    /// Stops: no new calls, running ones may end, then everything is stored and closed.
    pub async fn stop(self, patience: Duration) {
        self.app.draining.store(true, Ordering::Relaxed);
        self.app.runtime.drain(patience).await;
        self.stop.send_replace(true);
        let _ = self.web.await;
        self.store.close().await;
    }
}

/// Runs until a signal says to stop; `start` starts what carries calls.
///
/// # Errors
/// As [`Server::start`].
pub async fn run<F>(config: Arc<Config>, start: F) -> anyhow::Result<()>
where
    F: AsyncFnOnce(Services, &Identity) -> anyhow::Result<Arc<dyn Runtime>>,
{
    let patience = Duration::from_secs(config.drain_s);
    let server = Server::start(Arc::clone(&config), start).await?;
    tracing::info!(
        https = %server.https,
        companies = server.app.companies.all().len(),
        authority = server.app.authority.fingerprint_sha256,
        "ready"
    );

    signal().await?;
    tracing::info!("stopping; a second signal ends running calls at once");
    tokio::select! {
        () = server.stop(patience) => tracing::info!("stopped"),
        result = signal() => {
            result?;
            tracing::warn!("stopped before every call had ended");
        }
    }
    Ok(())
}

#[cfg(unix)]
async fn signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("Listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> anyhow::Result<()> {
    tokio::signal::ctrl_c().await.context("Listen for Ctrl-C")
}

/// Every leg holds two sockets, and systems begin a program with room for a hundred calls.
fn allow_open_files() {
    match rlimit::increase_nofile_limit(OPEN_FILES) {
        Ok(limit) if limit < OPEN_FILES => tracing::info!(limit, "open files are limited by the system"),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of open files cannot be raised"),
    }
}

/// Has every change of a company reach what carries calls, and whoever listens to events.
fn spread(companies: &Companies, hub: &Arc<Hub>, runtime: &Arc<dyn Runtime>) {
    let (hub, runtime) = (Arc::clone(hub), Arc::clone(runtime));
    companies.watch(Box::new(move |changed| {
        runtime.changed(changed);
        if changed.company.is_none() {
            hub.forget(changed.id);
        }
        for change in told(changed) {
            hub.tell(changed.id, Event::Setting { change });
        }
    }));
}

fn told(changed: &Changed) -> Vec<Change> {
    let Some(company) = &changed.company else { return Vec::new() };
    if changed.writes.len() > TOLD_SINGLY {
        return vec![Change::Directory];
    }
    let mut changes: Vec<Change> =
        changed.writes.iter().filter_map(|write| told_of(company, write)).collect();
    if changed.writes.iter().any(is_privacy) {
        // Who is in whose lists has changed: they are read again.
        changes.push(Change::Directory);
    }
    changes.dedup();
    changes
}

/// Whether somebody has other privacy from now on (F-046).
fn is_privacy(write: &Write) -> bool {
    let privacy = Privacy::CARD.id;
    matches!(write, Write::PutService { service, .. } if service.feature == privacy)
        || matches!(write, Write::RemoveService { feature, .. } if feature == privacy)
}

fn told_of(company: &crate::companies::Company, write: &Write) -> Option<Change> {
    match write {
        Write::Put { kind: Kind::Subscriber, row, .. } => {
            let who = company.data.subscriber(pbx::directory::SubscriberId(row.id))?;
            // A list of colleagues holds people; groups are asked for by their kind.
            who.kind.is_person().then(|| Change::User { user: views::user(&company.data, who) })
        }
        Write::Remove { kind: Kind::Subscriber, id, .. } => {
            Some(Change::UserGone { user: pbx_api::SubscriberId(*id) })
        }
        Write::PutDevice { device, .. } => Some(Change::Device { device: views::device(device) }),
        Write::PutService { service, .. } => feature(company, service.owner, &service.feature),
        Write::RemoveService { owner, feature: name, .. } => feature(company, *owner, name),
        Write::Put { .. } | Write::Remove { .. } | Write::RemoveDevice { .. } => Some(Change::Directory),
        Write::PutCompany(_)
        | Write::PutUpload { .. }
        | Write::RemoveCompany(_)
        | Write::PutSpareNumber { .. }
        | Write::RemoveSpareNumber { .. }
        | Write::PutSecret { .. }
        | Write::RemoveSecret { .. }
        | Write::PutPlatformAccount(_)
        | Write::PutSession(_)
        | Write::ProlongSession(..)
        | Write::RemoveSession(_)
        | Write::RemoveSessionsOf(_)
        | Write::ForgetSessions(_)
        | Write::AddCall { .. }
        | Write::AddNotice { .. }
        | Write::PutRunning(_)
        | Write::Alive(_)
        | Write::PutMemory { .. }
        | Write::PutInvitation(_)
        | Write::RemoveInvitation(_)
        | Write::PutContact { .. }
        | Write::RemoveContact { .. } => None,
    }
}

/// A user's service as it is now; those of sites and departments touch many, who read them again, and what a user may do
/// is the administrators' affair.
fn feature(company: &crate::companies::Company, owner: pbx::directory::Owner, name: &str) -> Option<Change> {
    use pbx::directory::Owner;
    match owner {
        Owner::Subscriber(who) => {
            let entry = pbx::catalogue::find(name)?;
            if entry.card.scope != pbx::feature::Scope::User {
                return Some(Change::Directory);
            }
            let settings = views::settings(company, owner, who.0, entry);
            Some(Change::Feature { settings })
        }
        Owner::Group(_) | Owner::Department(_) => Some(Change::Directory),
    }
}
