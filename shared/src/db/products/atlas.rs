//! The same search by Atlas Search (`SEARCH=atlas`), whose index is `atlas/products-search.json`.
//!
//! Written by its documentation (<https://www.mongodb.com/docs/atlas/atlas-search/>). The tests hold what is
//! asked; they have no Atlas to ask.

use super::list::{Listed, shown};
use super::terms::TERMS;
use super::{ProductFilter, ProductPosition, ProductSort, ProductSummaryDoc, Products};
use crate::db::MAX_TIME;
use crate::domain::search::SearchText;
use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::error::Error;

/// The index's name in Atlas.
const INDEX: &str = "products";

impl Products {
    /// One page of what Atlas Search finds.
    ///
    /// # Errors
    /// The database's; one that is not on Atlas does not know this search.
    pub async fn search_atlas(
        &self,
        text: &SearchText,
        filter: &ProductFilter,
        sort: ProductSort,
        after: Option<&ProductPosition>,
        limit: i64,
    ) -> Result<Vec<Listed>, Error> {
        let pipeline = pipeline(text, filter, sort, after.map(|position| &position.key), limit);
        let found = self.0.aggregate(pipeline).with_type::<RawDocumentBuf>().max_time(MAX_TIME).await?;
        let found: Vec<RawDocumentBuf> = found.try_collect().await?;
        Ok(found.iter().map(|found| listed(found)).collect::<Result<_, _>>()?)
    }
}

/// A product that Atlas has found, and where the page after it begins.
fn listed(found: &RawDocument) -> Result<Listed, bson::error::Error> {
    let product: ProductSummaryDoc = bson::deserialize_from_slice(found.as_bytes())?;
    let key = found.get_str("sequence_token")?.into();
    Ok(Listed { position: ProductPosition { part: 0, corrected: None, key, id: product.id }, product })
}

fn pipeline(
    text: &SearchText,
    filter: &ProductFilter,
    sort: ProductSort,
    after: Option<&Bson>,
    limit: i64,
) -> Vec<Document> {
    let mut required = vec![doc! { "equals": { "path": "is_active", "value": true } }];
    if let Some(facets) = filter.ways(None).into_iter().next() {
        required.push(doc! { "in": { "path": TERMS, "value": facets } });
    }
    let mut search = doc! {
        "index": INDEX,
        "compound": { "filter": required, "should": wishes(text.as_str()), "minimumShouldMatch": 1 },
        "sort": order(sort),
    };
    if let Some(token) = after {
        search.insert("searchAfter", token.clone());
    }
    let mut projection = shown();
    projection.insert("sequence_token", doc! { "$meta": "searchSequenceToken" });
    vec![
        doc! { "$search": search },
        // That the facets are those of one variant is asked of the product.
        doc! { "$match": filter.select(None, Vec::new()).conditions },
        doc! { "$limit": limit },
        doc! { "$project": projection },
    ]
}

/// A SKU, then words in the name, then anywhere, then what is being typed; a typo counts less than none.
fn wishes(text: &str) -> Vec<Document> {
    let title = ["name", "category", "variants.color"];
    let anywhere = ["name", "category", "variants.color", "description"];
    let boost = |value: i32| doc! { "boost": { "value": value } };
    let fuzzy = doc! { "maxEdits": 1, "prefixLength": 1 };
    vec![
        doc! { "equals": { "path": "variants.sku", "value": text, "score": boost(20) } },
        doc! { "text": { "query": text, "path": title.as_slice(), "matchCriteria": "all", "score": boost(5) } },
        doc! { "text": { "query": text, "path": anywhere.as_slice(), "matchCriteria": "all", "fuzzy": fuzzy } },
        doc! { "autocomplete": { "query": text, "path": "name", "tokenOrder": "any" } },
    ]
}

fn order(sort: ProductSort) -> Document {
    match sort {
        ProductSort::Relevance => doc! { "score": { "$meta": "searchScore" }, "created_at": -1 },
        ProductSort::Newest | ProductSort::PriceAsc | ProductSort::PriceDesc | ProductSort::Name => {
            doc! { sort.field(): sort.direction() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{INDEX, Listed, listed, pipeline};
    use crate::db::products::{ProductFilter, ProductSort};
    use crate::domain::id::ProductId;
    use crate::domain::money::Money;
    use crate::domain::search::SearchText;
    use bson::{DateTime, RawDocumentBuf, doc};
    use serde_json::Value;

    fn asked(q: &str, filter: &ProductFilter, sort: ProductSort, after: Option<&str>) -> String {
        let text: SearchText = q.parse().unwrap();
        let stages = pipeline(&text, filter, sort, after.map(Into::into).as_ref(), 21);
        let stages: Vec<Value> = stages.into_iter().map(|stage| serde_json::to_value(stage).unwrap()).collect();
        serde_json::to_string_pretty(&stages).unwrap()
    }

    #[test]
    fn words_are_searched_for_as_text() {
        let q = "leather {\"$ne\": 1} .* jack";
        insta::assert_snapshot!(asked(q, &ProductFilter::default(), ProductSort::Relevance, None));
    }

    #[test]
    fn a_search_can_be_filtered_sorted_and_continued() {
        let filter = ProductFilter {
            category: Some("Coats".parse().unwrap()),
            color: Some("Red".parse().unwrap()),
            max_price: Some(Money::from_minor(9_900)),
            in_stock: true,
            ..ProductFilter::default()
        };
        insta::assert_snapshot!(asked(
            "coat",
            &filter,
            ProductSort::PriceAsc,
            Some("CMtJGgYQuq+ngwgaCSkAjBYH7AAAAA==")
        ));
    }

    #[test]
    fn what_is_found_is_a_product_and_where_the_next_page_begins() {
        let id = ProductId::from_bytes([7; 12]);
        let found = doc! {
            "_id": id, "name": "Coat", "category": "Coats", "base_price": 9900_i64, "images": [],
            "created_at": DateTime::from_millis(1), "variants": [{ "stock_quantity": 3_i64 }], "min_price": 9900_i64,
            "max_price": 9900_i64, "sort_name": "coat", "sequence_token": "CMtJ",
        };
        let found = RawDocumentBuf::try_from(found).unwrap();
        let Listed { product, position } = listed(&found).unwrap();
        assert_eq!((product.id, product.name.as_str()), (id, "Coat"));
        assert_eq!((position.id, position.key), (id, "CMtJ".into()));
    }

    #[test]
    fn the_index_has_every_path_that_is_searched() {
        let index: Value = serde_json::from_str(include_str!("../../../../atlas/products-search.json")).unwrap();
        assert_eq!(index["name"], INDEX);
        let fields = &index["definition"]["mappings"]["fields"];
        for field in
            ["is_active", super::TERMS, "name", "category", "description", "created_at", "min_price", "sort_name"]
        {
            assert!(fields.get(field).is_some(), "{field}");
        }
        for field in ["sku", "color"] {
            assert!(fields["variants"]["fields"].get(field).is_some(), "{field}");
        }
    }
}
