//! Searches products by words, or by corrected words.

use ferrocart::db::products::{Facets, ProductFilter, ProductListEntry, ProductPosition, ProductSort, SearchQuery};
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
        let query = SearchQuery::new(text, words, shop.config.catalogue_language);
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

/// Counts the results of a search by facets, with the same correction as [`search`].
pub(crate) async fn count_results(shop: &AppState, text: &SearchText, filter: &ProductFilter) -> Result<Facets> {
    let language = shop.config.catalogue_language;
    let words = text.words(language);
    let query = SearchQuery::new(text.as_str(), &words, language);
    let counted = shop.products.count_facets(filter, Some(&query)).await?;
    if counted.product_count > 0 {
        return Ok(counted);
    }
    let Some(words) = shop.vocabulary.correct(&words, language).await? else {
        return Ok(counted);
    };
    let query = SearchQuery::new(&words.join(" "), &QueryWord::list(words), language);
    Ok(shop.products.count_facets(filter, Some(&query)).await?)
}

fn corrected(mut found: Vec<ProductListEntry>, words: &[String]) -> Vec<ProductListEntry> {
    found.iter_mut().for_each(|listed| listed.position.corrected = Some(words.to_vec()));
    found
}
