//! Prepares the mail of a notification: its recipient, its link and its content.

use crate::account_link::account_link;
use crate::render::{Message, Preview, preview};
use ferrocart::config::MailConfig;
use ferrocart::db::account_mails::AccountMailDoc;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::email::Email;
use ferrocart::domain::notification::{MAX_AGE, Notification, NotificationKind, NotificationReason};
use ferrocart::domain::order::OrderStatus;
use ferrocart::{AppState, Result};
use secrecy::ExposeSecret;
use std::time::Duration;

/// The number of orders of guests with one e-mail address, within a period, about which mails are sent. Anyone can give the address
/// of another person.
const MAX_GUEST_ORDERS: u64 = 10;
const GUEST_PERIOD: Duration = Duration::from_hours(1);

/// What becomes of a notification.
pub(crate) enum Prepared {
    /// A message to an address.
    Mail(Email, Message),
    /// It is not sent.
    Suppressed(NotificationReason),
}

/// Prepares the mail of a notification about an order.
pub(crate) async fn prepare_order_mail(
    shop: &AppState,
    mail: &MailConfig,
    order: &OrderDoc,
    notification: &Notification,
) -> Result<Prepared> {
    let Notification { kind, refund, .. } = *notification;
    // The buyer has paid, or the order was cancelled, since the payment has failed.
    if kind == NotificationKind::PaymentFailed && order.status != OrderStatus::Pending {
        return Ok(Prepared::Suppressed(NotificationReason::Obsolete));
    }
    if shop.orders.placed_before(order, GUEST_PERIOD, MAX_GUEST_ORDERS).await? == MAX_GUEST_ORDERS {
        return Ok(Prepared::Suppressed(NotificationReason::TooManyOrders));
    }
    let recipient = match &notification.to {
        Some(recipient) => Some(recipient.clone()),
        None => recipient(shop, order).await?,
    };
    let page = if kind == NotificationKind::PaymentFailed { "/pay" } else { "" };
    let link = format!("{}/orders/{}{page}{}", mail.storefront_url, order.id, token_fragment(shop, order)?);
    finish(shop, mail, notification, recipient, Preview { kind, order: Some(order), refund, link: &link }).await
}

/// Returns the address of an order's buyer, if there is one.
async fn recipient(shop: &AppState, order: &OrderDoc) -> Result<Option<Email>> {
    match order.guest_email() {
        Some(email) => Ok(Some(email.clone())),
        None => Ok(shop.users.get(order.user_id).await?.map(|user| user.email)),
    }
}

/// Returns the part of a link that gives a guest access to the order; empty for an account's order. Neither logs of servers nor
/// referrers contain the fragment of a link.
fn token_fragment(shop: &AppState, order: &OrderDoc) -> Result<String> {
    if order.guest_email().is_none() {
        return Ok(String::new());
    }
    let token = shop.order_tokens()?.of(order);
    Ok(token.map(|token| format!("#token={}", token.text().expose_secret())).unwrap_or_default())
}

/// Prepares the mail of a notification about an account.
pub(crate) async fn prepare_account_mail(
    shop: &AppState,
    mail: &MailConfig,
    account_mail: &AccountMailDoc,
    notification: &Notification,
) -> Result<Prepared> {
    let kind = notification.kind;
    let link = match account_link(shop, mail, account_mail, kind).await? {
        Ok(link) => link,
        Err(reason) => return Ok(Prepared::Suppressed(reason)),
    };
    let content = Preview { kind, order: None, refund: None, link: &link };
    finish(shop, mail, notification, Some(account_mail.email.clone()), content).await
}

/// Renders a mail, unless its recipient must not get it.
async fn finish(
    shop: &AppState,
    mail: &MailConfig,
    notification: &Notification,
    recipient: Option<Email>,
    content: Preview<'_>,
) -> Result<Prepared> {
    if shop.now().since(notification.created_at) > MAX_AGE {
        return Ok(Prepared::Suppressed(NotificationReason::Outdated));
    }
    let Some(recipient) = recipient else { return Ok(Prepared::Suppressed(NotificationReason::NoRecipient)) };
    if shop.suppressions.contains(&recipient).await? {
        return Ok(Prepared::Suppressed(NotificationReason::SuppressedAddress));
    }
    Ok(Prepared::Mail(recipient, preview(mail, shop.config.catalogue_language, content)?))
}
