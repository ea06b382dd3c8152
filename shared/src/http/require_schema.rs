//! The check that the database is migrated, before each request of a function that has started before that was known.

use crate::error::Error;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Rejects requests while the schema of the database is that of an older release.
pub(super) async fn require_schema(State(shop): State<AppState>, request: Request, next: Next) -> Response {
    match shop.verify_schema().await {
        Err(error @ Error::SchemaOutdated { .. }) => error.into_response(),
        // While the database does not respond, the handler fails where it needs it.
        Ok(()) | Err(_) => next.run(request).await,
    }
}
