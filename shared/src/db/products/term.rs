//! A term: the key by which an index finds a product.

use aws_lc_rs::digest::{SHA256, digest};
use bson::Bson;
use serde::Serialize;

/// Separates the parts of a term. Text cannot contain it.
pub(super) const SEPARATOR: char = '\u{1F}';

/// A term: 48 bits of the hash of its text, which is shorter than most texts. Even with a million terms a collision
/// with a searched word is unlikely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub(super) struct Term(pub(super) i64);

impl Term {
    /// The facet term that every product has.
    pub(super) const EVERY_PRODUCT: Self = Self(0);

    pub(super) fn of(kind: &str, text: &str) -> Self {
        let hash = digest(&SHA256, format!("{kind}{SEPARATOR}{text}").as_bytes());
        Self(hash.as_ref().iter().take(6).fold(0, |number, byte| (number << 8_u32) | i64::from(*byte)))
    }
}

impl From<Term> for Bson {
    fn from(Term(number): Term) -> Self {
        number.into()
    }
}
