//! Products in CSV: a row for each variant. A row without a `name` is a further variant of the
//! product above it.

use std::collections::BTreeMap;
use std::fs::File;

use anyhow::{Context as _, Result, bail};
use csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::value::{RawValue, to_raw_value};

use super::json::Given;
use super::source::Line;

/// The columns of a product and those of a variant.
const OF_PRODUCT: [&str; 7] = ["id", "name", "description", "category", "base_price", "images", "is_active"];
const OF_VARIANT: [&str; 5] = ["sku", "size", "color", "stock_quantity", "price_modifier"];
/// Columns that are numbers or truth values, and not text.
const BARE: [&str; 4] = ["base_price", "is_active", "stock_quantity", "price_modifier"];

/// The rows of a file.
pub(super) struct Rows {
    reader: Reader<File>,
    columns: Vec<String>,
    /// The first row of the next product, which ended the one before.
    next: Option<StringRecord>,
}

impl Rows {
    pub(super) fn of(file: File) -> Result<Self> {
        let mut reader = ReaderBuilder::new().flexible(false).from_reader(file);
        let columns: Vec<String> = reader.headers().context("reading the header")?.iter().map(str::to_owned).collect();
        let known = |column: &&String| OF_PRODUCT.contains(&column.as_str()) || OF_VARIANT.contains(&column.as_str());
        if let Some(unknown) = columns.iter().find(|column| !known(column)) {
            bail!("no column may be called {unknown}: known are {}, {}", OF_PRODUCT.join(", "), OF_VARIANT.join(", "));
        }
        Ok(Self { reader, columns, next: None })
    }

    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next product with all of its rows.
    pub(super) fn next(&mut self) -> Result<Option<Line>> {
        let first = match self.next.take() {
            Some(row) => row,
            None => match self.read()? {
                None => return Ok(None),
                Some(Err(bad)) => return Ok(Some(bad)),
                Some(Ok(row)) => row,
            },
        };
        let number = first.position().map_or(0, csv::Position::line);
        let mut rows = vec![first];
        let mut unreadable = None;
        while let Some(row) = self.read()? {
            match row {
                Ok(row) if self.field(&row, "name").is_empty() => rows.push(row),
                Ok(row) => {
                    self.next = Some(row);
                    break;
                }
                Err(line) => unreadable = line.given.err(),
            }
        }
        let given = match unreadable {
            // Part of a product is no product.
            Some(reason) => Err(format!("a row of the product cannot be read: {reason}")),
            None => self.product(&rows).map_err(|error| error.to_string()),
        };
        Ok(Some(Line { number, given }))
    }

    /// The next row, or why it is none; nothing at the end.
    fn read(&mut self) -> Result<Option<Result<StringRecord, Line>>> {
        let mut row = StringRecord::new();
        match self.reader.read_record(&mut row) {
            Ok(false) => Ok(None),
            Ok(true) => Ok(Some(Ok(row))),
            Err(error) if error.is_io_error() => Err(error).context("reading the file"),
            Err(error) => {
                let number = error.position().map_or(0, csv::Position::line);
                Ok(Some(Err(Line { number, given: Err(error.to_string()) })))
            }
        }
    }

    fn field<'a>(&self, row: &'a StringRecord, name: &str) -> &'a str {
        let position = self.columns.iter().position(|column| column == name);
        position.and_then(|position| row.get(position)).unwrap_or_default()
    }

    fn product(&self, rows: &[StringRecord]) -> Result<Given, serde_json::Error> {
        let variants = rows.iter().map(|row| self.object(row, &OF_VARIANT)).collect::<Result<Vec<_>, _>>()?;
        let first = &rows.first().cloned().unwrap_or_default();
        let mut product = self.object(first, &OF_PRODUCT)?;
        product.remove("id");
        if let Some(images) = Some(self.field(first, "images")).filter(|images| !images.is_empty()) {
            let images: Vec<&str> = images.split_whitespace().collect();
            product.insert("images", to_raw_value(&images)?);
        }
        product.insert("variants", to_raw_value(&variants)?);
        let id = Some(self.field(first, "id")).filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(Given { id, product: to_raw_value(&product)? })
    }

    /// The fields of a row that say something. The description may be empty, and is there nevertheless.
    fn object(
        &self,
        row: &StringRecord,
        columns: &[&'static str],
    ) -> Result<BTreeMap<&'static str, Box<RawValue>>, serde_json::Error> {
        let said = columns.iter().map(|column| (*column, self.field(row, column)));
        let said = said.filter(|(column, text)| !text.is_empty() || *column == "description");
        said.map(|(column, text)| Ok((column, value(column, text)?))).collect()
    }
}

/// A number stays the text that it is written in; what is none becomes a text, and is refused as such.
fn value(column: &str, text: &str) -> Result<Box<RawValue>, serde_json::Error> {
    let bare = BARE.contains(&column) && !text.starts_with(['"', '[', '{']);
    match RawValue::from_string(text.to_owned()) {
        Ok(value) if bare => Ok(value),
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
    fn a_product_is_a_row_with_a_name_and_those_below_it_without_one() {
        let lines = read(
            "\"A \"\"Tee\"\"\",\"Two\nlines\",Shirts,19.90,https://a.example/1 https://a.example/2,A-1,S,,5,\n\
             ,,,,,A-2,M,Red,,-2.50\nMug,,Kitchen,1,,M-1,,,0,\n",
        );
        let [tee, mug] = lines.as_slice() else { panic!("{} products", lines.len()) };
        assert_eq!((tee.number, mug.number), (2, 5));
        assert_eq!(
            tee.given.as_ref().unwrap().product.get(),
            r#"{"base_price":19.90,"category":"Shirts","description":"Two\nlines","images":["https://a.example/1","https://a.example/2"],"name":"A \"Tee\"","variants":[{"size":"S","sku":"A-1","stock_quantity":5},{"color":"Red","price_modifier":-2.50,"size":"M","sku":"A-2"}]}"#
        );
        assert_eq!(
            mug.given.as_ref().unwrap().product.get(),
            r#"{"base_price":1,"category":"Kitchen","description":"","name":"Mug","variants":[{"sku":"M-1","stock_quantity":0}]}"#
        );
    }

    #[test]
    fn a_row_that_cannot_be_read_spoils_its_product_and_no_other() {
        let lines = read("A,,C,1,,A-1,,,,\nshort,row\nB,,C,1,,B-1,,,,\n");
        assert!(lines[0].given.as_ref().is_err_and(|reason| reason.contains("line: 3")));
        assert!(lines[1].given.is_ok());
    }

    #[test]
    fn what_is_no_number_is_a_text_and_refused_as_such() {
        let lines = read("A,,C,cheap,,A-1,,,[1],\n");
        let product = lines[0].given.as_ref().unwrap().product.get();
        assert!(
            product.contains(r#""base_price":"cheap""#) && product.contains(r#""stock_quantity":"[1]""#),
            "{product}"
        );
    }
}
