//! Searches products by SKU, by words, or by corrected words.

use ferrocart::db::products::{ProductFilter, ProductListEntry, ProductPosition, ProductSort};
use ferrocart::domain::search::SearchText;
use ferrocart::domain::sku::Sku;
use ferrocart::{AppState, Result};

/// Returns one page of search results.
pub(super) async fn search(
    shop: &AppState,
    text: &SearchText,
    filter: &ProductFilter,
    sort: ProductSort,
    after: Option<&ProductPosition>,
    limit: i64,
) -> Result<Vec<ProductListEntry>> {
    if let Some(position) = after {
        // Later pages use the same words as the first one, even if the vocabulary has changed since.
        let words = position.corrected.clone().unwrap_or_else(|| text.words());
        let found = search_words(shop, &words, filter, sort, after, limit).await?;
        return Ok(corrected(found, position.corrected.as_ref()));
    }
    let sku: Option<Sku> = text.as_str().parse().ok();
    // Text with a digit or a hyphen is tried as a SKU first; "MUG" may be a word as well.
    if let Some(sku) = &sku
        && text.as_str().contains(|c: char| !c.is_alphabetic())
        && let Some(found) = shop.products.by_sku(sku, filter).await?
    {
        return Ok(vec![found]);
    }
    let words = text.words();
    let found = search_words(shop, &words, filter, sort, None, limit).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    if let Some(sku) = &sku
        && let Some(found) = shop.products.by_sku(sku, filter).await?
    {
        return Ok(vec![found]);
    }
    let Some(correction) = shop.vocabulary.correct(&words).await? else { return Ok(found) };
    let found = search_words(shop, &correction, filter, sort, None, limit).await?;
    Ok(corrected(found, Some(&correction)))
}

async fn search_words(
    shop: &AppState,
    words: &[String],
    filter: &ProductFilter,
    sort: ProductSort,
    after: Option<&ProductPosition>,
    limit: i64,
) -> Result<Vec<ProductListEntry>> {
    let completions = shop.vocabulary.completions(words).await?;
    Ok(shop.products.search((words, &completions), filter, sort, after, limit).await?)
}

fn corrected(mut found: Vec<ProductListEntry>, words: Option<&Vec<String>>) -> Vec<ProductListEntry> {
    found.iter_mut().for_each(|listed| listed.position.corrected = words.cloned());
    found
}
