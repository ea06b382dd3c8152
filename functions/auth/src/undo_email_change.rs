//! `POST /auth/email/undo`: undoes a change of an account's e-mail address with the token of a link.

use crate::link_token::consume;
use crate::verify_email::{UseLink, taken};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::{Password, ThrottledAction};
use ferrocart::db::account_tokens::{AccountTokenDoc, TokenPurpose};
use ferrocart::db::transaction;
use ferrocart::db::users::PasswordHash;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result};
use futures_util::FutureExt;
use mongodb::ClientSession;

/// Undoes a change of the e-mail address with the token of a link
///
/// The address to which the link was sent is that of the account again. All sessions end, and the password is no longer valid:
/// the address receives a link to set a new one. Orders that guests have placed with the address join the account.
#[utoipa::path(
    post,
    path = "/api/v1/auth/email/undo",
    tag = "auth",
    request_body = UseLink,
    responses(
        (status = 204, description = "The change is undone"),
        (status = 409, description = "`email_taken`: another account has the address by now; the link remains valid"),
        (status = 422, description = "`validation_failed`: some fields are invalid.\n\
            `invalid_link`: the link has expired, was used before, or the change was undone already"),
        (status = 429, description = "`rate_limited`: too many invalid links from one source address; see `Retry-After`"),
    )
)]
pub(crate) async fn undo_email_change(
    State(shop): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    let attempt = caller.throttle(&shop, ThrottledAction::UseLink).await?;
    let Json(UseLink { token }) = Json::from_request(request, &shop).await?;
    let token = token.find(&shop, TokenPurpose::UndoEmailChange).await?;
    let unknown_password = shop.passwords.hash(Password::generate()?).await?;
    transaction::run(&shop.database, (&shop, &token, &unknown_password), |transaction, &(shop, token, password)| {
        restore_email(shop, transaction, token, password).boxed()
    })
    .await?;
    attempt.restore(&shop).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore_email(
    shop: &AppState,
    transaction: &mut ClientSession,
    token: &AccountTokenDoc,
    unknown_password: &PasswordHash,
) -> Result<()> {
    let AccountTokenDoc { user_id, email, requested_at, .. } = token;
    // First, because a session that is refreshed after the transaction has started makes it start again.
    shop.sessions.end_all(transaction, *user_id, None).await?;
    consume(shop, transaction, token).await?;
    let user = shop.users.get_in(transaction, *user_id).await?.ok_or(Error::InvalidLink)?;
    // The address of a thief receives such a link, too, if the thief changes it once more: it must not undo the undoing.
    let is_undone = user.email_restored_at.is_some_and(|restored| *requested_at <= restored);
    if is_undone || user.email == *email {
        return Err(Error::InvalidLink);
    }
    let now = shop.now();
    shop.users.restore_email(transaction, &user, email, unknown_password, now).await.map_err(taken)?;
    shop.orders.claim_all(&mut *transaction, email, user.id, now).await?;
    let reset = NotificationKind::PasswordReset;
    Ok(shop.account_mails.record(Some(transaction), reset, Some(user.id), email, now).await?)
}
