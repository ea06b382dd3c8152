//! Passwords: normalized, and hashed with bcrypt without truncation, on threads that serve no requests.

use super::opaque_string;
use super::random::random_bytes;
use crate::db::users::PasswordHash;
use crate::domain::validation::ValidationError;
use crate::error::Error;
use crate::telemetry::time_other;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use std::str::FromStr;

/// The minimum length of a new password in characters.
const MIN_CHARACTERS: usize = 8;
/// The maximum length of a password in bytes: bcrypt truncates silently at 72, one of which is its terminator.
const MAX_BYTES: usize = 71;
/// The length in bytes above which a password exceeds [`MAX_BYTES`] in normalized form, too: normalization makes no text
/// shorter than a third. Longer text is not normalized, which would take time.
const MAX_BYTES_TO_NORMALIZE: usize = MAX_BYTES * 4;
/// The passwords that attackers try first, one per line, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// A valid new password: 8 characters to 71 bytes, neither common nor a repetition or sequence.
#[derive(Debug, Clone)]
pub struct Password(NormalizedPassword);

/// A password in the normalized form in which all passwords are hashed and verified. It need not be valid as a new one.
#[derive(Debug, Clone)]
pub struct NormalizedPassword(SecretString);

impl Password {
    /// Generates a random password.
    pub fn generate() -> Result<Self, Error> {
        Ok(Self(NormalizedPassword(URL_SAFE_NO_PAD.encode(random_bytes()?).into())))
    }

    /// Returns the password, to verify it.
    #[must_use]
    pub const fn normalized(&self) -> &NormalizedPassword {
        &self.0
    }

    /// Returns the text of the password, for its owner only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl NormalizedPassword {
    fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for NormalizedPassword {
    fn from(text: &str) -> Self {
        let is_normalizable = text.len() <= MAX_BYTES_TO_NORMALIZE;
        Self(if is_normalizable { opaque_string::normalize(text) } else { text.to_owned() }.into())
    }
}

impl FromStr for Password {
    type Err = ValidationError;

    /// The rules apply to the normalized form.
    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let password = NormalizedPassword::from(text);
        let text = password.expose();
        if text.len() > MAX_BYTES {
            Err(ValidationError::new("too_long", format!("must have at most {MAX_BYTES} bytes in UTF-8")))
        } else if text.chars().count() < MIN_CHARACTERS {
            Err(ValidationError::new("too_short", format!("must have at least {MIN_CHARACTERS} characters")))
        } else if !opaque_string::is_allowed(text) {
            Err(ValidationError::new("invisible_character", "must not contain control or invisible characters"))
        } else if is_repetition_or_sequence(text) {
            Err(ValidationError::new("too_simple", "must not be a repetition or a sequence of characters"))
        } else if is_common(text) {
            Err(ValidationError::new("too_common", "must not be a common password"))
        } else {
            Ok(Self(password))
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
        self.hash_normalized(password.0).await
    }

    /// Hashes a verified password again if its hash has a lower cost than configured; otherwise returns `None`.
    pub async fn rehash(
        &self,
        password: &NormalizedPassword,
        hash: &PasswordHash,
    ) -> Result<Option<PasswordHash>, Error> {
        if cost_of(hash) < self.cost { self.hash_normalized(password.clone()).await.map(Some) } else { Ok(None) }
    }

    async fn hash_normalized(&self, password: NormalizedPassword) -> Result<PasswordHash, Error> {
        let cost = self.cost;
        let hashed = tokio::task::spawn_blocking(move || bcrypt::non_truncating_hash(password.expose(), cost));
        match time_other(hashed).await {
            Ok(hash) => Ok(PasswordHash(hash?)),
            Err(_) => Err(Error::System("password hashing was interrupted")),
        }
    }

    /// Returns whether a password matches a hash. Without a hash it returns `false` after the same time.
    pub async fn verify(&self, password: &NormalizedPassword, hash: Option<PasswordHash>) -> Result<bool, Error> {
        let (cost, password) = (self.cost, password.clone());
        let verified = tokio::task::spawn_blocking(move || verify(password.expose(), hash.as_ref(), cost));
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
    use super::{NormalizedPassword, Password, PasswordHasher};

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
        for bad in [
            "aaaaaaaa",
            &spaces,
            " \u{A0}\u{3000} \u{2003}   ",
            "abababab",
            "123123123",
            "abcdefgh",
            "hgfedcba",
            "98765432",
            &many,
        ] {
            assert_eq!(bad.parse::<Password>().unwrap_err().code, "too_simple", "{bad:?}");
        }
        for good in ["aaaaaaab", "abcdefgi", "correct horse", "        x", "1212 1212", "ab cab cab"] {
            assert!(good.parse::<Password>().is_ok(), "{good}");
        }
    }

    #[test]
    fn the_forms_of_one_password_are_equal() {
        for (one, other) in [
            ("pässwörd 9x", "pa\u{308}sswo\u{308}rd 9x"),
            ("pässwörd 9x", "pässwörd\u{A0}9x"),
            ("pässwörd 9x", "pa\u{308}sswo\u{308}rd\u{3000}9x"),
            ("Ångström Kelvin", "\u{212B}ngstr\u{F6}m \u{212A}elvin"),
            (
                "비밀번호를 입력하세요",
                "\u{1107}\u{1175}\u{1106}\u{1175}\u{11AF}\u{1107}\u{1165}\u{11AB}\u{1112}\u{1169}\u{1105}\u{1173}\u{11AF} \u{110B}\u{1175}\u{11B8}\u{1105}\u{1167}\u{11A8}\u{1112}\u{1161}\u{1109}\u{1166}\u{110B}\u{116D}",
            ),
        ] {
            let [one, other] = [one, other].map(|text| text.parse::<Password>().unwrap().expose().to_owned());
            assert_eq!(one, other);
        }
        // Neither case nor compatibility forms are folded.
        for (one, other) in
            [("Pässwörd 9x", "pässwörd 9x"), ("ﬁrst password", "first password"), ("ｐassword9x", "password9x")]
        {
            assert_ne!(NormalizedPassword::from(one).expose(), NormalizedPassword::from(other).expose());
        }
    }

    #[test]
    fn the_rules_apply_to_the_normalized_form() {
        // 35 times 2 bytes; decomposed they are 105.
        assert!("a\u{308}".repeat(34).parse::<Password>().is_err(), "a repetition");
        let decomposed = format!("{}b", "a\u{308}o\u{308}u\u{308}e\u{308}i\u{308}".repeat(7));
        assert_eq!((decomposed.len(), decomposed.parse::<Password>().unwrap().expose().len()), (106, 71));
        assert_eq!(format!("{decomposed}b").parse::<Password>().unwrap_err().code, "too_long");
        assert_eq!("pa\u{308}o\u{308}u\u{308}1".parse::<Password>().unwrap_err().code, "too_short");
        assert_eq!("q\u{2000}w".repeat(100_000).parse::<Password>().unwrap_err().code, "too_long");
    }

    #[test]
    fn control_and_invisible_characters_are_rejected() {
        for bad in [
            "my cat is a \tby",
            "correct\u{200B}horse",
            "correct\u{2028}horse",
            "correct\u{AD}horse",
            "correct\u{202E}horse",
        ] {
            assert_eq!(bad.parse::<Password>().unwrap_err().code, "invisible_character", "{bad:?}");
        }
    }

    #[test]
    fn a_generated_password_is_valid() {
        assert!(Password::generate().unwrap().expose().parse::<Password>().is_ok());
        assert_ne!(Password::generate().unwrap().expose(), Password::generate().unwrap().expose());
    }

    #[tokio::test]
    async fn long_passwords_are_not_truncated() {
        let hasher = PasswordHasher::new(4);
        let longest = longest();
        let hash = hasher.hash(longest.parse().unwrap()).await.unwrap();
        assert!(hasher.verify(&longest.as_str().into(), Some(hash.clone())).await.unwrap());
        for other in [longest[..70].to_owned(), format!("{longest}x"), longest[..70].to_owned() + "y"] {
            assert!(!hasher.verify(&other.as_str().into(), Some(hash.clone())).await.unwrap());
        }
        assert!(!hasher.verify(&"whatever".into(), None).await.unwrap());
    }
}
