//! Reads everything that decides whether a cart may be ordered, in one command: the cart, the prices of its products, and
//! the unpaid orders of the buyer and of the network.

use super::with_products::{decode_products, joined_with_products};
use super::{CartDoc, CartItem, Carts};
use crate::db::MAX_TIME;
use crate::db::orders::{Unpaid, lookup_unpaid};
use crate::domain::cart::{PricedLine, total};
use crate::domain::id::{OrderId, ProductId, UserId};
use crate::domain::money::{Money, Overflow};
use crate::domain::product::{Variant, is_for_sale};
use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;
use mongodb::options::ReadConcern;
use serde::Deserialize;

/// Which unpaid orders to read, and how many at most; none for 0.
#[derive(Debug, Clone, Copy)]
pub struct UnpaidLimits<'a> {
    /// The maximum number of the buyer.
    pub per_buyer: u32,
    /// The maximum number of the network.
    pub per_network: u32,
    /// The keyed hash of the network.
    pub network: &'a str,
}

/// A cart with what decides whether it may be ordered.
#[derive(Debug)]
pub struct CheckoutCart {
    /// The cart.
    pub cart: CartDoc,
    /// The unpaid orders of the buyer, up to the limit.
    pub unpaid_of_buyer: Vec<OrderId>,
    /// The number of unpaid orders of the network, up to the limit.
    pub unpaid_of_network: usize,
    products: Vec<PricedProduct>,
}

/// A product with its prices.
#[derive(Debug, Deserialize)]
struct PricedProduct {
    #[serde(rename = "_id")]
    id: ProductId,
    is_active: bool,
    #[serde(default)]
    exclusive_to: Option<UserId>,
    base_price: Money,
    variants: Vec<Variant>,
}

/// The result of the command.
#[derive(Deserialize)]
struct Joined {
    cart: CartDoc,
    products: Vec<RawDocumentBuf>,
    #[serde(default)]
    unpaid_of_buyer: Vec<UnpaidOrder>,
    #[serde(default)]
    unpaid_of_network: Vec<UnpaidOrder>,
}

#[derive(Deserialize)]
struct UnpaidOrder {
    #[serde(rename = "_id")]
    id: OrderId,
}

impl Carts {
    /// Returns the cart of a user for a checkout, as the primary has it.
    ///
    /// The server reads the cart first, and then the orders. Each earlier purchase of the cart is therefore among the
    /// orders: a cart with the purchase number *n* shows that the orders with smaller numbers are placed.
    pub async fn for_checkout(&self, user: UserId, limits: UnpaidLimits<'_>) -> Result<Option<CheckoutCart>, Error> {
        let prices = doc! { "is_active": 1, "exclusive_to": 1, "base_price": 1, "variants": 1 };
        let mut stages = joined_with_products(user, prices);
        if limits.per_buyer > 0 {
            stages.push(lookup_unpaid(Unpaid::OfBuyer(user), limits.per_buyer, "unpaid_of_buyer"));
        }
        if limits.per_network > 0 {
            stages.push(lookup_unpaid(Unpaid::OfNetwork(limits.network), limits.per_network, "unpaid_of_network"));
        }
        let found = self.0.aggregate(stages).with_type::<Joined>();
        let mut found = found.read_concern(ReadConcern::local()).max_time(MAX_TIME).await?;
        let Some(Joined { cart, products, unpaid_of_buyer, unpaid_of_network }) = found.try_next().await? else {
            return Ok(None);
        };
        Ok(Some(CheckoutCart {
            cart,
            products: decode_products(&products),
            unpaid_of_buyer: unpaid_of_buyer.into_iter().map(|order| order.id).collect(),
            unpaid_of_network: unpaid_of_network.len(),
        }))
    }
}

impl CheckoutCart {
    /// Returns the current total; `None` when a line is not for sale.
    pub fn total(&self) -> Result<Option<Money>, Overflow> {
        let mut lines = Vec::with_capacity(self.cart.items.len());
        for item in &self.cart.items {
            match self.priced(item)? {
                Some(line) => lines.push(line),
                None => return Ok(None),
            }
        }
        total(lines).map(Some)
    }

    fn priced(&self, item: &CartItem) -> Result<Option<PricedLine>, Overflow> {
        let buyer = self.cart.user_id;
        let is_offered = |product: &&PricedProduct| {
            product.id == item.product_id && is_for_sale(product.is_active, product.exclusive_to, buyer)
        };
        let product = self.products.iter().find(is_offered);
        let variant = |product: &PricedProduct| {
            let variant = product.variants.iter().find(|variant| variant.sku == item.variant_sku)?;
            Some(variant.price(product.base_price))
        };
        let unit_price = product.and_then(variant).transpose()?;
        Ok(unit_price.map(|unit_price| PricedLine { quantity: item.quantity, unit_price }))
    }
}
