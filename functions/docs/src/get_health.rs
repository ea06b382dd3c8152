//! `GET /health`: whether the API and its database respond, and the database is migrated.

use axum::extract::State;
use ferrocart::db::migration::SCHEMA_VERSION;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// How long MongoDB may take: health checks have short timeouts.
const PATIENCE: Duration = Duration::from_secs(2);

/// The health of the API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`; otherwise the response is a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of Ferrocart.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Reports whether the API and its database respond
///
/// The response is 200 only if the database responds and is migrated for this release. Use it for monitoring.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    tag = "docs",
    responses(
        (status = 200, description = "The API and MongoDB respond, and the database is migrated", body = Health),
        (status = 503, description = "`unavailable`: MongoDB does not respond; `not_ready`: the database is not migrated"),
    )
)]
pub(crate) async fn get_health(State(shop): State<AppState>) -> Result<Json<Health>> {
    match tokio::time::timeout(PATIENCE, shop.settings.expect_schema(SCHEMA_VERSION)).await {
        Ok(answer) => answer?,
        Err(_elapsed) => return Err(Error::DeadlineExceeded),
    }
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
