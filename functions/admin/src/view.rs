//! An order as an administrator sees it: with who bought it.

use ferrocart::db::orders::{Flag, OrderDoc};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::UserId;
use ferrocart::domain::text::PersonName;
use ferrocart::show::OrderView;
use ferrocart::{AppState, Result};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// An order, who bought it, and what is odd about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminOrder)]
pub(crate) struct AdminOrderView {
    #[serde(flatten)]
    order: OrderView,
    /// Who bought; null when the account is gone.
    customer: Option<CustomerView>,
    /// What somebody has to look at, such as a payment of another amount.
    flags: Vec<Flag>,
}

/// Who bought.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrderCustomer)]
struct CustomerView {
    id: UserId,
    name: PersonName,
    email: Email,
}

/// Who bought the orders of a page, read at once.
pub(crate) struct Customers(HashMap<UserId, CustomerView>);

impl Customers {
    /// Reads who bought these orders.
    pub(crate) async fn of(shop: &AppState, orders: &[OrderDoc]) -> Result<Self> {
        let ids: BTreeSet<UserId> = orders.iter().map(|order| order.user_id).collect();
        if ids.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let users = shop.users.by_ids(ids.into_iter().collect()).await?;
        let view = |user: ferrocart::db::users::UserDoc| {
            (user.id, CustomerView { id: user.id, name: user.name, email: user.email })
        };
        Ok(Self(users.into_iter().map(view).collect()))
    }
}

impl AdminOrderView {
    /// Shows one order.
    pub(crate) async fn of(shop: &AppState, order: OrderDoc) -> Result<Self> {
        let customers = Customers::of(shop, std::slice::from_ref(&order)).await?;
        Self::with(shop, order, &customers)
    }

    /// Shows an order of a page.
    pub(crate) fn with(shop: &AppState, order: OrderDoc, customers: &Customers) -> Result<Self> {
        let customer = customers.0.get(&order.user_id).cloned();
        let flags = order.flags.clone();
        Ok(Self { flags, order: OrderView::for_admin(order, shop.config.stripe.as_ref())?, customer })
    }
}
