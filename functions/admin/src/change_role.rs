//! `PUT /admin/users/{id}`: makes or unmakes an administrator.

use crate::list_users::AdminUserView;
use axum::extract::State;
use ferrocart::auth::Admin;
use ferrocart::db::transaction;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::domain::id::UserId;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use futures_util::FutureExt;
use mongodb::ClientSession;
use utoipa::ToSchema;

/// What a user may do from now on.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangeRole {
    role: Role,
}

from_fields!(ChangeRole { role });

/// Makes or unmakes an administrator
///
/// A changed role ends the user's sessions at once. The last administrator stays one.
#[utoipa::path(
    put,
    path = "/api/v1/admin/users/{id}",
    tag = "admin",
    security(("bearer" = ["admin"])),
    params(("id" = UserId, Path, description = "The user")),
    request_body = ChangeRole,
    responses(
        (status = 200, description = "The account as it is now", body = AdminUserView),
        (status = 409, description = "`last_admin`: somebody has to run the shop"),
    )
)]
pub(crate) async fn change_role(
    State(shop): State<AppState>,
    admin: Admin,
    Path(id): Path<UserId>,
    Json(ChangeRole { role }): Json<ChangeRole>,
) -> Result<Json<AdminUserView>> {
    let change = (&shop, admin, id, role);
    let changed = transaction::run(&shop.database, change, |session, (shop, admin, id, role)| {
        change_in(shop, session, *admin, *id, *role).boxed()
    });
    match changed.await? {
        Changed::To(user) => {
            tracing::info!(user_id = %id, by = %admin.id(), role = role.as_str(), "a role was set");
            Ok(Json((*user).into()))
        }
        Changed::Gone => Err(Error::NotFound),
        Changed::LastAdmin => Err(Error::LastAdmin),
        Changed::Demoted => Err(Error::Forbidden),
    }
}

enum Changed {
    To(Box<UserDoc>),
    /// There is no such user.
    Gone,
    LastAdmin,
    /// Whoever asks is no administrator any more: somebody was faster.
    Demoted,
}

async fn change_in(
    shop: &AppState,
    session: &mut ClientSession,
    admin: Admin,
    id: UserId,
    role: Role,
) -> Result<Changed, mongodb::error::Error> {
    let asking = shop.users.get_in(session, admin.id()).await?;
    if asking.is_none_or(|user| user.role != Role::Admin) {
        return Ok(Changed::Demoted);
    }
    let user = match shop.users.get_in(session, id).await? {
        None => return Ok(Changed::Gone),
        Some(user) if user.role == role => return Ok(Changed::To(Box::new(user))),
        Some(user) => user,
    };
    if user.role == Role::Admin && !shop.users.has_admin_besides(session, id).await? {
        return Ok(Changed::LastAdmin);
    }
    let Some(changed) = shop.users.set_role(session, id, role).await? else { return Ok(Changed::Gone) };
    shop.sessions.end_all(session, id, None).await?;
    Ok(Changed::To(Box::new(changed)))
}
