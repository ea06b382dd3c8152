//! Leases in the collection `settings`: what only one migration may do at a time. One that has crashed loses its lease.

use super::{ID_UNIQUE, MAX_TIME, violated_index};
use crate::error::Error;
use bson::{DateTime, Document, doc};
use mongodb::{Collection, Database};
use std::time::Duration;

/// How long a lease is valid, unless it is prolonged.
const DURATION: Duration = Duration::from_mins(2);
/// How long another run waits between two attempts.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// A lease. Its document remains, and has the version of the last holder.
pub struct Lease {
    leases: Collection<Document>,
    id: &'static str,
    version: i32,
    until: DateTime,
}

impl Lease {
    /// Waits until no other run has the lease. `None` if a newer version has or had it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acquire(database: &Database, id: &'static str, version: i32) -> Result<Option<Self>, Error> {
        let leases = database.collection::<Document>("settings");
        loop {
            let (now, until) = now_and_end();
            let free = doc! { "_id": id, "version": { "$lte": version }, "leased_until": { "$lte": now } };
            let lease = doc! { "$set": { "version": version, "leased_until": until } };
            match leases.update_one(free, lease).upsert(true).await {
                Ok(_) => return Ok(Some(Self { leases, id, version, until })),
                Err(error) if violated_index(&error) == Some(ID_UNIQUE) => {}
                Err(error) => return Err(error.into()),
            }
            let newer = doc! { "_id": id, "version": { "$gt": version } };
            if leases.find_one(newer).max_time(MAX_TIME).await?.is_some() {
                return Ok(None);
            }
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
    }

    /// Prolongs the lease. False if another run has it, because this one was too slow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prolong(&mut self) -> Result<bool, Error> {
        let (_, until) = now_and_end();
        let is_held = self.end_at(until).await?;
        self.until = until;
        Ok(is_held)
    }

    /// Ends the lease.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(self) -> Result<(), Error> {
        self.end_at(DateTime::now()).await.map(drop)
    }

    /// Changes the end of the lease. False if another run has it.
    async fn end_at(&self, until: DateTime) -> Result<bool, Error> {
        let own = doc! { "_id": self.id, "version": self.version, "leased_until": self.until };
        let updated = self.leases.update_one(own, doc! { "$set": { "leased_until": until } }).await?;
        Ok(updated.matched_count == 1)
    }
}

/// Returns the current time, and the end of a lease that begins now.
fn now_and_end() -> (DateTime, DateTime) {
    let now = DateTime::now();
    let duration = i64::try_from(DURATION.as_millis()).unwrap_or_default();
    (now, DateTime::from_millis(now.timestamp_millis().saturating_add(duration)))
}
