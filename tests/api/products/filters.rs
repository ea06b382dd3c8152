//! `GET /products`: its filters, alone and combined.

use super::list_products::all_pages;
use ferrocart::db::products::{ProductDoc, SortKeys};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::Stock;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use serde_json::{Value, json};

/// A variant: size, colour, stock, and price modifier in cents.
type VariantSpec = (&'static str, &'static str, i64, i64);

/// A product with these variants.
fn product_with(name: &str, category: &str, cents: i64, variants: &[VariantSpec]) -> ProductDoc {
    let mut product = product(name, cents, &[("X", 0)]);
    product.category = category.parse().expect("a category");
    let variant = |(number, (size, color, stock, modifier)): (usize, &VariantSpec)| Variant {
        sku: format!("{}-{number}", name.replace(' ', "-")).parse().expect("a SKU"),
        size: Some(size.parse().expect("a size")),
        color: Some(color.parse().expect("a colour")),
        options: Vec::new(),
        stock_quantity: Stock::try_from(*stock).expect("a stock"),
        price_modifier: Money::from_minor(*modifier),
    };
    product.variants = variants.iter().enumerate().map(variant).collect();
    let sort_keys = SortKeys::of(product.base_price, &product.variants).expect("prices");
    (product.min_price, product.max_price) = (sort_keys.min_price, sort_keys.max_price);
    product
}

async fn fill(shop: &TestShop) -> Vec<ProductDoc> {
    let mut products = Vec::new();
    for product in [
        product_with("Harbor Tee", "Shirts", 1000, &[("S", "Red", 1, 0), ("M", "Red", 0, 0), ("L", "Blue", 2, 500)]),
        product_with("River Tee", "Shirts", 2000, &[("M", "Red", 3, 0), ("M", "Blue", 0, -500)]),
        product_with("Alpine Coat", "Coats", 9900, &[("M", "Blue", 1, 0), ("L", "Red", 1, 10_000)]),
        product_with("Plain Coat", "Coats", 5000, &[("S", "Black", 0, 0)]),
        product_with("Gift", "$category", 0, &[("$size", "$color", 1, 0)]),
    ] {
        products.push(shop.stock(product).await);
    }
    products
}

/// The names of the products that must be listed: those with a variant that matches all filters.
fn expected(products: &[ProductDoc], filters: &[(&str, &str)]) -> Vec<String> {
    let find = |name: &str| filters.iter().find(|(filter, _)| *filter == name).map(|(_, value)| *value);
    let cents = |name: &str| find(name).map(|text| format!("{text}00").parse::<i64>().expect("whole dollars"));
    let variant_matches = |product: &ProductDoc, variant: &Variant| {
        let price = variant.price(product.base_price).expect("a price").minor();
        find("size").is_none_or(|size| variant.size.as_ref().is_some_and(|it| it.as_str() == size))
            && find("color").is_none_or(|color| variant.color.as_ref().is_some_and(|it| it.as_str() == color))
            && cents("min_price").is_none_or(|min| price >= min)
            && cents("max_price").is_none_or(|max| price <= max)
            && (find("in_stock") != Some("true") || variant.stock_quantity > Stock::NONE)
    };
    let matches = |product: &&ProductDoc| {
        find("category").is_none_or(|category| product.category.as_str() == category)
            && find("q").is_none_or(|word| product.name.as_str().to_lowercase().contains(word))
            && product.variants.iter().any(|variant| variant_matches(product, variant))
    };
    let mut names: Vec<String> = products.iter().filter(matches).map(|product| product.name.to_string()).collect();
    names.sort();
    names
}

fn names(items: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn all_filters_and_sorts_can_be_combined() {
    let shop = TestShop::open().await;
    let products = fill(&shop).await;
    let choices: [(&str, &[&str]); 7] = [
        ("category", &["", "Shirts", "Coats"]),
        ("q", &["", "tee", "coat"]),
        ("size", &["", "M"]),
        ("color", &["", "Red"]),
        ("min_price", &["", "11"]),
        ("max_price", &["", "20", "150"]),
        ("in_stock", &["", "true", "false"]),
    ];
    let mut combinations: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for (filter, values) in choices {
        let extend = |chosen: &Vec<(&'static str, &'static str)>| {
            let with = |value: &&'static str| {
                let more = Some((filter, *value)).filter(|(_, value)| !value.is_empty());
                chosen.iter().copied().chain(more).collect::<Vec<_>>()
            };
            values.iter().map(with).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(extend).collect();
    }
    assert_eq!(combinations.len(), 648);
    let sorts = ["newest", "price_asc", "price_desc", "name", "relevance"];
    let mut found = 0;
    for (filters, sort) in combinations.iter().zip(sorts.iter().cycle()) {
        let has_search = filters.iter().any(|(filter, _)| *filter == "q");
        let sort = if has_search || *sort != "relevance" { sort } else { "newest" };
        let query: Vec<String> = filters.iter().map(|(filter, value)| format!("{filter}={value}")).collect();
        let list = format!("/products?sort={sort}&{}", query.join("&"));
        let items = all_pages(shop.visitor(), list.trim_end_matches('&'), 1, async |_| {}).await;
        assert_eq!(names(&items), expected(&products, filters), "{list}");
        found += items.len();
    }
    assert!(found > 200, "the filters match too few products: {found}");
}

#[tokio::test]
async fn price_filters_match_variants_and_not_the_range_between_two() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    // The coat's variants cost 99 and 199.
    for (range, listed) in [
        ("min_price=99&max_price=99", true),
        ("min_price=199&max_price=199", true),
        ("min_price=98.99&max_price=99.01", true),
        ("min_price=100&max_price=198.99", false),
        ("min_price=199.01", false),
        ("max_price=98.99", false),
        ("min_price=100&size=M", false),
        ("min_price=100&size=L", true),
    ] {
        let answer = shop.visitor().get(&format!("/products?category=Coats&color=Red&{range}")).await.expect(200);
        let any = shop.visitor().get(&format!("/products?category=Coats&{range}")).await.expect(200);
        let has = |answer: &ferrocart_tests::Answer| {
            names(answer.at("/items").as_array().expect("a list")).contains(&"Alpine Coat".to_owned())
        };
        assert_eq!(has(&any), listed, "{range}");
        assert!(listed || !has(&answer), "{range}");
    }
    let free = shop.visitor().get("/products?max_price=0").await.expect(200);
    assert_eq!(names(free.at("/items").as_array().expect("a list")), ["Gift"]);
    let none = shop.visitor().get("/products?min_price=200").await.expect(200);
    assert_eq!(*none.at("/items"), json!([]));
}

#[tokio::test]
async fn the_in_stock_filter_follows_the_stock() {
    let shop = TestShop::open().await;
    let mug = shop.stock(product("Mug", 900, &[("MUG-1", 1)])).await;
    let admin = shop.admin().await;
    let is_listed = async || {
        let answer = shop.visitor().get("/products?in_stock=true&q=mug").await.expect(200);
        answer.at("/items").as_array().expect("a list").len() == 1
    };
    assert!(is_listed().await);
    let stock = format!("/products/{}/stock", mug.id);
    admin.post(&stock, json!({ "sku": "MUG-1", "delta": -1 })).await.expect(200);
    assert!(!is_listed().await);
    admin.post(&stock, json!({ "sku": "MUG-1", "delta": 1 })).await.expect(200);
    assert!(is_listed().await);
}

#[tokio::test]
async fn filter_values_are_compared_as_text_and_never_evaluated() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let query = "/products?size=%24size&color=%24color&category=%24category";
    let answer = shop.visitor().get(query).await.expect(200);
    assert_eq!(names(answer.at("/items").as_array().expect("a list")), ["Gift"]);
    for operator in ["%24%24variant.size", "%7B%22%24ne%22%3A1%7D", "M%1F", ".%2A"] {
        for filter in ["size", "color", "category"] {
            let answer = shop.visitor().get(&format!("/products?{filter}={operator}")).await;
            match answer.status.as_u16() {
                200 => assert_eq!(*answer.at("/items"), json!([]), "{filter}={operator}"),
                status => assert_eq!(status, 400, "{filter}={operator}"),
            }
        }
    }
}

#[tokio::test]
async fn an_edit_updates_the_filters_that_match_a_product() {
    let shop = TestShop::open().await;
    let tee = shop.stock(product_with("Harbor Tee", "Shirts", 1000, &[("S", "Red", 1, 0)])).await;
    let edited = json!({
        "name": "Bay Coat", "description": "", "category": "Coats", "base_price": 80,
        "variants": [{ "sku": "Harbor-Tee-0", "size": "L", "color": "Blue" }],
    });
    shop.admin().await.put(&format!("/products/{}", tee.id), edited).await.expect(200);
    for (query, count) in [
        ("category=Shirts", 0),
        ("color=Red", 0),
        ("size=S", 0),
        ("max_price=79", 0),
        ("q=harbor", 0),
        ("category=Coats&color=Blue", 1),
        ("size=L", 1),
        ("min_price=80", 1),
        ("q=bay", 1),
    ] {
        let answer = shop.visitor().get(&format!("/products?{query}")).await.expect(200);
        assert_eq!(answer.at("/items").as_array().expect("a list").len(), count, "{query}");
    }
}
