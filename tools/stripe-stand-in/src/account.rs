//! Everything that the account behind the API holds, in memory.

use crate::charges::Charge;
use crate::disputes::Dispute;
use crate::errors::{ApiError, Mention, Result};
use crate::events::Events;
use crate::payment_intents::PaymentIntent;
use crate::refunds::Refund;
use serde_json::Value;
use std::collections::HashMap;

/// All objects of the account.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) payment_intents: Table<PaymentIntent>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) events: Events,
}

impl Account {
    /// Any object that a field of another may name, for `expand`.
    pub(crate) fn show_any(&self, id: &str) -> Option<Value> {
        let intent = self.payment_intents.find(id).map(Object::to_json);
        intent
            .or_else(|| self.charges.find(id).map(Object::to_json))
            .or_else(|| self.refunds.find(id).map(Object::to_json))
    }
}

/// An object of Stripe's API.
pub(crate) trait Object: Send + 'static {
    /// What Stripe calls it, in the field `object` and in its errors.
    const NAME: &'static str;
    /// Where it is listed.
    const URL: &'static str;

    fn id(&self) -> &str;
    /// Unix seconds.
    fn created(&self) -> i64;
    fn to_json(&self) -> Value;
    fn table(account: &Account) -> &Table<Self>
    where
        Self: Sized;
}

/// The objects of one kind, in the order in which they were made.
pub(crate) struct Table<T> {
    rows: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Object> Table<T> {
    pub(crate) fn insert(&mut self, row: T) {
        self.places.insert(row.id().to_owned(), self.rows.len());
        self.rows.push(row);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&T> {
        self.places.get(id).and_then(|place| self.rows.get(*place))
    }

    pub(crate) fn get(&self, id: &str, param: &'static str, from: Mention) -> Result<&T> {
        self.find(id).ok_or_else(|| missing::<T>(id, param, from))
    }

    pub(crate) fn get_mut(&mut self, id: &str, param: &'static str, from: Mention) -> Result<&mut T> {
        let row = self.places.get(id).and_then(|place| self.rows.get_mut(*place));
        row.ok_or_else(|| missing::<T>(id, param, from))
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().rev()
    }
}

fn missing<T: Object>(id: &str, param: &'static str, from: Mention) -> ApiError {
    ApiError::NoSuch { object: T::NAME, id: id.to_owned(), param, from }
}
