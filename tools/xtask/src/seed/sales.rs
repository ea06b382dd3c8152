//! What the demo shop has sold over the last 60 days: who bought what, and when.

use std::time::Duration;

use anyhow::{Context as _, Result};
use ferrocart::db::orders::{OrderDoc, OrderItem, PaymentDoc};
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::cart;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::time::Timestamp;

use super::chance::{self, Chance};
use super::days;
use super::fate::{self, Fate};
use super::people::Customer;

/// Paid or cancelled orders of each day, today first. The shop has grown a little.
const ORDERS_BY_DAY_AGO: [u8; 60] = [
    3, 2, 4, 2, 1, 3, 2, 3, 4, 2, 1, 2, 0, 3, 2, 3, 1, 2, 2, 1, 4, 1, 2, 2, 0, 2, 1, 3, 2, 1, 2, 1, 0, 2, 3, 1, 1, 2,
    1, 2, 0, 2, 1, 2, 1, 0, 1, 2, 2, 1, 0, 1, 2, 1, 1, 0, 1, 1, 0, 1,
];
/// Orders that still wait for their money: which part of the time to pay has passed, in percent.
const WAITING: [u32; 4] = [5, 20, 35, 50];
/// A cart's version grows, and the orders are numbered from the latest on.
const LATEST_CART: i64 = 10_000;
/// As for the numbers of real orders: no I, L, O or U.
const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What sales are made of.
pub(super) struct Market<'a> {
    pub(super) customers: &'a [Customer],
    pub(super) products: &'a [ProductDoc],
    pub(super) currency: Currency,
    /// How long an order may wait for its money.
    pub(super) reservation: Duration,
    pub(super) now: Timestamp,
}

impl Market<'_> {
    /// Every order, the latest first. Ada has the latest, and can pay for it.
    pub(super) fn orders(&self) -> Result<Vec<OrderDoc>> {
        let mut orders = Vec::new();
        for (percent, number) in WAITING.into_iter().zip(0_i64..) {
            let placed = self.now.minus(self.reservation.saturating_mul(percent).checked_div(100).unwrap_or_default());
            let mut chance = Chance::of(&format!("waiting/{number}"));
            let customer = if number == 0 { self.customers.first() } else { self.customer(&mut chance, placed) };
            let fate = if number == 1 { Fate::Refused } else { Fate::Waiting };
            orders.push(self.order(customer, &mut chance, placed, number, fate)?);
        }
        let moments = (0_u64..).zip(ORDERS_BY_DAY_AGO);
        let moments = moments.flat_map(|(day, count)| std::iter::repeat_n(day, usize::from(count)));
        for (day, number) in moments.zip(100_i64..) {
            let mut chance = Chance::of(&format!("sale/{number}"));
            let placed = self.now.minus(days(day)).minus(chance.percent_of(days(1), 8..=98));
            let customer = self.customer(&mut chance, placed);
            let fate = Fate::by(&mut chance);
            orders.push(self.order(customer, &mut chance, placed, number, fate)?);
        }
        orders.sort_by_key(|order| std::cmp::Reverse(order.created_at));
        Ok(orders)
    }

    /// Somebody who had an account and an address by then.
    fn customer(&self, chance: &mut Chance, placed: Timestamp) -> Option<&Customer> {
        let buys = |customer: &&Customer| customer.user.created_at < placed && customer.ships_to().is_some();
        let customers = self.customers.iter().filter(buys);
        let mut ticket = chance.below(customers.clone().map(|customer| customer.weight).sum());
        customers.into_iter().find(|customer| match ticket.checked_sub(customer.weight) {
            None => true,
            Some(rest) => {
                ticket = rest;
                false
            }
        })
    }

    fn order(
        &self,
        customer: Option<&Customer>,
        chance: &mut Chance,
        placed: Timestamp,
        number: i64,
        fate: Fate,
    ) -> Result<OrderDoc> {
        let customer = customer.context("nobody to buy")?;
        let items = self.items(chance, placed)?;
        let total = cart::total(items.iter().map(OrderItem::priced))?;
        let expires_at = placed.plus(self.reservation);
        let life = fate::live(fate, chance, placed, self.reservation, self.now)?;
        let refunded = life.refund.of(total, items.first().map_or(Money::ZERO, |item| item.price_per_unit));
        let address = customer.ships_to().context("a customer without an address")?;
        let tracking = if life.is_on_its_way() { Some(fate::tracking(address, chance)?) } else { None };
        Ok(OrderDoc {
            id: chance::id(&format!("order/{number}")),
            order_number: format!("FC-{}-{}", chance.text(DIGITS, 4), chance.text(DIGITS, 4)),
            user_id: customer.user.id,
            // Stripe knows nothing of these orders. A made-up intent could be neither paid nor refunded,
            // so that no administrator could cancel its order.
            transaction_id: None,
            status: life.status(),
            total_amount: total,
            currency: self.currency,
            created_at: placed,
            updated_at: life.updated_at,
            expires_at,
            checked_at: placed,
            shipping_address: address.clone(),
            items,
            payment: PaymentDoc { status: life.payment(refunded, total), client_secret: None, idempotency_attempt: 0 },
            refunded_amount: refunded,
            refunds: life.refunds(refunded, chance::id(&format!("refund/{number}"))),
            restocked: false,
            received: None,
            disputes_stored: 0,
            tracking,
            status_history: life.history,
            flags: Vec::new(),
            cart_id: chance::id(&format!("cart/{}", customer.user.email.as_str())),
            cart_version: LATEST_CART.saturating_sub(number),
            cart_purchase: LATEST_CART.saturating_sub(number),
            idempotency_key: None,
            request_digest: None,
        })
    }

    /// One to four lines, of products that were in the catalog by then.
    fn items(&self, chance: &mut Chance, placed: Timestamp) -> Result<Vec<OrderItem>> {
        let sold = |product: &&ProductDoc| product.is_active && product.created_at < placed;
        let mut shelf: Vec<_> = self.products.iter().filter(sold).collect();
        // Some things sell better than others, and they have nothing in common.
        shelf.sort_by_cached_key(|product| Chance::of(product.derived.sort_name.as_str()).number());
        let lines = match chance.below(100) {
            0..50 => 1,
            50..80 => 2,
            80..94 => 3,
            _ => 4,
        };
        let line = |_: u8| {
            let popular = chance.position(shelf.len()).min(chance.position(shelf.len()));
            let product = *shelf.get(popular).context("an empty shelf")?;
            shelf.retain(|other| other.id != product.id);
            item(product, chance)
        };
        (0..lines).map(line).collect()
    }
}

fn item(product: &ProductDoc, chance: &mut Chance) -> Result<OrderItem> {
    let variant =
        product.variants.get(chance.position(product.variants.len())).context("a product without variants")?;
    let price_per_unit = variant.price(product.base_price)?;
    let quantity = match chance.below(100) {
        // Nobody buys three coats.
        _ if price_per_unit > Money::from_minor(10_000) => 1,
        0..75 => 1,
        75..93 => 2,
        _ => 4,
    };
    Ok(OrderItem {
        product_id: product.id,
        name: product.name.clone(),
        sku: variant.sku.clone(),
        size: variant.size.clone(),
        color: variant.color.clone(),
        quantity: Quantity::try_from(quantity)?,
        price_per_unit,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use ferrocart::db::orders::{OrderDoc, OrderItem};
    use ferrocart::domain::cart;
    use ferrocart::domain::id::UserId;
    use ferrocart::domain::money::Currency;
    use ferrocart::domain::order::OrderStatus;
    use ferrocart::domain::payment::PaymentStatus;
    use ferrocart::domain::time::Timestamp;

    use super::{Market, ORDERS_BY_DAY_AGO};
    use crate::seed::chance;
    use crate::seed::{catalog, days, people};

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn orders() -> Vec<OrderDoc> {
        let password = serde_json::from_str("\"$2b$\"").unwrap();
        let (customers, products) = (people::customers(&password, NOW).unwrap(), catalog::products(NOW).unwrap());
        let (currency, reservation) = (Currency::USD, Duration::from_mins(30));
        Market { customers: &customers, products: &products, currency, reservation, now: NOW }.orders().unwrap()
    }

    #[test]
    fn every_state_an_order_and_its_payment_can_be_in_is_there() {
        let orders = orders();
        for status in OrderStatus::ALL {
            let count = orders.iter().filter(|order| order.status == status).count();
            assert!(count >= 3, "{count} {status}");
        }
        for status in [
            PaymentStatus::RequiresPayment,
            PaymentStatus::Failed,
            PaymentStatus::Succeeded,
            PaymentStatus::Canceled,
            PaymentStatus::Refunded,
            PaymentStatus::PartiallyRefunded,
        ] {
            assert!(orders.iter().any(|order| order.payment.status == status), "{status:?}");
        }
    }

    #[test]
    fn every_order_adds_up_and_its_history_leads_to_its_state() {
        for order in orders() {
            assert_eq!(cart::total(order.items.iter().map(OrderItem::priced)).unwrap(), order.total_amount);
            assert!(order.refunded_amount <= order.total_amount, "{}", order.order_number);
            for pair in order.status_history.windows(2) {
                assert!(pair[0].at <= pair[1].at && pair[0].status.transition(pair[1].status, pair[1].by).is_ok());
            }
            let (first, last) = (order.status_history.first().unwrap(), order.status_history.last().unwrap());
            assert_eq!((first.status, first.at), (OrderStatus::Pending, order.created_at));
            assert_eq!(last.status, order.status);
            assert!(last.at <= order.updated_at && order.updated_at <= NOW);
            let on_its_way = matches!(order.status, OrderStatus::Shipped | OrderStatus::Delivered);
            assert_eq!(order.tracking.is_some(), on_its_way, "{}", order.order_number);
        }
    }

    #[test]
    fn what_waits_for_its_money_can_still_be_paid() {
        for order in orders().iter().filter(|order| order.status == OrderStatus::Pending) {
            assert!(order.expires_at > NOW.plus(Duration::from_mins(10)), "{}", order.order_number);
        }
    }

    #[test]
    fn ada_has_something_to_pay_something_to_wait_for_and_something_to_look_back_at() {
        let ada: UserId = chance::id("user/ada@example.com");
        let orders = orders();
        let states: Vec<_> =
            orders.iter().filter(|order| order.user_id == ada).map(|order| order.status.as_str()).collect();
        assert_eq!(states.first(), Some(&"pending"));
        assert!((6..=15).contains(&states.len()), "{states:?}");
        for status in ["shipped", "delivered", "cancelled"] {
            assert!(states.contains(&status), "{states:?}");
        }
    }

    #[test]
    fn there_are_no_two_orders_of_one_number_and_none_older_than_60_days() {
        let orders = orders();
        let numbers: BTreeSet<_> = orders.iter().map(|order| &order.order_number).collect();
        assert_eq!(numbers.len(), orders.len());
        assert_eq!(orders.len(), 4 + ORDERS_BY_DAY_AGO.into_iter().map(usize::from).sum::<usize>());
        assert!(orders.iter().all(|order| order.created_at > NOW.minus(days(60))));
    }

    #[test]
    fn everybody_has_the_same_shop() {
        let facts = |orders: Vec<OrderDoc>| {
            orders.into_iter().map(|order| (order.id, order.order_number, order.total_amount)).collect::<Vec<_>>()
        };
        assert_eq!(facts(orders()), facts(orders()));
    }
}
