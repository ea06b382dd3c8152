//! Suggestions for unknown columns and fields.

/// What other systems and spreadsheets call a field.
const SYNONYMS: [(&str, &[&str]); 13] = [
    ("id", &["productid"]),
    ("name", &["title", "productname", "product"]),
    ("description", &["body", "bodyhtml", "details", "text"]),
    ("category", &["type", "producttype", "categories", "group"]),
    ("base_price", &["price", "cost", "amount", "regularprice"]),
    ("tags", &["tag", "keywords", "labels"]),
    ("images", &["imageurl", "imageurls", "imagesrc", "picture", "pictures", "photo", "photos"]),
    ("is_active", &["active", "enabled", "published", "status", "visible"]),
    ("sku", &["code", "articlenumber", "itemnumber", "variantsku"]),
    ("size", &["sizes"]),
    ("color", &["colour", "colors", "colours"]),
    ("stock_quantity", &["stock", "quantity", "qty", "inventory", "inventoryquantity"]),
    ("price_modifier", &["modifier", "surcharge", "pricedifference", "pricedelta"]),
];
/// How many letters a typo may change.
const MAX_TYPOS: usize = 2;

/// Returns the field of a product or variant that an unknown name probably means.
pub(super) fn suggest(unknown: &str) -> Option<&'static str> {
    let unknown = letters(unknown);
    let known = || SYNONYMS.iter().map(|(name, _)| *name);
    let synonym = SYNONYMS.iter().find(|(name, synonyms)| letters(name) == unknown || synonyms.contains(&&*unknown));
    synonym.map(|(name, _)| *name).or_else(|| {
        let distance = |name: &&str| strsim::osa_distance(&letters(name), &unknown);
        known().min_by_key(distance).filter(|name| distance(name) <= MAX_TYPOS && unknown.len() > MAX_TYPOS)
    })
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn typos_and_synonyms_lead_to_the_field() {
        for (unknown, known) in [
            ("Name", "name"),
            ("base price", "base_price"),
            ("basePrice", "base_price"),
            ("Price", "base_price"),
            ("colour", "color"),
            ("stok_quantity", "stock_quantity"),
            ("Qty", "stock_quantity"),
            ("discription", "description"),
            ("is_actve", "is_active"),
        ] {
            assert_eq!(suggest(unknown), Some(known), "{unknown}");
        }
        for unknown in ["", "x", "vendor", "weight"] {
            assert_eq!(suggest(unknown), None, "{unknown}");
        }
    }
}
