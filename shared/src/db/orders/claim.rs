//! Orders of guests, and how they become those of accounts.

use super::{Guest, OrderDoc, Orders};
use crate::db::new_id;
use crate::domain::email::Email;
use crate::domain::id::UserId;
use crate::domain::notification::{Notification, NotificationKind};
use crate::domain::order::OrderStatus;
use crate::domain::time::Timestamp;
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::error::Error;
use mongodb::options::ReturnDocument;

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

    /// Makes all orders of guests with an e-mail address those of the account that has verified the address.
    pub async fn claim_all(
        &self,
        email: &Email,
        user: UserId,
        now: Timestamp,
        session: Option<&mut ClientSession>,
    ) -> Result<(), Error> {
        let mut filter = unclaimed();
        filter.insert("guest.email", email.as_str());
        let claimed = self.0.update_many(filter, claim_by(user, now));
        match session {
            Some(session) => claimed.session(session).await.map(drop),
            None => claimed.await.map(drop),
        }
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
