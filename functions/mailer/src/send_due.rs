//! Sends the mails that are due: those of one order one after the other, and those of several orders at once.

use crate::prepare::{Prepared, prepare_account_mail, prepare_order_mail};
use crate::ses::Ses;
use ferrocart::config::MailConfig;
use ferrocart::db::account_mails::AccountMailDoc;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::id::NotificationId;
use ferrocart::domain::notification::{Notification, NotificationOutcome};
use ferrocart::fail_points::{Point, fail_point};
use ferrocart::telemetry::{BusinessEvent, record};
use ferrocart::{AppState, Error, Result};
use futures_util::future::try_join;
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
        let sent = sent.map(|due| Box::pin(send_all(shop, mail, ses, due)));
        counts = sent.buffer_unordered(CONCURRENCY).fold(counts, async |sum: Counts, added| sum.plus(added)).await;
    }
    record_lag(shop).await;
    let Counts { sent, suppressed, retried, failed } = counts;
    let report = json!({ "sent": sent, "suppressed": suppressed, "retried": retried, "failed": failed });
    tracing::info!(%report, "mailer has finished a run");
    Ok(report)
}

/// Records the age of the oldest notification that is left. The alarm `LateMails` reports mails that SES keeps rejecting long before
/// the last attempt has failed.
async fn record_lag(shop: &AppState) {
    let now = shop.now();
    match try_join(shop.orders.oldest_notification_age(now), shop.account_mails.oldest_age(now)).await {
        Ok((orders, accounts)) => record(BusinessEvent::MailLag(orders.max(accounts).unwrap_or_default())),
        Err(error) => tracing::warn!(%error, "the age of the mails that are left is unknown"),
    }
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

/// Sends the due notifications of one document, in the order in which they became due. If one is not sent, the others wait for the
/// next run: a mail about a payment must not arrive before that about its order.
async fn send_all(shop: &AppState, mail: &MailConfig, ses: &Ses, due: Due) -> Counts {
    let now = shop.now();
    let mut counts = Counts::default();
    for notification in due.notifications().iter().filter(|notification| notification.is_due(now)) {
        match send(shop, mail, ses, &due, notification).await {
            // Another run sends it, and then the others.
            Ok(None) => break,
            Ok(Some(outcome)) => {
                counts = counts.plus(count(outcome));
                if outcome == NotificationOutcome::FailedForNow {
                    break;
                }
            }
            // Its lease ends, and then it is due again.
            Err(error) => {
                tracing::warn!(%error, notification = %notification.id, "a notification was not processed");
                break;
            }
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
    let leased = match due {
        Due::Order(order) => {
            let leased = shop.orders.lease_notification(order.id, notification, shop.now()).await?;
            leased.map(|order| Due::Order(Box::new(order)))
        }
        Due::AccountMail(mail) => {
            let leased = shop.account_mails.lease(mail.id, notification, shop.now()).await?;
            leased.map(|mail| Due::AccountMail(Box::new(mail)))
        }
    };
    let Some(leased) = leased else { return Ok(None) };
    let Some(notification) = leased.notifications().iter().find(|other| other.id == id) else { return Ok(None) };
    fail_point(Point::MailLeased);
    let prepared = match &leased {
        Due::Order(order) => prepare_order_mail(shop, mail, order, notification).await,
        Due::AccountMail(account_mail) => prepare_account_mail(shop, mail, account_mail, notification).await,
    };
    let outcome = match prepared {
        Ok(Prepared::Suppressed(reason)) => NotificationOutcome::Suppressed(reason),
        Ok(Prepared::Mail(recipient, message)) => {
            fail_point(Point::MailPrepared);
            ses.send(id, &recipient, &message).await
        }
        Err(error) => {
            tracing::error!(%error, notification = %id, "a mail was not prepared");
            NotificationOutcome::FailedForNow
        }
    };
    if outcome == NotificationOutcome::Sent {
        fail_point(Point::MailSent);
    }
    let outcome = match &leased {
        Due::Order(order) => shop.orders.end_notification(order.id, notification, outcome, shop.now()).await?,
        Due::AccountMail(mail) => shop.account_mails.end(mail.id, notification, outcome, shop.now()).await?,
    };
    if matches!(outcome, NotificationOutcome::Failed(_)) {
        record(BusinessEvent::MailFailed(id));
    }
    Ok(Some(outcome))
}
