//! `DELETE /cart`

use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use mongodb::bson::{Document, doc};
use serde_json::json;

#[tokio::test]
async fn a_cleared_cart_can_be_filled_again() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    for _ in 0..2 {
        let cart = ada.delete("/cart").await.expect(200);
        assert_eq!(
            (cart.at("/items"), cart.at("/item_count"), cart.at("/subtotal").to_string()),
            (&json!([]), &json!(0), "0.0".to_owned())
        );
    }
    assert_eq!(ada.post("/cart/items", cart_item(&tee, 1)).await.expect(200).at("/item_count"), 1);
}

#[tokio::test]
async fn clearing_a_missing_cart_succeeds_without_creating_one() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    assert_eq!(ada.delete("/cart").await.expect(200).at("/items"), &json!([]));
    let carts = shop.database().collection::<Document>("carts");
    assert_eq!(carts.count_documents(doc! {}).await.expect("a count"), 0);
}
