//! Moves the lines of a guest's cart into that of a customer, inside a transaction.

use super::{CartDoc, CartItem, Carts};
use crate::db::{counter_is, new_id, to_bson};
use crate::domain::cart_merge::CartChange;
use crate::domain::id::UserId;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use bson::{Document, doc};
use mongodb::ClientSession;
use mongodb::options::ReturnDocument;
use serde::{Deserialize, Serialize};

/// A merge of the lines of a guest's cart into that of a customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CartMerge {
    /// The customer.
    pub user_id: UserId,
    /// The version of the guest's cart after that.
    pub version: i64,
    /// The lines that were not moved as they were.
    pub changes: Vec<CartChange>,
}

/// The lines of the customer's cart after a merge, and what differs from the lines of both carts.
#[derive(Debug, Clone, Default)]
pub struct MergedLines {
    /// The lines.
    pub items: Vec<CartItem>,
    /// The differences.
    pub changes: Vec<CartChange>,
}

impl CartDoc {
    /// Returns the changes of the merge that has emptied the cart for a customer, unless the cart has changed since.
    #[must_use]
    pub fn merged_into(&self, user: UserId) -> Option<&[CartChange]> {
        let merged = self.merged.as_ref()?;
        (merged.user_id == user && merged.version == self.version).then_some(&merged.changes)
    }
}

impl Carts {
    /// Stores a merge: empties the guest's cart, and gives the customer these lines. Both carts count it like a purchase.
    ///
    /// # Errors
    /// [`Error::VersionMismatch`] when one of the carts has changed since it was read.
    pub async fn store_merge(
        &self,
        session: &mut ClientSession,
        guest: &CartDoc,
        own: Option<&CartDoc>,
        user: UserId,
        lines: &MergedLines,
        now: Timestamp,
    ) -> Result<CartDoc> {
        let version = guest.version.saturating_add(1);
        let merge = CartMerge { user_id: user, version, changes: lines.changes.clone() };
        let empty = doc! { "items": [], "updated_at": now, "merged": to_bson(&merge)? };
        self.count_merge(session, guest, empty).await?;
        match own {
            Some(own) => {
                self.count_merge(session, own, doc! { "items": to_bson(&lines.items)?, "updated_at": now }).await
            }
            None => {
                let cart = CartDoc {
                    id: new_id(),
                    user_id: user,
                    token_hash: None,
                    items: lines.items.clone(),
                    version: 1,
                    updated_at: now,
                    merged: None,
                    last_order: None,
                    purchases: 0,
                };
                self.0.insert_one(&cart).session(session).await?;
                Ok(cart)
            }
        }
    }

    async fn count_merge(&self, session: &mut ClientSession, cart: &CartDoc, set: Document) -> Result<CartDoc> {
        let unchanged = doc! { "_id": cart.id, "version": cart.version, "purchases": counter_is(cart.purchases) };
        let update = doc! { "$set": set, "$inc": { "version": 1_i64, "purchases": 1_i64 } };
        let stored = self.0.find_one_and_update(unchanged, update).return_document(ReturnDocument::After);
        stored.session(session).await?.ok_or(Error::VersionMismatch)
    }
}
