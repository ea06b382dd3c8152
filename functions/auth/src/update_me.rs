//! `PATCH /auth/me`: changes one's own name.

use crate::view::UserView;
use axum::extract::State;
use ferrocart::domain::text::PersonName;
use ferrocart::http::Customer;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// What can be changed of one's own account.
#[derive(Debug, ToSchema)]
pub(crate) struct UpdateMe {
    name: PersonName,
}

from_fields!(UpdateMe { name });

/// Changes one's own name
#[utoipa::path(
    patch,
    path = "/api/v1/auth/me",
    tag = "auth",
    request_body = UpdateMe,
    responses((status = 200, description = "The account as it is now", body = UserView))
)]
pub(crate) async fn update_me(
    State(shop): State<AppState>,
    customer: Customer,
    Json(request): Json<UpdateMe>,
) -> Result<Json<UserView>> {
    let user = shop.users.rename(customer.id(), &request.name).await?.ok_or(Error::Unauthenticated)?;
    Ok(Json(user.into()))
}
