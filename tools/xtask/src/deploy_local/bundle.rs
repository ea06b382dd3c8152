//! Builds the functions and the template that `sam deploy` takes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::build::{self, Linker};
use crate::elf::Architecture;
use crate::processes::Processes;
use crate::terminal::print_status;
use crate::{cargo, dev, root, tools};

/// How a line of template.yaml starts that names the package of a function. The binary has the same name.
const SOURCE: &str = "CodeUri: functions/";
/// How the path of a function's package starts in a built template.
const CODE: &str = "CodeUri: ";

/// Builds the Stripe stand-in and, if `with_functions`, the functions.
pub(super) async fn build_binaries(processes: &Processes, with_functions: bool) -> Result<()> {
    print_status("building");
    let functions = dev::function_names().filter(|_| with_functions);
    cargo::build(processes, cargo::select_binaries(functions.chain(["stripe-stand-in"]))).await
}

/// Runs `sam build`, as a deployment does; returns the path of the built template.
pub(super) async fn sam_build(processes: &Processes, sam: &Path, scratch: &Path) -> Result<PathBuf> {
    let sam = tools::samcli(sam);
    let (architecture, directory) = (Architecture::of_this_machine(), scratch.join("built"));
    let template = build::sam_build(processes, &sam, architecture, Linker::Native, &directory).await?;
    let too_large = build::too_large(&directory, architecture)?;
    ensure!(too_large.is_empty(), "too large: {}", too_large.join(", "));
    Ok(template)
}

/// Copies built binaries to where `sam build` would put them; returns the path of the template that names these places.
pub(super) async fn assemble(processes: &Processes, scratch: &Path) -> Result<PathBuf> {
    let template = fs::read_to_string(root::root().join("template.yaml")).context("reading template.yaml")?;
    let mut adapted = String::new();
    for line in template.lines() {
        if let Some((indent, name)) = line.split_once(SOURCE) {
            let directory = scratch.join("binaries").join(name);
            strip(processes, &root::binaries()?.join(name), &directory).await?;
            adapted.push_str(&format!("{indent}CodeUri: {}\n", directory.display()));
        } else {
            adapted.push_str(line);
            adapted.push('\n');
        }
    }
    let path = scratch.join("template.yaml");
    fs::write(&path, adapted).context("writing the template")?;
    Ok(path)
}

/// Writes a template beside a built one, with other binaries of some functions; returns its path.
pub(super) fn with_binaries<const N: usize>(template: &Path, functions: [&str; N], binaries: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(template).context("reading the built template")?;
    let mut adapted = String::new();
    let mut replaced = 0_usize;
    for line in text.lines() {
        let code = line.split_once(CODE).map(|(indent, path)| (indent, Path::new(path)));
        let is_of = |function: &&&str, path: &Path| {
            let built = build::program_of(Path::new(""), function);
            path.ends_with(function) || built.parent().is_some_and(|it| path.ends_with(it))
        };
        let function = code.and_then(|(indent, path)| Some((indent, functions.iter().find(|it| is_of(it, path))?)));
        if let Some((indent, function)) = function {
            adapted.push_str(&format!("{indent}{CODE}{}\n", binaries.join(function).display()));
            replaced = replaced.saturating_add(1);
        } else {
            adapted.push_str(line);
            adapted.push('\n');
        }
    }
    ensure!(replaced == N, "the built template names {replaced} of the functions {functions:?}");
    let path = template.with_file_name("next-release.yaml");
    fs::write(&path, adapted).context("writing the template")?;
    Ok(path)
}

/// Copies a binary into the directory of a function, without its debug information, which is most of a development build.
pub(super) async fn strip(processes: &Processes, program: &Path, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).context("creating a directory")?;
    let to = directory.join("bootstrap");
    let stripped = processes.command("strip").arg("-o").arg(&to).arg(program).output().await;
    if !stripped.is_ok_and(|outcome| outcome.status.success()) {
        fs::copy(program, &to).with_context(|| format!("copying {}", program.display()))?;
    }
    Ok(())
}
