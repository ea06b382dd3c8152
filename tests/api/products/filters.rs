//! `GET /products`: its filters, alone and together.

use super::list_products::walk;
use ferrocart::db::products::{Derived, ProductDoc};
use ferrocart::domain::money::Money;
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::Stock;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use serde_json::{Value, json};

/// A variant as a test names it: size, colour, pieces in stock, and what it costs more, in cents.
type Offered = (&'static str, &'static str, i64, i64);

/// A product with these variants.
fn offered(name: &str, category: &str, cents: i64, variants: &[Offered]) -> ProductDoc {
    let mut made = product(name, cents, &[("X", 0)]);
    made.category = category.parse().expect("a category");
    let variant = |(number, (size, color, stock, modifier)): (usize, &Offered)| Variant {
        sku: format!("{}-{number}", name.replace(' ', "-")).parse().expect("a SKU"),
        size: Some(size.parse().expect("a size")),
        color: Some(color.parse().expect("a colour")),
        stock_quantity: Stock::try_from(*stock).expect("a stock"),
        price_modifier: Money::from_minor(*modifier),
    };
    made.variants = variants.iter().enumerate().map(variant).collect();
    made.derived = Derived::of(&made.name, made.base_price, &made.variants).expect("prices");
    made
}

async fn fill(shop: &TestShop) -> Vec<ProductDoc> {
    let mut products = Vec::new();
    for made in [
        offered("Harbor Tee", "Shirts", 1000, &[("S", "Red", 1, 0), ("M", "Red", 0, 0), ("L", "Blue", 2, 500)]),
        offered("River Tee", "Shirts", 2000, &[("M", "Red", 3, 0), ("M", "Blue", 0, -500)]),
        offered("Alpine Coat", "Coats", 9900, &[("M", "Blue", 1, 0), ("L", "Red", 1, 10_000)]),
        offered("Plain Coat", "Coats", 5000, &[("S", "Black", 0, 0)]),
        offered("Gift", "$category", 0, &[("$size", "$color", 1, 0)]),
    ] {
        products.push(shop.stock(made).await);
    }
    products
}

/// What a list of these filters has to have: each variant that is all of what is asked, by hand.
fn expected(products: &[ProductDoc], filters: &[(&str, &str)]) -> Vec<String> {
    let find = |name: &str| filters.iter().find(|(filter, _)| *filter == name).map(|(_, value)| *value);
    let cents = |name: &str| find(name).map(|text| format!("{text}00").parse::<i64>().expect("whole dollars"));
    let fits = |product: &ProductDoc, variant: &Variant| {
        let price = variant.price(product.base_price).expect("a price").minor();
        find("size").is_none_or(|size| variant.size.as_ref().is_some_and(|it| it.as_str() == size))
            && find("color").is_none_or(|color| variant.color.as_ref().is_some_and(|it| it.as_str() == color))
            && cents("min_price").is_none_or(|least| price >= least)
            && cents("max_price").is_none_or(|most| price <= most)
            && (find("in_stock") != Some("true") || variant.stock_quantity > Stock::NONE)
    };
    let matches = |product: &&ProductDoc| {
        find("category").is_none_or(|category| product.category.as_str() == category)
            && find("q").is_none_or(|word| product.derived.sort_name.contains(word))
            && product.variants.iter().any(|variant| fits(product, variant))
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
        let searched = filters.iter().any(|(filter, _)| *filter == "q");
        let sort = if searched || *sort != "relevance" { sort } else { "newest" };
        let query: Vec<String> = filters.iter().map(|(filter, value)| format!("{filter}={value}")).collect();
        let list = format!("/products?sort={sort}&{}", query.join("&"));
        let items = walk(shop.visitor(), list.trim_end_matches('&'), 1, async |_| {}).await;
        assert_eq!(names(&items), expected(&products, filters), "{list}");
        found += items.len();
    }
    assert!(found > 200, "the filters find hardly anything: {found}");
}

#[tokio::test]
async fn the_price_is_that_of_a_variant_and_not_between_those_of_two() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    // The coat is to be had for 99 and for 199.
    for (range, there) in [
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
        assert_eq!(has(&any), there, "{range}");
        assert!(there || !has(&answer), "{range}");
    }
    let free = shop.visitor().get("/products?max_price=0").await.expect(200);
    assert_eq!(names(free.at("/items").as_array().expect("a list")), ["Gift"]);
    let none = shop.visitor().get("/products?min_price=200").await.expect(200);
    assert_eq!(*none.at("/items"), json!([]));
}

#[tokio::test]
async fn what_sells_out_leaves_the_list_of_what_is_in_stock_and_comes_back() {
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
async fn a_value_is_compared_as_text_and_never_read_as_an_expression() {
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
async fn an_edit_moves_a_product_to_the_lists_where_it_belongs() {
    let shop = TestShop::open().await;
    let made = shop.stock(offered("Harbor Tee", "Shirts", 1000, &[("S", "Red", 1, 0)])).await;
    let edited = json!({
        "name": "Bay Coat", "description": "", "category": "Coats", "base_price": 80,
        "variants": [{ "sku": "Harbor-Tee-0", "size": "L", "color": "Blue" }],
    });
    shop.admin().await.put(&format!("/products/{}", made.id), edited).await.expect(200);
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
