//! Passwords: hashed by bcrypt, never on the threads that serve, never cut short.

use crate::db::users::PasswordHash;
use crate::domain::validation::ValidationError;
use crate::error::Error;
use crate::telemetry::time_other;
use secrecy::{ExposeSecret, SecretString};
use std::str::FromStr;

/// The least that a new password may have, in characters.
const MIN_CHARACTERS: usize = 8;
/// The most that bcrypt looks at, in bytes: it cuts silently at 72, and one is for its end mark.
const MAX_BYTES: usize = 71;
/// What is tried first on every account there is: one a line, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password that may be set: 8 characters to 71 bytes, and none that everybody tries first. It
/// never prints.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// What was typed.
    #[must_use]
    pub const fn typed(&self) -> &SecretString {
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
        } else if is_monotonous(text) {
            Err(ValidationError::new("too_simple", "must not be a repetition or a sequence of characters"))
        } else if is_common(text) {
            Err(ValidationError::new("too_common", "is one of the passwords that are tried first on every account"))
        } else {
            Ok(Self(text.into()))
        }
    }
}

/// Whether a text is the same few characters again and again (`aaaaaaaa`, `abcabcabc`, spaces), or
/// counts up or down (`abcdefgh`, `98765432`).
fn is_monotonous(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let repeats = |period: usize| codes.iter().zip(codes.iter().skip(period)).all(|(one, next)| one == next);
    let counts = |step: u32| codes.iter().zip(codes.iter().skip(1)).all(|(one, next)| one.wrapping_add(step) == *next);
    text.trim().is_empty() || (1..=3).any(repeats) || counts(1) || counts(u32::MAX)
}

fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    COMMON.lines().any(|common| common == text)
}

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    cost: u32,
}

impl Passwords {
    /// Hashes with bcrypt at this cost.
    #[must_use]
    pub const fn new(cost: u32) -> Self {
        Self { cost }
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        self.hash_typed(password.0).await
    }

    /// Hashes a password that was right once more, when its hash is of a lower cost than by now is due.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub async fn rehash(&self, right: &SecretString, hash: &PasswordHash) -> Result<Option<PasswordHash>, Error> {
        if cost_of(hash) < self.cost { self.hash_typed(right.clone()).await.map(Some) } else { Ok(None) }
    }

    async fn hash_typed(&self, password: SecretString) -> Result<PasswordHash, Error> {
        let cost = self.cost;
        let hashed = tokio::task::spawn_blocking(move || bcrypt::non_truncating_hash(password.expose_secret(), cost));
        match time_other(hashed).await {
            Ok(hash) => Ok(PasswordHash(hash?)),
            Err(_) => Err(Error::System("hashing was interrupted")),
        }
    }

    /// Checks what somebody typed against a hash, or against none in the same time.
    ///
    /// # Errors
    /// When the stored hash is not bcrypt's.
    pub async fn check(&self, typed: &SecretString, hash: Option<PasswordHash>) -> Result<bool, Error> {
        let (cost, typed) = (self.cost, typed.clone());
        let checked = tokio::task::spawn_blocking(move || check(typed.expose_secret(), hash.as_ref(), cost));
        match time_other(checked).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(Error::System("checking was interrupted")),
        }
    }
}

fn check(typed: &str, hash: Option<&PasswordHash>, cost: u32) -> Result<bool, bcrypt::BcryptError> {
    // Hashing is the work of a check, so that an unknown e-mail takes as long as a wrong password.
    let Some(hash) = hash else { return work(cost).map(|()| false) };
    // What is missing between two costs is the work of those from the lower one up to the higher one.
    (cost_of(hash)..cost).try_for_each(work)?;
    // A longer one cannot be right, and bcrypt refuses it with an error.
    if typed.len() > MAX_BYTES {
        bcrypt::verify("", &hash.0).map(|_| false)
    } else {
        bcrypt::non_truncating_verify(typed, &hash.0)
    }
}

fn work(cost: u32) -> Result<(), bcrypt::BcryptError> {
    bcrypt::hash_with_salt("", cost, [0; 16]).map(drop)
}

/// The cost that a hash such as `$2b$12$...` names.
fn cost_of(hash: &PasswordHash) -> u32 {
    hash.0.split('$').nth(2).and_then(|cost| cost.parse().ok()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Password, Passwords};

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
    fn what_everybody_tries_first_is_no_password_in_any_case() {
        for bad in ["password1", "password", "PassWord1", "QWERTYUIOP"] {
            assert_eq!(bad.parse::<Password>().unwrap_err().code, "too_common", "{bad}");
        }
    }

    #[test]
    fn what_repeats_or_counts_is_no_password() {
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
    async fn long_passwords_with_the_same_start_differ() {
        let passwords = Passwords::new(4);
        let longest = longest();
        let hash = passwords.hash(longest.parse().unwrap()).await.unwrap();
        assert!(passwords.check(&longest.clone().into(), Some(hash.clone())).await.unwrap());
        for other in [longest[..70].to_owned(), format!("{longest}x"), longest[..70].to_owned() + "y"] {
            assert!(!passwords.check(&other.into(), Some(hash.clone())).await.unwrap());
        }
        assert!(!passwords.check(&"whatever".into(), None).await.unwrap());
    }
}
