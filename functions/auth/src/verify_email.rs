//! `POST /auth/email/verify`: verifies an e-mail address with the token of a link.

use crate::link_token::{LinkToken, consume};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::ThrottledAction;
use ferrocart::db::account_tokens::{AccountTokenDoc, TokenPurpose};
use ferrocart::db::users::EMAIL_UNIQUE;
use ferrocart::db::{transaction, violated_index};
use ferrocart::domain::notification::NotificationKind;
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// The token of the link.
#[derive(Debug, ToSchema)]
pub(crate) struct UseLink {
    /// What follows `token=` in the link.
    #[schema(value_type = String)]
    pub(crate) token: LinkToken,
}

from_fields!(UseLink { token });

/// Verifies an e-mail address with the token of a link
///
/// If it is the new address of an account, it replaces the previous one, which is notified. All sessions then end, except the
/// one that requested the change. Orders that guests have placed with the address join the account.
#[utoipa::path(
    post,
    path = "/api/v1/auth/email/verify",
    tag = "auth",
    request_body = UseLink,
    responses(
        (status = 204, description = "The address is verified"),
        (status = 409, description = "`email_taken`: another account has the new address by now"),
        (status = 422, description = "`validation_failed`: some fields are invalid.\n\
            `invalid_link`: the link has expired, was used before, or is for an address that the account no longer has or wants"),
        (status = 429, description = "`rate_limited`: too many invalid links from one source address; see `Retry-After`"),
    )
)]
pub(crate) async fn verify_email(State(shop): State<AppState>, caller: Caller, request: Request) -> Result<StatusCode> {
    let attempt = caller.throttle(&shop, ThrottledAction::UseLink).await?;
    let Json(UseLink { token }) = Json::from_request(request, &shop).await?;
    let token = token.find(&shop, TokenPurpose::VerifyEmail).await?;
    transaction::run(&shop.database, (&shop, &token), |transaction, &(shop, token)| {
        verify(shop, transaction, token).boxed()
    })
    .await?;
    attempt.restore(&shop).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn verify(shop: &AppState, transaction: &mut ClientSession, token: &AccountTokenDoc) -> Result<()> {
    consume(shop, transaction, token).await?;
    let now = shop.now();
    if !shop.users.verify_email(transaction, token.user_id, &token.email, now).await? {
        change_email(shop, transaction, token).await?;
    }
    Ok(shop.orders.claim_all(transaction, &token.email, token.user_id, now).await?)
}

/// Makes the pending address of an account the current one, if it is the one of the token.
async fn change_email(shop: &AppState, transaction: &mut ClientSession, token: &AccountTokenDoc) -> Result<()> {
    let user = shop.users.get_in(transaction, token.user_id).await?.ok_or(Error::InvalidLink)?;
    let pending = user.pending_email.as_ref().filter(|pending| pending.email == token.email);
    let kept = pending.ok_or(Error::InvalidLink)?.session_id;
    let now = shop.now();
    let version = shop.users.change_email(transaction, &user, &token.email, now).await.map_err(taken)?;
    let notice = NotificationKind::EmailChanged;
    shop.account_mails.record(Some(&mut *transaction), notice, Some(user.id), &user.email, now).await?;
    Ok(shop.sessions.end_all(transaction, user.id, Some((kept, version))).await?)
}

/// Returns the error of a change to an address that another account has.
pub(crate) fn taken(error: mongodb::error::Error) -> Error {
    if violated_index(&error) == Some(EMAIL_UNIQUE) { Error::EmailTaken } else { error.into() }
}
