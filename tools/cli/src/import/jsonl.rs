//! A product as a JSON object: the body of `POST /products`, and optionally an `id`.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::domain::id::ProductId;
use serde_json::value::RawValue;

/// A product before its validation.
pub(super) struct ProductInput {
    pub(super) id: Option<String>,
    /// The body of `POST /products`.
    pub(super) product: Box<RawValue>,
}

/// Parses a line, or says why it is rejected. Numbers stay text, so that no price passes through a float.
pub(super) fn parse(line: &[u8]) -> Result<ProductInput, String> {
    let mut fields: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(line).map_err(|error| format!("not a JSON object: {error}"))?;
    let id = fields.remove("id").map(|id| serde_json::from_str(id.get())).transpose();
    let id = id.map_err(|_error| "/id must be a string".to_owned())?;
    let product = serde_json::value::to_raw_value(&fields).map_err(|error| error.to_string())?;
    Ok(ProductInput { id, product })
}

/// Derives the id of a product from its first SKU.
pub(super) fn derive_id(sku: &str) -> ProductId {
    let hash = digest(&SHA256, format!("ferrocart product {sku}").as_bytes());
    let mut id = [0; 12];
    id.iter_mut().zip(hash.as_ref()).for_each(|(id, hash)| *id = *hash);
    ProductId::from_bytes(id)
}
