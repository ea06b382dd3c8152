//! The programs: what each of them is, and which command it gives next.

use crate::money::Move;
use crate::shop::{ORDERS, OrderId};

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
    /// A run of functions/maintenance: these parts of it.
    Maintenance { parts: &'static [Part] },
}

impl Job {
    pub(crate) fn is_request(self) -> bool {
        matches!(self, Self::PlaceOrder { .. })
    }
}

/// The parts of a run of `maintenance`, each a file there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
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

/// The steps of `settle`, of `recover` and of `give_back`, `shared/src/checkout/release.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Release {
    /// `recover`: `orders.bury`.
    Bury,
    /// `recover`: `orders.trace`, when there was something where the tombstone was to be.
    Trace,
    /// Of what a request has taken: the last product first.
    GiveBack {
        product: usize,
    },
    /// Of whatever an order holds.
    GiveBackHeld {
        product: usize,
    },
    TakeOut,
    /// Of an order that was cancelled before it had taken its lines out.
    PassOver,
    RemoveHolds {
        product: usize,
    },
}

/// What a process does next. Every value but the last is one command, and is named like the function
/// that sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    // functions/orders/src/checkout
    /// `begin`: `carts.of`.
    ReadCart,
    /// `take_all`: `products.take_stock`.
    TakeStock {
        product: usize,
    },
    /// `look`: `products.by_ids`, after that took nothing.
    Look {
        product: usize,
    },
    /// `make_way`: `orders.trace` of an order that holds something for the same cart.
    Other {
        order: OrderId,
    },
    /// `place`: `orders.place`.
    Place,
    /// `earlier`: `orders.earlier`, by the key and by the purchase of the cart.
    Earlier {
        refused: bool,
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

    // functions/maintenance/src
    /// The finder of a part: what there is to do, as of now.
    Find {
        part: Part,
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
    /// The loop in `check_out` once more.
    BeginAgain,
    /// A look at what another order is that holds something for the same cart.
    Other { order: OrderId },
    /// A look for an earlier order, because this one is refused or an index has refused it.
    Earlier { refused: bool },
    /// `request_payment`, if the order as it was read is to be paid and has no intent.
    RequestPayment { payable: bool },
    /// The end.
    Answer(Answer),
    /// The order, where the holds go before it.
    Place,
    /// The next piece of work of the run.
    Next,
    /// The same; but an order that could not be cancelled is asked about at Stripe (`end` in
    /// `cancel_overdue.rs`).
    NextOrAsk,
}

/// What is still on its way to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Late {
    TakeStock { product: usize },
    Place,
}

/// A running program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) at: At,
    /// The part at which a run is.
    pub(crate) part: Part,
    /// What a run's finder has found and the run has not done yet.
    pub(crate) todo: [bool; ORDERS],
    /// Of the orders that the finder has read: which had an intent then.
    pub(crate) had_intent: [bool; ORDERS],
    /// The order that a request makes.
    pub(crate) id: OrderId,
    /// It has given back what it had taken under that id, and takes no more under it.
    pub(crate) is_spent: bool,
    /// A command whose failure it was told of, and which is done later all the same.
    pub(crate) late: Option<Late>,
}

impl Process {
    pub(crate) fn of(job: Job, place: usize) -> Self {
        let at = match job {
            Job::PlaceOrder { .. } => At::ReadCart,
            Job::CancelOrder { order, .. } => At::GetOrder { order },
            Job::ReceiveEvent { order } => At::ApplyEvent { order },
            Job::Maintenance { parts } => parts.first().map_or(ENDED, |part| At::Find { part: *part }),
        };
        Self {
            at,
            part: Part::ClearHolds,
            todo: [false; ORDERS],
            had_intent: [false; ORDERS],
            id: place,
            is_spent: false,
            late: None,
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.at, At::Ended(_))
    }
}

/// The end of what is no request for an order.
pub(crate) const ENDED: At = At::Ended(Answer::None);
