//! Files that are not what their extension says, or that no row can be read from.

use super::{HEADER, check, read};

const TEE: &str = "Tee,,Shirts,5,,,T-1,,,,";
const TEE_REPORT: &str = "2: Tee (Shirts) 5.00: T-1 -/- x0";

fn wide(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn files_of_another_kind_are_named() {
    let csv = format!("{HEADER}{TEE}\n");
    let utf_16 =
        "error: the file is encoded in UTF-16; save it as UTF-8, which Excel calls \"CSV UTF-8 (comma delimited)\"";
    let json = "{\"name\":\"Tee\"}";
    for (name, content, report) in [
        ("a.csv", wide(&format!("\u{feff}{csv}"), u16::to_le_bytes), utf_16),
        ("a.csv", wide(&format!("\u{feff}{csv}"), u16::to_be_bytes), utf_16),
        ("a.csv", wide(&csv, u16::to_le_bytes), utf_16),
        ("a.csv", wide(&csv, u16::to_be_bytes), utf_16),
        ("a.jsonl", wide(json, u16::to_le_bytes), utf_16),
        (
            "a.csv",
            csv.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            "error: the file is encoded in UTF-32; save it as UTF-8",
        ),
        (
            "a.csv",
            b"PK\x03\x04rest".to_vec(),
            "error: the file is an Excel workbook, an OpenDocument sheet or another ZIP archive; export the sheet as \
             CSV in \
             UTF-8",
        ),
        (
            "a.csv",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            "error: the file is an Excel 97 workbook; export the sheet as CSV in UTF-8",
        ),
        ("a.jsonl", b"\x1F\x8B\x08".to_vec(), "error: the file is compressed; decompress it with gunzip"),
        (
            "a.csv",
            b"<!DOCTYPE html><title>Log in</title>".to_vec(),
            "error: the file is an HTML or XML document; download the export itself",
        ),
        ("a.csv", json.into(), "error: the file contains JSON; give it the extension .jsonl"),
        ("a.jsonl", csv.clone().into(), "error: the file contains CSV; give it the extension .csv"),
        ("a.xlsx", csv.clone().into(), "error: a.xlsx is a spreadsheet; export the sheet as CSV in UTF-8"),
        ("a.txt", csv.clone().into(), "error: a.txt must have the extension .jsonl, .ndjson or .csv"),
        ("a.csv", Vec::new(), "error: the file is empty"),
        ("a.csv", b"\xEF\xBB\xBF\r\n \r\n".to_vec(), "error: the file is empty"),
        ("a.jsonl", b"\n\n".to_vec(), "error: the file is empty"),
        ("a.csv", HEADER.into(), "error: the file has a header, but no products"),
        ("a.csv", format!("{HEADER},,,,,,,,,,\n\n").into(), "error: the file has a header, but no products"),
        ("A.CSV", csv.into(), TEE_REPORT),
    ] {
        assert_eq!(read(name, &content), report, "{:?}", String::from_utf8_lossy(&content));
    }
}

#[test]
fn headers_are_accepted_or_explained() {
    const DELIMITER: &str = "separate them by commas: export as \"CSV UTF-8 (comma delimited)\", or choose the comma \
     as field \
                             delimiter";
    const KNOWN: &str = "id, name, description, category, base_price, compare_at_price, slug, tags, seo_title, seo_description, images, image_alts, is_active, sku, size, color, \
     stock_quantity, \
                         price_modifier, option:NAME";
    let unknown =
        |name, suggestion| format!("error: unknown column {name:?}; did you mean {suggestion}? Known columns: {KNOWN}");
    let delimiter = |word: &str| format!("error: the columns are separated by {word}; {DELIMITER}");
    let cases = [
        ("name;category;base_price;sku\nTee;Shirts;19,90;T\n".to_owned(), delimiter("semicolons")),
        ("\"name\";\"category\";\"base_price\";\"sku\"\n".to_owned(), delimiter("semicolons")),
        ("sep=;\nname;category;base_price;sku\n".to_owned(), delimiter("semicolons")),
        ("name\tcategory\tbase_price\tsku\n".to_owned(), delimiter("tabs")),
        ("name|category|base_price|sku\n".to_owned(), delimiter("pipes")),
        ("Handle;Title;Variant SKU;Variant Price\n".to_owned(), delimiter("semicolons")),
        ("ID;Type;SKU;Name;Regular price\n".to_owned(), delimiter("semicolons")),
        ("Name;Preis\nTee;19,90\n".to_owned(), delimiter("semicolons")),
        ("Artikel;Preis;Farbe\nTee;19,90;Rot\n".to_owned(), delimiter("semicolons")),
        ("Artikel\tPreis\nTee\t19,90\n".to_owned(), delimiter("tabs")),
        (
            "name,category,base_price,sku,name\n".to_owned(),
            "error: the column name must not be repeated (columns 1 and 5 of the header)".to_owned(),
        ),
        (
            "Handle,Title,Variant SKU,Variant Price,SKU\n".to_owned(),
            "error: the column SKU must not be repeated (columns 3 and 5 of the header)".to_owned(),
        ),
        ("name,category,price,sku\n".to_owned(), unknown("price", "base_price")),
        ("Name,category,base_price,sku\n".to_owned(), unknown("Name", "name")),
        ("name,category,base_price,sku,colour\n".to_owned(), unknown("colour", "color")),
        ("name,category,base_price,sku,stock_quantty\n".to_owned(), unknown("stock_quantty", "stock_quantity")),
        (
            "name,category,base_price,sku,weight\n".to_owned(),
            format!("error: unknown column \"weight\"; remove it, or use one of {KNOWN}"),
        ),
        ("name,category,base_price\n".to_owned(), "error: the column sku is missing in the header".to_owned()),
        ("sku\n".to_owned(), "error: the column name is missing in the header".to_owned()),
        (
            "name,\"category,base_price,sku\nTee,Shirts,5,T-1\n".to_owned(),
            "error: the header value 2 starts with a quote that is not closed; close it, and double quotes inside of \
             the \
             value"
                .to_owned(),
        ),
        (
            "name,category,base_price,sku,,\nTee,Shirts,5,T-1,,\nMug,Cups,1,M-1,x,\n".to_owned(),
            format!("{TEE_REPORT}\n3: has a value in column 5, which has no name in the header"),
        ),
        (
            "name,,category,base_price,sku\nTee,,Shirts,5,T-1\nMug,x,Cups,1,M-1\n".to_owned(),
            format!("{TEE_REPORT}\n3: has a value in column 2, which has no name in the header"),
        ),
        (" name ,category, base_price,sku\nTee,Shirts,5,T-1\n".to_owned(), TEE_REPORT.to_owned()),
        ("sep=,\nname,category,base_price,sku\nTee,Shirts,5,T-1\n".to_owned(), TEE_REPORT.replace("2:", "3:")),
        ("\n,,\nname,category,base_price,sku\nTee,Shirts,5,T-1\n".to_owned(), TEE_REPORT.replace("2:", "4:")),
    ];
    check(cases.iter().map(|(content, report)| ("header.csv", content.clone(), report.as_str())));
}

#[test]
fn line_ends_and_marks_of_other_systems_are_accepted() {
    let file = format!("{HEADER}{TEE}\n,,,,,,T-2,,,,\n");
    let report = "2: Tee (Shirts) 5.00: T-1 -/- x0, T-2 -/- x0";
    for content in [
        file.clone(),
        file.trim_end().to_owned(),
        format!("\u{feff}{file}"),
        file.replace('\n', "\r\n"),
        file.replace('\n', "\r"),
        format!("{HEADER}\u{feff}{TEE}\n\u{feff},,,,,,T-2,,,,\n"),
        format!("{file}\u{1a}"),
        format!("{file}\u{1a}\r\n"),
        format!("{}\u{1a}", file.trim_end()),
    ] {
        assert_eq!(read("ends.csv", &content), report, "{content:?}");
    }
    let mixed = format!("{HEADER}{TEE}\rMug,,Cups,1,,,M-1,,,,\nPot,,Cups,1,,,P-1,,,,\n");
    assert_eq!(
        read("ends.csv", mixed),
        "2: contains a carriage return outside of quotes; save the file with line feeds as line ends\n\
         3: Pot (Cups) 1.00: P-1 -/- x0"
    );
}

#[test]
fn bytes_of_windows_1252_reject_their_product_only() {
    let mut content = format!("\u{feff}{HEADER}{TEE}\n").into_bytes();
    content.extend(b"Caf\xE9,,Cups,1,,,C-1,,,,\n,,,,,,C-2,,,,\nMug,,Cups,1,,,M-1,,,,\n,,,,,,M-2,\x80,,,\n");
    assert_eq!(
        read("latin.csv", content),
        "2: Tee (Shirts) 5.00: T-1 -/- x0\n\
         3: is not UTF-8 (byte 0xE9, 'é' in Windows-1252); save the file as UTF-8\n\
         6: is not UTF-8 (byte 0x80); save the file as UTF-8 (product in line 5)"
    );
}

#[test]
fn repeated_columns_of_options_are_rejected() {
    for (header, column, positions) in [
        ("Handle,Title,Option1 Name,Option1 Value,Option1 value,SKU,Price", "Option1 value", "4 and 5"),
        (
            "Type,SKU,Name,Regular price,Attribute 1 name,Attribute 1 value(s),Attribute 1 name",
            "Attribute 1 name",
            "5 and 7",
        ),
    ] {
        let report = format!("error: the column {column} must not be repeated (columns {positions} of the header)");
        assert_eq!(read("header.csv", format!("{header}\n")), report);
    }
}
