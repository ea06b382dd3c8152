//! `POST /auth/refresh`: issues a new access token and the session's current refresh token.

use crate::presented_token::{PresentedToken, presented_token};
use crate::session::Session;
use crate::session_cookie::{InCookie, SessionResponse};
use axum::extract::{Request, State};
use ferrocart::auth::{REFRESH_TOKEN_LIFETIME, RefreshToken, ThrottledAction};
use ferrocart::db::sessions::{Renewal, SessionDoc};
use ferrocart::db::users::UserDoc;
use ferrocart::http::Caller;
use ferrocart::telemetry::{BusinessEvent, record};
use ferrocart::{AppState, Error, Result};

/// Issues new tokens for a session
///
/// The refresh token is spent. For 30 seconds, or the shop's `REFRESH_LEEWAY_SECONDS`, a spent token yields the session's
/// current refresh token again, the same in each response. So browser tabs may refresh at the same time, and a client may
/// repeat a request whose response was lost. The use of a token that was spent earlier indicates theft and ends the session.
///
/// A session in a cookie sends `{}` and the header `X-Ferrocart-Session: cookie`.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    tag = "auth",
    params(("X-Ferrocart-Session" = inline(Option<InCookie>), Header, description = "`cookie` if the refresh token is in the cookie")),
    request_body = PresentedToken,
    security((), ("session_cookie" = [])),
    responses(
        (status = 200, description = "The session, with a new access token and its current refresh token", body = Session,
            headers(("Set-Cookie" = Option<String>, description = "The current refresh token, if it is in a cookie"))),
        (status = 403, description = "`origin_not_allowed`: a session in a cookie requires an `Origin` that the shop lists"),
        (status = 401, description = "`invalid_credentials`: the refresh token is unknown or expired, was spent before the \
            leeway, or its session has ended"),
        (status = 429, description = "`rate_limited`: too many requests without a valid token, or too many refreshes of one \
            session; see `Retry-After`"),
    )
)]
pub(crate) async fn refresh_session(
    State(shop): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<SessionResponse> {
    let attempt = caller.throttle(&shop, ThrottledAction::Refresh).await?;
    let (token, carrier) = presented_token(&shop, request).await?;
    let token = token.ok_or(Error::InvalidCredentials)?;
    let (session, user) = find(&shop, &token).await?.ok_or(Error::InvalidCredentials)?;
    drop(shop.throttle.account(ThrottledAction::Refresh, &[&session.id.to_string()]).await?);
    attempt.restore(&shop).await?;
    // The last step that can fail. If its response is lost, the repeated request finds the token recently spent.
    let current = renew(&shop, &token, &session, &caller).await?;
    SessionResponse::new(Session::show(&shop, user, &current)?, carrier)
}

/// Returns the session of a token, current or spent, and its user.
async fn find(shop: &AppState, token: &RefreshToken) -> Result<Option<(SessionDoc, UserDoc)>> {
    let session =
        async || -> Result<_> { Ok(shop.sessions.get(token.session()).await?.filter(|session| token.is_of(session))) };
    let Some(mut found) = session().await? else { return Ok(None) };
    let Some(user) = shop.users.get(found.user_id).await? else { return Ok(None) };
    if found.credentials_version != user.credentials_version {
        // Between the two reads the password may have been changed in this session, which is then kept.
        match session().await? {
            Some(changed) if changed.credentials_version == user.credentials_version => found = changed,
            _ => return Ok(None),
        }
    }
    Ok(Some((found, user)))
}

/// Spends the token and returns the current one. If the token was spent before the leeway, ends the session.
async fn renew(shop: &AppState, token: &RefreshToken, session: &SessionDoc, caller: &Caller) -> Result<RefreshToken> {
    let now = shop.now();
    let renewal = Renewal {
        session: session.id,
        presented: token.generation(),
        leeway: shop.config.refresh_leeway,
        expires_at: now.plus(REFRESH_TOKEN_LIFETIME),
        device: caller.device(),
        network: caller.network(),
    };
    let Some(renewed) = shop.sessions.renew(&renewal, now).await? else {
        shop.sessions.end(session.user_id, session.id).await?;
        return Err(Error::InvalidCredentials);
    };
    if renewed.is_repeated {
        record(BusinessEvent::RefreshRepeated);
    }
    Ok(token.of_generation(renewed.generation, session))
}
