//! `POST /auth/logout`: ends a session.

use crate::session::PresentedToken;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::http::Json;
use ferrocart::{AppState, Result};

/// Logs out
///
/// Ends the session that the refresh token belongs to, also with a spent one. An unknown token is not an error: its
/// session has ended already.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    tag = "auth",
    request_body = PresentedToken,
    responses((status = 204, description = "The session has ended"))
)]
pub(crate) async fn log_out(State(shop): State<AppState>, Json(request): Json<PresentedToken>) -> Result<StatusCode> {
    if let Some(token) = request.refresh_token.0 {
        shop.sessions.end_by_secret(token.session(), &token.secret_hash()).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
