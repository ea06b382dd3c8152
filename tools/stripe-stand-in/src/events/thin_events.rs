//! Thin events: notifications that name the changed object instead of containing it
//! (<https://docs.stripe.com/api/v2/core/events>).

use super::{Cause, Event};
use crate::account::Account;
use crate::api::Operation;
use crate::errors::{ApiError, ObjectRole, Result};
use crate::ids;
use crate::params::Params;
use serde_json::{Value, json};

/// Builds the thin notification of an event that has a snapshot.
pub(super) fn thin_event(
    snapshot: &str,
    kind: &str,
    created: i64,
    livemode: bool,
    object: &Value,
    cause: &Cause,
) -> Value {
    let field = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    let created = jiff::Timestamp::from_second(created).map(|time| format!("{time:.3}"));
    let request = json!({ "id": cause.request_id, "idempotency_key": cause.idempotency_key });
    json!({
        "id": ids::random_id("evt_4"),
        "object": "v2.core.event",
        "context": null,
        "created": created.unwrap_or_default(),
        "livemode": livemode,
        "reason": cause.request_id.as_ref().map(|_| json!({ "type": "request", "request": request })),
        "related_object": {
            "id": field("id"),
            "type": field("object"),
            "url": format!("/v1/{}s/{}", field("object"), field("id")),
        },
        "snapshot_event": snapshot,
        "type": format!("v1.{kind}"),
    })
}

/// `GET /v2/core/events/{id}`
pub(crate) struct RetrieveThinEvent {
    id: String,
}

impl RetrieveThinEvent {
    pub(crate) fn parse(id: &str, params: &Params) -> Result<Self> {
        params.allow_only(&[])?;
        Ok(Self { id: id.to_owned() })
    }
}

impl Operation for RetrieveThinEvent {
    fn execute(self: Box<Self>, account: &mut Account, _: &Cause) -> Result<Value> {
        let event: Option<&Event> = account.events.find_thin(&self.id);
        event.map(|event| event.thin.clone()).ok_or_else(|| ApiError::ResourceMissing {
            object: "event",
            id: self.id.clone(),
            param: "id",
            role: ObjectRole::Subject,
        })
    }
}
