//! Products as CSV: one record per variant. A record without a `name` is a further variant of the product above it.

use std::collections::BTreeMap;
use std::fs::File;

use anyhow::{Context as _, Result, bail};
use csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::value::{RawValue, to_raw_value};

use super::jsonl::ProductInput;
use super::source::Line;

const PRODUCT_COLUMNS: [&str; 7] = ["id", "name", "description", "category", "base_price", "images", "is_active"];
const VARIANT_COLUMNS: [&str; 5] = ["sku", "size", "color", "stock_quantity", "price_modifier"];
/// Columns whose values are numbers or booleans, not strings.
const UNQUOTED_COLUMNS: [&str; 4] = ["base_price", "is_active", "stock_quantity", "price_modifier"];

/// The products of a CSV file.
pub(super) struct CsvProducts {
    reader: Reader<File>,
    columns: Vec<String>,
    /// The first record of the next product. Reading it ended the product before.
    next: Option<StringRecord>,
}

impl CsvProducts {
    /// Reads the header. An unknown column is an error.
    pub(super) fn new(file: File) -> Result<Self> {
        let mut reader = ReaderBuilder::new().flexible(false).from_reader(file);
        let columns = reader.headers().context("cannot read the header")?;
        let columns: Vec<String> = columns.iter().map(str::to_owned).collect();
        let is_known = |column: &str| PRODUCT_COLUMNS.contains(&column) || VARIANT_COLUMNS.contains(&column);
        if let Some(unknown) = columns.iter().find(|column| !is_known(column)) {
            let known = [PRODUCT_COLUMNS.as_slice(), &VARIANT_COLUMNS].concat().join(", ");
            bail!("unknown column {unknown:?}; must be one of {known}");
        }
        Ok(Self { reader, columns, next: None })
    }

    /// The number of bytes read so far.
    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next product, made of all its records.
    pub(super) fn next(&mut self) -> Result<Option<Line>> {
        let first = match self.next.take() {
            Some(record) => record,
            None => match self.read()? {
                None => return Ok(None),
                Some(Err(rejected)) => return Ok(Some(rejected)),
                Some(Ok(record)) => record,
            },
        };
        let number = first.position().map_or(0, csv::Position::line);
        let mut records = vec![first];
        let mut error = None;
        while let Some(record) = self.read()? {
            match record {
                Ok(record) if self.field(&record, "name").is_empty() => records.push(record),
                Ok(record) => {
                    self.next = Some(record);
                    break;
                }
                Err(line) => error = line.content.err(),
            }
        }
        let content = match error {
            // A product is imported with all its variants or not at all.
            Some(reason) => Err(format!("a line of the product is malformed: {reason}")),
            None => self.product(&records).map_err(|error| error.to_string()),
        };
        Ok(Some(Line { number, content }))
    }

    /// The next record, the line to reject if it is malformed, or nothing at the end of the file.
    fn read(&mut self) -> Result<Option<Result<StringRecord, Line>>> {
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(false) => Ok(None),
            Ok(true) => Ok(Some(Ok(record))),
            Err(error) if error.is_io_error() => Err(error).context("cannot read the file"),
            Err(error) => {
                let number = error.position().map_or(0, csv::Position::line);
                Ok(Some(Err(Line { number, content: Err(error.to_string()) })))
            }
        }
    }

    fn field<'a>(&self, record: &'a StringRecord, name: &str) -> &'a str {
        let position = self.columns.iter().position(|column| column == name);
        position.and_then(|position| record.get(position)).unwrap_or_default()
    }

    fn product(&self, records: &[StringRecord]) -> Result<ProductInput, serde_json::Error> {
        let variants = records.iter().map(|record| self.object(record, &VARIANT_COLUMNS));
        let variants = variants.collect::<Result<Vec<_>, _>>()?;
        let first = &records.first().cloned().unwrap_or_default();
        let mut product = self.object(first, &PRODUCT_COLUMNS)?;
        product.remove("id");
        if let Some(images) = Some(self.field(first, "images")).filter(|images| !images.is_empty()) {
            let images: Vec<&str> = images.split_whitespace().collect();
            product.insert("images", to_raw_value(&images)?);
        }
        product.insert("variants", to_raw_value(&variants)?);
        let id = Some(self.field(first, "id")).filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(ProductInput { id, product: to_raw_value(&product)? })
    }

    /// The non-empty fields of a record. An empty description is kept: the API requires the field.
    fn object(
        &self,
        record: &StringRecord,
        columns: &[&'static str],
    ) -> Result<BTreeMap<&'static str, Box<RawValue>>, serde_json::Error> {
        let fields = columns.iter().map(|column| (*column, self.field(record, column)));
        let fields = fields.filter(|(column, text)| !text.is_empty() || *column == "description");
        fields.map(|(column, text)| Ok((column, to_json(column, text)?))).collect()
    }
}

/// Keeps a number as it is written. Text in a column for numbers becomes a string, which the validation rejects.
fn to_json(column: &str, text: &str) -> Result<Box<RawValue>, serde_json::Error> {
    let is_unquoted = UNQUOTED_COLUMNS.contains(&column) && !text.starts_with(['"', '[', '{']);
    match RawValue::from_string(text.to_owned()) {
        Ok(value) if is_unquoted => Ok(value),
        _ => to_raw_value(text),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::source::{Line, Source};

    const HEADER: &str = "name,description,category,base_price,images,sku,size,color,stock_quantity,price_modifier";

    fn read(rows: &str) -> Vec<Line> {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        write!(file, "{HEADER}\n{rows}").unwrap();
        Source::open(file.path()).unwrap().next_batch(100).unwrap()
    }

    #[test]
    fn a_line_without_a_name_is_a_variant_of_the_product_above() {
        let lines = read(
            "\"A \"\"Tee\"\"\",\"Two\nlines\",Shirts,19.90,https://a.example/1 https://a.example/2,A-1,S,,5,\n\
             ,,,,,A-2,M,Red,,-2.50\nMug,,Kitchen,1,,M-1,,,0,\n",
        );
        let [tee, mug] = lines.as_slice() else { panic!("{} products", lines.len()) };
        assert_eq!((tee.number, mug.number), (2, 5));
        assert_eq!(
            tee.content.as_ref().unwrap().product.get(),
            r#"{"base_price":19.90,"category":"Shirts","description":"Two\nlines","images":["https://a.example/1","https://a.example/2"],"name":"A \"Tee\"","variants":[{"size":"S","sku":"A-1","stock_quantity":5},{"color":"Red","price_modifier":-2.50,"size":"M","sku":"A-2"}]}"#
        );
        assert_eq!(
            mug.content.as_ref().unwrap().product.get(),
            r#"{"base_price":1,"category":"Kitchen","description":"","name":"Mug","variants":[{"sku":"M-1","stock_quantity":0}]}"#
        );
    }

    #[test]
    fn a_malformed_line_rejects_its_product_only() {
        let lines = read("A,,C,1,,A-1,,,,\nshort,row\nB,,C,1,,B-1,,,,\n");
        assert!(lines[0].content.as_ref().is_err_and(|reason| reason.contains("line: 3")));
        assert!(lines[1].content.is_ok());
    }

    #[test]
    fn text_in_a_number_column_becomes_a_string() {
        let lines = read("A,,C,cheap,,A-1,,,[1],\n");
        let product = lines[0].content.as_ref().unwrap().product.get();
        assert!(
            product.contains(r#""base_price":"cheap""#) && product.contains(r#""stock_quantity":"[1]""#),
            "{product}"
        );
    }
}
