//! What a storefront shows of a product: options, compare-at prices, details of images, tags, and texts for search engines.

use super::{tee, tee_with};
use ferrocart_tests::{Answer, Client, TestShop};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Returns a product with everything that a storefront can show.
fn rich() -> Value {
    let mut tee = tee();
    let fields = json!({
        "slug": "crab-tee",
        "compare_at_price": 24.99,
        "seo": { "title": "The crab tee", "description": "A tee for people who like crabs." },
        "tags": ["Summer", "Crabs", "Summer"],
        "options": [{ "name": "Material", "values": ["Wool", "Linen"] }, { "name": "size", "values": ["XL"] }],
        "image_details": [
            { "url": "https://images.example.com/back.jpg", "alt": "The back", "width": 800, "height": 600 },
        ],
    });
    tee.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
    tee["variants"][0]["options"] = json!({ "Material": "Linen" });
    tee["variants"][1]["options"] = json!({ "Material": "Wool", "Size": "XL" });
    tee
}

/// Asserts that a product is rejected with these pointers and codes.
async fn assert_rejected(admin: &Client, body: Value, expected: &[(&str, &str)]) {
    let answer = admin.post("/products", body).await.expect(422);
    let text = |error: &Value, name: &str| error[name].as_str().expect(name).to_owned();
    let errors = answer.at("/errors").as_array().expect("errors").clone();
    let found: Vec<_> = errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect();
    let found: Vec<_> = found.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    assert_eq!(found, expected, "{:#}", answer.body);
}

#[tokio::test]
async fn a_product_has_everything_that_a_storefront_shows() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let created = admin.post("/products", rich()).await.expect(201);
    assert_snapshot!(created.shown());
    // It can be sent back as it was read.
    let path = format!("/products/{}", created.text("/id"));
    let same = admin.put(&path, created.body.clone()).await.expect(200);
    let without_version = |answer: &Answer| {
        let mut body = answer.body.clone();
        body["version"] = Value::Null;
        body["updated_at"] = Value::Null;
        body
    };
    assert_eq!(without_version(&same), without_version(&created));
}

#[tokio::test]
async fn an_edit_without_optional_fields_removes_them() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let created = admin.post("/products", rich()).await.expect(201);
    let plain = admin.put(&format!("/products/{}", created.text("/id")), tee()).await.expect(200);
    assert_eq!(plain.at("/compare_at_price"), &Value::Null);
    assert_eq!(plain.at("/seo"), &json!({ "title": null, "description": null }));
    assert_eq!(plain.at("/tags"), &json!([]));
    let options = json!([{ "name": "Size", "values": ["M", "XL"] }, { "name": "Color", "values": ["Red"] }]);
    assert_eq!(plain.at("/options"), &options);
    assert_eq!(plain.at("/variants/1/options"), &json!({ "Size": "XL" }));
    // Images keep their details by their URL.
    assert_eq!(plain.at("/image_details/1/alt"), "The back");
}

#[tokio::test]
async fn options_named_size_and_color_are_the_fields() {
    let shop = TestShop::open().await;
    let mut tee = tee();
    tee["variants"] = json!([{ "sku": "TEE", "options": { "size": "M", "COLOR": "Red", "Fit": "Slim" } }]);
    let created = shop.admin().await.post("/products", tee).await.expect(201);
    assert_eq!((created.at("/variants/0/size"), created.at("/variants/0/color")), (&json!("M"), &json!("Red")));
    assert_eq!(created.at("/variants/0/options"), &json!({ "Size": "M", "Color": "Red", "Fit": "Slim" }));
}

#[tokio::test]
async fn contradictory_and_too_many_options_are_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (options, expected) in [
        (json!({ "Size": "L" }), &[("/variants/0/size", "contradiction")][..]),
        (json!({ "color": "Blue" }), &[("/variants/0/color", "contradiction")]),
        (json!({ "Fit": "Slim", "Material": "Wool" }), &[("/variants", "too_many")]),
        (json!({ "Fit": "Slim", "size": "M", "SIZE": "M" }), &[("/variants/0/options/size", "duplicate")]),
        (json!({ "a:b": "c" }), &[("/variants/0/options/a:b", "invalid_character")]),
        (json!({ "": "c" }), &[("/variants/0/options/", "empty")]),
        (json!({ "Fit": 7 }), &[("/variants/0/options/Fit", "invalid_type")]),
        (json!({ "Fit": null }), &[("/variants/0/options/Fit", "invalid_type")]),
        (json!({ "Fit": "" }), &[("/variants/0/options/Fit", "empty")]),
        (json!(["Fit"]), &[("/variants/0/options", "invalid_type")]),
    ] {
        let mut tee = tee();
        tee["variants"] = json!([{ "sku": "TEE", "size": "M", "color": "Red", "options": options }]);
        assert_rejected(&admin, tee, expected).await;
    }
}

#[tokio::test]
async fn a_compare_at_price_is_higher_than_the_price() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    for (price, code) in [
        (json!(19.99), "out_of_range"),
        (json!(0), "out_of_range"),
        (json!(-1), "negative"),
        (json!(999_998), "too_large"),
    ] {
        assert_rejected(&admin, tee_with("/compare_at_price", price), &[("/compare_at_price", code)]).await;
    }
    let created = admin.post("/products", tee_with("/compare_at_price", json!(20))).await.expect(201);
    assert_eq!(
        (created.at("/variants/0/compare_at_price"), created.at("/variants/1/compare_at_price")),
        (&json!(20.0), &json!(22.5))
    );
    let list = shop.visitor().get("/products").await.expect(200);
    assert_eq!(list.at("/items/0/compare_at_price"), &json!(20.0));
}

#[tokio::test]
async fn image_details_reorder_images() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let created = admin.post("/products", rich()).await.expect(201);
    let mut body = created.body.clone();
    body["image_details"].as_array_mut().expect("details").reverse();
    body.as_object_mut().expect("an object").remove("images");
    let path = format!("/products/{}", created.text("/id"));
    let reordered = admin.put(&path, body).await.expect(200);
    let [front, back] = ["https://images.example.com/tee.jpg", "https://images.example.com/back.jpg"];
    assert_eq!(reordered.at("/images"), &json!([back, front]));
    assert_eq!(reordered.at("/image_details/0/alt"), "The back");
    // With both, `images` decides on the order.
    let mut body = reordered.body.clone();
    body["images"].as_array_mut().expect("images").reverse();
    let restored = admin.put(&path, body).await.expect(200);
    assert_eq!(restored.at("/images"), &json!([front, back]));
    assert_eq!(
        (restored.at("/image_details/1/alt"), restored.at("/image_details/1/width")),
        (&json!("The back"), &json!(800))
    );
}

#[tokio::test]
async fn an_image_keeps_its_dimensions_unless_others_are_given() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let created = admin.post("/products", rich()).await.expect(201);
    let path = format!("/products/{}", created.text("/id"));
    let [front, back] = ["https://images.example.com/tee.jpg", "https://images.example.com/back.jpg"];
    for (details, sizes) in [
        (json!([{ "url": back, "alt": "Back" }, { "url": front }]), json!([[800, 600], [null, null]])),
        (json!([{ "url": back, "width": 400 }, { "url": front }]), json!([[400, null], [null, null]])),
        (json!([{ "url": back, "width": null }]), json!([[400, null]])),
        // An image that was removed has no dimensions to keep.
        (json!([{ "url": front, "width": 20, "height": 10 }]), json!([[20, 10]])),
        (json!([{ "url": front }, { "url": back }]), json!([[20, 10], [null, null]])),
    ] {
        let patched = admin.patch(&path, json!({ "image_details": details })).await.expect(200);
        let found = patched.at("/image_details").as_array().expect("details");
        let found: Vec<Value> = found.iter().map(|image| json!([image["width"], image["height"]])).collect();
        assert_eq!(json!(found), sizes, "patch with {details}");
        let mut body = patched.body.clone();
        body["image_details"] = details.clone();
        body.as_object_mut().expect("an object").remove("images");
        let replaced = admin.put(&path, body).await.expect(200);
        assert_eq!(replaced.at("/image_details"), patched.at("/image_details"), "put with {details}");
    }
}

#[tokio::test]
async fn contradictory_image_details_are_rejected() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let details = |urls: &[&str]| json!(urls.iter().map(|url| json!({ "url": url })).collect::<Vec<_>>());
    let [front, other] = ["https://images.example.com/tee.jpg", "https://images.example.com/other.jpg"];
    let body = tee_with("/image_details", details(&[front, front, other]));
    let expected = [("/image_details/1/url", "duplicate"), ("/image_details/2/url", "contradiction")];
    assert_rejected(&admin, body, &expected).await;
    let body =
        tee_with("/image_details", json!([{ "url": front, "width": 0, "height": 70_000, "alt": "x".repeat(501) }]));
    let expected = [
        ("/image_details/0/alt", "too_long"),
        ("/image_details/0/width", "out_of_range"),
        ("/image_details/0/height", "out_of_range"),
    ];
    assert_rejected(&admin, body, &expected).await;
}

#[tokio::test]
async fn search_finds_the_values_of_options() {
    let shop = TestShop::open().await;
    shop.admin().await.post("/products", rich()).await.expect(201);
    for (query, found) in [("linen", 1), ("wool%20tee", 1), ("silk", 0)] {
        let list = shop.visitor().get(&format!("/products?q={query}")).await.expect(200);
        assert_eq!(list.at("/items").as_array().expect("items").len(), found, "{query}");
    }
}
