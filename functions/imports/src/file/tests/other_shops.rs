//! Product exports of other shop systems.

use super::read;

const SHOPIFY: &str = include_str!("../../../tests/files/shopify.csv");
const SHOPIFY_2024: &str = include_str!("../../../tests/files/shopify-2024.csv");
const WOOCOMMERCE: &str = include_str!("../../../tests/files/woocommerce.csv");
const SHOPIFY_HEADER: &str = "Handle,Title,Type,Published,Status,Option1 Name,Option1 Value,Variant SKU,\
                              Variant Price,Variant Inventory Qty,Image Src\n";
const WOO_HEADER: &str =
    "ID,Type,SKU,Name,Published,Stock,Regular price,Categories,Parent,Attribute 1 name,Attribute 1 value(s)\n";

/// The report without the notices that name the layout and the ignored columns.
fn report(header: &str, rows: &str) -> String {
    let report = read("export.csv", format!("{header}{rows}"));
    let general = |line: &&str| line.starts_with("the file is a product export of ") || line.starts_with("ignored ");
    report.lines().filter(|line| !general(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_shopify_export_is_imported() {
    insta::assert_snapshot!(read("products_export.csv", SHOPIFY));
    // The mark and the line ends of a spreadsheet change nothing.
    let saved = format!("\u{feff}{}", SHOPIFY.replace("</p>\n<ul>", "</p><ul>").replace('\n', "\r\n"));
    let lines = |text: &str| text.lines().filter(|line| line.contains("Mug (") || line.starts_with("ignored")).count();
    assert_eq!(lines(&read("products_export.csv", saved)), 2);
}

#[test]
fn a_shopify_export_with_older_columns_is_imported() {
    insta::assert_snapshot!(read("products_export.csv", SHOPIFY_2024));
}

#[test]
fn a_woocommerce_export_is_imported() {
    insta::assert_snapshot!(read("wc-product-export.csv", WOOCOMMERCE));
}

#[test]
fn bad_rows_of_shopify_reject_their_product_only() {
    let bag = "bag,Bag,Bags,,,Color,Sand,BAG,35,4,\n";
    let bag_report = "2: Bag (Bags) 35.00: BAG -/Sand x4";
    for (rows, expected) in [
        (
            "tee,Tee,Shirts,,,Size,S,T-S,\"19,90\",1,\ntee,,,,,,M,T-M,20,1,\n",
            "3: Variant Price must have a decimal point instead of a decimal comma, such as 19.99",
        ),
        ("tee,Tee,Shirts,,,Size,S,,19.90,1,\n", "3: Variant SKU is required"),
        ("tee,Tee,Shirts,,,Size,S,T-S,,1,\n", "3: Variant Price is required"),
        ("tee,,Shirts,,,Size,S,T-S,5,1,\n", "3: Title is required"),
        ("tee,Tee,Shirts,,sold,Size,S,T-S,5,1,\n", "3: Status must be active, draft, archived or unlisted"),
        (
            "tee,Tee,Shirts,,,Size,S,T-S,5,1,\ntee,Cap,,,,,M,T-M,5,1,\n",
            "4: Title \"Cap\" differs from \"Tee\" in line 3 (product in line 3)",
        ),
        (
            "tee,Tee,Shirts,,,Size,S,T-S,5,1,\ntee,,,,,,M,T M,5,1.5,\n",
            "4: Variant SKU must be 1 to 64 letters, digits, dots, underscores or hyphens; Variant Inventory Qty must \
             be a whole number such as 12 (product in line 3)",
        ),
        (
            "tee,Tee,Shirts,,,Size,S,T-S,5,1,\ntee,,,,,,M,T-M,5,1\n",
            "4: has 10 values, but the header has 11 columns; enclose a value that contains a comma in quotes \
             (product in line 3)",
        ),
        (
            "tee,Tee,Shirts\ntee,,,,,,M,T-M,5,1,\n",
            "3: has 3 values, but the header has 11 columns; enclose a value that contains a comma in quotes",
        ),
    ] {
        assert_eq!(report(SHOPIFY_HEADER, &format!("{bag}{rows}")), format!("{bag_report}\n{expected}"), "{rows}");
    }
}

#[test]
fn rows_of_a_handle_need_not_be_consecutive() {
    let rows = "tee,,,,,,M,T-M,20,1,\nbag,Bag,Bags,,,Color,Sand,BAG,35,4,\ntee,Tee,Shirts,,,Size,S,T-S,19,2,\n\
     ,,,,,,L,T-L,21,3,\n";
    assert_eq!(
        report(SHOPIFY_HEADER, rows),
        "2: Tee (Shirts) 20.00: T-M M/- x1, T-S S/- x2 -100, T-L L/- x3 +100\n3: Bag (Bags) 35.00: BAG -/Sand x4"
    );
}

#[test]
fn published_and_status_decide_whether_a_product_of_shopify_is_active() {
    for (published, status, is_active) in [
        ("TRUE", "active", true),
        ("", "", true),
        ("true", "Active", true),
        ("FALSE", "active", false),
        ("TRUE", "draft", false),
        ("TRUE", "archived", false),
        ("", "unlisted", false),
    ] {
        let report = report(SHOPIFY_HEADER, &format!("tee,Tee,Shirts,{published},{status},Size,S,T-S,5,1,\n"));
        assert_eq!(!report.contains(" inactive: "), is_active, "{published} {status}: {report}");
    }
}

#[test]
fn bad_rows_of_woocommerce_reject_their_product_only() {
    let bag = "1,simple,BAG,Bag,1,4,35,Bags,,,\n";
    let bag_report = "2: Bag (Bags) 35.00: BAG -/- x4";
    for (rows, expected) in [
        ("2,simple,T,Tee,1,,,Shirts,,,\n", "3: Regular price is required"),
        ("2,simple,,Tee,1,1,5,Shirts,,,\n", "3: SKU is required"),
        (
            "2,simple,T,Tee,1,1,\"1.299,00\",Shirts,,,\n",
            "3: Regular price must have a decimal point and no thousands separators, such as 1299.99",
        ),
        ("2,simple,T,Tee,yes,1,5,Shirts,,,\n", "3: Published must be 1, 0, -1 or 2"),
        (
            "2,booking,T,Tee,1,1,5,Shirts,,,\n",
            "3: Type \"booking\" cannot be imported; it must be simple, variable or variation",
        ),
        ("2,variation,T,Tee,1,1,5,,,Size,S\n", "3: Parent \"\" is not in the file"),
        (
            "2,simple,T,Tee,1,1,5,Shirts,,,\n3,variation,T-S,,1,1,5,,T,Size,S\n",
            "3: the product has variations, but its type is not variable",
        ),
        (
            "2,variable,T,Tee,1,,,Shirts,,,\n3,variation,T S,,1,x,5,,T,Size,S\n",
            "4: SKU must be 1 to 64 letters, digits, dots, underscores or hyphens; Stock must be a whole \
             number such as 12 (product in line 3)",
        ),
        (
            "2,variable,T,Tee,1,,,Shirts,,,\n3,variation,T-S,,1,1,5\n",
            "3: the variable product has no variations in the file\n4: has 7 values, but the header has 11 columns; \
             enclose a value that contains a comma in quotes",
        ),
    ] {
        assert_eq!(report(WOO_HEADER, &format!("{bag}{rows}")), format!("{bag_report}\n{expected}"), "{rows}");
    }
}

#[test]
fn a_variation_may_precede_its_product() {
    let rows =
        "3,variation,T-S,,1,1,5,,T,Size,S\n2,variable,T,Tee,1,,,Shirts,,,\n4,variation,T-M,,1,2,6,,id:2,Size,M\n";
    assert_eq!(report(WOO_HEADER, rows), "3: Tee (Shirts) 5.00: T-S S/- x1, T-M M/- x2 +100");
}

#[test]
fn rows_of_shopify_without_a_variant_add_images_only() {
    let images =
        "tee,,,,,,,,,,https://a.example/2.jpg\ntee,,,,,,,,,,\n,,,,,,,,,,\ntee,,,,,,,,,,https://a.example/3.jpg\n";
    let rows = format!(
        "tee,Tee,Shirts,TRUE,active,Size,S,T-S,5,1,https://a.example/1.jpg\n{images}tee,,,true,Active,,M,T-M,5,2,\n"
    );
    assert_eq!(
        report(SHOPIFY_HEADER, &rows),
        "2: Tee (Shirts) 5.00: T-S S/- x1, T-M M/- x2 [\"https://a.example/1.jpg\", \"https://a.example/2.jpg\", \
         \"https://a.example/3.jpg\"]"
    );
}

#[test]
fn options_are_found_whichever_numbers_they_have() {
    let header = SHOPIFY_HEADER.replace("Option1", "Option2");
    let rows = "tee,Tee,Shirts,,,Size,S,T-S,5,1,\ntee,,,,,,M,T-M,5,2,\n";
    assert_eq!(report(&header, rows), "2: Tee (Shirts) 5.00: T-S S/- x1, T-M M/- x2");
}

#[test]
fn what_a_variation_has_of_its_own_is_rejected_or_reported() {
    let rows = "2,variable,T,Tee,1,,,Shirts,,,\n3,variation,T-S,,1,1,5,Caps,T,Size,S\n";
    assert_eq!(
        report(WOO_HEADER, rows),
        "3: Categories \"Caps\" differs from \"Shirts\" in line 2 (product in line 2)"
    );
    let header = WOO_HEADER.replace("Published", "Description");
    let rows = "2,variable,T,Tee,Soft,,,Shirts,,,\n3,variation,T-S,,Small,1,5,Shirts,T,Size,S\n";
    assert_eq!(
        report(&header, rows),
        "2: Tee (Shirts) 5.00: T-S S/- x1 \"Soft\"\nline 3: the description of a variation is left out"
    );
}

#[test]
fn what_a_storefront_shows_is_imported_from_shopify() {
    let header = "Handle,Title,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,\
                  Variant Compare At Price,Variant Inventory Qty,Image Src,Image Position,Image Alt Text,SEO Title,SEO Description\n";
    let rows = "soft-tee,Tee,\"new, Summer,new\",Material,Wool,Größe,M,T-M,20,25,1,https://a.example/2.jpg,2,Back,Soft,Very soft\n\
                soft-tee,,,,Silk,,L,T-L,22,27,1,https://a.example/1.jpg,1,\"Front, \"\"folded\"\"\",,\n";
    assert_eq!(
        report(header, rows),
        "2: Tee (Uncategorized) 20.00 instead of 25.00: T-M M/- x1 Material=Wool, T-L L/- x1 +200 Material=Silk \
         [\"https://a.example/1.jpg\", \"https://a.example/2.jpg\"] /soft-tee #new #Summer <Soft> <Very soft> \
         [Front, \"folded\"] [Back]\n\
         line 2: a product without a category is imported into the category Uncategorized"
    );
}

#[test]
fn what_a_storefront_cannot_show_is_left_out_and_reported() {
    let header = SHOPIFY_HEADER.replace("Published,Status", "Variant Compare At Price,SEO Title");
    let long = "x".repeat(71);
    let rows = format!("Größe_7,Tee,Tees,20,{long},Size,M,T-M,20,1,\nGröße_7,,,30,,,L,T-L,20,1,\n");
    assert_eq!(
        report(&header, &rows),
        "2: Tee (Tees) 20.00: T-M M/- x1, T-L L/- x1\n\
         line 2: a compare-at price that is not higher than the price is left out\n\
         line 2: a slug is left out: it must consist of the letters a to z and digits, with single hyphens between words\n\
         line 2: a title for search engines is left out: it must have at most 70 characters\n\
         line 2: compare-at prices are left out: the variants are not reduced by the same amount"
    );
    let rows = "tee,Tee,Tees,cheap,,Size,M,T-M,20,1,\n";
    assert_eq!(report(&header, rows), "2: Variant Compare At Price must be a number such as 19.99");
}

#[test]
fn names_and_values_of_options_are_those_of_the_api() {
    let rows = "tee,Tee,Shirts,,,Cut:fit,Slim,T-S,5,1,\ntee,,,,,,Wide,T-M,5,1,\n";
    let reason = "the option Cut:fit the name must not contain a colon";
    assert_eq!(report(SHOPIFY_HEADER, rows), format!("2: {reason}\n3: {reason} (product in line 2)"));
}

#[test]
fn what_a_storefront_shows_is_imported_from_woocommerce() {
    let header = format!("{},Tags,Slug,Meta: _yoast_wpseo_title,Meta: _yoast_wpseo_metadesc\n", WOO_HEADER.trim_end());
    let rows = "2,variable,T,Tee,1,,,Shirts,,Material,\"Wool, Silk\",\"new, a\\, b\",the-tee,%%title%% now,Very soft\n\
                3,variation,T-W,,1,1,5,,T,Material,Wool,,,,\n4,variation,T-S,,1,1,5,,T,Material,Silk,,,,\n";
    assert_eq!(
        report(&header, rows),
        "2: Tee (Shirts) 5.00: T-W -/- x1 Material=Wool, T-S -/- x1 Material=Silk /the-tee #new #a, b <Very soft>\n\
         line 2: a text for search engines with variables is left out"
    );
}
