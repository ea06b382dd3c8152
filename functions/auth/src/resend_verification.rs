//! `POST /auth/email/verify/resend`: requests another link that verifies an e-mail address.

use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::auth::ThrottledAction;
use ferrocart::db::users::UserDoc;
use ferrocart::domain::email::Email;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::http::Customer;
use ferrocart::lambda::start_mailer;
use ferrocart::{AppState, Error, Result};

/// Requests another link that verifies the e-mail address
///
/// It is sent to the new address, if one is waiting for its verification, and otherwise to the current one, unless that is
/// verified. Earlier links remain valid.
#[utoipa::path(
    post,
    path = "/api/v1/auth/email/verify/resend",
    tag = "auth",
    responses(
        (status = 202, description = "The request is recorded"),
        (status = 404, description = "`not_found`: the shop sends no mail"),
        (status = 429, description = "`rate_limited`: too many links for one address or account; see `Retry-After`"),
    )
)]
pub(crate) async fn resend_verification(State(shop): State<AppState>, customer: Customer) -> Result<StatusCode> {
    shop.require_mail()?;
    let user = shop.users.get(customer.id()).await?.ok_or(Error::Unauthenticated)?;
    if let Some(email) = unverified(&user) {
        throttle_verification(&shop, &user, email).await?;
        shop.account_mails.record(None, NotificationKind::VerifyEmail, Some(user.id), email, shop.now()).await?;
        start_mailer(shop.config.mailer.as_ref()).await;
    }
    Ok(StatusCode::ACCEPTED)
}

/// Returns the address of a user that awaits verification.
fn unverified(user: &UserDoc) -> Option<&Email> {
    let current = Some(&user.email).filter(|_| user.email_verified_at.is_none());
    user.pending_email.as_ref().map(|pending| &pending.email).or(current)
}

/// Counts a mail that verifies an address, for the address and for the account that requests it. Mails that an account requests
/// to the address of another one are counted separately, so that they do not keep the owner from a link.
///
/// # Errors
/// [`Error::RateLimited`]
pub(crate) async fn throttle_verification(shop: &AppState, user: &UserDoc, email: &Email) -> Result<()> {
    drop(shop.throttle.account(ThrottledAction::VerifyEmail, &[&user.id.to_string()]).await?);
    if *email == user.email {
        return throttle_own_address(shop, email).await;
    }
    drop(shop.throttle.account(ThrottledAction::VerifyEmail, &[email.as_str()]).await?);
    Ok(())
}

/// Counts a mail that verifies the current address of an account, whichever account has it.
///
/// # Errors
/// [`Error::RateLimited`]
pub(crate) async fn throttle_own_address(shop: &AppState, email: &Email) -> Result<()> {
    drop(shop.throttle.account(ThrottledAction::VerifyEmail, &["own", email.as_str()]).await?);
    Ok(())
}
