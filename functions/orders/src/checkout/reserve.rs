//! Takes the stock of a reservation and makes the order: all of it or none.

use super::begin::Started;
use super::order_number::order_number;
use super::shortage::why_short;
use ferrocart::chaos::{Defect, Point, planted, point};
use ferrocart::checkout::{by_product, give_back, undo};
use ferrocart::db::orders::{NUMBER_UNIQUE, OrderDoc, OrderItem, PaymentDoc, StatusChange};
use ferrocart::db::products::ProductDoc;
use ferrocart::db::reservations::{ReservationDoc, ReservedLine};
use ferrocart::db::violated_index;
use ferrocart::domain::cart;
use ferrocart::domain::id::{OrderId, ProductId};
use ferrocart::domain::money::Money;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::telemetry::{Fact, note};
use ferrocart::{AppState, Error, Result};
use std::collections::HashMap;

/// How often stock may come back just after it could not be taken, before the buyer is asked to
/// try again.
const SURPRISES: u32 = 5;

/// What has become of a reservation.
#[derive(Debug)]
pub(crate) enum Reserved {
    /// The order stands.
    Order(Box<OrderDoc>),
    /// It was given up, because these others buy what is in the same cart.
    InTheWay(Vec<OrderId>),
}

/// Makes the order that a reservation is for, or leaves nothing behind.
pub(crate) async fn reserve(
    shop: &AppState,
    Started { reservation, ordered }: Started,
    expected_total: Option<Money>,
) -> Result<Reserved> {
    let mut taken = HashMap::new();
    let (others, stock) =
        tokio::join!(in_the_way(shop, &reservation, &ordered), take_all(shop, &reservation, &mut taken));
    let order = match (others, stock) {
        (Ok(others), _) if !others.is_empty() => {
            undo(shop, &reservation).await?;
            // If somebody took this request for dead before, there was nothing left to undo.
            give_back(shop, &reservation).await?;
            return Ok(Reserved::InTheWay(others));
        }
        (Ok(_), Ok(())) => freeze(shop, &reservation, &taken, expected_total),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match order {
        Ok(order) => Ok(Reserved::Order(Box::new(confirm(shop, &reservation, order).await?))),
        Err(error) => {
            // What the database has not answered may have been taken.
            let holds_nothing = taken.is_empty() && !matches!(error, Error::Database(_));
            let undone = if holds_nothing {
                shop.reservations.delete(reservation.id).await.map_err(Error::from)
            } else {
                undo(shop, &reservation).await
            };
            if let Err(undoing) = undone {
                // The reservation is still there, so whoever comes next finds it and undoes it.
                tracing::warn!(error = %undoing, order_id = %reservation.id, "a failed checkout waits to be undone");
            }
            Err(error)
        }
    }
}

/// Other tries to buy the same cart whose lines were still in it when this one read it: they would
/// be bought twice.
async fn in_the_way(shop: &AppState, reservation: &ReservationDoc, ordered: &[OrderId]) -> Result<Vec<OrderId>> {
    let others = shop.reservations.others(reservation).await?.into_iter().map(|other| other.id);
    Ok(others.filter(|other| !ordered.contains(other)).collect())
}

/// Takes the stock of every line; each product comes back as it was at that moment.
async fn take_all(
    shop: &AppState,
    reservation: &ReservationDoc,
    taken: &mut HashMap<ProductId, ProductDoc>,
) -> Result<()> {
    let mut wanted = by_product(reservation.stock());
    let mut surprises = 0..SURPRISES;
    while let Some((product, pieces)) = wanted.pop_first() {
        match shop.products.take_stock(reservation.id, product, &pieces, shop.now()).await? {
            Some(product) => {
                point(Point::CheckoutTookProduct);
                taken.insert(product.id, product);
            }
            None => {
                wanted.insert(product, pieces);
                match why_short(shop, &wanted).await? {
                    Some(error) => return Err(error),
                    // It came back into stock between the two looks.
                    None if surprises.next().is_some() => {}
                    None => return Err(Error::IdempotencyInProgress),
                }
            }
        }
    }
    Ok(())
}

/// The order with the names and prices at which its stock was taken.
fn freeze(
    shop: &AppState,
    reservation: &ReservationDoc,
    products: &HashMap<ProductId, ProductDoc>,
    expected_total: Option<Money>,
) -> Result<OrderDoc> {
    let items = reservation.lines.iter().map(|line| freeze_line(line, products)).collect::<Result<Vec<_>>>()?;
    let total = cart::total(items.iter().map(OrderItem::priced))?;
    if expected_total.is_some_and(|expected| expected != total) {
        return Err(Error::TotalChanged { actual: total.of(shop.config.currency) });
    }
    if total > Money::MAX_CHARGE {
        return Err(Error::TotalTooLarge);
    }
    let now = shop.now();
    Ok(OrderDoc {
        id: reservation.id,
        order_number: order_number()?,
        user_id: reservation.user_id,
        transaction_id: None,
        status: reservation.status.go_to(OrderStatus::Pending)?,
        total_amount: total,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        shipping_address: reservation.shipping_address.clone(),
        items,
        payment: PaymentDoc { status: PaymentStatus::RequiresPayment, client_secret: None, keys_used: 0 },
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        received: None,
        disputes_stored: 0,
        tracking: None,
        status_history: vec![StatusChange { status: OrderStatus::Pending, at: now, by: Actor::Customer }],
        flags: Vec::new(),
        cart_id: reservation.cart_id,
        cart_version: reservation.cart_version,
        idempotency_key: reservation.idempotency_key.clone(),
        request_digest: reservation.request_digest.clone(),
    })
}

fn freeze_line(line: &ReservedLine, products: &HashMap<ProductId, ProductDoc>) -> Result<OrderItem> {
    let unavailable = || Error::ProductUnavailable(vec![line.sku.clone()]);
    let product = products.get(&line.product_id).ok_or_else(unavailable)?;
    let variant = product.variants.iter().find(|variant| variant.sku == line.sku).ok_or_else(unavailable)?;
    Ok(OrderItem {
        product_id: product.id,
        name: product.name.clone(),
        sku: line.sku.clone(),
        size: variant.size.clone(),
        color: variant.color.clone(),
        quantity: line.quantity,
        price_per_unit: variant.price(product.base_price)?,
    })
}

/// Turns the reservation into the order. When the answer is lost nothing is undone, because the
/// order may stand: the next request with the same key finds out.
async fn confirm(shop: &AppState, reservation: &ReservationDoc, mut order: OrderDoc) -> Result<OrderDoc> {
    loop {
        match shop.reservations.confirm(&order).await {
            Ok(true) => {
                point(Point::CheckoutConfirmed);
                note(Fact::OrderPlaced(order.id));
                return Ok(order);
            }
            Ok(false) => {
                // Somebody took this request for dead, and undid what it had taken by then.
                give_back(shop, reservation).await?;
                return Err(Error::IdempotencyInProgress);
            }
            Err(error) if violated_index(&error) == Some(NUMBER_UNIQUE) => order.order_number = order_number()?,
            Err(error) => {
                if planted(Defect::CompensationWithoutAsking) {
                    give_back(shop, reservation).await?;
                }
                return Err(error.into());
            }
        }
    }
}
