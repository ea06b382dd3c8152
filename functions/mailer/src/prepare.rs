//! Prepares the mail of a notification: its recipient, its link and its content.

use crate::account_link::account_link;
use crate::render::{MailContent, Message, render_mail};
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
    /// A message to an address in ASCII.
    Mail(String, Message),
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
    let recipient = match admit(shop, notification, recipient.as_ref()).await? {
        Ok(recipient) => recipient,
        Err(reason) => return Ok(Prepared::Suppressed(reason)),
    };
    render(shop, mail, recipient, MailContent { kind, order: Some(order), refund, link: &link })
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
    let recipient = match admit(shop, notification, Some(&account_mail.email)).await? {
        Ok(recipient) => recipient,
        Err(reason) => return Ok(Prepared::Suppressed(reason)),
    };
    // Last, because it creates a token.
    let link = match account_link(shop, mail, account_mail, kind).await? {
        Ok(link) => link,
        Err(reason) => return Ok(Prepared::Suppressed(reason)),
    };
    render(shop, mail, recipient, MailContent { kind, order: None, refund: None, link: &link })
}

/// Returns the address of a recipient in ASCII, or the reason why it gets no mail.
async fn admit(
    shop: &AppState,
    notification: &Notification,
    recipient: Option<&Email>,
) -> Result<Result<String, NotificationReason>> {
    if shop.now().since(notification.created_at) > MAX_AGE {
        return Ok(Err(NotificationReason::Outdated));
    }
    let Some(recipient) = recipient else { return Ok(Err(NotificationReason::NoRecipient)) };
    let Some(ascii) = recipient.to_ascii() else { return Ok(Err(NotificationReason::UnsupportedAddress)) };
    let is_suppressed = shop.suppressions.contains(recipient).await?;
    Ok(if is_suppressed { Err(NotificationReason::SuppressedAddress) } else { Ok(ascii) })
}

fn render(shop: &AppState, mail: &MailConfig, recipient: String, content: MailContent<'_>) -> Result<Prepared> {
    Ok(Prepared::Mail(recipient, render_mail(mail, shop.config.catalogue_language, content)?))
}
