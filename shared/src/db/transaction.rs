//! Multi-document transactions, for rare operations.

use super::write_concern;
use crate::error::{Error, Result};
use crate::telemetry;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};
use mongodb::error::ErrorKind;
use mongodb::options::ReadConcern;
use mongodb::{ClientSession, Database};
use std::sync::Arc;

/// Runs `body` in a transaction and commits it; repeats it after conflicts with other transactions.
///
/// `body` may run several times, so it must not call Stripe or S3. It must return the driver's errors unchanged,
/// because the driver decides by them whether to repeat.
///
/// `body` receives what it works with as `context` and returns a boxed future, although the driver's `and_run2` takes
/// async closures: the compiler cannot prove yet that the future of one that captures references is `Send`
/// (<https://github.com/rust-lang/rust/issues/96865>), and axum requires that of handlers.
pub async fn run<C, T: 'static, F>(database: &Database, context: C, body: F) -> Result<T>
where
    C: Send + Sync,
    F: for<'a> Fn(&'a mut ClientSession, &'a C) -> BoxFuture<'a, Result<T>> + Send + Sync,
{
    let mut session = database.client().start_session().await?;
    let transaction = session.start_transaction();
    let transaction = transaction.read_concern(ReadConcern::snapshot()).write_concern(write_concern());
    let savepoint = telemetry::savepoint();
    let outcome = transaction
        .and_run((context, body), |session, (context, body)| body(session, context).map_err(into_driver_error).boxed());
    let outcome = outcome.await;
    if outcome.is_err() {
        telemetry::rollback_to(savepoint);
    }
    outcome.map_err(from_driver_error)
}

/// Carries our errors through the driver, which aborts the transaction for them and returns them as they are.
fn into_driver_error(error: Error) -> mongodb::error::Error {
    match error {
        Error::Database(error) => error,
        error => mongodb::error::Error::custom(error),
    }
}

fn from_driver_error(error: mongodb::error::Error) -> Error {
    if error.get_custom::<Error>().is_none() {
        return error.into();
    }
    match *error.kind {
        ErrorKind::Custom(payload) => match payload.downcast::<Error>().map(Arc::into_inner) {
            Ok(Some(error)) => error,
            _ => Error::System("a transaction failed with an unknown error"),
        },
        _ => error.into(),
    }
}
