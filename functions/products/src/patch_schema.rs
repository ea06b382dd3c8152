//! The schemas of merge patches: those of the whole, without required fields.

use ferrocart::http::product_input::{ProductInput, VariantInput};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

/// The fields of a product, all of which are optional.
pub(crate) struct ProductPatch;

impl PartialSchema for ProductPatch {
    fn schema() -> RefOr<Schema> {
        describe(ProductInput::schema(), "The details of a product to change.")
    }
}

impl ToSchema for ProductPatch {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProductPatch")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProductInput::schemas(schemas);
    }
}

/// The fields of a variant, all of which are optional.
pub(crate) struct VariantPatch;

impl PartialSchema for VariantPatch {
    fn schema() -> RefOr<Schema> {
        describe(VariantInput::schema(), "The details of a variant to change.")
    }
}

impl ToSchema for VariantPatch {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("VariantPatch")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        VariantInput::schemas(schemas);
    }
}

/// Returns the schema with another description. `ferrocart::http::openapi` makes the fields of patches optional.
fn describe(mut schema: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.description = Some(description.to_owned());
    }
    schema
}
