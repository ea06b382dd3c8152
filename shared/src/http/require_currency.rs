//! The check that prices are in the store's currency, before each request of a function that has started while the
//! database was unreachable.

use crate::error::Error;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Rejects requests until the currency of the catalogue is known to be the store's.
pub(super) async fn require_currency(State(shop): State<AppState>, request: Request, next: Next) -> Response {
    match shop.verify_currency().await {
        Ok(()) => next.run(request).await,
        Err(error @ Error::CurrencyChanged { .. }) => {
            tracing::error!(%error, "nothing is sold");
            error.into_response()
        }
        Err(error) => error.into_response(),
    }
}
