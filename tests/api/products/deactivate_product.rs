//! `DELETE /products/{id}`

use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use futures_util::future::join_all;

#[tokio::test]
async fn a_deactivated_product_is_unlisted_but_kept() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let path = format!("/products/{}", tee.id);
    let admin = shop.admin().await;
    for _ in 0..2 {
        let answer = admin.delete(&path).await.expect(204);
        assert!(answer.body.is_null());
    }
    assert_eq!(shop.visitor().get("/products").await.at("/items").as_array().map(Vec::len), Some(0));
    let kept = admin.get(&path).await.expect(200);
    assert_eq!(kept.at("/is_active"), false);
    assert_eq!(kept.at("/version"), 2, "the second request changes nothing");
    assert_eq!(kept.at("/variants/0/stock_quantity"), 5);
}

#[tokio::test]
async fn concurrent_deactivations_all_succeed() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let path = format!("/products/{}", tee.id);
    let admin = shop.admin().await;
    for answer in join_all((0..10).map(|_| admin.delete(&path))).await {
        answer.expect(204);
    }
    assert_eq!(admin.get(&path).await.at("/version"), 2);
}

#[tokio::test]
async fn only_administrators_may_deactivate_existing_products() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 5)])).await;
    let path = format!("/products/{}", tee.id);
    shop.visitor().delete(&path).await.expect(401);
    shop.customer("ada").await.delete(&path).await.expect(403);
    let admin = shop.admin().await;
    admin.delete("/products/0123456789abcdef01234567").await.expect(404);
    admin.delete("/products/tee").await.expect(404);
    let answer = admin.delete("/products").await.expect(405);
    assert_eq!(answer.text("/code"), "method_not_allowed");
    assert!(answer.header("allow").contains("POST"));
    shop.visitor().get(&path).await.expect(200);
}
