//! The request to buy a cart, and one attempt to carry it out.

use crate::db::carts::{CartDoc, CartItem, CheckoutCart, UnpaidLimits};
use crate::db::orders::{OrderDoc, Purchase};
use crate::db::stock::HoldOwner;
use crate::db::users::UserDoc;
use crate::db::{new_id, to_bson};
use crate::domain::address::Address;
use crate::domain::email::Email;
use crate::domain::id::{AddressId, OrderId, ProductId, UserId};
use crate::domain::idempotency_key::IdempotencyKey;
use crate::domain::money::Money;
use crate::domain::sku::SkuQuantity;
use crate::domain::validation::ValidationError;
use crate::error::{Error, Result};
use crate::state::Shop;
use aws_lc_rs::digest::{SHA256, digest};
use std::time::Duration;

/// How long an empty cart is reported as just ordered instead of as empty: the second click of a double click.
const DOUBLE_CLICK: Duration = Duration::from_mins(1);

/// A request to buy what is in a cart.
#[derive(Debug)]
pub struct CheckoutRequest {
    /// The buyer.
    pub user: UserId,
    /// The e-mail address of a guest; `None` for a customer.
    pub guest_email: Option<Email>,
    /// Where the parcel goes.
    pub destination: Destination,
    /// The total that the buyer has seen. With any other total nothing is bought.
    pub expected_total: Option<Money>,
    /// The client's key: the same key yields the same order for 24 hours.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The keyed hash of the network that the request comes from.
    pub network: String,
}

/// Where the parcel goes, as the buyer names it.
#[derive(Debug)]
pub enum Destination {
    /// One of the buyer's stored addresses.
    Stored(AddressId),
    /// An address for this order alone.
    Given(Box<Address>),
}

impl CheckoutRequest {
    /// The idempotency key as an order stores it.
    pub(super) fn key(&self) -> Option<&str> {
        self.idempotency_key.as_ref().map(IdempotencyKey::as_str)
    }

    /// The digest by which a replay is distinguished from another request with the same key.
    pub(super) fn digest(&self) -> Result<String> {
        let address = match &self.destination {
            Destination::Stored(id) => bson::Bson::from(*id),
            Destination::Given(address) => to_bson(address)?,
        };
        let mut content = bson::doc! { "address": address, "expected_total": self.expected_total };
        if let Some(email) = &self.guest_email {
            content.insert("email", email.as_str());
        }
        Ok(hex::encode(digest(&SHA256, &bson::serialize_to_vec(&content)?)))
    }
}

/// One attempt to buy a cart as it was read.
///
/// Each attempt has an order id of its own: stock that was released under an id is never reserved under it again.
#[derive(Debug)]
pub(super) struct CheckoutAttempt {
    pub(super) order: OrderId,
    pub(super) user: UserId,
    pub(super) purchase: Purchase,
    pub(super) cart_version: i64,
    pub(super) items: Vec<CartItem>,
    pub(super) shipping_address: Address,
    /// The total at the current prices; `None` when a line is not for sale.
    pub(super) current_total: Option<Money>,
    /// The unpaid orders of the buyer, up to the limit.
    pub(super) unpaid_of_buyer: Vec<OrderId>,
    /// The number of unpaid orders of the network, up to the limit.
    pub(super) unpaid_of_network: usize,
}

impl CheckoutAttempt {
    /// The quantities to reserve.
    pub(super) fn quantities(&self) -> impl Iterator<Item = (ProductId, SkuQuantity)> {
        self.items
            .iter()
            .map(|item| (item.product_id, SkuQuantity { sku: item.variant_sku.clone(), quantity: item.quantity }))
    }

    /// The owner of the holds that this attempt creates.
    pub(super) const fn owner(&self) -> HoldOwner {
        HoldOwner { order: self.order, cart: self.purchase.cart, buyer: self.user }
    }
}

/// The result of an attempt that did not fail.
#[derive(Debug)]
pub(super) enum AttemptOutcome {
    /// The attempt has placed this order.
    Placed(Box<OrderDoc>),
    /// An earlier request has placed this order.
    Replayed(Box<OrderDoc>),
    /// The obstacle has been removed: try again at once.
    Retry,
    /// Another request is buying the same cart: try again after a pause.
    Wait,
}

/// Starts an attempt to buy what is in the cart now.
pub(super) async fn start_attempt(shop: &Shop, request: &CheckoutRequest) -> Result<CheckoutAttempt> {
    let limits = UnpaidLimits {
        per_buyer: shop.config.max_unpaid_orders,
        per_network: shop.config.max_unpaid_orders_per_address,
        network: &request.network,
    };
    let (found, shipping_address, ()) = futures_util::try_join!(
        async { Ok(shop.carts.for_checkout(request.user, limits).await?) },
        shipping_address(shop, request.user, &request.destination),
        require_verified_email(shop, request.user)
    )?;
    let found = found.ok_or(Error::EmptyCart)?;
    let current_total = found.total()?;
    let CheckoutCart { cart, unpaid_of_buyer, unpaid_of_network, .. } = found;
    if let Some(order) = cart.emptied_by().filter(|_| shop.now().since(cart.updated_at) < DOUBLE_CLICK) {
        return Err(Error::CartAlreadyOrdered(order));
    }
    let CartDoc { id, version: cart_version, purchases, items, .. } = cart;
    if items.is_empty() {
        return Err(Error::EmptyCart);
    }
    let purchase = Purchase { cart: id, number: purchases };
    Ok(CheckoutAttempt {
        order: new_id(),
        user: request.user,
        purchase,
        cart_version,
        items,
        shipping_address,
        current_total,
        unpaid_of_buyer,
        unpaid_of_network,
    })
}

/// Checks that the address of the buyer's account is verified, if the shop requires that. A guest has none.
async fn require_verified_email(shop: &Shop, user: UserId) -> Result<()> {
    if !shop.config.requires_verified_email {
        return Ok(());
    }
    let account = shop.users.get(user).await?;
    let is_verified = account.is_some_and(|account| account.email_verified_at.is_some());
    if is_verified { Ok(()) } else { Err(Error::EmailNotVerified) }
}

/// Returns the shipping address with a recipient: by default the buyer, under the account's current name.
async fn shipping_address(shop: &Shop, user: UserId, destination: &Destination) -> Result<Address> {
    if let Destination::Given(address) = destination
        && address.name.is_some()
    {
        return Ok(address.as_ref().clone());
    }
    let UserDoc { name, addresses, .. } = shop.users.get(user).await?.ok_or(Error::Unauthenticated)?;
    let address = match destination {
        Destination::Given(address) => address.as_ref().clone(),
        Destination::Stored(id) => {
            let stored = addresses.into_iter().find(|address| address.id == *id);
            let unknown = || ValidationError::new("unknown_address", "must be one of your addresses");
            stored.ok_or_else(|| Error::field("/shipping_address_id", unknown()))?.address
        }
    };
    Ok(Address { name: address.name.or(Some(name)), ..address })
}
