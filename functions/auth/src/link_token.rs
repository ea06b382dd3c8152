//! The token in the link of a mail, as a page sends it.

use ferrocart::auth::AccountToken;
use ferrocart::db::account_tokens::{AccountTokenDoc, TokenHash, TokenPurpose};
use ferrocart::fail_points::{Point, fail_point};
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
    /// Returns what is stored about the token, without consuming it.
    ///
    /// # Errors
    /// [`Error::InvalidLink`]
    pub(crate) async fn find(&self, shop: &AppState, purpose: TokenPurpose) -> Result<AccountTokenDoc> {
        let hash = self.0.as_ref().ok_or(Error::InvalidLink)?;
        shop.account_tokens.get(hash, purpose, shop.now()).await?.ok_or(Error::InvalidLink)
    }
}

/// Consumes a token in the transaction of its effect.
///
/// # Errors
/// [`Error::InvalidLink`] if it was used since it was read.
pub(crate) async fn consume(shop: &AppState, transaction: &mut ClientSession, token: &AccountTokenDoc) -> Result<()> {
    if !shop.account_tokens.consume(transaction, token, shop.now()).await? {
        return Err(Error::InvalidLink);
    }
    fail_point(Point::LinkConsumed);
    Ok(())
}
