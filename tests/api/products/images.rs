//! Product images: announcing, completing, showing and removing them, also concurrently. The uploads that S3 and the API
//! reject are in `uploads.rs`.

use super::tee_with;
use axum::http::StatusCode;
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart_tests::bucket::{FRONTEND, look, upload};
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join_all;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A PNG of one red pixel.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDAT\x08\xd7c\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// Creates a shop with a bucket, an administrator and a product without images; returns the product's path.
pub(super) async fn open() -> (TestShop, Client, String) {
    let shop = TestShop::open_with_images().await;
    let admin = shop.admin().await;
    let tee = admin.post("/products", tee_with("/images", json!([]))).await.expect(201);
    let path = format!("/products/{}", tee.text("/id"));
    (shop, admin, path)
}

pub(super) async fn announce(admin: &Client, product: &str, kind: &str, length: usize) -> Answer {
    let body = json!({ "content_type": kind, "content_length": length });
    admin.post(&format!("{product}/images"), body).await.expect(201)
}

/// The path of an announced image.
pub(super) fn image_path(product: &str, announced: &Answer) -> String {
    format!("{product}/images/{}", announced.text("/image_id"))
}

/// Announces and uploads an image; returns its path.
pub(super) async fn uploaded(admin: &Client, product: &str, kind: &str, bytes: &[u8]) -> String {
    let announced = announce(admin, product, kind, bytes.len()).await;
    assert_eq!(upload(&announced).send(bytes).await, 200);
    image_path(product, &announced)
}

pub(super) async fn complete(admin: &Client, image: &str) -> Answer {
    admin.post(&format!("{image}/complete"), Value::Null).await
}

/// Whether the upload is in the bucket.
pub(super) async fn is_uploaded(shop: &TestShop, image: &str) -> bool {
    let mut parts = image.split('/').skip(2).step_by(2);
    let product: ProductId = parts.next().expect("an id").parse().expect("an id");
    let image: ImageId = parts.next().expect("an id").parse().expect("an id");
    shop.state().images().expect("a bucket").inspect(product, image).await.expect("S3").is_some()
}

#[tokio::test]
async fn an_uploaded_image_is_shown_and_can_be_removed() {
    let (shop, admin, tee) = open().await;
    let announced = announce(&admin, &tee, "image/png", PNG.len()).await;
    assert_eq!(announced.at("/upload/method"), "PUT");
    assert_eq!(announced.at("/upload/headers"), &json!({ "content-type": "image/png", "content-length": "69" }));
    let upload = upload(&announced);
    assert_eq!(upload.preflight(FRONTEND).await.as_deref(), Some(FRONTEND));
    assert_eq!(upload.preflight("https://elsewhere.example.com").await, None);
    assert_eq!(upload.with("origin", FRONTEND).send(PNG).await, 200);

    let image = image_path(&tee, &announced);
    let before = shop.visitor().get(&tee).await.expect(200);
    assert_eq!(before.at("/images"), &json!([]));
    let after = complete(&admin, &image).await.expect(200);
    assert_eq!(after.at("/version"), 2);
    assert_eq!(after.header("etag"), "\"2\"");
    assert!(!is_uploaded(&shop, &image).await);

    let seen = shop.visitor().get(&tee).await.expect(200);
    let (status, headers, bytes) = look(seen.at("/images/0")).await;
    assert_eq!((status, bytes.as_slice()), (200, PNG));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    let details = json!({ "url": seen.at("/images/0"), "alt": null, "width": 1, "height": 1 });
    assert_eq!(seen.at("/image_details"), &json!([details]));

    admin.delete(&image).await.expect(204);
    let without = shop.visitor().get(&tee).await.expect(200);
    assert_eq!((without.at("/images"), without.at("/version")), (&json!([]), &json!(3)));
    assert_eq!(look(seen.at("/images/0")).await.0, 404);
    admin.delete(&image).await.expect(404);
}

#[tokio::test]
async fn concurrent_completions_add_an_image_once() {
    let (_shop, admin, tee) = open().await;
    let image = uploaded(&admin, &tee, "image/png", PNG).await;
    let answers = join_all((0..8).map(|_| complete(&admin, &image))).await;
    for answer in answers {
        let answer = answer.expect(200);
        assert_eq!(answer.at("/images").as_array().map(Vec::len), Some(1));
        assert_eq!(look(answer.at("/images/0")).await.0, 200);
    }
    assert_eq!(admin.get(&tee).await.expect(200).at("/version"), 2);
}

#[tokio::test]
async fn concurrent_image_completions_and_edits_are_all_kept() {
    let (_shop, admin, tee) = open().await;
    let images = join_all((0..6).map(|_| uploaded(&admin, &tee, "image/png", PNG))).await;
    let mut edit = tee_with("/name", json!("Edited"));
    edit.as_object_mut().expect("an object").remove("images");
    let completions = join_all(images.iter().map(|image| complete(&admin, image)));
    let edits = join_all((0..6).map(|_| admin.put(&tee, edit.clone())));
    let (completed, edited) = futures_util::future::join(completions, edits).await;
    for answer in completed.into_iter().chain(edited) {
        answer.expect(200);
    }
    let after = admin.get(&tee).await.expect(200);
    assert_eq!(after.at("/images").as_array().map(Vec::len), Some(6));
    assert_eq!((after.at("/name"), after.at("/version")), (&json!("Edited"), &json!(13)));
    admin.with_header("if-match", "\"1\"").put(&tee, edit).await.expect(412);
}

#[tokio::test]
async fn a_product_has_at_most_20_images() {
    let (shop, admin, tee) = open().await;
    let image = uploaded(&admin, &tee, "image/png", PNG).await;
    let urls: Vec<String> = (0..20).map(|number| format!("https://images.example.com/{number}.jpg")).collect();
    admin.put(&tee, tee_with("/images", json!(urls))).await.expect(200);
    let full = complete(&admin, &image).await.expect(422);
    assert_eq!(full.at("/errors/0/code"), "too_many");
    let body = json!({ "content_type": "image/png", "content_length": 68 });
    admin.post(&format!("{tee}/images"), body).await.expect(422);
    assert_eq!(shop.visitor().get(&tee).await.expect(200).at("/images"), &json!(urls));
    admin.put(&tee, tee_with("/images", json!(urls[1..]))).await.expect(200);
    complete(&admin, &image).await.expect(200);
}

#[tokio::test]
async fn an_image_belongs_to_one_product() {
    let (shop, admin, tee) = open().await;
    let mut other = tee_with("/images", json!([]));
    other["variants"] = json!([{ "sku": "OTHER" }]);
    let other = format!("/products/{}", admin.post("/products", other).await.expect(201).text("/id"));
    let image = uploaded(&admin, &tee, "image/png", PNG).await;
    let of_other_product = image.replace(&tee, &other);
    let not_uploaded = announce(&admin, &tee, "image/png", 1).await;
    let not_uploaded = image_path(&tee, &not_uploaded);
    let of_unknown_product = image.replace(&tee, "/products/0123456789abcdef01234567");
    let unknown = format!("{tee}/images/0123456789abcdef01234567");
    for path in [&of_other_product, &not_uploaded, &of_unknown_product, &unknown] {
        complete(&admin, path).await.expect(404);
        admin.delete(path).await.expect(404);
    }
    admin
        .post("/products/0123456789abcdef01234567/images", json!({ "content_type": "image/png", "content_length": 1 }))
        .await
        .expect(404);
    complete(&admin, &image).await.expect(200);
    admin.delete(&of_other_product).await.expect(404);
    assert_eq!(look(shop.visitor().get(&tee).await.expect(200).at("/images/0")).await.0, 200);
}

#[tokio::test]
async fn announcements_of_other_types_or_sizes_are_rejected() {
    let (_shop, admin, tee) = open().await;
    let path = format!("{tee}/images");
    for (kind, length, pointers) in [
        (json!("image/svg+xml"), json!(1), vec!["/content_type"]),
        (json!("image/PNG"), json!(0), vec!["/content_type", "/content_length"]),
        (json!("text/html"), json!(-1), vec!["/content_type", "/content_length"]),
        (json!("image/png; charset=x"), json!(1.5), vec!["/content_type", "/content_length"]),
        (json!(null), json!("1"), vec!["/content_type", "/content_length"]),
        (json!({ "$gt": "" }), json!({ "$gt": 0 }), vec!["/content_type", "/content_length"]),
        (json!("image/png"), json!(10_485_761), vec!["/content_length"]),
        (json!("image/png"), json!(9_223_372_036_854_775_808_u64), vec!["/content_length"]),
    ] {
        let body = json!({ "content_type": kind, "content_length": length });
        let rejected = admin.post(&path, body.clone()).await.expect(422);
        let errors = rejected.at("/errors").as_array().expect("errors");
        let found: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().expect("a pointer")).collect();
        assert_eq!(found, pointers, "{body}");
    }
    announce(&admin, &tee, "image/avif", 10_485_760).await;
    let key = json!({ "content_type": "image/png", "content_length": 1, "key": "products/x.png" });
    assert_eq!(admin.post(&path, key).await.expect(422).at("/errors/0/pointer"), "/key");
}

#[tokio::test]
async fn an_s3_outage_leaves_images_intact_and_removals_repeatable() {
    let (shop, admin, tee) = open().await;
    let image = uploaded(&admin, &tee, "image/png", PNG).await;
    let not_completed = uploaded(&admin, &tee, "image/png", PNG).await;
    let shown = complete(&admin, &image).await.expect(200);
    let admin_again = shop.admin_again().await;
    let broken = MockServer::start().await;
    let slow_down = ResponseTemplate::new(503).set_body_string("<Error><Code>SlowDown</Code></Error>");
    Mock::given(any()).respond_with(slow_down).mount(&broken).await;
    for url in ["http://127.0.0.1:9", &broken.uri()] {
        let without_s3 = admin_again.at_shop(&shop.reopen_with_images(url).await);
        let rejected = complete(&without_s3, &not_completed).await.expect(503);
        assert_eq!((rejected.at("/code"), rejected.status), (&json!("unavailable"), StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(admin.get(&tee).await.expect(200).body, shown.body);
    }
    let without_s3 = admin_again.at_shop(&shop.reopen_with_images("http://127.0.0.1:9").await);
    without_s3.delete(&image).await.expect(503);
    assert_eq!(shop.visitor().get(&tee).await.expect(200).at("/images"), &json!([]));
    assert_eq!(look(shown.at("/images/0")).await.0, 200);
    admin.delete(&image).await.expect(204);
    assert_eq!(look(shown.at("/images/0")).await.0, 404);
    complete(&admin, &not_completed).await.expect(200);
}

#[tokio::test]
async fn without_a_bucket_uploads_are_rejected_with_the_reason() {
    let (shop, admin, tee) = open().await;
    let image = image_path(&tee, &announce(&admin, &tee, "image/png", PNG.len()).await);
    let visitor = shop.reopen_with(&[]).await;
    let login = json!({ "email": "admin@example.com", "password": "correct horse" });
    let admin = visitor.with_token(&visitor.post("/auth/login", login).await.expect(200).text("/access_token"));
    let body = json!({ "content_type": "image/png", "content_length": 1 });
    let announced = admin.post(&format!("{tee}/images"), body).await;
    let completed = complete(&admin, &image).await;
    for rejected in [announced, completed, admin.delete(&image).await] {
        assert_eq!(rejected.expect(409).at("/code"), "images_disabled");
    }
}
