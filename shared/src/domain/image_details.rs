//! What a storefront needs to know of an image before it has loaded.

use super::text::Text;
use super::validation::ValidationError;
use serde::{Deserialize, Serialize};

/// The text that stands for an image, for people who do not see it.
pub type AltText = Text<500>;

/// The width or height of an image in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pixels(u32);

/// Width and height of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions {
    /// The width.
    pub width: Pixels,
    /// The height.
    pub height: Pixels,
}

/// The details of one image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageDetails {
    /// The URL of the image.
    pub url: String,
    /// The text that stands for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<AltText>,
    /// The width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<Pixels>,
    /// The height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Pixels>,
}

impl ImageDetails {
    /// Returns the details of an image of which only the URL is known.
    #[must_use]
    pub const fn unknown(url: String) -> Self {
        Self { url, alt: None, width: None, height: None }
    }

    /// Returns the details of each of these images, in their order.
    #[must_use]
    pub fn of_images(urls: &[String], known: &[Self]) -> Vec<Self> {
        let details = |url: &String| {
            let found = known.iter().find(|details| details.url == *url).cloned();
            found.unwrap_or_else(|| Self::unknown(url.clone()))
        };
        urls.iter().map(details).collect()
    }
}

impl Pixels {
    /// The maximum, which is that of JPEG.
    pub const MAX: u32 = 65_535;

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Pixels {
    type Error = ValidationError;

    fn try_from(number: i64) -> Result<Self, ValidationError> {
        match u32::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(ValidationError::out_of_range(1, Self::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ImageDetails, Pixels};

    #[test]
    fn widths_and_heights_have_a_range() {
        assert_eq!([1, 65_535].map(|number| Pixels::try_from(number).unwrap().get()), [1, 65_535]);
        for bad in [-1, 0, 65_536, i64::MAX] {
            assert_eq!(Pixels::try_from(bad).unwrap_err().code, "out_of_range", "{bad}");
        }
    }

    #[test]
    fn details_follow_their_image_by_its_url() {
        let [a, b] = ["a", "b"].map(|url| format!("https://images.example.com/{url}.jpg"));
        let known = ImageDetails { alt: Some("A tee".parse().unwrap()), ..ImageDetails::unknown(a.clone()) };
        let details = ImageDetails::of_images(&[b.clone(), a], std::slice::from_ref(&known));
        assert_eq!(details, [ImageDetails::unknown(b), known]);
    }
}
