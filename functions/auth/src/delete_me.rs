//! `DELETE /auth/me`: deletes the account.

use crate::delete_account::delete_account;
use crate::session::PasswordInput;
use crate::verify_password::verify_password;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::ThrottledAction;
use ferrocart::http::{Caller, Customer, Json};
use ferrocart::{AppState, Result, from_fields};
use utoipa::ToSchema;

/// The password, to confirm the deletion.
#[derive(Debug, ToSchema)]
pub(crate) struct DeleteMe {
    #[schema(value_type = String)]
    password: PasswordInput,
}

from_fields!(DeleteMe { password });

/// Deletes the account
///
/// Name, e-mail addresses, addresses, sessions, links in mails and cart are deleted at once. Orders remain as sales records without a
/// shipping address: it is erased at once from ended orders; unpaid orders are cancelled within a minute, unless a
/// payment is under way; paid orders keep it until they are delivered.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/me",
    tag = "auth",
    request_body = DeleteMe,
    responses(
        (status = 204, description = "The account is deleted"),
        (status = 401, description = "`unauthenticated`, `token_expired`: a valid access token is required.\n\
            `invalid_credentials`: the password is wrong"),
        (status = 409, description = "`last_admin`: the shop needs an administrator"),
        (status = 429, description = "`rate_limited`: too many wrong passwords; see `Retry-After`"),
    )
)]
pub(crate) async fn delete_me(
    State(shop): State<AppState>,
    customer: Customer,
    caller: Caller,
    request: Request,
) -> Result<StatusCode> {
    drop(caller.throttle(&shop, ThrottledAction::VerifyPassword).await?);
    let Json(DeleteMe { password }) = Json::from_request(request, &shop).await?;
    let user = verify_password(&shop, &customer, &password).await?;
    delete_account(&shop, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}
