//! The parts that all reports share: results of targets, tables, files.

use crate::terminal::print_status;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fmt::Display;
use std::fs;
use std::path::Path;

/// A target, and whether the measured value reached it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TargetResult<M = String> {
    pub(crate) target: String,
    pub(crate) reached: bool,
    pub(crate) measured: M,
}

/// Returns the lines of the table of targets.
pub(crate) fn target_table<M: Display>(results: &[TargetResult<M>]) -> Vec<String> {
    let rows = results.iter().map(|TargetResult { target, reached, measured }| {
        format!("| {target} | {measured} | {} |", if *reached { "reached" } else { "**missed**" })
    });
    table(&["target", "measured", "result"], rows)
}

/// Returns the lines of a Markdown table.
pub(crate) fn table(columns: &[&str], rows: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines = vec![format!("| {} |", columns.join(" | ")), format!("|{}", " --- |".repeat(columns.len()))];
    lines.extend(rows);
    lines
}

/// Returns today's date in UTC, such as "2026-11-23".
pub(crate) fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// Writes a file of a report, and creates its directory.
pub(crate) fn write_file(directory: &Path, name: &str, text: &str) -> Result<()> {
    let file = directory.join(name);
    fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
    fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
    print_status(format_args!("written to {}", file.display()));
    Ok(())
}

/// Writes a file of a report as indented JSON.
pub(crate) fn write_json(directory: &Path, name: &str, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).context("writing JSON")? + "\n";
    write_file(directory, name, &text)
}
