//! `expand[]`: an id in an answer is replaced by the object that it names.

use crate::account::Account;
use crate::errors::{ApiError, Result};
use serde_json::Value;

/// Replaces what `path` leads to, such as `latest_charge` or `data.latest_charge`.
pub(crate) fn expand(account: &Account, answer: &mut Value, path: &str) -> Result<()> {
    let refused = || ApiError::NotExpandable { path: path.to_owned() };
    let mut targets = vec![answer];
    for step in path.split('.') {
        let mut next = Vec::new();
        for target in targets {
            match target.get_mut(step).ok_or_else(refused)? {
                Value::Array(items) => next.extend(items),
                other => next.push(other),
            }
        }
        targets = next;
    }
    for target in targets {
        match target {
            // Not there yet, or expanded already.
            Value::Null | Value::Object(_) => {}
            Value::String(id) => *target = account.show_any(id).ok_or_else(refused)?,
            Value::Bool(_) | Value::Number(_) | Value::Array(_) => return Err(refused()),
        }
    }
    Ok(())
}
