//! How what somebody has typed finds products: as a SKU, by its words, or by the words that were meant.

use ferrocart::db::products::{Listed, ProductFilter, ProductPosition, ProductSort};
use ferrocart::domain::search::SearchText;
use ferrocart::domain::sku::Sku;
use ferrocart::{AppState, Result};

/// One page of what a search finds.
pub(super) async fn search(
    shop: &AppState,
    text: &SearchText,
    filter: &ProductFilter,
    sort: ProductSort,
    after: Option<&ProductPosition>,
    limit: i64,
) -> Result<Vec<Listed>> {
    if let Some(position) = after {
        // The pages after the first are those of what it has found, whatever there is by now.
        let words = position.corrected.clone().unwrap_or_else(|| text.words());
        let found = search_words(shop, &words, filter, sort, after, limit).await?;
        return Ok(corrected(found, position.corrected.as_ref()));
    }
    let sku: Option<Sku> = text.as_str().parse().ok();
    // What has a digit or a hyphen in it was meant as a SKU if it is one; "MUG" may be a word as well.
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
    let Some(meant) = shop.vocabulary.correct(&words).await? else { return Ok(found) };
    let found = search_words(shop, &meant, filter, sort, None, limit).await?;
    Ok(corrected(found, Some(&meant)))
}

async fn search_words(
    shop: &AppState,
    words: &[String],
    filter: &ProductFilter,
    sort: ProductSort,
    after: Option<&ProductPosition>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let completed = shop.vocabulary.completed(words).await?;
    Ok(shop.products.search((words, &completed), filter, sort, after, limit).await?)
}

fn corrected(mut found: Vec<Listed>, words: Option<&Vec<String>>) -> Vec<Listed> {
    found.iter_mut().for_each(|listed| listed.position.corrected = words.cloned());
    found
}
