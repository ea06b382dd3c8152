//! MongoDB: the one client, and one file per collection with its documents, finders and indexes.

pub mod carts;
pub mod erasures;
pub mod orders;
pub mod products;
pub mod schema;
pub mod sessions;
pub mod stock;
pub mod stripe_events;
pub mod throttles;
pub mod transaction;
pub mod users;
mod values;
pub mod vocabulary;

pub use values::to_bson;

use crate::config::DatabaseConfig;
use crate::fail_points::{Defect, injected};
use mongodb::bson::doc;
use mongodb::error::{Error, ErrorKind, WriteFailure};
use mongodb::options::Acknowledgment;
use mongodb::options::{ClientOptions, ReadConcern, SelectionCriteria, WriteConcern};
use mongodb::{Client, Database};
use secrecy::ExposeSecret;
use std::time::Duration;

/// The longest that the server works on one read. Below [`crate::config::REQUEST_DEADLINE`], so that the
/// server gives up before the request does.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(8);

/// Makes the one client and looks the database up in it. Connecting happens in the background.
///
/// # Errors
/// When the connection string cannot be read, or its host names cannot be resolved.
#[expect(clippy::disallowed_methods, reason = "the one place that makes a client")]
pub async fn connect(config: &DatabaseConfig) -> Result<Database, Error> {
    let mut options = ClientOptions::parse(config.uri.expose_secret()).await?;
    options.app_name.get_or_insert_with(|| "ferrocart".to_owned());
    options.connect_timeout.get_or_insert(Duration::from_secs(3));
    options.server_selection_timeout.get_or_insert(Duration::from_secs(3));
    options.max_pool_size.get_or_insert(config.max_pool_size);
    options.retry_writes = Some(true);
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(mongodb::options::ReadPreference::Primary));
    options.read_concern.get_or_insert_with(ReadConcern::majority);
    options.write_concern = Some(write_concern());
    options.cmap_event_handler = Some(crate::telemetry::database_calls());
    let client = Client::with_options(options)?;
    let name = config.name.clone();
    Ok(name
        .map_or_else(|| client.default_database(), |name| Some(client.database(&name)))
        .unwrap_or_else(|| client.database("ferrocart")))
}

/// What makes a write done: a majority of the replica set has it, so that no failover takes it back.
pub(crate) fn write_concern() -> WriteConcern {
    if injected(Defect::AcknowledgedByOne) {
        return Acknowledgment::Nodes(1).into();
    }
    WriteConcern::majority()
}

/// For a write of which it does no harm when a failover takes it back: the one member that took it
/// says so at once. Each use says why it does no harm.
pub(crate) fn ack_primary_only() -> WriteConcern {
    Acknowledgment::Nodes(1).into()
}

/// Asks the server for a sign of life.
///
/// # Errors
/// When it gives none.
pub async fn ping(database: &Database) -> Result<(), Error> {
    database.run_command(doc! { "ping": 1 }).await.map(drop)
}

/// A new id: MongoDB's own, which grow with time.
pub fn new_id<Id: From<bson::oid::ObjectId>>() -> Id {
    bson::oid::ObjectId::new().into()
}

/// The smallest id that [`new_id`] gives at that moment; ids have seconds.
pub fn id_at<Id: From<bson::oid::ObjectId>>(moment: crate::domain::time::Timestamp) -> Id {
    let mut bytes = [0; 12];
    let seconds = u32::try_from(moment.as_seconds()).unwrap_or_default();
    bytes.iter_mut().zip(seconds.to_be_bytes()).for_each(|(byte, second)| *byte = second);
    bson::oid::ObjectId::from_bytes(bytes).into()
}

/// The unique index that every collection has, on the ids of its documents.
pub const ID_UNIQUE: &str = "_id_";

/// The name of the unique index that refused a write, if one did.
pub fn violated_index(error: &Error) -> Option<&str> {
    let message = match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == 11000 => &error.message,
        ErrorKind::Command(error) if error.code == 11000 => &error.message,
        _ => return None,
    };
    // "E11000 duplicate key error collection: shop.users index: email_unique dup key: { .. }"
    message.split_once(" index: ")?.1.split_whitespace().next()
}

/// Whether a query named an index that is not there, or that went while it was read.
pub(crate) fn lacks_index(error: &Error) -> bool {
    const BAD_VALUE: i32 = 2;
    const QUERY_PLAN_KILLED: i32 = 175;
    matches!(error.kind.as_ref(), ErrorKind::Command(error) if error.code == QUERY_PLAN_KILLED
        || error.code == BAD_VALUE && error.message.contains("hint provided does not correspond to an existing index"))
}

/// Whether the database could not be reached, as opposed to having refused.
pub(crate) fn is_outage(error: &Error) -> bool {
    matches!(
        error.kind.as_ref(),
        ErrorKind::ServerSelection { .. } | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::Io(_) | ErrorKind::DnsResolve { .. }
    ) || error.contains_label("RetryableWriteError")
        || error.contains_label("TransientTransactionError")
        || error.contains_label("UnknownTransactionCommitResult")
        // MaxTimeMSExpired, and the codes of a server that shuts down or is no primary any more.
        || matches!(error.kind.as_ref(), ErrorKind::Command(error) if [50, 91, 189, 10107, 11600, 11602, 13435, 13436].contains(&error.code))
}
