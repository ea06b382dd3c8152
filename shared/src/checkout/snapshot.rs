//! Makes the order document of an attempt, with the names and prices at which its stock was reserved.

use super::admit::admit;
use super::attempt::{CheckoutAttempt, CheckoutRequest};
use crate::db::carts::CartItem;
use crate::db::new_id;
use crate::db::orders::{Guest, OrderDoc, OrderItem, PaymentDoc, StatusChange};
use crate::db::products::ProductDoc;
use crate::domain::cart;
use crate::domain::money::Money;
use crate::domain::notification::{Notification, NotificationKind};
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::error::{Error, Result};
use crate::state::Shop;
use std::time::Duration;

/// Returns the order of an attempt, from the products as they were when their stock was reserved.
///
/// # Errors
/// [`Error::TotalChanged`] when the buyer expects another total, and those of [`admit`] for the reserved prices.
pub(super) fn snapshot_order(
    shop: &Shop,
    request: &CheckoutRequest,
    attempt: &CheckoutAttempt,
    products: &[ProductDoc],
) -> Result<OrderDoc> {
    let items = attempt.items.iter().map(|item| snapshot_item(item, products)).collect::<Result<Vec<_>>>()?;
    let total = cart::total(items.iter().map(OrderItem::priced))?;
    if request.expected_total.is_some_and(|expected| expected != total) {
        return Err(Error::TotalChanged { actual: total.of(shop.config.currency) });
    }
    admit(shop, attempt, Some(total))?;
    // Without a limit, or for a free order, the network is not needed.
    let has_limit = shop.config.max_unpaid_orders_per_address > 0 && !total.is_zero();
    let now = shop.now();
    let change = |status, by| StatusChange { status, at: now, by };
    let mut status_history = vec![change(OrderStatus::Pending, Actor::Customer)];
    let (mut status, mut payment_status) = (OrderStatus::Pending, PaymentStatus::RequiresPayment);
    if total.is_zero() {
        // Stripe charges no such amount. A free order is paid when it is placed, so that no later step can fail.
        (status, payment_status) = (OrderStatus::Processing, PaymentStatus::Succeeded);
        status_history.push(change(status, Actor::System));
    }
    let is_synthetic = products.iter().any(|product| product.exclusive_to.is_some());
    let sends_mail = shop.config.sends_mail && !is_synthetic;
    let notification = sends_mail.then(|| Notification::new(new_id(), NotificationKind::OrderPlaced, now));
    Ok(OrderDoc {
        id: attempt.order,
        order_number: order_number()?,
        user_id: attempt.user,
        guest: request.guest_email.clone().map(Guest::new),
        transaction_id: None,
        status,
        total_amount: total,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        reconcile_at: now.plus(status.reconcile_interval(Duration::ZERO)),
        shipping_address: attempt.shipping_address.clone(),
        items,
        payment: PaymentDoc::new(payment_status),
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        mismatched_payment: None,
        disputes: Vec::new(),
        disputes_stored: 0,
        tracking: None,
        status_history,
        flags: Vec::new(),
        cart_id: attempt.purchase.cart,
        cart_version: attempt.cart_version,
        cart_purchase: attempt.purchase.number,
        idempotency_key: request.key().map(str::to_owned),
        buyer_erased_at: None,
        request_digest: request.key().map(|_| request.digest()).transpose()?,
        network: has_limit.then(|| request.network.clone()),
        notifications: notification.into_iter().collect(),
        is_synthetic,
    })
}

fn snapshot_item(item: &CartItem, products: &[ProductDoc]) -> Result<OrderItem> {
    let unavailable = || Error::ProductUnavailable(vec![item.variant_sku.clone()]);
    let product = products.iter().find(|product| product.id == item.product_id).ok_or_else(unavailable)?;
    let variant = product.variants.iter().find(|variant| variant.sku == item.variant_sku).ok_or_else(unavailable)?;
    Ok(OrderItem::new(product, variant, item.quantity)?)
}

/// Crockford's base 32: without I, L, O and U, which are easily misread or misheard.
const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// Returns a new order number of 40 random bits, such as `FC-7K3M-Q9TD`: short enough to read out, and not derivable
/// from another one.
pub(super) fn order_number() -> Result<String> {
    let mut bytes = [0_u8; 8];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return Err(Error::System("no random numbers available"));
    }
    let digit = |byte: &u8| DIGITS.get(usize::from(byte & 31)).copied().unwrap_or('0');
    let digits: Vec<char> = bytes.iter().map(digit).collect();
    let (first, second) = digits.split_at(4);
    Ok(format!("FC-{}-{}", String::from_iter(first), String::from_iter(second)))
}

#[cfg(test)]
mod tests {
    use super::super::attempt::{CheckoutAttempt, CheckoutRequest, Destination};
    use super::{order_number, snapshot_order};
    use crate::config::Config;
    use crate::db::carts::CartItem;
    use crate::db::orders::Purchase;
    use crate::db::products::ProductDoc;
    use crate::db::{connect, new_id};
    use crate::domain::cart::UnpayableTotal;
    use crate::domain::money::Money;
    use crate::domain::quantity::Quantity;
    use crate::error::Error;
    use crate::state::AppState;
    use bson::doc;
    use std::collections::BTreeSet;

    /// Returns the state of a shop whose database is never queried.
    async fn shop() -> AppState {
        let config = Config::read(|name| match name {
            "MONGODB_URI" => Some("mongodb://127.0.0.1:9".to_owned()),
            _ => None,
        });
        let config = config.unwrap();
        let database = connect(&config.database).await.unwrap();
        AppState::new(config, database)
    }

    fn product(units: i64) -> ProductDoc {
        let now = bson::DateTime::from_millis(0);
        let document = doc! {
            "_id": bson::oid::ObjectId::from_bytes([1; 12]), "name": "Pin", "category": "Pins", "base_price": units,
            "images": [], "is_active": true, "version": 2_i64, "created_at": now, "updated_at": now,
            "variants": [{ "sku": "PIN", "size": null, "color": null, "stock_quantity": 1_i64, "price_modifier": 0_i64 }],
            "min_price": units, "max_price": units,
        };
        bson::deserialize_from_document(document).unwrap()
    }

    #[tokio::test]
    async fn reserved_prices_with_an_unpayable_total_are_rejected() {
        let shop = shop().await;
        let address =
            doc! { "type": "shipping", "street": "1 Main Street", "city": "Berlin", "zip": "10115", "country": "DE" };
        let item = CartItem {
            product_id: product(0).id,
            variant_sku: "PIN".parse().unwrap(),
            quantity: Quantity::try_from(1).unwrap(),
            thumbnail: None,
        };
        // In the cart the price was payable.
        let attempt = CheckoutAttempt {
            order: new_id(),
            user: new_id(),
            purchase: Purchase { cart: new_id(), number: 0 },
            cart_version: 1,
            items: vec![item],
            shipping_address: bson::deserialize_from_document(address).unwrap(),
            current_total: Some(Money::from_minor(50)),
            unpaid_of_buyer: Vec::new(),
            unpaid_of_network: 0,
        };
        let request = CheckoutRequest {
            user: attempt.user,
            guest_email: None,
            destination: Destination::Stored(new_id()),
            expected_total: None,
            idempotency_key: None,
            network: String::new(),
        };
        let snapshot = |units| snapshot_order(&shop, &request, &attempt, &[product(units)]);
        let rejected = snapshot(49).unwrap_err();
        assert!(matches!(rejected, Error::UnpayableTotal(UnpayableTotal::BelowMinimum { .. })), "{rejected}");
        let rejected = snapshot(100_000_000).unwrap_err();
        assert!(matches!(rejected, Error::UnpayableTotal(UnpayableTotal::AboveMaximum { .. })), "{rejected}");
        for units in [0, 50, 99_999_999] {
            assert_eq!(snapshot(units).unwrap().total_amount.minor(), units);
        }
        // In the cart everything was free, so that the unpaid orders did not count.
        let attempt =
            CheckoutAttempt { current_total: Some(Money::ZERO), unpaid_of_buyer: vec![new_id(); 3], ..attempt };
        let snapshot = |units| snapshot_order(&shop, &request, &attempt, &[product(units)]);
        assert!(matches!(snapshot(50).unwrap_err(), Error::TooManyUnpaidOrders(_)));
        assert!(snapshot(0).is_ok());
    }

    #[test]
    fn order_numbers_have_no_ambiguous_letters() {
        let numbers: BTreeSet<String> = (0..200).map(|_| order_number().unwrap()).collect();
        assert_eq!(numbers.len(), 200);
        let digits = |number: &String| number.strip_prefix("FC-").unwrap().replacen('-', "", 1);
        assert!(numbers.iter().all(|number| digits(number).len() == 8));
        let digits: BTreeSet<char> =
            numbers.iter().flat_map(|number| digits(number).chars().collect::<Vec<_>>()).collect();
        assert_eq!(String::from_iter(digits), "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    }
}
