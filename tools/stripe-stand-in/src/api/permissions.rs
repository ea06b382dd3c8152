//! Restricted keys: each has a list of permissions, by resource (<https://docs.stripe.com/keys/restricted-api-keys>).

use crate::errors::{ApiError, Result};
use axum::http::Method;
use serde::Deserialize;
use std::collections::HashMap;
use std::str::FromStr;

/// Resources by the first segment of their path, with the names that Stripe's permissions have. One permission covers
/// charges and refunds.
const RESOURCES: [(&str, &str); 6] = [
    ("charges", "charge"),
    ("disputes", "dispute"),
    ("events", "event"),
    ("payment_intents", "payment_intent"),
    ("payment_methods", "payment_method"),
    ("refunds", "charge"),
];

/// The body of `PUT /_stand-in/restricted-keys`: adds a key or replaces its permissions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRestrictedKey {
    key: String,
    permissions: Vec<String>,
}

/// The restricted keys of the account.
#[derive(Default)]
pub(crate) struct RestrictedKeys(HashMap<String, Permissions>);

/// The permissions of a key. The secret key has all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Permissions {
    All,
    Only { key: String, granted: Vec<Permission> },
}

/// The permission to read or write one resource. Writing includes reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permission {
    resource: &'static str,
    writes: bool,
}

impl RestrictedKeys {
    pub(crate) fn set(&mut self, SetRestrictedKey { key, permissions }: SetRestrictedKey) -> Result<()> {
        if !key.starts_with("rk_") {
            return Err(ApiError::InvalidControlRequest("A restricted key starts with `rk_`.".to_owned()));
        }
        let granted = permissions.iter().map(|name| name.parse()).collect::<Result<_>>()?;
        self.0.insert(key.clone(), Permissions::Only { key, granted });
        Ok(())
    }

    pub(crate) fn find(&self, key: &str) -> Option<Permissions> {
        self.0.get(key).cloned()
    }
}

impl Permissions {
    pub(crate) fn require(&self, required: Permission) -> Result<()> {
        match self {
            Self::Only { key, granted } if !granted.iter().any(|granted| granted.includes(required)) => {
                Err(ApiError::PermissionMissing { masked: mask(key), permission: required.name() })
            }
            Self::All | Self::Only { .. } => Ok(()),
        }
    }
}

impl Permission {
    /// Returns the permission that a request needs; `None` if its resource is unknown.
    pub(super) fn of_request(method: &Method, path: &str) -> Option<Self> {
        let mut segments = path.trim_start_matches('/').split('/');
        let resource = match (segments.next()?, segments.next()?) {
            ("v1", resource) => resource,
            ("v2", "core") => segments.next()?,
            _ => return None,
        };
        Self::of_resource(method, resource)
    }

    fn of_resource(method: &Method, resource: &str) -> Option<Self> {
        let (_, name) = RESOURCES.iter().find(|(path, _)| *path == resource)?;
        Some(Self { resource: name, writes: *method == Method::POST })
    }

    /// Returns the permission that reading an object of this type needs, as the field `object` names it.
    pub(crate) fn to_read(object: &str) -> Option<Self> {
        Self::of_resource(&Method::GET, &format!("{object}s"))
    }

    fn includes(self, required: Self) -> bool {
        self.resource == required.resource && (self.writes || !required.writes)
    }

    fn name(self) -> String {
        format!("rak_{}_{}", self.resource, if self.writes { "write" } else { "read" })
    }
}

impl FromStr for Permission {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self> {
        let all = RESOURCES.iter().flat_map(|(_, resource)| [false, true].map(|writes| Self { resource, writes }));
        all.into_iter()
            .find(|permission| permission.name() == text)
            .ok_or_else(|| ApiError::InvalidControlRequest(format!("unknown permission `{text}`")))
    }
}

/// Masks a key as Stripe does here: all but its first 8 and last 6 characters.
fn mask(key: &str) -> String {
    let hidden = key.chars().count().saturating_sub(14);
    let (first, last) = (key.chars().take(8), key.chars().skip(hidden.saturating_add(8)));
    first.chain(std::iter::repeat_n('*', hidden)).chain(last).collect()
}
