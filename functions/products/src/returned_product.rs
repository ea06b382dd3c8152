//! A product as an administrator sends it back: read, edited, and with the fields that only the shop sets.

use crate::input::{Details, Price, ProductInput, Several, VariantInput};
use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::product::{MAX_IMAGES, MAX_VARIANTS};
use ferrocart::domain::text::{Description, Label, ProductName};
use ferrocart::domain::time::Timestamp;
use ferrocart::domain::url::WebUrl;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{FromInput, Input, ValidationErrors};
use ferrocart::{Error, Result, from_fields};
use utoipa::ToSchema;

/// The details of a product. It can be sent back as it was read.
#[derive(Debug, ToSchema)]
pub(crate) struct ReturnedProduct {
    /// Must be the id in the path.
    id: Option<ProductId>,
    /// Must be the currency of the store.
    #[schema(value_type = Option<String>)]
    currency: Option<Label>,
    /// Ignored: `If-Match` protects an edit that another one has overtaken.
    #[schema(value_type = Option<i64>)]
    #[expect(dead_code, reason = "accepted because products have it")]
    version: Option<Version>,
    /// Ignored.
    #[expect(dead_code, reason = "accepted because products have it")]
    created_at: Option<Timestamp>,
    /// Ignored.
    #[expect(dead_code, reason = "accepted because products have it")]
    updated_at: Option<Timestamp>,
    name: ProductName,
    description: Description,
    category: Label,
    /// The price of a variant without a modifier; not negative.
    #[schema(value_type = Money)]
    base_price: Price,
    /// URLs of images; the first is the thumbnail. If omitted, the product keeps its images, including concurrent uploads.
    #[schema(value_type = Option<Vec<WebUrl>>, max_items = 20, required = false)]
    images: Option<Several<WebUrl, 0, MAX_IMAGES>>,
    /// Whether it is for sale. If omitted, the product keeps its state, so that an edit does not reactivate it.
    #[schema(value_type = Option<bool>, required = false)]
    is_active: Option<bool>,
    #[schema(value_type = Vec<VariantInput>, min_items = 1, max_items = 100)]
    variants: Several<VariantInput, 1, MAX_VARIANTS>,
}

from_fields!(ReturnedProduct {
    id,
    currency,
    version,
    created_at,
    updated_at,
    name,
    description,
    category,
    base_price,
    images = None,
    is_active = None,
    variants
});

impl ReturnedProduct {
    /// Separates the fields that are compared from the details.
    fn split(self) -> (Option<ProductId>, Option<Label>, ProductInput) {
        let Self { name, description, category, base_price, images, is_active, variants, .. } = self;
        let product = ProductInput { name, description, category, base_price, images, is_active, variants };
        (self.id, self.currency, product)
    }
}

/// A version, which is not compared.
#[derive(Debug)]
struct Version;

impl FromInput for Version {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.integer().map(|_version| Self)
    }
}

/// The details of a returned product, and the fields that are compared.
#[derive(Debug)]
pub(crate) struct Edit {
    id: Option<ProductId>,
    currency: Option<Label>,
    pub(crate) details: Details,
}

impl FromInput for Edit {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let (sent, product) = match ReturnedProduct::from_input(input) {
            Ok(product) => {
                let (id, currency, product) = product.split();
                ((id, currency), Ok(product))
            }
            Err(errors) => ((None, None), Err(errors)),
        };
        let (id, currency) = sent;
        Ok(Self { id, currency, details: Details::check(product, input)? })
    }
}

impl Edit {
    /// Rejects a product that was read under another id, or at a store with another currency: its amounts would count in
    /// this one.
    pub(crate) fn reject_mismatch(&self, id: ProductId, currency: Currency) -> Result<()> {
        if self.id.is_some_and(|sent| sent != id) {
            return Err(Error::field("/id", ValidationError::new("mismatch", "must be the id in the path")));
        }
        if self.currency.as_ref().is_some_and(|sent| sent.as_str() != currency.code()) {
            let message = format!("must be the currency of the store, {}", currency.code());
            return Err(Error::field("/currency", ValidationError::new("mismatch", message)));
        }
        Ok(())
    }
}
