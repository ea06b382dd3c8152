//! `PUT /auth/me/email`: requests a change of the account's e-mail address.

use crate::resend_verification::throttle_verification;
use crate::session::PasswordInput;
use crate::verify_password::verify_password;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::ThrottledAction;
use ferrocart::db::transaction;
use ferrocart::db::users::{PendingEmail, UserDoc};
use ferrocart::domain::email::Email;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::http::{Caller, Customer, Json};
use ferrocart::lambda::start_mailer;
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// The new address, and the password to confirm the change.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangeEmail {
    email: Email,
    #[schema(value_type = String)]
    password: PasswordInput,
}

from_fields!(ChangeEmail { email, password });

/// Requests a change of the e-mail address
///
/// The new address receives a link that verifies it, unless another account has it; the response does not depend on that. Until
/// the link is used the current address stays in force. Each request replaces the one before, and a change of the password ends
/// it. A request for the current address only ends the one before.
#[utoipa::path(
    put,
    path = "/api/v1/auth/me/email",
    tag = "auth",
    request_body = ChangeEmail,
    responses(
        (status = 202, description = "The request is recorded"),
        (status = 401, description = "`unauthenticated`, `token_expired`: a valid access token is required.\n\
            `invalid_credentials`: the password is wrong"),
        (status = 404, description = "`not_found`: the shop sends no mail"),
        (status = 429, description = "`rate_limited`: too many wrong passwords, or too many links for one address or account; see `Retry-After`"),
    )
)]
pub(crate) async fn change_email(
    State(shop): State<AppState>,
    customer: Customer,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    shop.require_mail()?;
    drop(caller.throttle(&shop, ThrottledAction::VerifyPassword).await?);
    let Json(ChangeEmail { email, password }) = Json::from_request(request, &shop).await?;
    let user = verify_password(&shop, &customer, &password).await?;
    let pending = if email == user.email {
        None
    } else {
        throttle_verification(&shop, &user, &email).await?;
        Some(PendingEmail { email, session_id: customer.session() })
    };
    transaction::run(&shop.database, (&shop, &user, pending), |transaction, (shop, user, pending)| {
        request_change(shop, transaction, user, pending.as_ref()).boxed()
    })
    .await?;
    start_mailer(shop.config.mailer.as_ref()).await;
    Ok(StatusCode::ACCEPTED)
}

async fn request_change(
    shop: &AppState,
    transaction: &mut ClientSession,
    user: &UserDoc,
    pending: Option<&PendingEmail>,
) -> Result<()> {
    let version = user.credentials_version;
    if !shop.users.set_pending_email(transaction, user.id, version, pending).await? {
        // A concurrent change was faster: the verified password is no longer the current one.
        return Err(Error::InvalidCredentials);
    }
    if let Some(PendingEmail { email, .. }) = pending {
        let kind = NotificationKind::VerifyEmail;
        shop.account_mails.record(Some(transaction), kind, Some(user.id), email, shop.now()).await?;
    }
    Ok(())
}
