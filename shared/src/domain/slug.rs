//! Slugs: the names of products in the URLs of a storefront.

use super::id::ProductId;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// Maximum length of the part of a derived slug that comes from the name.
const MAX_DERIVED: usize = 80;
/// The number up to which derived slugs of products with the same name are counted.
const MAX_NUMBER: u32 = 9;
/// The slug of a name without any letter or digit.
const FALLBACK: &str = "product";

/// The name of a product in a URL: words of `a` to `z` and digits, with single hyphens between them. It cannot look like an
/// id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// Maximum number of characters.
    pub const MAX: usize = 120;

    /// Returns the slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the slugs for a product with this name, the best one first. The last one ends with a random number, so that no
    /// other product has it.
    #[must_use]
    pub fn candidates(name: &str, random: u64) -> Vec<Self> {
        let base = Self::base(name);
        let numbered = (2..=MAX_NUMBER).map(|number| Self(format!("{base}-{number}")));
        [Self(base.clone())].into_iter().chain(numbered).chain([Self::with_random(name, random)]).collect()
    }

    /// Returns a slug for a product with this name that no other product has, because it ends with a random number.
    #[must_use]
    pub fn with_random(name: &str, random: u64) -> Self {
        Self(format!("{}-{random:016x}", Self::base(name)))
    }

    /// Returns the slug for a product with this name, unless another product has it.
    #[must_use]
    pub fn preferred(name: &str) -> Self {
        Self(Self::base(name))
    }

    /// Returns the slug of a product that has none: it was stored by a release without slugs, and is not yet migrated.
    #[must_use]
    pub fn of_id(id: ProductId) -> Self {
        Self(id.to_string())
    }

    fn base(name: &str) -> String {
        let mut base = slug::slugify(name);
        if base.len() > MAX_DERIVED {
            // At the end of a word, unless the first word is longer.
            let end = base.get(..=MAX_DERIVED).and_then(|start| start.rfind('-')).unwrap_or(MAX_DERIVED);
            base.truncate(end);
        }
        if base.is_empty() {
            FALLBACK.to_owned()
        } else if looks_like_id(&base) {
            format!("{FALLBACK}-{base}")
        } else {
            base
        }
    }
}

impl std::str::FromStr for Slug {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        if text.len() > Self::MAX {
            return Err(ValidationError::new("too_long", format!("must have at most {} characters", Self::MAX)));
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !text.split('-').all(is_word) {
            let message = "must consist of the letters a to z and digits, with single hyphens between words";
            return Err(ValidationError::new("invalid_slug", message));
        }
        if looks_like_id(text) {
            return Err(ValidationError::new("invalid_slug", "must not look like an id"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn looks_like_id(text: &str) -> bool {
    text.parse::<ProductId>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::Slug;
    use crate::domain::id::ProductId;

    const ID: ProductId = ProductId::from_bytes([0xAB; 12]);

    fn derived(name: &str) -> String {
        Slug::preferred(name).to_string()
    }

    #[test]
    fn a_slug_is_derived_from_a_name_in_any_script() {
        for (name, slug) in [
            ("Harbor Tee", "harbor-tee"),
            ("  Café & Crème -- 20% off! ", "cafe-creme-20-off"),
            ("Straßenschuh Größe 42", "strassenschuh-grosse-42"),
            ("Übergröße", "ubergrosse"),
            ("Рубашка", "rubashka"),
            ("緑茶", "lu-cha"),
            ("???", "product"),
            ("\u{301}", "product"),
            ("abababababababababababab", "product-abababababababababababab"),
        ] {
            assert_eq!(derived(name), slug, "{name}");
        }
    }

    #[test]
    fn long_names_are_cut_at_the_end_of_a_word() {
        let words = "word ".repeat(40);
        assert_eq!(derived(&words), ["word"; 16].join("-"));
        assert_eq!(derived(&"x".repeat(200)), "x".repeat(80));
        // As many words, of which one ends exactly at the limit.
        assert_eq!(derived(&format!("{} tail", "y".repeat(80))), "y".repeat(80));
    }

    #[test]
    fn candidates_are_numbered_and_the_last_is_random() {
        let candidates = Slug::candidates("Harbor Tee", 0xAB);
        let texts: Vec<&str> = candidates.iter().map(Slug::as_str).collect();
        assert_eq!(texts.len(), 10);
        assert_eq!(texts[..3], ["harbor-tee", "harbor-tee-2", "harbor-tee-3"]);
        assert_eq!(texts[9], "harbor-tee-00000000000000ab");
        let longest = "x".repeat(200);
        for candidate in candidates.iter().chain(&Slug::candidates(&longest, u64::MAX)) {
            assert_eq!(candidate.as_str().parse(), Ok(candidate.clone()));
        }
    }

    #[test]
    fn malformed_slugs_are_rejected() {
        let longest = "x".repeat(120);
        for good in ["a", "7", "harbor-tee-2", longest.as_str()] {
            assert_eq!(good.parse::<Slug>().unwrap().as_str(), good);
        }
        for bad in ["", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "a/b", "ä", "a.b", &ID.to_string()] {
            assert_eq!(bad.parse::<Slug>().unwrap_err().code, "invalid_slug", "{bad}");
        }
        assert_eq!(format!("{longest}x").parse::<Slug>().unwrap_err().code, "too_long");
    }
}
