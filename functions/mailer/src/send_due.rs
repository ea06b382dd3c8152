//! Sends the mails that are due: those of one order one after the other, and those of several orders at once.

use crate::prepare::{Prepared, prepare_account_mail, prepare_order_mail};
use crate::ses::Ses;
use ferrocart::config::MailConfig;
use ferrocart::db::account_mails::AccountMailDoc;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::id::NotificationId;
use ferrocart::domain::notification::{Notification, NotificationOutcome, NotificationReason, retry_delay};
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::telemetry::{BusinessEvent, record};
use ferrocart::{AppState, Error, Result};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// The number of orders, and of mails about accounts, that are fetched at once.
const BATCH: i64 = 50;
/// How long a run starts new mails. The next one continues.
const BUDGET: Duration = Duration::from_secs(40);
/// The number of mails in progress at once. A new account at SES may send one in a second, others 14.
const CONCURRENCY: usize = 4;

/// A document with notifications that are due.
enum Due {
    Order(Box<OrderDoc>),
    AccountMail(Box<AccountMailDoc>),
}

/// The number of notifications with each outcome.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    sent: u32,
    suppressed: u32,
    retried: u32,
    failed: u32,
}

/// Sends what is due, for a bounded time.
pub(crate) async fn send_due(shop: &AppState) -> Result<Value> {
    let mail = shop.config.mail.as_ref().ok_or(Error::NotConfigured("MAIL_FROM"))?;
    let ses = &Ses::new(mail)?;
    let until = shop.now().plus(BUDGET);
    let (mut counts, mut seen) = (Counts::default(), BTreeSet::new());
    while shop.now() < until {
        // One whose notifications cannot be ended would be fetched for ever.
        let due: Vec<Due> = find_due(shop).await?.into_iter().filter(|due| seen.insert(due.first())).collect();
        if due.is_empty() {
            break;
        }
        let sent = stream::iter(due).take_while(|_| std::future::ready(shop.now() < until));
        let sent = sent.map(|due| async move { send_all(shop, mail, ses, due).await });
        counts = sent.buffer_unordered(CONCURRENCY).fold(counts, async |sum: Counts, added| sum.plus(added)).await;
    }
    let Counts { sent, suppressed, retried, failed } = counts;
    let report = json!({ "sent": sent, "suppressed": suppressed, "retried": retried, "failed": failed });
    tracing::info!(%report, "mailer has finished a run");
    Ok(report)
}

async fn find_due(shop: &AppState) -> Result<Vec<Due>> {
    let orders = shop.orders.with_due_notifications(shop.now(), BATCH).await?;
    let mails = shop.account_mails.due(shop.now(), BATCH).await?;
    let mails = mails.into_iter().map(|mail| Due::AccountMail(Box::new(mail)));
    Ok(mails.chain(orders.into_iter().map(|order| Due::Order(Box::new(order)))).collect())
}

impl Due {
    fn notifications(&self) -> &[Notification] {
        match self {
            Self::Order(order) => &order.notifications,
            Self::AccountMail(mail) => &mail.notifications,
        }
    }

    /// Returns the first notification, by which a run recognizes the document.
    fn first(&self) -> Option<NotificationId> {
        self.notifications().first().map(|notification| notification.id)
    }
}

impl Counts {
    const fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            suppressed: self.suppressed.saturating_add(other.suppressed),
            retried: self.retried.saturating_add(other.retried),
            failed: self.failed.saturating_add(other.failed),
        }
    }
}

/// Sends the due notifications of one document, in the order in which they became due.
async fn send_all(shop: &AppState, mail: &MailConfig, ses: &Ses, due: Due) -> Counts {
    let now = shop.now();
    let mut counts = Counts::default();
    for notification in due.notifications().iter().filter(|notification| notification.is_due(now)) {
        match send(shop, mail, ses, &due, notification).await {
            // Another run sends it.
            Ok(None) => {}
            Ok(Some(outcome)) => counts = counts.plus(count(outcome)),
            // Its lease ends, and then it is due again.
            Err(error) => tracing::warn!(%error, notification = %notification.id, "a notification was not processed"),
        }
    }
    counts
}

fn count(outcome: NotificationOutcome) -> Counts {
    let mut counts = Counts::default();
    match outcome {
        NotificationOutcome::Sent => counts.sent = 1,
        NotificationOutcome::Suppressed(_) => counts.suppressed = 1,
        NotificationOutcome::FailedForNow => counts.retried = 1,
        NotificationOutcome::Failed(_) => counts.failed = 1,
    }
    counts
}

/// Leases a notification, sends its mail and stores the result; `None` if another run has leased it.
///
/// After a crash between the last two steps the mail is sent again. SES has no idempotency keys by which it could be recognized.
async fn send(
    shop: &AppState,
    mail: &MailConfig,
    ses: &Ses,
    due: &Due,
    notification: &Notification,
) -> Result<Option<NotificationOutcome>> {
    let id = notification.id;
    let claimed = match due {
        Due::Order(order) => {
            let claimed = shop.orders.claim_notification(order.id, notification, shop.now()).await?;
            claimed.map(|order| Due::Order(Box::new(order)))
        }
        Due::AccountMail(mail) => {
            let claimed = shop.account_mails.claim(mail.id, notification, shop.now()).await?;
            claimed.map(|mail| Due::AccountMail(Box::new(mail)))
        }
    };
    let Some(claimed) = claimed else { return Ok(None) };
    let Some(notification) = claimed.notifications().iter().find(|other| other.id == id) else { return Ok(None) };
    fail_point(Point::MailClaimed);
    let prepared = match &claimed {
        Due::Order(order) => prepare_order_mail(shop, mail, order, notification).await,
        Due::AccountMail(account_mail) => prepare_account_mail(shop, mail, account_mail, notification).await,
    };
    let outcome = match prepared {
        Ok(Prepared::Suppressed(reason)) => NotificationOutcome::Suppressed(reason),
        Ok(Prepared::Mail(recipient, message)) => match recipient.to_ascii() {
            Some(recipient) => ses.send(id, &recipient, &message).await,
            None => NotificationOutcome::Failed(NotificationReason::UnsupportedAddress),
        },
        Err(error) => {
            tracing::error!(%error, notification = %id, "a mail was not prepared");
            NotificationOutcome::FailedForNow
        }
    };
    if outcome == NotificationOutcome::Sent {
        fail_point(Point::MailSent);
    }
    let outcome = match outcome {
        NotificationOutcome::FailedForNow if retry_delay(notification.attempts).is_none() => {
            NotificationOutcome::Failed(NotificationReason::Unavailable)
        }
        outcome => outcome,
    };
    if matches!(outcome, NotificationOutcome::Failed(_)) {
        record(BusinessEvent::MailFailed(id));
    }
    match &claimed {
        Due::Order(order) => shop.orders.end_notification(order.id, notification, outcome, shop.now()).await?,
        Due::AccountMail(mail) => shop.account_mails.end(mail.id, notification, outcome, shop.now()).await?,
    }
    Ok(Some(outcome))
}
