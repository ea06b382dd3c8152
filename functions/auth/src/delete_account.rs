//! Deletes an account: at a request of its owner, and again after the database was restored from an older backup.

use ferrocart::db::transaction;
use ferrocart::db::users::{Role, UserDoc};
use ferrocart::{AppState, Error, Result};
use futures_util::FutureExt;

/// Deletes an account with its sessions and its cart, and records that the personal data in its orders is to be erased.
///
/// # Errors
/// [`Error::LastAdmin`]; [`Error::Unauthenticated`] if the password or the role has changed since the user was read.
pub async fn delete_account(shop: &AppState, user: &UserDoc) -> Result<()> {
    transaction::run(&shop.database, (shop, user, shop.now()), |session, &(shop, user, now)| {
        async move {
            if user.role == Role::Admin && !shop.users.has_other_admin(session, user.id).await? {
                return Err(Error::LastAdmin);
            }
            if !shop.users.remove(session, user.id, user.credentials_version).await? {
                return Err(Error::Unauthenticated);
            }
            shop.sessions.end_all(session, user.id, None).await?;
            shop.account_mails.remove_of(session, user.id).await?;
            shop.account_tokens.remove_all(user.id, Some(&mut *session)).await?;
            shop.carts.remove(user.id, Some(&mut *session)).await?;
            shop.orders.expire_unpaid(user.id, now, Some(&mut *session)).await?;
            shop.orders.erase_buyer(user.id, now, Some(&mut *session)).await?;
            Ok(shop.erasures.start(session, user.id, now).await?)
        }
        .boxed()
    })
    .await
}
