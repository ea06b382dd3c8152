//! `GET /products?sort=name` and `GET /products/categories`: the order of names in the language of the catalogue.

use super::list_products::all_pages;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use serde_json::Value;

async fn open(language: &str, names: &[&str]) -> TestShop {
    let shop = TestShop::open_with(&[("CATALOGUE_LANGUAGE", language)]).await;
    for (number, name) in names.iter().enumerate() {
        let mut product = product(name, 100, &[(&format!("SKU-{number}"), 1)]);
        product.category = name.parse().expect("a category");
        shop.stock(product).await;
    }
    shop
}

async fn listed(shop: &TestShop, query: &str, limit: usize) -> Vec<String> {
    let items = all_pages(shop.visitor(), &format!("/products?sort=name{query}"), limit, async |_| {}).await;
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn names_have_the_order_of_the_language() {
    for (language, sorted) in [
        ("en", &["Äpfel", "apple", "Éclair", "Zebra"][..]),
        ("en", &["apple", "Apple", "Äpple", "B-side", "bag", "Øre", "Size 2", "Size 10", "zoo"]),
        ("en", &["1 Mug", "2 Mugs", "10 mugs", "Ångström", "ant", "Ärmel", "Čapek", "éclair", "Ñandu", "straße", "ZZ"]),
        ("de", &["Ofen", "Öl", "Opal", "Zange"]),
        ("sv", &["Ofen", "Opal", "Zange", "Åka", "Äpple", "Öl"]),
        ("da", &["Zebra", "Æble", "Øl", "Ål"]),
        ("tr", &["Cam", "Çay", "Isı", "İnce"]),
        ("ru", &["Ёлка", "Ель", "Яма"]),
        ("zh", &["北京", "上海", "中国"]),
    ] {
        let mut stored = sorted.to_vec();
        stored.reverse();
        let shop = open(language, &stored).await;
        for limit in [2, 100] {
            assert_eq!(listed(&shop, "", limit).await, sorted, "{language} by {limit}");
        }
        assert_eq!(listed(&shop, "&color=Red", 2).await, sorted, "{language} with a filter");
        let categories = shop.visitor().get("/products/categories").await.expect(200);
        let categories: Vec<&str> = categories.body["items"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|it| it["category"].as_str())
            .collect();
        assert_eq!(categories, sorted, "categories of {language}");
    }
}

#[tokio::test]
async fn equal_and_similar_names_are_listed_once_each() {
    let shop = open("en", &["Tee", "tee", "TEE", "Tee", "Té", "T-ee", "Tee", "tée", "Tee 2", "Tee 02"]).await;
    let all = listed(&shop, "", 100).await;
    assert_eq!(all.len(), 10);
    let found = listed(&shop, "&q=tee", 100).await;
    for limit in [1, 2, 3, 9] {
        assert_eq!(listed(&shop, "", limit).await, all, "by {limit}");
        assert_eq!(listed(&shop, "&q=tee", limit).await, found, "by {limit}");
    }
}

#[tokio::test]
async fn edits_between_pages_move_only_the_edited_products() {
    let shop = open("en", &["Alpha", "Äpfel", "Beta", "Éclair", "Fig", "Zebra"]).await;
    let admin = shop.admin().await;
    let list = shop.visitor().get("/products?sort=name").await.expect(200);
    let id_of = |name: &str| {
        let items = list.at("/items").as_array().expect("a list");
        items.iter().find(|item| item["name"] == name).expect("a product")["id"].as_str().expect("an id").to_owned()
    };
    let rename = async |from: &str, to: &str, sku: &str| {
        let body = serde_json::json!({
            "name": to, "description": "", "category": "X", "base_price": 1, "variants": [{ "sku": sku }],
        });
        admin.put(&format!("/products/{}", id_of(from)), body).await.expect(200);
    };
    let seen = all_pages(shop.visitor(), "/products?sort=name", 2, async |page| match page {
        // Behind and before the position of the list.
        0 => rename("Fig", "Ähre", "N-1").await,
        1 => rename("Alpha", "Yoga", "N-2").await,
        _ => {}
    })
    .await;
    let seen: Vec<&str> = seen.iter().filter_map(|item: &Value| item["name"].as_str()).collect();
    assert_eq!(seen, ["Alpha", "Äpfel", "Beta", "Éclair", "Yoga", "Zebra"]);
}
