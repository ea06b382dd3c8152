//! `DELETE /auth/sessions/{id}`: ends one of the user's sessions.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::domain::id::SessionId;
use ferrocart::http::Customer;
use ferrocart::http::Path;
use ferrocart::{AppState, Error, Result};

/// Ends one of the user's own sessions
///
/// Its tokens are rejected from then on. Ending the current session is the same as logging out.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/sessions/{id}",
    tag = "auth",
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session has ended"))
)]
pub(crate) async fn end_session(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<SessionId>,
) -> Result<StatusCode> {
    if shop.sessions.end(customer.id(), id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound) }
}
