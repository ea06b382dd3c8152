//! `POST /orders/{id}/cancel`: gives an unpaid order up.

use axum::extract::State;
use ferrocart::auth::Customer;
use ferrocart::checkout::cancel;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::order::Actor;
use ferrocart::http::{Json, Path};
use ferrocart::show::OrderView;
use ferrocart::{AppState, Error, Result};

/// Cancels one's own order while it is unpaid
///
/// Its payment intent is cancelled, and its stock goes back.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/cancel",
    tag = "orders",
    security(("bearer" = [])),
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The cancelled order", body = OrderView),
        (status = 409, description = "`invalid_transition`: the order is paid, or cancelled already"),
    )
)]
pub(crate) async fn cancel_order(
    State(shop): State<AppState>,
    customer: Customer,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>> {
    let order = shop.orders.of(&customer).get(id).await?.ok_or(Error::NotFound)?;
    let cancelled = cancel(&shop, &order, Actor::Customer).await?;
    Ok(Json(OrderView::for_buyer(cancelled, shop.config.stripe.as_ref())?))
}
