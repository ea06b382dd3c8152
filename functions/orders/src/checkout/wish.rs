//! What a buyer wants, and a try to buy it.

use crate::place_order::Destination;
use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::auth::Customer;
use ferrocart::db::carts::CartDoc;
use ferrocart::db::orders::Purchase;
use ferrocart::db::stock::Taker;
use ferrocart::db::{new_id, to_bson};
use ferrocart::domain::address::Address;
use ferrocart::domain::id::{OrderId, ProductId, UserId};
use ferrocart::domain::invalid::Invalid;
use ferrocart::domain::money::Money;
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::sku::Sku;
use ferrocart::http::IdempotencyKey;
use ferrocart::{AppState, Error, Result};
use std::time::Duration;

/// How long after an order its emptied cart is taken for the one that was bought, and not for one
/// into which nothing was put.
const DOUBLE_CLICK: Duration = Duration::from_mins(1);

/// What a buyer wants, whatever the cart holds.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) destination: Destination,
    pub(crate) expected_total: Option<Money>,
    pub(crate) key: Option<IdempotencyKey>,
}

impl Wish {
    /// The key, as it stands on an order.
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_ref().map(IdempotencyKey::as_str)
    }

    /// By which the same request is recognized: a digest of what it says.
    pub(super) fn digest(&self) -> Result<String> {
        let address = match &self.destination {
            Destination::Stored(id) => bson::Bson::from(*id),
            Destination::Given(address) => to_bson(address)?,
        };
        let said = bson::doc! { "address": address, "expected_total": self.expected_total };
        Ok(hex::encode(digest(&SHA256, &bson::serialize_to_vec(&said)?)))
    }
}

/// A try to buy a cart as it was read. Each has an id of its own for the order that it may make: what
/// was given back under an id is not taken under it again.
#[derive(Debug)]
pub(super) struct Try {
    pub(super) order: OrderId,
    pub(super) user: UserId,
    pub(super) purchase: Purchase,
    pub(super) cart_version: i64,
    pub(super) lines: Vec<Line>,
    pub(super) shipping_address: Address,
}

/// Pieces of one SKU that are wanted.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) product_id: ProductId,
    pub(super) sku: Sku,
    pub(super) quantity: Quantity,
}

impl Try {
    /// What is wanted, as stock.
    pub(super) fn stock(&self) -> impl Iterator<Item = (ProductId, Sku, Quantity)> {
        self.lines.iter().map(|line| (line.product_id, line.sku.clone(), line.quantity))
    }

    /// Who takes it.
    pub(super) const fn taker(&self) -> Taker {
        Taker { order: self.order, cart: self.purchase.cart }
    }
}

/// A try to buy what is in the cart now.
pub(super) async fn begin(shop: &AppState, customer: &Customer, wish: &Wish) -> Result<Try> {
    let (cart, shipping_address) = futures_util::try_join!(
        async { Ok(shop.carts.of(customer.id()).await?) },
        address(shop, customer, &wish.destination)
    )?;
    let cart = cart.ok_or(Error::EmptyCart)?;
    // Whoever clicks twice hears that the first click has bought the cart.
    if let Some(order) = cart.emptied_by().filter(|_| shop.now().since(cart.updated_at) < DOUBLE_CLICK) {
        return Err(Error::CartAlreadyOrdered(order));
    }
    let CartDoc { id, version: cart_version, purchases, items, .. } = cart;
    if items.is_empty() {
        return Err(Error::EmptyCart);
    }
    let line = |item: ferrocart::db::carts::CartItem| Line {
        product_id: item.product_id,
        sku: item.variant_sku,
        quantity: item.quantity,
    };
    Ok(Try {
        order: new_id(),
        user: customer.id(),
        purchase: Purchase { cart: id, number: purchases },
        cart_version,
        lines: items.into_iter().map(line).collect(),
        shipping_address,
    })
}

async fn address(shop: &AppState, customer: &Customer, destination: &Destination) -> Result<Address> {
    let id = match destination {
        Destination::Given(address) => return Ok(address.as_ref().clone()),
        Destination::Stored(id) => *id,
    };
    let user = shop.users.get(customer.id()).await?.ok_or(Error::Unauthenticated)?;
    let stored = user.addresses.into_iter().find(|address| address.id == id);
    let unknown = || Invalid::new("unknown_address", "must be one of your addresses");
    stored.map(|stored| stored.address).ok_or_else(|| Error::field("/shipping_address_id", unknown()))
}
