//! Sample products and orders, which are inserted into the database directly.

use crate::shop::TestShop;
use ferrocart::db::new_id;
use ferrocart::db::orders::{OrderDoc, OrderItem, PaymentDoc, StatusChange};
use ferrocart::db::products::{ProductDoc, SortKeys};
use ferrocart::domain::id::UserId;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::product::{Seo, Variant};
use ferrocart::domain::quantity::{Quantity, Stock};
use ferrocart::domain::time::Timestamp;
use serde_json::json;
use std::time::Duration;

/// Returns a product with this price, and with one variant for each pair of SKU and stock.
#[must_use]
pub fn product(name: &str, cents: i64, variants: &[(&str, i64)]) -> ProductDoc {
    let now = Timestamp::from_millis(1_790_000_000_000);
    let variant = |(sku, stock): &(&str, i64)| Variant {
        sku: sku.parse().expect("a SKU"),
        size: Some("M".parse().expect("a size")),
        color: Some("Red".parse().expect("a colour")),
        options: Vec::new(),
        stock_quantity: Stock::try_from(*stock).expect("a stock"),
        price_modifier: Money::ZERO,
    };
    let variants: Vec<Variant> = variants.iter().map(variant).collect();
    let price = Money::from_minor(cents);
    let SortKeys { min_price, max_price } = SortKeys::of(price, &variants).expect("prices");
    ProductDoc {
        id: new_id(),
        slug: None,
        compare_at_price: None,
        seo: Seo::default(),
        tags: Vec::new(),
        options: Vec::new(),
        image_details: Vec::new(),
        description: "Good to have.".parse().expect("a description"),
        category: "Things".parse().expect("a category"),
        base_price: price,
        images: vec![format!("https://images.example.com/{}.jpg", name.to_lowercase())],
        name: name.parse().expect("a name"),
        is_active: true,
        exclusive_to: None,
        version: 1,
        created_at: now,
        updated_at: now,
        variants,
        min_price,
        max_price,
    }
}

/// Returns an order for a quantity of a product's first variant, with the payment status that its status implies.
#[must_use]
pub fn order(user: UserId, product: &ProductDoc, quantity: i64, status: OrderStatus, placed: Timestamp) -> OrderDoc {
    let variant = product.variants.first().expect("a variant");
    let quantity = Quantity::try_from(quantity).expect("a quantity");
    let item = OrderItem::new(product, variant, quantity).expect("a price");
    let id = mongodb::bson::oid::ObjectId::new();
    OrderDoc {
        id: id.into(),
        order_number: order_number(&id.to_hex()),
        user_id: user,
        guest: None,
        transaction_id: Some(format!("pi_{id}")),
        status,
        total_amount: item.priced().total().expect("a total"),
        currency: Currency::USD,
        created_at: placed,
        updated_at: placed,
        expires_at: placed.plus(Duration::from_mins(30)),
        checked_at: placed,
        reconcile_at: placed,
        shipping_address: ferrocart::domain::address::Address {
            kind: "shipping".parse().expect("a kind"),
            name: Some("Ada Lovelace".parse().expect("a name")),
            company: None,
            street: Some("1 Main Street".parse().expect("a street")),
            street2: None,
            city: Some("Springfield".parse().expect("a city")),
            state: Some("IL".parse().expect("a state")),
            zip: Some("62701".parse().expect("a zip")),
            country: "US".parse().expect("a country"),
            phone: None,
        },
        items: vec![item],
        payment: payment(id, status),
        refunded_amount: Money::ZERO,
        refunds: Vec::new(),
        restocked: false,
        mismatched_payment: None,
        disputes: Vec::new(),
        disputes_stored: 0,
        tracking: None,
        status_history: vec![StatusChange { status, at: placed, by: Actor::System }],
        flags: Vec::new(),
        cart_id: new_id(),
        cart_version: 1,
        cart_purchase: 0,
        idempotency_key: None,
        request_digest: None,
        buyer_erased_at: None,
        network: None,
        notifications: Vec::new(),
        is_synthetic: false,
    }
}

fn payment(order: mongodb::bson::oid::ObjectId, status: OrderStatus) -> PaymentDoc {
    let status = match status {
        OrderStatus::Pending => PaymentStatus::RequiresPayment,
        OrderStatus::Cancelled => PaymentStatus::Canceled,
        OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered => PaymentStatus::Succeeded,
    };
    let client_secret = Some(format!("pi_{order}_secret_sample").into());
    PaymentDoc { client_secret, ..PaymentDoc::new(status) }
}

/// Derives an order number from the end of the id, a counter, so that numbers are unique within a test.
fn order_number(id: &str) -> String {
    let digits = id.to_uppercase();
    let (_, end) = digits.split_at(16);
    let (first, last) = end.split_at(4);
    format!("FC-{first}-{last}")
}

impl TestShop {
    /// Inserts a product into the catalogue.
    pub async fn stock(&self, product: ProductDoc) -> ProductDoc {
        let words = product.title_words(self.state().config.catalogue_language);
        self.state().vocabulary.add_words(words).await.expect("words");
        self.state().products.insert(&product).await.expect("a product")
    }

    /// Inserts an order.
    pub async fn record(&self, order: OrderDoc) -> OrderDoc {
        self.state().orders.insert(&order).await.expect("an order");
        order
    }

    /// Returns the id of the user with this e-mail address.
    pub async fn user_id(&self, email: &str) -> UserId {
        let email = email.parse().expect("an e-mail address");
        self.state().users.by_email(&email).await.expect("a query result").expect("a user").id
    }
}

/// Returns the body of `POST /cart/items` for a quantity of a product's first variant.
#[must_use]
pub fn cart_item(product: &ProductDoc, quantity: i64) -> serde_json::Value {
    let sku = product.variants.first().expect("a variant").sku.as_str();
    json!({ "product_id": product.id.to_string(), "variant_sku": sku, "quantity": quantity })
}
