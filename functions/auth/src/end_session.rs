//! `DELETE /auth/sessions/{id}`: ends a session from elsewhere.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::SessionId;
use ferrocart::http::Customer;
use ferrocart::http::Path;
use ferrocart::{AppState, Error, Result};

/// Ends one of one's own sessions
///
/// Its tokens are refused from now on. To end the one that asks is to log out.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    tag = "auth",
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session is over"))
)]
pub(crate) async fn end_session(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<SessionId>,
) -> Result<StatusCode> {
    if shop.sessions.end(customer.id(), id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound) }
}
