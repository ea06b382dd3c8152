//! `cargo xtask build`: builds the functions with AWS's SAM CLI for `sam deploy`, and checks each binary.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::elf::Architecture;
use crate::processes::{Processes, RunId};
use crate::terminal::print_status;
use crate::{binary, dev, root, tools};

/// Where `sam deploy` looks for the built template.
pub(crate) const BUILD_DIRECTORY: &str = ".aws-sam/build";

#[derive(Args)]
pub(crate) struct Options {
    /// The instruction set of the functions. Another one than that of this machine is cross-compiled with Zig.
    #[arg(long, value_enum, default_value_t = Architecture::of_this_machine())]
    architecture: Architecture,
    /// Link with Zig, for an older C library than that of this machine.
    #[arg(long)]
    zig: bool,
    /// Fail if a binary is larger than docs/release-profile.md permits. Larger ones work, but start later.
    #[arg(long)]
    limit_sizes: bool,
}

/// Builds the functions and the template.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let Options { architecture, zig, limit_sizes } = options;
    let processes = Processes::new(RunId::random()?, root::tools());
    let sam = tools::sam_command(&processes).await?;
    let is_cross = architecture != Architecture::of_this_machine() || !cfg!(target_os = "linux");
    let linker = if zig || is_cross { Linker::Zig } else { Linker::Native };
    tools::cargo_lambda(&processes).await?;
    if linker == Linker::Zig {
        tools::zig(&processes).await?;
    }
    let directory = root::root().join(BUILD_DIRECTORY);
    sam_build(&processes, &sam, architecture, linker, &directory).await?;
    let too_large = too_large(&directory, architecture)?;
    for excess in &too_large {
        print_status(format_args!("larger than intended, but it works: {excess}"));
    }
    if limit_sizes && !too_large.is_empty() {
        bail!("a binary is too large");
    }
    print_status(format_args!("built for {}; continue with `sam deploy --guided`", architecture.name()));
    Ok(ExitCode::SUCCESS)
}

/// What links the functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linker {
    /// The linker of this machine, for its own architecture and C library.
    Native,
    /// Zig, which has the C libraries of other systems.
    Zig,
}

impl Linker {
    /// The name that `cargo-lambda` has for it.
    const fn compiler(self) -> &'static str {
        match self {
            Self::Native => "cargo",
            Self::Zig => "cargo-zigbuild",
        }
    }
}

/// Runs `sam build`, and checks every function that it has built. Returns the path of the built template, which permits
/// only the architecture of the functions.
pub(crate) async fn sam_build(
    processes: &Processes,
    sam: &[OsString],
    architecture: Architecture,
    linker: Linker,
    directory: &Path,
) -> Result<PathBuf> {
    let build = async |resource: Option<&str>, directory: &Path| -> Result<()> {
        let (program, arguments) = sam.split_first().context("no SAM CLI")?;
        let mut command = processes.command(program);
        command.args(arguments).arg("build").args(resource).arg("--build-dir").arg(directory);
        command.arg("--parameter-overrides").arg(format!("Architecture={}", architecture.name()));
        command.current_dir(root::root()).env("PATH", tools::path()?);
        command.env("SAM_CLI_TELEMETRY", "0").env("CARGO_LAMBDA_COMPILER", linker.compiler());
        ensure!(command.status().await.context("running sam build")?.success(), "sam build failed");
        Ok(())
    };
    let check = |function: &str, directory: &Path| -> Result<usize> {
        let path = program_of(directory, function);
        let program = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        binary::check(function, &program, architecture)?;
        Ok(program.len())
    };
    // If this system's C library is too new, that is noticed after the first function, and not after the last.
    let trial = directory.with_extension("trial");
    build(Some("MigrateFunction"), &trial).await?;
    check("migrate", &trial)?;
    fs::remove_dir_all(&trial).context("removing the first function")?;
    build(None, directory).await?;
    // Before the checks: if they fail, no deployment of what was built may choose another architecture.
    let template = directory.join("template.yaml");
    let built = fs::read_to_string(&template).context("reading the built template")?;
    fs::write(&template, permit_only(architecture, &built)?).context("writing the built template")?;
    let mut sizes = Vec::new();
    for function in dev::function_names() {
        sizes.push(format!("{function} {}", check(function, directory)?));
    }
    print_status(format_args!("sizes in bytes: {}", sizes.join(", ")));
    Ok(template)
}

/// Returns a description of each built binary that is larger than its limit.
pub(crate) fn too_large(directory: &Path, architecture: Architecture) -> Result<Vec<String>> {
    let excess = |function: &str| {
        let path = program_of(directory, function);
        let bytes = fs::metadata(&path).with_context(|| format!("reading the size of {}", path.display()))?.len();
        Ok(binary::excess(function, bytes, architecture))
    };
    let all: Result<Vec<Option<String>>> = dev::function_names().map(excess).collect();
    Ok(all?.into_iter().flatten().collect())
}

/// The path of a function's binary: `stripe-webhook` is built as `StripeWebhookFunction`.
pub(crate) fn program_of(directory: &Path, function: &str) -> PathBuf {
    let resource: String = function.split('-').map(capitalized).collect();
    directory.join(format!("{resource}Function")).join("bootstrap")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Restricts the parameter `Architecture` of a built template to that of its functions. A deployment with another one then
/// fails at once, instead of with functions that do not start.
fn permit_only(architecture: Architecture, template: &str) -> Result<String> {
    let name = architecture.name();
    let parameter = "\n  Architecture:\n";
    let (before, rest) = template.split_once(parameter).context("the built template has no parameter Architecture")?;
    let mut restricted = format!("{before}{parameter}");
    let mut lines = rest.lines().peekable();
    while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
        if line.starts_with("    Default: ") {
            restricted.push_str(&format!("    Default: {name}\n"));
        } else if !line.starts_with("    - ") || line.ends_with(&format!("- {name}")) {
            restricted.push_str(&format!("{line}\n"));
        }
    }
    lines.for_each(|line| restricted.push_str(&format!("{line}\n")));
    Ok(restricted)
}

#[cfg(test)]
mod tests {
    use super::{Architecture, permit_only};

    #[test]
    fn a_built_template_permits_only_the_architecture_of_its_functions() {
        let template = "Parameters:\n  Other:\n    Default: arm64\n    AllowedValues:\n    - arm64\n    - x86_64\n  \
            Architecture:\n    Type: String\n    Default: arm64\n    AllowedValues:\n    - arm64\n    - x86_64\n    \
            Description: Any\n  LogRetentionDays:\n    Default: 30\n    AllowedValues:\n    - 1\n";
        let permitted = "  Architecture:\n    Type: String\n    Default: x86_64\n    AllowedValues:\n    - x86_64\n    \
            Description: Any\n  LogRetentionDays:\n    Default: 30\n    AllowedValues:\n    - 1\n";
        let restricted = permit_only(Architecture::X86_64, template).unwrap();
        let (before, _) = template.split_once("  Architecture").unwrap();
        assert_eq!(restricted, format!("{before}{permitted}"));
        assert_eq!(permit_only(Architecture::Arm64, template).unwrap().matches("- x86_64").count(), 1);
        permit_only(Architecture::Arm64, "Parameters:\n").unwrap_err();
    }
}
