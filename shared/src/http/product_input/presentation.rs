//! The fields of a product that only a storefront needs: options, image details, and what search engines show.

use super::super::{FromInput, Input, ValidationErrors};
use super::parts::Several;
use crate::domain::image_details::{AltText, ImageDetails, Pixels};
use crate::domain::product::{Seo, SeoDescription, SeoTitle, Variant};
use crate::domain::product_options::{
    OptionName, OptionValue, ProductOption, VariantOption, collect_options, sort_options,
};
use crate::domain::quantity::Stock;
use crate::domain::text::Label;
use crate::domain::url::WebUrl;
use crate::domain::validation::ValidationError;
use crate::from_fields;
use utoipa::ToSchema;

/// What search engines show of a product.
#[derive(Debug, Default, ToSchema)]
pub(super) struct SeoInput {
    title: Option<SeoTitle>,
    description: Option<SeoDescription>,
}

from_fields!(SeoInput { title, description });

impl From<SeoInput> for Seo {
    fn from(SeoInput { title, description }: SeoInput) -> Self {
        Self { title, description }
    }
}

/// An option and the order of its values.
#[derive(Debug, ToSchema)]
pub(super) struct OptionInput {
    name: OptionName,
    #[schema(value_type = Vec<Label>, max_items = 100, required = false)]
    values: Several<OptionValue, 0, 100>,
}

from_fields!(OptionInput { name, values = Several(Vec::new()) });

/// The details of an image.
#[derive(Debug, ToSchema)]
pub(super) struct ImageDetailsInput {
    url: WebUrl,
    /// The text that stands for the image, for people who do not see it.
    alt: Option<AltText>,
    /// The width in pixels. Without width and height, an image of an existing product keeps both.
    width: Option<Pixels>,
    /// The height in pixels.
    height: Option<Pixels>,
}

from_fields!(ImageDetailsInput { url, alt, width, height });

impl From<ImageDetailsInput> for ImageDetails {
    fn from(ImageDetailsInput { url, alt, width, height }: ImageDetailsInput) -> Self {
        Self { url: url.into(), alt, width, height }
    }
}

/// The values of a variant, by the names of the options.
#[derive(Debug, Clone, Default)]
pub(super) struct VariantOptions(Vec<VariantOption>);

impl FromInput for VariantOptions {
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut options: Vec<VariantOption> = Vec::new();
        let mut errors = ValidationErrors::new();
        for (entry, name, value) in input.entries::<OptionValue>()? {
            match name.parse::<OptionName>() {
                Ok(name) if options.iter().any(|option| option.name == name) => {
                    errors.extend(entry.error(ValidationError::new("duplicate", "must not be repeated")));
                }
                Ok(name) => options.push(VariantOption { name, value }),
                Err(ValidationError { code, message }) => {
                    errors.extend(entry.error(ValidationError::new(code, format!("the name {message}"))));
                }
            }
        }
        if errors.is_empty() { Ok(Self(options)) } else { Err(errors) }
    }
}

impl VariantOptions {
    /// Returns size, colour and the other options of a variant with these fields.
    pub(super) fn with(
        self,
        size: Option<Label>,
        color: Option<Label>,
    ) -> (Option<Label>, Option<Label>, Vec<VariantOption>) {
        let [own_size, own_color] = [OptionName::is_size, OptionName::is_color].map(|is| self.value(is).cloned());
        let others = self.0.into_iter().filter(|option| !option.name.is_size() && !option.name.is_color());
        (size.or(own_size), color.or(own_color), others.collect())
    }

    /// Returns the fields that differ from the option that is the same, with the message of the error.
    pub(super) fn contradictions(
        &self,
        size: Option<&Label>,
        color: Option<&Label>,
    ) -> Vec<(&'static str, &'static str)> {
        let differs = |field: Option<&Label>, is: fn(&OptionName) -> bool| {
            field.is_some_and(|field| self.value(is).is_some_and(|value| value != field))
        };
        let size = differs(size, OptionName::is_size).then_some(("size", "must be the value of options/Size"));
        let color = differs(color, OptionName::is_color).then_some(("color", "must be the value of options/Color"));
        size.into_iter().chain(color).collect()
    }

    /// Returns the names of all options of a variant with these fields.
    pub(super) fn names(&self, size: Option<&Label>, color: Option<&Label>) -> Vec<OptionName> {
        let fields = [size.map(|_| OptionName::size()), color.map(|_| OptionName::color())];
        fields.into_iter().flatten().chain(self.0.iter().map(|option| option.name.clone())).collect()
    }

    fn value(&self, is: fn(&OptionName) -> bool) -> Option<&OptionValue> {
        self.0.iter().find(|option| is(&option.name)).map(|option| &option.value)
    }
}

/// Returns the options in a given order; none without an order, so that they follow from the variants.
pub(super) fn options(order: Vec<OptionInput>, variants: &[(Variant, Option<Stock>)]) -> Vec<ProductOption> {
    if order.is_empty() {
        return Vec::new();
    }
    let order: Vec<ProductOption> =
        order.into_iter().map(|OptionInput { name, values }| ProductOption { name, values: values.0 }).collect();
    sort_options(collect_options(variants.iter().map(|(variant, _)| variant.all_options())), &order)
}

/// Returns the tags without repetitions.
pub(super) fn tags(tags: Vec<Label>) -> Vec<Label> {
    let mut unique = Vec::with_capacity(tags.len());
    for tag in tags {
        if !unique.contains(&tag) {
            unique.push(tag);
        }
    }
    unique
}

/// Images, and the details of images; `None` for those to keep.
type Images = (Option<Vec<String>>, Option<Vec<ImageDetails>>);

/// Returns the images and their details. Images that are not given are those of the details.
pub(super) fn images(
    images: Option<Vec<String>>,
    details: Option<Vec<ImageDetailsInput>>,
    input: &Input<'_>,
) -> Result<Images, ValidationErrors> {
    let Some(details) = details else { return Ok((images, None)) };
    let details: Vec<ImageDetails> = details.into_iter().map(ImageDetails::from).collect();
    let mut errors = ValidationErrors::new();
    for (position, ImageDetails { url, .. }) in details.iter().enumerate() {
        let error = if details.iter().take(position).any(|other| other.url == *url) {
            ValidationError::new("duplicate", "another entry has this URL")
        } else if images.as_ref().is_some_and(|images| !images.contains(url)) {
            ValidationError::new("contradiction", "must be one of images; add it there, or omit images")
        } else {
            continue;
        };
        errors.extend(input.error_at(&format!("image_details/{position}/url"), error));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let urls = || details.iter().map(|details| details.url.clone()).collect();
    Ok((Some(images.unwrap_or_else(urls)), Some(details)))
}
