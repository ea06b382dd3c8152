//! The password once more, before something that a stolen access token shall not be enough for.

use crate::session::Typed;
use ferrocart::auth::{Act, Customer};
use ferrocart::db::users::UserDoc;
use ferrocart::http::Caller;
use ferrocart::{AppState, Error, Result};

/// The user whose password this is.
///
/// # Errors
/// [`Error::InvalidCredentials`], [`Error::RateLimited`]
pub(crate) async fn prove_password(
    shop: &AppState,
    customer: &Customer,
    caller: &Caller,
    password: &Typed,
) -> Result<UserDoc> {
    drop(shop.throttle.address(Act::ProvePassword, caller).await?);
    let attempt = shop.throttle.account(Act::ProvePassword, &[&customer.id().to_string()]).await?;
    let user = shop.users.get(customer.id()).await?.ok_or(Error::Unauthenticated)?;
    if !shop.passwords.check(&password.0, Some(user.password_hash.clone())).await? {
        return Err(Error::InvalidCredentials);
    }
    shop.throttle.give_back(&attempt).await?;
    Ok(user)
}
