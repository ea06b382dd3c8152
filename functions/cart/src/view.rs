//! Carts in responses: with current prices and the availability of each line.

use ferrocart::db::carts::{CartDoc, CartItem};
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::cart::{PricedLine, total};
use ferrocart::domain::id::{ProductId, UserId};
use ferrocart::domain::money::{Amount, Currency, Money, Overflow};
use ferrocart::domain::product::Variant;
use ferrocart::domain::product_options::{OptionName, OptionValue};
use ferrocart::domain::quantity::{Quantity, Stock};
use ferrocart::domain::sku::Sku;
use ferrocart::domain::slug::Slug;
use ferrocart::domain::text::{Label, ProductName};
use ferrocart::domain::time::Timestamp;
use ferrocart::http::views::options_by_name;
use ferrocart::{AppState, Result};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// A cart at current prices.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cart)]
pub(crate) struct CartView {
    /// The lines, in the order in which they were added.
    items: Vec<CartItemView>,
    /// The number of pieces, including unavailable ones.
    item_count: u32,
    /// The total of all available lines.
    subtotal: Amount,
    /// The least total of an order that is not free. A cart with a lower subtotal, other than 0, cannot be ordered.
    minimum_total: Amount,
    currency: Currency,
    /// When the cart last changed; null if nothing was ever added.
    updated_at: Option<Timestamp>,
}

/// A line of a cart: one SKU.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartItem)]
struct CartItemView {
    /// The id for changing and removing the line: its SKU.
    id: Sku,
    product_id: ProductId,
    variant_sku: Sku,
    /// The name of the product; null if it no longer exists.
    name: Option<ProductName>,
    /// The slug of the product; null if it no longer exists.
    slug: Option<Slug>,
    size: Option<Label>,
    color: Option<Label>,
    /// The values of all options by their names, including size and colour.
    #[schema(value_type = BTreeMap<String, Label>)]
    options: BTreeMap<OptionName, OptionValue>,
    quantity: Quantity,
    thumbnail: Option<String>,
    /// The current price of one piece; null if it is no longer for sale.
    unit_price: Option<Amount>,
    /// The current price of the line; null if it is no longer for sale.
    line_total: Option<Amount>,
    /// Whether the whole line can be bought now. If not, it is not part of `subtotal`: either `stock_quantity` is less than
    /// `quantity`, or the variant is no longer for sale.
    available: bool,
    /// The quantity that can be bought now: 0 if the variant is no longer for sale.
    stock_quantity: Stock,
}

impl CartView {
    /// Renders a cart that was just changed; an empty one for `None`.
    pub(crate) async fn of(shop: &AppState, cart: Option<CartDoc>) -> Result<Self> {
        let Some(cart) = cart else { return Self::beside(shop, None) };
        let products = products_of(shop, &cart.items).await?;
        Self::beside(shop, Some((cart, products)))
    }

    /// Renders a cart with its products; an empty one for `None`.
    pub(crate) fn beside(shop: &AppState, cart: Option<(CartDoc, Vec<ProductDoc>)>) -> Result<Self> {
        let currency = shop.config.currency;
        let Some((cart, products)) = cart else { return Ok(Self::empty(shop)) };
        let CartDoc { user_id: buyer, items, updated_at, .. } = cart;
        let products = products.into_iter().map(|product| (product.id, product)).collect();
        let item_count = items.iter().map(|item| u32::from(item.quantity.get())).sum();
        let lines: Vec<Line<'_>> =
            items.into_iter().map(|item| Line::find(item, &products, buyer)).collect::<Result<_, Overflow>>()?;
        let subtotal = total(lines.iter().filter_map(Line::available))?;
        let items = lines.into_iter().map(|line| line.show(currency)).collect::<Result<_, Overflow>>()?;
        let (subtotal, minimum_total) = (subtotal.of(currency), shop.config.minimum_total.of(currency));
        Ok(Self { items, item_count, subtotal, minimum_total, currency, updated_at: Some(updated_at) })
    }

    fn empty(shop: &AppState) -> Self {
        let currency = shop.config.currency;
        let (subtotal, minimum_total) = (Money::ZERO.of(currency), shop.config.minimum_total.of(currency));
        Self { items: Vec::new(), item_count: 0, subtotal, minimum_total, currency, updated_at: None }
    }
}

fn options(Variant { size, color, options, .. }: &Variant) -> BTreeMap<OptionName, OptionValue> {
    options_by_name(size.as_ref(), color.as_ref(), options)
}

async fn products_of(shop: &AppState, items: &[CartItem]) -> Result<Vec<ProductDoc>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    Ok(shop.products.by_ids(items.iter().map(|item| item.product_id).collect()).await?)
}

/// A line of a cart with its variant in the catalogue.
struct Line<'a> {
    item: CartItem,
    product: Option<&'a ProductDoc>,
    variant: Option<&'a Variant>,
    /// Its price, if it is for sale.
    offer: Option<PricedLine>,
}

impl<'a> Line<'a> {
    fn find(item: CartItem, products: &'a HashMap<ProductId, ProductDoc>, buyer: UserId) -> Result<Self, Overflow> {
        let mut line = Self { product: products.get(&item.product_id), variant: None, offer: None, item };
        if let Some(product) = line.product {
            line.variant = product.variants.iter().find(|variant| variant.sku == line.item.variant_sku);
            if let Some(variant) = line.variant.filter(|_| product.is_for_sale_to(buyer)) {
                let unit_price = variant.price(product.base_price)?;
                line.offer = Some(PricedLine { quantity: line.item.quantity, unit_price });
            }
        }
        Ok(line)
    }

    /// The quantity that can be bought.
    fn stock(&self) -> Stock {
        self.offer.and(self.variant).map_or(Stock::NONE, |variant| variant.stock_quantity)
    }

    /// The price of the line, if all of it can be bought.
    fn available(&self) -> Option<PricedLine> {
        self.offer.filter(|offer| self.stock().covers(offer.quantity))
    }

    fn show(self, currency: Currency) -> Result<CartItemView, Overflow> {
        let (available, stock_quantity) = (self.available().is_some(), self.stock());
        let Self { item, product, variant, offer } = self;
        let CartItem { product_id, variant_sku, quantity, thumbnail } = item;
        Ok(CartItemView {
            id: variant_sku.clone(),
            product_id,
            variant_sku,
            name: product.map(|product| product.name.clone()),
            slug: product.map(ProductDoc::slug),
            options: variant.map(options).unwrap_or_default(),
            size: variant.and_then(|variant| variant.size.clone()),
            color: variant.and_then(|variant| variant.color.clone()),
            quantity,
            // Images of an inactive product are hidden; the one that the buyer saw is kept.
            thumbnail: product
                .filter(|product| product.is_active)
                .map_or(thumbnail, |product| product.images.first().cloned()),
            unit_price: offer.map(|offer| offer.unit_price.of(currency)),
            line_total: offer.map(PricedLine::total).transpose()?.map(|total| total.of(currency)),
            available,
            stock_quantity,
        })
    }
}
