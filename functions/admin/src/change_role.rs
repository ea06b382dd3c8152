//! `PUT /admin/users/{id}`: changes the role of a user.

use crate::list_users::AdminUserView;
use axum::extract::State;
use ferrocart::db::transaction;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::domain::id::UserId;
use ferrocart::http::{Admin, Json, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// The new role of a user.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangeRole {
    role: Role,
}

from_fields!(ChangeRole { role });

/// Changes the role of a user
///
/// A changed role ends all sessions of the user at once. The last administrator cannot be demoted.
#[utoipa::path(
    put,
    path = "/api/v1/admin/users/{id}",
    tag = "admin",
    params(("id" = UserId, Path, description = "The user")),
    request_body = ChangeRole,
    responses(
        (status = 200, description = "The updated account", body = AdminUserView),
        (status = 409, description = "`last_admin`: the shop needs an administrator"),
    )
)]
pub(crate) async fn change_role(
    State(shop): State<AppState>,
    admin: Admin,
    Path(id): Path<UserId>,
    Json(ChangeRole { role }): Json<ChangeRole>,
) -> Result<Json<AdminUserView>> {
    let context = (&shop, admin, id, role);
    let user = transaction::run(&shop.database, context, |session, &(shop, admin, id, role)| {
        change_role_in(shop, session, admin, id, role).boxed()
    });
    let user = user.await?;
    tracing::info!(user_id = %id, by = %admin.id(), role = role.as_str(), "changed the role of a user");
    Ok(Json(user.into()))
}

async fn change_role_in(
    shop: &AppState,
    session: &mut ClientSession,
    admin: Admin,
    id: UserId,
    role: Role,
) -> Result<UserDoc> {
    // A concurrent request may have demoted the caller.
    let caller = shop.users.get_in(session, admin.id()).await?;
    if caller.is_none_or(|caller| caller.role != Role::Admin) {
        return Err(Error::Forbidden);
    }
    let user = shop.users.get_in(session, id).await?.ok_or(Error::NotFound)?;
    if user.role == role {
        return Ok(user);
    }
    if user.role == Role::Admin && !shop.users.has_other_admin(session, id).await? {
        return Err(Error::LastAdmin);
    }
    let changed = shop.users.set_role(session, &shop.account_mails, id, role, shop.now()).await?;
    let user = changed.ok_or(Error::NotFound)?;
    shop.sessions.end_all(session, id, None).await?;
    Ok(user)
}
