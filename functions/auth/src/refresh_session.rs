//! `POST /auth/refresh`: issues a new access token and the next refresh token.

use crate::session::{PresentedToken, Session};
use axum::extract::State;
use ferrocart::auth::{REFRESH_TOKEN_LIFE, RefreshToken, ThrottledAction};
use ferrocart::db::sessions::Renewal;
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result};

/// Issues new tokens for a session
///
/// The refresh token is spent. A spent token that is used again indicates theft and ends the session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    tag = "auth",
    request_body = PresentedToken,
    responses(
        (status = 200, description = "The session with new tokens", body = Session),
        (status = 401, description = "`invalid_credentials`: the refresh token is unknown, spent or expired"),
        (status = 429, description = "`rate_limited`: too many wrong tokens, or too many refreshes of one session; see `Retry-After`"),
    )
)]
pub(crate) async fn refresh_session(
    State(shop): State<AppState>,
    caller: Caller,
    Json(request): Json<PresentedToken>,
) -> Result<Json<Session>> {
    let spent = request.refresh_token.0.hash();
    let attempt = shop.throttle.address(ThrottledAction::Refresh, caller.network()).await?;
    if let Some(session) = shop.sessions.by_token(&spent).await? {
        drop(shop.throttle.account(ThrottledAction::Refresh, &[&session.id.to_string()]).await?);
    }
    let next = RefreshToken::generate()?;
    let now = shop.now();
    let renewal = Renewal {
        token_hash: &next.hash(),
        expires_at: now.plus(REFRESH_TOKEN_LIFE),
        device: caller.device(),
        network: caller.network(),
    };
    let Some(session) = shop.sessions.rotate(&spent, &renewal, now).await? else {
        shop.sessions.end_by_token(&spent).await?;
        return Err(Error::InvalidCredentials);
    };
    let user = shop.users.get(session.user_id).await?;
    let user = user.filter(|user| user.credentials_version == session.credentials_version);
    let user = user.ok_or(Error::InvalidCredentials)?;
    shop.throttle.restore(&attempt).await?;
    Ok(Json(Session::show(&shop, user, session.id, &next)?))
}
