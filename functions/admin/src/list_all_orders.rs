//! `GET /admin/orders`: lists all orders.

use crate::view::{AdminOrderView, Customers};
use axum::extract::State;
use ferrocart::db::orders::{Flag, OrderFilter, OrderPosition};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::UserId;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::text::Label;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Admin;
use ferrocart::http::{Cursor, Json, Limit, List, Paging, Query};
use ferrocart::{AppState, Result, from_parameters};

/// The filters, all of which must match, and the page.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAllOrders {
    /// Orders with this status; letter case is ignored.
    status: Option<OrderStatus>,
    /// Orders of this customer.
    user_id: Option<UserId>,
    /// Orders of the customer with this e-mail address, and those that guests with this address have placed.
    #[param(value_type = Option<String>)]
    email: Option<Email>,
    /// The order with this number; letter case is ignored.
    #[param(value_type = Option<String>, example = "FC-7K3M-Q9TD")]
    order_number: Option<Label>,
    /// Orders with this flag.
    flag: Option<Flag>,
    /// Orders whose payment has this status.
    payment_status: Option<PaymentStatus>,
    /// Orders with a line of this SKU.
    #[param(value_type = Option<String>)]
    sku: Option<Sku>,
    /// Orders placed at or after this time.
    from: Option<Timestamp>,
    /// Orders placed before this time.
    to: Option<Timestamp>,
    /// The number of items per page.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    pub(crate) limit: Limit,
    /// `next_cursor` of the previous page.
    #[param(value_type = Option<String>)]
    pub(crate) cursor: Option<Cursor>,
}

from_parameters!(ListAllOrders {
    status,
    user_id,
    email,
    order_number,
    flag,
    payment_status,
    sku,
    from,
    to,
    limit = Limit::DEFAULT,
    cursor
});

/// Lists all orders, latest first
///
/// The list contains the orders of all customers. All filters can be combined. A table of orders needs only their summaries:
/// `GET /admin/orders/summaries`.
#[utoipa::path(
    get,
    path = "/api/v1/admin/orders",
    tag = "admin",
    params(ListAllOrders),
    responses((status = 200, description = "A page of orders", body = List<AdminOrderView>))
)]
pub(crate) async fn list_all_orders(
    State(shop): State<AppState>,
    _: Admin,
    Query(query): Query<ListAllOrders>,
) -> Result<Json<List<AdminOrderView>>> {
    let (limit, cursor) = (query.limit, query.cursor.clone());
    let Some(filter) = filter(&shop, query).await? else {
        return Ok(Json(List { items: Vec::new(), next_cursor: None }));
    };
    let paging = Paging::new(shop.cursors()?, "all orders", &filter, limit);
    let after: Option<OrderPosition> = paging.start(cursor)?;
    let orders = shop.orders.list(&filter, after.as_ref(), paging.rows()).await?;
    let customers = Customers::of(&shop, orders.iter().map(|order| order.user_id)).await?;
    Ok(Json(paging.page(orders, OrderPosition::of, |order| AdminOrderView::with(&shop, order, &customers))?))
}

/// Returns the filter; `None` when no order can match, because the e-mail address is not that of the customer `user_id`.
pub(crate) async fn filter(shop: &AppState, query: ListAllOrders) -> Result<Option<OrderFilter>> {
    let ListAllOrders { status, mut user_id, email, order_number, flag, payment_status, sku, from, to, .. } = query;
    let mut guest_email = None;
    if let Some(email) = email {
        let owner = shop.users.by_email(&email).await?.map(|user| user.id);
        if user_id.is_none() {
            (user_id, guest_email) = (owner, Some(email.as_str().to_owned()));
        } else if user_id != owner {
            return Ok(None);
        }
    }
    let order_number = order_number.map(|number| number.as_str().to_ascii_uppercase());
    Ok(Some(OrderFilter { status, user_id, guest_email, order_number, flag, payment_status, sku, from, to }))
}
