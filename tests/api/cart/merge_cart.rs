//! `POST /cart/merge`

use super::guest_with_token;
use crate::orders::buyers::{buy, buyer, count};
use crate::orders::guest_orders::guest_checkout;
use ferrocart_tests::sample::{cart_item, product};
use ferrocart_tests::{Answer, Client, TestShop};
use futures_util::future::join;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

async fn merge(customer: &Client, token: &str, mode: &str) -> Answer {
    customer.post("/cart/merge", json!({ "cart_token": token, "mode": mode })).await
}

/// The quantities of a cart by SKU.
fn quantities(cart: &Value) -> Vec<(String, i64)> {
    let items = cart["items"].as_array().expect("items");
    let line =
        |item: &Value| (item["id"].as_str().expect("a SKU").to_owned(), item["quantity"].as_i64().expect("a number"));
    items.iter().map(line).collect()
}

fn lines(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect()
}

#[tokio::test]
async fn quantities_are_summed_and_lines_are_added() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let (guest, token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    guest.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 5), ("MUG", 1)]));
    assert_eq!(merged.at("/changes"), &json!([]));
    assert_eq!(&ada.get("/cart").await.expect(200).body, merged.at("/cart"));
    assert_eq!(guest.get("/cart").await.expect(200).at("/item_count"), 0);
    // The cart of the guest can be used and merged again.
    guest.post("/cart/items", cart_item(&mug, 2)).await.expect(200);
    let again = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(again.at("/cart")), lines(&[("TEE-M", 5), ("MUG", 3)]));
}

#[tokio::test]
async fn the_lines_of_the_customer_are_replaced_on_request() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let (guest, token) = guest_with_token(&shop).await;
    // An empty cart replaces nothing.
    let merged = merge(&ada, &token, "replace").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 2)]));
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let merged = merge(&ada, &token, "replace").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("MUG", 1)]));
}

#[tokio::test]
async fn nothing_is_replaced_if_nothing_is_for_sale_any_more() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let (guest, token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let products = shop.database().collection::<Document>("products");
    products.update_one(doc! { "_id": mug.id }, doc! { "$set": { "is_active": false } }).await.expect("an update");
    let merged = merge(&ada, &token, "replace").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 2)]));
    assert_eq!((merged.at("/changes/0/sku"), merged.at("/changes/0/kept")), (&json!("MUG"), &json!(0)));
}

#[tokio::test]
async fn a_sku_that_has_moved_to_another_product_keeps_the_line_that_can_be_bought() {
    let shop = TestShop::open().await;
    let old = shop.stock(product("Old", 100, &[("MUG", 9)])).await;
    let (guest, token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&old, 3)).await.expect(200);
    let products = shop.database().collection::<Document>("products");
    products.delete_one(doc! { "_id": old.id }).await.expect("no product");
    let new = shop.stock(product("New", 300, &[("MUG", 9)])).await;
    let ada = buyer(&shop, "ada", &new, 2).await;
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("MUG", 2)]));
    assert_eq!(merged.at("/changes/0/kept"), 0);
}

#[tokio::test]
async fn a_customer_without_a_cart_gets_one() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let ada = shop.customer("ada").await;
    let (guest, token) = guest_with_token(&shop).await;
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[]));
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("MUG", 1)]));
}

#[tokio::test]
async fn a_repeated_merge_moves_nothing_and_reports_the_same_changes() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 3)])).await;
    let hidden = shop.stock(product("Hidden", 100, &[("HIDDEN", 9)])).await;
    let sold_out = shop.stock(product("Pin", 100, &[("PIN", 1)])).await;
    let many = shop.stock(product("Nail", 1, &[("NAIL", 500)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    ada.post("/cart/items", cart_item(&many, 60)).await.expect(200);
    let (guest, token) = guest_with_token(&shop).await;
    for (product, quantity) in [(&tee, 2), (&hidden, 2), (&sold_out, 1), (&many, 60)] {
        guest.post("/cart/items", cart_item(product, quantity)).await.expect(200);
    }
    let products = shop.database().collection::<Document>("products");
    products.update_one(doc! { "_id": hidden.id }, doc! { "$set": { "is_active": false } }).await.expect("an update");
    let none_left = doc! { "$set": { "variants.0.stock_quantity": 0_i64 } };
    products.update_one(doc! { "_id": sold_out.id }, none_left).await.expect("an update");
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 3), ("NAIL", 99)]));
    let changes = json!([
        { "sku": "TEE-M", "requested": 4, "kept": 3, "reason": "insufficient_stock" },
        { "sku": "HIDDEN", "requested": 2, "kept": 0, "reason": "unavailable" },
        { "sku": "PIN", "requested": 1, "kept": 0, "reason": "insufficient_stock" },
        { "sku": "NAIL", "requested": 120, "kept": 99, "reason": "line_limit" },
    ]);
    assert_eq!(merged.at("/changes"), &changes);
    // The response may have been lost; until then the customer may have gone on.
    ada.delete("/cart/items/NAIL").await.expect(200);
    let again = merge(&ada, &token, "replace").await.expect(200);
    assert_eq!((quantities(again.at("/cart")), again.at("/changes")), (lines(&[("TEE-M", 3)]), &changes));
}

#[tokio::test]
async fn a_full_cart_keeps_its_lines() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let skus: Vec<String> = (0..50).map(|number| format!("SKU-{number}")).collect();
    for sku in &skus {
        let product = shop.stock(product(sku, 100, &[(sku, 9)])).await;
        ada.post("/cart/items", cart_item(&product, 1)).await.expect(200);
    }
    let extra = shop.stock(product("Extra", 100, &[("EXTRA", 9)])).await;
    let (guest, token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&extra, 2)).await.expect(200);
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")).len(), 50);
    let changes = json!([{ "sku": "EXTRA", "requested": 2, "kept": 0, "reason": "cart_limit" }]);
    assert_eq!(merged.at("/changes"), &changes);
}

#[tokio::test]
async fn only_the_token_gives_access_to_the_cart_of_another_person() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let (ada, bob) = (buyer(&shop, "ada", &mug, 2).await, shop.customer("bob").await);
    let (guest, token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let unknown = merge(&bob, "cart_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "sum").await.expect(404);
    assert_eq!(unknown.at("/code"), "cart_not_found");
    let ids = [shop.user_id("ada@example.com").await.to_string(), String::new(), token.replace("cart_", "order_")];
    for text in ids {
        merge(&bob, &text, "sum").await.expect(422);
    }
    for body in [json!({ "cart_token": { "$gt": "" }, "mode": "sum" }), json!({ "cart_token": token, "mode": "all" })] {
        bob.post("/cart/merge", body).await.expect(422);
    }
    guest.post("/cart/merge", json!({ "cart_token": token, "mode": "sum" })).await.expect(401);
    assert_eq!(ada.get("/cart").await.expect(200).at("/item_count"), 2);
    // Ada merges the cart; then its token gives Bob nothing, not even the changes.
    merge(&ada, &token, "sum").await.expect(200);
    let empty = merge(&bob, &token, "sum").await.expect(200);
    assert_eq!((quantities(empty.at("/cart")), empty.at("/changes")), (lines(&[]), &json!([])));
}

#[tokio::test]
async fn a_login_merges_nothing() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let ada = shop.customer("ada").await;
    let (guest, _) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    guest.post("/auth/login", login).await.expect(200);
    assert_eq!(ada.get("/cart").await.expect(200).at("/item_count"), 0);
    assert_eq!(guest.get("/cart").await.expect(200).at("/item_count"), 1);
}

/// Restores the lines of a cart that were just bought, as a crash before they are removed, or a failover, leaves them.
async fn restore_lines(shop: &TestShop, before: &Document) {
    let carts = shop.database().collection::<Document>("carts");
    carts.replace_one(doc! { "_id": before.get_object_id("_id").expect("an id") }, before).await.expect("a cart");
}

async fn stored_cart(shop: &TestShop, filter: Document) -> Document {
    shop.database().collection::<Document>("carts").find_one(filter).await.expect("a result").expect("a cart")
}

#[tokio::test]
async fn lines_that_an_order_has_bought_are_not_moved() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 9)])).await;
    let tee = shop.stock(product("Tee", 1999, &[("TEE-M", 9)])).await;
    let ada = buyer(&shop, "ada", &tee, 2).await;
    let (guest, token) = guest_with_token(&shop).await;
    guest.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
    let of_guests = doc! { "token_hash": { "$exists": true } };
    let before = stored_cart(&shop, of_guests).await;
    guest_checkout(&guest, "k1").await.expect(201);
    restore_lines(&shop, &before).await;
    guest.post("/cart/items", cart_item(&tee, 3)).await.expect(200);
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 5)]));
    // The same for the cart of the customer, whose lines are replaced.
    let before = stored_cart(&shop, doc! { "token_hash": { "$exists": false } }).await;
    buy(&ada, "k2").await.expect(201);
    restore_lines(&shop, &before).await;
    guest.post("/cart/items", cart_item(&tee, 1)).await.expect(200);
    let merged = merge(&ada, &token, "replace").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 1)]));
    assert_eq!(quantities(&ada.get("/cart").await.expect(200).body), lines(&[("TEE-M", 1)]));
    // The lines of a cancelled order move.
    let order = guest_order_that_is_cancelled_before_its_lines_leave_the_cart(&shop, &guest, &mug).await;
    let merged = merge(&ada, &token, "sum").await.expect(200);
    assert_eq!(quantities(merged.at("/cart")), lines(&[("TEE-M", 1), ("MUG", 2)]), "{order}");
}

async fn guest_order_that_is_cancelled_before_its_lines_leave_the_cart(
    shop: &TestShop,
    guest: &Client,
    mug: &ferrocart::db::products::ProductDoc,
) -> String {
    guest.post("/cart/items", cart_item(mug, 2)).await.expect(200);
    let before = stored_cart(shop, doc! { "token_hash": { "$exists": true } }).await;
    let order = guest_checkout(guest, "k3").await.expect(201);
    let id = order.text("/id");
    let opener = shop.visitor().with_header("order-token", &order.text("/order_token"));
    opener.post(&format!("/orders/{id}/cancel"), Value::Null).await.expect(200);
    restore_lines(shop, &before).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_during_checkouts_neither_loses_a_line_nor_buys_it_twice() {
    let shop = TestShop::open_with(&[("MAX_UNPAID_ORDERS", "0")]).await;
    let mug = shop.stock(product("Mug", 850, &[("MUG", 999)])).await;
    let ada = shop.customer("ada").await;
    let (guest, token) = guest_with_token(&shop).await;
    let mut placed = 0;
    for round in 0..25 {
        guest.post("/cart/items", cart_item(&mug, 2)).await.expect(200);
        ada.post("/cart/items", cart_item(&mug, 1)).await.expect(200);
        let key = format!("k{round}");
        let (merged, (by_guest, by_ada)) =
            join(merge(&ada, &token, "sum"), join(guest_checkout(&guest, &key), buy(&ada, &key))).await;
        merged.expect(200);
        let bought: i64 = [&by_guest, &by_ada].into_iter().filter(|answer| answer.status == 201).map(pieces).sum();
        placed += i64::from(by_guest.status == 201);
        let (left, in_cart) = (guest.get("/cart").await.expect(200), ada.get("/cart").await.expect(200));
        let kept =
            left.at("/item_count").as_i64().expect("a number") + in_cart.at("/item_count").as_i64().expect("one");
        assert_eq!(bought + kept, 3, "round {round}: {:#} {:#}", by_guest.body, by_ada.body);
        ada.delete("/cart").await.expect(200);
        guest.delete("/cart").await.expect(200);
    }
    let holds = count(&shop, "products", doc! { "holds.0": { "$exists": true } }).await;
    assert_eq!(holds, 0, "{placed} of 25 guests came first");
}

fn pieces(order: &Answer) -> i64 {
    let items = order.at("/items").as_array().expect("items");
    items.iter().map(|item| item["quantity"].as_i64().expect("a number")).sum()
}
