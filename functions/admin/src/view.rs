//! Orders as administrators see them.

use ferrocart::db::orders::{Flag, OrderDoc};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::{RefundId, UserId};
use ferrocart::domain::money::{Amount, Currency, Money};
use ferrocart::domain::order::Actor;
use ferrocart::domain::refund::{Refund, RefundStatus};
use ferrocart::domain::text::{PersonName, RefundReason};
use ferrocart::domain::time::Timestamp;
use ferrocart::http::views::OrderView;
use ferrocart::{AppState, Result};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// An order with its customer, flags and refunds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminOrder)]
pub(crate) struct AdminOrderView {
    #[serde(flatten)]
    order: OrderView,
    /// The customer; null if the account was deleted.
    customer: Option<CustomerView>,
    /// What needs attention, such as a payment of another amount.
    flags: Vec<Flag>,
    /// Every refund, earliest first, including those made in Stripe's dashboard.
    refunds: Vec<RefundView>,
    /// The amount that can still be refunded: the payment without succeeded and pending refunds, and without what a
    /// dispute took.
    refundable_amount: Amount,
}

/// A refund.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(crate) struct RefundView {
    id: RefundId,
    amount: Amount,
    currency: Currency,
    /// The reason that was given for it.
    reason: Option<RefundReason>,
    /// `pending` until Stripe and the bank have confirmed it.
    status: RefundStatus,
    /// Stripe's code for the failure, or a description if there is no code.
    failure_reason: Option<String>,
    /// Whether the order was restocked with it.
    restocked: bool,
    /// Who made it: `stripe` for refunds made in Stripe's dashboard.
    by: Actor,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl RefundView {
    pub(crate) fn of(refund: Refund, currency: Currency) -> Self {
        Self {
            id: refund.id,
            amount: refund.amount.of(currency),
            currency,
            reason: refund.reason,
            status: refund.status,
            failure_reason: refund.failure,
            restocked: refund.restocked,
            by: refund.by,
            created_at: refund.created_at,
            updated_at: refund.updated_at,
        }
    }
}

/// Returns the amount of an order that can still be refunded.
pub(crate) fn refundable(order: &OrderDoc) -> Result<Money> {
    Ok(if order.payment.status.is_paid() { order.ledger().refundable()? } else { Money::ZERO })
}

/// The customer of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OrderCustomer)]
struct CustomerView {
    id: UserId,
    name: PersonName,
    email: Email,
}

/// The customers of the orders of a page.
pub(crate) struct Customers(HashMap<UserId, CustomerView>);

impl Customers {
    /// Reads the customers of these orders in one query.
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
    /// Renders one order.
    pub(crate) async fn of(shop: &AppState, order: OrderDoc) -> Result<Self> {
        let customers = Customers::of(shop, std::slice::from_ref(&order)).await?;
        Self::with(shop, order, &customers)
    }

    /// Renders an order of a page.
    pub(crate) fn with(shop: &AppState, order: OrderDoc, customers: &Customers) -> Result<Self> {
        let customer = customers.0.get(&order.user_id).cloned();
        let flags = order.flags.clone();
        let refunds =
            order.refunds.iter().map(|refund| RefundView::of(refund.clone(), order.paid_currency())).collect();
        let refundable_amount = refundable(&order)?.of(order.paid_currency());
        let order = OrderView::for_admin(order, shop.config.stripe.as_ref())?;
        Ok(Self { order, customer, flags, refunds, refundable_amount })
    }
}
