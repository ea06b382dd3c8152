//! Moves the lines of a guest's cart into the cart of a customer.
//!
//! A checkout of either cart may be running. To both carts the merge counts like a purchase: it takes their purchase numbers
//! by tombstones. So a checkout has either placed its order before, and the merge moves what is left, or it fails to place it
//! and reads the cart again. No line is bought twice, and none is lost.

use super::replay::count_purchase;
use crate::db::carts::{CartDoc, CartItem, MergedLines};
use crate::db::orders::{PURCHASE_UNIQUE, Purchase};
use crate::db::products::ProductDoc;
use crate::db::{transaction, violated_index};
use crate::domain::cart::MAX_LINES;
use crate::domain::cart_merge::{CartChange, ChangeReason, MergeMode, merged_quantity};
use crate::domain::id::UserId;
use crate::domain::quantity::Quantity;
use crate::error::{Error, Result};
use crate::fail_points::{Point, fail_point};
use crate::state::Shop;
use crate::telemetry::time_other;
use futures_util::FutureExt;
use mongodb::ClientSession;
use std::time::Duration;

/// The number of attempts while other requests change one of the carts, and the pause after each.
const MAX_ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// The cart of the customer after a merge, and what differs from the lines of both carts.
#[derive(Debug)]
pub struct MergedCart {
    /// The cart; `None` if the customer has none.
    pub cart: Option<CartDoc>,
    /// The lines that were not moved as they were.
    pub changes: Vec<CartChange>,
}

/// Moves the lines of the cart with this token into the cart of a customer. A repeated call moves nothing more, and returns
/// the same changes. An empty cart changes nothing, in either mode.
///
/// # Errors
/// [`Error::UnknownCart`], and [`Error::IdempotencyInProgress`] when other requests keep changing the carts.
pub async fn merge_carts(shop: &Shop, user: UserId, token_hash: &str, mode: MergeMode) -> Result<MergedCart> {
    for _ in 0..MAX_ATTEMPTS {
        let (guest, own) = futures_util::try_join!(shop.carts.with_token(token_hash), shop.carts.by_user(user))?;
        let guest = guest.ok_or(Error::UnknownCart)?;
        if guest.items.is_empty() {
            let changes = guest.merged_into(user).unwrap_or_default().to_vec();
            return Ok(MergedCart { cart: own, changes });
        }
        let products = guest.items.iter().map(|item| item.product_id).collect();
        let products = shop.products.by_ids(products).await?;
        let own_items = own.as_ref().map(|cart| cart.items.clone()).unwrap_or_default();
        let present = if mode == MergeMode::Sum { own_items.clone() } else { Vec::new() };
        let mut lines = merge_lines(present, &guest, &products, user);
        if lines.items.is_empty() {
            // Nothing of the guest's cart can be bought any more.
            lines.items = own_items;
        }
        let merge = Merge { shop, user, lines, guest, own };
        fail_point(Point::MergeReadCarts);
        let stored = transaction::run(&shop.database, &merge, |session, merge| merge.store(session).boxed()).await;
        match stored {
            Ok(cart) => {
                fail_point(Point::MergeCommitted);
                return Ok(MergedCart { cart: Some(cart), changes: merge.lines.changes });
            }
            Err(Error::VersionMismatch) => {}
            Err(Error::Database(error)) if violated_index(&error) == Some(PURCHASE_UNIQUE) => {
                merge.count_purchases().await?
            }
            // Another request has created the cart of the customer.
            Err(Error::Database(error)) if violated_index(&error).is_some() => {}
            Err(error) => return Err(error),
        }
        time_other(tokio::time::sleep(PAUSE)).await;
    }
    Err(Error::IdempotencyInProgress)
}

/// One attempt to merge the carts as they were read.
struct Merge<'a> {
    shop: &'a Shop,
    user: UserId,
    guest: CartDoc,
    own: Option<CartDoc>,
    lines: MergedLines,
}

impl Merge<'_> {
    /// Returns the purchases that no checkout may make any more.
    fn purchases(&self) -> impl Iterator<Item = Purchase> {
        let carts = [Some(&self.guest), self.own.as_ref()].into_iter().flatten();
        carts.map(|cart| Purchase { cart: cart.id, number: cart.purchases })
    }

    /// Stores the merge, inside a transaction.
    async fn store(&self, session: &mut ClientSession) -> Result<CartDoc> {
        let Self { shop, user, guest, own, lines } = self;
        for purchase in self.purchases() {
            shop.orders.forbid_purchase(session, purchase, shop.now()).await?;
        }
        shop.carts.store_merge(session, guest, own.as_ref(), *user, lines, shop.now()).await
    }

    /// Lets the carts count the orders that have bought them.
    async fn count_purchases(&self) -> Result<()> {
        for purchase in self.purchases() {
            if let Some(order) = self.shop.orders.find_existing(self.user, None, Some(purchase)).await? {
                count_purchase(self.shop, &order).await?;
            }
        }
        Ok(())
    }
}

/// Adds the lines of a guest's cart to those that are present.
fn merge_lines(present: Vec<CartItem>, guest: &CartDoc, products: &[ProductDoc], user: UserId) -> MergedLines {
    let mut merged = MergedLines { items: present, changes: Vec::new() };
    for item in &guest.items {
        merge_line(&mut merged, item, stock_of(item, products, user));
    }
    merged
}

fn merge_line(MergedLines { items, changes }: &mut MergedLines, item: &CartItem, stock: Option<u32>) {
    let added = u32::from(item.quantity.get());
    if stock.is_some() {
        // The SKU belongs to this product now: a line of it in another product cannot be bought any more.
        items.retain(|line| line.variant_sku != item.variant_sku || line.product_id == item.product_id);
    }
    let is_full = items.len() >= MAX_LINES;
    let is_same = |line: &&mut CartItem| line.variant_sku == item.variant_sku && line.product_id == item.product_id;
    let line = items.iter_mut().find(is_same);
    let present = line.as_ref().map_or(0, |line| u32::from(line.quantity.get()));
    let (kept, reason) = match merged_quantity(present, added, stock) {
        _ if line.is_none() && is_full => (0, Some(ChangeReason::CartLimit)),
        merged => merged,
    };
    if let Ok(quantity) = Quantity::try_from(i64::from(kept)) {
        match line {
            Some(line) => line.quantity = quantity,
            None => items.push(CartItem { quantity, ..item.clone() }),
        }
    }
    if let Some(reason) = reason {
        changes.push(CartChange {
            sku: item.variant_sku.clone(),
            requested: present.saturating_add(added),
            kept,
            reason,
        });
    }
}

/// Returns the stock of a line's variant; `None` if it is not for sale.
fn stock_of(item: &CartItem, products: &[ProductDoc], user: UserId) -> Option<u32> {
    let is_offered = |product: &&ProductDoc| product.id == item.product_id && product.is_for_sale_to(user);
    let product = products.iter().find(is_offered)?;
    let variant = product.variants.iter().find(|variant| variant.sku == item.variant_sku)?;
    Some(variant.stock_quantity.get())
}
