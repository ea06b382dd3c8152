//! `GET /auth/me`: returns the account.

use crate::view::UserView;
use axum::extract::State;
use ferrocart::http::Customer;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result};

/// Returns the account
///
/// The response contains the profile, the role and the stored addresses of the user of the access token.
#[utoipa::path(
    get,
    path = "/api/v1/auth/me",
    tag = "auth",
    responses((status = 200, description = "The account", body = UserView))
)]
pub(crate) async fn get_me(State(shop): State<AppState>, customer: Customer) -> Result<Json<UserView>> {
    // A token outlives a deleted account.
    let user = shop.users.get(customer.id()).await?.ok_or(Error::Unauthenticated)?;
    Ok(Json(user.into()))
}
