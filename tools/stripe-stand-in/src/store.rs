//! The state that all requests to a stand-in share.

#![expect(clippy::disallowed_types, reason = "the state of an in-memory server is guarded by a lock")]

use crate::account::Account;
use crate::api::{ApiKeys, RestrictedKeys};
use crate::faults::Faults;
use crate::state_file::StoredState;
use crate::webhooks::Webhooks;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// The state of a running server.
pub(crate) struct ServerState {
    pub(crate) keys: ApiKeys,
    pub(crate) webhooks: Webhooks,
    /// Sends all responses that faults hold back.
    release: watch::Sender<()>,
    store: Mutex<Store>,
}

/// The data that requests change and that a reset deletes.
pub(crate) struct Store {
    test: Account,
    live: Account,
    pub(crate) faults: Faults,
    pub(crate) restricted_keys: RestrictedKeys,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            test: Account::new(false),
            live: Account::new(true),
            faults: Faults::default(),
            restricted_keys: RestrictedKeys::default(),
        }
    }
}

impl Store {
    /// Returns the account in a mode.
    pub(crate) fn account(&mut self, livemode: bool) -> &mut Account {
        if livemode { &mut self.live } else { &mut self.test }
    }

    /// Replaces the account in both modes by a stored one.
    pub(crate) fn restore(&mut self, StoredState { test, live }: StoredState) {
        (self.test, self.live) = (test.restored(), live.restored());
    }

    /// Returns the account in both modes, test mode first.
    pub(crate) fn accounts(&mut self) -> [&mut Account; 2] {
        [&mut self.test, &mut self.live]
    }
}

impl ServerState {
    pub(crate) fn new(keys: ApiKeys, webhooks: Webhooks) -> Self {
        Self { keys, webhooks, release: watch::Sender::new(()), store: Mutex::default() }
    }

    /// Holds a response back until it is released.
    pub(crate) async fn hold(&self) {
        // An error means that the server has ended.
        drop(self.release.subscribe().changed().await);
    }

    /// Returns the number of responses that are held back.
    pub(crate) fn held(&self) -> usize {
        self.release.receiver_count()
    }

    /// Releases all responses that are held back.
    pub(crate) fn release(&self) {
        self.release.send_replace(());
    }

    /// Locks the store for a closure. Because the closure is not async, the lock is never held across an await.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        work(&mut self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
