//! Rows of Ferrocart's own layout: which product each belongs to, and what a malformed one affects.

use super::{HEADER, check, read};

fn rows(rows: &str) -> String {
    read("rows.csv", format!("{HEADER}{rows}"))
}

fn check_rows(cases: &[(&str, &str)]) {
    check(cases.iter().map(|(rows, report)| ("rows.csv", format!("{HEADER}{rows}"), *report)));
}

#[test]
fn further_rows_are_variants_of_the_product_above() {
    check_rows(&[
        (
            "Tee,\"Two\nlines, \"\"quoted\"\"\",Shirts,19.90,https://a.example/1,,T-1,S,,5,\n,,,,,,T-2,M,Red,,-2.50\n\
             Mug,,Kitchen,1,,,M-1,,,0,\n",
            "2: Tee (Shirts) 19.90: T-1 S/- x5, T-2 M/Red x0 -250 [\"https://a.example/1\"] \"Two\\nlines, \
             \\\"quoted\\\"\"\n\
             5: Mug (Kitchen) 1.00: M-1 -/- x0",
        ),
        // Every row repeats the product, as spreadsheets are often filled in.
        (
            "Tee,Soft,Shirts,19.90,https://a.example/1 https://a.example/2,TRUE,T-1,S,,,\n\
             Tee,Soft,Shirts,19.9,https://a.example/1;https://a.example/2,yes,T-2,M,,,\n",
            "2: Tee (Shirts) 19.90: T-1 S/- x0, T-2 M/- x0 [\"https://a.example/1\", \"https://a.example/2\"] \"Soft\"",
        ),
        // For sale is the default, so that this is no difference.
        ("Tee,,Shirts,5,,,T-1,,,,\n,,,,,TRUE,T-2,,,,\n", "2: Tee (Shirts) 5.00: T-1 -/- x0, T-2 -/- x0"),
    ]);
    let products = read(
        "ids.csv",
        "id,name,category,base_price,sku\n0123456789abcdef01234567,Tee,Shirts,5,T-1\n\
         0123456789abcdef01234568,Tee,Shirts,6,T-2\n",
    );
    assert_eq!(products, "2: Tee (Shirts) 5.00: T-1 -/- x0\n3: Tee (Shirts) 6.00: T-2 -/- x0");
}

#[test]
fn a_further_row_must_not_change_the_product() {
    let cases = [
        (
            ",,,24.90,,,T-2,,,,",
            "3: base_price \"24.90\" differs from \"19.90\" in line 2; leave it empty here, and set the price of the \
             variant by price_modifier (product in line 2)",
        ),
        (",Hard,,,,,T-2,,,,", "3: description \"Hard\" differs from \"Soft\" in line 2; ALL (product in line 2)"),
        (",,Caps,,,,T-2,,,,", "3: category \"Caps\" differs from \"Shirts\" in line 2; ALL (product in line 2)"),
        (",,,,,FALSE,T-2,,,,", "3: is_active \"FALSE\" differs from \"true\" in line 2; ALL (product in line 2)"),
        (
            ",,,,https://a.example/2,,T-2,,,,",
            "3: images \"https://a.example/2\" differs from \"https://a.example/1\" in line 2; ALL (product in line 2)",
        ),
        ("Tee,,Caps,,,,T-2,,,,", "3: category \"Caps\" differs from \"Shirts\" in line 2; ALL (product in line 2)"),
    ];
    for (row, report) in cases {
        let report = report.replace("ALL", "leave it empty here: it applies to all variants");
        let product = "Tee,Soft,Shirts,19.90,https://a.example/1,true,T-1,,,,";
        assert_eq!(rows(&format!("{product}\n{row}\n")), report);
    }
    let report = rows("Tee,,Shirts,5,,,T-1,,,,\n,,,,https://a.example/2,FALSE,T-2,,,,\n");
    assert_eq!(
        report,
        "3: images \"https://a.example/2\" differs from the empty one in line 2; leave it empty here: it applies to \
         all \
         variants; is_active \"FALSE\" differs from the empty one in line 2; leave it empty here: it applies to all \
         variants (product in line 2)"
    );
    let report = read(
        "ids.csv",
        "id,name,category,base_price,sku\n0123456789abcdef01234567,Tee,Shirts,5,T-1\n0123456789abcdef01234568,,,,T-2\n",
    );
    assert!(report.starts_with("3: id \"0123456789abcdef01234568\" differs from"), "{report}");
}

#[test]
fn rows_of_a_product_must_be_consecutive() {
    let again = "line 2 has a product of the same name, category and price; move this row below it, or give it an id";
    let report = format!(
        "2: Tee (Shirts) 5.00: T-1 -/- x0\n3: Mug (Cups) 1.00: M-1 -/- x0\n4: {again}\n6: Pot (Cups) 1.00: P-1 -/- x0"
    );
    check_rows(&[
        (
            "Tee,,Shirts,5,,,T-1,,,,\nMug,,Cups,1,,,M-1,,,,\nTee,,Shirts,5,,,T-2,,,,\n,,,,,,T-3,,,,\n\
             Pot,,Cups,1,,,P-1,,,,\n",
            report.as_str(),
        ),
        (
            "Tee,,Shirts,5,,,T-1,,,,\nMug,,Cups,1,,,M-1,,,,\nTee,,Shirts,6,,,T-2,,,,\n",
            "2: Tee (Shirts) 5.00: T-1 -/- x0\n3: Mug (Cups) 1.00: M-1 -/- x0\n4: Tee (Shirts) 6.00: T-2 -/- x0",
        ),
    ]);
}

#[test]
fn blank_rows_are_skipped() {
    let blank = ["", ",,,,,,,,,,", "  ", " , ,\t,,,,,,,,", ";;;;", "\"\",\"\"", "\u{a0},,", ",,,,,,,,,,,,,,,,", "\t\t"];
    for row in blank {
        let file =
            format!("{row}\nTee,,Shirts,5,,,T-1,,,,\n{row}\n,,,,,,T-2,,,,\n{row}\n{row}\nMug,,Cups,1,,,M-1,,,,\n{row}");
        assert_eq!(
            rows(&file),
            "3: Tee (Shirts) 5.00: T-1 -/- x0, T-2 -/- x0\n8: Mug (Cups) 1.00: M-1 -/- x0",
            "{row:?}"
        );
    }
}

#[test]
fn a_bad_row_rejects_its_product_only() {
    let counts = "values, but the header has 11 columns; enclose a value that contains a comma in quotes";
    let (mug, tee) = ("Mug,,Cups,1,,,M-1,,,,", "Tee,,Shirts,5,,,T-1,,,,");
    let mug_report = |line| format!("{line}: Mug (Cups) 1.00: M-1 -/- x0");
    for (bad, report) in [
        // A product with its variants: they do not become variants of the product above.
        ("Cap,short", format!("3: has 2 {counts}")),
        ("Cap,short\n,,,,,,C-2,,,,", format!("3: has 2 {counts}")),
        ("Cap,short\n,,,,,,C 2,,,,", format!("3: has 2 {counts}\n4: sku must be 1 to 64 letters, digits, dots, \
         underscores or hyphens (product in line 3)")),
        ("Cap,Plain, and blue.,Caps,9,,,C-1,,,,", format!("3: has 12 {counts}")),
        ("Cap,,Caps,9,,,C-1,,,,\n,,,,,,C-2,,Red, dark,3,", format!("4: has 12 {counts} (product in line 3)")),
        ("Cap,,Caps,9,,,C-1,,,,\n,,,,,,C-1,,,,", "4: sku another variant of this product has this SKU (product in \
         line 3)".to_owned()),
        ("Cap,,Caps,9,,,C-1,,,,\n,,,,,,C-2,,,,-10", "4: price_modifier must not make the price of the variant less \
         than 0 (product in line 3)".to_owned()),
        ("Cap,,,x,,,,,,,\n,,,,,,C 2,,,1.5,", "3: category is required; sku is required; base_price must be a number \
         such as 19.99\n4: sku must be 1 to 64 letters, digits, dots, underscores or hyphens; stock_quantity must be a whole number such as 12 (product in line 3)".to_owned()),
        (HEADER.trim_end(), "3: repeats the header; remove it".to_owned()),
        ("C\u{0}p,,Caps,9,,,C-1,,,,", "3: contains a zero byte; save the file as CSV in UTF-8".to_owned()),
        ("Ca\u{202e}p,,Caps,9,,,C-1,,,,", "3: name must not contain control or invisible characters".to_owned()),
    ] {
        let line = bad.lines().count().saturating_add(3);
        let expected = format!("2: Tee (Shirts) 5.00: T-1 -/- x0\n{report}\n{}", mug_report(line));
        assert_eq!(rows(&format!("{tee}\n{bad}\n{mug}\n")), expected, "{bad}");
    }
}

#[test]
fn rows_before_any_product_are_rejected_one_by_one() {
    assert_eq!(
        rows(",,,,,,T-1,,,,\n,,,,,,T-2,,,,\nMug,,Cups,1,,,M-1,,,,\n"),
        "2: name is required: there is no product above\n3: name is required: there is no product above\n\
         4: Mug (Cups) 1.00: M-1 -/- x0"
    );
}

#[test]
fn a_quote_that_is_not_closed_costs_its_line_only() {
    let open = |value| {
        format!("{value} starts with a quote that is not closed; close it, and double quotes inside of the value")
    };
    let (tee, mug) = ("Tee,\"Soft, heavy\",Shirts,5,,,T-1,,,,", "Mug,\"Two\nlines\",Cups,1,,,M-1,,,,");
    for (bad, report) in [
        ("Cap,\"Plain,Caps,9,,,C-1,,,,", open("the value of description")),
        ("\"Cap,Plain,Caps,9,,,C-1,,,,", open("the value of name")),
        ("Cap,Plain,Caps,9,,,C-1,,,,\"", open("the value of price_modifier")),
        ("Cap,\"Plain\" and blue,Caps,9,,,C-1,,,,", open("the value of description")),
        ("Cap,\"24\" monitor\",Caps,9,,,C-1,,,,", open("the value of description")),
        (
            "Cap, \"Plain, blue\",Caps,9,,,C-1,,,,",
            "the value of description has a space before its opening quote; remove the space".to_owned(),
        ),
    ] {
        let expected = format!(
            "2: Tee (Shirts) 5.00: T-1 -/- x0 \"Soft, heavy\"\n3: {report}\n4: Mug (Cups) 1.00: M-1 -/- x0 \
             \"Two\\nlines\""
        );
        assert_eq!(rows(&format!("{tee}\n{bad}\n{mug}\n")), expected, "{bad}");
        // Nothing follows that could close the quote by chance.
        let expected =
            format!("2: Tee (Shirts) 5.00: T-1 -/- x0 \"Soft, heavy\"\n3: {report}\n4: Pot (Cups) 1.00: P-1 -/- x0");
        assert_eq!(rows(&format!("{tee}\n{bad}\nPot,,Cups,1,,,P-1,,,,")), expected, "{bad}");
    }
    // A quote in a value without quotes has no meaning.
    assert_eq!(rows("24\" monitor,,Screens,5,,,T-1,,,,"), "2: 24\" monitor (Screens) 5.00: T-1 -/- x0");
}

#[test]
fn too_many_variants_are_rejected_without_keeping_them() {
    let variants: String = (0..5_000).map(|number| format!(",,,,,,T-{number},,,,\n")).collect();
    let report = rows(&format!("Tee,,Shirts,5,,,T,,,,\n{variants}Mug,,Cups,1,,,M-1,,,,"));
    assert_eq!(report, "2: variants must have 1 to 100 items\n5003: Mug (Cups) 1.00: M-1 -/- x0");
}

#[test]
fn tags_options_and_texts_for_search_engines_have_columns() {
    const HEADER: &str =
        "name,category,base_price,tags,seo_title,seo_description,images,image_alts,sku,option:Material,option:Size\n";
    let file = |rows: &str| read("presentation.csv", format!("{HEADER}{rows}"));
    assert_eq!(
        file(
            "Tee,Shirts,5,\"new, cotton,,new\",Soft tees,\"Tees, in wool\",https://a.example/1 https://a.example/2,Front| Back ,\
             T-1,Wool,M\n,,,,,,,,T-2,Linen,\n"
        ),
        "2: Tee (Shirts) 5.00: T-1 M/- x0 Material=Wool, T-2 -/- x0 Material=Linen \
         [\"https://a.example/1\", \"https://a.example/2\"] #new #cotton <Soft tees> <Tees, in wool> [Front] [Back]"
    );
    let long = "x".repeat(301);
    for (row, report) in [
        ("Tee,Shirts,5,,,,,Front,T-1,,", "2: image_alts has 1 texts, but images has 0 URLs; separate texts by |"),
        (
            "Tee,Shirts,5,,#REF!,,,,T-1,,",
            "2: seo_title is the error #REF! of the spreadsheet; correct the formula, or widen the column",
        ),
        (
            "Tee,Shirts,5,,,,,,T-1,#N/A,",
            "2: options is the error #N/A of the spreadsheet; correct the formula, or widen the column",
        ),
        (
            "Tee,Shirts,5,a,,,,,T-1,,\n,,,b,,,,,T-2,,",
            "3: tags \"b\" differs from \"a\" in line 2; leave it empty here: it applies to all variants (product in line 2)",
        ),
        (&format!("Tee,Shirts,5,,{long},,,,T-1,,"), "2: seo_title must have at most 70 characters"),
        (&format!("Tee,Shirts,5,,,,,,T-1,{long},"), "2: the option Material must have at most 100 characters"),
    ] {
        assert_eq!(file(row), report, "{row}");
    }
    let repeated = read("repeated.csv", "name,category,base_price,sku,option:Fit,option:Fit\nTee,Shirts,5,T,A,B\n");
    assert_eq!(repeated, "error: the column option:Fit must not be repeated (columns 5 and 6 of the header)");
}
