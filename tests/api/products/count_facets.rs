//! `GET /products/facets`: counts by the values of filters.

use ferrocart::db::products::{ProductDoc, StoredProduct};
use ferrocart::domain::search::Language;
use ferrocart_tests::sample::product;
use ferrocart_tests::{Client, TestShop};
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Returns the body of a product whose variants have these sizes, colours, other options, stocks and prices in cents.
#[expect(clippy::arithmetic_side_effects, clippy::float_arithmetic, reason = "the prices are small and exact")]
fn coat(name: &str, category: &str, tags: &[&str], variants: &[(&str, &str, &str, u32, i32)]) -> Value {
    let variant = |(number, (size, color, options, stock, price)): (usize, &(&str, &str, &str, u32, i32))| {
        let options = options.split(',').map(|option| option.split_once(':').expect("a name and a value"));
        json!({
            "sku": format!("{name}-{number}"), "size": Some(size).filter(|size| !size.is_empty()), "color": color,
            "stock_quantity": stock, "options": options.collect::<BTreeMap<_, _>>(), "price_modifier": f64::from(price - 1_000) / 100.0,
        })
    };
    json!({
        "name": format!("{name} coat"), "description": "Good to have.", "category": category, "base_price": 10, "tags": tags,
        "variants": variants.iter().enumerate().map(variant).collect::<Vec<_>>(),
    })
}

async fn fill(shop: &TestShop) -> Client {
    let admin = shop.admin().await;
    let [wool, linen, down] = ["Material:Wool", "Material:Linen", "Material:Down"];
    for body in [
        coat("Alpine", "Coats", &["New"], &[("S", "Red", wool, 1, 1_999), ("M", "Blue", linen, 0, 2_000)]),
        coat("Harbor", "Coats", &["Sale"], &[("M", "Red", linen, 0, 950), ("L", "Red", linen, 3, 950)]),
        coat("River", "Jackets", &["New", "Sale"], &[("", "Red, White", "Material:Wool,Fit:Slim", 0, 15_000)]),
        coat("Summit", "Vests", &[], &[("XL", "Green", down, 5, 5_000), ("M", "Green", down, 2, 7_525)]),
    ] {
        admin.post("/products", body).await.expect(201);
    }
    admin
}

async fn facets(shop: &TestShop, query: &str) -> Value {
    shop.visitor().get(&format!("/products/facets?{query}")).await.expect(200).body
}

/// The values of a facet with their counts.
fn counts(facet: &Value) -> String {
    let values = facet["values"].as_array().expect("values").iter();
    let values = values.map(|value| format!("{} {}", value["value"].as_str().expect("a text"), value["product_count"]));
    values.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn facets_count_active_products() {
    let shop = TestShop::open().await;
    assert_eq!(
        facets(&shop, "").await,
        json!({
            "product_count": 0, "is_capped": false, "currency": "USD",
            "category": { "values": [], "is_capped": false },
            "size": { "values": [], "is_capped": false },
            "color": { "values": [], "is_capped": false },
            "options": [],
            "price": { "min": null, "max": null, "ranges": [], "is_capped": false },
            "stock": { "in_stock": 0, "out_of_stock": 0, "is_capped": false },
        })
    );
    let admin = fill(&shop).await;
    let hidden =
        admin.post("/products", coat("Hidden", "Secrets", &[], &[("XXL", "Black", "Material:Lead", 1, 100)])).await;
    admin.delete(&format!("/products/{}", hidden.expect(201).text("/id"))).await.expect(204);
    let found = facets(&shop, "").await;
    assert_eq!((&found["product_count"], &found["is_capped"]), (&json!(4), &json!(false)));
    assert_eq!(counts(&found["category"]), "Coats 2, Jackets 1, Vests 1");
    assert_eq!(counts(&found["size"]), "M 3, L 1, S 1, XL 1");
    assert_eq!(counts(&found["color"]), "Red 2, Blue 1, Green 1, Red, White 1");
    let options = found["options"].as_array().expect("options");
    assert_eq!(options.iter().map(|it| it["name"].as_str().expect("a name")).collect::<Vec<_>>(), ["Fit", "Material"]);
    assert_eq!(options.iter().map(counts).collect::<Vec<_>>(), ["Slim 1", "Linen 2, Wool 2, Down 1"]);
    assert_eq!(
        found["price"],
        json!({
            "min": 9.5, "max": 150.0, "is_capped": false,
            "ranges": [
                { "min_price": 5.0, "max_price": 9.99, "product_count": 1 },
                { "min_price": 10.0, "max_price": 19.99, "product_count": 1 },
                { "min_price": 20.0, "max_price": 49.99, "product_count": 1 },
                { "min_price": 50.0, "max_price": 99.99, "product_count": 1 },
                { "min_price": 100.0, "max_price": 199.99, "product_count": 1 },
            ],
        })
    );
    assert_eq!(found["stock"], json!({ "in_stock": 3, "out_of_stock": 1, "is_capped": false }));
}

/// Returns the filters that select each counted value, with its count.
fn selections(found: &Value) -> Vec<(String, String, i64)> {
    let escape = |value: &Value| value.as_str().expect("a text").replace(',', "\\,");
    let count = |value: &Value| value["product_count"].as_i64().expect("a count");
    let of = |name: &str, prefix: &str, facet: &Value| -> Vec<_> {
        let values = facet["values"].as_array().expect("values").iter();
        values.map(|it| (name.to_owned(), format!("{prefix}{}", escape(&it["value"])), count(it))).collect()
    };
    let mut selections = Vec::new();
    for name in ["category", "size", "color"] {
        selections.extend(of(name, "", &found[name]));
    }
    for option in found["options"].as_array().expect("options") {
        let name = option["name"].as_str().expect("a name");
        selections.extend(of("option", &format!("{name}:"), option));
    }
    for range in found["price"]["ranges"].as_array().expect("ranges") {
        selections.push(("price".to_owned(), format!("{}-{}", range["min_price"], range["max_price"]), count(range)));
    }
    selections.push(("in_stock".to_owned(), "true".to_owned(), found["stock"]["in_stock"].as_i64().expect("a count")));
    selections
}

/// Returns the query with another value of a filter.
fn select(query: &str, name: &str, value: &str) -> String {
    let is_kept = |part: &&str| {
        let given = part.split_once('=').map_or(*part, |(given, _)| given);
        let is_other_option = given == "option" && name == "option" && !value.starts_with("Material");
        !part.is_empty() && (given != name || is_other_option) && (name != "price" || !given.ends_with("_price"))
    };
    let value = match value.split_once('-') {
        Some((min, max)) if name == "price" => format!("min_price={min}&max_price={max}"),
        _ => format!("{name}={}", urlencoded(value)),
    };
    let kept = query.split('&').filter(is_kept).map(str::to_owned);
    let mut parts: Vec<String> = kept.collect();
    match parts.iter_mut().find(|part| name == "option" && part.starts_with("option=")) {
        // Options are values of one parameter.
        Some(options) => *options = format!("{options},{}", value.trim_start_matches("option=")),
        None => parts.push(value),
    }
    parts.join("&")
}

fn urlencoded(text: &str) -> String {
    text.replace('\\', "%5C").replace(' ', "%20")
}

#[tokio::test]
async fn each_count_is_the_length_of_the_list_with_that_value() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let length = async |query: &str| {
        let list = shop.visitor().get(&format!("/products?{query}")).await.expect(200);
        i64::try_from(list.at("/items").as_array().expect("items").len()).expect("a length")
    };
    let mut compared = 0_usize;
    for query in [
        "",
        "size=M",
        "size=M,L",
        "color=Red",
        "color=Red&size=M",
        "color=Red,Green&size=M,XL",
        "category=Coats",
        "category=Coats,Vests&color=Red,Green",
        "tag=New",
        "tag=New,Sale&color=Red",
        "option=Material:Wool",
        "option=Material:Linen,Material:Wool&size=M",
        "min_price=15&max_price=60",
        "min_price=15&category=Coats&size=M",
        "in_stock=true",
        "in_stock=true&size=M",
        "in_stock=true&color=Red&min_price=1",
        "q=coat",
        "q=coat&color=Red",
        "q=river&in_stock=true",
        "q=alpine&category=Coats&size=S,M&option=Material:Wool",
        "size=XXL",
    ] {
        let found = facets(&shop, query).await;
        assert_eq!(found["product_count"], length(query).await, "{query}");
        for (name, value, count) in selections(&found) {
            let selected = select(query, &name, &value);
            assert_eq!(count, length(&selected).await, "{query}: {name} {value} ({selected})");
            compared = compared.saturating_add(1);
        }
    }
    assert!(compared > 150, "{compared}");
}

#[tokio::test]
async fn a_filter_does_not_reduce_its_own_counts() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let found = facets(&shop, "color=Red").await;
    assert_eq!(found["product_count"], 2);
    assert_eq!(counts(&found["color"]), "Red 2, Blue 1, Green 1, Red, White 1");
    assert_eq!(counts(&found["size"]), "L 1, M 1, S 1");
    let found = facets(&shop, "category=Coats&in_stock=true").await;
    assert_eq!(found["product_count"], 2);
    assert_eq!(counts(&found["category"]), "Coats 2, Vests 1");
    assert_eq!(found["stock"], json!({ "in_stock": 2, "out_of_stock": 0, "is_capped": false }));
    let found = facets(&shop, "option=Material:Down").await;
    assert_eq!(counts(&found["options"][0]), "Linen 2, Wool 2, Down 1");
}

#[tokio::test]
async fn edits_and_sales_change_the_counts() {
    let shop = TestShop::open().await;
    let admin = fill(&shop).await;
    let summit = shop.visitor().get("/products?q=summit").await.expect(200).text("/items/0/id");
    let path = format!("/products/{summit}");
    for (sku, delta) in [("Summit-0", -5), ("Summit-1", -2)] {
        admin.post(&format!("{path}/stock"), json!({ "sku": sku, "delta": delta })).await.expect(200);
    }
    let found = facets(&shop, "category=Vests").await;
    assert_eq!(found["stock"], json!({ "in_stock": 0, "out_of_stock": 1, "is_capped": false }));
    admin.put(&path, coat("Summit", "$coats", &[], &[("$XL", "Sand", "Material:Down", 5, 5_000)])).await.expect(200);
    let found = facets(&shop, "category=$coats").await;
    assert_eq!(counts(&found["category"]), "Coats 2, $coats 1, Jackets 1");
    assert_eq!((counts(&found["size"]), counts(&found["color"])), ("$XL 1".to_owned(), "Sand 1".to_owned()));
    assert_eq!(found["stock"]["in_stock"], 1);
}

#[tokio::test]
async fn a_typo_is_corrected_as_in_the_list() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    assert_eq!(facets(&shop, "q=alpnie").await["product_count"], 1);
    assert_eq!(facets(&shop, "q=unicorn").await["product_count"], 0);
}

#[tokio::test]
async fn counts_of_large_results_are_capped() {
    let shop = TestShop::open().await;
    let products: Vec<ProductDoc> =
        (0..1_000).map(|number| product("Tee", 100, &[(&format!("TEE-{number}"), 1)])).collect();
    let stored: Vec<StoredProduct<'_>> =
        products.iter().map(|product| product.stored(Language::English).expect("a product")).collect();
    shop.database().collection("products").insert_many(stored).await.expect("products");
    // The size alone is counted on half of the index keys, and the rest on the other half.
    let found = facets(&shop, "size=M").await;
    assert_eq!((&found["product_count"], &found["is_capped"]), (&json!(250), &json!(true)));
    assert_eq!(found["color"], json!({ "values": [{ "value": "Red", "product_count": 250 }], "is_capped": true }));
    assert_eq!(found["size"], json!({ "values": [{ "value": "M", "product_count": 250 }], "is_capped": true }));
    assert_eq!(found["price"]["is_capped"], true);
    assert_eq!(found["stock"], json!({ "in_stock": 100, "out_of_stock": 0, "is_capped": true }));
    // Without filters there is one counter, and the categories are counted exactly.
    let found = facets(&shop, "").await;
    assert_eq!((&found["product_count"], &found["is_capped"]), (&json!(500), &json!(true)));
    assert_eq!(found["category"]["is_capped"], false);
    let found = facets(&shop, "q=tee&size=M").await;
    assert_eq!((&found["product_count"], &found["is_capped"]), (&json!(50), &json!(true)));
    assert_eq!(found["size"], json!({ "values": [{ "value": "M", "product_count": 50 }], "is_capped": true }));
}

#[tokio::test]
async fn facets_are_counted_without_their_index() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let before = facets(&shop, "size=M").await;
    let products = shop.database().collection::<Document>("products");
    products.drop_index("terms_facets").await.expect("an index");
    assert_eq!(facets(&shop, "size=M").await, before);
}

#[tokio::test]
async fn products_of_an_earlier_release_are_counted_after_a_migration() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let before = facets(&shop, "color=Red").await;
    let products = shop.database().collection::<Document>("products");
    let earlier = doc! { "$unset": { "facet_terms": 1, "facet_values": 1 }, "$set": { "terms_version": "en-2" } };
    products.update_many(doc! {}, earlier).await.expect("an update");
    assert_eq!(facets(&shop, "color=Red").await["product_count"], 0);
    ferrocart_migrate::run(shop.database(), Language::English).await.expect("a migration");
    assert_eq!(facets(&shop, "color=Red").await, before);
}

#[tokio::test]
async fn counts_are_cached_like_lists() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let answer = shop.visitor().get("/products/facets?size=M").await.expect(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=30");
    let known = shop.visitor().with_header("if-none-match", answer.header("etag"));
    known.get("/products/facets?size=M").await.expect(304);
}

#[tokio::test]
async fn parameters_of_pages_are_unknown() {
    let shop = TestShop::open().await;
    for (query, pointer) in
        [("limit=1", "limit"), ("sort=newest", "sort"), ("min_price=5&max_price=4", "max_price"), ("size=", "size")]
    {
        let answer = shop.visitor().get(&format!("/products/facets?{query}")).await.expect(400);
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{query}");
    }
}
