//! Descriptions of other shop systems, which are HTML, as plain text.

use html2text::config;
use html2text::render::TrivialDecorator;

/// No line is wrapped: it exceeds the width of the longest description, even if each character is two columns wide.
const WIDTH: usize = 20_000;
/// How a horizontal rule starts in the converted text.
const RULE: char = '─';

/// Converts HTML to plain text. Text without tags and entities stays as it is.
pub(super) fn to_text(html: &str) -> Result<String, String> {
    if !is_html(html) {
        return Ok(html.to_owned());
    }
    let config = config::with_decorator(TrivialDecorator::new()).raw_mode(true).allow_width_overflow();
    let text = config.string_from_read(html.as_bytes(), WIDTH);
    let text = text.map_err(|error| format!("cannot be converted to plain text: {error}"))?;
    Ok(tidy(&text))
}

/// WordPress breaks lines where the text does, except between tags of blocks.
pub(super) fn break_lines(text: &str) -> String {
    let breaks_lines = is_html(text);
    let (mut html, mut above) = (String::new(), "");
    for line in text.lines() {
        let is_between_tags = above.ends_with('>') && (line.is_empty() || line.starts_with('<'));
        if !html.is_empty() && breaks_lines && !is_between_tags {
            html.push_str("<br>");
        }
        html.push_str(if html.is_empty() { "" } else { "\n" });
        html.push_str(line);
        above = if line.trim().is_empty() { above } else { line.trim_end() };
    }
    html
}

/// Whether the text contains a tag or an entity.
fn is_html(text: &str) -> bool {
    let is_tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    let is_entity = |rest: &str| {
        rest.split_once(';').is_some_and(|(name, _)| {
            (2..10).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
        })
    };
    text.split('<').skip(1).any(is_tag) || text.split('&').skip(1).any(is_entity)
}

/// Drops rules, trailing spaces, and all but one of consecutive empty lines.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.starts_with(RULE)) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{break_lines, to_text};

    #[test]
    fn html_becomes_readable_text() {
        for (html, text) in [
            ("Plain & simple,\n5 < 6", "Plain & simple,\n5 < 6"),
            ("<p>Soft &amp; heavy.</p><p>Made in <b>Porto</b>.</p>", "Soft & heavy.\n\nMade in Porto."),
            ("One<br>Two<br/>Three", "One\nTwo\nThree"),
            ("Caf&eacute;&nbsp;cup &#8364;", "Café\u{a0}cup €"),
            ("<script>alert(1)</script><style>p{}</style><p>Text</p>", "Text"),
            ("<p><a href=\"https://example.com\">Guide</a> <em>soon</em><!-- hidden --></p>", "Guide soon"),
            ("<p>Above</p><hr><p>Below</p>", "Above\n\nBelow"),
            ("<p>unclosed <b>bold", "unclosed bold"),
        ] {
            assert_eq!(to_text(html).unwrap(), text, "{html}");
        }
        let html =
            "<h2>Care</h2><ul><li>Wash cold</li><li>Hang dry</li></ul><table><tr><td>S</td><td>36</td></tr></table>";
        assert_eq!(to_text(html).unwrap(), "Care\nWash cold\nHang dry\n\nS\n36");
        let long = format!("<p>{}</p>", "word ".repeat(3_000));
        assert!(!to_text(&long).unwrap().contains('\n'));
    }

    #[test]
    fn text_of_wordpress_keeps_its_lines() {
        let text = "Soft.\n\n<strong>Heavy.</strong>\nWarm.\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>";
        assert_eq!(to_text(&break_lines(text)).unwrap(), "Soft.\n\nHeavy.\nWarm.\nOne\nTwo");
        assert_eq!(break_lines("One\n\nTwo"), "One\n\nTwo");
    }

    #[test]
    fn deeply_nested_html_is_converted() {
        let html = "<div>".repeat(20_000) + "deep" + &"</div>".repeat(20_000);
        assert_eq!(to_text(&html).unwrap(), "deep");
    }

    proptest! {
        #[test]
        fn no_html_panics(html in "(<(p|/p|li|ul|table|td|tr|br|hr|pre|a href=x|h1|b|!--|script)>?|&[a-z]{0,3};?|.|\n){0,40}") {
            to_text(&html).ok();
        }
    }
}
