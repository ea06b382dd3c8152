//! The filters of lists and facets.

use crate::values::{OptionFilter, Values};
use ferrocart::db::products::ProductFilter;
use ferrocart::domain::money::Money;
use ferrocart::domain::product_options::{OptionName, OptionValue};
use ferrocart::domain::search::SearchText;
use ferrocart::domain::text::Label;
use ferrocart::domain::validation::ValidationError;
use ferrocart::error::FieldError;
use ferrocart::from_fields;
use ferrocart::http::product_input::Price;
use ferrocart::http::{Fields, FromFields, FromQuery, ValidationErrors};

/// Maximum number of values of one filter.
const MAX_VALUES: usize = 20;

/// Filters, all of which must match. Filters on variants apply to one and the same variant: `size=M` and `color=Red` match
/// products with a red variant in size M. Several values, separated by commas, are alternatives: `size=M,L`. A comma in a
/// value is written as `\,`.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CatalogueFilters {
    /// Products of these categories.
    #[param(value_type = Option<String>)]
    category: Option<Values<Label, MAX_VALUES>>,
    /// Products with one of these tags.
    #[param(value_type = Option<String>)]
    tag: Option<Values<Label, MAX_VALUES>>,
    /// Products with all these words in name, category, colours, options or description, or as a size. Inflection, letter
    /// case, accents and the spelling of compounds are ignored; the last word may be a prefix; a typo in a longer word is
    /// corrected if nothing matches otherwise. A SKU, or its beginning up to a separator, finds its product.
    #[param(inline, value_type = Option<SearchText>)]
    pub(crate) q: Option<SearchText>,
    /// Products with a variant at or above this price, in major units of the store currency.
    #[param(inline, value_type = Option<Money>)]
    min_price: Option<Price>,
    /// Products with a variant at or below this price, in major units of the store currency.
    #[param(inline, value_type = Option<Money>)]
    max_price: Option<Price>,
    /// Products with a variant in one of these sizes, separated by commas.
    #[param(value_type = Option<String>, example = "M,L")]
    size: Option<Values<Label, MAX_VALUES>>,
    /// Products with a variant in one of these colours, separated by commas.
    #[param(value_type = Option<String>)]
    color: Option<Values<Label, MAX_VALUES>>,
    /// Products with a variant that has these values of options, separated by commas. Values of the same option are
    /// alternatives. `Size` and `Color` are the same as the filters.
    #[param(value_type = Option<String>, example = "Material:Wool,Material:Linen")]
    option: Option<Values<OptionFilter, MAX_VALUES>>,
    /// `true`: products with stock.
    #[param(value_type = Option<bool>)]
    in_stock: bool,
}

from_fields!(CatalogueFilters {
    category = None,
    tag = None,
    q = None,
    min_price,
    max_price,
    size = None,
    color = None,
    option = None,
    in_stock = false
});

impl FromQuery for CatalogueFilters {
    fn from_query(mut fields: Fields<'_>) -> Result<Self, ValidationErrors> {
        let filters = Self::take(&mut fields);
        fields.finish(Self::NAMES)?;
        // `None` has an error, with which `finish` has returned.
        let filters = filters.ok_or_else(ValidationErrors::new)?;
        let errors = filters.contradictions();
        if errors.is_empty() { Ok(filters) } else { Err(errors) }
    }
}

impl CatalogueFilters {
    /// Returns the contradictions between the filters.
    pub(crate) fn contradictions(&self) -> ValidationErrors {
        match (self.min_price, self.max_price) {
            (Some(least), Some(most)) if least.money() > most.money() => {
                let error = ValidationError::new("out_of_range", "must not be less than min_price");
                vec![FieldError { pointer: "max_price".to_owned(), error }]
            }
            _ => Vec::new(),
        }
    }

    /// Returns the filter of the catalogue, and the words of the search.
    pub(crate) fn into_filter(self) -> (ProductFilter, Option<SearchText>) {
        let Self { category, tag, q, min_price, max_price, size, color, option, in_stock } = self;
        let (mut size, mut color) = (Values::of(size), Values::of(color));
        let mut options: Vec<(OptionName, Vec<OptionValue>)> = Vec::new();
        for OptionFilter { name, value } in Values::of(option) {
            if name.is_size() {
                size.push(value);
            } else if name.is_color() {
                color.push(value);
            } else {
                match options.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, values)) => values.push(value),
                    None => options.push((name, vec![value])),
                }
            }
        }
        let filter = ProductFilter {
            category: Values::of(category),
            tag: Values::of(tag),
            size,
            color,
            options,
            min_price: min_price.map(Price::money),
            max_price: max_price.map(Price::money),
            in_stock,
            ..ProductFilter::default()
        };
        (filter, q)
    }
}
