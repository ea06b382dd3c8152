//! Order tokens, by which a guest opens an order. A token is computed from the order, so that none is stored and each
//! request for it returns the same one.

use super::token_text;
use crate::config::RolledKey;
use crate::db::orders::OrderDoc;
use crate::domain::time::Timestamp;
use crate::domain::validation::ValidationError;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The setting with the key.
pub(crate) const ORDER_TOKEN_KEY: &str = "ORDER_TOKEN_KEY";

/// How long a token is valid after its order has ended.
const LIFETIME: Duration = Duration::from_hours(180 * 24);
/// The beginning of every token.
const PREFIX: &str = "order_";
/// Is part of what is signed, so that a signature is valid for nothing else.
const PURPOSE: &[u8] = b"order access";

/// The token of an order of a guest.
#[derive(Debug)]
pub struct OrderToken(SecretString);

/// Computes and verifies the tokens of orders. Tokens that were computed with the previous key remain valid, because they
/// are in links that were sent.
#[derive(Debug, Clone)]
pub struct OrderTokens {
    current: hmac::Key,
    previous: Option<hmac::Key>,
}

impl OrderTokens {
    /// Prepares the keys.
    pub(crate) fn new(key: &RolledKey) -> Self {
        let prepare = |key: &SecretString| hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes());
        Self { current: prepare(&key.current), previous: key.previous.as_ref().map(prepare) }
    }

    /// Returns the token of an order that belongs to a guest; `None` for that of an account.
    #[must_use]
    pub fn of(&self, order: &OrderDoc) -> Option<OrderToken> {
        let version = order.token_version()?;
        Some(OrderToken(text(&self.current, order, version)))
    }

    /// Returns whether a token opens an order now.
    #[must_use]
    pub fn verify(&self, order: &OrderDoc, token: &OrderToken, now: Timestamp) -> bool {
        let Some(version) = order.token_version() else { return false };
        let is_of = |key: &hmac::Key| {
            let expected = text(key, order, version);
            verify_slices_are_equal(expected.expose_secret().as_bytes(), token.0.expose_secret().as_bytes()).is_ok()
        };
        let is_alive = order.ended_at().is_none_or(|ended_at| now.since(ended_at) < LIFETIME);
        is_alive && (is_of(&self.current) || self.previous.as_ref().is_some_and(is_of))
    }
}

impl OrderToken {
    /// Returns the text of the token, for the guest only.
    #[must_use]
    pub const fn text(&self) -> &SecretString {
        &self.0
    }
}

impl std::str::FromStr for OrderToken {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        if token_text::has_form(text, PREFIX) {
            Ok(Self(text.to_owned().into()))
        } else {
            Err(ValidationError::new("invalid_order_token", "must be the token of an order"))
        }
    }
}

fn text(key: &hmac::Key, order: &OrderDoc, version: i64) -> SecretString {
    let mut context = hmac::Context::with_key(key);
    context.update(PURPOSE);
    context.update(&[0]);
    context.update(&version.to_be_bytes());
    context.update(&order.id.to_bytes());
    token_text::text(PREFIX, context.sign())
}
