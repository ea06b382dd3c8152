//! Account tokens: what a link in a mail proves. A token has 256 random bits, is created when its mail is sent, and is stored
//! as a hash.

use super::random::random_bytes;
use crate::db::account_tokens::{AccountTokenDoc, TokenHash, TokenPurpose};
use crate::db::users::UserDoc;
use crate::domain::email::Email;
use crate::domain::time::Timestamp;
use crate::error::Error;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

/// Length of a token in bytes.
const BYTES: usize = 32;
/// What the text of each token starts with, so that a token in a log can be found.
const PREFIX: &str = "account_";

/// A token of an account.
#[derive(Debug)]
pub struct AccountToken(SecretSlice<u8>);

impl AccountToken {
    /// Generates a token for a user that is sent to an address, and the document to store before it is sent. The mail was
    /// requested at `requested_at`.
    ///
    /// # Errors
    /// [`Error::System`] without random numbers.
    pub fn generate(
        purpose: TokenPurpose,
        user: &UserDoc,
        email: &Email,
        requested_at: Timestamp,
        now: Timestamp,
    ) -> Result<(Self, AccountTokenDoc), Error> {
        let token = Self(random_bytes()?.to_vec().into());
        let document = AccountTokenDoc {
            hash: token.hash(),
            purpose,
            user_id: user.id,
            email: email.clone(),
            credentials_version: user.credentials_version,
            requested_at,
            expires_at: now.plus(purpose.lifetime()),
        };
        Ok((token, document))
    }

    /// Parses a token; `None` for a text that cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok().filter(|bytes| bytes.len() == BYTES)?;
        Some(Self(bytes.into()))
    }

    /// Returns the hash under which the token is stored. A slow hash would add no protection, because 256 random bits cannot
    /// be guessed.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex::encode(digest(&SHA256, self.0.expose_secret())))
    }

    /// Returns the text of the token, for the link only.
    #[must_use]
    pub fn text(&self) -> SecretString {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0.expose_secret())).into()
    }
}

#[cfg(test)]
mod tests {
    use super::AccountToken;
    use secrecy::ExposeSecret;

    #[test]
    fn only_the_text_of_a_token_has_its_hash() {
        let [one, other] = [[1; 32], [2; 32]].map(|bytes| AccountToken(bytes.to_vec().into()));
        let text = one.text().expose_secret().to_owned();
        assert_eq!(text.len(), 51);
        assert!(AccountToken::parse(&text).unwrap().hash() == one.hash() && one.hash() != other.hash());
        assert!(!format!("{one:?}").contains('1'));
        for bad in [
            "",
            "x",
            &text[1..],
            &format!("{text}A"),
            &text.replace('Q', "+"),
            &text.replace("account", "order"),
            &"\u{e9}".repeat(21),
        ] {
            assert!(AccountToken::parse(bad).is_none(), "{bad}");
        }
    }
}
