//! Reads the dimensions of an image from its first bytes. Images are not decoded.

use crate::domain::image_details::{Dimensions, Pixels};
use exif::{In, Tag};
use std::io::Cursor;

/// Reads the dimensions in which browsers show an image; `None` if its first bytes do not contain them.
pub(super) fn read(head: &[u8]) -> Option<Dimensions> {
    let size = imagesize::blob_size(head).ok()?;
    let pixels = |side: usize| Pixels::try_from(i64::try_from(side).ok()?).ok();
    let (width, height) = (pixels(size.width)?, pixels(size.height)?);
    Some(if is_on_its_side(head) { Dimensions { width: height, height: width } } else { Dimensions { width, height } })
}

/// Returns whether a photo is to be rotated by 90 or 270 degrees: the orientations 5 to 8 of Exif.
fn is_on_its_side(head: &[u8]) -> bool {
    let is_jpeg = head.starts_with(&[0xFF, 0xD8]);
    let exif = is_jpeg.then(|| exif::Reader::new().read_from_container(&mut Cursor::new(head)).ok()).flatten();
    let orientation = exif.and_then(|exif| exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0));
    orientation.is_some_and(|orientation| (5..=8).contains(&orientation))
}

#[cfg(test)]
mod tests {
    use super::read;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x03\x20\0\0\x02\x58\x08\x02\0\0\0";
    const WEBP: &[u8] = b"RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0";

    /// A JPEG with this Exif orientation, whose frame has 800 columns and 600 lines.
    fn jpeg(orientation: u8) -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        tiff.push(orientation);
        tiff.extend(b"\0\0\0\0\0\0");
        let mut file = b"\xFF\xD8\xFF\xE1\0".to_vec();
        file.push(u8::try_from(tiff.len().saturating_add(8)).unwrap());
        file.extend(b"Exif\0\0");
        file.extend(tiff);
        file.extend(b"\xFF\xC0\0\x11\x08\x02\x58\x03\x20\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
        file
    }

    fn sides(head: &[u8]) -> Option<(u32, u32)> {
        read(head).map(|it| (it.width.get(), it.height.get()))
    }

    #[test]
    fn dimensions_are_read_from_the_header() {
        assert_eq!(sides(PNG), Some((800, 600)));
        assert_eq!(sides(WEBP), Some((800, 600)));
        for orientation in 1..=4 {
            assert_eq!(sides(&jpeg(orientation)), Some((800, 600)), "{orientation}");
        }
    }

    #[test]
    fn photos_on_their_side_have_the_dimensions_that_browsers_show() {
        for orientation in 5..=8 {
            assert_eq!(sides(&jpeg(orientation)), Some((600, 800)), "{orientation}");
        }
    }

    #[test]
    fn truncated_images_and_those_without_pixels_have_no_dimensions() {
        assert_eq!(sides(&PNG[..20]), None);
        assert_eq!(sides(&jpeg(1)[..40]), None);
        assert_eq!(sides(b""), None);
        let empty = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0";
        assert_eq!(sides(empty), None);
    }
}
