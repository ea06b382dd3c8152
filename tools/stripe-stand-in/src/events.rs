//! Events: changes of objects, each with a snapshot of the object.

use crate::account::{Account, Object, Table};
use crate::api::API_VERSION;
use crate::clock::Clock;
use crate::errors::Result;
use crate::ids;
use crate::list::{List, PAGE_PARAMS};
use crate::params::Params;
use serde_json::{Value, json};

/// A change of an object. `body` is the same in the API and in webhooks.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    /// The id of the changed object.
    pub(crate) object_id: String,
    created: i64,
    pub(crate) body: Value,
}

/// The request that caused an event. Events that the bank causes have none.
#[derive(Clone, Default)]
pub(crate) struct Cause {
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// All events, and those that were not passed to the webhooks yet.
pub(crate) struct Events {
    clock: Clock,
    table: Table<Event>,
    unsent: Vec<Event>,
}

impl Events {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, table: Table::default(), unsent: Vec::new() }
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
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": cause.request_id, "idempotency_key": cause.idempotency_key },
            "type": kind,
        });
        let event = Event { id, kind, object_id, created, body };
        self.table.insert(event.clone());
        self.unsent.push(event);
    }

    pub(crate) fn take_unsent(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.unsent)
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
    params.allow_only(&[&PAGE_PARAMS[..], &["type", "types"]].concat())?;
    let single = params.text("type")?.into_iter();
    let patterns: Vec<_> = single.chain(params.list("types")).map(str::to_owned).collect();
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
