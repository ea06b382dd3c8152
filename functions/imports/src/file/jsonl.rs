//! A product as a JSON object: the body of `POST /products`, and optionally an `id`.

use aws_lc_rs::digest::{SHA256, digest};
use ferrocart::domain::id::ProductId;
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::{RawValue, to_raw_value};

use super::csv::not_utf_8;
use super::error::FileError;
use super::input::{Line, Origin, ProductInput};
use super::lines::{Lines, MAX_LENGTH, PhysicalLine};

/// The products of a JSON Lines file.
pub(super) struct JsonProducts {
    lines: Lines,
}

impl JsonProducts {
    pub(super) const fn new(lines: Lines) -> Self {
        Self { lines }
    }

    /// The number of bytes read so far.
    pub(super) const fn position(&self) -> u64 {
        self.lines.position().offset
    }

    /// The next product. Blank lines are skipped.
    pub(super) fn next(&mut self) -> Result<Option<Line>, FileError> {
        while let Some(PhysicalLine { start, bytes, is_too_long }) = self.lines.next()? {
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            if is_too_long {
                return Ok(Some(Line::rejected(start.number, format!("is longer than {MAX_LENGTH} bytes"))));
            }
            let line = match parse(&bytes) {
                Ok(product) => Line { number: start.number, content: Ok(product) },
                Err(LineError::Incomplete) => self.skip_rest(start.number)?,
                Err(LineError::Other(reason)) => Line::rejected(start.number, reason),
            };
            return Ok(Some(line));
        }
        Ok(None)
    }

    /// Skips the rest of an object that does not end on its line: up to the next line that starts with an object, or
    /// behind the line that ends the object.
    fn skip_rest(&mut self, first: u64) -> Result<Line, FileError> {
        let mut last = first;
        let mut next = self.lines.position();
        while let Some(line) = self.lines.next()? {
            if line.bytes.starts_with(b"{") {
                self.lines.seek(next)?;
                break;
            }
            last = line.start.number;
            next = self.lines.position();
            if line.bytes.starts_with(b"}") {
                break;
            }
        }
        let place = if last == first { "its line".to_owned() } else { format!("its line, but in line {last}") };
        Ok(Line::rejected(
            first,
            format!("the object does not end on {place}; write one object per line: jq -c . FILE"),
        ))
    }
}

/// Why a line is no product.
enum LineError {
    /// The line ends within the object.
    Incomplete,
    Other(String),
}

/// Parses a line. Numbers stay text, so that no price passes through a float.
fn parse(line: &[u8]) -> Result<ProductInput, LineError> {
    if let Some(reason) = not_utf_8(line) {
        return Err(LineError::Other(reason));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let fields = deserializer.deserialize_map(Fields).and_then(|fields| deserializer.end().map(|()| fields));
    let mut fields = fields.map_err(|error| syntax_error(line, &error))?;
    if let Some(name) = repeated(&fields) {
        return Err(LineError::Other(format!("/{name} must not be repeated")));
    }
    let id = fields.iter().position(|(name, _)| name == "id").map(|position| fields.swap_remove(position).1);
    let id = id.map(|id| serde_json::from_str(id.get())).transpose();
    let id = id.map_err(|_error| LineError::Other("/id must be a string".to_owned()))?;
    let product = fields.into_iter().collect::<std::collections::BTreeMap<_, _>>();
    let product = to_raw_value(&product).map_err(|error| LineError::Other(error.to_string()))?;
    Ok(ProductInput { id, product, origin: Origin::Line, notices: Vec::new() })
}

fn repeated(fields: &[(String, Box<RawValue>)]) -> Option<&str> {
    let mut seen = std::collections::HashSet::new();
    fields.iter().map(|(name, _)| name.as_str()).find(|name| !seen.insert(*name))
}

/// Says what to do about a line that is no JSON object.
fn syntax_error(line: &[u8], error: &serde_json::Error) -> LineError {
    let is_object = line.trim_ascii().starts_with(b"{");
    if is_object && error.classify() == Category::Eof {
        return LineError::Incomplete;
    }
    let column = error.column();
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let reason = match text {
        _ if !is_object => "is not a JSON object".to_owned(),
        "trailing characters" => {
            format!(
                "has text behind the object, in column {column}; write one object per line, without commas between them"
            )
        }
        "trailing comma" => format!("has a comma behind the last value, in column {column}; remove it"),
        _ if is_in_number(line, column) => {
            format!("has a comma in a number, in column {}; write a decimal point", column.saturating_sub(1))
        }
        _ => format!("is not valid JSON: {text} in column {column}"),
    };
    LineError::Other(reason)
}

/// Whether the error is at a digit behind a comma behind a digit, as in `"base_price": 19,90`.
fn is_in_number(line: &[u8], column: usize) -> bool {
    let end = line.get(..column).unwrap_or_default();
    matches!(end, [.., b'0'..=b'9', b',', b'0'..=b'9'])
}

/// Reads the fields of an object in order, so that repeated ones are found.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields)
    }
}

/// Derives the id of a product from its first SKU.
pub(super) fn derive_id(sku: &str) -> ProductId {
    let hash = digest(&SHA256, format!("ferrocart product {sku}").as_bytes());
    let mut id = [0; 12];
    id.iter_mut().zip(hash.as_ref()).for_each(|(id, hash)| *id = *hash);
    ProductId::from_bytes(id)
}
