//! An order as it is stored, and the moves of its life.

use super::Transition;
use crate::domain::address::Address;
use crate::domain::cart::PricedLine;
use crate::domain::id::{CartId, OrderId, ProductId, UserId};
use crate::domain::money::{Currency, Money, Overflow};
use crate::domain::order::{Actor, InvalidTransition, OrderStatus, ShippingBlock};
use crate::domain::payment::{ClientSecret, PaymentStatus};
use crate::domain::quantity::Quantity;
use crate::domain::refund::{Ledger, Refund};
use crate::domain::sku::{Sku, SkuQuantity};
use crate::domain::text::{Label, ProductName};
use crate::domain::time::Timestamp;
use bson::doc;
use serde::{Deserialize, Serialize};

/// An order as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderDoc {
    /// Its id.
    #[serde(rename = "_id")]
    pub id: OrderId,
    /// What people read out.
    pub order_number: String,
    /// Who bought.
    pub user_id: UserId,
    /// The payment intent at Stripe, once there is one.
    pub transaction_id: Option<String>,
    /// Where the order is in its life.
    pub status: OrderStatus,
    /// The sum of its lines.
    pub total_amount: Money,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is cancelled if it is not paid.
    pub expires_at: Timestamp,
    /// When the scheduled function last looked at it: whoever waits longest is next.
    pub checked_at: Timestamp,
    /// Where the parcel goes: the address as it was then.
    pub shipping_address: Address,
    /// What was bought, with names and prices as they were then.
    pub items: Vec<OrderItem>,
    /// How far the payment has come.
    pub payment: PaymentDoc,
    /// What was paid, when that is not what the order costs. It buys nothing, and all of it goes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatched_payment: Option<MismatchedPayment>,
    /// How much went back to the buyer: the sum of the refunds that succeeded.
    pub refunded_amount: Money,
    /// Every refund, also those that are still to be sent and those that failed.
    pub refunds: Vec<Refund>,
    /// Whether a refund has put the goods back into stock.
    pub restocked: bool,
    /// Where the parcel is.
    pub tracking: Option<Tracking>,
    /// Every state the order was in.
    pub status_history: Vec<StatusChange>,
    /// What an administrator has to look at, such as a payment of another amount.
    pub flags: Vec<Flag>,
    /// How often Stripe's answer about the disputes of its payment was stored: whoever has asked
    /// before another's answer was stored has to ask again.
    pub disputes_stored: i64,
    /// The cart that was bought.
    pub cart_id: CartId,
    /// The version of it.
    pub cart_version: i64,
    /// How many orders had taken their lines out of it.
    pub cart_purchase: i64,
    /// The key of the request, for 24 hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// A digest of that request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_digest: Option<String>,
}

/// What an administrator has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// What was paid is not what the order costs, or is in another currency or mode.
    AmountMismatch,
    /// An event came about an intent that is not the order's.
    ForeignIntent,
    /// Money came in a state that does not wait for any.
    PaidAfterEnd,
    /// A refund of it failed: the money is still here.
    RefundFailed,
    /// The buyer's bank takes the money back.
    Disputed,
}

impl From<Flag> for bson::Bson {
    fn from(flag: Flag) -> Self {
        let name = match flag {
            Flag::AmountMismatch => "amount_mismatch",
            Flag::ForeignIntent => "foreign_intent",
            Flag::PaidAfterEnd => "paid_after_end",
            Flag::RefundFailed => "refund_failed",
            Flag::Disputed => "disputed",
        };
        Self::String(name.to_owned())
    }
}

/// A line of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OrderItem {
    /// Which product.
    pub product_id: ProductId,
    /// What it was called.
    pub name: ProductName,
    /// Which variant.
    pub sku: Sku,
    /// Its size.
    pub size: Option<Label>,
    /// Its colour.
    pub color: Option<Label>,
    /// How many.
    pub quantity: Quantity,
    /// What one piece cost.
    pub price_per_unit: Money,
}

impl OrderItem {
    /// The line as what it costs.
    #[must_use]
    pub const fn priced(&self) -> PricedLine {
        PricedLine { quantity: self.quantity, unit_price: self.price_per_unit }
    }
}

/// The payment of an order as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentDoc {
    /// How far it has come.
    pub status: PaymentStatus,
    /// With what the buyer's browser pays the intent.
    pub client_secret: Option<ClientSecret>,
    /// How many idempotency keys were used up at Stripe without getting an intent.
    pub idempotency_attempt: i64,
}

/// Money that is not what its order costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MismatchedPayment {
    /// How much.
    pub amount: Money,
    /// In which currency.
    pub currency: Currency,
}

/// Where a parcel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// Who carries it.
    pub carrier: Label,
    /// The carrier's number for it.
    pub number: Label,
    /// Where its way can be watched.
    pub url: Option<String>,
}

/// One step of an order's life.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StatusChange {
    /// The state it came to.
    pub status: OrderStatus,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

impl OrderDoc {
    /// The purchased quantities by product.
    pub fn quantities(&self) -> impl Iterator<Item = (ProductId, SkuQuantity)> {
        self.items.iter().map(|item| (item.product_id, SkuQuantity { sku: item.sku.clone(), quantity: item.quantity }))
    }

    /// What was paid for it, or is to be, and what of that goes back.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let paid = self.mismatched_payment.map_or(self.total_amount, |mismatch| mismatch.amount);
        Ledger::new(paid, self.refunds.clone())
    }

    /// The currency of what was paid, and of what goes back.
    #[must_use]
    pub fn paid_currency(&self) -> Currency {
        self.mismatched_payment.map_or(self.currency, |mismatch| mismatch.currency)
    }

    /// Why it must not be sent to its buyer, if anything speaks against it.
    ///
    /// # Errors
    /// [`Overflow`]
    pub fn shipping_block(&self) -> Result<Option<ShippingBlock>, Overflow> {
        Ok(if self.flags.contains(&Flag::Disputed) {
            Some(ShippingBlock::Disputed)
        } else if self.restocked || self.refunds.iter().any(Refund::restocks_later) {
            Some(ShippingBlock::Restocked)
        } else if !self.total_amount.is_zero() && self.ledger().refundable()?.is_zero() {
            Some(ShippingBlock::Refunded)
        } else {
            None
        })
    }

    /// Whether it is cancelled, and by whom.
    #[must_use]
    pub fn was_cancelled_by(&self, actor: Actor) -> bool {
        let last = self.status_history.last();
        last.is_some_and(|change| change.status == OrderStatus::Cancelled && change.by == actor)
    }

    /// Checks a move of this order.
    ///
    /// # Errors
    /// [`InvalidTransition`]
    pub fn transition(&self, status: OrderStatus, by: Actor, at: Timestamp) -> Result<Transition, InvalidTransition> {
        let status = self.status.transition(status, by)?;
        Ok(Transition {
            order: self.id,
            from: self.status,
            change: StatusChange { status, at, by },
            also: doc! {},
            unless_intent: false,
        })
    }
}
