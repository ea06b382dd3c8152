//! `DELETE /auth/me`: closes one's own account.

use crate::prove::prove_password;
use crate::session::Typed;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::auth::Customer;
use ferrocart::db::transaction;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::domain::time::Timestamp;
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// The proof that it is the owner who asks.
#[derive(Debug, ToSchema)]
pub(crate) struct DeleteMe {
    #[schema(value_type = String)]
    password: Typed,
}

from_fields!(DeleteMe { password });

/// Deletes one's own account
///
/// Name, e-mail address, addresses, sessions and cart are gone at once. Orders stay as records of what
/// was sold, without where they went to: those that have ended lose it at once, unpaid ones are
/// cancelled within a minute, and paid ones keep their address until they are delivered.
#[utoipa::path(
    delete,
    path = "/api/v1/auth/me",
    tag = "auth",
    security(("bearer" = [])),
    request_body = DeleteMe,
    responses(
        (status = 204, description = "The account is gone"),
        (status = 401, description = "`unauthenticated`, `token_expired`: a valid access token is needed.\n\
            `invalid_credentials`: the password is wrong"),
        (status = 409, description = "`last_admin`: somebody has to run the shop"),
        (status = 429, description = "`rate_limited`: too many wrong passwords; see `Retry-After`"),
    )
)]
pub(crate) async fn delete_me(
    State(shop): State<AppState>,
    customer: Customer,
    caller: Caller,
    Json(DeleteMe { password }): Json<DeleteMe>,
) -> Result<StatusCode> {
    let user = prove_password(&shop, &customer, &caller, &password).await?;
    let deletion = (&shop, &user, shop.now());
    let deleted = transaction::run(&shop.database, deletion, |session, (shop, user, now)| {
        delete(shop, session, user, *now).boxed()
    });
    match deleted.await? {
        Deleted::Yes => Ok(StatusCode::NO_CONTENT),
        Deleted::LastAdmin => Err(Error::LastAdmin),
        Deleted::Changed => Err(Error::Unauthenticated),
    }
}

enum Deleted {
    Yes,
    LastAdmin,
    /// The password or the role changed after the password was proved.
    Changed,
}

/// Removes the account with all that is only the person's, and notes what is still to be done.
async fn delete(
    shop: &AppState,
    session: &mut ClientSession,
    user: &UserDoc,
    now: Timestamp,
) -> Result<Deleted, mongodb::error::Error> {
    if user.role == Role::Admin && !shop.users.has_admin_besides(session, user.id).await? {
        return Ok(Deleted::LastAdmin);
    }
    if !shop.users.remove(session, user.id, user.credentials_version).await? {
        return Ok(Deleted::Changed);
    }
    shop.sessions.end_all(session, user.id, None).await?;
    shop.carts.remove(user.id, Some(&mut *session)).await?;
    shop.orders.expire_unpaid(user.id, now, Some(&mut *session)).await?;
    shop.orders.erase_buyer(user.id, Some(&mut *session)).await?;
    shop.erasures.begin(session, user.id, now).await?;
    Ok(Deleted::Yes)
}
