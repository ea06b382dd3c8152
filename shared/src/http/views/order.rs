//! Orders in responses to their buyer and to administrators.

use super::{AddressView, options_by_name};
use crate::config::StripeConfig;
use crate::db::orders::{OrderDoc, OrderItem, PaymentDoc, StatusChange, Tracking};
use crate::domain::dispute::{DisputeStatus, DisputeSummary, summarize};
use crate::domain::id::{OrderId, ProductId, UserId};
use crate::domain::money::{Amount, Currency, Overflow};
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::{PaymentFailure, PaymentStatus};
use crate::domain::product_options::{OptionName, OptionValue};
use crate::domain::quantity::Quantity;
use crate::domain::sku::Sku;
use crate::domain::slug::Slug;
use crate::domain::text::{Label, ProductName};
use crate::domain::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An order with the names and prices at which it was placed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderView {
    id: OrderId,
    /// The number by which people refer to the order.
    #[schema(example = "FC-7K3M-Q9TD")]
    order_number: String,
    /// The account of the buyer; null while the order belongs to a guest.
    user_id: Option<UserId>,
    /// The id of Stripe's payment intent; null until it is created.
    transaction_id: Option<String>,
    status: OrderStatus,
    total_amount: Amount,
    currency: Currency,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// When the order is cancelled unless it is paid.
    expires_at: Timestamp,
    shipping_address: AddressView,
    items: Vec<OrderItemView>,
    payment: PaymentView,
    refunded_amount: Amount,
    tracking: Option<TrackingView>,
    status_history: Vec<StatusChangeView>,
    /// Whether the personal data of the buyer is erased, because the account was deleted.
    erased: bool,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderItem)]
struct OrderItemView {
    product_id: ProductId,
    name: ProductName,
    /// The slug that the product had when the order was placed; it still leads to the product.
    slug: Slug,
    /// The URL of the first image at that time.
    thumbnail: Option<String>,
    sku: Sku,
    size: Option<Label>,
    color: Option<Label>,
    /// The values of all options by their names, including size and colour.
    #[schema(value_type = BTreeMap<String, Label>)]
    options: BTreeMap<OptionName, OptionValue>,
    quantity: Quantity,
    price_per_unit: Amount,
    line_total: Amount,
}

/// The payment of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentView {
    /// Always `stripe`.
    provider: &'static str,
    /// The id of Stripe's payment intent; null until it is created.
    intent_id: Option<String>,
    /// The secret with which Stripe.js confirms the payment. Only the buyer receives it, and only while the order can
    /// be paid; otherwise null.
    client_secret: Option<String>,
    /// `processing` while a payment is under way that takes days, such as a bank debit.
    status: PaymentStatus,
    /// Why the last attempt to pay has failed, or why the order cannot be paid; null if there is no such reason.
    failure: Option<PaymentFailureView>,
    /// The dispute of the payment; null if it was never disputed.
    dispute: Option<DisputeView>,
    /// The key with which Stripe.js is initialized; null if Stripe is not configured.
    publishable_key: Option<String>,
    /// The URL of Stripe.js, which the page loads to pay; null if Stripe is not configured. It is that of a stand-in if the
    /// shop uses one.
    #[schema(format = "uri", example = "https://js.stripe.com/clover/stripe.js")]
    script_url: Option<String>,
}

/// Why a payment failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentFailure)]
struct PaymentFailureView {
    /// Stripe's code.
    #[schema(example = "card_declined")]
    code: String,
    /// Stripe's description.
    #[schema(example = "Your card was declined.")]
    message: String,
}

/// A dispute: the buyer's bank reclaims the payment. Several disputes are shown as one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dispute)]
struct DisputeView {
    /// `inquiry` while the bank only inquires, `open` until it decides, then `won` by the shop or `lost`.
    status: DisputeStatus,
    /// The amount that the bank has taken. It is not refundable.
    withheld_amount: Amount,
}

/// The tracking of a parcel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tracking)]
struct TrackingView {
    carrier: Label,
    number: Label,
    url: Option<String>,
}

/// A change of an order's status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusChange)]
struct StatusChangeView {
    status: OrderStatus,
    at: Timestamp,
    by: Actor,
}

impl OrderView {
    /// Renders an order for its buyer, including what is needed to pay it.
    pub fn for_buyer(order: OrderDoc, stripe: Option<&StripeConfig>) -> Result<Self, Overflow> {
        let payment = PaymentView::for_buyer(&order, stripe);
        Self::of(order, payment)
    }

    /// Renders an order for an administrator, without the client secret.
    pub fn for_admin(order: OrderDoc, stripe: Option<&StripeConfig>) -> Result<Self, Overflow> {
        let payment = PaymentView { client_secret: None, ..PaymentView::for_buyer(&order, stripe) };
        Self::of(order, payment)
    }

    fn of(order: OrderDoc, payment: PaymentView) -> Result<Self, Overflow> {
        let (currency, paid_currency) = (order.currency, order.paid_currency());
        let user_id = order.account();
        let items = order.items.into_iter().map(|item| OrderItemView::of(item, currency)).collect::<Result<_, _>>()?;
        Ok(Self {
            id: order.id,
            order_number: order.order_number,
            user_id,
            transaction_id: order.transaction_id,
            status: order.status,
            total_amount: order.total_amount.of(currency),
            currency,
            created_at: order.created_at,
            updated_at: order.updated_at,
            expires_at: order.expires_at,
            shipping_address: order.shipping_address.into(),
            items,
            payment,
            refunded_amount: order.refunded_amount.of(paid_currency),
            tracking: order.tracking.map(TrackingView::from),
            status_history: order.status_history.into_iter().map(StatusChangeView::from).collect(),
            erased: order.buyer_erased_at.is_some(),
        })
    }
}

impl PaymentView {
    /// Renders the payment of an order for its buyer.
    #[must_use]
    pub fn for_buyer(order: &OrderDoc, stripe: Option<&StripeConfig>) -> Self {
        let PaymentDoc { status, client_secret, idempotency_attempt: _, failure } = &order.payment;
        let payable = order.status == OrderStatus::Pending && status.is_payable();
        Self {
            provider: "stripe",
            intent_id: order.transaction_id.clone(),
            client_secret: client_secret.as_ref().filter(|_| payable).map(|secret| secret.expose().to_owned()),
            status: *status,
            failure: failure.clone().map(PaymentFailureView::from),
            dispute: summarize(&order.disputes).map(|summary| DisputeView::of(summary, order.paid_currency())),
            publishable_key: stripe.map(|stripe| stripe.publishable_key.clone()),
            script_url: stripe.map(StripeConfig::script_url),
        }
    }
}

impl From<PaymentFailure> for PaymentFailureView {
    fn from(PaymentFailure { code, message }: PaymentFailure) -> Self {
        Self { code, message }
    }
}

impl DisputeView {
    const fn of(DisputeSummary { status, withheld }: DisputeSummary, currency: Currency) -> Self {
        Self { status, withheld_amount: withheld.of(currency) }
    }
}

impl OrderItemView {
    fn of(item: OrderItem, currency: Currency) -> Result<Self, Overflow> {
        let line_total = item.priced().total()?.of(currency);
        let options = options_by_name(item.size.as_ref(), item.color.as_ref(), &item.options);
        let OrderItem { product_id, name, sku, slug, thumbnail, size, color, options: _, quantity, price_per_unit } =
            item;
        let (slug, price_per_unit) = (slug.unwrap_or_else(|| Slug::of_id(product_id)), price_per_unit.of(currency));
        Ok(Self { product_id, name, slug, thumbnail, sku, size, color, options, quantity, price_per_unit, line_total })
    }
}

impl From<Tracking> for TrackingView {
    fn from(Tracking { carrier, number, url }: Tracking) -> Self {
        Self { carrier, number, url }
    }
}

impl From<StatusChange> for StatusChangeView {
    fn from(StatusChange { status, at, by }: StatusChange) -> Self {
        Self { status, at, by }
    }
}
