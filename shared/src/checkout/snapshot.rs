//! Makes the order document of an attempt, with the names and prices at which its stock was reserved.

use super::attempt::{CheckoutAttempt, CheckoutRequest};
use crate::db::carts::CartItem;
use crate::db::orders::{OrderDoc, OrderItem, PaymentDoc, StatusChange};
use crate::db::products::ProductDoc;
use crate::domain::cart;
use crate::domain::money::Money;
use crate::domain::order::{Actor, OrderStatus};
use crate::domain::payment::PaymentStatus;
use crate::error::{Error, Result};
use crate::state::Shop;

/// Returns the order of an attempt, from the products as they were when their stock was reserved.
///
/// # Errors
/// [`Error::TotalChanged`] when the buyer expects another total; [`Error::TotalTooLarge`] when Stripe cannot charge it.
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
    if total > Money::MAX_CHARGE {
        return Err(Error::TotalTooLarge);
    }
    let now = shop.now();
    let status = OrderStatus::Pending;
    Ok(OrderDoc {
        id: attempt.order,
        order_number: order_number()?,
        user_id: attempt.user,
        transaction_id: None,
        status,
        total_amount: total,
        currency: shop.config.currency,
        created_at: now,
        updated_at: now,
        expires_at: now.plus(shop.config.reservation),
        checked_at: now,
        shipping_address: attempt.shipping_address.clone(),
        items,
        payment: PaymentDoc { status: PaymentStatus::RequiresPayment, client_secret: None, idempotency_attempt: 0 },
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        mismatched_payment: None,
        disputes_stored: 0,
        tracking: None,
        status_history: vec![StatusChange { status, at: now, by: Actor::Customer }],
        flags: Vec::new(),
        cart_id: attempt.purchase.cart,
        cart_version: attempt.cart_version,
        cart_purchase: attempt.purchase.number,
        idempotency_key: request.key().map(str::to_owned),
        buyer_erased_at: None,
        request_digest: request.key().map(|_| request.digest()).transpose()?,
    })
}

fn snapshot_item(item: &CartItem, products: &[ProductDoc]) -> Result<OrderItem> {
    let unavailable = || Error::ProductUnavailable(vec![item.variant_sku.clone()]);
    let product = products.iter().find(|product| product.id == item.product_id).ok_or_else(unavailable)?;
    let variant = product.variants.iter().find(|variant| variant.sku == item.variant_sku).ok_or_else(unavailable)?;
    Ok(OrderItem {
        product_id: product.id,
        name: product.name.clone(),
        sku: item.variant_sku.clone(),
        size: variant.size.clone(),
        color: variant.color.clone(),
        quantity: item.quantity,
        price_per_unit: variant.price(product.base_price)?,
    })
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
    use super::order_number;

    #[test]
    fn order_numbers_have_no_ambiguous_letters() {
        let number = order_number().unwrap();
        assert_eq!(number.len(), 12);
        assert!(number.starts_with("FC-") && !number.contains(['I', 'L', 'O', 'U']), "{number}");
        assert_ne!(number, order_number().unwrap());
    }
}
