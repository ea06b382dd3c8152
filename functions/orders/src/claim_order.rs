//! `POST /orders/{id}/claim`: makes an order of a guest that of an account.

use axum::extract::State;
use ferrocart::auth::OrderToken;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::id::OrderId;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Customer, Json, Path};
use ferrocart::{AppState, Error, Result, from_fields};
use utoipa::ToSchema;

/// The token of the order.
#[derive(Debug, ToSchema)]
pub(crate) struct ClaimOrder {
    order_token: OrderToken,
}

from_fields!(ClaimOrder { order_token });

/// Makes an order of a guest that of the account
///
/// The order's token ends: from then on only the account opens the order. A repeated request has no further effect.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/claim",
    tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = ClaimOrder,
    responses((status = 200, description = "The order, which belongs to the account now", body = OrderView))
)]
pub(crate) async fn claim_order(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<OrderId>,
    Json(ClaimOrder { order_token }): Json<ClaimOrder>,
) -> Result<Json<OrderView>> {
    let order = shop.orders.get(id).await?.ok_or(Error::NotFound)?;
    let is_owner = |order: &OrderDoc| order.account() == Some(customer.id());
    let order = if is_owner(&order) {
        order
    } else if shop.order_tokens()?.verify(&order, &order_token, shop.now()) {
        match shop.orders.claim(&order, customer.id(), shop.now()).await? {
            Some(claimed) => claimed,
            // A concurrent request has claimed it, perhaps one of the same customer.
            None => shop.orders.get(id).await?.filter(|order| is_owner(order)).ok_or(Error::NotFound)?,
        }
    } else {
        return Err(Error::NotFound);
    };
    Ok(Json(OrderView::for_buyer(order, shop.config.stripe.as_ref())?))
}
