//! Characters that people do not see: which ones text may contain, and which ones are removed or replaced.

use std::iter::Peekable;
use std::str::Chars;

/// Zero width non-joiner and zero width joiner.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];
const ZERO_WIDTH_JOINER: char = '\u{200D}';
/// The flag from which the flags of England, Scotland and Wales are made, by tag characters that follow it.
const BLACK_FLAG: char = '\u{1F3F4}';

/// What happens to a character.
enum Treatment {
    Keep,
    Replace(char),
    Remove,
    Reject,
}

/// Returns the text without meaningless invisible characters; `None` if it contains one that is rejected.
pub(super) fn normalize(text: &str, is_multiline: bool) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let kept_character = match treatment(before, c, &mut rest, is_multiline) {
            Treatment::Keep => c,
            Treatment::Replace(other) => other,
            Treatment::Remove => continue,
            Treatment::Reject => return None,
        };
        kept.push(kept_character);
        before = Some(kept_character);
    }
    Some(kept)
}

fn treatment(before: Option<char>, c: char, rest: &mut Peekable<Chars<'_>>, is_multiline: bool) -> Treatment {
    match c {
        '\n' | '\r' | '\t' if is_multiline => Treatment::Keep,
        // Line breaks of word processors.
        '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' if is_multiline => Treatment::Replace('\n'),
        '\u{2028}' | '\u{2029}' => Treatment::Replace(' '),
        // In a name a non-breaking space only makes two equal words differ. In a description it holds "10 kg" together.
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' if !is_multiline => Treatment::Replace(' '),
        _ if JOINERS.contains(&c) => keep_if(joins(before, c, rest.peek().copied())),
        '\u{180B}'..='\u{180F}' => keep_if(before.is_some_and(is_mongolian)),
        '\u{E0020}'..='\u{E007F}' if before.is_some_and(|before| before == BLACK_FLAG || is_tag(before)) => {
            Treatment::Keep
        }
        _ if is_meaningless(c) => Treatment::Remove,
        _ if is_invisible(c) => Treatment::Reject,
        _ => Treatment::Keep,
    }
}

fn keep_if(condition: bool) -> Treatment {
    if condition { Treatment::Keep } else { Treatment::Remove }
}

/// Returns whether a text looks empty.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_meaningless(c) || JOINERS.contains(&c) || is_variation_selector(c))
}

/// Returns whether a joiner has a meaning between its neighbours: it selects forms of letters in scripts such as Arabic,
/// Devanagari and Sinhala, and makes one emoji of several.
fn joins(before: Option<char>, joiner: char, after: Option<char>) -> bool {
    let (before, after) = (before.unwrap_or(' '), after.unwrap_or(' '));
    let makes_emoji = joiner == ZERO_WIDTH_JOINER && is_emoji_part(before) && is_emoji_part(after);
    !JOINERS.contains(&before) && (is_of_joining_script(before) || is_of_joining_script(after) || makes_emoji)
}

/// Returns whether a character is of a script whose letters change their form next to a joiner: the blocks from Arabic to
/// Myanmar, from Hanunoo to Mongolian, from Limbu to Vedic Extensions, and so on.
fn is_of_joining_script(c: char) -> bool {
    matches!(
        c,
        '\u{600}'..='\u{109F}'
            | '\u{1720}'..='\u{18AF}'
            | '\u{1900}'..='\u{1CFF}'
            | '\u{A800}'..='\u{ABFF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10A00}'..='\u{11FFF}'
            | '\u{1E900}'..='\u{1E95F}'
    )
}

/// Returns whether a character can be a part of an emoji: a symbol, a skin tone, or the selector of the emoji form.
fn is_emoji_part(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}' | '\u{20E3}')
        || is_tag(c)
}

const fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

const fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1800}'..='\u{18AF}')
}

/// Returns whether a character selects a variant of the preceding one.
pub(in crate::domain) const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Returns whether a character only controls the layout of text, and is pasted with text from editors, web pages
/// and spreadsheets: soft hyphens, spaces without width, byte order marks, marks and isolates of direction, invisible
/// operators, and the placeholder of an embedded object.
const fn is_meaningless(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'..='\u{200F}'
            | '\u{202A}'..='\u{202C}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFFC}'
    )
}

/// Returns whether a character is invisible: control characters, characters that reorder or join their neighbours, and
/// blank letters. With them one text can be made to look like another (Unicode Technical Report 36, "Unicode Security
/// Considerations"). Variation selectors do not count: many emoji end with one.
pub(in crate::domain) fn is_invisible(c: char) -> bool {
    c.is_control()
        || is_meaningless(c)
        || matches!(
            c,
            '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200C}'..='\u{200D}'
                | '\u{2028}'..='\u{2029}'
                | '\u{202D}'..='\u{202E}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E007F}'
        )
}
