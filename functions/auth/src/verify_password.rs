//! Verifies the password again before changes that a stolen access token must not suffice for.

use crate::session::PasswordInput;
use ferrocart::auth::ThrottledAction;
use ferrocart::db::users::UserDoc;
use ferrocart::http::Customer;
use ferrocart::{AppState, Error, Result};

/// Returns the user if the password is correct. The caller has counted the attempt of the source address.
///
/// # Errors
/// [`Error::InvalidCredentials`], [`Error::RateLimited`]
pub(crate) async fn verify_password(shop: &AppState, customer: &Customer, password: &PasswordInput) -> Result<UserDoc> {
    let attempt = shop.throttle.account(ThrottledAction::VerifyPassword, &[&customer.id().to_string()]).await?;
    let user = shop.users.get(customer.id()).await?.ok_or(Error::Unauthenticated)?;
    if !shop.passwords.verify(&password.0, Some(user.password_hash.clone())).await? {
        return Err(Error::InvalidCredentials);
    }
    shop.throttle.restore(&attempt).await?;
    Ok(user)
}
