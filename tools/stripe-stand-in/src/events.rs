//! Events: changes of objects, each with a snapshot of the object.

mod thin_events;

pub(crate) use thin_events::RetrieveThinEvent;

use crate::account::{Account, Object, Table};
use crate::api::API_VERSION;
use crate::clock::Clock;
use crate::errors::{ApiError, Result};
use crate::ids;
use crate::list::{List, PAGE_PARAMS};
use crate::params::Params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thin_events::thin_event;

/// The number of types that a list may be filtered by.
const MAX_TYPES: usize = 20;

/// A change of an object. `body` is the same in the API and in webhooks.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    /// The id of the changed object.
    pub(crate) object_id: String,
    created: i64,
    pub(crate) body: Value,
    /// The notification of an endpoint that is configured for thin events.
    pub(crate) thin: Value,
}

/// The request that caused an event. Events that the bank causes have none.
#[derive(Clone, Default)]
pub(crate) struct Cause {
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// All events, and those that were not passed to the webhooks yet.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Events {
    #[serde(skip)]
    clock: Clock,
    #[serde(skip)]
    livemode: bool,
    table: Table<Event>,
    #[serde(skip)]
    unsent: Vec<Event>,
}

impl Events {
    pub(crate) fn new(clock: Clock, livemode: bool) -> Self {
        Self { clock, livemode, table: Table::default(), unsent: Vec::new() }
    }

    /// Sets what is not stored with the events.
    pub(crate) fn restore(&mut self, clock: Clock, livemode: bool) {
        (self.clock, self.livemode) = (clock, livemode);
    }

    pub(crate) fn record(&mut self, kind: &'static str, object: &Value, cause: &Cause) {
        self.record_change(kind, object, None, cause);
    }

    /// Records an event with the previous values of the changed fields.
    pub(crate) fn record_change(
        &mut self,
        kind: &'static str,
        object: &Value,
        previous: Option<&Value>,
        cause: &Cause,
    ) {
        let (id, created) = (ids::random_id("evt_3"), self.clock.now());
        let object_id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let data = match previous {
            Some(previous) => json!({ "object": object, "previous_attributes": previous }),
            None => json!({ "object": object }),
        };
        let body = json!({
            "id": id,
            "object": "event",
            "api_version": API_VERSION,
            "created": created,
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": { "id": cause.request_id, "idempotency_key": cause.idempotency_key },
            "type": kind,
        });
        let thin = thin_event(&id, kind, created, self.livemode, object, cause);
        let event = Event { id, kind, object_id, created, body, thin };
        self.table.insert(event.clone());
        self.unsent.push(event);
    }

    pub(crate) fn take_unsent(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.unsent)
    }

    /// Finds an event by the id of its thin notification.
    fn find_thin(&self, id: &str) -> Option<&Event> {
        self.table.newest_first().find(|event| event.thin.get("id").and_then(Value::as_str) == Some(id))
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Event> {
        self.table.find(id)
    }
}

impl Object for Event {
    const NAME: &'static str = "event";
    const URL: &'static str = "/v1/events";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn to_json(&self) -> Value {
        self.body.clone()
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.events.table
    }
}

/// `GET /v1/events`, with the filters `type` and `types[]`. A `*` at the end matches a group: `charge.*`.
pub(crate) fn list_events(params: &Params) -> Result<List<Event>> {
    params.allow_only(&[&PAGE_PARAMS[..], &["type", "types[]"]].concat())?;
    let (single, several) = (params.text("type")?, params.list("types"));
    if single.is_some() && !several.is_empty() {
        return Err(ApiError::exclusive("type", "types"));
    }
    if several.len() > MAX_TYPES {
        return Err(ApiError::invalid("types", format!("You may only specify up to {MAX_TYPES} event types.")));
    }
    let patterns: Vec<_> = single.into_iter().chain(several).map(str::to_owned).collect();
    List::parse(params, move |event: &Event| {
        patterns.is_empty() || patterns.iter().any(|pattern| matches_type(pattern, event.kind))
    })
}

fn matches_type(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => kind == pattern,
    }
}
