//! `POST /orders/{id}/cancel`: cancels an unpaid order.

use axum::extract::State;
use ferrocart::checkout;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::Actor;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Customer, Json, Path};
use ferrocart::{AppState, Error, Result};

/// Cancels one of the customer's own orders while it is unpaid
///
/// The payment intent is cancelled and the stock is released.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/cancel",
    tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The cancelled order", body = OrderView),
        (status = 409, description = "`invalid_transition`: the order is paid or already cancelled. \
            `payment_processing`: a payment is under way that takes days, such as a bank debit"),
    )
)]
pub(crate) async fn cancel_order(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>> {
    let order = customer.orders(&shop).get(id).await?.ok_or(Error::NotFound)?;
    let cancelled = checkout::cancel_order(&shop, &order, Actor::Customer).await?;
    Ok(Json(OrderView::for_buyer(cancelled, shop.config.stripe.as_ref())?))
}
