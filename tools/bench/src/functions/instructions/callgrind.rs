//! Programs under valgrind's callgrind, which counts the instructions of a whole process
//! (<https://valgrind.org/docs/manual/cl-format.html>). It writes them down when the process ends, by SIGTERM, too.

use super::super::cases::Case;
use super::super::process::Function;
use super::super::stage::Stage;
use anyhow::{Context as _, Result, anyhow};
use std::fs;
use std::path::Path;
use std::process::Command;

/// How many instructions a function takes from its start to its end, with that many requests.
pub(super) fn count(valgrind: &Path, program: &Path, stage: &Stage, case: &Case, requests: u32) -> Result<u64> {
    let scratch = tempfile::tempdir().context("making a directory")?;
    let (profile, log) = (scratch.path().join("profile"), scratch.path().join("log"));
    let mut command = Command::new(valgrind);
    command
        .args(["--tool=callgrind", "--quiet", "--vgdb=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(format!("--log-file={}", log.display()))
        .arg(program);
    let run = || {
        let mut function = Function::start_by(command, program, &stage.settings())?;
        let event = case.event(stage)?;
        for _ in 0..requests {
            function.invoke(&event)?;
        }
        function.end()?;
        total(&fs::read_to_string(&profile).context("reading the profile")?).context("the profile has no sum")
    };
    // What does not work under valgrind is said in its log alone.
    run().map_err(|error: anyhow::Error| anyhow!("{error:#}\n{}", fs::read_to_string(&log).unwrap_or_default()))
}

/// The instructions of a profile that counts nothing else and is whole: the sum is in its last line.
fn total(profile: &str) -> Option<u64> {
    profile.lines().find(|line| *line == "events: Ir")?;
    profile.lines().next_back()?.strip_prefix("totals: ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total;

    const PROFILE: &str = "# callgrind format\nversion: 1\n\npositions: line\nevents: Ir\nsummary: 300230\n\n\
                           fn=(424) main\n0 300230\n\ntotals: 300230\n";

    #[test]
    fn the_sum_is_in_the_last_line() {
        assert_eq!(total(PROFILE), Some(300_230));
    }

    #[test]
    fn a_profile_that_is_cut_short_or_counts_something_else_has_no_sum() {
        for profile in ["", PROFILE.trim_end_matches("totals: 300230\n"), &PROFILE.replace("Ir", "Ir Dr Dw")] {
            assert_eq!(total(profile), None, "{profile}");
        }
    }
}
