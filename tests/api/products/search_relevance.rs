//! `GET /products?q=&sort=relevance`: the order of the results.

use super::list_products::all_pages;
use super::search::encode;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;

/// Names and descriptions, the oldest product first.
const CATALOGUE: [(&str, &str); 9] = [
    ("Lens", "Made of glass."),
    ("Camera", "With a lens."),
    ("Lens Cloth", "Soft."),
    ("Lensmount", "Black."),
    ("Macro Lenses", "Set of two."),
    ("Tripod", "For every lens."),
    ("LENS", "A second one."),
    ("Lensball", "Clear."),
    ("Mug", "Holds coffee."),
];

async fn open() -> TestShop {
    let shop = TestShop::open().await;
    for (number, (name, description)) in CATALOGUE.iter().enumerate() {
        let mut product = product(name, 100, &[(&format!("X{number}"), 1)]);
        product.description = description.parse().expect("a description");
        shop.stock(product).await;
    }
    shop
}

async fn listed(shop: &TestShop, query: &str, limit: usize) -> Vec<String> {
    let items = all_pages(shop.visitor(), &format!("/products?{query}"), limit, async |_| {}).await;
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_whole_name_precedes_words_then_prefixes_then_mentions() {
    let shop = open().await;
    let by_relevance = ["LENS", "Lens", "Macro Lenses", "Lens Cloth", "Lensball", "Lensmount", "Tripod", "Camera"];
    for limit in [1, 2, 3, 7, 9] {
        assert_eq!(listed(&shop, "q=lens", limit).await, by_relevance, "{limit} per page");
    }
    assert_eq!(listed(&shop, "q=lens&color=Red", 3).await, by_relevance);
    // While the word is typed, prefixes precede mentions as well.
    let typed = listed(&shop, "q=le", 2).await;
    assert_eq!(typed.len(), 6);
}

#[tokio::test]
async fn another_form_of_a_word_precedes_longer_words() {
    let shop = TestShop::open().await;
    for (name, sku) in [("Mouse Pad", "A"), ("Micelle Cleanser", "B")] {
        shop.stock(product(name, 100, &[(sku, 1)])).await;
    }
    for limit in [1, 2] {
        assert_eq!(listed(&shop, "q=mice", limit).await, ["Mouse Pad", "Micelle Cleanser"], "{limit} per page");
    }
}

#[tokio::test]
async fn a_sku_precedes_names_that_contain_it() {
    let shop = TestShop::open().await;
    shop.stock(product("Jeans", 100, &[("501", 1)])).await;
    shop.stock(product("Model 501", 100, &[("M", 1)])).await;
    assert_eq!(listed(&shop, "q=501", 1).await, ["Jeans", "Model 501"]);
}

#[tokio::test]
async fn a_known_word_is_not_corrected() {
    let shop = TestShop::open().await;
    for (name, sku) in [("Blanket", "A"), ("Blankey", "B")] {
        shop.stock(product(name, 100, &[(sku, 1)])).await;
    }
    assert_eq!(listed(&shop, "q=blankey", 1).await, ["Blankey"]);
    assert_eq!(listed(&shop, "q=blankez", 1).await.len(), 1);
}

#[tokio::test]
async fn every_sort_order_finds_the_same_products() {
    let shop = open().await;
    for q in ["lens", "le", "X3", "lens cloth", "lense"] {
        let q = encode(q);
        let mut expected = listed(&shop, &format!("q={q}"), 3).await;
        expected.sort();
        for sort in ["newest", "price_asc", "price_desc", "name"] {
            let mut names = listed(&shop, &format!("q={q}&sort={sort}"), 3).await;
            names.sort();
            assert_eq!(names, expected, "{q} by {sort}");
        }
    }
}
