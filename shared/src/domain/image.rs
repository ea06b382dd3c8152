//! Image formats, size limits, and the detection of a format by the first bytes of a file.

use super::id::ImageId;
use super::validation::ValidationError;

/// Number of first bytes of a file that are inspected. Browsers that sniff inspect 1,445
/// (<https://mimesniff.spec.whatwg.org/#reading-the-resource-header>).
pub const SNIFFED_BYTES: usize = 4096;

/// Markers, in lower case, that a sniffing browser could take as the start of a document.
const DOCUMENT_MARKERS: [&[u8]; 5] = [b"<!doctype", b"<html", b"<script", b"<svg", b"<iframe"];

/// An image format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
    /// `image/avif`
    Avif,
}

/// The size of an image in bytes: 1 to 10 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageLength(u32);

impl ImageKind {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Avif];

    /// Returns the media type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// Returns the file name extension.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }

    /// Returns the number of the format in image ids.
    const fn number(self) -> u8 {
        match self {
            Self::Jpeg => 1,
            Self::Png => 2,
            Self::Webp => 3,
            Self::Avif => 4,
        }
    }

    /// Returns whether a file with these first bytes and this length is an image of this format, and no browser would
    /// take it for a document.
    #[must_use]
    pub fn matches_signature(self, start: &[u8], length: ImageLength) -> bool {
        let is_of_format = match self {
            // The marker of the start of an image, and the start of the first segment.
            Self::Jpeg => start.starts_with(&[0xFF, 0xD8, 0xFF]) && start.get(3).is_some_and(|it| *it >= 0xC0),
            // The signature, and the first chunk with its length of 13.
            Self::Png => start.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"),
            Self::Webp => is_webp(start, length),
            Self::Avif => is_avif(start),
        };
        is_of_format && !contains_document_marker(start)
    }
}

impl std::str::FromStr for ImageKind {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let unknown =
            || ValidationError::new("unknown", "must be one of image/jpeg, image/png, image/webp, image/avif");
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(unknown)
    }
}

impl ImageLength {
    /// The maximum number of bytes.
    pub const MAX: u32 = 10 * 1024 * 1024;

    /// Returns the number of bytes.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for ImageLength {
    type Error = ValidationError;

    fn try_from(number: i64) -> Result<Self, ValidationError> {
        match u32::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(ValidationError::out_of_range(1, Self::MAX)),
        }
    }
}

impl ImageId {
    /// Returns the id of an announced image. The id encodes the announced format and length, so that nothing is stored
    /// until the upload is complete.
    #[must_use]
    pub const fn announcing(random: [u8; 8], kind: ImageKind, length: ImageLength) -> Self {
        let [a, b, c, d, e, f, g, h] = random;
        // 10 MiB is a number of three bytes.
        let [_, high, middle, low] = length.0.to_be_bytes();
        Self::from_bytes([a, b, c, d, e, f, g, h, kind.number(), high, middle, low])
    }

    /// Returns the announced format and length; `None` when the id does not encode them.
    #[must_use]
    pub fn announced(self) -> Option<(ImageKind, ImageLength)> {
        let [.., number, high, middle, low] = self.to_bytes();
        let kind = ImageKind::ALL.into_iter().find(|kind| kind.number() == number)?;
        let length = i64::from(u32::from_be_bytes([0, high, middle, low]));
        Some((kind, ImageLength::try_from(length).ok()?))
    }
}

/// Checks for a RIFF file of the declared length (<https://developers.google.com/speed/webp/docs/riff_container>).
fn is_webp(start: &[u8], length: ImageLength) -> bool {
    let Some(([b'R', b'I', b'F', b'F', size @ ..], rest)) = start.split_first_chunk::<8>() else { return false };
    let is_complete = u32::from_le_bytes(*size).checked_add(8) == Some(length.0);
    is_complete && ["WEBPVP8 ", "WEBPVP8L", "WEBPVP8X"].iter().any(|kind| rest.starts_with(kind.as_bytes()))
}

/// Checks for an ISO base media file that is compatible with AVIF (<https://aomediacodec.github.io/av1-avif/#brands>).
fn is_avif(start: &[u8]) -> bool {
    let Some(([size @ .., b'f', b't', b'y', b'p'], _)) = start.split_first_chunk::<8>() else { return false };
    let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
    // The major brand, its version, and the compatible brands.
    let Some(brands) = start.get(8..size).filter(|brands| brands.len() >= 8) else { return false };
    let mut brands = brands.chunks(4).enumerate().filter(|(position, _)| *position != 1);
    brands.any(|(_, brand)| brand == b"avif" || brand == b"avis")
}

fn contains_document_marker(start: &[u8]) -> bool {
    let start = start.to_ascii_lowercase();
    DOCUMENT_MARKERS.iter().any(|word| start.windows(word.len()).any(|part| part == *word))
}

#[cfg(test)]
mod tests {
    use super::{ImageId, ImageKind, ImageLength};

    fn length(bytes: i64) -> ImageLength {
        ImageLength::try_from(bytes).unwrap()
    }

    const GOOD: [(ImageKind, &[u8]); 4] = [
        (ImageKind::Jpeg, b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\0\0\0\0\0\0\0\0"),
        (ImageKind::Png, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01"),
        (ImageKind::Webp, b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0\0\0\0\0"),
        (ImageKind::Avif, b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf"),
    ];

    #[test]
    fn formats_are_detected_by_their_first_bytes() {
        for (kind, start) in GOOD {
            assert!(kind.matches_signature(start, length(24)), "{kind:?}");
            for other in ImageKind::ALL.into_iter().filter(|other| *other != kind) {
                assert!(!other.matches_signature(start, length(24)), "{kind:?} as {other:?}");
            }
            for part in 0..4 {
                assert!(!kind.matches_signature(&start[..part], length(24)), "{part} bytes of {kind:?}");
            }
        }
        assert!(!ImageKind::Webp.matches_signature(GOOD[2].1, length(23)), "a truncated WebP file");
        assert!(!ImageKind::Avif.matches_signature(b"\0\0\0\x18ftypisom\0\0\0\0mp42mp41", length(24)), "a video");
        assert!(
            !ImageKind::Avif.matches_signature(b"\0\0\0\x18ftypmif1avifmif1miaf", length(24)),
            "the version is no brand"
        );
    }

    #[test]
    fn images_with_document_markers_are_rejected() {
        for document in ["<!DOCTYPE html>", "<svg onload=alert(1)>", "  <ScRiPt>", "<html>", "<iframe src=x>"] {
            for (kind, start) in GOOD {
                let both = [start, document.as_bytes()].concat();
                assert!(!kind.matches_signature(&both, length(24)), "{kind:?} and {document}");
            }
        }
    }

    #[test]
    fn image_ids_encode_the_announcement() {
        for (kind, bytes) in [(ImageKind::Jpeg, 1), (ImageKind::Avif, i64::from(ImageLength::MAX))] {
            let id = ImageId::announcing([7; 8], kind, length(bytes));
            assert_eq!(id.announced(), Some((kind, length(bytes))));
        }
        for id in [
            "000000000000000000000001",
            "000000000000000005000001",
            "000000000000000001000000",
            "ffffffffffffffffffffffff",
        ] {
            assert_eq!(id.parse::<ImageId>().unwrap().announced(), None, "{id}");
        }
    }

    #[test]
    fn images_have_1_byte_to_10_mebibytes() {
        for good in [1, 10_485_760] {
            assert_eq!(i64::from(length(good).get()), good);
        }
        for bad in [i64::MIN, -1, 0, 10_485_761] {
            assert!(ImageLength::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_format_has_a_media_type_and_an_extension() {
        let names = ImageKind::ALL.map(|kind| (kind.as_str(), kind.extension()));
        let expected = [("image/jpeg", "jpg"), ("image/png", "png"), ("image/webp", "webp"), ("image/avif", "avif")];
        assert_eq!(names, expected);
        for kind in ImageKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for bad in ["", "image/gif", "IMAGE/PNG", "image/png;q=1"] {
            assert!(bad.parse::<ImageKind>().is_err(), "{bad}");
        }
    }
}
