//! `GET /products/categories`

use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use serde_json::json;

#[tokio::test]
async fn the_categories_of_what_is_for_sale_are_counted() {
    let shop = TestShop::open().await;
    assert_eq!(shop.visitor().get("/products/categories").await.expect(200).body, json!([]));
    for (number, (category, is_active)) in
        [("Shirts", true), ("Mugs", true), ("Shirts", true), ("Shirts", false), ("Secret", false)]
            .into_iter()
            .enumerate()
    {
        let mut made = product("Thing", 100, &[(&format!("SKU-{number}"), 0)]);
        made.category = category.parse().expect("a category");
        made.is_active = is_active;
        shop.stock(made).await;
    }
    let counts = json!([{ "category": "Mugs", "product_count": 1 }, { "category": "Shirts", "product_count": 2 }]);
    let answer = shop.visitor().get("/products/categories").await.expect(200);
    assert_eq!(answer.body, counts);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(shop.admin().await.get("/products/categories").await.expect(200).body, counts);
    let known = shop.visitor().with_header("if-none-match", answer.header("etag"));
    known.get("/products/categories").await.expect(304);
    shop.visitor().get("/products/categories?limit=1").await.expect(400);
}
