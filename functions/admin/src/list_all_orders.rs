//! `GET /admin/orders`: every order.

use crate::view::{AdminOrderView, Customers};
use axum::extract::State;
use ferrocart::db::orders::{OrderFilter, OrderPosition};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::UserId;
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::text::Label;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Admin;
use ferrocart::http::{Cursor, Json, Limit, List, Paging, Query};
use ferrocart::{AppState, Result, from_parameters};

/// Which orders to show. Filters that are given together must all match.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListAllOrders {
    /// Those in this state, which is read in any case.
    status: Option<OrderStatus>,
    /// Those of this buyer.
    user_id: Option<UserId>,
    /// Those of the buyer with this e-mail address.
    #[param(value_type = Option<String>)]
    email: Option<Email>,
    /// The one with this number, which is read in any case.
    #[param(value_type = Option<String>, example = "FC-7K3M-Q9TD")]
    order_number: Option<Label>,
    /// Those placed at this moment or later.
    from: Option<Timestamp>,
    /// Those placed before this moment.
    to: Option<Timestamp>,
    /// How many to show at once.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

from_parameters!(ListAllOrders { status, user_id, email, order_number, from, to, limit = Limit::DEFAULT, cursor });

/// Lists all orders, the latest first
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
    let paging = Paging::new(&shop.cursors, "all orders", &filter, limit);
    let after: Option<OrderPosition> = paging.start(cursor)?;
    let orders = shop.orders.list(&filter, after.as_ref(), paging.rows()).await?;
    let customers = Customers::of(&shop, &orders).await?;
    Ok(Json(paging.page(orders, OrderPosition::of, |order| AdminOrderView::with(&shop, order, &customers))?))
}

/// What to look for; `None` when no order can match, because nobody has the e-mail address, or
/// somebody else.
async fn filter(shop: &AppState, query: ListAllOrders) -> Result<Option<OrderFilter>> {
    let mut user_id = query.user_id;
    if let Some(email) = &query.email {
        match shop.users.by_email(email).await? {
            Some(user) if user_id.is_none_or(|id| id == user.id) => user_id = Some(user.id),
            _ => return Ok(None),
        }
    }
    let order_number = query.order_number.map(|number| number.as_str().to_ascii_uppercase());
    Ok(Some(OrderFilter { status: query.status, user_id, order_number, from: query.from, to: query.to }))
}
