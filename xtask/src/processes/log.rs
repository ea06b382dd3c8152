//! Reading the logs of running processes.

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::terminal::pass_on;

/// Short enough to feel immediate.
const POLL: Duration = Duration::from_millis(100);

/// The last `count` lines of a log; none if there is no log.
pub(super) fn last_lines(path: &Path, count: usize) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut lines: Vec<String> = text.lines().rev().take(count).map(str::to_owned).collect();
    lines.reverse();
    lines
}

/// Passes on what is appended to a log from now on, without an end.
pub(crate) async fn follow(path: &Path) -> Result<Infallible> {
    let mut log = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    log.seek(SeekFrom::End(0)).context("reading a log")?;
    loop {
        let mut news = Vec::new();
        log.read_to_end(&mut news).context("reading a log")?;
        if !news.is_empty() {
            pass_on(&news);
        }
        tokio::time::sleep(POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn the_last_lines_come_in_their_order() {
        let log = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(log.path(), "one\ntwo\nthree\n").unwrap();
        assert_eq!(last_lines(log.path(), 2), ["two", "three"]);
        assert_eq!(last_lines(log.path(), 9), ["one", "two", "three"]);
    }
}
