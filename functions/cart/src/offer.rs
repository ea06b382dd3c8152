//! The current offer of the catalogue for a SKU, and the quantity that a cart may have of it.

use ferrocart::db::products::ProductDoc;
use ferrocart::domain::id::{ProductId, UserId};
use ferrocart::domain::quantity::Quantity;
use ferrocart::domain::sku::Shortage;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::validation::ValidationError;
use ferrocart::{AppState, Error, Result};

/// A variant that is for sale.
#[derive(Debug)]
pub(crate) struct Offer {
    sku: Sku,
    stock: u32,
    /// The image that the cart shows.
    pub(crate) thumbnail: Option<String>,
}

impl Offer {
    /// Finds a variant that is for sale to a buyer.
    ///
    /// # Errors
    /// [`Error::ProductUnavailable`] when the product is not for sale or has no such SKU.
    pub(crate) async fn find(shop: &AppState, buyer: UserId, product: ProductId, sku: &Sku) -> Result<Self> {
        let product = shop.products.by_ids(vec![product]).await?.pop();
        let product = product.filter(|product| product.is_for_sale_to(buyer));
        product.and_then(|product| Self::of(product, sku)).ok_or_else(|| Error::ProductUnavailable(vec![sku.clone()]))
    }

    fn of(product: ProductDoc, sku: &Sku) -> Option<Self> {
        let variant = product.variants.into_iter().find(|variant| variant.sku == *sku)?;
        let thumbnail = product.images.into_iter().next();
        Some(Self { sku: variant.sku, stock: variant.stock_quantity.get(), thumbnail })
    }

    /// The maximum quantity of a line.
    pub(crate) fn most(&self) -> u32 {
        self.stock.min(u32::from(Quantity::MAX))
    }

    /// Validates the quantity of a line.
    ///
    /// # Errors
    /// [`Error::Validation`] when it exceeds the limit of a line, [`Error::InsufficientStock`] when it exceeds the stock.
    pub(crate) fn check(&self, pieces: u32) -> Result<()> {
        if pieces > u32::from(Quantity::MAX) {
            let message = format!("a line of the cart has at most {} pieces", Quantity::MAX);
            Err(Error::field("/quantity", ValidationError::new("out_of_range", message)))
        } else if pieces > self.stock {
            let sku = self.sku.clone();
            Err(Error::InsufficientStock(vec![Shortage { sku, requested: pieces, available: self.stock }]))
        } else {
            Ok(())
        }
    }
}
