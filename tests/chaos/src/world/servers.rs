//! The replica set of a world: its own, which a test may disturb, or one that several worlds share, because a server
//! takes seconds to start.

use crate::mongo::ReplicaSet;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// Numbers the databases, so that each world has its own.
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The server of all undisturbed worlds. It has a runtime of its own, because the runtime of a test ends with the test.
static SHARED: OnceCell<Servers> = OnceCell::const_new();
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// A replica set. Clones refer to the same one; only the sole user may disturb it.
#[derive(Debug, Clone)]
pub struct Servers(Arc<ReplicaSet>);

impl Servers {
    /// Starts a replica set of that many servers.
    pub async fn start(size: usize) -> Self {
        Self(Arc::new(ReplicaSet::start(size).await))
    }

    /// Returns the server that undisturbed worlds share. It runs until this process ends.
    pub async fn shared() -> Self {
        let start = || RUNTIME.block_on(Self::start(1));
        let started = async || tokio::task::spawn_blocking(start).await.expect("a server");
        SHARED.get_or_init(started).await.clone()
    }

    /// Heals the replica set if this is its sole user. A shared one was not disturbed.
    pub(super) async fn heal_own(&mut self) {
        if let Some(set) = Arc::get_mut(&mut self.0) {
            set.heal().await;
        }
    }
}

/// Returns an unused database name.
pub(super) fn new_database() -> String {
    format!("shop{}", DATABASES.fetch_add(1, Ordering::Relaxed))
}

impl Deref for Servers {
    type Target = ReplicaSet;

    fn deref(&self) -> &ReplicaSet {
        &self.0
    }
}

impl DerefMut for Servers {
    fn deref_mut(&mut self) -> &mut ReplicaSet {
        Arc::get_mut(&mut self.0).expect("servers that no other world uses")
    }
}
