//! What only a storefront needs of a product: its slug, tags, and what search engines show. Values that other systems accept
//! and the shop does not are left out, and do not reject the product.

use std::fmt::Display;
use std::str::FromStr;

use ferrocart::domain::product::{MAX_TAGS, SeoDescription, SeoTitle};
use ferrocart::domain::slug::Slug;
use ferrocart::domain::text::Label;
use serde::Serialize;

use super::cell;
use super::draft::Draft;

/// What search engines show, in the form of the API.
#[derive(Serialize)]
struct Seo {
    title: Option<String>,
    description: Option<String>,
}

/// Sets the slug; without a valid one it is derived from the name.
pub(super) fn set_slug(draft: &mut Draft, line: u64, text: &str) {
    if let Some(slug) = valid::<Slug>(draft, line, "a slug", text) {
        draft.set(line, "slug", cell::text(&slug));
    }
}

/// Sets what search engines show.
pub(super) fn set_seo(draft: &mut Draft, line: u64, title: &str, description: &str) {
    let title = valid::<SeoTitle>(draft, line, "a title for search engines", title);
    let description = valid::<SeoDescription>(draft, line, "a description for search engines", description);
    if title.is_some() || description.is_some() {
        draft.set(line, "seo", cell::json(Seo { title, description }));
    }
}

/// Sets the tags.
pub(super) fn set_tags<'a>(draft: &mut Draft, line: u64, tags: impl IntoIterator<Item = &'a str>) {
    let mut valid: Vec<String> = tags.into_iter().filter_map(|tag| valid::<Label>(draft, line, "a tag", tag)).collect();
    if valid.len() > MAX_TAGS {
        draft.notice(line, format!("of more than {MAX_TAGS} tags, the first {MAX_TAGS} are imported"));
        valid.truncate(MAX_TAGS);
    }
    if !valid.is_empty() {
        draft.set(line, "tags", cell::json(valid));
    }
}

/// Returns a valid text; `None` for an empty or invalid one, which is reported.
pub(super) fn valid<T: FromStr<Err: Display>>(draft: &mut Draft, line: u64, name: &str, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match text.parse::<T>() {
        Ok(_) => Some(text.to_owned()),
        Err(reason) => {
            draft.notice(line, format!("{name} is left out: it {reason}"));
            None
        }
    }
}
