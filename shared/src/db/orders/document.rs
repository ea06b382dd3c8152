//! The document of an order, and what follows from it.

use super::{Flag, Guest};
use crate::db::products::ProductDoc;
use crate::domain::address::Address;
use crate::domain::cart::PricedLine;
use crate::domain::dispute::{self, Dispute};
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::money::{Currency, Money, Overflow};
use crate::domain::notification::Notification;
use crate::domain::order::{Actor, OrderStatus, ShippingBlock};
use crate::domain::payment::{ClientSecret, PaymentFailure, PaymentStatus};
use crate::domain::product::Variant;
use crate::domain::product_options::VariantOption;
use crate::domain::quantity::Quantity;
use crate::domain::refund::{Ledger, Refund};
use crate::domain::sku::{Sku, SkuQuantity};
use crate::domain::slug::Slug;
use crate::domain::text::{Label, ProductName};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// An order as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderDoc {
    /// The id.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// The order number that buyers and support refer to.
    pub order_number: String,
    /// The buyer: an account, or a guest, who has an id under which no account exists.
    pub user_id: UserId,
    /// The guest who has placed the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<Guest>,
    /// The id of the payment intent at Stripe, if there is one.
    pub transaction_id: Option<String>,
    /// The status.
    pub status: OrderStatus,
    /// The sum of the lines.
    pub total_amount: Money,
    /// The currency of all amounts.
    pub currency: Currency,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the order is cancelled unless it is paid.
    pub expires_at: Timestamp,
    /// When `maintenance` last checked the order; the least recently checked one is next.
    pub checked_at: Timestamp,
    /// When `maintenance` next reconciles the order with Stripe.
    pub reconcile_at: Timestamp,
    /// The shipping address with the recipient, as they were at checkout.
    pub shipping_address: Address,
    /// The lines, with names and prices as they were at checkout.
    pub items: Vec<OrderItem>,
    /// The payment.
    pub payment: PaymentDoc,
    /// A payment that differs from the total. It does not mark the order as paid, and is refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatched_payment: Option<MismatchedPayment>,
    /// The sum of the refunds that succeeded.
    pub refunded_amount: Money,
    /// All refunds, also unsent and failed ones.
    pub refunds: Vec<Refund>,
    /// Whether a refund has restocked the order.
    pub restocked: bool,
    /// The tracking data of the parcel.
    pub tracking: Option<Tracking>,
    /// All statuses so far, the current one last.
    pub status_history: Vec<StatusChange>,
    /// Problems that an administrator has to check.
    pub flags: Vec<Flag>,
    /// The disputes of the payment, as far as Stripe has reported them.
    pub disputes: Vec<Dispute>,
    /// Number of times that the state of disputes was stored. A state that was retrieved before another was stored is
    /// outdated, and has to be retrieved again.
    pub disputes_stored: i64,
    /// The purchased cart.
    pub cart_id: CartId,
    /// The purchased version of the cart.
    pub cart_version: i64,
    /// The purchase number: the number of earlier purchases of the cart.
    pub cart_purchase: i64,
    /// The idempotency key of the request. It is valid for 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// A digest of the request with that key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_digest: Option<String>,
    /// When the personal data of the buyer was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_erased_at: Option<Timestamp>,
    /// While the order is unpaid: the keyed hash of the network from which it was placed, if unpaid orders are limited
    /// per source address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The notifications of the buyer, earliest first. Orders of a shop without mail have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notifications: Vec<Notification>,
    /// Whether it is a synthetic purchase, which is no sale. Lists, statistics and metrics leave it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_synthetic: bool,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderItem {
    /// The product.
    pub product_id: ProductId,
    /// The name of the product.
    pub name: ProductName,
    /// The SKU of the variant.
    pub sku: Sku,
    /// The slug of the product. Orders of a release without slugs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// The URL of the first image of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The size.
    pub size: Option<Label>,
    /// The colour.
    pub color: Option<Label>,
    /// The values of the options other than size and colour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<VariantOption>,
    /// The quantity.
    pub quantity: Quantity,
    /// The price of one piece.
    pub price_per_unit: Money,
}

impl OrderItem {
    /// Returns a line with the name and the price that the product has now.
    pub fn new(product: &ProductDoc, variant: &Variant, quantity: Quantity) -> Result<Self, Overflow> {
        Ok(Self {
            product_id: product.id,
            name: product.name.clone(),
            sku: variant.sku.clone(),
            slug: product.slug.clone(),
            thumbnail: product.images.first().cloned(),
            size: variant.size.clone(),
            color: variant.color.clone(),
            options: variant.options.clone(),
            quantity,
            price_per_unit: variant.price(product.base_price)?,
        })
    }

    /// Returns the quantity and the unit price.
    #[must_use]
    pub const fn priced(&self) -> PricedLine {
        PricedLine { quantity: self.quantity, unit_price: self.price_per_unit }
    }
}

/// The payment of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentDoc {
    /// The status.
    pub status: PaymentStatus,
    /// The client secret of the payment intent.
    pub client_secret: Option<ClientSecret>,
    /// Number of idempotency keys used up at Stripe without creating a payment intent.
    pub idempotency_attempt: i64,
    /// Why the last attempt to pay has failed, or why the order cannot be paid.
    pub failure: Option<PaymentFailure>,
}

impl PaymentDoc {
    /// Returns a payment without an intent.
    #[must_use]
    pub const fn new(status: PaymentStatus) -> Self {
        Self { status, client_secret: None, idempotency_attempt: 0, failure: None }
    }
}

/// A payment that differs from the order's total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MismatchedPayment {
    /// The amount.
    pub amount: Money,
    /// The currency.
    pub currency: Currency,
}

/// The tracking data of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// The carrier.
    pub carrier: Label,
    /// The tracking number.
    pub number: Label,
    /// The URL of the tracking page.
    pub url: Option<String>,
}

/// An entry of the status history.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StatusChange {
    /// The new status.
    pub status: OrderStatus,
    /// The time of the transition.
    pub at: Timestamp,
    /// The initiator.
    pub by: Actor,
}

impl OrderDoc {
    /// Returns the product, SKU and quantity of each line.
    pub fn quantities(&self) -> impl Iterator<Item = (ProductId, SkuQuantity)> {
        self.items.iter().map(|item| (item.product_id, SkuQuantity { sku: item.sku.clone(), quantity: item.quantity }))
    }

    /// Returns the ledger of the payment, or of the total while it is unpaid.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        Ledger::new(self.paid_amount(), self.refunds.clone()).with_disputes(&self.disputes)
    }

    /// Returns the amount of the payment, or the total while it is unpaid.
    #[must_use]
    pub fn paid_amount(&self) -> Money {
        self.mismatched_payment.map_or(self.total_amount, |mismatch| mismatch.amount)
    }

    /// Returns the currency of the payment and its refunds.
    #[must_use]
    pub fn paid_currency(&self) -> Currency {
        self.mismatched_payment.map_or(self.currency, |mismatch| mismatch.currency)
    }

    /// Returns the reason why the order must not be shipped, if there is one.
    pub fn shipping_block(&self) -> Result<Option<ShippingBlock>, Overflow> {
        Ok(if dispute::blocks_shipping(&self.disputes) {
            Some(ShippingBlock::Disputed)
        } else if self.restocked || self.refunds.iter().any(Refund::awaits_restock) {
            Some(ShippingBlock::Restocked)
        } else if !self.total_amount.is_zero() && self.ledger().remaining()?.is_zero() {
            Some(ShippingBlock::Refunded)
        } else {
            None
        })
    }

    /// Returns whether the order was cancelled by an actor, and still is.
    #[must_use]
    pub fn was_cancelled_by(&self, actor: Actor) -> bool {
        let last = self.status_history.last();
        last.is_some_and(|change| change.status == OrderStatus::Cancelled && change.by == actor)
    }
}
