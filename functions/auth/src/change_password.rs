//! `PUT /auth/me/password`: changes the password of the account.

use crate::session::PasswordInput;
use crate::verify_password::verify_password;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::{Password, ThrottledAction};
use ferrocart::db::transaction;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{Caller, Customer, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use utoipa::ToSchema;

/// The current and the new password.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangePassword {
    #[schema(value_type = String)]
    current_password: PasswordInput,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, min_length = 8, max_length = 71)]
    new_password: Password,
}

from_fields!(ChangePassword { current_password, new_password });

/// Changes the password of the account
///
/// All other sessions of the account end at once.
#[utoipa::path(
    put,
    path = "/api/v1/auth/me/password",
    tag = "auth",
    request_body = ChangePassword,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 401, description = "`unauthenticated`, `token_expired`: a valid access token is required.\n\
            `invalid_credentials`: the current password is wrong"),
        (status = 429, description = "`rate_limited`: too many wrong passwords; see `Retry-After`"),
    )
)]
pub(crate) async fn change_password(
    State(shop): State<AppState>,
    customer: Customer,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    drop(caller.throttle(&shop, ThrottledAction::VerifyPassword).await?);
    let Json(ChangePassword { current_password, new_password }) = Json::from_request(request, &shop).await?;
    let user = verify_password(&shop, &customer, &current_password).await?;
    if shop.passwords.verify(new_password.normalized(), Some(user.password_hash.clone())).await? {
        return Err(Error::field(
            "/new_password",
            ValidationError::new("unchanged", "must differ from the current password"),
        ));
    }
    let hash = shop.passwords.hash(new_password).await?;
    let context = (&shop, &user, &hash, customer.session());
    transaction::run(&shop.database, context, |transaction, &(shop, user, hash, session)| {
        async move {
            let version = shop.users.set_password(transaction, user.id, user.credentials_version, hash).await?;
            // A concurrent change was faster: the verified password is no longer the current one.
            let version = version.ok_or(Error::InvalidCredentials)?;
            let kind = NotificationKind::PasswordChanged;
            shop.account_mails.record(Some(&mut *transaction), kind, Some(user.id), &user.email, shop.now()).await?;
            Ok(shop.sessions.end_all(transaction, user.id, Some((session, version))).await?)
        }
        .boxed()
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
