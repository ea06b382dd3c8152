//! Orders of guests, and how they become those of accounts.

use super::{Guest, OrderDoc, Orders};
use crate::db::{MAX_TIME, new_id};
use crate::domain::email::Email;
use crate::domain::id::UserId;
use crate::domain::notification::{Notification, NotificationKind};
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use futures_util::TryStreamExt;
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;
use std::time::Duration;

/// Maximum number of orders that join an account when its e-mail address is verified, so that the transaction remains short:
/// anyone can place orders with any address. A link opens further ones.
const MAX_CLAIMED: i64 = 100;

impl OrderDoc {
    /// Returns the guest who owns the order; `None` if an account does.
    fn unclaimed(&self) -> Option<&Guest> {
        self.guest.as_ref().filter(|guest| guest.claimed_at.is_none())
    }

    /// Returns the account that owns the order, even if it was deleted; `None` if a guest does.
    #[must_use]
    pub fn account(&self) -> Option<UserId> {
        if self.unclaimed().is_some() { None } else { Some(self.user_id) }
    }

    /// Returns the e-mail address of the guest who owns the order.
    #[must_use]
    pub fn guest_email(&self) -> Option<&Email> {
        self.guest.as_ref().and_then(Guest::current_email)
    }

    /// Returns the version of the token that opens the order; `None` if it belongs to an account.
    #[must_use]
    pub fn token_version(&self) -> Option<i64> {
        self.unclaimed().map(|guest| guest.token_version)
    }

    /// Returns when the order was delivered or cancelled.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        let last = self.status_history.last()?;
        matches!(last.status, OrderStatus::Delivered | OrderStatus::Cancelled).then_some(last.at)
    }
}

impl Orders {
    /// Returns the number of orders that guests have placed with the e-mail address of this one within a period before it, up to a
    /// limit; zero for the order of a customer.
    pub async fn placed_before(&self, order: &OrderDoc, period: Duration, limit: u64) -> Result<u64, Error> {
        let Some(guest) = &order.guest else { return Ok(0) };
        let before = doc! { "$gt": order.created_at.minus(period), "$lt": order.created_at };
        let placed = doc! { "guest.email": guest.email.as_str(), "created_at": before };
        self.0.count_documents(placed).limit(limit).max_time(MAX_TIME).await
    }

    /// Makes an order of a guest that of an account, ends its token, and notifies the guest; `None` when it was claimed since it
    /// was read.
    pub async fn claim(&self, order: &OrderDoc, user: UserId, now: Timestamp) -> Result<Option<OrderDoc>, Error> {
        let mut filter = unclaimed();
        filter.insert("_id", order.id);
        let mut update = claim_by(user, now);
        if let Some(guest) = order.guest_email() {
            let claimed = Notification::new(new_id(), NotificationKind::OrderClaimed, now);
            self.notify(&mut update, &[claimed.to(guest.clone())])?;
        }
        let claimed = self.0.find_one_and_update(filter, update);
        claimed.return_document(ReturnDocument::After).await
    }

    /// Makes the latest orders of guests with an e-mail address those of the account that has verified the address, inside the
    /// transaction that verifies it.
    pub async fn claim_all(
        &self,
        session: &mut ClientSession,
        email: &Email,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut filter = unclaimed();
        filter.insert("guest.email", email.as_str());
        let orders = self.0.clone_with_type::<Document>();
        let latest = orders
            .find(filter)
            .projection(doc! { "_id": 1 })
            .sort(doc! { "created_at": -1, "_id": -1 })
            .limit(MAX_CLAIMED);
        let latest: Vec<Document> = latest.session(&mut *session).await?.stream(&mut *session).try_collect().await?;
        let ids: Vec<_> = latest.iter().filter_map(|order| order.get_object_id("_id").ok()).collect();
        let mut filter = unclaimed();
        filter.insert("_id", doc! { "$in": ids });
        self.0.update_many(filter, claim_by(user, now)).session(session).await.map(drop)
    }
}

/// Returns the filter for orders that belong to guests.
fn unclaimed() -> Document {
    doc! { "guest.email": { "$gt": "" }, "guest.claimed_at": { "$exists": false } }
}

/// Returns the update by which an account claims an order. The idempotency key is dropped: it is one of the guest's, and the
/// account may have used the same.
fn claim_by(user: UserId, now: Timestamp) -> Document {
    doc! {
        "$set": { "user_id": user, "guest.claimed_at": now, "updated_at": now },
        "$inc": { "guest.token_version": 1_i64 },
        "$unset": { "idempotency_key": "", "request_digest": "" },
    }
}
