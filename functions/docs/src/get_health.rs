//! `GET /health`: whether the shop can work.

use axum::extract::State;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result, db};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// How long MongoDB may take. Whoever asks for a sign of life wants to know soon.
const PATIENCE: Duration = Duration::from_secs(2);

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`: what is not ok is a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of the shop.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Tells whether the shop can work
#[utoipa::path(
    get,
    path = "/api/v1/health",
    tag = "docs",
    responses(
        (status = 200, description = "The shop works, and MongoDB answers", body = Health),
        (status = 503, description = "`unavailable`: MongoDB does not answer"),
    )
)]
pub(crate) async fn get_health(State(shop): State<AppState>) -> Result<Json<Health>> {
    match tokio::time::timeout(PATIENCE, db::ping(&shop.database)).await {
        Ok(answer) => answer?,
        Err(_elapsed) => return Err(Error::DeadlineExceeded),
    }
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
