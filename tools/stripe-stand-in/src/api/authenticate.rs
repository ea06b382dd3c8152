//! Authenticates a request by its API key: the secret key of a backend or the publishable key of a browser.

use super::permissions::{Permissions, RestrictedKeys};
use crate::errors::{ApiError, Result};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The API keys of the account.
pub(crate) struct ApiKeys {
    pub(crate) secret: Vec<String>,
    pub(crate) publishable: Vec<String>,
}

/// The key of a request: its mode and its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiKey {
    pub(super) livemode: bool,
    pub(super) key_type: KeyType,
}

/// The type of a request's API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    /// The key of a backend, unrestricted or restricted.
    Secret(Permissions),
    Publishable,
}

/// Checks `Authorization: Bearer <key>`, or `Basic` with the key as the user name.
pub(super) fn authenticate(headers: &HeaderMap, keys: &ApiKeys, restricted: &RestrictedKeys) -> Result<ApiKey> {
    let key = parse_key(headers).ok_or(ApiError::MissingApiKey)?;
    let livemode = ["sk_live_", "rk_live_", "pk_live_"].iter().any(|prefix| key.starts_with(prefix));
    let key_type = if keys.secret.contains(&key) {
        Some(KeyType::Secret(Permissions::All))
    } else if keys.publishable.contains(&key) {
        Some(KeyType::Publishable)
    } else {
        restricted.find(&key).map(KeyType::Secret)
    };
    let key_type = key_type.ok_or_else(|| ApiError::InvalidApiKey { masked: mask(&key) })?;
    Ok(ApiKey { livemode, key_type })
}

/// Parses the API key of a request.
pub(super) fn parse_key(headers: &HeaderMap) -> Option<String> {
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
