//! `GET /admin/orders/{id}`: returns any order.

use crate::view::AdminOrderView;
use axum::extract::State;
use ferrocart::domain::id::OrderId;
use ferrocart::http::Admin;
use ferrocart::http::{Json, Path};
use ferrocart::{AppState, Error, Result};

/// Returns any order with its customer
///
/// The response contains the customer's account, the payment and its refunds, and the flags that need attention.
#[utoipa::path(
    get,
    path = "/api/v1/admin/orders/{id}",
    tag = "admin",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "The order", body = AdminOrderView))
)]
pub(crate) async fn get_any_order(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<OrderId>,
) -> Result<Json<AdminOrderView>> {
    let order = shop.orders.get(id).await?.ok_or(Error::NotFound)?;
    Ok(Json(AdminOrderView::of(&shop, order).await?))
}
