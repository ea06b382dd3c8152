//! `GET /admin/users`: lists accounts.

use axum::extract::State;
use ferrocart::db::users::{Role, UserDoc, UserFilter, UserPosition};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::UserId;
use ferrocart::domain::text::PersonName;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Admin;
use ferrocart::http::{Cursor, Json, Limit, List, Paging, Query};
use ferrocart::{AppState, Result, from_parameters};
use serde::Serialize;
use utoipa::ToSchema;

/// The filters, all of which must match, and the page.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListUsers {
    /// Users with this role.
    role: Option<Role>,
    /// The user with this e-mail address.
    #[param(value_type = Option<String>)]
    email: Option<Email>,
    /// The number of items per page.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListUsers { role, email, limit = Limit::DEFAULT, cursor });

/// An account as administrators see it, without addresses: those are part of orders.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminUser)]
pub(crate) struct AdminUserView {
    id: UserId,
    name: PersonName,
    email: Email,
    role: Role,
    created_at: Timestamp,
}

impl From<UserDoc> for AdminUserView {
    fn from(UserDoc { id, name, email, role, created_at, .. }: UserDoc) -> Self {
        Self { id, name, email, role, created_at }
    }
}

/// Lists all accounts, latest first
///
/// Both roles are listed, without addresses. Deleted accounts are not.
#[utoipa::path(
    get,
    path = "/api/v1/admin/users",
    tag = "admin",
    params(ListUsers),
    responses((status = 200, description = "A page of accounts", body = List<AdminUserView>))
)]
pub(crate) async fn list_users(
    State(shop): State<AppState>,
    _: Admin,
    Query(ListUsers { role, email, limit, cursor }): Query<ListUsers>,
) -> Result<Json<List<AdminUserView>>> {
    // The cursor is bound to the filters, and `Debug` of an e-mail address hides it.
    let scope = (role, email.as_ref().map(Email::as_str));
    let paging = Paging::new(shop.cursors()?, "users", &scope, limit);
    let after: Option<UserPosition> = paging.start(cursor)?;
    let filter = UserFilter { role, email: email.clone() };
    let users = shop.users.list(&filter, after.as_ref(), paging.rows()).await?;
    Ok(Json(paging.page(users, UserPosition::of, |user| Ok(user.into()))?))
}
