//! Cart tokens, by which a visitor without an account owns a cart. Only the hash of a token is stored.

use super::random::random_bytes;
use super::token_text;
use crate::domain::validation::ValidationError;
use crate::error::Error;
use secrecy::SecretString;

/// The beginning of every token.
const PREFIX: &str = "cart_";

/// The token of a cart: 256 random bits.
#[derive(Debug)]
pub struct CartToken(SecretString);

impl CartToken {
    /// Generates a token.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn generate() -> Result<Self, Error> {
        Ok(Self(token_text::text(PREFIX, random_bytes()?)))
    }

    /// Returns the hash under which the cart is stored.
    #[must_use]
    pub fn hash(&self) -> String {
        token_text::hash(&self.0)
    }

    /// Returns the text of the token, for the owner of the cart only.
    #[must_use]
    pub const fn text(&self) -> &SecretString {
        &self.0
    }
}

impl std::str::FromStr for CartToken {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        if token_text::has_form(text, PREFIX) {
            Ok(Self(text.to_owned().into()))
        } else {
            Err(ValidationError::new("invalid_cart_token", "must be the token of a cart"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CartToken;
    use secrecy::ExposeSecret;

    #[test]
    fn a_token_is_read_from_its_text() {
        let token = CartToken::generate().unwrap();
        let text = token.text().expose_secret();
        assert_eq!(text.len(), 48);
        assert_eq!(text.parse::<CartToken>().unwrap().hash(), token.hash());
        assert_ne!(CartToken::generate().unwrap().hash(), token.hash());
        assert!(!format!("{token:?}").contains(text));
    }

    #[test]
    fn other_texts_are_no_tokens() {
        let token = CartToken::generate().unwrap();
        let text = token.text().expose_secret();
        for bad in
            ["", "cart_", &text[1..], &text[5..], &text[..47], &format!("{text}A"), &text.replace("cart", "order")]
        {
            assert!(bad.parse::<CartToken>().is_err(), "{bad}");
        }
        assert!(format!("cart_{}", "+".repeat(43)).parse::<CartToken>().is_err());
    }
}
