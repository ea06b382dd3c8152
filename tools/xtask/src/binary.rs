//! Checks a function's binary: that it starts on Lambda, that it contains nothing of the tests, and that it is small.

use anyhow::{Context as _, Result, ensure};

use crate::elf::{self, Architecture};

/// The name of the setting that only a build with the feature `chaos` reads.
const FAIL_POINT_SETTING: &[u8] = b"CHAOS_POINT";

/// Checks the binary of a function.
pub(crate) fn check(function: &str, program: &[u8], architecture: Architecture) -> Result<()> {
    elf::check(program, architecture).with_context(|| format!("the function {function} would not start on Lambda"))?;
    let has_fail_points = program.windows(FAIL_POINT_SETTING.len()).any(|it| it == FAIL_POINT_SETTING);
    ensure!(!has_fail_points, "the function {function} contains fail points of the tests");
    Ok(())
}

/// Returns a description if a binary is larger than its limit.
pub(crate) fn excess(function: &str, bytes: u64, architecture: Architecture) -> Option<String> {
    let limit = max_bytes(function, architecture);
    (bytes > limit).then(|| format!("{function} has {bytes} bytes; the limit is {limit}"))
}

/// Returns the limit of the size of a binary, which Lambda loads at each cold start: docs/release-profile.md. The limits for
/// arm64 are estimates.
fn max_bytes(function: &str, architecture: Architecture) -> u64 {
    const MIB: u64 = 1024 * 1024;
    match (function, architecture) {
        // They contain AWS's SDK.
        ("deployment-check" | "mailer" | "products", Architecture::X86_64) => 14 * MIB,
        ("deployment-check" | "mailer" | "products", Architecture::Arm64) => 15 * MIB,
        ("admin" | "auth" | "cart" | "docs" | "imports" | "orders", _) => 11 * MIB,
        _ => 10 * MIB,
    }
}
