//! The links of mails about accounts. Their tokens are created when the mails are sent.

use ferrocart::auth::AccountToken;
use ferrocart::config::MailConfig;
use ferrocart::db::account_mails::AccountMailDoc;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart::db::users::UserDoc;
use ferrocart::domain::notification::{NotificationKind, NotificationReason};
use ferrocart::{AppState, Result};
use secrecy::ExposeSecret;

/// Returns the link of a mail about an account, with a new token if it has one, or the reason why the mail is not sent.
pub(crate) async fn account_link(
    shop: &AppState,
    config: &MailConfig,
    mail: &AccountMailDoc,
    kind: NotificationKind,
) -> Result<Result<String, NotificationReason>> {
    let user = match mail.user_id {
        Some(id) => shop.users.get(id).await?,
        None => shop.users.by_email(&mail.email).await?,
    };
    let Some(user) = user else { return Ok(Err(NotificationReason::NoRecipient)) };
    let (purpose, page) = match kind {
        NotificationKind::PasswordReset => (TokenPurpose::ResetPassword, "reset-password"),
        NotificationKind::VerifyEmail => (TokenPurpose::VerifyEmail, "verify-email"),
        NotificationKind::EmailChanged => (TokenPurpose::UndoEmailChange, "undo-email-change"),
        _ => return Ok(Ok(format!("{}/account", config.storefront_url))),
    };
    if !is_useful(shop, &user, mail, purpose).await? {
        return Ok(Err(NotificationReason::Obsolete));
    }
    let (token, stored) = AccountToken::generate(purpose, &user, &mail.email, mail.created_at, shop.now())?;
    shop.account_tokens.insert(&stored).await?;
    Ok(Ok(format!("{}/{page}#token={}", config.storefront_url, token.text().expose_secret())))
}

/// Returns whether a link can still have its effect.
async fn is_useful(shop: &AppState, user: &UserDoc, mail: &AccountMailDoc, purpose: TokenPurpose) -> Result<bool> {
    let is_current = user.email == mail.email;
    Ok(match purpose {
        TokenPurpose::ResetPassword => is_current,
        TokenPurpose::UndoEmailChange => {
            !is_current && user.email_restored_at.is_none_or(|restored| restored < mail.created_at)
        }
        TokenPurpose::VerifyEmail if is_current => user.email_verified_at.is_none(),
        // The owner of an address that has an account receives no mail: nothing was promised to the one who requested it.
        TokenPurpose::VerifyEmail => {
            let is_pending = user.pending_email.as_ref().is_some_and(|pending| pending.email == mail.email);
            is_pending && shop.users.by_email(&mail.email).await?.is_none()
        }
    })
}
