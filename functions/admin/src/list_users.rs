//! `GET /admin/users`: who has an account.

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

/// Which users to show. Filters that are given together must all match.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListUsers {
    /// Those of this role.
    role: Option<Role>,
    /// The one with this e-mail address.
    #[param(value_type = Option<String>)]
    email: Option<Email>,
    /// How many to show at once.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListUsers { role, email, limit = Limit::DEFAULT, cursor });

/// An account, for those who run the shop: where people live is not their business until a parcel goes
/// there.
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

/// Lists all accounts, the latest first
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
    // `Debug` of an e-mail address hides it, and a cursor belongs to one.
    let scope = (role, email.as_ref().map(Email::as_str));
    let paging = Paging::new(&shop.cursors, "users", &scope, limit);
    let after: Option<UserPosition> = paging.start(cursor)?;
    let filter = UserFilter { role, email: email.clone() };
    let users = shop.users.list(&filter, after.as_ref(), paging.rows()).await?;
    Ok(Json(paging.page(users, UserPosition::of, |user| Ok(user.into()))?))
}
