//! `GET /orders/{id}`: returns an order.

use axum::extract::State;
use ferrocart::domain::id::OrderId;
use ferrocart::http::Customer;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result};

/// Returns one of the customer's own orders
///
/// The order has the names and prices at which it was placed, and the state of its payment. Orders of other customers are not
/// found.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "The order with the names and prices at which it was placed", body = OrderView))
)]
pub(crate) async fn get_order(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>> {
    let order = customer.orders(&shop).get(id).await?.ok_or(Error::NotFound)?;
    Ok(Json(OrderView::for_buyer(order, shop.config.stripe.as_ref())?))
}
