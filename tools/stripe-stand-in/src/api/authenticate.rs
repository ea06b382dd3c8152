//! Authenticates a request by its API key: the secret key of a backend or the publishable key of a browser.

use super::permissions::{Permissions, RestrictedKeys};
use crate::errors::{ApiError, Result};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The API keys of the account.
pub(crate) struct ApiKeys {
    pub(crate) secret: String,
    pub(crate) publishable: Option<String>,
}

/// The type of a request's API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    /// The key of a backend, unrestricted or restricted.
    Secret(Permissions),
    Publishable,
}

/// Checks `Authorization: Bearer <key>`, or `Basic` with the key as the user name.
pub(super) fn authenticate(headers: &HeaderMap, keys: &ApiKeys, restricted: &RestrictedKeys) -> Result<KeyType> {
    let key = parse_key(headers).ok_or(ApiError::MissingApiKey)?;
    if key == keys.secret {
        Ok(KeyType::Secret(Permissions::All))
    } else if keys.publishable.as_ref() == Some(&key) {
        Ok(KeyType::Publishable)
    } else {
        let permissions = restricted.find(&key);
        permissions.map(KeyType::Secret).ok_or_else(|| ApiError::InvalidApiKey { masked: mask(&key) })
    }
}

fn parse_key(headers: &HeaderMap) -> Option<String> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Some(credentials.trim().to_owned())
    } else if scheme.eq_ignore_ascii_case("basic") {
        let user = String::from_utf8(BASE64_STANDARD.decode(credentials.trim()).ok()?).ok()?;
        Some(user.split(':').next().unwrap_or_default().to_owned())
    } else {
        None
    }
}

/// Masks a key as Stripe does: all but its first 8 and last 4 characters.
fn mask(key: &str) -> String {
    let length = key.chars().count();
    let is_masked = |index| index >= 8 && index < length.saturating_sub(4);
    key.chars().enumerate().map(|(index, character)| if is_masked(index) { '*' } else { character }).collect()
}
