//! `POST /auth/password-reset`: requests a link to set a new password.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::ThrottledAction;
use ferrocart::domain::email::Email;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::http::{Caller, Json};
use ferrocart::lambda::start_mailer;
use ferrocart::{AppState, Result, from_fields};
use utoipa::ToSchema;

/// The address of the account.
#[derive(Debug, ToSchema)]
pub(crate) struct RequestPasswordReset {
    email: Email,
}

from_fields!(RequestPasswordReset { email });

/// Requests a link to set a new password
///
/// If an account has the address, it receives a mail with a link that is valid for an hour. The response is the same if there
/// is none.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password-reset",
    tag = "auth",
    request_body = RequestPasswordReset,
    responses(
        (status = 202, description = "The request is recorded"),
        (status = 404, description = "`not_found`: the shop sends no mail"),
        (status = 429, description = "`rate_limited`: too many requests from one source address, or for one e-mail address; see `Retry-After`"),
    )
)]
pub(crate) async fn request_password_reset(
    State(shop): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    shop.require_mail()?;
    drop(caller.throttle(&shop, ThrottledAction::ResetPassword).await?);
    let Json(RequestPasswordReset { email }) = Json::from_request(request, &shop).await?;
    drop(shop.throttle.account(ThrottledAction::ResetPassword, &[email.as_str()]).await?);
    // The mailer looks the account up, so that neither the time nor the writes of this request reveal whether there is one.
    shop.account_mails.record(None, NotificationKind::PasswordReset, None, &email, shop.now()).await?;
    start_mailer(shop.config.mailer.as_ref()).await;
    Ok(StatusCode::ACCEPTED)
}
