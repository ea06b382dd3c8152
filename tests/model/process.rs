//! Processes: which program each one runs, and the command that it executes next.

use crate::cancel::Cancellation;
use crate::money::CancelTransition;
use crate::shop::{BUYERS, Cart, ORDERS, OrderId, Payment};

/// The program that a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Program {
    /// `POST /orders`: the only program with a client whose response is checked.
    PlaceOrder { buyer: usize, key: Option<u8> },
    /// `POST /orders/{id}/cancel` by the buyer, or `POST /admin/orders/{id}/cancel`. Only administrators may cancel a
    /// paid order.
    CancelOrder { order: OrderId, by_admin: bool },
    /// `POST /webhooks/stripe` with the event that ends the payment intent of the order.
    ReceiveEvent { order: OrderId },
    /// The same with an event about a bank debit of the order that was confirmed, or that has failed.
    ReceiveDebitEvent { order: OrderId, failed: bool },
    /// `POST /cart/merge` of the second buyer's cart into the first one's.
    MergeCarts,
    /// One run of `functions/maintenance`, reduced to these jobs.
    Maintenance { jobs: &'static [Job] },
}

impl Program {
    pub(crate) fn is_checkout(self) -> bool {
        matches!(self, Self::PlaceOrder { .. })
    }
}

/// A job of `maintenance`. Each is a file of `functions/maintenance/src`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    ReleaseStaleHolds,
    RetryRefunds,
    ExpireUnpaid,
    ReconcilePayments,
}

/// The response of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Response {
    /// 201 with this order.
    Order(OrderId),
    /// 4xx: the request has bought nothing, and never will.
    Rejected,
    /// 5xx: the client has to replay the request to learn the result.
    Unknown,
    /// None: the process crashed, or does not run a checkout.
    None,
}

/// The commands of `finalize_checkout`, `recover_checkout` and `release_holds`, which requests and `maintenance` share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Recovery {
    /// `recover_checkout`: `orders.insert_tombstone`.
    InsertTombstone,
    /// `recover_checkout`: `orders.slot`, after the tombstone collided with a document.
    ReadSlot,
    /// `release`: `products.release_hold` for stock that a request has reserved itself, the last product first.
    ReleaseReserved { product: usize },
    /// `release_holds`: `products.release_hold` for every product, the first one first.
    ReleaseHeld { product: usize },
    /// `finalize_checkout`: `carts.remove_purchased`.
    RemovePurchased,
    /// `carts.skip_purchase`, for an order that was cancelled before its lines left the cart.
    SkipPurchase,
    /// `finalize_checkout`: `products.remove_holds`.
    RemoveHolds { product: usize },
}

/// The next command of a process. Unless stated otherwise, the source of a command is in `shared/src/checkout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    // Placing an order.
    /// `start_attempt`: `carts.of`.
    ReadCart,
    /// `reserve_products`: `products.reserve_stock`.
    ReserveStock {
        product: usize,
    },
    /// `diagnose_shortage`: `products.stock_snapshots`, after a reservation has matched nothing.
    DiagnoseShortage {
        product: usize,
    },
    /// `resolve_conflicting_hold`: `orders.slot` of an order that has a hold for the same cart.
    ReadConflictingOrder {
        order: OrderId,
    },
    /// `insert_order`: `orders.place`.
    Place,
    /// `find_existing_order`: `orders.find_existing`, by the key and by the purchase of the cart. If there is no such
    /// order, the request is rejected or retried.
    FindExisting {
        rejected: bool,
    },
    /// `place_order`: `products.held_by`, for a replayed order. `payable` is a fact about the order as it was read.
    ReadHolds {
        order: OrderId,
        payable: bool,
    },
    /// `request_payment`: `stripe.create_intent`.
    CreateIntent {
        order: OrderId,
    },
    /// `request_payment`: `orders.attach_intent`.
    AttachIntent {
        order: OrderId,
    },
    /// `abandon_intent`: `stripe.cancel_intent`, after the order was cancelled before its intent was attached.
    AbandonIntent {
        order: OrderId,
    },

    // Finalizing, recovering and releasing.
    Recovery {
        step: Recovery,
        order: OrderId,
        then: Continuation,
    },

    // Merging carts.
    /// `merge_carts`: `carts.with_token` and `carts.by_user`.
    ReadCarts,
    /// `merge_carts`: the transaction.
    StoreMerge,
    /// `count_purchases`: `orders.find_existing`, after the unique index has rejected a tombstone.
    FindPurchase {
        cart: usize,
    },

    // Cancelling an order.
    /// The handler: `orders.get`.
    GetOrder {
        order: OrderId,
    },
    /// `cancel_intent`: `stripe.retrieve_intent`, before the cancellation.
    CheckIntent(Cancellation),
    /// `cancel_intent`: `stripe.cancel_intent`.
    CancelIntent(Cancellation),
    /// `state_after_error`: `stripe.retrieve_intent`, after the cancellation has failed.
    RetrieveIntent(Cancellation),
    /// `orders.correct_payment_status`, after the payment turned out to be under way, or to have failed.
    CorrectStatus {
        order: OrderId,
        read: Payment,
        status: Payment,
        then: Continuation,
    },
    /// `store_cancellation`: the transaction.
    StoreCancellation {
        order: OrderId,
        transition: CancelTransition,
        then: Continuation,
    },
    /// `store_cancellation_now`: `orders.get`, after the status of the order has changed.
    GetChangedOrder {
        order: OrderId,
        then: Continuation,
    },

    // Refunding.
    /// `send_refund`: `stripe.refund`.
    SendRefund {
        order: OrderId,
        then: Continuation,
    },
    /// `send_refund`: the transaction that stores Stripe's response.
    StoreRefund {
        order: OrderId,
        then: Continuation,
    },

    // Receiving an event.
    /// `record_and_apply`: the transaction.
    ApplyEvent {
        order: OrderId,
    },
    /// `retrieve_latest`: `stripe.retrieve_intent`, for an event about a payment that is under way or has failed.
    RetrieveLatest {
        order: OrderId,
        failed: bool,
    },
    /// The transaction for such an event.
    ApplyStatus {
        order: OrderId,
        status: Payment,
    },
    /// The second half of that transaction, for the defect that splits it.
    ApplyRecordedEvent {
        order: OrderId,
    },
    /// `send_owed_refund`: `orders.get`.
    CheckOwedRefund {
        order: OrderId,
    },

    // Maintenance.
    /// The query of a job: the items that are due now.
    FindDue {
        job: Job,
    },
    /// `reconcile_payment`: `stripe.retrieve_intent`.
    ReconcilePayment {
        order: OrderId,
    },
    /// `apply_payment_now`: the transaction.
    ApplyPayment {
        order: OrderId,
    },

    /// No command: the process has ended.
    Ended(Response),
}

/// What a caller continues with after commands that several programs share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Continuation {
    /// `Step::Retry`: another attempt.
    Retry,
    /// [`Command::ReadConflictingOrder`].
    ReadConflictingOrder { order: OrderId },
    /// [`Command::FindExisting`], because the request is about to be rejected or an index has rejected its order.
    FindExisting { rejected: bool },
    /// `request_payment`, if the order was payable when it was read.
    RequestPayment { payable: bool },
    /// The end of the process, with this response.
    Respond(Response),
    /// [`Command::Place`], for the defect that removes the holds first.
    Place,
    /// The next item of the run of `maintenance`.
    NextItem,
    /// The next item; but an order that could not be cancelled is reconciled with Stripe before (`expire_unpaid`).
    NextItemOrReconcile,
}

/// A command that failed for its process, and that the database executes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Delayed {
    ReserveStock { product: usize },
    Place,
}

/// A running process, with its local memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    /// The command that it executes next.
    pub(crate) next: Command,
    /// The current job of a run of `maintenance`.
    pub(crate) job: Job,
    /// The orders that the job has read as due and not processed yet.
    pub(crate) due: [bool; ORDERS],
    /// Which of these orders had an intent when the job read them.
    pub(crate) had_intent: [bool; ORDERS],
    /// Which of these orders had a payment under way when the job read them.
    pub(crate) was_under_way: [bool; ORDERS],
    /// The id of the order that a checkout tries to place.
    pub(crate) order: OrderId,
    /// The checkout has released stock under that id, and reserves no more under it.
    pub(crate) has_released: bool,
    pub(crate) delayed: Option<Delayed>,
    /// Both carts as a merge has read them.
    pub(crate) read_carts: [Cart; BUYERS],
}

impl Process {
    pub(crate) fn new(program: Program, place: usize) -> Self {
        let next = match program {
            Program::PlaceOrder { .. } => Command::ReadCart,
            Program::MergeCarts => Command::ReadCarts,
            Program::CancelOrder { order, .. } => Command::GetOrder { order },
            Program::ReceiveEvent { order } => Command::ApplyEvent { order },
            Program::ReceiveDebitEvent { order, failed } => Command::RetrieveLatest { order, failed },
            Program::Maintenance { jobs } => jobs.first().map_or(ENDED, |job| Command::FindDue { job: *job }),
        };
        Self {
            next,
            job: Job::ReleaseStaleHolds,
            due: [false; ORDERS],
            had_intent: [false; ORDERS],
            was_under_way: [false; ORDERS],
            order: place,
            has_released: false,
            delayed: None,
            read_carts: [Cart::default(); BUYERS],
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.next, Command::Ended(_))
    }
}

/// The end of a process that runs no checkout.
pub(crate) const ENDED: Command = Command::Ended(Response::None);
