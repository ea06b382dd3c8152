//! The access paths that a process has chosen. Popular words are searched by many visitors, and on each page of their list.

use super::activity::Activity;
use super::sort::ProductSort;
use super::term::Term;
use moka::sync::Cache;
use std::time::Duration;

/// Maximum number of choices that are remembered. One with two words takes about 300 bytes.
const MAX_CHOICES: u64 = 1_000;

/// How long a choice is remembered. Any choice finds the same products, and which one is the fastest rarely changes.
const LIFETIME: Duration = Duration::from_mins(10);

/// The access paths to choose from, and the list in which they are compared.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Candidates {
    pub(super) paths: Vec<Vec<Term>>,
    pub(super) activity: Activity,
    pub(super) sort: ProductSort,
}

/// The access path that was chosen among each candidates.
#[derive(Clone)]
pub(super) struct Choices(Cache<Candidates, Vec<Term>>);

impl Default for Choices {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MAX_CHOICES).time_to_live(LIFETIME).build())
    }
}

impl Choices {
    pub(super) fn get(&self, candidates: &Candidates) -> Option<Vec<Term>> {
        self.0.get(candidates)
    }

    pub(super) fn insert(&self, candidates: Candidates, chosen: Vec<Term>) {
        self.0.insert(candidates, chosen);
    }
}
