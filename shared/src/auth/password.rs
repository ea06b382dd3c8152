//! Passwords: hashed with bcrypt without truncation, on threads that serve no requests.

use crate::db::users::PasswordHash;
use crate::domain::validation::ValidationError;
use crate::error::Error;
use crate::telemetry::time_other;
use secrecy::{ExposeSecret, SecretString};
use std::str::FromStr;

/// The minimum length of a new password in characters.
const MIN_CHARACTERS: usize = 8;
/// The maximum length of a password in bytes: bcrypt truncates silently at 72, one of which is its terminator.
const MAX_BYTES: usize = 71;
/// The passwords that attackers try first, one per line, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// A valid new password: 8 characters to 71 bytes, neither common nor a repetition or sequence.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// Returns the password.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl FromStr for Password {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        if text.chars().count() < MIN_CHARACTERS {
            Err(ValidationError::new("too_short", format!("must have at least {MIN_CHARACTERS} characters")))
        } else if text.len() > MAX_BYTES {
            Err(ValidationError::new("too_long", format!("must have at most {MAX_BYTES} bytes in UTF-8")))
        } else if text.contains('\0') {
            Err(ValidationError::new("invisible_character", "must not contain the character NUL"))
        } else if is_repetition_or_sequence(text) {
            Err(ValidationError::new("too_simple", "must not be a repetition or a sequence of characters"))
        } else if is_common(text) {
            Err(ValidationError::new("too_common", "must not be a common password"))
        } else {
            Ok(Self(text.into()))
        }
    }
}

/// Returns whether a text repeats one to three characters (`aaaaaaaa`, `abcabcabc`), is blank, or is an ascending or
/// descending sequence (`abcdefgh`, `98765432`).
fn is_repetition_or_sequence(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let repeats = |period: usize| codes.iter().zip(codes.iter().skip(period)).all(|(one, next)| one == next);
    let is_sequence =
        |step: u32| codes.iter().zip(codes.iter().skip(1)).all(|(one, next)| one.wrapping_add(step) == *next);
    text.trim().is_empty() || (1..=3).any(repeats) || is_sequence(1) || is_sequence(u32::MAX)
}

fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    COMMON.lines().any(|common| common == text)
}

/// Hashes and verifies passwords.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    cost: u32,
}

impl PasswordHasher {
    /// Creates a hasher with this cost of bcrypt.
    #[must_use]
    pub const fn new(cost: u32) -> Self {
        Self { cost }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        self.hash_secret(password.0).await
    }

    /// Hashes a verified password again if its hash has a lower cost than configured; otherwise returns `None`.
    pub async fn rehash(&self, password: &SecretString, hash: &PasswordHash) -> Result<Option<PasswordHash>, Error> {
        if cost_of(hash) < self.cost { self.hash_secret(password.clone()).await.map(Some) } else { Ok(None) }
    }

    async fn hash_secret(&self, password: SecretString) -> Result<PasswordHash, Error> {
        let cost = self.cost;
        let hashed = tokio::task::spawn_blocking(move || bcrypt::non_truncating_hash(password.expose_secret(), cost));
        match time_other(hashed).await {
            Ok(hash) => Ok(PasswordHash(hash?)),
            Err(_) => Err(Error::System("password hashing was interrupted")),
        }
    }

    /// Returns whether a password matches a hash. Without a hash it returns `false` after the same time.
    pub async fn verify(&self, password: &SecretString, hash: Option<PasswordHash>) -> Result<bool, Error> {
        let (cost, password) = (self.cost, password.clone());
        let verified = tokio::task::spawn_blocking(move || verify(password.expose_secret(), hash.as_ref(), cost));
        match time_other(verified).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(Error::System("password verification was interrupted")),
        }
    }
}

fn verify(password: &str, hash: Option<&PasswordHash>, cost: u32) -> Result<bool, bcrypt::BcryptError> {
    // Without a hash, the same work is done: an unknown e-mail address takes as long as a wrong password.
    let Some(hash) = hash else { return work(cost).map(|()| false) };
    // Each step of the cost doubles the work: 2^low, plus the work of all costs from low to high - 1, is 2^high.
    (cost_of(hash)..cost).try_for_each(work)?;
    // A longer password cannot match, and bcrypt returns an error for it.
    if password.len() > MAX_BYTES {
        bcrypt::verify("", &hash.0).map(|_| false)
    } else {
        bcrypt::non_truncating_verify(password, &hash.0)
    }
}

/// Computes a hash and discards it.
fn work(cost: u32) -> Result<(), bcrypt::BcryptError> {
    bcrypt::hash_with_salt("", cost, [0; 16]).map(drop)
}

/// Returns the cost of a hash such as `$2b$12$...`.
fn cost_of(hash: &PasswordHash) -> u32 {
    hash.0.split('$').nth(2).and_then(|cost| cost.parse().ok()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Password, PasswordHasher};

    fn longest() -> String {
        "correct horse ".repeat(6)[..71].to_owned()
    }

    #[test]
    fn a_password_has_8_characters_to_71_bytes() {
        for good in ["12345678 ", "pässwörd", &longest()] {
            assert!(good.parse::<Password>().is_ok(), "{good}");
        }
        for bad in ["", "1234567", &"x".repeat(72), &"ä".repeat(36), "1234\u{0}5678"] {
            assert!(bad.parse::<Password>().is_err(), "{bad}");
        }
    }

    #[test]
    fn common_passwords_are_rejected_in_any_case() {
        for bad in ["password1", "password", "PassWord1", "QWERTYUIOP"] {
            assert_eq!(bad.parse::<Password>().unwrap_err().code, "too_common", "{bad}");
        }
    }

    #[test]
    fn repetitions_and_sequences_are_rejected() {
        let spaces = " ".repeat(12);
        let many = "x".repeat(71);
        for bad in
            ["aaaaaaaa", &spaces, " \t \t  \t ", "abababab", "123123123", "abcdefgh", "hgfedcba", "98765432", &many]
        {
            assert_eq!(bad.parse::<Password>().unwrap_err().code, "too_simple", "{bad:?}");
        }
        for good in ["aaaaaaab", "abcdefgi", "correct horse", "        x", "1212 1212", "ab cab cab"] {
            assert!(good.parse::<Password>().is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn long_passwords_are_not_truncated() {
        let hasher = PasswordHasher::new(4);
        let longest = longest();
        let hash = hasher.hash(longest.parse().unwrap()).await.unwrap();
        assert!(hasher.verify(&longest.clone().into(), Some(hash.clone())).await.unwrap());
        for other in [longest[..70].to_owned(), format!("{longest}x"), longest[..70].to_owned() + "y"] {
            assert!(!hasher.verify(&other.into(), Some(hash.clone())).await.unwrap());
        }
        assert!(!hasher.verify(&"whatever".into(), None).await.unwrap());
    }
}
