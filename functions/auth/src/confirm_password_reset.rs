//! `POST /auth/password-reset/confirm`: sets a new password with the token of a link.

use crate::link_token::{LinkToken, consume};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::{Password, ThrottledAction};
use ferrocart::db::account_tokens::{AccountTokenDoc, TokenPurpose};
use ferrocart::db::transaction;
use ferrocart::db::users::PasswordHash;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// The token of the link, and the new password.
#[derive(Debug, ToSchema)]
pub(crate) struct ConfirmPasswordReset {
    /// What follows `token=` in the link.
    #[schema(value_type = String)]
    token: LinkToken,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, min_length = 8, max_length = 71)]
    new_password: Password,
}

from_fields!(ConfirmPasswordReset { token, new_password });

/// Sets a new password with the token of a link
///
/// All sessions of the account end, and so do all other links to set its password. The e-mail address counts as verified from
/// then on, because its owner received the link there: orders that guests have placed with it join the account.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password-reset/confirm",
    tag = "auth",
    request_body = ConfirmPasswordReset,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 422, description = "`validation_failed`: some fields are invalid; the link remains valid.\n\
            `invalid_link`: the link has expired, was used before, or the password or the address has changed since it was requested"),
        (status = 429, description = "`rate_limited`: too many invalid links from one source address; see `Retry-After`"),
    )
)]
pub(crate) async fn confirm_password_reset(
    State(shop): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    let attempt = caller.throttle(&shop, ThrottledAction::UseLink).await?;
    let Json(ConfirmPasswordReset { token, new_password }) = Json::from_request(request, &shop).await?;
    // Before the hash, which is expensive.
    let token = token.find(&shop, TokenPurpose::ResetPassword).await?;
    let hash = shop.passwords.hash(new_password).await?;
    transaction::run(&shop.database, (&shop, &token, &hash), |transaction, &(shop, token, hash)| {
        set_password(shop, transaction, token, hash).boxed()
    })
    .await?;
    fail_point(Point::ResetCommitted);
    attempt.restore(&shop).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_password(
    shop: &AppState,
    transaction: &mut ClientSession,
    token: &AccountTokenDoc,
    hash: &PasswordHash,
) -> Result<()> {
    let AccountTokenDoc { user_id, email, credentials_version, .. } = token;
    // First, because a session that is refreshed after the transaction has started makes it start again.
    shop.sessions.end_all(transaction, *user_id, None).await?;
    consume(shop, transaction, token).await?;
    // A link from before a change of the password, the address or the role is invalid.
    let changed = shop.users.set_password(transaction, *user_id, *credentials_version, hash).await?;
    let now = shop.now();
    if changed.is_none() || !shop.users.verify_email(transaction, *user_id, email, now).await? {
        return Err(Error::InvalidLink);
    }
    shop.orders.claim_all(&mut *transaction, email, *user_id, now).await?;
    let notice = NotificationKind::PasswordChanged;
    Ok(shop.account_mails.record(Some(transaction), notice, Some(*user_id), email, now).await?)
}
