//! `POST /carts`: creates a cart for a guest.

use crate::view::CartView;
use axum::extract::State;
use axum::http::StatusCode;
use ferrocart::auth::{CartToken, ThrottledAction};
use ferrocart::http::{Caller, Json};
use ferrocart::{AppState, Result};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

/// A new cart with its token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GuestCart)]
pub(crate) struct GuestCartView {
    /// The token, for the header `Cart-Token`. No other response has it.
    #[schema(value_type = CartToken)]
    cart_token: String,
    cart: CartView,
}

/// Creates a cart for a guest
///
/// The token in the response opens the cart without an account: requests send it in the header `Cart-Token`. A cart that is
/// unused for 30 days is removed.
#[utoipa::path(
    post,
    path = "/api/v1/carts",
    tag = "cart",
    responses(
        (status = 201, description = "The empty cart and its token", body = GuestCartView),
        (status = 429, description = "`rate_limited`: too many carts from one address; see `Retry-After`"),
    )
)]
pub(crate) async fn create_cart(
    State(shop): State<AppState>,
    caller: Caller,
) -> Result<(StatusCode, Json<GuestCartView>)> {
    drop(caller.throttle(&shop, ThrottledAction::CreateCart).await?);
    let token = CartToken::generate()?;
    let cart = shop.carts.insert_for_guest(token.hash(), shop.now()).await?;
    let cart = CartView::beside(&shop, Some((cart, Vec::new())))?;
    Ok((StatusCode::CREATED, Json(GuestCartView { cart_token: token.text().expose_secret().to_owned(), cart })))
}
