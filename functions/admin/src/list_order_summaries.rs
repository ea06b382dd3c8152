//! `GET /admin/orders/summaries`: lists the summaries of all orders.

use crate::list_all_orders::{ListAllOrders, filter};
use crate::view::{Customers, OrderSummaryView};
use axum::extract::State;
use ferrocart::db::orders::OrderPosition;
use ferrocart::http::{Admin, Json, List, Paging, Query};
use ferrocart::{AppState, Result};

/// Lists the summaries of all orders, latest first
///
/// Filters and order are those of `GET /admin/orders`. A summary is a third as long as an order or less, and what a table of
/// orders shows.
#[utoipa::path(
    get,
    path = "/api/v1/admin/orders/summaries",
    tag = "admin",
    params(ListAllOrders),
    responses((status = 200, description = "A page of summaries", body = List<OrderSummaryView>))
)]
pub(crate) async fn list_order_summaries(
    State(shop): State<AppState>,
    _: Admin,
    Query(query): Query<ListAllOrders>,
) -> Result<Json<List<OrderSummaryView>>> {
    let (limit, cursor) = (query.limit, query.cursor.clone());
    let Some(filter) = filter(&shop, query).await? else {
        return Ok(Json(List { items: Vec::new(), next_cursor: None }));
    };
    let paging = Paging::new(shop.cursors()?, "order summaries", &filter, limit);
    let after: Option<OrderPosition> = paging.start(cursor)?;
    let orders = shop.orders.list_summaries(&filter, after.as_ref(), paging.rows()).await?;
    let customers = Customers::of(&shop, orders.iter().map(|order| order.user_id)).await?;
    Ok(Json(paging.page(orders, OrderPosition::of_summary, |order| Ok(OrderSummaryView::with(order, &customers)))?))
}
