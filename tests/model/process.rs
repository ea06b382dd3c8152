//! The programs: what each of them is, and which command it gives next.

use crate::money::Move;
use crate::shop::{ORDERS, OrderId, PRODUCTS, Shop};

/// What a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    /// `POST /orders`: `functions/orders/src/place_order.rs`.
    PlaceOrder { buyer: usize, key: Option<u8> },
    /// `POST /orders/{id}/cancel` by the buyer, or `POST /admin/orders/{id}/cancel`: the administrator
    /// may cancel what is paid.
    CancelOrder { order: OrderId, by_admin: bool },
    /// `POST /webhooks/stripe` with the event that ends the intent of that order.
    ReceiveEvent { order: OrderId },
    /// A run of functions/order-expiry: these parts of it.
    OrderExpiry { parts: &'static [Part] },
}

impl Job {
    pub(crate) fn is_request(self) -> bool {
        matches!(self, Self::PlaceOrder { .. })
    }
}

/// The parts of a run of `order-expiry`, each a file there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    UndoDead,
    ClearHolds,
    SendRefunds,
    CancelOverdue,
    AskStripe,
}

/// What a request has told its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    /// 201 with this order.
    Order(OrderId),
    /// 4xx: it has bought nothing, and never will.
    Refused,
    /// 5xx: whoever wants to know sends the same key again.
    Unknown,
    /// The process died before it could answer, or was no request for an order.
    None,
}

/// The steps of `undo` and of `settle`, `shared/src/checkout/release.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Release {
    Abandon,
    GiveBack {
        product: usize,
    },
    /// `give_back` alone, as `confirm` has it.
    GiveBackOnly {
        product: usize,
    },
    Delete,
    TakeOut,
    RemoveHolds {
        product: usize,
    },
}

/// What `take_all` has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stock {
    /// Everything is taken.
    Taken,
    /// Something is short, and perhaps nothing was taken.
    Short { holds_nothing: bool },
    /// The database has not answered.
    Failed,
}

/// What a request has seen of other tries to buy its cart, while it takes stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// It has not looked yet.
    Ahead,
    /// These are in the way.
    Done([bool; ORDERS]),
    /// The database has not answered.
    Failed,
}

/// What a process does next. Every value but the last is one command, and is named like the function
/// that sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    // functions/orders/src/checkout/begin.rs
    /// The first look of the loop in `begin`.
    ByKey,
    /// `reservation`: `carts.of`, in `begin_first` or in the loop.
    ReadCart {
        first: bool,
    },
    /// `has_begun`: the cart was empty.
    HasBegun,
    /// `reservations.insert`.
    Insert {
        first: bool,
    },
    /// `same_cart`: `reservations.by_cart`.
    ByCart,

    // functions/orders/src/checkout/reserve.rs
    /// `take_all`: `products.take_stock`.
    TakeStock {
        product: usize,
    },
    /// `why_short`: `products.by_ids`.
    WhyShort {
        product: usize,
    },
    /// `in_the_way`: `reservations.others`, when all else that was to be done before the confirmation is
    /// done. It may also be done earlier (`Action::Look`).
    Others {
        stock: Stock,
    },
    /// `confirm`: `reservations.confirm`.
    Confirm,
    /// `make_way`: `reservations.by_id` of the first of these.
    MakeWay {
        others: [bool; ORDERS],
    },

    // functions/orders/src/place_order.rs and checkout/request_payment.rs
    /// `products.is_holding`, of an order that an earlier request has made.
    IsHolding {
        order: OrderId,
        payable: bool,
    },
    /// `stripe.create_intent`.
    CreateIntent {
        order: OrderId,
    },
    /// `orders.attach_intent`.
    AttachIntent {
        order: OrderId,
    },

    /// `request_payment`: `stripe.cancel_intent`, when the order was cancelled before its intent was noted.
    CancelMade {
        order: OrderId,
    },

    // shared/src/checkout/release.rs
    Release {
        step: Release,
        order: OrderId,
        then: Then,
    },

    // shared/src/checkout/cancel.rs
    /// `orders.get` in `cancel_order.rs`.
    GetOrder {
        order: OrderId,
    },
    /// `stripe.cancel_intent`.
    CancelIntent {
        order: OrderId,
        then: Then,
    },
    /// `stripe.retrieve_intent`, after that failed.
    RetrieveIntent {
        order: OrderId,
        then: Then,
    },
    /// `store`: the transaction.
    StoreCancelled {
        order: OrderId,
        cancelled: Move,
        then: Then,
    },
    /// `store`: `orders.get`, after the order had moved on.
    GetMoved {
        order: OrderId,
        then: Then,
    },

    // shared/src/checkout/refund.rs
    /// `send_refund`: `stripe.refund`.
    Refund {
        order: OrderId,
        then: Then,
    },
    /// `send_refund`: the transaction that stores the answer.
    NoteRefund {
        order: OrderId,
        then: Then,
    },

    // functions/stripe-webhook/src/apply_payment.rs
    /// `Arrival::store`: the transaction.
    ApplyEvent {
        order: OrderId,
    },
    /// Its second half, where the event is recorded before it has had its effect.
    ApplyLate {
        order: OrderId,
    },
    /// `send_back_if_owed`: `orders.get`.
    SendBackIfOwed {
        order: OrderId,
    },

    // functions/order-expiry/src
    /// The finder of a part: what there is to do, as of now.
    Find {
        part: Part,
    },
    /// `clear`: `reservations.by_id`.
    ById {
        order: OrderId,
        product: usize,
    },
    /// `clear`: `products.give_back` of a hold without an order.
    GiveBackHold {
        order: OrderId,
        product: usize,
    },
    /// `ask`: `stripe.retrieve_intent`.
    Ask {
        order: OrderId,
    },
    /// `paid`: the transaction.
    AskedAndPaid {
        order: OrderId,
    },

    /// It has ended.
    Ended(Answer),
}

/// Where a process goes on after what several share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Then {
    /// The loop in `begin` once more.
    BeginAgain,
    /// `make_way` for these.
    MakeWay { others: [bool; ORDERS] },
    /// `request_payment`, if the order as it was read is to be paid and has no intent.
    RequestPayment { payable: bool },
    /// The end.
    Answer(Answer),
    /// The confirmation, where the holds go before it.
    Confirm,
    /// The next piece of work of the run.
    Next,
    /// The same; but an order that could not be cancelled is asked about at Stripe (`end` in
    /// `cancel_overdue.rs`).
    NextOrAsk,
}

/// A running program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) at: At,
    /// The part at which a run is.
    pub(crate) part: Part,
    /// What a run's finder has found and the run has not done yet.
    pub(crate) todo: [bool; ORDERS],
    /// The same of holds.
    pub(crate) held: [[bool; ORDERS]; PRODUCTS],
    /// Of the orders that the finder has read: which had an intent then.
    pub(crate) had_intent: [bool; ORDERS],
    /// The order that a request makes.
    pub(crate) id: OrderId,
    /// The orders that had taken their lines out of the cart when a request read it.
    pub(crate) ordered: [bool; ORDERS],
    pub(crate) look: Look,
}

impl Process {
    pub(crate) fn of(job: Job, place: usize) -> Self {
        let at = match job {
            Job::PlaceOrder { .. } => At::ReadCart { first: true },
            Job::CancelOrder { order, .. } => At::GetOrder { order },
            Job::ReceiveEvent { order } => At::ApplyEvent { order },
            Job::OrderExpiry { parts } => parts.first().map_or(ENDED, |part| At::Find { part: *part }),
        };
        Self {
            at,
            part: Part::UndoDead,
            todo: [false; ORDERS],
            held: [[false; ORDERS]; PRODUCTS],
            had_intent: [false; ORDERS],
            id: place,
            ordered: [false; ORDERS],
            look: Look::Ahead,
        }
    }

    /// Looks for other tries to buy the same cart. Then it matters no more what the cart was like.
    pub(crate) fn look(&mut self, shop: &Shop) {
        self.look = Look::Done(shop.in_the_way(self.id, self.ordered));
        self.ordered = [false; ORDERS];
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.at, At::Ended(_))
    }
}

/// The end of what is no request for an order.
pub(crate) const ENDED: At = At::Ended(Answer::None);
