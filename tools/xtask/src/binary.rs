//! Checks a function's binary: that it starts on Lambda, that it is small, and that it contains nothing of the tests.

use anyhow::{Context as _, Result, ensure};

use crate::elf::{self, Architecture};

/// The name of the setting that only a build with the feature `chaos` reads.
const FAIL_POINT_SETTING: &[u8] = b"CHAOS_POINT";

/// Checks the binary of a function.
pub(crate) fn check(function: &str, program: &[u8], architecture: Architecture) -> Result<()> {
    elf::check(program, architecture).with_context(|| format!("the function {function} would not start on Lambda"))?;
    let (bytes, max_bytes) = (program.len(), max_bytes(function, architecture));
    ensure!(bytes <= max_bytes, "the function {function} has {bytes} bytes; the limit is {max_bytes}");
    let has_fail_points = program.windows(FAIL_POINT_SETTING.len()).any(|it| it == FAIL_POINT_SETTING);
    ensure!(!has_fail_points, "the function {function} contains fail points of the tests");
    Ok(())
}

/// Returns the limit of the size of a binary, which Lambda loads at each cold start: docs/release-profile.md. The limits for
/// arm64 are estimates.
fn max_bytes(function: &str, architecture: Architecture) -> usize {
    const MIB: usize = 1024 * 1024;
    match (function, architecture) {
        // They contain AWS's SDK.
        ("deployment-check" | "products", Architecture::X86_64) => 13 * MIB,
        ("deployment-check" | "products", Architecture::Arm64) => 14 * MIB,
        (_, Architecture::Arm64) => 10 * MIB,
        ("admin" | "auth" | "orders", Architecture::X86_64) => 9 * MIB + MIB / 2,
        (_, Architecture::X86_64) => 9 * MIB,
    }
}
