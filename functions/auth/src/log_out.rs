//! `POST /auth/logout`: ends a session.

use crate::presented_token::{PresentedToken, presented_token};
use crate::session_cookie::{Carrier, InCookie, removed_cookie};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use ferrocart::{AppState, Result};

/// Logs out
///
/// Ends the session that the refresh token belongs to, also with a spent one. An unknown token is not an error: its
/// session has ended already.
///
/// A session in a cookie sends `{}` and the header `X-Ferrocart-Session: cookie`. The cookie is removed.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    tag = "auth",
    params(("X-Ferrocart-Session" = inline(Option<InCookie>), Header, description = "`cookie` if the refresh token is in the cookie")),
    request_body = PresentedToken,
    security((), ("session_cookie" = [])),
    responses(
        (status = 204, description = "The session has ended",
            headers(("Set-Cookie" = Option<String>, description = "Removes the cookie, if the session is in one"))),
        (status = 403, description = "`origin_not_allowed`: a session in a cookie requires an `Origin` that the shop lists"),
    )
)]
pub(crate) async fn log_out(State(shop): State<AppState>, request: Request) -> Result<Response> {
    let (token, carrier) = presented_token(&shop, request).await?;
    if let Some(token) = token {
        shop.sessions.end_by_secret(token.session(), &token.secret_hash()).await?;
    }
    Ok(match carrier {
        Carrier::Body => StatusCode::NO_CONTENT.into_response(),
        Carrier::Cookie => (StatusCode::NO_CONTENT, [(SET_COOKIE, removed_cookie()?)]).into_response(),
    })
}
