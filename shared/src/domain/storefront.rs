//! The URLs of products in a storefront.

use super::sku::Sku;
use super::slug::Slug;
use super::url::WebUrl;
use super::validation::ValidationError;

/// What stands for the slug.
const SLUG: &str = "{slug}";
/// Maximum number of bytes without the slug, so that a page of a sitemap has a limited length.
const MAX_BYTES: usize = 200;

/// The URL of a product page, with `{slug}` in the place of the slug: `https://shop.example.com/products/{slug}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductUrl {
    before: String,
    after: String,
}

impl ProductUrl {
    /// Returns the URL of the product with a slug.
    #[must_use]
    pub fn of(&self, slug: &Slug) -> String {
        format!("{}{slug}{}", self.before, self.after)
    }

    /// Returns the URL of the product with a slug that selects a variant: with `sku` in its query.
    #[must_use]
    pub fn of_variant(&self, slug: &Slug, sku: &Sku) -> String {
        let url = self.of(slug);
        let (page, fragment) = url.find('#').map_or((url.as_str(), ""), |start| url.split_at(start));
        let separator = if page.contains('?') { '&' } else { '?' };
        // The characters of a SKU need no encoding.
        format!("{page}{separator}sku={sku}{fragment}")
    }

    /// Returns the URL of the storefront: scheme and host.
    #[must_use]
    pub fn origin(&self) -> &str {
        let authority = self.before.find("://").map_or(0, |scheme| scheme.saturating_add(3));
        let path = self.before.get(authority..).and_then(|rest| rest.find('/'));
        path.and_then(|path| self.before.get(..authority.saturating_add(path))).unwrap_or(&self.before)
    }
}

impl std::str::FromStr for ProductUrl {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let invalid = || {
            let message =
                format!("must be a URL of at most {MAX_BYTES} bytes such as https://example.com/products/{SLUG}");
            ValidationError::new("invalid_url", message)
        };
        let (before, after) = text.split_once(SLUG).filter(|_| text.len() <= MAX_BYTES).ok_or_else(invalid)?;
        // Without a path before it the slug would be a part of the host.
        let has_path = before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        let is_url = format!("{before}slug{after}").parse::<WebUrl>().is_ok();
        if has_path && is_url {
            Ok(Self { before: before.to_owned(), after: after.to_owned() })
        } else {
            Err(invalid())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProductUrl;

    #[test]
    fn the_slug_takes_the_place_of_its_name() {
        let slug = "harbor-tee".parse().unwrap();
        for (pattern, url, origin) in [
            (
                "https://shop.example/products/{slug}",
                "https://shop.example/products/harbor-tee",
                "https://shop.example",
            ),
            ("http://localhost:3000/{slug}", "http://localhost:3000/harbor-tee", "http://localhost:3000"),
            ("https://a.example/p?id={slug}&x=1", "https://a.example/p?id=harbor-tee&x=1", "https://a.example"),
        ] {
            let parsed: ProductUrl = pattern.parse().unwrap();
            assert_eq!((parsed.of(&slug).as_str(), parsed.origin()), (url, origin));
        }
    }

    #[test]
    fn a_variant_is_selected_by_the_query() {
        let (slug, sku) = ("harbor-tee".parse().unwrap(), "TEE_1.5-M".parse().unwrap());
        for (pattern, url) in [
            ("https://shop.example/products/{slug}", "https://shop.example/products/harbor-tee?sku=TEE_1.5-M"),
            ("https://a.example/p?id={slug}&x=1", "https://a.example/p?id=harbor-tee&x=1&sku=TEE_1.5-M"),
            ("https://a.example/{slug}#buy?", "https://a.example/harbor-tee?sku=TEE_1.5-M#buy?"),
        ] {
            assert_eq!(pattern.parse::<ProductUrl>().unwrap().of_variant(&slug, &sku), url);
        }
    }

    #[test]
    fn patterns_without_one_slug_in_a_path_are_rejected() {
        let long = format!("https://shop.example/{}/{{slug}}", "a".repeat(180));
        for bad in [
            "",
            "{slug}",
            "https://shop.example/products",
            "https://{slug}.example/",
            "https://{slug}",
            "https://shop.example{slug}",
            "https://shop.example/{slug}/{slug}",
            "https://shop.example/{name}",
            "ftp://shop.example/{slug}",
            "https://shop.example/a b/{slug}",
            long.as_str(),
        ] {
            assert_eq!(bad.parse::<ProductUrl>().unwrap_err().code, "invalid_url", "{bad}");
        }
    }
}
