//! `POST /orders/{id}/payment`: the way back to an unpaid order.

use crate::checkout::request_payment;
use axum::extract::State;
use ferrocart::auth::Customer;
use ferrocart::domain::id::OrderId;
use ferrocart::http::{Json, Path};
use ferrocart::show::PaymentView;
use ferrocart::{AppState, Error, Result};

/// Shows how to pay one's own order
///
/// after a reload or a failed card. It is the same payment intent each time, never a second one.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/payment",
    tag = "orders",
    security(("bearer" = [])),
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "The payment; its `client_secret` is null when there is nothing to pay", body = PaymentView))
)]
pub(crate) async fn pay_order(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<OrderId>,
) -> Result<Json<PaymentView>> {
    let order = shop.orders.of(&customer).get(id).await?.ok_or(Error::NotFound)?;
    let order = request_payment(&shop, order).await?;
    Ok(Json(PaymentView::for_buyer(&order, shop.config.stripe.as_ref())))
}
