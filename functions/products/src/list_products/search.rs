//! Searches products by words, or by corrected words.

use ferrocart::db::products::{ProductFilter, ProductListEntry, ProductPosition, ProductSort, SearchQuery};
use ferrocart::domain::search::{QueryWord, SearchText};
use ferrocart::{AppState, Result};

/// Returns one page of search results.
pub(crate) async fn search(
    shop: &AppState,
    text: &SearchText,
    filter: &ProductFilter,
    sort: ProductSort,
    after: Option<&ProductPosition>,
    limit: i64,
) -> Result<Vec<ProductListEntry>> {
    let search = async |text: &str, words: &[QueryWord]| -> Result<Vec<ProductListEntry>> {
        let language = shop.config.catalogue_language;
        let completions = shop.vocabulary.completions(words, language).await?;
        let query = SearchQuery::new(text, words, &completions, language);
        Ok(shop.products.search(&query, filter, sort, after, limit).await?)
    };
    // Later pages use the same words as the first one, even if the vocabulary has changed since.
    if let Some(words) = after.and_then(|position| position.corrected.as_ref()) {
        return Ok(corrected(search(&words.join(" "), &QueryWord::list(words.clone())).await?, words));
    }
    let words = text.words(shop.config.catalogue_language);
    let found = search(text.as_str(), &words).await?;
    if !found.is_empty() || after.is_some() {
        return Ok(found);
    }
    match shop.vocabulary.correct(&words, shop.config.catalogue_language).await? {
        Some(words) => Ok(corrected(search(&words.join(" "), &QueryWord::list(words.clone())).await?, &words)),
        None => Ok(found),
    }
}

fn corrected(mut found: Vec<ProductListEntry>, words: &[String]) -> Vec<ProductListEntry> {
    found.iter_mut().for_each(|listed| listed.position.corrected = Some(words.to_vec()));
    found
}
