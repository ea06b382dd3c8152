//! What becomes of an order of the demo shop, up to now.

use std::time::Duration;

use anyhow::Result;
use ferrocart::db::orders::{StatusChange, Tracking};
use ferrocart::domain::address::Address;
use ferrocart::domain::id::RefundId;
use ferrocart::domain::money::Money;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::{Refund, RefundStatus};
use ferrocart::domain::time::Timestamp;

use super::chance::Chance;
use super::days;

/// What becomes of an order if it is given the time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody has tried to pay.
    Waiting,
    /// A card was refused, and another may follow.
    Refused,
    /// The buyer changes their mind.
    Regretted,
    /// Nobody pays in time.
    Expired,
    /// It is paid, but cannot be sent.
    CalledOff,
    /// It arrives.
    Delivered,
    /// It arrives, and a piece of it is sent back.
    Returned,
}

impl Fate {
    /// Most orders arrive.
    pub(super) fn by(chance: &mut Chance) -> Self {
        match chance.below(100) {
            0..3 => Self::Regretted,
            3..6 => Self::Expired,
            6..9 => Self::CalledOff,
            9..16 => Self::Returned,
            _ => Self::Delivered,
        }
    }

    /// The moves that follow the order's first state: how long after the one before, and by whom.
    fn moves(self, chance: &mut Chance, reservation: Duration) -> Vec<(OrderStatus, Duration, Actor)> {
        use OrderStatus::{Cancelled, Delivered, Processing, Shipped};
        let mut minutes = |percent| chance.percent_of(reservation, percent);
        match self {
            Self::Waiting | Self::Refused => vec![],
            Self::Regretted => vec![(Cancelled, minutes(10..=90), Actor::Customer)],
            Self::Expired => vec![(Cancelled, minutes(101..=103), Actor::System)],
            Self::CalledOff => vec![
                (Processing, minutes(5..=60), Actor::Stripe),
                (Cancelled, chance.percent_of(days(1), 10..=80), Actor::Admin),
            ],
            Self::Delivered | Self::Returned => vec![
                (Processing, minutes(5..=60), Actor::Stripe),
                (Shipped, chance.percent_of(days(1), 50..=260), Actor::Admin),
                (Delivered, chance.percent_of(days(1), 150..=480), Actor::Admin),
            ],
        }
    }
}

/// What goes back to the buyer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Returned {
    Nothing,
    OnePiece,
    Everything,
}

impl Returned {
    pub(super) fn of(self, total: Money, piece: Money) -> Money {
        match self {
            Self::Nothing => Money::ZERO,
            Self::OnePiece => piece,
            Self::Everything => total,
        }
    }
}

/// The life of an order up to now.
pub(super) struct Life {
    pub(super) history: Vec<StatusChange>,
    pub(super) updated_at: Timestamp,
    pub(super) refund: Returned,
    fate: Fate,
}

/// Lets an order live until now.
pub(super) fn live(
    fate: Fate,
    chance: &mut Chance,
    placed: Timestamp,
    reservation: Duration,
    now: Timestamp,
) -> Result<Life> {
    let mut latest = StatusChange { status: OrderStatus::Pending, at: placed, by: Actor::Customer };
    let mut life = Life { history: vec![latest], updated_at: placed, refund: Returned::Nothing, fate };
    for (status, after, by) in fate.moves(chance, reservation) {
        let at = latest.at.plus(after);
        if at > now {
            return Ok(life);
        }
        let paid = latest.status == OrderStatus::Processing;
        latest = StatusChange { status: latest.status.go_to(status, by)?, at, by };
        life.history.push(latest);
        life.updated_at = at;
        if paid && status == OrderStatus::Cancelled {
            life.refund = Returned::Everything;
        }
    }
    let sent_back = latest.at.plus(chance.percent_of(days(1), 100..=600));
    if fate == Fate::Returned && sent_back <= now {
        life.refund = Returned::OnePiece;
        life.updated_at = sent_back;
    }
    Ok(life)
}

impl Life {
    pub(super) fn status(&self) -> OrderStatus {
        self.history.last().map_or(OrderStatus::Pending, |latest| latest.status)
    }

    pub(super) fn is_on_its_way(&self) -> bool {
        matches!(self.status(), OrderStatus::Shipped | OrderStatus::Delivered)
    }

    /// The refund behind that amount, if it is one.
    pub(super) fn refunds(&self, amount: Money, id: RefundId) -> Vec<Refund> {
        let reason = match self.refund {
            Returned::Nothing => return Vec::new(),
            Returned::OnePiece => "one piece was sent back",
            Returned::Everything => "the order was cancelled",
        };
        let refund = Refund::new(id, Actor::Admin, self.updated_at);
        vec![Refund { amount, reason: reason.parse().ok(), status: RefundStatus::Succeeded, ..refund }]
    }

    /// How far the payment has come when that much of the total went back.
    pub(super) fn payment(&self, refunded: Money, total: Money) -> PaymentStatus {
        match self.status() {
            OrderStatus::Pending if self.fate == Fate::Refused => PaymentStatus::Failed,
            OrderStatus::Pending => PaymentStatus::RequiresPayment,
            _ if refunded == total => PaymentStatus::Refunded,
            _ if refunded > Money::ZERO => PaymentStatus::PartiallyRefunded,
            OrderStatus::Cancelled => PaymentStatus::Canceled,
            OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered => PaymentStatus::Succeeded,
        }
    }
}

/// A parcel's number as the carriers write them.
pub(super) fn tracking(address: &Address, chance: &mut Chance) -> Result<Tracking> {
    let (carrier, number, page) = if address.country == "US".parse()? {
        ("UPS", format!("1Z999AA1{}", chance.text("0123456789", 10)), "https://www.ups.com/track?tracknum=")
    } else {
        let page = "https://www.dhl.com/global-en/home/tracking.html?tracking-id=";
        ("DHL", format!("JD01{}", chance.text("0123456789", 14)), page)
    };
    Ok(Tracking { carrier: carrier.parse()?, number: number.parse()?, url: Some(format!("{page}{number}")) })
}
