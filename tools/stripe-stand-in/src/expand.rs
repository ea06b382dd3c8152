//! `expand[]`: replaces ids in a response by their objects (<https://docs.stripe.com/expand>).

use crate::account::Account;
use crate::api::{Permission, Permissions};
use crate::errors::{ApiError, Result};
use serde_json::Value;

/// Replaces the ids at a path such as `latest_charge` or `data.latest_charge`.
/// The key needs the permission to read them.
pub(crate) fn expand(account: &Account, permissions: &Permissions, body: &mut Value, path: &str) -> Result<()> {
    let not_expandable = || ApiError::NotExpandable { path: path.to_owned() };
    let mut targets = vec![body];
    for segment in path.split('.') {
        let mut next = Vec::new();
        for target in targets {
            match target.get_mut(segment).ok_or_else(not_expandable)? {
                Value::Array(items) => next.extend(items),
                other => next.push(other),
            }
        }
        targets = next;
    }
    for target in targets {
        match target {
            // Absent, or already expanded.
            Value::Null | Value::Object(_) => {}
            Value::String(id) => {
                let object = account.find_expandable(id).ok_or_else(not_expandable)?;
                let required = object.get("object").and_then(Value::as_str).and_then(Permission::to_read);
                required.map_or(Ok(()), |required| permissions.require(required))?;
                *target = object;
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => return Err(not_expandable()),
        }
    }
    Ok(())
}
