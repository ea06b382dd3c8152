//! `GET /orders/{id}`: returns an order.

use axum::extract::State;
use ferrocart::domain::id::OrderId;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Json, OrderAccess, Path};
use ferrocart::{AppState, Result};

/// Returns one of the customer's own orders, or that of a guest
///
/// The order has the names and prices at which it was placed, and the state of its payment. Orders of others are not
/// found. A guest sends the order's token in the header `Order-Token`.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "The order with the names and prices at which it was placed", body = OrderView))
)]
pub(crate) async fn get_order(
    State(shop): State<AppState>,
    access: OrderAccess,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>> {
    let order = access.order(&shop, id).await?;
    Ok(Json(OrderView::for_buyer(order, shop.config.stripe.as_ref())?))
}
