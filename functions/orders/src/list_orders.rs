//! `GET /orders`: lists the customer's orders.

use axum::extract::State;
use ferrocart::db::orders::{OrderDoc, OrderPosition};
use ferrocart::domain::id::OrderId;
use ferrocart::domain::money::{Amount, Currency};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Customer;
use ferrocart::http::{Cursor, Json, Limit, List, Paging, Query};
use ferrocart::{AppState, Result, from_parameters};
use serde::Serialize;
use utoipa::ToSchema;

/// The page to return.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListOrders {
    /// The number of items per page.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListOrders { limit = Limit::DEFAULT, cursor });

/// An order in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderSummary)]
pub(crate) struct OrderSummaryView {
    id: OrderId,
    #[schema(example = "FC-7K3M-Q9TD")]
    order_number: String,
    status: OrderStatus,
    total_amount: Amount,
    currency: Currency,
    created_at: Timestamp,
    /// The number of pieces.
    item_count: u32,
}

/// Lists the customer's own orders, latest first
///
/// Each item is a summary without the address. `GET /orders/{id}` returns the whole order.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    tag = "orders",
    params(ListOrders),
    responses((status = 200, description = "A page of orders", body = List<OrderSummaryView>))
)]
pub(crate) async fn list_orders(
    State(shop): State<AppState>,
    customer: Customer,
    Query(query): Query<ListOrders>,
) -> Result<Json<List<OrderSummaryView>>> {
    let paging = Paging::new(shop.cursors()?, "orders", &customer.id(), query.limit);
    let after: Option<OrderPosition> = paging.start(query.cursor)?;
    let orders = customer.orders(&shop).list(after.as_ref(), paging.rows()).await?;
    let page = paging.page(orders, OrderPosition::of, |order| Ok(OrderSummaryView::from(order)))?;
    Ok(Json(page))
}

impl From<OrderDoc> for OrderSummaryView {
    fn from(order: OrderDoc) -> Self {
        Self {
            id: order.id,
            order_number: order.order_number,
            status: order.status,
            total_amount: order.total_amount.of(order.currency),
            currency: order.currency,
            created_at: order.created_at,
            item_count: order.items.iter().map(|item| u32::from(item.quantity.get())).sum(),
        }
    }
}
