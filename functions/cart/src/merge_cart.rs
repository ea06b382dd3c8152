//! `POST /cart/merge`: moves the lines of a guest's cart into the customer's.

use crate::view::CartView;
use axum::extract::State;
use ferrocart::auth::CartToken;
use ferrocart::checkout::{self, MergedCart};
use ferrocart::domain::cart_merge::{CartChange, ChangeReason, MergeMode};
use ferrocart::domain::sku::Sku;
use ferrocart::http::{Customer, Json};
use ferrocart::{AppState, Result, from_fields};
use serde::Serialize;
use utoipa::ToSchema;

/// The cart of a guest, and what happens to the lines of the customer's.
#[derive(Debug, ToSchema)]
pub(crate) struct MergeCart {
    /// The token of the guest's cart.
    cart_token: CartToken,
    mode: MergeMode,
}

from_fields!(MergeCart { cart_token, mode });

/// The customer's cart after a merge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MergedCart)]
pub(crate) struct MergedCartView {
    cart: CartView,
    /// The lines that the cart has with another quantity than requested, or not at all.
    changes: Vec<CartChangeView>,
}

/// A line that differs from the requested one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartChange)]
struct CartChangeView {
    sku: Sku,
    /// The quantity that the line should have had: with `sum`, that of both carts.
    requested: u32,
    /// The quantity that it has; 0 if the cart has no such line.
    kept: u32,
    /// `insufficient_stock`; `line_limit`: a line has at most 99 pieces; `cart_limit`: a cart has at most 50 lines;
    /// `unavailable`: it is not for sale.
    reason: ChangeReason,
}

/// Moves the lines of a guest's cart into the customer's
///
/// The guest's cart is empty afterwards, and its token remains valid. A repeated request moves nothing more, and returns the
/// same `changes`. A guest's cart without lines changes nothing. A login never merges carts.
#[utoipa::path(
    post,
    path = "/api/v1/cart/merge",
    tag = "cart",
    request_body = MergeCart,
    responses(
        (status = 200, description = "The customer's cart, and what differs from the requested lines", body = MergedCartView),
        (status = 404, description = "`cart_not_found`: no cart has this token"),
        (status = 409, description = "`idempotency_in_progress`: other requests change one of the carts; see `Retry-After`"),
    )
)]
pub(crate) async fn merge_cart(
    State(shop): State<AppState>,
    customer: Customer,
    Json(MergeCart { cart_token, mode }): Json<MergeCart>,
) -> Result<Json<MergedCartView>> {
    let MergedCart { cart, changes } = checkout::merge_carts(&shop, customer.id(), &cart_token.hash(), mode).await?;
    let changes = changes.into_iter().map(CartChangeView::from).collect();
    Ok(Json(MergedCartView { cart: CartView::of(&shop, cart).await?, changes }))
}

impl From<CartChange> for CartChangeView {
    fn from(CartChange { sku, requested, kept, reason }: CartChange) -> Self {
        Self { sku, requested, kept, reason }
    }
}
