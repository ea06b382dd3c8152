//! Cells as spreadsheets write them, in Ferrocart's own layout.

use super::{check, read};

/// A file of one product with a value in a column.
fn file(column: &str, value: &str) -> String {
    let columns = super::HEADER.trim_end().split(',');
    let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
    let default = |column: &str| match column {
        "name" => "Tee",
        "category" => "Shirts",
        "base_price" => "20",
        "sku" => "TEE",
        _ => "",
    };
    let cells = columns.map(|it| quoted(if it == column { value } else { default(it) })).collect::<Vec<_>>();
    format!("{}{}\n", super::HEADER, cells.join(","))
}

fn check_cells(column: &str, cases: &[(&str, &str)]) {
    check(cases.iter().map(|(value, report)| ("cells.csv", file(column, value), *report)));
}

#[test]
fn numbers_of_spreadsheets_are_accepted_or_explained() {
    const COMMA: &str = "2: base_price must have a decimal point instead of a decimal comma, such as 19.99";
    const GROUPS: &str = "2: base_price must have a decimal point and no thousands separators, such as 1299.99";
    const CURRENCY: &str = "2: base_price must be a number without a currency, such as 19.99";
    const NOTATION: &str = "2: base_price is in scientific notation, which may have lost digits; format the column as \
     a \
                            number, and enter it again";
    const NEGATIVE: &str = "2: base_price must be negative by a minus sign in front, such as -2.50";
    const NUMBER: &str = "2: base_price must be a number such as 19.99";
    check_cells(
        "base_price",
        &[
            ("19.90", "2: Tee (Shirts) 19.90: TEE -/- x0"),
            (" 019.9 ", "2: Tee (Shirts) 19.90: TEE -/- x0"),
            (".5", "2: Tee (Shirts) 0.50: TEE -/- x0"),
            ("+5.", "2: Tee (Shirts) 5.00: TEE -/- x0"),
            ("\u{a0}20\u{202f}", "2: Tee (Shirts) 20.00: TEE -/- x0"),
            ("19,90", COMMA),
            ("19,9", COMMA),
            ("1299,00", COMMA),
            ("1,299.00", GROUPS),
            ("1.299,00", GROUPS),
            ("1,299", GROUPS),
            ("1 299.00", GROUPS),
            ("1\u{202f}299,00", GROUPS),
            ("1'299.00", GROUPS),
            ("1.299.000", GROUPS),
            ("$19.90", CURRENCY),
            ("19,90 €", CURRENCY),
            ("EUR 19.90", CURRENCY),
            ("19.90USD", CURRENCY),
            ("R$ 20", CURRENCY),
            ("₹20", CURRENCY),
            ("1E+05", NOTATION),
            ("1,5E+03", NOTATION),
            ("2.5e3", NOTATION),
            ("(19.90)", NEGATIVE),
            ("19.90-", NEGATIVE),
            ("−19.90", NEGATIVE),
            ("15%", "2: base_price must be an amount, not a percentage"),
            ("'19.90", "2: base_price must not start with an apostrophe; remove it"),
            ("=A1*2", "2: base_price is a formula; paste the value"),
            ("#REF!", "2: base_price is the error #REF! of the spreadsheet; correct the formula, or widen the column"),
            ("####", "2: base_price is the error #### of the spreadsheet; correct the formula, or widen the column"),
            (
                "Err:502",
                "2: base_price is the error Err:502 of the spreadsheet; correct the formula, or widen the column",
            ),
            ("cheap", NUMBER),
            (".", NUMBER),
            ("--5", NUMBER),
            ("١٩", NUMBER),
            ("NaN", NUMBER),
            ("[1]", NUMBER),
            ("true", NUMBER),
            ("-1", "2: base_price must not be less than 0"),
            ("19.999", "2: base_price must have at most 2 decimal places"),
            ("", "2: base_price is required"),
        ],
    );
}

#[test]
fn stock_is_a_whole_number() {
    const WHOLE: &str = "2: stock_quantity must be a whole number such as 12";
    check_cells(
        "stock_quantity",
        &[
            ("12", "2: Tee (Shirts) 20.00: TEE -/- x12"),
            ("12.00", "2: Tee (Shirts) 20.00: TEE -/- x12"),
            ("", "2: Tee (Shirts) 20.00: TEE -/- x0"),
            ("1.5", WHOLE),
            ("1,5", WHOLE),
            ("1,200", WHOLE),
            ("12 pcs", WHOLE),
            (
                "1E+05",
                "2: stock_quantity is in scientific notation, which may have lost digits; format the column as a \
                 number, \
                 and enter it again",
            ),
            ("-1", "2: stock_quantity must be a whole number from 0 to 1000000000"),
            ("many", WHOLE),
        ],
    );
}

#[test]
fn booleans_have_the_forms_of_spreadsheets() {
    const ACTIVE: &str = "2: Tee (Shirts) 20.00: TEE -/- x0";
    const INACTIVE: &str = "2: Tee (Shirts) 20.00 inactive: TEE -/- x0";
    const OTHER: &str = "2: is_active must be one of true, yes, y, 1, false, no, n, 0";
    let active = ["TRUE", "True", "true", "Yes", "y", "1", " TRUE ", ""].map(|value| (value, ACTIVE));
    let inactive = ["FALSE", "False", "false", "NO", "n", "0"].map(|value| (value, INACTIVE));
    let other = ["WAHR", "on", "2", "active", "-1", "x"].map(|value| (value, OTHER));
    check_cells("is_active", &[active.as_slice(), &inactive, &other].concat());
}

#[test]
fn skus_damaged_by_spreadsheets_are_explained() {
    const SKU: &str = "2: sku must be 1 to 64 letters, digits, dots, underscores or hyphens";
    check_cells(
        "sku",
        &[
            (" TEE-M ", "2: Tee (Shirts) 20.00: TEE-M -/- x0"),
            ("00123", "2: Tee (Shirts) 20.00: 00123 -/- x0"),
            ("1E05", "2: Tee (Shirts) 20.00: 1E05 -/- x0"),
            (
                "1.23E+11",
                "2: sku is a number in scientific notation, which has lost digits; format the column as text, and \
                 enter \
                 the SKU again",
            ),
            ("'00123", "2: sku must not start with an apostrophe; remove it"),
            ("=\"00123\"", "2: sku is a formula; paste the value"),
            ("#N/A", "2: sku is the error #N/A of the spreadsheet; correct the formula, or widen the column"),
            ("", "2: sku is required"),
            ("TEE M", SKU),
            ("TEE,M", SKU),
        ],
    );
}

#[test]
fn several_images_are_never_stored_as_one_url() {
    let images = |value: &str| read("images.csv", file("images", value));
    let two = "2: Tee (Shirts) 20.00: TEE -/- x0 [\"https://a.example/1.jpg\", \"https://a.example/2.jpg\"]";
    for separator in [" ", "\n", "\r\n", "\t", "  ", ",", ", ", ";", "; ", "|", " | ", ",\n", ",,"] {
        assert_eq!(images(&format!("https://a.example/1.jpg{separator}https://a.example/2.jpg")), two, "{separator:?}");
        let with_end = format!("https://a.example/1.jpg{separator}https://a.example/2.jpg{separator}");
        assert_eq!(images(&with_end), two, "{separator:?} at the end");
    }
    for url in [
        "https://cdn.example/w_300,h_200/1.jpg",
        "https://cdn.example/a;v=1/1.jpg?x=1,2",
        "https://web.example/2020/https://a.example/1.jpg",
        "https://proxy.example/?url=https://a.example/1.jpg",
    ] {
        assert_eq!(images(url), format!("2: Tee (Shirts) 20.00: TEE -/- x0 [{url:?}]"));
    }
    let glued = "2: images contains two URLs without a separator; separate them by a space";
    for separator in ["", "+", "-", "~"] {
        assert_eq!(images(&format!("https://a.example/1.jpg{separator}https://a.example/2.jpg")), glued);
    }
    let bad = "2: images (URL 2) must be a URL such as https://example.com/track/1";
    for value in ["https://a.example/1.jpg,2.jpg", "https://a.example/1.jpg 2.jpg", "https://a.example/1.jpg|/2.jpg"] {
        assert_eq!(images(value), bad, "{value}");
    }
    let many = (0..21).map(|number| format!("https://a.example/{number}")).collect::<Vec<_>>().join(" ");
    assert_eq!(images(&many), "2: images must have 0 to 20 items");
}
