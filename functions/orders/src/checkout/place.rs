//! Makes the order of what was taken: all of it or none.

use super::Step;
use super::earlier::{earlier, refuse};
use super::order_number::order_number;
use super::take::{Taken, give_back};
use super::wish::{Line, Try, Wish};
use ferrocart::chaos::{Defect, Point, planted, point};
use ferrocart::db::orders::{
    IDEMPOTENCY_UNIQUE, NUMBER_UNIQUE, OrderDoc, OrderItem, PURCHASE_UNIQUE, PaymentDoc, StatusChange, Trace,
};
use ferrocart::db::products::ProductDoc;
use ferrocart::db::{ID_UNIQUE, violated_index};
use ferrocart::domain::cart;
use ferrocart::domain::money::Money;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::telemetry::{Fact, note};
use ferrocart::{AppState, Error, Result};

/// Places the order of a try that has taken everything. When the answer is lost nothing is undone,
/// because the order may stand: the next request with the same key finds out.
pub(super) async fn place(shop: &AppState, wish: &Wish, of: &Try, taken: &Taken) -> Result<Step> {
    let mut order = match freeze(shop, wish, of, &taken.products) {
        Ok(order) => order,
        Err(error) => {
            give_back(shop, of.order, taken).await;
            return refuse(shop, of.user, wish, Some(of), error).await;
        }
    };
    loop {
        let Err(error) = shop.orders.place(&order).await else { break };
        match violated_index(&error) {
            Some(NUMBER_UNIQUE) => order.order_number = order_number()?,
            Some(IDEMPOTENCY_UNIQUE | PURCHASE_UNIQUE) => {
                give_back(shop, of.order, taken).await;
                return Ok(earlier(shop, of.user, wish, Some(of)).await?.unwrap_or(Step::Wait));
            }
            Some(ID_UNIQUE) => match shop.orders.trace(of.order).await? {
                Trace::Placed(_) => break,
                Trace::Buried => {
                    // Somebody took this request for dead, and has given back what it had taken by then.
                    give_back(shop, of.order, taken).await;
                    return Err(Error::IdempotencyInProgress);
                }
                Trace::Nothing => return Err(error.into()),
            },
            _ => {
                if planted(Defect::CompensationWithoutAsking) {
                    give_back(shop, of.order, taken).await;
                }
                return Err(error.into());
            }
        }
    }
    point(Point::CheckoutPlaced);
    note(Fact::OrderPlaced(order.id));
    Ok(Step::Placed(Box::new(order)))
}

/// The order with the names and prices at which its stock was taken.
fn freeze(shop: &AppState, wish: &Wish, of: &Try, products: &[ProductDoc]) -> Result<OrderDoc> {
    let items = of.lines.iter().map(|line| freeze_line(line, products)).collect::<Result<Vec<_>>>()?;
    let total = cart::total(items.iter().map(OrderItem::priced))?;
    if wish.expected_total.is_some_and(|expected| expected != total) {
        return Err(Error::TotalChanged { actual: total.of(shop.config.currency) });
    }
    if total > Money::MAX_CHARGE {
        return Err(Error::TotalTooLarge);
    }
    let now = shop.now();
    let status = OrderStatus::Pending;
    Ok(OrderDoc {
        id: of.order,
        order_number: order_number()?,
        user_id: of.user,
        transaction_id: None,
        status,
        total_amount: total,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        shipping_address: of.shipping_address.clone(),
        items,
        payment: PaymentDoc { status: PaymentStatus::RequiresPayment, client_secret: None, keys_used: 0 },
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        received: None,
        disputes_stored: 0,
        tracking: None,
        status_history: vec![StatusChange { status, at: now, by: Actor::Customer }],
        flags: Vec::new(),
        cart_id: of.purchase.cart,
        cart_version: of.cart_version,
        cart_purchase: of.purchase.number,
        idempotency_key: wish.key().map(str::to_owned),
        request_digest: wish.key().map(|_| wish.digest()).transpose()?,
    })
}

fn freeze_line(line: &Line, products: &[ProductDoc]) -> Result<OrderItem> {
    let unavailable = || Error::ProductUnavailable(vec![line.sku.clone()]);
    let product = products.iter().find(|product| product.id == line.product_id).ok_or_else(unavailable)?;
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
