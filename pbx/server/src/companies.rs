//! Every company in memory, and the one way to change one.
//!
//! The database is the truth; what stands here is its picture, swapped as a whole after a change is
//! durable. A change edits a copy, lets the exchange check it, writes what differs, and then tells
//! those who watch. Two changes of one company wait for each other; reading never waits.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use pbx::directory::{Directory, DirectoryError, SubscriberId};
use pbx_api::{ApiError, CompanyId, DeviceId, ErrorCode};

use crate::company::{CompanyData, DeviceRow, differences};
use crate::store::{Store, StoreError, Write};

/// One company at one moment.
#[derive(Debug)]
pub struct Company {
    /// Everything that is kept of it.
    pub data: CompanyData,
    /// The same as decisions see it.
    pub directory: Arc<Directory>,
    auth_names: BTreeMap<String, DeviceId>,
}

impl Company {
    fn new(data: CompanyData, directory: Directory) -> Self {
        let auth_names = data.devices.values().map(|device| (device.auth_name.clone(), device.id)).collect();
        Self { data, directory: Arc::new(directory), auth_names }
    }

    /// Which company.
    pub const fn id(&self) -> CompanyId {
        self.data.id
    }

    /// The device that signs in with this name; case does not count. What a registrar asks.
    pub fn device_named(&self, auth_name: &str) -> Option<&DeviceRow> {
        self.data.devices.get(self.auth_names.get(&auth_name.to_ascii_lowercase())?)
    }

    /// The devices of a subscriber, in the order in which they were made.
    pub fn devices_of(&self, owner: SubscriberId) -> impl Iterator<Item = &DeviceRow> {
        self.data.devices.values().filter(move |device| device.owner == owner)
    }
}

/// Something changed in a company, and is durable.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Which company.
    pub id: CompanyId,
    /// As it is from now on; nothing when it was removed.
    pub company: Option<Arc<Company>>,
    /// What was written.
    pub writes: Arc<Vec<Write>>,
}

/// Somebody who is told of every change, in order. Called with the company's lock held: be brief.
pub type Watcher = Box<dyn Fn(&Changed) + Send + Sync>;

/// Every company.
pub struct Companies {
    store: Arc<dyn Store>,
    known: RwLock<BTreeMap<CompanyId, Arc<Company>>>,
    writing: tokio::sync::Mutex<()>,
    watchers: RwLock<Vec<Watcher>>,
}

impl std::fmt::Debug for Companies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Companies").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Companies {
    /// Loads every company.
    ///
    /// # Errors
    /// When the store cannot be read, or holds a company that the exchange refuses; names it.
    pub async fn load(store: Arc<dyn Store>) -> anyhow::Result<Arc<Self>> {
        let mut known = BTreeMap::new();
        for data in store.companies().await? {
            let directory = Directory::build(&data.records).map_err(|errors| {
                let first = errors.first().map_or_else(String::new, ToString::to_string);
                anyhow::anyhow!("the stored company {} is not valid: {first}", data.domain())
            })?;
            known.insert(data.id, Arc::new(Company::new(data, directory)));
        }
        Ok(Arc::new(Self {
            store,
            known: RwLock::new(known),
            writing: tokio::sync::Mutex::new(()),
            watchers: RwLock::new(Vec::new()),
        }))
    }

    /// Where everything is kept.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Every company now, in the order in which they were made.
    pub fn all(&self) -> Vec<Arc<Company>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// A company now.
    pub fn get(&self, id: CompanyId) -> Option<Arc<Company>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The company with this SIP domain; case does not count.
    pub fn by_domain(&self, domain: &str) -> Option<Arc<Company>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().find(|company| company.data.domain().eq_ignore_ascii_case(domain)).cloned()
    }

    /// Has every later change told to `watcher`.
    pub fn watch(&self, watcher: Watcher) {
        self.watchers.write().unwrap_or_else(PoisonError::into_inner).push(watcher);
    }

    /// Changes a company. Nothing has happened when this returns an error.
    ///
    /// # Errors
    /// What `change` returns; `bad_value` when the exchange refuses the result; `already_exists`,
    /// `not_stored` from the store; `not_found` when there is no such company.
    pub async fn edit<T>(
        &self,
        id: CompanyId,
        change: impl FnOnce(&mut CompanyData) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let _one_at_a_time = self.writing.lock().await;
        let old = self.get(id).ok_or(ErrorCode::NotFound)?;
        let mut new = old.data.clone();
        let result = change(&mut new)?;
        let directory = Directory::build(&new.records).map_err(|errors| refused(&errors))?;
        new.settle(&directory);
        self.commit(Some(&old.data), Company::new(new, directory)).await?;
        Ok(result)
    }

    /// Makes a company, or replaces everything in the one with the same domain, which the new one
    /// was made from.
    ///
    /// # Errors
    /// As [`edit`](Self::edit), without `not_found`; `already_exists` when the company is no longer
    /// the one that `from` was.
    pub async fn replace(
        &self,
        domain: &str,
        from: Option<&Arc<Company>>,
        mut new: CompanyData,
    ) -> Result<CompanyId, ApiError> {
        let _one_at_a_time = self.writing.lock().await;
        let old = self.by_domain(domain);
        if old.as_ref().map(Arc::as_ptr) != from.map(Arc::as_ptr) {
            return Err(ErrorCode::AlreadyExists.into());
        }
        if old.is_none() {
            new.id = self.store.new_company_id().await.map_err(|error| stored(&error))?;
        }
        let id = new.id;
        let directory = Directory::build(&new.records).map_err(|errors| refused(&errors))?;
        new.settle(&directory);
        self.commit(old.as_ref().map(|company| &company.data), Company::new(new, directory)).await?;
        Ok(id)
    }

    /// Removes a company with everything in it; its call records stay.
    ///
    /// # Errors
    /// `not_found`, `not_stored`.
    pub async fn remove(&self, id: CompanyId) -> Result<(), ApiError> {
        let _one_at_a_time = self.writing.lock().await;
        self.get(id).ok_or(ErrorCode::NotFound)?;
        let writes = vec![Write::RemoveCompany(id)];
        self.store.write(writes.clone()).await.map_err(|error| stored(&error))?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
        self.tell(&Changed { id, company: None, writes: Arc::new(writes) });
        Ok(())
    }

    async fn commit(&self, old: Option<&CompanyData>, mut company: Company) -> Result<(), ApiError> {
        let writes = differences(old, &company.data);
        if writes.is_empty() {
            return Ok(());
        }
        self.store.write(writes.clone()).await.map_err(|error| stored(&error))?;
        company.data.uploads.clear();
        let company = Arc::new(company);
        let id = company.id();
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&company));
        self.tell(&Changed { id, company: Some(company), writes: Arc::new(writes) });
        Ok(())
    }

    fn tell(&self, changed: &Changed) {
        for watcher in self.watchers.read().unwrap_or_else(PoisonError::into_inner).iter() {
            watcher(changed);
        }
    }
}

/// What the exchange found, as an answer to whoever asked for the change.
pub(crate) fn refused(errors: &[DirectoryError]) -> ApiError {
    let about = errors.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join("; ");
    ApiError::new(ErrorCode::BadValue).about(about)
}

/// What the store said, as an answer; the details are in the log.
pub(crate) fn stored(error: &StoreError) -> ApiError {
    match error {
        StoreError::Taken(_) => ErrorCode::AlreadyExists.into(),
        StoreError::Full(_) => {
            tracing::warn!(%error, "the store refused");
            ErrorCode::StorageFull.into()
        }
        StoreError::ReadOnly(_) => {
            tracing::warn!(%error, "the store refused");
            ErrorCode::StorageReadOnly.into()
        }
        StoreError::Unavailable(_) | StoreError::Unreadable { .. } | StoreError::TooNew { .. } => {
            tracing::error!(%error, "the store refused");
            ErrorCode::NotStored.into()
        }
    }
}
