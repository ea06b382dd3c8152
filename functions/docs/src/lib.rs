//! Stub.
use ferrocart::AppState;
use utoipa_axum::router::OpenApiRouter;
/// Stub.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}
