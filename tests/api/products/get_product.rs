//! `GET /products/{id}`

use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use insta::assert_snapshot;

#[tokio::test]
async fn a_product_can_be_cached_and_revalidated() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let path = format!("/products/{}", tee.id);
    let answer = shop.visitor().get(&path).await.expect(200);
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(answer.header("cache-control"), "public, max-age=30");
    assert!(answer.header("vary").to_lowercase().contains("authorization"), "administrators may get another response");
    assert_snapshot!(answer.shown());

    for tag in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let again = shop.visitor().with_header("if-none-match", tag).get(&path).await.expect(304);
        assert!(again.body.is_null());
        assert_eq!(again.header("etag"), "\"1\"");
        assert_eq!(again.header("cache-control"), "public, max-age=30");
        assert!(again.header("vary").to_lowercase().contains("authorization"));
    }
    for tag in ["\"2\"", "\"11\"", "1", ""] {
        shop.visitor().with_header("if-none-match", tag).get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn an_inactive_product_is_visible_to_administrators_only() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let path = format!("/products/{}", tee.id);
    let (admin, customer) = (shop.admin().await, shop.customer("ada").await);
    admin.delete(&path).await.expect(204);

    let unknown = shop.visitor().get("/products/0123456789abcdef01234567").await.expect(404);
    for client in [shop.visitor(), &customer, &shop.visitor().with_token("forged")] {
        let answer = client.get(&path).await.expect(404);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.text("/detail"), unknown.text("/detail"));
        client.with_header("if-none-match", "*").get(&path).await.expect(404);
    }
    let answer = admin.get(&path).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("etag"), "\"2\"");
    let again = admin.with_header("if-none-match", "\"2\"").get(&path).await.expect(304);
    assert_eq!(again.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_malformed_id_is_not_found() {
    let shop = TestShop::open().await;
    for id in
        ["0", "0123456789abcdef0123456", "0123456789abcdef012345678", "%7B%22$gt%22:%22%22%7D", "..", "%00", "a/b"]
    {
        let answer = shop.visitor().get(&format!("/products/{id}")).await.expect(404);
        assert_eq!(answer.text("/code"), "not_found", "{id}");
    }
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    shop.visitor().get(&format!("/products/{}/", tee.id)).await.expect(404);
}
