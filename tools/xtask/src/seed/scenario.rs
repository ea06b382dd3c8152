//! The scenarios that the orders of the demo shop follow.

use std::time::Duration;

use anyhow::Result;
use fastrand::Rng;
use ferrocart::db::orders::{StatusChange, Tracking};
use ferrocart::domain::address::Address;
use ferrocart::domain::id::RefundId;
use ferrocart::domain::money::Money;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::{Refund, RefundStatus};
use ferrocart::domain::time::Timestamp;

use super::days;
use super::random::{share_of, text};

/// How an order develops over time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderScenario {
    /// The customer has not tried to pay.
    Unpaid,
    /// A card was declined; the customer may try another one.
    Declined,
    /// The customer cancels it before paying.
    CancelledByCustomer,
    /// It is not paid in time.
    Expired,
    /// It is paid, and an administrator cancels it.
    CancelledByAdmin,
    /// It is delivered.
    Delivered,
    /// It is delivered, and the customer returns one unit.
    PartlyReturned,
}

impl OrderScenario {
    /// A random scenario. Most orders are delivered.
    pub(super) fn random(random: &mut Rng) -> Self {
        match random.u64(0..100) {
            0..3 => Self::CancelledByCustomer,
            3..6 => Self::Expired,
            6..9 => Self::CancelledByAdmin,
            9..16 => Self::PartlyReturned,
            _ => Self::Delivered,
        }
    }

    /// The transitions after the order is placed: new status, time since the previous one, and actor.
    fn transitions(self, random: &mut Rng, reservation: Duration) -> Vec<(OrderStatus, Duration, Actor)> {
        use OrderStatus::{Cancelled, Delivered, Processing, Shipped};
        let mut minutes = |percent| share_of(random, reservation, percent);
        match self {
            Self::Unpaid | Self::Declined => vec![],
            Self::CancelledByCustomer => vec![(Cancelled, minutes(10..=90), Actor::Customer)],
            Self::Expired => vec![(Cancelled, minutes(101..=103), Actor::System)],
            Self::CancelledByAdmin => vec![
                (Processing, minutes(5..=60), Actor::Stripe),
                (Cancelled, share_of(random, days(1), 10..=80), Actor::Admin),
            ],
            Self::Delivered | Self::PartlyReturned => vec![
                (Processing, minutes(5..=60), Actor::Stripe),
                (Shipped, share_of(random, days(1), 50..=260), Actor::Admin),
                (Delivered, share_of(random, days(1), 150..=480), Actor::Admin),
            ],
        }
    }
}

/// How much of an order is refunded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RefundExtent {
    None,
    OneUnit,
    Total,
}

impl RefundExtent {
    pub(super) fn amount(self, total: Money, unit_price: Money) -> Money {
        match self {
            Self::None => Money::ZERO,
            Self::OneUnit => unit_price,
            Self::Total => total,
        }
    }
}

/// The history of an order up to now.
pub(super) struct OrderTimeline {
    pub(super) history: Vec<StatusChange>,
    pub(super) updated_at: Timestamp,
    pub(super) refund: RefundExtent,
    scenario: OrderScenario,
}

/// Simulates a scenario from the moment when the order is placed until now.
pub(super) fn simulate(
    scenario: OrderScenario,
    random: &mut Rng,
    placed: Timestamp,
    reservation: Duration,
    now: Timestamp,
) -> Result<OrderTimeline> {
    let mut latest = StatusChange { status: OrderStatus::Pending, at: placed, by: Actor::Customer };
    let mut timeline =
        OrderTimeline { history: vec![latest], updated_at: placed, refund: RefundExtent::None, scenario };
    for (status, after, by) in scenario.transitions(random, reservation) {
        let at = latest.at.plus(after);
        if at > now {
            return Ok(timeline);
        }
        let is_paid = latest.status == OrderStatus::Processing;
        latest = StatusChange { status: latest.status.transition(status, by)?, at, by };
        timeline.history.push(latest);
        timeline.updated_at = at;
        if is_paid && status == OrderStatus::Cancelled {
            timeline.refund = RefundExtent::Total;
        }
    }
    let returned_at = latest.at.plus(share_of(random, days(1), 100..=600));
    if scenario == OrderScenario::PartlyReturned && returned_at <= now {
        timeline.refund = RefundExtent::OneUnit;
        timeline.updated_at = returned_at;
    }
    Ok(timeline)
}

impl OrderTimeline {
    pub(super) fn status(&self) -> OrderStatus {
        self.history.last().map_or(OrderStatus::Pending, |latest| latest.status)
    }

    pub(super) fn has_shipped(&self) -> bool {
        matches!(self.status(), OrderStatus::Shipped | OrderStatus::Delivered)
    }

    /// The refund of `amount`, if there is one.
    pub(super) fn refunds(&self, amount: Money, id: RefundId) -> Vec<Refund> {
        let reason = match self.refund {
            RefundExtent::None => return Vec::new(),
            RefundExtent::OneUnit => "one unit was returned",
            RefundExtent::Total => "the order was cancelled",
        };
        let refund = Refund::new(id, Actor::Admin, self.updated_at);
        vec![Refund { amount, reason: reason.parse().ok(), status: RefundStatus::Succeeded, ..refund }]
    }

    /// The status of the payment, given the refunded part of the total.
    pub(super) fn payment(&self, refunded: Money, total: Money) -> PaymentStatus {
        match self.status() {
            OrderStatus::Pending if self.scenario == OrderScenario::Declined => PaymentStatus::Failed,
            OrderStatus::Pending => PaymentStatus::RequiresPayment,
            _ if refunded == total => PaymentStatus::Refunded,
            _ if refunded > Money::ZERO => PaymentStatus::PartiallyRefunded,
            OrderStatus::Cancelled => PaymentStatus::Canceled,
            OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered => PaymentStatus::Succeeded,
        }
    }
}

/// A tracking number in the format of the carrier.
pub(super) fn tracking(address: &Address, random: &mut Rng) -> Result<Tracking> {
    let (carrier, number, page) = if address.country == "US".parse()? {
        ("UPS", format!("1Z999AA1{}", text(random, "0123456789", 10)), "https://www.ups.com/track?tracknum=")
    } else {
        let page = "https://www.dhl.com/global-en/home/tracking.html?tracking-id=";
        ("DHL", format!("JD01{}", text(random, "0123456789", 14)), page)
    };
    Ok(Tracking { carrier: carrier.parse()?, number: number.parse()?, url: Some(format!("{page}{number}")) })
}
