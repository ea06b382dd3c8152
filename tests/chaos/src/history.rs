//! What clients did and what they were told, a line of JSON for each try, so that a run that failed
//! can be looked at.

#![expect(clippy::disallowed_types, reason = "clients at work write into one file, each line at once")]

use crate::wait::until;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What clients did, in the order in which they heard of it. Clones write into the same one.
#[derive(Debug, Clone)]
pub struct History(Arc<Records>);

#[derive(Debug)]
struct Records {
    began: Instant,
    path: PathBuf,
    entries: Mutex<(Vec<Entry>, File)>,
}

/// One try of one client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// When the client heard of it, since the beginning.
    pub at: Duration,
    /// Who tried.
    pub who: String,
    /// What.
    pub deed: Deed,
    /// What came of it, as far as the client knows.
    pub outcome: Outcome,
}

/// What a client tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Buys what is in the cart, under a key.
    PlaceOrder {
        /// The key.
        key: String,
        /// What the cart holds, by SKU.
        lines: BTreeMap<String, i64>,
    },
    /// Asks for the way to pay.
    AskForPayment {
        /// Of which order.
        order: String,
    },
    /// Pays at Stripe.
    Pay {
        /// Which intent.
        intent: String,
        /// With what.
        method: String,
    },
    /// Asks for another sum at Stripe, past the shop.
    ChangeIntent {
        /// Which intent.
        intent: String,
        /// `amount` or `currency`.
        what: String,
        /// To what.
        value: String,
    },
    /// Gets a bank to want the money back.
    Dispute {
        /// Of which intent.
        intent: String,
    },
    /// Ends a dispute.
    Decide {
        /// Which one.
        dispute: String,
        /// `won` or `lost`, as the shop sees it.
        outcome: String,
    },
    /// Cancels as a buyer.
    Cancel {
        /// Which order.
        order: String,
    },
    /// Moves an order as an administrator.
    Move {
        /// Which order.
        order: String,
        /// Where to.
        status: String,
    },
    /// Sends money back as an administrator.
    Refund {
        /// Of which order.
        order: String,
        /// The key.
        key: String,
        /// How much, in minor units; without, all.
        amount: Option<i64>,
        /// Whether the goods are for sale again.
        restock: bool,
    },
    /// Reads an order.
    Read {
        /// Which order.
        order: String,
    },
    /// Changes the catalogue.
    Edit {
        /// Which product.
        product: String,
        /// What of it.
        what: String,
    },
}

/// What a client knows of its try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done, and this is the answer.
    Ok(Value),
    /// It was refused, for good: nothing has happened, and nothing will.
    Refused {
        /// The status.
        status: u16,
        /// The problem.
        problem: Value,
    },
    /// Nobody knows: no answer, or one that says so.
    Unknown(String),
}

impl History {
    /// An empty history, in that directory.
    #[must_use]
    pub fn in_directory(directory: &Path) -> Self {
        let path = directory.join("history.jsonl");
        let file = File::create(&path).expect("a file for the history");
        Self(Arc::new(Records { began: Instant::now(), path, entries: Mutex::new((Vec::new(), file)) }))
    }

    /// Where it is on disk.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Notes a try.
    pub fn note(&self, who: &str, deed: Deed, outcome: Outcome) {
        let entry = Entry { at: self.0.began.elapsed(), who: who.to_owned(), deed, outcome };
        let line = serde_json::to_string(&entry).expect("an entry in JSON");
        let mut records = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(records.1, "{line}").expect("a history that can be written");
        records.0.push(entry);
    }

    /// The orders that somebody was told of, by id.
    #[must_use]
    pub fn told_orders(&self) -> Vec<String> {
        let records = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let placed = records.0.iter().filter(|entry| matches!(entry.deed, Deed::PlaceOrder { .. }));
        let ids = placed.filter_map(|entry| entry.outcome.ok()?["id"].as_str());
        ids.map(str::to_owned).collect()
    }

    /// Waits until so many orders stand, as far as clients were told.
    pub async fn wait_for_orders(&self, count: usize) {
        until("placing orders", async || (self.told_orders().len() >= count).then_some(())).await;
    }

    /// All tries so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

impl Entry {
    /// The key, if it is a try to buy.
    #[must_use]
    pub const fn key(&self) -> Option<&str> {
        if let Deed::PlaceOrder { key, .. } = &self.deed { Some(key.as_str()) } else { None }
    }
}

impl Outcome {
    /// The answer, if it was done.
    #[must_use]
    pub const fn ok(&self) -> Option<&Value> {
        if let Self::Ok(answer) = self { Some(answer) } else { None }
    }

    /// The answer of something that must have been done.
    #[track_caller]
    pub fn done(&self) -> &Value {
        self.ok().unwrap_or_else(|| panic!("not done: {self:?}"))
    }

    /// A text of that answer by its JSON pointer; it must be there.
    #[track_caller]
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        let text = self.done().pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer} in {self:?}")).to_owned()
    }

    /// Whether nobody knows.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// The code of the problem for which it was refused.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        if let Self::Refused { problem, .. } = self { problem["code"].as_str() } else { None }
    }
}
