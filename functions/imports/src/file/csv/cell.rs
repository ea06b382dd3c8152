//! Values as spreadsheets write them.

use serde_json::value::{RawValue, to_raw_value};

/// A JSON value, or what is wrong with the cell.
pub(super) type Cell = Result<Box<RawValue>, String>;

/// The accepted forms of true and false, in any case.
const TRUE: [&str; 4] = ["true", "yes", "y", "1"];
const FALSE: [&str; 4] = ["false", "no", "n", "0"];
/// What spreadsheets write for a formula that has failed.
const FAILED_FORMULAS: [&str; 10] =
    ["#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#VALUE!", "#SPILL!", "#CALC!", "#N/A", "#NV"];
/// The extensions of image files, to recognize the end of a URL in a list.
const IMAGE_EXTENSIONS: [&str; 7] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg"];

/// Text is taken as it is, unless a formula of the spreadsheet has failed.
pub(super) fn text(cell: &str) -> Cell {
    reject_failed_formula(cell)?;
    json(cell)
}

/// A SKU. The validation checks its characters; here only what spreadsheets do to SKUs is named.
pub(super) fn sku(cell: &str) -> Cell {
    reject_failed_formula(cell)?;
    if cell.starts_with('\'') {
        return Err("must not start with an apostrophe; remove it".to_owned());
    }
    if cell.starts_with('=') {
        return Err("is a formula; paste the value".to_owned());
    }
    if is_scientific(cell) && cell.contains('+') {
        return Err("is a number in scientific notation, which has lost digits; format the column as text, and enter \
             the SKU again"
            .to_owned());
    }
    json(cell)
}

/// `true` or `false`.
pub(super) fn boolean(cell: &str) -> Cell {
    let word = cell.to_lowercase();
    match (TRUE.contains(&word.as_str()), FALSE.contains(&word.as_str())) {
        (true, _) => json(true),
        (_, true) => json(false),
        _ => Err(format!("must be one of {}, {}", TRUE.join(", "), FALSE.join(", "))),
    }
}

/// An amount, which keeps its digits.
pub(super) fn amount(cell: &str) -> Cell {
    raw(decimal(cell)?)
}

const WHOLE: &str = "must be a whole number such as 12";

/// A whole number. Spreadsheets may write `12` as `12.0`.
pub(super) fn whole(cell: &str) -> Cell {
    reject_failed_formula(cell)?;
    let number = digits(cell).ok_or_else(|| common_number_problem(cell).unwrap_or(WHOLE))?;
    match number.split_once('.') {
        None => raw(number),
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => raw(whole.to_owned()),
        Some(_) => Err(WHOLE.to_owned()),
    }
}

/// Words that are separated by commas.
pub(super) fn tags(cell: &str) -> Cell {
    reject_failed_formula(cell)?;
    let tags = cell.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    json(tags.collect::<Vec<_>>())
}

/// URLs that are separated by white space. A comma, semicolon or pipe separates if a URL follows.
pub(super) fn images(cell: &str) -> Cell {
    reject_failed_formula(cell)?;
    json(split_urls(cell)?)
}

pub(super) fn split_urls(cell: &str) -> Result<Vec<&str>, String> {
    let mut urls = Vec::new();
    for part in cell.split_whitespace() {
        let mut rest = part;
        while let Some(position) = rest.match_indices([',', ';', '|']).find_map(|(at, _)| ends_url(rest, at)) {
            let (url, more) = rest.split_at(position);
            urls.push(url);
            rest = more.trim_start_matches([',', ';', '|']);
        }
        urls.push(rest);
    }
    urls.retain(|url| !url.is_empty());
    if urls.iter().any(|url| contains_second_url(url)) {
        return Err("contains two URLs without a separator; separate them by a space".to_owned());
    }
    Ok(urls)
}

/// Returns the position of a separator if a URL ends there. URLs may contain commas and semicolons.
fn ends_url(text: &str, at: usize) -> Option<usize> {
    let (url, rest) = text.split_at_checked(at)?;
    let rest = rest.trim_start_matches([',', ';', '|']).to_ascii_lowercase();
    let url = url.to_ascii_lowercase();
    let is_end = rest.is_empty()
        || rest.starts_with("http://")
        || rest.starts_with("https://")
        || IMAGE_EXTENSIONS.iter().any(|extension| url.ends_with(extension));
    is_end.then_some(at)
}

/// A URL may contain another one in its path or query, but not directly behind a letter or digit.
fn contains_second_url(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let starts = ["http://", "https://"].into_iter().flat_map(|scheme| url.match_indices(scheme));
    starts.filter_map(|(at, _)| url.get(..at)?.chars().next_back()).any(|before| !"/=?&:@%".contains(before))
}

/// A decimal number as JSON writes it.
pub(super) fn decimal(cell: &str) -> Result<String, String> {
    reject_failed_formula(cell)?;
    digits(cell).ok_or_else(|| common_number_problem(cell).unwrap_or_else(|| decimal_problem(cell)).to_owned())
}

/// Returns a number as JSON writes it; `None` for another text.
fn digits(cell: &str) -> Option<String> {
    let unsigned = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_number = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let sign = if cell.starts_with('-') { "-" } else { "" };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Says what a spreadsheet has done to any number.
fn common_number_problem(cell: &str) -> Option<&'static str> {
    if cell.starts_with('\'') {
        Some("must not start with an apostrophe; remove it")
    } else if cell.starts_with('=') {
        Some("is a formula; paste the value")
    } else if is_scientific(cell) {
        Some("is in scientific notation, which may have lost digits; format the column as a number, and enter it again")
    } else {
        None
    }
}

/// Says what to do about an amount that is not written as JSON writes it.
fn decimal_problem(cell: &str) -> &'static str {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let unsigned = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let grouped = |c: char| matches!(c, '.' | ',' | '\'' | '’' | '_') || c.is_whitespace();
    if unsigned.split_once(',').is_some_and(|(whole, cents)| digits(whole) && digits(cents) && cents.len() != 3) {
        "must have a decimal point instead of a decimal comma, such as 19.99"
    } else if unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.chars().all(|c| c.is_ascii_digit() || grouped(c))
    {
        "must have a decimal point and no thousands separators, such as 1299.99"
    } else if cell.ends_with('%') {
        "must be an amount, not a percentage"
    } else if cell.starts_with('(') || cell.ends_with('-') || cell.starts_with(['−', '–', '—']) {
        "must be negative by a minus sign in front, such as -2.50"
    } else if cell.chars().any(|c| c.is_ascii_digit()) && cell.chars().any(is_currency) {
        "must be a number without a currency, such as 19.99"
    } else {
        "must be a number such as 19.99"
    }
}

/// Currency symbols, and letters, which stand for codes such as EUR beside a number.
fn is_currency(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '$' | '¢'..='¥' | '\u{20A0}'..='\u{20CF}' | '＄' | '￠' | '￡' | '￥' | '￦')
}

/// Whether a spreadsheet has written a number like `1.23E+05`.
fn is_scientific(cell: &str) -> bool {
    let Some((number, exponent)) = cell.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let number = number.strip_prefix(['+', '-']).unwrap_or(number);
    let digits = |text: &str, others: &[char]| {
        text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || others.contains(&c))
    };
    digits(number, &['.', ',']) && digits(exponent, &[])
}

fn reject_failed_formula(cell: &str) -> Result<(), String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_too_narrow = cell.len() >= 3 && cell.bytes().all(|byte| byte == b'#');
    if FAILED_FORMULAS.contains(&cell) || is_too_narrow || cell.strip_prefix("Err:").is_some_and(is_number) {
        return Err(format!("is the error {cell} of the spreadsheet; correct the formula, or widen the column"));
    }
    Ok(())
}

pub(super) fn json(value: impl serde::Serialize) -> Cell {
    to_raw_value(&value).map_err(|error| error.to_string())
}

fn raw(number: String) -> Cell {
    RawValue::from_string(number).map_err(|error| error.to_string())
}
