//! An order as an administrator sees it: with who bought it.

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
    /// Every refund, the earliest first; also those made at Stripe by hand.
    refunds: Vec<RefundView>,
    /// What can still be refunded: what was paid, without what went back and what is about to.
    refundable_amount: Amount,
}

/// Money that goes back to a buyer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(crate) struct RefundView {
    id: RefundId,
    amount: Amount,
    currency: Currency,
    /// Why, as whoever sent it has said.
    reason: Option<RefundReason>,
    /// `pending` until Stripe and the bank have confirmed it.
    status: RefundStatus,
    /// Why it failed, in Stripe's words.
    failure_reason: Option<String>,
    /// Whether the goods of the order went back into stock with it.
    restocked: bool,
    /// Who sent it: `stripe`, when it was made there by hand.
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

/// What of an order can still be refunded.
pub(crate) fn refundable(order: &OrderDoc) -> Result<Money> {
    Ok(if order.payment.status.is_paid() { order.ledger().refundable()? } else { Money::ZERO })
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
        let refunds =
            order.refunds.iter().map(|refund| RefundView::of(refund.clone(), order.paid_currency())).collect();
        let refundable_amount = refundable(&order)?.of(order.paid_currency());
        let order = OrderView::for_admin(order, shop.config.stripe.as_ref())?;
        Ok(Self { order, customer, flags, refunds, refundable_amount })
    }
}
