//! Image uploads: S3 enforces the signed request, and the API verifies the uploaded bytes before it shows them.

use super::images::{PNG, announce, complete, image_path, is_uploaded, open, uploaded};
use ferrocart::domain::id::ImageId;
use ferrocart::domain::image::ImageKind;
use ferrocart::media::PresignedUpload;
use ferrocart_tests::TestShop;
use ferrocart_tests::bucket::{self, look, upload};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn s3_accepts_only_the_announced_upload() {
    let (_shop, admin, tee) = open().await;
    let announced = announce(&admin, &tee, "image/png", PNG.len()).await;
    let valid = upload(&announced);
    let id = announced.text("/image_id");
    let other = announce(&admin, &tee, "image/png", PNG.len()).await.text("/image_id");
    let signature = valid.url.split_once("X-Amz-Signature=").expect("a signature").1.to_owned();
    let (address, _) = valid.url.split_once('?').expect("a query");
    let cases = [
        ("another type", valid.with("content-type", "text/html"), PNG.to_vec()),
        ("more", valid.clone(), [PNG, b"."].concat()),
        ("less", valid.clone(), PNG[1..].to_vec()),
        ("nothing", valid.clone(), Vec::new()),
        ("another key", valid.replacing(&id, &other), PNG.to_vec()),
        ("the public prefix", valid.replacing("/uploads/", "/products/"), PNG.to_vec()),
        ("a longer expiry", valid.replacing("X-Amz-Expires=900", "X-Amz-Expires=9000"), PNG.to_vec()),
        ("another signature", valid.replacing(&signature, &"0".repeat(64)), PNG.to_vec()),
        ("no signature", valid.replacing(&valid.url, address), PNG.to_vec()),
    ];
    for (case, tampered, bytes) in cases {
        assert_eq!(tampered.send(&bytes).await, 403, "{case}");
    }
    assert_eq!(valid.send(PNG).await, 200);
}

#[tokio::test]
async fn an_upload_url_is_valid_for_15_minutes() {
    let (shop, admin, tee) = open().await;
    let announced = announce(&admin, &tee, "image/png", PNG.len()).await;
    let product = tee.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let image: ImageId = announced.text("/image_id").parse().expect("an id");
    let (kind, length) = image.announced().expect("an announcement");
    for (minutes, status) in [(14, 200), (16, 403)] {
        let signed_at = shop.state().now().minus(Duration::from_mins(minutes));
        let store = shop.state().images().expect("a bucket");
        let PresignedUpload { url, .. } =
            store.presign_upload(product, image, kind, length, signed_at).await.expect("a signature");
        assert_eq!(bucket::Upload { url, ..upload(&announced) }.send(PNG).await, status, "{minutes} minutes");
    }
}

#[tokio::test]
async fn an_upload_url_names_the_bucket_and_signs_three_headers() {
    let shop = TestShop::open_with(&[
        ("IMAGE_BUCKET", "pictures"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret-for-tests"),
        ("AWS_SESSION_TOKEN", "token-for-tests"),
    ])
    .await;
    let store = shop.state().images().expect("a bucket");
    let (kind, length) = (ImageKind::Png, 68.try_into().expect("a length"));
    let (product, image) = (ferrocart::db::new_id(), ImageId::announcing([0; 8], kind, length));
    let upload = store.presign_upload(product, image, kind, length, shop.state().now()).await.expect("a signature");
    let (address, query) = upload.url.split_once('?').expect("a query");
    assert_eq!(address, format!("https://pictures.s3.eu-central-1.amazonaws.com/uploads/{product}/{image}"));
    let parameters: Vec<_> = query.split('&').collect();
    for expected in [
        "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost",
        "X-Amz-Expires=900",
        "X-Amz-Security-Token=token-for-tests",
    ] {
        assert!(parameters.contains(&expected), "{expected} is not in {query}");
    }
    // A checksum would have to be that of the file.
    assert!(!query.to_lowercase().contains("checksum"), "{query}");
    assert_eq!(upload.headers, [("content-type", "image/png".to_owned()), ("content-length", "68".to_owned())]);
    let printed = format!("{store:?}");
    assert!(!printed.contains("secret-for-tests") && !printed.contains("token-for-tests"), "{printed}");
}

#[tokio::test]
async fn an_upload_of_another_type_is_deleted_and_never_shown() {
    let (shop, admin, tee) = open().await;
    let html = b"<!DOCTYPE html><script>alert(document.domain)</script>".as_slice();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let both = [PNG, html].concat();
    let cases = [
        ("HTML", "image/png", html),
        ("SVG", "image/webp", svg),
        ("a PNG as JPEG", "image/jpeg", PNG),
        ("a PNG as AVIF", "image/avif", PNG),
        ("a truncated signature", "image/png", &PNG[..6]),
        ("a truncated WebP", "image/webp", b"RIFF\xff\0\0\0WEBPVP8 "),
        ("a PNG followed by HTML", "image/png", &both),
    ];
    for (case, kind, bytes) in cases {
        let image = uploaded(&admin, &tee, kind, bytes).await;
        let rejected = complete(&admin, &image).await.expect(422);
        assert_eq!(rejected.at("/errors/0/code"), "not_as_announced", "{case}");
        assert!(!is_uploaded(&shop, &image).await, "{case}");
        complete(&admin, &image).await.expect(404);
    }
    let seen = shop.visitor().get(&tee).await.expect(200);
    assert_eq!((seen.at("/images"), seen.at("/version")), (&json!([]), &json!(1)));
}

#[tokio::test]
async fn uploading_again_does_not_change_a_published_image() {
    let (shop, admin, tee) = open().await;
    let announced = announce(&admin, &tee, "image/png", PNG.len()).await;
    let (upload, image) = (upload(&announced), image_path(&tee, &announced));
    upload.send(PNG).await;
    let shown = complete(&admin, &image).await.expect(200);
    let replacement = vec![b'<'; PNG.len()];
    assert_eq!(upload.send(&replacement).await, 200);
    assert_eq!(complete(&admin, &image).await.expect(200).body, shown.body);
    assert_eq!(look(shown.at("/images/0")).await.2, PNG);

    // An upload between the inspection and the copy is not published either.
    let (product, id) =
        (shown.text("/id").parse().expect("an id"), announced.text("/image_id").parse().expect("an id"));
    let store = shop.state().images().expect("a bucket");
    upload.send(PNG).await;
    let looked = store.inspect(product, id).await.expect("S3").expect("an upload");
    upload.send(&replacement).await;
    let kept = store.publish(product, id, ImageKind::Png, &looked, "name").await.expect("S3");
    assert_eq!(kept, None);
}
