//! `DELETE /auth/me`: deletes the account.

use crate::session::PasswordInput;
use crate::verify_password::verify_password;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use ferrocart::auth::ThrottledAction;
use ferrocart::db::transaction;
use ferrocart::db::users::Role;
use ferrocart::http::{Caller, Customer, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
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
/// Name, e-mail address, addresses, sessions and cart are deleted at once. Orders remain as sales records without a
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
    let context = (&shop, &user, shop.now());
    transaction::run(&shop.database, context, |session, &(shop, user, now)| {
        async move {
            if user.role == Role::Admin && !shop.users.has_other_admin(session, user.id).await? {
                return Err(Error::LastAdmin);
            }
            if !shop.users.remove(session, user.id, user.credentials_version).await? {
                // Password or role have changed since the password was verified.
                return Err(Error::Unauthenticated);
            }
            shop.sessions.end_all(session, user.id, None).await?;
            shop.carts.remove(user.id, Some(&mut *session)).await?;
            shop.orders.expire_unpaid(user.id, now, Some(&mut *session)).await?;
            shop.orders.erase_buyer(user.id, now, Some(&mut *session)).await?;
            Ok(shop.erasures.start(session, user.id, now).await?)
        }
        .boxed()
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
