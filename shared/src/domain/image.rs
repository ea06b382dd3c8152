//! Pictures: which kinds there are, how large they may be, and how one is recognized by its first bytes.

use super::id::ImageId;
use super::validation::ValidationError;

/// How many of its first bytes say what a file is. Browsers that guess look at 1,445
/// (<https://mimesniff.spec.whatwg.org/#reading-the-resource-header>).
pub const FIRST_BYTES: u32 = 4096;

/// Words by which a browser that guesses would take a file for a document, in lower case.
const OF_DOCUMENTS: [&[u8]; 5] = [b"<!doctype", b"<html", b"<script", b"<svg", b"<iframe"];

/// What kind of picture it is.
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

/// How large a picture is, in bytes: 1 to 10 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageLength(u32);

impl ImageKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Avif];

    /// The media type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// How names of such files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Jpeg => 1,
            Self::Png => 2,
            Self::Webp => 3,
            Self::Avif => 4,
        }
    }

    /// Whether a file of that length that begins so is a picture of this kind, and would not be taken
    /// for anything else.
    #[must_use]
    pub fn is_begun_by(self, start: &[u8], length: ImageLength) -> bool {
        let is_of_kind = match self {
            // The start of the image, and of a first segment.
            Self::Jpeg => start.starts_with(&[0xFF, 0xD8, 0xFF]) && start.get(3).is_some_and(|it| *it >= 0xC0),
            // The signature, and the chunk that comes first, whose length is 13.
            Self::Png => start.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"),
            Self::Webp => is_webp(start, length),
            Self::Avif => is_avif(start),
        };
        is_of_kind && !is_also_a_document(start)
    }
}

impl std::str::FromStr for ImageKind {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let unknown = || ValidationError::new("unknown", "must be image/jpeg, image/png, image/webp or image/avif");
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(unknown)
    }
}

impl ImageLength {
    /// The most that a picture may have.
    pub const MAX: u32 = 10 * 1024 * 1024;

    /// The number of bytes.
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
            _ => Err(ValidationError::new("out_of_range", format!("must be a whole number from 1 to {}", Self::MAX))),
        }
    }
}

impl ImageId {
    /// The id of a picture that is announced. It says what was announced, so that nothing has to be
    /// stored until the picture is there.
    #[must_use]
    pub const fn announcing(random: [u8; 8], kind: ImageKind, length: ImageLength) -> Self {
        let [a, b, c, d, e, f, g, h] = random;
        // 10 MiB is a number of three bytes.
        let [_, high, middle, low] = length.0.to_be_bytes();
        Self::from_bytes([a, b, c, d, e, f, g, h, kind.number(), high, middle, low])
    }

    /// What was announced; `None` when the id is none of ours.
    #[must_use]
    pub fn announced(self) -> Option<(ImageKind, ImageLength)> {
        let [.., number, high, middle, low] = self.to_bytes();
        let kind = ImageKind::ALL.into_iter().find(|kind| kind.number() == number)?;
        let length = i64::from(u32::from_be_bytes([0, high, middle, low]));
        Some((kind, ImageLength::try_from(length).ok()?))
    }
}

/// A RIFF file that is as long as it says (<https://developers.google.com/speed/webp/docs/riff_container>).
fn is_webp(start: &[u8], length: ImageLength) -> bool {
    let Some(([b'R', b'I', b'F', b'F', size @ ..], rest)) = start.split_first_chunk::<8>() else { return false };
    let is_whole = u32::from_le_bytes(*size).checked_add(8) == Some(length.0);
    is_whole && ["WEBPVP8 ", "WEBPVP8L", "WEBPVP8X"].iter().any(|kind| rest.starts_with(kind.as_bytes()))
}

/// A file of ISO's base format that is compatible with AVIF (<https://aomediacodec.github.io/av1-avif/#brands>).
fn is_avif(start: &[u8]) -> bool {
    let Some(([size @ .., b'f', b't', b'y', b'p'], _)) = start.split_first_chunk::<8>() else { return false };
    let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
    // The brand that it has most of all, its version, and the other brands.
    let Some(brands) = start.get(8..size).filter(|brands| brands.len() >= 8) else { return false };
    let mut brands = brands.chunks(4).enumerate().filter(|(position, _)| *position != 1);
    brands.any(|(_, brand)| brand == b"avif" || brand == b"avis")
}

fn is_also_a_document(start: &[u8]) -> bool {
    let start = start.to_ascii_lowercase();
    OF_DOCUMENTS.iter().any(|word| start.windows(word.len()).any(|part| part == *word))
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
    fn a_picture_is_of_the_kind_that_its_first_bytes_say() {
        for (kind, start) in GOOD {
            assert!(kind.is_begun_by(start, length(24)), "{kind:?}");
            for other in ImageKind::ALL.into_iter().filter(|other| *other != kind) {
                assert!(!other.is_begun_by(start, length(24)), "{kind:?} as {other:?}");
            }
            for part in 0..4 {
                assert!(!kind.is_begun_by(&start[..part], length(24)), "{part} bytes of {kind:?}");
            }
        }
        assert!(!ImageKind::Webp.is_begun_by(GOOD[2].1, length(23)), "a part of a WebP file");
        assert!(!ImageKind::Avif.is_begun_by(b"\0\0\0\x18ftypisom\0\0\0\0mp42mp41", length(24)), "a film");
        assert!(!ImageKind::Avif.is_begun_by(b"\0\0\0\x18ftypmif1avifmif1miaf", length(24)), "a version");
    }

    #[test]
    fn what_is_a_document_as_well_is_no_picture() {
        for document in ["<!DOCTYPE html>", "<svg onload=alert(1)>", "  <ScRiPt>", "<html>", "<iframe src=x>"] {
            for (kind, start) in GOOD {
                let both = [start, document.as_bytes()].concat();
                assert!(!kind.is_begun_by(&both, length(24)), "{kind:?} and {document}");
            }
        }
    }

    #[test]
    fn an_id_says_what_was_announced() {
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
    fn a_picture_has_1_byte_to_10_mebibytes() {
        for (bytes, good) in [(0, false), (1, true), (10_485_760, true), (10_485_761, false), (-1, false)] {
            assert_eq!(ImageLength::try_from(bytes).is_ok(), good, "{bytes}");
        }
    }
}
