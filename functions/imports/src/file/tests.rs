//! What the import reads from a file, without a database. The tables list files with their complete reports.

mod csv_cells;
mod csv_rows;
mod json_lines;
mod other_shops;
mod round_trip;
mod whole_files;

use ferrocart::db::products::ProductDoc;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::slug::Slug;
use ferrocart::domain::time::Timestamp;
use ferrocart::error::describe;

use super::notices::Notices;
use super::reader::parse_line;
use super::source::Source;

const HEADER: &str =
    "name,description,category,base_price,images,is_active,sku,size,color,stock_quantity,price_modifier\n";

/// Reads a file with this name; returns its products, the rejected lines and the notices, one per line.
fn read(name: &str, content: impl AsRef<[u8]>) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    let mut source = match Source::open(&path, Currency::USD) {
        Ok(source) => source,
        Err(error) => {
            return format!("error: {}", describe(&error)).replace(&format!("{}/", directory.path().display()), "");
        }
    };
    let (mut report, mut notices) = (Vec::new(), Notices::new(source.notices()));
    while let Some(line) = source.next().unwrap() {
        match parse_line(line, Currency::USD, Timestamp::from_millis(0), &mut notices) {
            Ok((number, product)) => report.push((number, show(&product))),
            Err(lines) => report.extend(lines.into_iter().map(|line| (line.number, line.to_string()))),
        }
    }
    report.sort();
    let lines = report.into_iter().map(|(number, text)| format!("{number}: {text}"));
    lines.chain(notices.into_lines()).collect::<Vec<_>>().join("\n")
}

fn show(product: &ProductDoc) -> String {
    let amount = |money: Money| money.of(Currency::USD);
    let label = |label: &Option<_>| label.as_ref().map_or("-".to_owned(), ToString::to_string);
    let variants = product.variants.iter().map(|it| {
        let modifier =
            if it.price_modifier.is_zero() { String::new() } else { format!(" {:+}", it.price_modifier.minor()) };
        let options: String = it.options.iter().map(|it| format!(" {}={}", it.name.as_str(), it.value)).collect();
        format!("{} {}/{} x{}{modifier}{options}", it.sku, label(&it.size), label(&it.color), it.stock_quantity.get())
    });
    let variants = variants.collect::<Vec<_>>().join(", ");
    let state = if product.is_active { "" } else { " inactive" };
    let images = if product.images.is_empty() { String::new() } else { format!(" {:?}", product.images) };
    let text = product.description.as_str();
    let text = if text.is_empty() { String::new() } else { format!(" {text:?}") };
    let former = product.compare_at_price.map(|price| format!(" instead of {}", amount(price))).unwrap_or_default();
    let price = format!("{}{former}", amount(product.base_price));
    let presentation = presentation(product);
    format!("{} ({}) {price}{state}: {variants}{images}{text}{presentation}", product.name, product.category)
}

/// Shows what only a storefront needs: the slug, unless it is derived from the name, tags, texts for search engines and images.
fn presentation(product: &ProductDoc) -> String {
    let ProductDoc { name, slug, tags, seo, image_details, .. } = product;
    let slug = slug.clone().filter(|slug| *slug != Slug::preferred(name.as_str()));
    let tags = tags.iter().map(|tag| format!("#{tag}"));
    let seo = [seo.title.as_ref().map(ToString::to_string), seo.description.as_ref().map(ToString::to_string)];
    let seo = seo.into_iter().flatten().map(|text| format!("<{text}>"));
    let alts = image_details.iter().filter_map(|image| image.alt.as_ref()).map(|alt| format!("[{alt}]"));
    let parts = slug.map(|slug| format!("/{slug}")).into_iter().chain(tags).chain(seo).chain(alts);
    parts.map(|part| format!(" {part}")).collect()
}

/// Compares the reports of all files, and shows all differences at once.
fn check<'a>(cases: impl IntoIterator<Item = (&'a str, String, &'a str)>) {
    let mut differences = String::new();
    let mut is_empty = true;
    for (name, content, expected) in cases {
        is_empty = false;
        let report = read(name, &content);
        if report != expected {
            differences += &format!("---- {name}\n{content}\nexpected:\n{expected}\nreport:\n{report}\n");
        }
    }
    assert!(!is_empty && differences.is_empty(), "{differences}");
}
