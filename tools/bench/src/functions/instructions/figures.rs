//! The figures as they are committed, and what is to be said of others beside them.

use crate::say::say;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Where the figures are in their directory.
const FILE: &str = "instructions.json";
/// By how much a figure may differ from the committed one, in percent.
const TOLERANCE: f64 = 5.0;

/// What was measured, and of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) architecture: String,
    pub(super) profile: String,
    /// The compiler and what counts, which are not the same everywhere and make some difference.
    pub(super) rust: String,
    pub(super) valgrind: String,
    pub(super) instructions_per_request: BTreeMap<String, u32>,
}

/// What is to be said, and whether it is as it should be.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) text: String,
    pub(super) holds: bool,
}

impl Figures {
    /// `None` when none are in that directory.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>> {
        let file = directory.join(FILE);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("reading {}", file.display()))?,
        };
        serde_json::from_str(&text).map(Some).with_context(|| format!("reading {}", file.display()))
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
        let file = directory.join(FILE);
        let text = serde_json::to_string_pretty(self).context("writing JSON")? + "\n";
        fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        say(format_args!("written to {}", file.display()));
        Ok(())
    }

    /// What is to be said of these beside those that are committed. A figure that is much lower is not as it should
    /// be, either: until it is committed it could rise again, and nobody would notice.
    pub(super) fn beside(&self, committed: Option<&Self>) -> Vec<Verdict> {
        let Some(committed) = committed else {
            return vec![wrong("no figures are committed, so these were compared with none".to_owned())];
        };
        if self.of_what() != committed.of_what() {
            let text = format!(
                "the committed figures are of {}, and these of {}: they were not compared",
                committed.of_what(),
                self.of_what()
            );
            return vec![wrong(text)];
        }
        let mut verdicts = Vec::new();
        if self.by_what() != committed.by_what() {
            let text = format!(
                "the committed figures are by {}, and these by {}, which may make a difference",
                committed.by_what(),
                self.by_what()
            );
            verdicts.push(Verdict { text, holds: true });
        }
        let (ours, theirs) = (&self.instructions_per_request, &committed.instructions_per_request);
        let endpoints: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        verdicts
            .extend(endpoints.into_iter().map(|endpoint| verdict(endpoint, ours.get(endpoint), theirs.get(endpoint))));
        verdicts
    }

    fn of_what(&self) -> String {
        format!("{} and the profile {}", self.architecture, self.profile)
    }

    fn by_what(&self) -> String {
        format!("{} and {}", self.rust, self.valgrind)
    }
}

fn verdict(endpoint: &str, measured: Option<&u32>, committed: Option<&u32>) -> Verdict {
    let (Some(&measured), Some(&committed)) = (measured, committed) else {
        let missing = if committed.is_none() { "is not committed" } else { "was not measured" };
        return wrong(format!("{endpoint}: {missing}"));
    };
    let difference = 100.0 * (f64::from(measured) / f64::from(committed) - 1.0);
    let text = format!("{endpoint}: {measured} instructions, {difference:+.1} % beside the committed {committed}");
    if difference > TOLERANCE {
        wrong(format!("{text}: **more than {TOLERANCE} % above**"))
    } else if difference >= -TOLERANCE {
        Verdict { text, holds: true }
    } else {
        wrong(format!("{text}: **more than {TOLERANCE} % below**"))
    }
}

const fn wrong(text: String) -> Verdict {
    Verdict { text, holds: false }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Verdict};
    use std::collections::BTreeMap;

    const CART: &str = "cart: the cart";

    fn figures<const N: usize>(instructions: [(&str, u32); N]) -> Figures {
        Figures {
            architecture: "x86_64".to_owned(),
            profile: "release".to_owned(),
            rust: "rustc 1".to_owned(),
            valgrind: "valgrind-3".to_owned(),
            instructions_per_request: BTreeMap::from(instructions.map(|(name, count)| (name.to_owned(), count))),
        }
    }

    fn only(verdicts: Vec<Verdict>) -> Verdict {
        let [verdict] = <[Verdict; 1]>::try_from(verdicts).expect("one verdict");
        verdict
    }

    #[test]
    fn a_figure_may_differ_by_five_percent_and_no_more() {
        let committed = figures([(CART, 1_000_000)]);
        for (measured, holds, says) in [
            (1_000_000, true, "1000000 instructions, +0.0 % beside the committed 1000000"),
            (1_049_999, true, "+5.0 %"),
            (1_051_000, false, "1051000 instructions, +5.1 % beside the committed 1000000: **more than 5 % above**"),
            (950_001, true, "-5.0 %"),
            (949_000, false, "-5.1 % beside the committed 1000000: **more than 5 % below**"),
        ] {
            let verdict = only(figures([(CART, measured)]).beside(Some(&committed)));
            assert_eq!(verdict.holds, holds, "{verdict:?}");
            assert!(verdict.text.starts_with("cart: the cart: ") && verdict.text.contains(says), "{verdict:?}");
        }
    }

    #[test]
    fn what_cannot_be_compared_does_not_pass() {
        let measured = figures([(CART, 1)]);
        let elsewhere = Figures { architecture: "aarch64".to_owned(), ..measured.clone() };
        let otherwise = Figures { profile: "dev".to_owned(), ..measured.clone() };
        for (committed, says) in [
            (None, "no figures are committed"),
            (Some(elsewhere), "are of aarch64 and the profile release, and these of x86_64 and the profile release"),
            (Some(otherwise), "are of x86_64 and the profile dev"),
            (Some(figures([])), "cart: the cart: is not committed"),
        ] {
            let verdict = only(measured.beside(committed.as_ref()));
            assert!(!verdict.holds && verdict.text.contains(says), "{verdict:?}");
        }
        let verdict = only(figures([]).beside(Some(&measured)));
        assert_eq!(verdict, Verdict { text: "cart: the cart: was not measured".to_owned(), holds: false });
    }

    #[test]
    fn another_compiler_is_told_and_compared_with() {
        let committed = figures([(CART, 100)]);
        let measured = Figures { rust: "rustc 2".to_owned(), ..committed.clone() };
        let [remark, verdict] = <[Verdict; 2]>::try_from(measured.beside(Some(&committed))).expect("two verdicts");
        assert!(remark.holds && remark.text.contains("by rustc 1 and valgrind-3, and these by rustc 2"), "{remark:?}");
        assert!(verdict.holds, "{verdict:?}");
    }

    #[test]
    fn figures_are_read_as_they_were_written() {
        let directory = tempfile::tempdir().expect("a directory");
        assert_eq!(Figures::read(directory.path()).expect("no file"), None);
        let figures = figures([(CART, 12_345)]);
        figures.write(directory.path()).expect("a file");
        assert_eq!(Figures::read(directory.path()).expect("a file"), Some(figures));
    }
}
