//! `GET /admin/orders/{id}/mails`: lists the mails about an order.

use crate::view::MailView;
use axum::extract::State;
use ferrocart::domain::id::OrderId;
use ferrocart::http::Admin;
use ferrocart::http::{Json, List, Path};
use ferrocart::{AppState, Error, Result};

/// Lists the mails about an order
///
/// The mails are in the order in which they became due. All of them are on one page. There are none in a shop that sends no mail, and
/// none about an order whose personal data is erased.
#[utoipa::path(
    get,
    path = "/api/v1/admin/orders/{id}/mails",
    tag = "admin",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "The mails", body = List<MailView>))
)]
pub(crate) async fn list_order_mails(
    State(shop): State<AppState>,
    _: Admin,
    Path(id): Path<OrderId>,
) -> Result<Json<List<MailView>>> {
    let order = shop.orders.get(id).await?.ok_or(Error::NotFound)?;
    let items = order.notifications.into_iter().map(MailView::from).collect();
    Ok(Json(List { items, next_cursor: None }))
}
