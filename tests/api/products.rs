//! The catalogue: products, stock, categories, search, images.

mod adjust_stock;
mod count_facets;
mod create_product;
mod deactivate_product;
mod filters;
mod get_product;
mod images;
mod list_all_products;
mod list_categories;
mod list_products;
mod patch_product;
mod presentation;
mod prices;
mod product_feed;
mod replace_product;
mod s3_errors;
mod search;
mod search_relevance;
mod search_words;
mod several_values;
mod sitemaps;
mod slugs;
mod sort_by_name;
mod uploads;

use serde_json::{Value, json};

/// The body of `POST /products`, with two variants.
fn tee() -> Value {
    json!({
        "name": "Rust Tee",
        "description": "Soft.\nNever panics.",
        "category": "Shirts",
        "base_price": 19.99,
        "images": ["https://images.example.com/tee.jpg", "https://images.example.com/back.jpg"],
        "variants": [
            { "sku": "TEE-M", "size": "M", "color": "Red", "stock_quantity": 5 },
            { "sku": "TEE-XL", "size": "XL", "color": null, "stock_quantity": 0, "price_modifier": 2.5 },
        ],
    })
}

/// The same body with the part at a JSON pointer replaced.
fn tee_with(pointer: &str, value: Value) -> Value {
    let mut tee = tee();
    match pointer.rsplit_once('/') {
        Some((parent, field)) => match tee.pointer_mut(parent).expect("a part") {
            Value::Array(items) => items[field.parse::<usize>().expect("a position")] = value,
            parent => parent[field] = value,
        },
        None => tee = value,
    }
    tee
}

/// The same body without the field at a JSON pointer.
fn tee_without(pointer: &str) -> Value {
    let mut tee = tee();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    tee.pointer_mut(parent).expect("a part").as_object_mut().expect("an object").remove(field).expect("a field");
    tee
}
