//! Any product survives being written as CSV and read again, and no file makes the import panic.

use proptest::prelude::*;

use super::{HEADER, read};

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn a_table_of_products_is_read_as_it_was_written(
        products in prop::collection::vec(
            ("[A-Za-z\",;|' \u{e9}\u{4e2d}]{0,10}[a-z]", "[a-z\",;\n]{0,20}", 0_i64..=9_999_999, any::<bool>(), 1_usize..4),
            1..6,
        )
    ) {
        let (mut file, mut expected, mut line) = (HEADER.to_owned(), Vec::new(), 2_usize);
        for (number, (name, description, price, is_active, variants)) in products.iter().enumerate() {
            // The number makes names differ.
            let name = format!("P{number} {}", name.trim());
            let description = description.trim();
            let price = format!("{}.{:02}", price / 100, price % 100);
            let cells = [&name, description, "Things", &price, "", &is_active.to_string()].map(quoted).join(",");
            let skus: Vec<String> = (0..*variants).map(|variant| format!("S-{number}-{variant}")).collect();
            for (index, sku) in skus.iter().enumerate() {
                let product = if index == 0 { cells.clone() } else { ",,,,,".to_owned() };
                file += &format!("{product},{sku},,,,\n");
            }
            let skus = skus.iter().map(|sku| format!("{sku} -/- x0")).collect::<Vec<_>>().join(", ");
            let state = if *is_active { "" } else { " inactive" };
            let text = if description.is_empty() { String::new() } else { format!(" {description:?}") };
            expected.push(format!("{line}: {name} (Things) {price}{state}: {skus}{text}"));
            line = line.saturating_add(*variants).saturating_add(description.matches('\n').count());
        }
        prop_assert_eq!(read("table.csv", file), expected.join("\n"));
    }

    #[test]
    fn no_rows_make_the_import_panic(rows in "([a-z0-9.,;|\"'=#%€ \n\r\t\u{0}\u{1a}-]|TRUE|1E\\+05|https://a.example/1.jpg){0,80}") {
        read("any.csv", format!("{HEADER}{rows}"));
        read("any.csv", format!("Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n{rows}"));
        read("any.csv", format!("ID,Type,SKU,Name,Regular price,Parent,Images,Stock,Published\n{rows}"));
    }

    #[test]
    fn no_bytes_make_the_import_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read("any.csv", &bytes);
        read("any.jsonl", &bytes);
        read("any.csv", [HEADER.as_bytes(), &bytes].concat());
    }

    #[test]
    fn no_json_makes_the_import_panic(lines in "([{}\\[\\]:,\"a-z0-9 \n]|\"name\"|\"variants\"|\"sku\"){0,80}") {
        read("any.jsonl", format!("{{{lines}"));
    }
}
