//! Splits a text into words: at blanks and punctuation, and where a script has no blanks between words, into pairs of
//! characters.

use super::Language;
use super::fold::{fold, normalize};
use unicode_normalization::char::is_combining_mark;

/// Maximum number of indexed words per text. A longer description is found by its first words.
const MAX_WORDS: usize = 400;

/// Maximum length of a word, in characters. Longer words are truncated.
pub(super) const MAX_WORD: usize = 40;

/// A part of a text by which it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word in lower case, with accents.
    pub text: String,
    /// What the word consists of.
    pub kind: WordKind,
    /// Whether a hyphen or the like connects it with the word before it, as "shirt" in "T-shirt".
    pub is_linked: bool,
}

/// What a word consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Letters and digits between blanks or punctuation.
    Spaced,
    /// Two neighbouring characters of a script without blanks.
    Bigram,
    /// A character of a script without blanks, or an emoji.
    Character,
    /// A character that is also part of a bigram.
    CharacterInBigram,
}

/// Splits a text into words, in their order.
#[must_use]
pub fn words(text: &str, language: Language) -> Vec<Word> {
    let normal = normalize(text, language);
    let mut splitter = Splitter { language, words: Vec::new(), current: String::new(), run: Vec::new(), link: None };
    let mut letters = normal.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied();
        splitter.read(c, next);
        if splitter.words.len() >= MAX_WORDS {
            break;
        }
    }
    splitter.end_word();
    splitter.end_run();
    splitter.words.truncate(MAX_WORDS);
    splitter.words
}

/// Returns a text without case, accents, blanks and punctuation: equal for "T-Shirt", "t shirt" and "TSHIRT".
#[must_use]
pub fn whole(text: &str, language: Language) -> String {
    let normal = normalize(text, language);
    fold(&normal.chars().filter(|c| is_letter(*c) || is_emoji(*c)).collect::<String>(), language)
}

/// Returns whether a character belongs to a script without blanks between words. Korean has blanks, but between phrases
/// of which one word is the first part.
#[must_use]
pub fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        // Thai, Lao, Myanmar, Khmer.
        '\u{E01}'..='\u{E4E}' | '\u{E81}'..='\u{ECE}' | '\u{1000}'..='\u{103F}' | '\u{1780}'..='\u{17D3}'
            // Hiragana, Katakana, Bopomofo, Hangul.
            | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}'
            | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{312F}' | '\u{AC00}'..='\u{D7A3}'
            // Han.
            | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}'
    )
}

const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{2B55}' | '\u{1F000}'..='\u{1FAFF}')
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Returns whether punctuation connects two words to one.
const fn is_link(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2212}' | '.' | '_' | '&' | '+' | '·' | '・')
}

/// The text since the previous word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    /// A single character such as a hyphen.
    Linked,
    Separated,
}

struct Splitter {
    language: Language,
    words: Vec<Word>,
    /// The word being read.
    current: String,
    /// The characters of a script without blanks that are being read, each with its marks.
    run: Vec<String>,
    /// `None` directly after a word or at the start.
    link: Option<Link>,
}

impl Splitter {
    fn read(&mut self, c: char, next: Option<char>) {
        if is_combining_mark(c) && !self.run.is_empty() {
            self.run.last_mut().into_iter().for_each(|character| character.push(c));
        } else if is_unspaced(c) {
            self.end_word();
            self.run.push(c.into());
        } else if is_letter(c) {
            self.end_run();
            self.current.push(c);
        } else if c == '\'' && !self.current.is_empty() && next.is_some_and(is_letter) && !self.language.elides() {
            self.current.push(c);
        } else {
            self.end_word();
            self.end_run();
            if is_emoji(c) {
                self.push(c.into(), WordKind::Character);
            } else {
                self.link = if is_link(c) && self.link.is_none() { Some(Link::Linked) } else { Some(Link::Separated) };
            }
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.current);
        if !word.is_empty() {
            // "men's" equals "mens", and "James's" equals "James'".
            let word = word.strip_suffix("s's").map_or_else(|| word.replace('\'', ""), |owner| format!("{owner}s"));
            self.push(word.chars().take(MAX_WORD).collect(), WordKind::Spaced);
        }
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let kind = if run.len() == 1 { WordKind::Character } else { WordKind::CharacterInBigram };
        for pair in run.windows(2) {
            self.push(pair.concat(), WordKind::Bigram);
        }
        for character in run {
            self.push(character, kind);
        }
    }

    fn push(&mut self, text: String, kind: WordKind) {
        let is_linked = kind == WordKind::Spaced && self.link == Some(Link::Linked);
        self.link = None;
        self.words.push(Word { text, kind, is_linked });
    }
}
