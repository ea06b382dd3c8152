//! What the mails about an order show of it.

use ferrocart::Result;
use ferrocart::db::orders::{OrderDoc, OrderItem};
use ferrocart::domain::address::Address;
use ferrocart::domain::id::RefundId;
use ferrocart::domain::money::{Amount, Money};
use serde::Serialize;

/// The details of an order.
#[derive(Debug, Serialize)]
pub(crate) struct OrderDetails {
    number: String,
    total: String,
    items: Vec<ItemDetails>,
    /// The lines of the shipping address.
    address: Vec<String>,
    tracking: Option<TrackingDetails>,
    /// Whether it was paid, and money is or will be returned if it is cancelled.
    is_paid: bool,
    is_free: bool,
    /// The refunded amount, in the mail about a refund.
    refund: Option<String>,
}

#[derive(Debug, Serialize)]
struct ItemDetails {
    name: String,
    options: String,
    quantity: u8,
    total: String,
}

#[derive(Debug, Serialize)]
struct TrackingDetails {
    carrier: String,
    number: String,
    url: Option<String>,
}

impl OrderDetails {
    /// Returns the details of an order, with the amount of one of its refunds.
    pub(crate) fn of(order: &OrderDoc, refund: Option<RefundId>, decimal: &str) -> Result<Self> {
        let amount = |money: Money| format_amount(money.of(order.currency), order.currency.code(), decimal);
        let refund = order.refunds.iter().find(|it| Some(it.id) == refund);
        // A payment in another currency than the order's is refunded in its own.
        let paid_currency = order.paid_currency();
        let refund = refund.map(|it| format_amount(it.amount.of(paid_currency), paid_currency.code(), decimal));
        let items = order.items.iter().map(|item| -> Result<ItemDetails> {
            let total = item.priced().total()?;
            Ok(ItemDetails {
                name: item.name.to_string(),
                options: options(item),
                quantity: item.quantity.get(),
                total: amount(total),
            })
        });
        Ok(Self {
            number: order.order_number.clone(),
            total: amount(order.total_amount),
            items: items.collect::<Result<_>>()?,
            address: address_lines(&order.shipping_address),
            tracking: order.tracking.as_ref().map(|tracking| TrackingDetails {
                carrier: tracking.carrier.to_string(),
                number: tracking.number.to_string(),
                url: tracking.url.clone(),
            }),
            is_paid: order.payment.status.is_paid() && !order.total_amount.is_zero(),
            is_free: order.total_amount.is_zero(),
            refund,
        })
    }
}

/// Formats an amount, such as `19.99 USD`.
fn format_amount(amount: Amount, currency: &str, decimal: &str) -> String {
    format!("{} {currency}", amount.to_string().replace('.', decimal))
}

fn options(item: &OrderItem) -> String {
    let others = item.options.iter().map(|option| option.value.to_string());
    let own = [&item.size, &item.color].into_iter().flatten().map(ToString::to_string);
    own.chain(others).collect::<Vec<_>>().join(", ")
}

fn address_lines(address: &Address) -> Vec<String> {
    let Address { name, company, street, street2, city, state, zip, country, .. } = address;
    let place = if country.is_city_first() { [city, state, zip] } else { [zip, city, state] };
    let place: Vec<String> = place.into_iter().flatten().map(ToString::to_string).collect();
    let place = Some(place.join(" ")).filter(|place| !place.is_empty());
    let name = name.as_ref().map(ToString::to_string);
    let labels = [company, street, street2].into_iter().flatten().map(ToString::to_string);
    name.into_iter().chain(labels).chain(place).chain([country.code().to_owned()]).collect()
}
