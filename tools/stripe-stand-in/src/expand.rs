//! `expand[]`: replaces ids in a response by their objects (<https://docs.stripe.com/expand>).

use crate::account::Account;
use crate::errors::{ApiError, Result};
use serde_json::Value;

/// Replaces the ids at a path such as `latest_charge` or `data.latest_charge`.
pub(crate) fn expand(account: &Account, body: &mut Value, path: &str) -> Result<()> {
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
            Value::String(id) => *target = account.find_expandable(id).ok_or_else(not_expandable)?,
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => return Err(not_expandable()),
        }
    }
    Ok(())
}
