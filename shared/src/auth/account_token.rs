//! Account tokens: what a link in a mail proves. A token has 256 random bits, is created when its mail is sent, and is stored
//! as a hash.

use super::random::random_bytes;
use super::token_text;
use crate::db::account_tokens::{AccountTokenDoc, TokenHash, TokenPurpose};
use crate::db::users::UserDoc;
use crate::domain::email::Email;
use crate::domain::time::Timestamp;
use crate::error::Error;
use secrecy::SecretString;

/// The beginning of every token.
const PREFIX: &str = "account_";

/// A token of an account.
#[derive(Debug)]
pub struct AccountToken(SecretString);

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
        let token = Self(token_text::text(PREFIX, random_bytes()?));
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
        token_text::has_form(text, PREFIX).then(|| Self(text.to_owned().into()))
    }

    /// Returns the hash under which the token is stored.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(token_text::hash(&self.0))
    }

    /// Returns the text of the token, for the link only.
    #[must_use]
    pub const fn text(&self) -> &SecretString {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountToken, PREFIX, token_text};
    use secrecy::ExposeSecret;

    #[test]
    fn only_the_text_of_a_token_has_its_hash() {
        let [one, other] = [[1; 32], [2; 32]].map(|bits| AccountToken(token_text::text(PREFIX, bits)));
        let text = one.text().expose_secret().to_owned();
        assert_eq!(text.len(), 51);
        assert!(AccountToken::parse(&text).unwrap().hash() == one.hash() && one.hash() != other.hash());
        assert!(!format!("{one:?}").contains(&text));
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
