//! `DELETE /cart/items/{id}`

use ferrocart_tests::TestShop;
use ferrocart_tests::sample::{cart_item, product};
use serde_json::json;

#[tokio::test]
async fn a_line_of_an_inactive_product_is_removed_once() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let mug = shop.stock(product("Mug", 500, &[("MUG", 9)])).await;
    let ada = shop.customer("ada").await;
    ada.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    ada.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    shop.state().products.deactivate(tee.id, shop.state().now()).await.expect("an update");
    let cart = ada.delete("/cart/items/TEE-M").await.expect(200);
    assert_eq!((cart.at("/item_count"), cart.at("/subtotal")), (&json!(1), &json!(5.00)));
    ada.delete("/cart/items/TEE-M").await.expect(404);
    ada.delete("/cart/items/TEE-M/").await.expect(404);
}
