//! Ids and secrets in Stripe's form: a prefix and 24 random letters and digits.

use aws_lc_rs::rand;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Generates an id such as `pi_3...`. Ids do not repeat, not even after a restart, because a shop may use the id of an
/// event as its own idempotency key.
#[expect(clippy::expect_used, reason = "the stand-in cannot work without the system's random bytes")]
pub(crate) fn random_id(prefix: &str) -> String {
    let mut random = [0; 24];
    rand::fill(&mut random).expect("random bytes from the system");
    let tail = random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
    prefix.chars().chain(tail.copied().map(char::from)).collect()
}
