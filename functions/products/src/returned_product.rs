//! A product as an administrator sends it back: read, edited, and with the fields that only the shop sets.

use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::Currency;
use ferrocart::domain::text::Label;
use ferrocart::domain::time::Timestamp;
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::product_input::{Details, ProductInput};
use ferrocart::http::{FromFields, FromInput, Input, ValidationErrors};
use ferrocart::{Error, Result, from_fields};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// The details of a product, and the fields that are compared. It can be sent back as it was read.
#[derive(Debug)]
pub(crate) struct ReturnedProduct {
    shop_fields: ShopFields,
    pub(crate) details: Details,
}

/// The fields of a product that only the shop sets.
#[derive(Debug, ToSchema)]
struct ShopFields {
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
}

from_fields!(ShopFields { id, currency, version, created_at, updated_at });

/// A version, which is not compared.
#[derive(Debug)]
struct Version;

impl FromInput for Version {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        input.integer().map(|_version| Self)
    }
}

impl FromInput for ReturnedProduct {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut fields = input.fields()?;
        let (shop_fields, product) = (ShopFields::take(&mut fields), ProductInput::take(&mut fields));
        let finished = fields.finish(&[ShopFields::NAMES, ProductInput::NAMES].concat());
        // `None` has an error, with which `finish` has returned.
        let product = finished.and_then(|()| product.ok_or_else(ValidationErrors::new));
        let details = Details::check(product, input)?;
        Ok(Self { shop_fields: shop_fields.ok_or_else(ValidationErrors::new)?, details })
    }
}

impl PartialSchema for ReturnedProduct {
    fn schema() -> RefOr<Schema> {
        let mut schema = ProductInput::schema();
        if let (RefOr::T(Schema::Object(product)), RefOr::T(Schema::Object(shop_fields))) =
            (&mut schema, ShopFields::schema())
        {
            product.properties.extend(shop_fields.properties);
            product.description = Some("The details of a product. It can be sent back as it was read.".to_owned());
        }
        schema
    }
}

impl ToSchema for ReturnedProduct {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ReturnedProduct")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProductInput::schemas(schemas);
        ShopFields::schemas(schemas);
    }
}

impl ReturnedProduct {
    /// Rejects a product that was read under another id, or at a store with another currency: its amounts would count in
    /// this one.
    pub(crate) fn reject_mismatch(&self, id: ProductId, currency: Currency) -> Result<()> {
        if self.shop_fields.id.is_some_and(|sent| sent != id) {
            return Err(Error::field("/id", ValidationError::new("mismatch", "must be the id in the path")));
        }
        if self.shop_fields.currency.as_ref().is_some_and(|sent| sent.as_str() != currency.code()) {
            let message = format!("must be the currency of the store, {}", currency.code());
            return Err(Error::field("/currency", ValidationError::new("mismatch", message)));
        }
        Ok(())
    }
}
