//! The errors of lines, and what a file may contain.

use super::{HEADER, counts, dry_run, import, products, stored};
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use mongodb::bson::doc;
use serde_json::{Value, json};

#[tokio::test]
async fn each_error_has_its_line_and_its_column() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    shop.stock(product("Cap", 900, &[("CAP", 1)])).await;
    let file = [
        HEADER,
        "Tee,,Shirts,19.90,,TEE-M,M,3\n",
        "Bad,,Shirts,\"19,90\",,BAD 1,M,-1\n",
        "Twice,,Shirts,5,,TW-1,M,1\n,,,,,TEE-M,L,1\n",
        "Taken,,Caps,5,,CAP,,1\n",
        "Short,,Caps\n",
    ];
    for report in [dry_run(&admin, file.concat()).await, import(&admin, file.concat()).await] {
        let report = report.expect(200);
        assert_eq!(counts(&report), [json!(1), json!(0), json!(4)], "{:#}", report.body);
        let errors: Vec<Value> = report.at("/errors").as_array().expect("errors").clone();
        let shown: Vec<String> = errors
            .iter()
            .map(|error| {
                let field = error["field"].as_str().unwrap_or("-");
                format!("{} {field}: {}", error["line"], error["message"].as_str().expect("a message"))
            })
            .collect();
        let expected = [
            "3 sku: must be 1 to 64 letters, digits, dots, underscores or hyphens",
            "3 stock_quantity: must be a whole number from 0 to 1000000000",
            "3 base_price: must have a decimal point instead of a decimal comma, such as 19.99",
            "4 -: line 2 has the SKU TEE-M",
            "6 -: another product has the SKU CAP",
            "7 -: has 3 values, but the header has 8 columns; enclose a value that contains a comma in quotes",
        ];
        assert_eq!(shown, expected);
    }
    assert_eq!(stored(&shop).await, 2);
}

#[tokio::test]
async fn an_error_of_a_variant_names_the_line_of_its_product() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let file = format!("{HEADER}Tee,,Shirts,19.90,,TEE-M,M,3\n,,,,,TEE-L,L,many\n");
    let report = import(&admin, file).await.expect(200);
    assert_eq!(counts(&report), [json!(0), json!(0), json!(1)]);
    let error = report.at("/errors/0");
    assert_eq!(
        (&error["line"], &error["product_line"], &error["field"]),
        (&json!(3), &json!(2), &json!("stock_quantity"))
    );
}

#[tokio::test]
async fn a_thousand_errors_are_listed_and_all_are_counted() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let file = products(1..=1_500).replace("9.50", "free");
    let report = import(&admin, file).await.expect(200);
    assert_eq!(counts(&report), [json!(0), json!(0), json!(1_500)]);
    assert_eq!(report.at("/errors").as_array().map(Vec::len), Some(1_000));
}

#[tokio::test]
async fn markup_and_formulas_stay_text() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    let name = "<img src=x onerror=alert(1)> =HYPERLINK(\"\"a\"\")";
    let file = format!("{HEADER}\"{name}\",\"@SUM(1+1)|cmd\",$where,5,,MARK,\"{{\"\"$gt\"\":\"\"\"\"}}\",1\n");
    let report = import(&admin, file).await.expect(200);
    assert_eq!(counts(&report), [json!(1), json!(0), json!(0)], "{:#}", report.body);
    let found = shop.visitor().get("/products?skus=MARK").await.expect(200);
    let product = shop.visitor().get(&format!("/products/{}", found.text("/items/0/id"))).await.expect(200);
    assert_eq!(product.at("/name"), &json!(name.replace("\"\"", "\"")));
    assert_eq!(product.at("/description"), "@SUM(1+1)|cmd");
    assert_eq!(product.at("/category"), "$where");
    assert_eq!(product.at("/variants/0/size"), "{\"$gt\":\"\"}");
}

#[tokio::test]
async fn an_import_that_stops_says_where_and_can_be_repeated() {
    let shop = TestShop::open().await;
    let admin = shop.admin().await;
    // The database rejects a product of the second batch.
    let validator = |filter| doc! { "collMod": "products", "validator": filter };
    shop.database().run_command(validator(doc! { "name": { "$ne": "Tee 150" } })).await.expect("a validator");
    let report = import(&admin, products(1..=250)).await.expect(200);
    assert_eq!(counts(&report), [json!(100), json!(0), json!(0)]);
    // The header is line 1.
    assert_eq!(report.at("/stopped_at_line"), &json!(102));
    assert_eq!(stored(&shop).await, 100);
    shop.database().run_command(validator(doc! {})).await.expect("a validator");
    let report = import(&admin, products(1..=250)).await.expect(200);
    assert_eq!(counts(&report), [json!(150), json!(100), json!(0)]);
    assert_eq!(report.at("/stopped_at_line"), &Value::Null);
}
