//! Where a world's database is: on servers of its own, to which it may do harm, or on some that
//! several worlds share, because a server takes seconds to start.

use crate::mongo::ReplicaSet;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// No two worlds have the same database, wherever it is.
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The server of all worlds whose servers nothing befalls. A test ends with everything that runs in
/// its runtime, and this goes on.
static SHARED: OnceCell<Servers> = OnceCell::const_new();
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// A replica set, and who may use it. Clones are further users of the same one.
#[derive(Debug, Clone)]
pub struct Servers(Arc<ReplicaSet>);

impl Servers {
    /// Starts a replica set of that many servers.
    pub async fn start(size: usize) -> Self {
        Self(Arc::new(ReplicaSet::start(size).await))
    }

    /// One server for all who do it no harm. It ends with this process.
    pub(super) async fn shared() -> Self {
        let start = || RUNTIME.block_on(Self::start(1));
        let started = async || tokio::task::spawn_blocking(start).await.expect("a server");
        SHARED.get_or_init(started).await.clone()
    }

    /// Makes the set whole, if it is nobody else's: otherwise nobody has done it harm.
    pub(super) async fn heal_own(&mut self) {
        if let Some(set) = Arc::get_mut(&mut self.0) {
            set.heal().await;
        }
    }
}

/// The name of a database that there is not yet.
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
