//! JSON Lines: what a line must be, and what to do about other JSON.

use super::{check, read};

const TEE: &str = r#"{"name":"Tee","description":"","category":"Shirts","base_price":5,"variants":[{"sku":"T-1"}]}"#;
const TEE_REPORT: &str = "Tee (Shirts) 5.00: T-1 -/- x0";
const MUG: &str = r#"{"name":"Mug","description":"","category":"Cups","base_price":1,"variants":[{"sku":"M-1"}]}"#;
const MUG_REPORT: &str = "Mug (Cups) 1.00: M-1 -/- x0";

#[test]
fn bad_lines_are_explained_and_affect_no_other() {
    let with = |field: &str| TEE.replacen('{', &format!("{{{field},"), 1);
    let cases = [
        (with(r#""name":"Cap""#), "/name must not be repeated"),
        (with(r#""id":"0123456789abcdef01234567","id":"0123456789abcdef01234567""#), "/id must not be repeated"),
        (TEE.replace(r#""sku":"T-1""#, r#""sku":"T-1","sku":"T-2""#), "/variants/0/sku must not be repeated"),
        (with(r#""id":7"#), "/id must be a string"),
        (with(r#""id":"7""#), "/id must be an id of 24 hex digits"),
        (with(r#""colour":"Red""#), "/colour unknown field; did you mean color?"),
        (with(r#""weight":1"#), "/weight unknown field"),
        (TEE.replace(":5", ":\"5\""), "/base_price must be a number such as 19.99"),
        (TEE.replace(":5", ":\"19,90\""), "/base_price must be a number such as 19.99"),
        (TEE.replace(r#"[{"sku":"T-1"}]"#, r#"{"sku":"T-1"}"#), "/variants must be an array"),
        (TEE.replace(":5", ":19,90"), "has a comma in a number, in column 67; write a decimal point"),
        (TEE.replace(r#""Shirts""#, "7"), "/category must be a string"),
        (with(r#""is_active":"TRUE""#), "/is_active must be true or false"),
        (TEE.replace("}]}", "}],}"), "has a comma behind the last value, in column 94; remove it"),
        (
            format!("{TEE},"),
            "has text behind the object, in column 94; write one object per line, without commas between them",
        ),
        (
            format!("{TEE}{TEE}"),
            "has text behind the object, in column 94; write one object per line, without commas between them",
        ),
        (TEE.replace('"', "'"), "is not valid JSON: key must be a string in column 2"),
        (TEE.replace(":5", ":NaN"), "is not valid JSON: expected value in column 65"),
        (with("\"is_active\":True"), "is not valid JSON: expected value in column 14"),
        ("Tee".to_owned(), "is not a JSON object"),
        ("null".to_owned(), "is not a JSON object"),
        ("\"Tee\"".to_owned(), "is not a JSON object"),
        ("[]".to_owned(), "is not a JSON object"),
        ("// products".to_owned(), "is not a JSON object"),
    ];
    let cases = cases.iter().map(|(line, reason)| {
        let report = format!("1: {MUG_REPORT}\n3: {reason}\n4: {TEE_REPORT}");
        (format!("{MUG}\n\n{line}\n{TEE}\n"), report)
    });
    let cases: Vec<_> = cases.collect();
    check(cases.iter().map(|(content, report)| ("bad.jsonl", content.clone(), report.as_str())));
}

#[test]
fn other_forms_of_json_are_named() {
    let pretty =
        |json: &str| serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap();
    let array =
        "error: the file is one JSON array; write one object per line, without brackets and commas: jq -c '.[]' FILE";
    let split = |line, last| {
        format!(
            "{line}: the object does not end on its line, but in line {last}; write one object per line: jq -c . FILE"
        )
    };
    let cases = [
        (format!("[{TEE},{MUG}]"), array.to_owned()),
        (format!("[\n{TEE},\n{MUG}\n]\n"), array.to_owned()),
        (format!("\u{feff}[{TEE}]"), array.to_owned()),
        (pretty(TEE), split(1, 11)),
        (format!("{TEE}\n{}\n{MUG}\n", pretty(MUG)), format!("1: {TEE_REPORT}\n{}\n13: {MUG_REPORT}", split(2, 12))),
        (
            format!("{}\n{MUG}\n", TEE.trim_end_matches('}')),
            format!("1: the object does not end on its line; write one object per line: jq -c . FILE\n2: {MUG_REPORT}"),
        ),
    ];
    check(cases.iter().map(|(content, report)| ("forms.jsonl", content.clone(), report.as_str())));
}

#[test]
fn marks_and_line_ends_are_accepted() {
    let report = format!("1: {TEE_REPORT}\n2: {MUG_REPORT}");
    for content in [
        format!("{TEE}\n{MUG}"),
        format!("\u{feff}{TEE}\n{MUG}\n"),
        format!("\u{feff}{TEE}\n\u{feff}{MUG}\n"),
        format!("{TEE}\r\n{MUG}\r\n"),
        format!("{TEE}\r{MUG}\r"),
        format!("  {TEE}  \n{MUG}\n\n  \n\u{1a}"),
    ] {
        assert_eq!(read("marks.jsonl", &content), report, "{content:?}");
    }
    let mut content = TEE.replace("Tee", "Caf\u{1}").into_bytes();
    content.iter_mut().filter(|byte| **byte == 1).for_each(|byte| *byte = 0xE9);
    content.extend(format!("\n{MUG}\n").into_bytes());
    let latin = "1: is not UTF-8 (byte 0xE9, 'é' in Windows-1252); save the file as UTF-8";
    assert_eq!(read("latin.jsonl", content), format!("{latin}\n2: {MUG_REPORT}"));
}

#[test]
fn a_line_of_any_length_is_read_in_bounded_memory() {
    let long = format!("{{\"name\":\"{}\"}}\n{TEE}\n", "x".repeat(5_000_000));
    assert_eq!(read("long.jsonl", long), format!("1: is longer than 4194304 bytes\n2: {TEE_REPORT}"));
}
