//! What an import does not take over although it rejects nothing. Each kind is reported once.

use std::collections::BTreeMap;

/// A notice about a line of an imported product.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) line: u64,
    pub(super) text: String,
}

/// Notices by their text.
#[derive(Debug)]
pub(super) struct Notices {
    general: Vec<String>,
    by_text: BTreeMap<String, Occurrences>,
}

#[derive(Debug)]
struct Occurrences {
    first_line: u64,
    count: u64,
}

impl Notices {
    /// Starts with the notices about the whole file.
    pub(super) fn new(general: &[String]) -> Self {
        Self { general: general.to_vec(), by_text: BTreeMap::new() }
    }

    /// Adds a notice about a line.
    pub(super) fn add(&mut self, Notice { line, text }: Notice) {
        let occurrences = self.by_text.entry(text);
        let occurrences = occurrences.or_insert(Occurrences { first_line: line, count: 0 });
        occurrences.count = occurrences.count.saturating_add(1);
    }

    /// All notices, those about lines in the order of the first line of each.
    pub(super) fn into_lines(self) -> Vec<String> {
        let mut by_line: Vec<_> = self.by_text.into_iter().collect();
        by_line.sort_by_key(|(_, occurrences)| occurrences.first_line);
        let lines = by_line.into_iter().map(|(text, Occurrences { first_line, count })| match count {
            1 => format!("line {first_line}: {text}"),
            _ => format!("line {first_line} and {} more: {text}", count.saturating_sub(1)),
        });
        self.general.into_iter().chain(lines).collect()
    }
}
