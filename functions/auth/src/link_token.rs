//! The token in the link of a mail, as a page sends it.

use ferrocart::auth::AccountToken;
use ferrocart::db::account_tokens::{AccountTokenDoc, TokenHash, TokenPurpose};
use ferrocart::http::{FromInput, Input, ValidationErrors};
use ferrocart::{AppState, Error, Result};
use mongodb::ClientSession;

/// A token to verify. Text of another form is an unknown token, not an invalid field.
#[derive(Debug)]
pub(crate) struct LinkToken(Option<TokenHash>);

impl FromInput for LinkToken {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        Ok(Self(AccountToken::parse(&input.text()?).map(|token| token.hash())))
    }
}

impl LinkToken {
    /// Checks a token without consuming it, before an expensive step.
    ///
    /// # Errors
    /// [`Error::InvalidLink`]
    pub(crate) async fn check(&self, shop: &AppState, purpose: TokenPurpose) -> Result<()> {
        let is_valid = shop.account_tokens.is_valid(self.hash()?, purpose, shop.now()).await?;
        if is_valid { Ok(()) } else { Err(Error::InvalidLink) }
    }

    /// Consumes a token in the transaction of its effect.
    ///
    /// # Errors
    /// [`Error::InvalidLink`]
    pub(crate) async fn consume(
        &self,
        shop: &AppState,
        transaction: &mut ClientSession,
        purpose: TokenPurpose,
    ) -> Result<AccountTokenDoc> {
        let token = shop.account_tokens.consume(transaction, self.hash()?, purpose, shop.now()).await?;
        token.ok_or(Error::InvalidLink)
    }

    fn hash(&self) -> Result<&TokenHash> {
        self.0.as_ref().ok_or(Error::InvalidLink)
    }
}
