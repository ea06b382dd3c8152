//! Random values that are derived from names, so that every developer has the same demo shop.

use std::ops::RangeInclusive;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use fastrand::Rng;
use mongodb::bson::oid::ObjectId;

/// A random number generator whose seed is derived from `name`.
pub(super) fn generator(name: &str) -> Rng {
    Rng::with_seed(u64::from_be_bytes(hash(name)))
}

/// Derives an id from a name such as `product/TEE-HARBOR`.
pub(super) fn derive_id<Id: From<ObjectId>>(name: &str) -> Id {
    ObjectId::from_bytes(hash(name)).into()
}

/// A random share of `span`, from a range of percentages.
pub(super) fn share_of(random: &mut Rng, span: Duration, percent: RangeInclusive<u64>) -> Duration {
    let seconds = span.as_secs().saturating_mul(random.u64(percent)).saturating_add(random.u64(0..60));
    Duration::from_secs(seconds.div_euclid(100))
}

/// Random characters of an ASCII alphabet.
pub(super) fn text(random: &mut Rng, alphabet: &str, length: usize) -> String {
    (0..length).filter_map(|_| random.choice(alphabet.as_bytes())).copied().map(char::from).collect()
}

/// The first bytes of the name's SHA-256.
pub(super) fn hash<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes.iter_mut().zip(digest(&SHA256, name.as_bytes()).as_ref()).for_each(|(byte, hashed)| *byte = *hashed);
    bytes
}

#[cfg(test)]
mod tests {
    use super::generator;

    #[test]
    fn a_name_determines_the_numbers() {
        let numbers = |name: &str| {
            let mut random = generator(name);
            [random.u64(..), random.u64(..), random.u64(..)]
        };
        assert_eq!(numbers("a"), numbers("a"));
        assert_ne!(numbers("a"), numbers("b"));
    }
}
