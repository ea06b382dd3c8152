//! Runs a function under valgrind's callgrind, which counts the instructions of a process and writes them to a profile
//! when the process ends, also by SIGTERM (<https://valgrind.org/docs/manual/cl-format.html>).

use super::super::cases::Case;
use super::super::process::Function;
use super::super::setup::Setup;
use anyhow::{Context as _, Result, anyhow};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Counts the instructions of a function from its start to its end, with this number of requests.
pub(super) fn count_instructions(
    valgrind: &Path,
    binary: &Path,
    setup: &Setup,
    case: &Case,
    requests: u32,
) -> Result<u64> {
    let scratch = tempfile::tempdir().context("creating a directory")?;
    let (profile, log) = (scratch.path().join("profile"), scratch.path().join("log"));
    let mut command = Command::new(valgrind);
    command
        .args(["--tool=callgrind", "--quiet", "--vgdb=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(format!("--log-file={}", log.display()))
        .arg(binary);
    let run = || {
        let mut function = Function::start_by(command, binary, &setup.settings()?)?;
        let event = case.event(setup)?;
        for _ in 0..requests {
            function.invoke(&event)?;
        }
        function.terminate()?;
        total(&fs::read_to_string(&profile).context("reading the profile")?).context("the profile has no total")
    };
    // Failures under valgrind are only in its log.
    run().map_err(|error: anyhow::Error| anyhow!("{error:#}\n{}", fs::read_to_string(&log).unwrap_or_default()))
}

/// Returns the total of a profile, which is its last line; `None` if the profile is truncated or counts other events.
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
    fn the_total_is_in_the_last_line() {
        assert_eq!(total(PROFILE), Some(300_230));
    }

    #[test]
    fn truncated_profiles_and_those_of_other_events_have_no_total() {
        for profile in ["", PROFILE.trim_end_matches("totals: 300230\n"), &PROFILE.replace("Ir", "Ir Dr Dw")] {
            assert_eq!(total(profile), None, "{profile}");
        }
    }
}
