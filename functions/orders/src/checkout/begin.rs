//! Writes down that a cart is being bought, before anything is taken. Two unique keys, the user's
//! idempotency key and the version of the cart, decide which of several requests does it.

use crate::place_order::Destination;
use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::auth::Customer;
use ferrocart::chaos::{Point, point};
use ferrocart::checkout::{settle, undo};
use ferrocart::db::carts::CartDoc;
use ferrocart::db::orders::{CART_UNIQUE, IDEMPOTENCY_UNIQUE, OrderDoc};
use ferrocart::db::reservations::{EarlierTry, ReservationDoc, ReservedLine};
use ferrocart::db::{new_id, to_bson, violated_index};
use ferrocart::domain::address::Address;
use ferrocart::domain::id::OrderId;
use ferrocart::domain::invalid::Invalid;
use ferrocart::domain::money::Money;
use ferrocart::domain::order::OrderStatus;
use ferrocart::http::{DEADLINE, IdempotencyKey};
use ferrocart::{AppState, Error, Result};
use std::time::Duration;

/// How long a key names the same order.
const KEY_LIFE: Duration = Duration::from_hours(24);
/// How long after an order its emptied cart is taken for the one that was bought, and not for one
/// into which nothing was put.
const DOUBLE_CLICK: Duration = Duration::from_mins(1);
/// How often a request looks whether the one before it has come to an end, and how long it waits
/// in between: two seconds in all.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// What a buyer wants, whatever the cart holds.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) destination: Destination,
    pub(crate) expected_total: Option<Money>,
    pub(crate) key: Option<IdempotencyKey>,
}

/// What a request is to do.
#[derive(Debug)]
pub(crate) enum Begun {
    /// Take the stock for this reservation, which is its own.
    New(Box<Started>),
    /// Answer with this order, which an earlier request with the same key has made.
    Earlier(Box<OrderDoc>),
}

/// A checkout that has begun.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) reservation: ReservationDoc,
    /// The orders that had taken their lines out of the cart when this one read it.
    pub(crate) ordered: Vec<OrderId>,
}

/// Begins a checkout, or finds the one that was begun with the same key.
pub(crate) async fn begin(shop: &AppState, customer: &Customer, wish: &Wish) -> Result<Begun> {
    let digest = wish.digest()?;
    if let Some(started) = begin_first(shop, customer, wish, &digest).await? {
        return Ok(Begun::New(Box::new(started)));
    }
    for _ in 0..LOOKS {
        if let Some(key) = &wish.key
            && let Some(earlier) = shop.reservations.by_key(customer.id(), key.as_str()).await?
        {
            match same_request(shop, earlier, key, &digest).await? {
                Outcome::Order(order) => return Ok(Begun::Earlier(order)),
                Outcome::Gone => {}
                Outcome::AtWork => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            }
        }
        let started = match prepare(shop, customer, wish, &digest).await {
            // The same request may have emptied the cart since we looked.
            Err(Error::EmptyCart | Error::CartAlreadyOrdered(_)) if has_begun(shop, customer, wish).await? => continue,
            outcome => outcome?,
        };
        match shop.reservations.insert(&started.reservation).await {
            Ok(()) => {
                point(Point::CheckoutBegun);
                return Ok(Begun::New(Box::new(started)));
            }
            Err(error) if violated_index(&error) == Some(IDEMPOTENCY_UNIQUE) => {}
            Err(error) if violated_index(&error) == Some(CART_UNIQUE) => same_cart(shop, &started.reservation).await?,
            Err(error) => return Err(error.into()),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::IdempotencyInProgress)
}

/// Begins as the first with this key and this cart, which most requests are: the unique indexes know,
/// and nobody has to look. `None` when there may have been an earlier one.
async fn begin_first(shop: &AppState, customer: &Customer, wish: &Wish, digest: &str) -> Result<Option<Started>> {
    let started = match prepare(shop, customer, wish, digest).await {
        Ok(started) => started,
        Err(error @ Error::Database(_)) => return Err(error),
        // The same request may have emptied the cart before.
        Err(_) => return Ok(None),
    };
    match shop.reservations.insert(&started.reservation).await {
        Ok(()) => {
            point(Point::CheckoutBegun);
            Ok(Some(started))
        }
        Err(error) if matches!(violated_index(&error), Some(IDEMPOTENCY_UNIQUE | CART_UNIQUE)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a request with this key has begun, or ended.
async fn has_begun(shop: &AppState, customer: &Customer, wish: &Wish) -> Result<bool> {
    match &wish.key {
        Some(key) => Ok(shop.reservations.by_key(customer.id(), key.as_str()).await?.is_some()),
        None => Ok(false),
    }
}

enum Outcome {
    Order(Box<OrderDoc>),
    AtWork,
    Gone,
}

/// What has become of the request that used this key before.
async fn same_request(shop: &AppState, earlier: EarlierTry, key: &IdempotencyKey, digest: &str) -> Result<Outcome> {
    let used_for = match &earlier {
        EarlierTry::Reserving(reservation) => &reservation.request_digest,
        EarlierTry::Placed(order) => &order.request_digest,
    };
    let same = used_for.as_deref() == Some(digest);
    match earlier {
        EarlierTry::Placed(order) if shop.now().since(order.created_at) > KEY_LIFE => {
            shop.reservations.forget_key(order.user_id, key.as_str(), shop.now().minus(KEY_LIFE)).await?;
            Ok(Outcome::Gone)
        }
        _ if !same => Err(Error::IdempotencyKeyReused),
        EarlierTry::Placed(order) => Ok(Outcome::Order(order)),
        EarlierTry::Reserving(reservation) => undo_if_dead(shop, &reservation).await,
    }
}

/// Refuses to buy a cart that was bought; otherwise what stood in the way has gone, or will soon.
async fn same_cart(shop: &AppState, reservation: &ReservationDoc) -> Result<()> {
    match shop.reservations.by_cart(reservation.cart_id, reservation.cart_version).await? {
        // The same request once more: its key tells the rest.
        Some(EarlierTry::Placed(order))
            if reservation.idempotency_key.is_some() && order.idempotency_key == reservation.idempotency_key =>
        {
            Ok(())
        }
        Some(EarlierTry::Placed(order)) => {
            settle(shop, &order).await?;
            Err(Error::CartAlreadyOrdered(order.id))
        }
        Some(EarlierTry::Reserving(earlier)) => undo_if_dead(shop, &earlier).await.map(drop),
        None => Ok(()),
    }
}

/// Ends what stands in the way of buying a cart: an order of it whose lines are still in there, or a
/// dead request. For one that is at work there is a little wait.
pub(crate) async fn make_way(shop: &AppState, others: &[OrderId]) -> Result<()> {
    for other in others {
        match shop.reservations.by_id(*other).await? {
            Some(EarlierTry::Placed(order)) => settle(shop, &order).await?,
            Some(EarlierTry::Reserving(reservation)) => {
                if let Outcome::AtWork = undo_if_dead(shop, &reservation).await? {
                    // Two that made way for each other do not meet again when they wait differently long.
                    let [.., chance] = reservation.id.to_bytes();
                    tokio::time::sleep(PAUSE.saturating_mul(1 + u32::from(chance % 8))).await;
                }
            }
            None => {}
        }
    }
    Ok(())
}

async fn undo_if_dead(shop: &AppState, reservation: &ReservationDoc) -> Result<Outcome> {
    // No request works longer than its deadline, and clocks differ by less than it.
    if shop.now().since(reservation.reserved_at) < DEADLINE.saturating_mul(2) {
        return Ok(Outcome::AtWork);
    }
    undo(shop, reservation).await?;
    Ok(Outcome::Gone)
}

/// The reservation of what is in the cart now.
async fn prepare(shop: &AppState, customer: &Customer, wish: &Wish, digest: &str) -> Result<Started> {
    let (cart, shipping_address) = futures_util::try_join!(
        async { Ok(shop.carts.of(customer.id()).await?) },
        address(shop, customer, &wish.destination)
    )?;
    let cart = cart.ok_or(Error::EmptyCart)?;
    // Whoever clicks twice hears that the first click has bought the cart.
    if let Some(order) = cart.emptied_by().filter(|_| shop.now().since(cart.updated_at) < DOUBLE_CLICK) {
        return Err(Error::CartAlreadyOrdered(order));
    }
    let CartDoc { id: cart_id, version: cart_version, items, ordered, .. } = cart;
    if items.is_empty() {
        return Err(Error::EmptyCart);
    }
    let line = |item: ferrocart::db::carts::CartItem| ReservedLine {
        product_id: item.product_id,
        sku: item.variant_sku,
        quantity: item.quantity,
    };
    let reservation = ReservationDoc {
        id: new_id(),
        status: OrderStatus::Reserving,
        user_id: customer.id(),
        cart_id,
        cart_version,
        lines: items.into_iter().map(line).collect(),
        shipping_address,
        reserved_at: shop.now(),
        idempotency_key: wish.key.as_ref().map(|key| key.as_str().to_owned()),
        request_digest: wish.key.as_ref().map(|_| digest.to_owned()),
    };
    Ok(Started { reservation, ordered })
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

impl Wish {
    /// By which the same request is recognized: a digest of what it says.
    fn digest(&self) -> Result<String> {
        let address = match &self.destination {
            Destination::Stored(id) => bson::Bson::from(*id),
            Destination::Given(address) => to_bson(address)?,
        };
        let said = bson::doc! { "address": address, "expected_total": self.expected_total };
        Ok(hex::encode(digest(&SHA256, &bson::serialize_to_vec(&said)?)))
    }
}
