//! `PUT /auth/me/password`: changes one's own password.

use crate::prove::prove_password;
use crate::session::Typed;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::auth::{Customer, Password};
use ferrocart::db::transaction;
use ferrocart::db::users::{PasswordHash, UserDoc};
use ferrocart::domain::id::SessionId;
use ferrocart::domain::invalid::Invalid;
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// The password that is, and the one that shall be.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangePassword {
    #[schema(value_type = String)]
    current_password: Typed,
    /// At least 8 characters, at most 71 bytes.
    #[schema(value_type = String, min_length = 8, max_length = 71)]
    new_password: Password,
}

from_fields!(ChangePassword { current_password, new_password });

/// Changes one's own password
///
/// Every other session of the account ends at once; the one that asks goes on.
#[utoipa::path(
    put,
    path = "/api/v1/auth/me/password",
    tag = "auth",
    security(("bearer" = [])),
    request_body = ChangePassword,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 401, description = "`unauthenticated`, `token_expired`: a valid access token is needed.\n\
            `invalid_credentials`: the current password is wrong"),
        (status = 429, description = "`rate_limited`: too many wrong passwords; see `Retry-After`"),
    )
)]
pub(crate) async fn change_password(
    State(shop): State<AppState>,
    customer: Customer,
    caller: Caller,
    Json(ChangePassword { current_password, new_password }): Json<ChangePassword>,
) -> Result<StatusCode> {
    let user = prove_password(&shop, &customer, &caller, &current_password).await?;
    if shop.passwords.check(new_password.typed(), Some(user.password_hash.clone())).await? {
        return Err(Error::field("/new_password", Invalid::new("unchanged", "must differ from the current password")));
    }
    let hash = shop.passwords.hash(new_password).await?;
    let change = (&shop, &user, &hash, customer.session());
    let changed = transaction::run(&shop.database, change, |session, (shop, user, hash, kept)| {
        store(shop, session, user, hash, *kept).boxed()
    });
    changed.await?.map(|()| StatusCode::NO_CONTENT).ok_or(Error::InvalidCredentials)
}

/// Stores the new password and ends all sessions but one; `None` when another change was faster, so
/// that what was proved to be the password is it no more.
async fn store(
    shop: &AppState,
    session: &mut ClientSession,
    user: &UserDoc,
    hash: &PasswordHash,
    kept: SessionId,
) -> Result<Option<()>, mongodb::error::Error> {
    let version = shop.users.set_password(session, user.id, user.credentials_version, hash).await?;
    let Some(version) = version else { return Ok(None) };
    shop.sessions.end_all(session, user.id, Some((kept, version))).await.map(Some)
}
