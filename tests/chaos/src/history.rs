//! The history: every operation of every client with the observed outcome. It is the checker's evidence of what clients
//! observed. It is also written to `history.jsonl`, one line per operation, to investigate a failed run.

#![expect(clippy::disallowed_types, reason = "concurrent clients write to one file, each line at once")]

use crate::wait::until;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The operations of all clients, in the order of their responses. Clones write to the same history.
#[derive(Debug, Clone)]
pub struct History(Arc<Records>);

#[derive(Debug)]
struct Records {
    started: Instant,
    path: PathBuf,
    entries: Mutex<(Vec<Entry>, File)>,
}

/// One operation of one client.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The time of the response, since the start of the history.
    pub at: Duration,
    /// The name of the client.
    pub client: String,
    /// The operation.
    pub operation: Operation,
    /// The outcome as the client observed it.
    pub outcome: Outcome,
}

/// An operation of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Buys the cart.
    PlaceOrder {
        /// The idempotency key.
        key: String,
        /// The quantities in the cart, by SKU.
        lines: BTreeMap<String, i64>,
    },
    /// Merges the cart of a guest into that of a customer, while or before each of them buys it.
    Merge {
        /// The quantities in both carts, by SKU.
        lines: BTreeMap<String, i64>,
        /// The idempotency keys of the checkouts of both carts.
        keys: [String; 2],
    },
    /// Makes an order of a guest that of this account.
    Claim {
        /// The order's id.
        order: String,
    },
    /// Requests the payment intent of an order.
    RequestPayment {
        /// The order's id.
        order: String,
    },
    /// Pays at Stripe.
    Pay {
        /// The intent's id.
        intent: String,
        /// The payment method.
        method: String,
    },
    /// Changes the intent at Stripe, bypassing the shop.
    ChangeIntent {
        /// The intent's id.
        intent: String,
        /// `amount` or `currency`.
        field: String,
        /// The new value.
        value: String,
    },
    /// Disputes a payment, as the buyer's bank.
    Dispute {
        /// The intent's id.
        intent: String,
    },
    /// Closes a dispute, as the bank.
    CloseDispute {
        /// The dispute's id.
        dispute: String,
        /// `won` or `lost`, as seen by the shop.
        outcome: String,
    },
    /// Cancels an order as its buyer.
    Cancel {
        /// The order's id.
        order: String,
    },
    /// Changes the status of an order as an administrator.
    Transition {
        /// The order's id.
        order: String,
        /// The new status.
        status: String,
    },
    /// Refunds an order as an administrator.
    Refund {
        /// The order's id.
        order: String,
        /// The idempotency key.
        key: String,
        /// The amount in minor units; `None` for the whole refundable amount.
        amount: Option<i64>,
        /// Whether the order is restocked.
        restock: bool,
    },
    /// Reads an order.
    Read {
        /// The order's id.
        order: String,
    },
    /// Changes the slug of a product as an administrator.
    ChangeSlug {
        /// The product's id.
        product: String,
        /// The new slug.
        slug: String,
    },
    /// Edits a product as an administrator.
    EditProduct {
        /// The SKU.
        product: String,
        /// A description of the edit.
        edit: String,
    },
}

/// The outcome of an operation as its client observed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The operation succeeded with this response.
    Ok(Value),
    /// The operation was rejected with a 4xx: it has no effect, now or later.
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The problem.
        problem: Value,
    },
    /// The operation may or may not have an effect: there was no response, or a 5xx.
    Unknown(String),
}

impl History {
    /// Creates an empty history in that directory.
    #[must_use]
    pub fn in_directory(directory: &Path) -> Self {
        let path = directory.join("history.jsonl");
        let file = File::create(&path).expect("a file for the history");
        Self(Arc::new(Records { started: Instant::now(), path, entries: Mutex::new((Vec::new(), file)) }))
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Records an operation with its outcome.
    pub fn record(&self, client: &str, operation: Operation, outcome: Outcome) {
        let entry = Entry { at: self.0.started.elapsed(), client: client.to_owned(), operation, outcome };
        let line = serde_json::to_string(&entry).expect("an entry in JSON");
        let mut records = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(records.1, "{line}").expect("a writable history");
        records.0.push(entry);
    }

    /// Returns the ids of the orders that a client has received from a checkout.
    #[must_use]
    pub fn observed_orders(&self) -> Vec<String> {
        let records = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let placed = records.0.iter().filter(|entry| entry.key().is_some());
        let ids = placed.filter_map(|entry| entry.outcome.ok()?["id"].as_str());
        ids.map(str::to_owned).collect()
    }

    /// Waits until clients have received that many orders.
    pub async fn wait_for_orders(&self, count: usize) {
        until("placing orders", async || (self.observed_orders().len() >= count).then_some(())).await;
    }

    /// Returns all operations so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

impl Entry {
    /// Returns the idempotency key of a checkout.
    #[must_use]
    pub const fn key(&self) -> Option<&str> {
        if let Operation::PlaceOrder { key, .. } = &self.operation { Some(key.as_str()) } else { None }
    }
}

impl Outcome {
    /// Returns the response of a successful operation.
    #[must_use]
    pub const fn ok(&self) -> Option<&Value> {
        if let Self::Ok(response) = self { Some(response) } else { None }
    }

    /// Returns the response of a successful operation. Panics for another outcome.
    #[track_caller]
    pub fn expect_ok(&self) -> &Value {
        self.ok().unwrap_or_else(|| panic!("the operation has not succeeded: {self:?}"))
    }

    /// Returns the string at a JSON pointer in the response. Panics if there is none.
    #[track_caller]
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        let text = self.expect_ok().pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no string at {pointer} in {self:?}")).to_owned()
    }

    /// Returns whether the client cannot infer if the operation had an effect.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Returns the problem code of a rejected operation.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        if let Self::Rejected { problem, .. } = self { problem["code"].as_str() } else { None }
    }
}
