//! Writes XML documents.

use axum::response::Response;
use ferrocart::http::{Cacheable, IfNoneMatch};
use ferrocart::{Error, Result};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::borrow::Cow;
use std::io;

/// Writes a document into memory, where no error is possible.
pub(crate) type XmlWriter = Writer<Vec<u8>>;

/// Returns what `write` writes.
pub(crate) fn write_xml(write: impl FnOnce(&mut XmlWriter) -> io::Result<()>) -> Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    match write(&mut writer) {
        Ok(()) => Ok(writer.into_inner()),
        Err(error) => {
            tracing::error!(%error, "XML could not be written");
            Err(Error::System("XML could not be written"))
        }
    }
}

/// Writes the declaration at the beginning of a document.
pub(crate) fn write_declaration(writer: &mut XmlWriter) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
}

/// Writes an element with a text.
pub(crate) fn write_text(writer: &mut XmlWriter, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(&representable(text))).map(drop)
}

/// Returns the response with a document, which every cache may store.
pub(crate) fn xml_response(document: Vec<u8>, known: &IfNoneMatch) -> Response {
    let response = Cacheable::bytes("application/xml", document.into());
    response.max_age(crate::EXPORT_MAX_AGE).into_response_for(known)
}

/// Returns a text without the characters that no XML document may have, not even escaped: <https://www.w3.org/TR/xml/#charsets>.
fn representable(text: &str) -> Cow<'_, str> {
    let is_representable = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..) && !matches!(c, '\u{7F}'..='\u{9F}')
    };
    if text.chars().all(is_representable) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|&c| is_representable(c)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{write_text, write_xml};

    fn written(text: &str) -> String {
        String::from_utf8(write_xml(|writer| write_text(writer, "g:x", text)).unwrap()).unwrap()
    }

    #[test]
    fn markup_is_escaped_and_impossible_characters_are_dropped() {
        for (text, xml) in [
            ("plain Größe 緑茶", "plain Größe 緑茶"),
            ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
            ("<![CDATA[x]]>", "&lt;![CDATA[x]]&gt;"),
            ("&amp;", "&amp;amp;"),
            ("a\u{0}b\u{B}c\u{FFFE}d\u{85}", "abcd"),
            ("😀", "😀"),
        ] {
            assert_eq!(written(text), format!("<g:x>{xml}</g:x>"));
        }
    }
}
