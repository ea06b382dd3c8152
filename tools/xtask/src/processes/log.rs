//! Reading the logs of running processes.

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::terminal::say;

/// Short enough to feel immediate.
const POLL: Duration = Duration::from_millis(100);

/// What the emulator and the Lambda runtime write whenever they start an instance of a function.
const NOISE: [&str; 3] = ["AWS_LAMBDA_MAX_CONCURRENCY is set to", "spawning function", "starting lambda function"];

/// The last `count` lines of a log; none if there is no log.
pub(super) fn last_lines(path: &Path, count: usize) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut lines: Vec<String> = text.lines().rev().filter(worth_reading).take(count).map(str::to_owned).collect();
    lines.reverse();
    lines
}

/// Passes on each line that is appended to a log from now on, without an end.
pub(crate) async fn follow(path: &Path) -> Result<Infallible> {
    let mut log = BufReader::new(File::open(path).with_context(|| format!("opening {}", path.display()))?);
    log.seek(SeekFrom::End(0)).context("reading a log")?;
    let mut line = Vec::new();
    loop {
        log.read_until(b'\n', &mut line).context("reading a log")?;
        if !line.ends_with(b"\n") {
            // The rest of it is still to be written.
            tokio::time::sleep(POLL).await;
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        if worth_reading(&text.as_ref()) {
            say(text.trim_end());
        }
        line.clear();
    }
}

/// Waits until `text` is in the log, but no longer than `patience`.
pub(super) async fn wait_for(path: &Path, text: &str, patience: Duration) {
    let appear = async {
        while !last_lines(path, usize::MAX).iter().any(|line| line.contains(text)) {
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(patience, appear).await.ok();
}

fn worth_reading(line: &&str) -> bool {
    !NOISE.iter().any(|noise| line.contains(noise))
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn the_last_lines_come_in_their_order_and_without_noise() {
        let log = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(log.path(), "one\ntwo\n INFO spawning function instance\nthree\n").unwrap();
        assert_eq!(last_lines(log.path(), 2), ["two", "three"]);
        assert_eq!(last_lines(log.path(), 9), ["one", "two", "three"]);
    }
}
