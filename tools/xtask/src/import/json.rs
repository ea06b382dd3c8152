//! A product in JSON: what `POST /products` takes, and an `id` if it is to have a certain one.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::domain::id::ProductId;
use serde_json::value::RawValue;

/// What a line gives.
pub(super) struct Given {
    pub(super) id: Option<String>,
    pub(super) product: Box<RawValue>,
}

/// Reads a line. Numbers stay the text that they are, so that no price passes through a float.
pub(super) fn read(line: &[u8]) -> Result<Given, String> {
    let mut fields: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(line).map_err(|error| format!("no object in JSON: {error}"))?;
    let id = fields.remove("id").map(|id| serde_json::from_str(id.get())).transpose();
    let id = id.map_err(|_error| "/id must be a text".to_owned())?;
    let product = serde_json::value::to_raw_value(&fields).map_err(|error| error.to_string())?;
    Ok(Given { id, product })
}

/// The id that a product has because of its first SKU.
pub(super) fn id_of(sku: &str) -> ProductId {
    let hash = digest(&SHA256, format!("ferrocart product {sku}").as_bytes());
    let mut id = [0; 12];
    id.iter_mut().zip(hash.as_ref()).for_each(|(id, hash)| *id = *hash);
    ProductId::from_bytes(id)
}
