//! Transactions, for what is rare and touches several documents. Never with a call to Stripe
//! inside: the body may run several times.

use crate::telemetry;
use futures_util::future::BoxFuture;
use mongodb::error::Error;
use mongodb::options::ReadConcern;
use mongodb::{ClientSession, Database};

/// Runs `body` in a transaction, and again while it only collides with others. What it did is there
/// wholly or not at all. What it works with comes in as `context`.
///
/// # Errors
/// Those of `body`, and the database's.
pub async fn run<C, T, F>(database: &Database, context: C, body: F) -> Result<T, Error>
where
    F: for<'a> FnMut(&'a mut ClientSession, &'a mut C) -> BoxFuture<'a, Result<T, Error>>,
{
    let mut session = database.client().start_session().await?;
    let transaction = session.start_transaction();
    let transaction = transaction.read_concern(ReadConcern::snapshot()).write_concern(super::write_concern());
    let noted = telemetry::noted();
    let outcome = transaction.and_run(context, body).await;
    if outcome.is_err() {
        telemetry::forget_since(noted);
    }
    outcome
}
