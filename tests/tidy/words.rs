//! Words that make technical prose hard to read, because they replace the actor or the noun of a statement. They are
//! allowed to occur, but rarely.

use crate::rules::words;
use crate::sources::{Source, sources};

/// "Rejected rows are reported", not "what is refused is told"; "`maintenance` releases holds", not "ends what nobody ends".
const VAGUE_WORDS: [&str; 8] = ["told", "tell", "tells", "whoever", "whom", "somebody", "nobody", "meanwhile"];
/// The file types with prose. This file is exempt, because it lists the words.
const PROSE: [&str; 7] = [".rs", ".md", ".yaml", ".toml", ".js", ".ts", ".html"];
const EXEMPT: &str = "tests/tidy/words.rs";
/// At most one vague word is allowed per this number of lines.
const LINES_PER_VAGUE_WORD: usize = 1_000;

fn count_vague_words(text: &str) -> usize {
    let is_vague = |word: &&str| VAGUE_WORDS.contains(&word.to_ascii_lowercase().as_str());
    words(text).filter(is_vague).count()
}

#[test]
fn vague_words_are_counted_as_whole_words_in_any_case() {
    assert_eq!(count_vague_words("Nobody was told, and whoever asks is told `nobody@example.com`."), 5);
    assert_eq!(count_vague_words("An intellect retells a teller's tale to_tell."), 0);
}

#[test]
fn vague_words_occur_at_most_once_per_1_000_lines() {
    let files = PROSE.iter().flat_map(|ending| sources(ending)).filter(|source| source.path != EXEMPT);
    let mut lines = 0_usize;
    let mut counts = Vec::new();
    for Source { path, text } in files {
        lines = lines.saturating_add(text.lines().count());
        counts.push((count_vague_words(&text), path));
    }
    let found: usize = counts.iter().map(|(count, _)| count).sum();
    counts.retain(|(count, _)| *count > 0);
    counts.sort_by(|a, b| b.cmp(a));
    let per_file: String = counts.iter().map(|(count, path)| format!("{count:4} {path}\n")).collect();
    let allowed = lines / LINES_PER_VAGUE_WORD;
    assert!(found <= allowed, "{found} of {VAGUE_WORDS:?} in {lines} lines; {allowed} are allowed\n{per_file}");
}
