//! `POST /auth/refresh`: a new access token, and the next refresh token.

use crate::session::{PresentedToken, Session};
use axum::extract::State;
use ferrocart::auth::{REFRESH_TOKEN_LIFE, RefreshToken};
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result};

/// Renews a session
///
/// The refresh token is spent by it. A spent one that comes again was stolen, from us or from the
/// client, so it ends the session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    tag = "auth",
    request_body = PresentedToken,
    responses(
        (status = 200, description = "The session with new tokens", body = Session),
        (status = 401, description = "`invalid_credentials`: the refresh token is unknown, spent or expired"),
    )
)]
pub(crate) async fn refresh_session(
    State(shop): State<AppState>,
    Json(request): Json<PresentedToken>,
) -> Result<Json<Session>> {
    let spent = request.refresh_token.0.hash();
    let next = RefreshToken::generate()?;
    let now = shop.now();
    let Some(session) = shop.sessions.rotate(&spent, &next.hash(), now, now.plus(REFRESH_TOKEN_LIFE)).await? else {
        shop.sessions.end_by_token(&spent).await?;
        return Err(Error::InvalidCredentials);
    };
    let user = shop.users.get(session.user_id).await?;
    let user = user.filter(|user| user.credentials_version == session.credentials_version);
    let user = user.ok_or(Error::InvalidCredentials)?;
    Ok(Json(Session::show(&shop, user, session.id, &next)?))
}
