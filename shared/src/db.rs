//! MongoDB: the client, and one module per collection with its documents, queries, updates and indexes.

pub mod carts;
mod decode;
pub mod erasures;
mod keyset;
pub mod lease;
pub mod migration;
pub mod orders;
pub mod products;
pub mod schema;
pub mod sessions;
pub mod settings;
pub mod stock;
pub mod stripe_events;
pub mod throttles;
pub mod transaction;
pub mod users;
mod values;
pub mod vocabulary;

pub use decode::decode;
pub use values::to_bson;

use crate::config::DatabaseConfig;
use crate::fail_points::{Defect, injected};
use bson::{Document, doc};
use mongodb::error::{Error, ErrorKind, WriteFailure};
use mongodb::options::Acknowledgment;
use mongodb::options::{ClientOptions, ReadConcern, SelectionCriteria, WriteConcern};
use mongodb::{Client, Database};
use secrecy::ExposeSecret;
use std::time::Duration;

/// Maximum execution time of a query on the server. Shorter than [`crate::config::REQUEST_DEADLINE`], so that the
/// server stops before the request times out.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(8);

/// Creates the client and returns the database. The client connects in the background.
///
/// # Errors
/// When the connection string cannot be parsed, or its host names cannot be resolved.
#[expect(clippy::disallowed_methods, reason = "the only place that creates a client")]
pub async fn connect(config: &DatabaseConfig) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(config.uri.expose_secret()).await?;
    #[cfg(feature = "mongodb-aws")]
    if config.uses_role {
        options.credential = Some(role_credential());
    }
    options.app_name.get_or_insert_with(|| "ferrocart".to_owned());
    options.connect_timeout.get_or_insert(Duration::from_secs(3));
    options.server_selection_timeout.get_or_insert(Duration::from_secs(3));
    options.max_pool_size.get_or_insert(config.max_pool_size);
    options.retry_writes = Some(true);
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(mongodb::options::ReadPreference::Primary));
    options.read_concern.get_or_insert_with(ReadConcern::majority);
    options.write_concern = Some(write_concern());
    options.cmap_event_handler = Some(crate::telemetry::count_database_calls());
    let client = Client::with_options(options)?;
    let name = config.name.clone();
    Ok(name
        .map_or_else(|| client.default_database(), |name| Some(client.database(&name)))
        .unwrap_or_else(|| client.database("ferrocart")))
}

/// Returns the credential of the function's role, which the driver reads from the environment with each new connection:
/// Lambda replaces it before it expires.
#[cfg(feature = "mongodb-aws")]
fn role_credential() -> mongodb::options::Credential {
    let credential = mongodb::options::Credential::builder().mechanism(mongodb::options::AuthMechanism::MongoDbAws);
    credential.source("$external".to_owned()).build()
}

/// Returns the default write concern: a majority of the replica set has the write, so that no failover undoes it.
pub(crate) fn write_concern() -> WriteConcern {
    if injected(Defect::AcknowledgedByOne) {
        return Acknowledgment::Nodes(1).into();
    }
    WriteConcern::majority()
}

/// Returns the write concern for writes that a failover may undo: the primary acknowledges them at once. Each use
/// documents why that is harmless.
pub(crate) fn ack_primary_only() -> WriteConcern {
    Acknowledgment::Nodes(1).into()
}

/// Generates an id: an `ObjectId`, which starts with the time in seconds.
pub fn new_id<Id: From<bson::oid::ObjectId>>() -> Id {
    bson::oid::ObjectId::new().into()
}

/// Returns the smallest id that [`new_id`] can generate in the second of `moment`.
pub fn id_at<Id: From<bson::oid::ObjectId>>(moment: crate::domain::time::Timestamp) -> Id {
    let mut bytes = [0; 12];
    let seconds = u32::try_from(moment.as_seconds()).unwrap_or_default();
    bytes.iter_mut().zip(seconds.to_be_bytes()).for_each(|(byte, second)| *byte = second);
    bson::oid::ObjectId::from_bytes(bytes).into()
}

/// Returns the condition that a counter has a value. A missing counter counts as 0.
fn counter_is(value: i64) -> Document {
    if value == 0 {
        doc! { "$in": [0_i64, null] }
    } else {
        doc! { "$eq": value }
    }
}

/// The unique index of every collection on the ids of its documents.
pub const ID_UNIQUE: &str = "_id_";

/// Returns the name of the unique index that a write violated.
pub fn violated_index(error: &Error) -> Option<&str> {
    let message = match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == 11000 => &error.message,
        ErrorKind::Command(error) if error.code == 11000 => &error.message,
        ErrorKind::InsertMany(errors) => {
            &errors.write_errors.iter().flatten().find(|error| error.code == 11000)?.message
        }
        _ => return None,
    };
    // "E11000 duplicate key error collection: shop.users index: email_unique dup key: { .. }"
    message.split_once(" index: ")?.1.split_whitespace().next()
}

/// Returns whether the index that a query hints at does not exist, or was dropped while the query ran.
pub(crate) fn is_index_missing(error: &Error) -> bool {
    const BAD_VALUE: i32 = 2;
    const QUERY_PLAN_KILLED: i32 = 175;
    matches!(error.kind.as_ref(), ErrorKind::Command(error) if error.code == QUERY_PLAN_KILLED
        || error.code == BAD_VALUE && error.message.contains("hint provided does not correspond to an existing index"))
}

/// Returns whether an error means that the database was unreachable, as opposed to that it rejected the operation.
pub(crate) fn is_outage(error: &Error) -> bool {
    matches!(
        error.kind.as_ref(),
        ErrorKind::ServerSelection { .. } | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::Io(_) | ErrorKind::DnsResolve { .. }
    ) || error.contains_label("RetryableWriteError")
        || error.contains_label("TransientTransactionError")
        || error.contains_label("UnknownTransactionCommitResult")
        // MaxTimeMSExpired, and the codes of a server that shuts down or is no longer primary.
        || matches!(error.kind.as_ref(), ErrorKind::Command(error) if [50, 91, 189, 10107, 11600, 11602, 13435, 13436].contains(&error.code))
}
