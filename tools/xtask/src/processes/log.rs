//! Reads the logs of running processes.

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::terminal::print_status;

/// Short enough to appear immediate.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Messages of the emulator and the Lambda runtime at every start of a function.
const NOISE: [&str; 3] = ["AWS_LAMBDA_MAX_CONCURRENCY is set to", "spawning function", "starting lambda function"];

/// What jobs log every few seconds, while nothing happens.
const ROUTINE: [&str; 3] =
    ["the job has ended ok=true", r#"report={"failed":0,"retried":0,"sent":0,"suppressed":0}"#, r#"metric="MailLag""#];

/// The last `count` lines of a log, without noise; empty if there is no log.
pub(super) fn last_lines(path: &Path, count: usize) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut lines: Vec<String> = text.lines().rev().filter(is_relevant).take(count).map(str::to_owned).collect();
    lines.reverse();
    lines
}

/// Prints each line that is appended to a log from now on, without noise and routine. Ends only with an error.
pub(crate) async fn follow(path: &Path) -> Result<Infallible> {
    let mut log = BufReader::new(File::open(path).with_context(|| format!("opening {}", path.display()))?);
    log.seek(SeekFrom::End(0)).context("reading a log")?;
    let mut line = Vec::new();
    loop {
        log.read_until(b'\n', &mut line).context("reading a log")?;
        if !line.ends_with(b"\n") {
            // The line is not complete yet.
            tokio::time::sleep(POLL_INTERVAL).await;
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        if is_relevant(&text.as_ref()) && !is_routine(&text) {
            print_status(text.trim_end());
        }
        line.clear();
    }
}

/// Waits until `text` is in the log, at most for `timeout`.
pub(super) async fn wait_for(path: &Path, text: &str, timeout: Duration) {
    let appears = async {
        while !last_lines(path, usize::MAX).iter().any(|line| line.contains(text)) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    tokio::time::timeout(timeout, appears).await.ok();
}

fn is_relevant(line: &&str) -> bool {
    !NOISE.iter().any(|noise| line.contains(noise))
}

fn is_routine(line: &str) -> bool {
    ROUTINE.iter().any(|routine| line.contains(routine))
}

#[cfg(test)]
mod tests {
    use super::{is_routine, last_lines};

    #[test]
    fn the_last_lines_are_in_order_and_without_noise() {
        let log = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(log.path(), "one\ntwo\n INFO spawning function instance\nthree\n").unwrap();
        assert_eq!(last_lines(log.path(), 2), ["two", "three"]);
        assert_eq!(last_lines(log.path(), 9), ["one", "two", "three"]);
    }

    #[test]
    fn only_runs_that_did_nothing_are_routine() {
        for (line, routine) in [
            ("INFO the job has ended ok=true millis=7", true),
            ("ERROR the job has ended ok=false millis=7", false),
            (r#"INFO sent mails report={"failed":0,"retried":0,"sent":0,"suppressed":0}"#, true),
            (r#"INFO sent mails report={"failed":0,"retried":0,"sent":1,"suppressed":0}"#, false),
            (r#"INFO sent mails report={"failed":1,"retried":0,"sent":0,"suppressed":0}"#, false),
            (r#"INFO a measurement metric="MailLag" value=0"#, true),
            ("INFO answered method=POST route=/orders status=201", false),
        ] {
            assert_eq!(is_routine(line), routine, "{line}");
        }
    }
}
