//! `POST /orders/{id}/cancel`: cancels an unpaid order.

use axum::extract::State;
use ferrocart::checkout;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::Actor;
use ferrocart::http::views::OrderView;
use ferrocart::http::{Json, OrderAccess, Path};
use ferrocart::{AppState, Result};

/// Cancels an unpaid order of the customer, or that of a guest
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
    access: OrderAccess,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>> {
    let order = access.order(&shop, id).await?;
    let cancelled = checkout::cancel_order(&shop, &order, Actor::Customer).await?;
    Ok(Json(OrderView::for_buyer(cancelled, shop.config.stripe.as_ref())?))
}
