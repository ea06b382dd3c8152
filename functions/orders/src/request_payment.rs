//! `POST /orders/{id}/payment`: returns how an unpaid order can be paid.

use axum::extract::State;
use ferrocart::checkout;
use ferrocart::domain::id::OrderId;
use ferrocart::http::views::PaymentView;
use ferrocart::http::{Json, OrderAccess, Path};
use ferrocart::{AppState, Result};

/// Returns the payment of one of the customer's own orders, or that of a guest
///
/// For use after a page reload or a declined card. It is always the same payment intent; if the order has none yet, it
/// is created. If Stripe refuses it for good, the order is cancelled, and `failure` has the reason.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/payment",
    tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "The payment; its `client_secret` is null when there is nothing to pay", body = PaymentView))
)]
pub(crate) async fn request_payment(
    State(shop): State<AppState>,
    access: OrderAccess,
    Path(id): Path<OrderId>,
) -> Result<Json<PaymentView>> {
    let order = access.order(&shop, id).await?;
    let order = checkout::request_payment(&shop, order).await?;
    Ok(Json(PaymentView::for_buyer(&order, shop.config.stripe.as_ref())))
}
