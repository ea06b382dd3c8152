//! What the calls of one stand-in share.

#![expect(
    clippy::disallowed_types,
    reason = "a server in memory keeps its books behind a lock; the shop's own functions do not"
)]

use crate::account::Account;
use crate::api::{ApiKeys, IdempotencyKeys};
use crate::faults::Faults;
use crate::webhooks::Webhooks;
use std::sync::{Mutex, PoisonError};

/// What the calls of one stand-in share.
pub(crate) struct StandInState {
    pub(crate) keys: ApiKeys,
    pub(crate) webhooks: Webhooks,
    books: Mutex<Books>,
}

/// What changes with the calls, and is forgotten by a reset.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) account: Account,
    pub(crate) idempotency: IdempotencyKeys,
    pub(crate) faults: Faults,
}

impl StandInState {
    pub(crate) fn new(keys: ApiKeys, webhooks: Webhooks) -> Self {
        Self { keys, webhooks, books: Mutex::default() }
    }

    /// Works on the books alone. The lock cannot outlive the closure, and so no wait.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Books) -> T) -> T {
        work(&mut self.books.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
