//! Orders as administrators see them.

use ferrocart::db::orders::{Flag, Guest, OrderDoc, OrderSummaryDoc};
use ferrocart::domain::email::Email;
use ferrocart::domain::id::{NotificationId, OrderId, RefundId, UserId};
use ferrocart::domain::money::{Amount, Currency, Money};
use ferrocart::domain::notification::{Notification, NotificationKind, NotificationReason, NotificationState};
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
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
    /// The customer; null if the account was deleted, or a guest owns the order.
    customer: Option<CustomerView>,
    /// The e-mail address of the guest who owns the order; null if an account does.
    guest_email: Option<Email>,
    /// What needs attention, such as a payment of another amount.
    flags: Vec<Flag>,
    /// Every refund, earliest first, including those made in Stripe's dashboard.
    refunds: Vec<RefundView>,
    /// The amount that can still be refunded: the payment without succeeded and pending refunds, and without what a
    /// dispute took.
    refundable_amount: Amount,
}

/// An order in a table of orders.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminOrderSummary)]
pub(crate) struct OrderSummaryView {
    id: OrderId,
    /// The number by which people refer to the order.
    #[schema(example = "FC-7K3M-Q9TD")]
    order_number: String,
    status: OrderStatus,
    /// The status of the payment.
    payment_status: PaymentStatus,
    total_amount: Amount,
    currency: Currency,
    /// The number of pieces of all lines.
    item_count: u32,
    /// The customer; null if the account was deleted, or a guest owns the order.
    customer: Option<CustomerView>,
    /// The e-mail address of the guest who owns the order; null if an account does.
    guest_email: Option<Email>,
    /// What needs attention, such as a payment of another amount.
    flags: Vec<Flag>,
    created_at: Timestamp,
    updated_at: Timestamp,
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

/// A mail about an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderMail)]
pub(crate) struct MailView {
    id: NotificationId,
    /// What it is about.
    kind: NotificationKind,
    /// `due` and `sending` until it has ended as `sent`, `failed` or `suppressed`.
    state: NotificationState,
    /// Why it was not sent; null otherwise.
    reason: Option<NotificationReason>,
    /// The number of attempts to send it.
    attempts: i64,
    created_at: Timestamp,
    /// When the next attempt is due; null once it has ended.
    due_at: Option<Timestamp>,
    /// When it was sent, failed or was suppressed; null before.
    ended_at: Option<Timestamp>,
}

impl From<Notification> for MailView {
    fn from(notification: Notification) -> Self {
        let Notification { id, kind, state, reason, attempts, created_at, due_at, ended_at, .. } = notification;
        Self { id, kind, state, reason, attempts, created_at, due_at, ended_at }
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
    /// Reads these customers in one query.
    pub(crate) async fn of(shop: &AppState, buyers: impl Iterator<Item = UserId>) -> Result<Self> {
        let ids: BTreeSet<UserId> = buyers.collect();
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

impl OrderSummaryView {
    /// Renders the summary of an order.
    pub(crate) fn with(order: OrderSummaryDoc, customers: &Customers) -> Self {
        Self {
            customer: customers.0.get(&order.user_id).cloned(),
            guest_email: order.guest.as_ref().and_then(Guest::current_email).cloned(),
            payment_status: order.payment_status(),
            item_count: order.piece_count(),
            id: order.id,
            order_number: order.order_number,
            status: order.status,
            total_amount: order.total_amount.of(order.currency),
            currency: order.currency,
            flags: order.flags,
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

impl AdminOrderView {
    /// Renders one order.
    pub(crate) async fn of(shop: &AppState, order: OrderDoc) -> Result<Self> {
        let customers = Customers::of(shop, std::iter::once(order.user_id)).await?;
        Self::with(shop, order, &customers)
    }

    /// Renders an order of a page.
    pub(crate) fn with(shop: &AppState, order: OrderDoc, customers: &Customers) -> Result<Self> {
        let customer = customers.0.get(&order.user_id).cloned();
        let guest_email = order.guest_email().cloned();
        let flags = order.flags.clone();
        let refunds =
            order.refunds.iter().map(|refund| RefundView::of(refund.clone(), order.paid_currency())).collect();
        let refundable_amount = refundable(&order)?.of(order.paid_currency());
        let order = OrderView::for_admin(order, shop.config.stripe.as_ref())?;
        Ok(Self { order, customer, guest_email, flags, refunds, refundable_amount })
    }
}
