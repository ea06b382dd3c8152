//! Who calls: a backend with the secret key, or a browser with the publishable one.

use crate::errors::{ApiError, Result};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// The keys of the account.
pub(crate) struct ApiKeys {
    pub(crate) secret: String,
    pub(crate) publishable: Option<String>,
}

/// Which of them a call came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Secret,
    Publishable,
}

/// Reads `Authorization: Bearer <key>`, or `Basic` with the key as the user.
pub(super) fn authenticate(headers: &HeaderMap, keys: &ApiKeys) -> Result<Key> {
    let given = read_key(headers).ok_or(ApiError::MissingApiKey)?;
    if given == keys.secret {
        Ok(Key::Secret)
    } else if keys.publishable.as_ref() == Some(&given) {
        Ok(Key::Publishable)
    } else {
        Err(ApiError::WrongApiKey { masked: mask(&given) })
    }
}

fn read_key(headers: &HeaderMap) -> Option<String> {
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

/// The key as Stripe repeats it: its ends only.
fn mask(key: &str) -> String {
    let length = key.chars().count();
    let hidden = |place| place >= 8 && place < length.saturating_sub(4);
    key.chars().enumerate().map(|(place, it)| if hidden(place) { '*' } else { it }).collect()
}
