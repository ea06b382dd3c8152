//! `POST /auth/login`: opens a session.

use crate::session::{PasswordInput, Session};
use crate::session_cookie::{SessionOptions, SessionResponse};
use axum::extract::{FromRequest, Request, State};
use ferrocart::auth::{ThrottledAction, ThrottledAttempt};
use ferrocart::db::users::UserDoc;
use ferrocart::domain::email::Email;
use ferrocart::domain::id::UserId;
use ferrocart::http::{Caller, Json, Query};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The credentials.
#[derive(Debug, ToSchema)]
pub(crate) struct LogIn {
    email: Email,
    #[schema(value_type = String)]
    password: PasswordInput,
}

from_fields!(LogIn { email, password });

/// Logs in
///
/// An unknown e-mail address and a wrong password yield the same response after the same time.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    tag = "auth",
    params(SessionOptions),
    request_body = LogIn,
    responses(
        (status = 200, description = "A new session", body = Session, headers(
            ("Set-Cookie" = Option<String>, description = "The refresh token in the cookie `__Secure-ferrocart-refresh`; only with `?session=cookie`"),
        )),
        (status = 403, description = "`origin_not_allowed`: a session in a cookie requires an `Origin` that the shop lists"),
        (status = 401, description = "`invalid_credentials`: the e-mail address or the password is wrong"),
        (status = 429, description = "`rate_limited`: too many attempts; see `Retry-After`"),
    )
)]
pub(crate) async fn log_in(
    State(shop): State<AppState>,
    caller: Caller,
    Query(options): Query<SessionOptions>,
    request: Request,
) -> Result<SessionResponse> {
    let carrier = options.carrier(&shop, request.headers())?;
    drop(caller.throttle(&shop, ThrottledAction::LogIn).await?);
    let Json(LogIn { email, password }) = Json::from_request(request, &shop).await?;
    let user = shop.users.by_email(&email).await?;
    let attempt = count(&shop, &email, user.as_ref(), &caller).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = shop.passwords.verify(&password.0, hash).await?;
    let user = user.filter(|_| right).ok_or(Error::InvalidCredentials)?;
    shop.throttle.restore(&attempt).await?;
    if let Some(better) = shop.passwords.rehash(&password.0, &user.password_hash).await? {
        shop.users.rehash(user.id, &user.password_hash, &better).await?;
    }
    SessionResponse::new(Session::open(&shop, user, &caller).await?, carrier)
}

/// Counts a login attempt for an account. Attempts from a network where the account has a session are counted separately,
/// so that guesses from elsewhere do not lock its owner out.
async fn count(shop: &AppState, email: &Email, user: Option<&UserDoc>, caller: &Caller) -> Result<ThrottledAttempt> {
    // The same queries run without an account, so that response times do not reveal whether it exists.
    let id = user.map_or(UserId::from_bytes([0; 12]), |user| user.id);
    if shop.sessions.is_used_from(id, caller.network()).await? {
        shop.throttle.account(ThrottledAction::LogIn, &[email.as_str(), caller.network()]).await
    } else {
        shop.throttle.account(ThrottledAction::LogIn, &[email.as_str()]).await
    }
}
