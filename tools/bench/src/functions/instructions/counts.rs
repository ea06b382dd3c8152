//! The measured instruction counts, and their comparison with the committed ones.

use crate::report::write_json;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

const FILE: &str = "instructions.json";
/// The highest permitted difference from a committed figure, in percent.
const TOLERANCE: f64 = 5.0;

/// Instruction counts, and the build that they belong to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct InstructionCounts {
    pub(super) architecture: String,
    pub(super) profile: String,
    /// The versions of the compiler and of valgrind. They differ between machines and can make a difference.
    pub(super) rust: String,
    pub(super) valgrind: String,
    pub(super) instructions_per_request: BTreeMap<String, u32>,
}

/// A result of the comparison.
#[derive(Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) text: String,
    pub(super) passed: bool,
}

impl InstructionCounts {
    /// Reads the file of a directory; `None` if it does not exist.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>> {
        let file = directory.join(FILE);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("reading {}", file.display()))?,
        };
        serde_json::from_str(&text).map(Some).with_context(|| format!("reading {}", file.display()))
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        write_json(directory, FILE, self)
    }

    /// Compares these figures with the committed ones. A much lower figure fails, too: until it is committed, it could
    /// rise again unnoticed.
    pub(super) fn compare(&self, committed: Option<&Self>) -> Vec<Finding> {
        let Some(committed) = committed else {
            return vec![Finding::failed("no figures are committed, so there is nothing to compare with".to_owned())];
        };
        if self.build() != committed.build() {
            return vec![Finding::failed(format!(
                "not compared: the committed figures are for {}, the measured ones for {}",
                committed.build(),
                self.build()
            ))];
        }
        let mut findings = Vec::new();
        if self.tools() != committed.tools() {
            findings.push(Finding::passed(format!(
                "the committed figures were measured with {}, these with {}, which can make a difference",
                committed.tools(),
                self.tools()
            )));
        }
        let (measured, committed) = (&self.instructions_per_request, &committed.instructions_per_request);
        let endpoints: BTreeSet<&String> = measured.keys().chain(committed.keys()).collect();
        findings.extend(
            endpoints
                .into_iter()
                .map(|endpoint| compare_endpoint(endpoint, measured.get(endpoint), committed.get(endpoint))),
        );
        findings
    }

    fn build(&self) -> String {
        format!("{}, profile {}", self.architecture, self.profile)
    }

    fn tools(&self) -> String {
        format!("{} and {}", self.rust, self.valgrind)
    }
}

impl Finding {
    const fn passed(text: String) -> Self {
        Self { text, passed: true }
    }

    const fn failed(text: String) -> Self {
        Self { text, passed: false }
    }
}

fn compare_endpoint(endpoint: &str, measured: Option<&u32>, committed: Option<&u32>) -> Finding {
    let (Some(&measured), Some(&committed)) = (measured, committed) else {
        let missing = if committed.is_none() { "is not committed" } else { "was not measured" };
        return Finding::failed(format!("{endpoint}: {missing}"));
    };
    let difference = 100.0 * (f64::from(measured) / f64::from(committed) - 1.0);
    let text = format!("{endpoint}: {measured} instructions, {difference:+.1} % from the committed {committed}");
    if difference > TOLERANCE {
        Finding::failed(format!("{text}: **more than {TOLERANCE} % above**"))
    } else if difference >= -TOLERANCE {
        Finding::passed(text)
    } else {
        Finding::failed(format!("{text}: **more than {TOLERANCE} % below**"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, InstructionCounts};
    use std::collections::BTreeMap;

    const CART: &str = "cart: the cart";

    fn counts<const N: usize>(instructions: [(&str, u32); N]) -> InstructionCounts {
        InstructionCounts {
            architecture: "x86_64".to_owned(),
            profile: "release".to_owned(),
            rust: "rustc 1".to_owned(),
            valgrind: "valgrind-3".to_owned(),
            instructions_per_request: BTreeMap::from(instructions.map(|(name, count)| (name.to_owned(), count))),
        }
    }

    fn single(findings: Vec<Finding>) -> Finding {
        let [finding] = <[Finding; 1]>::try_from(findings).expect("one finding");
        finding
    }

    #[test]
    fn a_figure_may_differ_by_at_most_five_percent() {
        let committed = counts([(CART, 1_000_000)]);
        for (measured, passed, text) in [
            (1_000_000, true, "1000000 instructions, +0.0 % from the committed 1000000"),
            (1_049_999, true, "+5.0 %"),
            (1_051_000, false, "1051000 instructions, +5.1 % from the committed 1000000: **more than 5 % above**"),
            (950_001, true, "-5.0 %"),
            (949_000, false, "-5.1 % from the committed 1000000: **more than 5 % below**"),
        ] {
            let finding = single(counts([(CART, measured)]).compare(Some(&committed)));
            assert_eq!(finding.passed, passed, "{finding:?}");
            assert!(finding.text.starts_with("cart: the cart: ") && finding.text.contains(text), "{finding:?}");
        }
    }

    #[test]
    fn incomparable_figures_fail() {
        let measured = counts([(CART, 1)]);
        let other_architecture = InstructionCounts { architecture: "aarch64".to_owned(), ..measured.clone() };
        let other_profile = InstructionCounts { profile: "dev".to_owned(), ..measured.clone() };
        for (committed, text) in [
            (None, "no figures are committed"),
            (Some(other_architecture), "for aarch64, profile release, the measured ones for x86_64, profile release"),
            (Some(other_profile), "for x86_64, profile dev"),
            (Some(counts([])), "cart: the cart: is not committed"),
        ] {
            let finding = single(measured.compare(committed.as_ref()));
            assert!(!finding.passed && finding.text.contains(text), "{finding:?}");
        }
        let finding = single(counts([]).compare(Some(&measured)));
        assert_eq!(finding, Finding::failed("cart: the cart: was not measured".to_owned()));
    }

    #[test]
    fn figures_of_another_compiler_are_compared_with_a_remark() {
        let committed = counts([(CART, 100)]);
        let measured = InstructionCounts { rust: "rustc 2".to_owned(), ..committed.clone() };
        let [remark, finding] = <[Finding; 2]>::try_from(measured.compare(Some(&committed))).expect("two findings");
        assert!(remark.passed && remark.text.contains("with rustc 1 and valgrind-3, these with rustc 2"), "{remark:?}");
        assert!(finding.passed, "{finding:?}");
    }

    #[test]
    fn written_figures_can_be_read() {
        let directory = tempfile::tempdir().expect("a directory");
        assert_eq!(InstructionCounts::read(directory.path()).expect("no file"), None);
        let figures = counts([(CART, 12_345)]);
        figures.write(directory.path()).expect("a file");
        assert_eq!(InstructionCounts::read(directory.path()).expect("a file"), Some(figures));
    }

    #[test]
    fn the_committed_figures_can_be_read() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/benchmarks");
        assert!(InstructionCounts::read(directory.as_ref()).expect("a file").is_some());
    }
}
