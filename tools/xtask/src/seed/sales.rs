//! The orders of the demo shop over the last 60 days.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use ferrocart::db::orders::{OrderDoc, OrderItem, PaymentDoc};
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::address::Address;
use ferrocart::domain::cart;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::time::Timestamp;

use super::days;
use super::people::Customer;
use super::random::{derive_id, generator, share_of, text};
use super::scenario::{self, OrderScenario};

/// Number of paid or cancelled orders per day, today first. Sales grow slowly.
const ORDERS_BY_DAY_AGO: [u8; 60] = [
    3, 2, 4, 2, 1, 3, 2, 3, 4, 2, 1, 2, 0, 3, 2, 3, 1, 2, 2, 1, 4, 1, 2, 2, 0, 2, 1, 3, 2, 1, 2, 1, 0, 2, 3, 1, 1, 2,
    1, 2, 0, 2, 1, 2, 1, 0, 1, 2, 2, 1, 0, 1, 2, 1, 1, 0, 1, 1, 0, 1,
];
/// The unpaid orders: the share of the time to pay that has passed, in percent.
const UNPAID: [u32; 4] = [5, 20, 35, 50];
/// Cart version of the latest order. Earlier orders have lower versions.
const LATEST_CART: i64 = 10_000;
/// The alphabet of order numbers: no I, L, O or U.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Generates orders from these customers and products.
pub(super) struct SalesGenerator<'a> {
    pub(super) customers: &'a [Customer],
    pub(super) products: &'a [ProductDoc],
    pub(super) currency: Currency,
    /// How long the stock of an unpaid order is reserved.
    pub(super) reservation: Duration,
    pub(super) now: Timestamp,
}

impl SalesGenerator<'_> {
    /// Generates all orders, the latest first. The latest belongs to Ada and can be paid.
    pub(super) fn orders(&self) -> Result<Vec<OrderDoc>> {
        let mut orders = Vec::new();
        for (percent, number) in UNPAID.into_iter().zip(0_i64..) {
            let placed = self.now.minus(self.reservation.saturating_mul(percent).checked_div(100).unwrap_or_default());
            let mut random = generator(&format!("unpaid/{number}"));
            let customer = if number == 0 { self.customers.first() } else { self.pick_customer(&mut random, placed) };
            let scenario = if number == 1 { OrderScenario::Declined } else { OrderScenario::Unpaid };
            orders.push(self.order(customer, &mut random, placed, number, scenario)?);
        }
        let moments = (0_u64..).zip(ORDERS_BY_DAY_AGO);
        let moments = moments.flat_map(|(day, count)| std::iter::repeat_n(day, usize::from(count)));
        for (day, number) in moments.zip(100_i64..) {
            let mut random = generator(&format!("bought/{number}"));
            let placed = self.now.minus(days(day)).minus(share_of(&mut random, days(1), 8..=98));
            let customer = self.pick_customer(&mut random, placed);
            let scenario = OrderScenario::random(&mut random);
            orders.push(self.order(customer, &mut random, placed, number, scenario)?);
        }
        orders.sort_by_key(|order| std::cmp::Reverse(order.created_at));
        Ok(orders)
    }

    /// Picks a customer by weight among those who had an account and an address by then.
    fn pick_customer(&self, random: &mut Rng, placed: Timestamp) -> Option<&Customer> {
        let is_eligible =
            |customer: &&Customer| customer.user.created_at < placed && customer.shipping_address().is_some();
        let customers = self.customers.iter().filter(is_eligible);
        let total: u64 = customers.clone().map(|customer| customer.weight).sum();
        let mut ticket = random.u64(0..=total.checked_sub(1)?);
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
        random: &mut Rng,
        placed: Timestamp,
        number: i64,
        scenario: OrderScenario,
    ) -> Result<OrderDoc> {
        let customer = customer.context("no customer can place the order")?;
        let items = self.items(random, placed)?;
        let total = cart::total(items.iter().map(OrderItem::priced))?;
        let expires_at = placed.plus(self.reservation);
        let timeline = scenario::simulate(scenario, random, placed, self.reservation, self.now)?;
        let refunded = timeline.refund.amount(total, items.first().map_or(Money::ZERO, |item| item.price_per_unit));
        let address = customer.shipping_address().context("the customer has no address")?;
        let tracking = if timeline.has_shipped() { Some(scenario::tracking(address, random)?) } else { None };
        Ok(OrderDoc {
            id: derive_id(&format!("order/{number}")),
            order_number: format!("FC-{}-{}", text(random, ALPHABET, 4), text(random, ALPHABET, 4)),
            user_id: customer.user.id,
            guest: None,
            // Stripe has no payment intents for these orders. With an invented id an administrator could not cancel
            // the order, because its payment could be neither confirmed nor refunded.
            transaction_id: None,
            status: timeline.status(),
            total_amount: total,
            currency: self.currency,
            created_at: placed,
            updated_at: timeline.updated_at,
            expires_at,
            checked_at: placed,
            reconcile_at: placed,
            shipping_address: Address {
                name: address.name.clone().or_else(|| Some(customer.user.name.clone())),
                ..address.clone()
            },
            items,
            payment: PaymentDoc::new(timeline.payment(refunded, total)),
            refunded_amount: refunded,
            refunds: timeline.refunds(refunded, derive_id(&format!("refund/{number}"))),
            restocked: false,
            mismatched_payment: None,
            disputes: Vec::new(),
            disputes_stored: 0,
            tracking,
            status_history: timeline.history,
            flags: Vec::new(),
            cart_id: derive_id(&format!("cart/{}", customer.user.email.as_str())),
            cart_version: LATEST_CART.saturating_sub(number),
            cart_purchase: LATEST_CART.saturating_sub(number),
            idempotency_key: None,
            request_digest: None,
            buyer_erased_at: None,
            network: None,
            notifications: Vec::new(),
            is_synthetic: false,
        })
    }

    /// One to four lines of products that were in the catalogue by then.
    fn items(&self, random: &mut Rng, placed: Timestamp) -> Result<Vec<OrderItem>> {
        let is_sold = |product: &&ProductDoc| product.is_active && product.created_at < placed;
        let mut shelf: Vec<_> = self.products.iter().filter(is_sold).collect();
        // A fixed random order by popularity.
        shelf.sort_by_cached_key(|product| generator(&product.name.as_str().to_lowercase()).u64(..));
        let lines = match random.u64(0..100) {
            0..50 => 1,
            50..80 => 2,
            80..94 => 3,
            _ => 4,
        };
        let line = |_: u8| {
            ensure!(!shelf.is_empty(), "no product is left to sell");
            // The smaller of two positions prefers popular products.
            let position = random.usize(..shelf.len()).min(random.usize(..shelf.len()));
            let product = *shelf.get(position).context("no product at this position")?;
            shelf.retain(|other| other.id != product.id);
            item(product, random)
        };
        (0..lines).map(line).collect()
    }
}

fn item(product: &ProductDoc, random: &mut Rng) -> Result<OrderItem> {
    let variant = random.choice(&product.variants).context("the product has no variants")?;
    let quantity = match random.u64(0..100) {
        // Expensive products are bought one at a time.
        _ if variant.price(product.base_price)? > Money::from_minor(10_000) => 1,
        0..75 => 1,
        75..93 => 2,
        _ => 4,
    };
    Ok(OrderItem::new(product, variant, Quantity::try_from(quantity)?)?)
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

    use super::{ORDERS_BY_DAY_AGO, SalesGenerator};
    use crate::seed::random::derive_id;
    use crate::seed::{catalogue, days, people};

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn orders() -> Vec<OrderDoc> {
        let password = serde_json::from_str("\"$2b$\"").unwrap();
        let (customers, products) = (people::customers(&password, NOW).unwrap(), catalogue::products(NOW).unwrap());
        let (currency, reservation) = (Currency::USD, Duration::from_mins(30));
        SalesGenerator { customers: &customers, products: &products, currency, reservation, now: NOW }.orders().unwrap()
    }

    #[test]
    fn orders_and_payments_cover_every_status() {
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
    fn totals_add_up_and_histories_end_in_the_status() {
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
            let has_shipped = matches!(order.status, OrderStatus::Shipped | OrderStatus::Delivered);
            assert_eq!(order.tracking.is_some(), has_shipped, "{}", order.order_number);
        }
    }

    #[test]
    fn pending_orders_can_still_be_paid() {
        for order in orders().iter().filter(|order| order.status == OrderStatus::Pending) {
            assert!(order.expires_at > NOW.plus(Duration::from_mins(10)), "{}", order.order_number);
        }
    }

    #[test]
    fn ada_has_pending_shipped_delivered_and_cancelled_orders() {
        let ada: UserId = derive_id("user/ada@example.com");
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
    fn order_numbers_are_unique_and_no_order_is_older_than_60_days() {
        let orders = orders();
        let numbers: BTreeSet<_> = orders.iter().map(|order| &order.order_number).collect();
        assert_eq!(numbers.len(), orders.len());
        assert_eq!(orders.len(), 4 + ORDERS_BY_DAY_AGO.into_iter().map(usize::from).sum::<usize>());
        assert!(orders.iter().all(|order| order.created_at > NOW.minus(days(60))));
    }

    #[test]
    fn generated_orders_are_deterministic() {
        let facts = |orders: Vec<OrderDoc>| {
            orders.into_iter().map(|order| (order.id, order.order_number, order.total_amount)).collect::<Vec<_>>()
        };
        assert_eq!(facts(orders()), facts(orders()));
    }
}
