//! Recognizes files that are not what their extension says by their first bytes, so that the message says what to do.

use super::error::FileError;
use std::io::{Read, Seek};
use std::path::Path;

const HEAD_LENGTH: u64 = 65_536;
pub(super) const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// The first bytes of files that are not text, and what to do about each.
const MAGIC: [(&[u8], &str); 7] = [
    (b"PK", "is an Excel workbook, an OpenDocument sheet or another ZIP archive; export the sheet as CSV in UTF-8"),
    (b"\xD0\xCF\x11\xE0", "is an Excel 97 workbook; export the sheet as CSV in UTF-8"),
    (b"\x1F\x8B", "is compressed; decompress it with gunzip"),
    (b"\x28\xB5\x2F\xFD", "is compressed; decompress it with unzstd"),
    (b"BZh", "is compressed; decompress it with bunzip2"),
    (b"%PDF", "is a PDF document; export the products as CSV in UTF-8"),
    (b"\x00\x00\xFE\xFF", UTF_32),
];
const UTF_32: &str = "is encoded in UTF-32; save it as UTF-8";
const UTF_16: &str = "is encoded in UTF-16; save it as UTF-8, which Excel calls \"CSV UTF-8 (comma delimited)\"";

/// The format that a file claims to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One JSON object per line.
    JsonLines,
    /// A table with a header.
    Csv,
}

impl Kind {
    /// Derives the kind of a file from its extension.
    pub(super) fn of(path: &Path) -> Result<Self, FileError> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines),
            Some("csv") => Ok(Self::Csv),
            Some("xlsx" | "xls" | "ods" | "numbers") => Err(FileError::unusable(format!(
                "{} is a spreadsheet; export the sheet as CSV in UTF-8",
                path.display()
            ))),
            _ => {
                Err(FileError::unusable(format!("{} must have the extension .jsonl, .ndjson or .csv", path.display())))
            }
        }
    }
}

/// Reads the first bytes of a file and rejects a file that cannot be of the kind. Returns the last byte of each line.
pub(super) fn inspect(file: &mut (impl Read + Seek), kind: Kind) -> Result<u8, FileError> {
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD_LENGTH).read_to_end(&mut bytes)?;
    file.rewind()?;
    if let Some((_, problem)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(FileError::unusable(format!("the file {problem}")));
    }
    if let Some(problem) = wide_encoding(&bytes) {
        return Err(FileError::unusable(format!("the file {problem}")));
    }
    let text = bytes.strip_prefix(UTF_8_MARK).unwrap_or(&bytes);
    reject_content(text.trim_ascii_start(), kind)?;
    Ok(terminator(text))
}

/// Recognizes UTF-16 and UTF-32 by the byte order mark, or by the zero bytes of the first two letters.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [_, 0, 0, 0, ..] | [0, 0, 0, _, ..] => Some(UTF_32),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [1..=255, 0, 1..=255, 0, ..] | [0, 1..=255, 0, 1..=255, ..] => {
            Some(UTF_16)
        }
        _ => None,
    }
}

fn reject_content(text: &[u8], kind: Kind) -> Result<(), FileError> {
    let problem = match (text.first(), kind) {
        (None, _) | (Some(0x1A), _) => "is empty",
        (Some(b'<'), _) => "is an HTML or XML document; download the export itself",
        (Some(b'{' | b'['), Kind::Csv) => "contains JSON; give it the extension .jsonl",
        (Some(b'['), Kind::JsonLines) => {
            "is one JSON array; write one object per line, without brackets and commas: jq -c '.[]' FILE"
        }
        (Some(b'{'), Kind::JsonLines) => return Ok(()),
        (Some(_), Kind::JsonLines) if looks_like_csv(text) => "contains CSV; give it the extension .csv",
        _ => return Ok(()),
    };
    Err(FileError::unusable(format!("the file {problem}")))
}

/// Whether the first line is a header of a table with SKUs.
fn looks_like_csv(text: &[u8]) -> bool {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).to_ascii_lowercase();
    line.contains([',', ';', '\t']) && (line.contains("sku") || line.contains("handle"))
}

/// The first line decides: classic Mac OS ended lines with a carriage return only.
fn terminator(text: &[u8]) -> u8 {
    let mut bytes = text.iter().skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
    match (bytes.next(), bytes.next()) {
        (Some(b'\r'), next) if next != Some(&b'\n') => b'\r',
        _ => b'\n',
    }
}
