//! The items of a product: one for each variant. <https://support.google.com/merchants/answer/7052112> defines the elements.

use crate::xml::{XmlWriter, write_text};
use ferrocart::db::products::ProductDoc;
use ferrocart::domain::money::{Currency, Money};
use ferrocart::domain::product::Variant;
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::storefront::ProductUrl;
use ferrocart::domain::text::Label;
use std::io;

/// The maximum number of further images.
const MAX_FURTHER_IMAGES: usize = 10;
/// The maximum lengths of texts in characters.
const MAX_TITLE: usize = 150;
const MAX_DESCRIPTION: usize = 5_000;

/// The names of the options that have elements of their own, beside size and colour.
const OPTION_ELEMENTS: [(&str, &str); 2] = [("material", "g:material"), ("pattern", "g:pattern")];

/// Writes the items of a product.
pub(super) fn write_items(
    writer: &mut XmlWriter,
    product: &ProductDoc,
    product_url: &ProductUrl,
    currency: Currency,
) -> io::Result<()> {
    for variant in &product.variants {
        let item = writer.create_element("item");
        item.write_inner_content(|writer| write_item(writer, product, variant, product_url, currency))?;
    }
    Ok(())
}

fn write_item(
    writer: &mut XmlWriter,
    product: &ProductDoc,
    variant: &Variant,
    product_url: &ProductUrl,
    currency: Currency,
) -> io::Result<()> {
    write_text(writer, "g:id", variant.sku.as_str())?;
    if product.variants.len() > 1 {
        write_text(writer, "g:item_group_id", &product.id.to_string())?;
    }
    write_text(writer, "g:title", &shortened(&title(product, variant), MAX_TITLE))?;
    let description = match product.description.as_str() {
        // A description is required.
        "" => product.name.as_str(),
        description => description,
    };
    write_text(writer, "g:description", &shortened(description, MAX_DESCRIPTION))?;
    write_text(writer, "g:link", &product_url.of_variant(&product.slug(), &variant.sku))?;
    let mut images = product.images.iter();
    if let Some(image) = images.next() {
        write_text(writer, "g:image_link", image)?;
    }
    for image in images.take(MAX_FURTHER_IMAGES) {
        write_text(writer, "g:additional_image_link", image)?;
    }
    let has_stock = variant.stock_quantity > Stock::NONE;
    write_text(writer, "g:availability", if has_stock { "in_stock" } else { "out_of_stock" })?;
    write_prices(writer, product, variant, currency)?;
    write_text(writer, "g:product_type", product.category.as_str())?;
    for (name, label) in [("g:size", &variant.size), ("g:color", &variant.color)] {
        if let Some(label) = label {
            write_text(writer, name, label.as_str())?;
        }
    }
    for option in &variant.options {
        let name = option.name.as_str();
        if let Some((_, element)) = OPTION_ELEMENTS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
            write_text(writer, element, option.value.as_str())?;
        }
    }
    Ok(())
}

/// Writes the price; of a reduced variant the former price, and its own as that of a sale.
fn write_prices(writer: &mut XmlWriter, product: &ProductDoc, variant: &Variant, currency: Currency) -> io::Result<()> {
    let price = |base: Money| variant.price(base).map_err(io::Error::other);
    let text = |price: Money| format!("{} {}", price.of(currency), currency.code());
    let current = price(product.base_price)?;
    match product.compare_at_price.map(price).transpose()?.filter(|former| *former > current) {
        Some(former) => {
            write_text(writer, "g:price", &text(former))?;
            write_text(writer, "g:sale_price", &text(current))
        }
        None => write_text(writer, "g:price", &text(current)),
    }
}

/// Returns the name of the product, followed by what distinguishes the variant.
fn title(product: &ProductDoc, variant: &Variant) -> String {
    if product.variants.len() == 1 {
        return product.name.as_str().to_owned();
    }
    let (size, color) = (variant.size.iter(), variant.color.iter());
    let options = variant.options.iter().map(|option| option.value.as_str());
    let values: Vec<&str> = color.chain(size).map(Label::as_str).chain(options).collect();
    if values.is_empty() {
        product.name.as_str().to_owned()
    } else {
        format!("{}, {}", product.name.as_str(), values.join(", "))
    }
}

fn shortened(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
