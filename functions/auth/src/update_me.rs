//! `PATCH /auth/me`: changes the user's name.

use crate::view::UserView;
use axum::extract::State;
use ferrocart::domain::text::PersonName;
use ferrocart::http::Customer;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The changeable part of an account.
#[derive(Debug, ToSchema)]
pub(crate) struct UpdateMe {
    name: PersonName,
}

from_fields!(UpdateMe { name });

/// Changes the user's name
///
/// Only the name can be changed here. `PUT /auth/me/password` changes the password.
#[utoipa::path(
    patch,
    path = "/api/v1/auth/me",
    tag = "auth",
    request_body = UpdateMe,
    responses((status = 200, description = "The updated account", body = UserView))
)]
pub(crate) async fn update_me(
    State(shop): State<AppState>,
    customer: Customer,
    Json(request): Json<UpdateMe>,
) -> Result<Json<UserView>> {
    let user = shop.users.rename(customer.id(), &request.name).await?.ok_or(Error::Unauthenticated)?;
    Ok(Json(user.into()))
}
