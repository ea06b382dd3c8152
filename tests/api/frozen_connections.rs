//! Calls to Stripe and S3 over pooled connections that were closed while an environment was frozen.

mod server;

use ferrocart::AppState;
use ferrocart::db::new_id;
use ferrocart::domain::address::{Address, AddressKind, Country};
use ferrocart::domain::id::{ImageId, ProductId};
use ferrocart::domain::image::{ImageKind, ImageLength};
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::order::Actor;
use ferrocart::domain::refund::Refund;
use ferrocart::error::Error;
use ferrocart::media::UploadHead;
use ferrocart_tests::TestShop;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use serde_json::json;
use server::Server;

type Call = fn(&AppState) -> BoxFuture<'_, Result<(), Error>>;
type S3Call = fn(&AppState, UploadHead) -> BoxFuture<'_, Result<(), Error>>;

/// A response that passes for an intent, a refund and a list.
fn stripe(_: &str) -> String {
    let object = json!({
        "id": "pi_1", "object": "refund", "status": "succeeded", "amount": 1, "currency": "usd", "livemode": false,
        "data": [], "has_more": false,
    });
    response("200 OK", "content-type: application/json", &object.to_string())
}

fn s3(line: &str) -> String {
    match line.split(' ').next() {
        Some("GET") => response("206 Partial Content", "etag: \"1\"\r\ncontent-range: bytes 0-0/1", "."),
        Some("PUT") => response("200 OK", "x-any: 1", "<CopyObjectResult><ETag>\"2\"</ETag></CopyObjectResult>"),
        _ => response("204 No Content", "x-any: 1", ""),
    }
}

fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

async fn shop(server: &Server) -> TestShop {
    TestShop::open_with(&[
        ("STRIPE_API_BASE", server.url.as_str()),
        ("AWS_ENDPOINT_URL_S3", &server.url),
        ("IMAGE_BUCKET", "pictures"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "for-local-use-only"),
    ])
    .await
}

/// Lets a client return its connection to the pool, which happens in another task.
async fn return_connections() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

fn retrieve_intent(shop: &AppState) -> BoxFuture<'_, Result<(), Error>> {
    async { shop.stripe()?.retrieve_intent("pi_1").await.map(drop).map_err(Error::from) }.boxed()
}

fn image() -> (ProductId, ImageId) {
    let length = ImageLength::try_from(1).expect("a length");
    ("0123456789abcdef01234567".parse().expect("an id"), ImageId::announcing([0; 8], ImageKind::Png, length))
}

async fn inspect(shop: &AppState) -> Result<UploadHead, Error> {
    let (product, image) = image();
    Ok(shop.images()?.inspect(product, image).await?.expect("an upload"))
}

fn address() -> Address {
    Address {
        kind: AddressKind::Shipping,
        name: None,
        company: None,
        street: None,
        street2: None,
        city: None,
        state: None,
        zip: None,
        country: Country::us(),
        phone: None,
    }
}

const STRIPE_CALLS: [(&str, Call); 8] = [
    ("retrieve_intent", retrieve_intent),
    ("create_intent", |shop| {
        async {
            let stripe = shop.stripe()?;
            stripe.create_intent(new_id(), 1, "FC-1", Money::from_minor(100), Currency::USD, &address()).await?;
            Ok(())
        }
        .boxed()
    }),
    ("cancel_intent", |shop| {
        async { shop.stripe()?.cancel_intent("pi_1").await.map(drop).map_err(Error::from) }.boxed()
    }),
    ("find_intent", |shop| {
        async { shop.stripe()?.find_intent(new_id(), shop.now()).await.map(drop).map_err(Error::from) }.boxed()
    }),
    ("refund", |shop| {
        async {
            let mut refund = Refund::new(new_id(), Actor::Admin, shop.now());
            refund.amount = Money::from_minor(100);
            shop.stripe()?.refund("pi_1", new_id(), &refund).await.map(drop).map_err(Error::from)
        }
        .boxed()
    }),
    ("refunds", |shop| async { shop.stripe()?.refunds("pi_1").await.map(drop).map_err(Error::from) }.boxed()),
    ("disputes", |shop| async { shop.stripe()?.disputes("pi_1").await.map(drop).map_err(Error::from) }.boxed()),
    ("retrieve_intent_with_charge", |shop| {
        async { shop.stripe()?.retrieve_intent_with_charge("pi_1").await.map(drop).map_err(Error::from) }.boxed()
    }),
];

#[tokio::test]
async fn every_stripe_call_survives_a_closed_connection() {
    for (name, call) in STRIPE_CALLS {
        let mut server = Server::start(stripe).await;
        let shop = shop(&server).await;
        retrieve_intent(shop.state()).await.expect("an intent");
        return_connections().await;
        server.lose_connections();
        server.requests();
        call(shop.state()).await.expect(name);
        let [lost, repeated] = server.requests().try_into().expect("two requests");
        assert_eq!((lost.connection, repeated.connection), (0, 1), "{name}");
        assert_eq!((&lost.line, &lost.body), (&repeated.line, &repeated.body), "{name}");
        assert_eq!(lost.idempotency_key, repeated.idempotency_key, "{name}");
        assert_eq!(lost.idempotency_key.is_some(), ["create_intent", "refund"].contains(&name), "{name}");
    }
}

#[tokio::test]
async fn a_repetition_avoids_all_pooled_connections() {
    let mut server = Server::start(stripe).await;
    let shop = shop(&server).await;
    join_all((0..3).map(|_| retrieve_intent(shop.state()))).await;
    return_connections().await;
    assert_eq!(server.lose_connections(), 3);
    server.requests();
    retrieve_intent(shop.state()).await.expect("an intent");
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert!(matches!(connections[..], [0..3, 3]), "{connections:?}");
}

#[tokio::test]
async fn a_stripe_call_is_repeated_once() {
    let mut server = Server::start(stripe).await;
    let shop = shop(&server).await;
    retrieve_intent(shop.state()).await.expect("an intent");
    return_connections().await;
    server.lose_all_connections();
    server.requests();
    let Err(Error::Stripe(error)) = retrieve_intent(shop.state()).await else { panic!("an intent without a response") };
    assert!(error.is_outage());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_stripe_call_on_a_new_connection_is_not_repeated() {
    let mut server = Server::start(stripe).await;
    let shop = shop(&server).await;
    server.lose_all_connections();
    retrieve_intent(shop.state()).await.expect_err("a lost response");
    assert_eq!(server.requests().len(), 1);
}

const S3_CALLS: [(&str, S3Call); 4] = [
    ("inspect", |shop, _| async { inspect(shop).await.map(drop) }.boxed()),
    ("publish", |shop, head| {
        async move {
            let (product, image) = image();
            let published = shop.images()?.publish(product, image, ImageKind::Png, &head, "name").await?;
            assert!(published.is_some());
            Ok(())
        }
        .boxed()
    }),
    ("delete_upload", |shop, _| {
        let (product, image) = image();
        async move { Ok(shop.images()?.delete_upload(product, image).await?) }.boxed()
    }),
    ("delete_published", |shop, _| {
        let (product, image) = image();
        let url = format!("/products/{product}/{image}/name.png");
        async move { Ok(shop.images()?.delete_published(product, image, &url).await?) }.boxed()
    }),
];

#[tokio::test]
async fn every_s3_call_survives_a_closed_connection() {
    for (name, call) in S3_CALLS {
        let mut server = Server::start(s3).await;
        let shop = shop(&server).await;
        let head = inspect(shop.state()).await.expect("an upload");
        return_connections().await;
        server.lose_connections();
        server.requests();
        call(shop.state(), head).await.expect(name);
        let [lost, repeated] = server.requests().try_into().expect("two requests");
        assert_eq!((lost.connection, repeated.connection), (0, 1), "{name}");
        assert_eq!(lost.line, repeated.line, "{name}");
    }
}

#[tokio::test]
async fn an_s3_call_ends_after_three_attempts() {
    let mut server = Server::start(s3).await;
    let shop = shop(&server).await;
    server.lose_all_connections();
    let Err(Error::Media(error)) = inspect(shop.state()).await else { panic!("an upload without a response") };
    assert!(error.is_outage());
    assert_eq!(server.requests().len(), 3);
}
