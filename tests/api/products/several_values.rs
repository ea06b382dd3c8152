//! Filters with several values, filters by options and tags, and products looked up by ids or SKUs.

use ferrocart_tests::{Answer, Client, TestShop};
use serde_json::{Value, json};

/// Returns the body of a product whose variants have these sizes, colours and materials.
fn coat(name: &str, category: &str, tags: &[&str], variants: &[(&str, &str, &str)]) -> Value {
    let variant = |(number, (size, color, material)): (usize, &(&str, &str, &str))| {
        json!({
            "sku": format!("{name}-{number}"), "size": size, "color": color, "stock_quantity": 1,
            "options": { "Material": material },
        })
    };
    json!({
        "name": name, "description": "", "category": category, "base_price": 10, "tags": tags,
        "variants": variants.iter().enumerate().map(variant).collect::<Vec<_>>(),
    })
}

async fn fill(shop: &TestShop) -> Client {
    let admin = shop.admin().await;
    for body in [
        coat("A", "Coats", &["New"], &[("S", "Red", "Wool"), ("M", "Blue", "Linen")]),
        coat("B", "Coats", &["Sale"], &[("M", "Red", "Linen")]),
        coat("C", "Jackets", &["New", "Sale"], &[("L", "Red, White", "Wool")]),
        coat("D", "Vests", &[], &[("XL", "Green", "Down")]),
    ] {
        admin.post("/products", body).await.expect(201);
    }
    admin
}

/// The names of the listed products in their order.
fn names(list: &Answer) -> String {
    let items = list.at("/items").as_array().expect("items");
    items.iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn one_of_several_values_must_match() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    for (query, expected) in [
        ("size=M", "AB"),
        ("size=S,L", "AC"),
        ("size=S,L,S", "AC"),
        ("size=M,XL&color=Red,Green", "BD"),
        ("color=Red%5C,%20White,Green", "CD"),
        ("color=Red,%20White", "AB"),
        ("category=Coats,Vests", "ABD"),
        ("category=Coats,Vests&size=M,XL", "ABD"),
        ("category=Jackets,Vests&min_price=5&max_price=20", "CD"),
        ("tag=New", "AC"),
        ("tag=New,Sale", "ABC"),
        ("tag=Sale&category=Coats", "B"),
        ("option=Material:Wool", "AC"),
        ("option=Material:Wool,Material:Down", "ACD"),
        ("option=Material:Linen&color=Red", "B"),
        ("option=Material:Wool,Size:M", ""),
        ("option=size:M,Color:Blue", "A"),
        ("option=Size:S&size=L", "AC"),
        ("option=Material:Silk", ""),
        ("option=Fit:Wool", ""),
        ("category=Coats&option=Material:Linen", "AB"),
    ] {
        for list in [format!("/products?sort=name&{query}"), format!("/products?sort=price_asc&limit=1&{query}")] {
            let (mut found, mut cursor) = (String::new(), String::new());
            loop {
                let page = shop.visitor().get(&format!("{list}{cursor}")).await.expect(200);
                found += &names(&page);
                match page.at("/next_cursor").as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{list}");
        }
    }
}

#[tokio::test]
async fn more_combinations_than_ranges_of_the_index_match_the_same() {
    let shop = TestShop::open().await;
    fill(&shop).await;
    let many = |prefix: &str| (0..18).map(|number| format!("{prefix}{number}")).collect::<Vec<_>>().join(",");
    let query = format!("category=Coats,Jackets,{}&size=M,L,{}&sort=name", many("Category%20"), many("Size%20"));
    assert_eq!(names(&shop.visitor().get(&format!("/products?{query}")).await.expect(200)), "ABC");
}

#[tokio::test]
async fn malformed_and_too_many_values_are_rejected() {
    let shop = TestShop::open().await;
    let many = (0..21).map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    for (query, pointer, code) in [
        ("size=M,".to_owned(), "size", "empty"),
        ("color=,Red".to_owned(), "color", "empty"),
        (format!("category={many}"), "category", "too_many"),
        ("option=Wool".to_owned(), "option", "invalid_option"),
        ("option=Material:".to_owned(), "option", "empty"),
        ("option=:Wool".to_owned(), "option", "empty"),
        ("ids=7".to_owned(), "ids", "invalid_id"),
        ("skus=a%20b".to_owned(), "skus", "invalid_sku"),
        ("ids=0123456789abcdef01234567&limit=5".to_owned(), "ids", "exclusive"),
        ("skus=A&size=M".to_owned(), "skus", "exclusive"),
        ("ids=0123456789abcdef01234567&skus=A".to_owned(), "ids", "exclusive"),
        (format!("ids={}", vec!["0123456789abcdef01234567"; 101].join(",")), "", ""),
    ] {
        let answer = shop.visitor().get(&format!("/products?{query}")).await;
        if pointer.is_empty() {
            // The same value counts once.
            answer.expect(200);
            continue;
        }
        let answer = answer.expect(400);
        assert_eq!(
            (answer.at("/errors/0/pointer"), answer.at("/errors/0/code")),
            (&json!(pointer), &json!(code)),
            "{query}"
        );
    }
    let ids: Vec<String> = (0..101).map(|number| format!("{number:024x}")).collect();
    shop.visitor().get(&format!("/products?ids={}", ids.join(","))).await.expect(400);
    shop.visitor().get(&format!("/products?ids={}", ids[..100].join(","))).await.expect(200);
}

#[tokio::test]
async fn products_are_looked_up_in_the_given_order() {
    let shop = TestShop::open().await;
    let admin = fill(&shop).await;
    let list = shop.visitor().get("/products?sort=name").await.expect(200);
    let ids: Vec<String> = (0..4).map(|number| list.text(&format!("/items/{number}/id"))).collect();
    let unknown = "0123456789abcdef01234567";
    let found =
        shop.visitor().get(&format!("/products?ids={},{unknown},{},{}", ids[2], ids[0], ids[2])).await.expect(200);
    assert_eq!((names(&found).as_str(), found.at("/next_cursor")), ("CA", &Value::Null));
    assert_eq!(
        (found.at("/items/1/sizes"), found.at("/items/1/colors")),
        (&json!(["S", "M"]), &json!(["Red", "Blue"]))
    );
    let found = shop.visitor().get("/products?skus=B-0,A-1,NONE,A-0").await.expect(200);
    assert_eq!(names(&found), "BA");
    admin.delete(&format!("/products/{}", ids[0])).await.expect(204);
    assert_eq!(names(&shop.visitor().get(&format!("/products?ids={}", ids.join(","))).await.expect(200)), "BCD");
    assert_eq!(names(&shop.visitor().get("/products?skus=A-0,C-0").await.expect(200)), "C");
}
