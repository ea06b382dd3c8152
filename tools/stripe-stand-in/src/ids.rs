//! Ids and secrets in Stripe's manner: a prefix and random letters and digits.

use aws_lc_rs::rand;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An id such as `pi_3...` that never comes again, not even after a restart: a shop may take the id
/// of an event as its own idempotency key.
#[expect(clippy::expect_used, reason = "nothing can go on without the system's randomness")]
pub(crate) fn fresh(prefix: &str) -> String {
    let mut random = [0; 24];
    rand::fill(&mut random).expect("the system gives random bytes");
    let tail = random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
    prefix.chars().chain(tail.copied().map(char::from)).collect()
}

/// Now, in the whole seconds that Stripe counts in.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
