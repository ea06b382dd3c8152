//! `POST /auth/me/addresses`: stores an address.

use crate::view::StoredAddressView;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::db::new_id;
use ferrocart::db::users::{MAX_ADDRESSES, StoredAddress};
use ferrocart::domain::address::Address;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::Customer;
use ferrocart::http::Json;
use ferrocart::{AppState, Error, Result};

/// Stores an address
///
/// An account holds at most 20.
#[utoipa::path(
    post,
    path = "/api/v1/auth/me/addresses",
    tag = "auth",
    request_body = Address,
    responses((status = 201, description = "The address with its id", body = StoredAddressView))
)]
pub(crate) async fn add_address(
    State(shop): State<AppState>,
    customer: Customer,
    Json(address): Json<Address>,
) -> Result<(StatusCode, Json<StoredAddressView>)> {
    let address = StoredAddress { id: new_id(), address };
    if shop.users.add_address(customer.id(), &address).await?.is_some() {
        return Ok((StatusCode::CREATED, Json(address.into())));
    }
    match shop.users.get(customer.id()).await? {
        Some(_) => {
            let message = format!("an account holds at most {MAX_ADDRESSES} addresses");
            Err(Error::field("", ValidationError::new("too_many", message)))
        }
        None => Err(Error::Unauthenticated),
    }
}
