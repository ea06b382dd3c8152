//! The objects of the account, in memory.

use crate::api::IdempotencyKeys;
use crate::behavior::Behavior;
use crate::charges::Charge;
use crate::clock::Clock;
use crate::disputes::Dispute;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::events::Events;
use crate::payment_intents::PaymentIntent;
use crate::payment_methods::PaymentMethod;
use crate::refunds::Refund;
use crate::schedule::Schedule;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::HashMap;

/// All objects of the account in one mode, its clock, and the behaviour that the control API has chosen. Objects of test
/// mode and live mode are separate, as if they were of two accounts.
///
/// The behaviour and the idempotency keys are not stored with it.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Account {
    pub(crate) livemode: bool,
    pub(crate) payment_methods: Table<PaymentMethod>,
    pub(crate) payment_intents: Table<PaymentIntent>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) events: Events,
    #[serde(skip)]
    pub(crate) behavior: Behavior,
    pub(crate) clock: Clock,
    pub(crate) schedule: Schedule,
    #[serde(skip)]
    pub(crate) idempotency: IdempotencyKeys,
}

impl Account {
    pub(crate) fn new(livemode: bool) -> Self {
        let clock = Clock::default();
        Self {
            livemode,
            payment_methods: Table::default(),
            payment_intents: Table::default(),
            charges: Table::default(),
            refunds: Table::default(),
            disputes: Table::default(),
            events: Events::new(clock.clone(), livemode),
            behavior: Behavior::default(),
            clock,
            schedule: Schedule::default(),
            idempotency: IdempotencyKeys::default(),
        }
    }

    /// Returns an account that was stored, whose events have its clock.
    pub(crate) fn restored(mut self) -> Self {
        self.events.restore(self.clock.clone(), self.livemode);
        self
    }

    /// Finds an object of any type that `expand` supports.
    pub(crate) fn find_expandable(&self, id: &str) -> Option<Value> {
        let intent = self.payment_intents.find(id).map(Object::to_json);
        intent
            .or_else(|| self.charges.find(id).map(Object::to_json))
            .or_else(|| self.refunds.find(id).map(Object::to_json))
            .or_else(|| self.payment_methods.find(id).map(Object::to_json))
    }

    /// Returns whether it has an object with this id.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.find_expandable(id).is_some() || self.disputes.find(id).is_some() || self.events.find(id).is_some()
    }
}

/// An object of Stripe's API.
pub(crate) trait Object: Send + 'static {
    /// Stripe's name of the type, as in the field `object` and in error messages.
    const NAME: &'static str;
    /// The path of the list.
    const URL: &'static str;

    fn id(&self) -> &str;
    /// Returns the time of creation in Unix seconds.
    fn created(&self) -> i64;
    fn to_json(&self) -> Value;
    fn table(account: &Account) -> &Table<Self>
    where
        Self: Sized;
}

/// All objects of one type, oldest first.
pub(crate) struct Table<T> {
    rows: Vec<T>,
    index_by_id: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), index_by_id: HashMap::new() }
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl<'de, T: Object + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let mut table = Self::default();
        Vec::deserialize(deserializer)?.into_iter().for_each(|row| table.insert(row));
        Ok(table)
    }
}

impl<T: Object> Table<T> {
    pub(crate) fn insert(&mut self, row: T) {
        self.index_by_id.insert(row.id().to_owned(), self.rows.len());
        self.rows.push(row);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&T> {
        self.index_by_id.get(id).and_then(|index| self.rows.get(*index))
    }

    pub(crate) fn get(&self, id: &str, param: &'static str, role: ObjectRole) -> Result<&T> {
        self.find(id).ok_or_else(|| missing::<T>(id, param, role))
    }

    pub(crate) fn get_mut(&mut self, id: &str, param: &'static str, role: ObjectRole) -> Result<&mut T> {
        let row = self.index_by_id.get(id).and_then(|index| self.rows.get_mut(*index));
        row.ok_or_else(|| missing::<T>(id, param, role))
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().rev()
    }
}

fn missing<T: Object>(id: &str, param: &'static str, role: ObjectRole) -> ApiError {
    ApiError::ResourceMissing { object: T::NAME, id: id.to_owned(), param, role }
}
