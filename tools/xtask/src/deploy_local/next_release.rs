//! Builds the next release, whose schema is newer, and deploys it and then this one again: N, N+1, N.
//!
//! The next release is a copy of the sources with a changed declaration. Only three of its functions are built, because
//! linking each takes time: `migrate`, which changes the schema; `docs`, which reports it; and `orders`, which sells with it.
//! The others are those of this release, as during every deployment.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use mongodb::Client;
use mongodb::bson::{Document, doc};

use super::bundle;
use super::shop::Shop;
use super::stack::Stack;
use crate::processes::Processes;
use crate::terminal::print_status;
use crate::{cargo, root};

/// The functions of the next release.
const FUNCTIONS: [&str; 3] = ["migrate", "docs", "orders"];
/// The file with the version of all packages, and how its line starts. Packages of one version would share their compiled code,
/// although their sources differ.
const MANIFEST: &str = "Cargo.toml";
const RELEASE: &str = "[workspace.package]\nversion = \"";
/// The file that declares the schema.
const MIGRATION: &str = "shared/src/db/migration.rs";
/// How the line with its version starts.
const VERSION: &str = "pub const SCHEMA_VERSION: i32 = ";
/// The declaration of this release, and that of the next one, whose validator permits more documents.
const CHANGED: (&str, &str) = (
    "\n        throttles::declaration(),\n",
    "\n        Declaration { validator: Document::new(), ..throttles::declaration() },\n",
);

/// Builds the next release; returns the directory with its binaries. The binaries of this release are built afterwards, into
/// the same target directory.
pub(super) async fn build(processes: &Processes, scratch: &Path) -> Result<PathBuf> {
    print_status("building the next release");
    // The same directory each time, so that Cargo compiles only what has changed.
    let copy = root::tools().join("next-release");
    copy_sources(root::root(), &copy)?;
    let mut command = cargo::command(processes);
    command.current_dir(&copy).arg("build").args(cargo::select_binaries(FUNCTIONS));
    // The dependencies are compiled once for both releases.
    let target = root::binaries()?;
    command.env("CARGO_TARGET_DIR", target.parent().context("the target directory has no parent")?);
    ensure!(command.status().await.context("running cargo build")?.success(), "the next release was not built");
    let binaries = scratch.join("next-release");
    for function in FUNCTIONS {
        bundle::strip(processes, &target.join(function), &binaries.join(function)).await?;
    }
    Ok(binaries)
}

/// Writes the template of the next release beside that of this one; returns its path.
pub(super) fn template(template: &Path, binaries: &Path) -> Result<PathBuf> {
    bundle::with_binaries(template, FUNCTIONS, binaries)
}

/// Deploys the next release, and then this one again. The shop sells with each, and the newer schema remains.
pub(super) async fn roll_forward_and_back(stack: &mut Stack, shop: &Shop, next: &Path, uri: &str) -> Result<()> {
    let version = schema(uri).await?.0;
    let newer = (version.checked_add(1).context("a version")?, Document::new());
    stack.deploy_release("the next release (N+1)", next).await?;
    ensure!(schema(uri).await? == newer, "the next release has not changed the schema");
    check(shop).await.context("the next release")?;
    stack.deploy("this release again (N)", []).await?;
    ensure!(schema(uri).await? == newer, "the previous release has changed the schema of the next one");
    check(shop).await.context("the previous release")
}

async fn check(shop: &Shop) -> Result<()> {
    shop.get("/health").await?;
    shop.sell().await
}

/// Returns the version of the schema, and the validator that the next release changes.
async fn schema(uri: &str) -> Result<(i32, Document)> {
    let database = Client::with_uri_str(uri).await.context("connecting to MongoDB")?.database("ferrocart");
    let stored = database.collection::<Document>("settings").find_one(doc! { "_id": "schema" }).await?;
    let version = stored.context("the database has no version")?.get_i32("version").context("reading the version")?;
    let mut found = database.list_collections().filter(doc! { "name": "throttles" }).await?;
    ensure!(found.advance().await?, "the database has no collection `throttles`");
    let options = found.deserialize_current()?.options;
    Ok((version, options.validator.unwrap_or_default()))
}

fn next_manifest(manifest: &str) -> Result<String> {
    let (before, rest) = manifest.split_once(RELEASE).with_context(|| format!("{MANIFEST} has no version"))?;
    Ok(format!("{before}{RELEASE}9{rest}"))
}

fn next_schema(migration: &str) -> Result<String> {
    let (before, rest) = migration.split_once(VERSION).with_context(|| format!("{MIGRATION} has no {VERSION:?}"))?;
    let (version, rest) = rest.split_once(';').context("the version has no end")?;
    let version = version.parse::<i32>()?.checked_add(1).context("the version is too large")?;
    let next = format!("{before}{VERSION}{version};{rest}");
    ensure!(
        next.matches(CHANGED.0).count() == 1,
        "{MIGRATION} does not declare `throttles` as next_release.rs expects"
    );
    Ok(next.replace(CHANGED.0, CHANGED.1))
}

/// Copies the sources. Files that have not changed keep their times.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("creating {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        // Hidden directories contain tools and git's data; a link named `.git` belongs to a worktree.
        if name.to_string_lossy().starts_with('.') || ["target", "node_modules"].iter().any(|it| name == *it) {
            continue;
        }
        let (source, copy) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            copy_sources(&source, &copy)?;
        } else if source == root::root().join(MIGRATION) {
            write_if_changed(&copy, next_schema(&read(&source)?)?.as_bytes())?;
        } else if source == root::root().join(MANIFEST) {
            write_if_changed(&copy, next_manifest(&read(&source)?)?.as_bytes())?;
        } else {
            write_if_changed(&copy, &fs::read(&source).with_context(|| format!("reading {}", source.display()))?)?;
        }
    }
    Ok(())
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

#[test]
fn the_next_release_has_another_schema() {
    let migration = include_str!("../../../../shared/src/db/migration.rs");
    let next = next_schema(migration).unwrap();
    assert!(next.contains(CHANGED.1) && !next.contains(CHANGED.0));
    let version = |text: &str| text.split_once(VERSION).unwrap().1.split_once(';').unwrap().0.parse::<i32>().unwrap();
    assert_eq!(version(&next), version(migration) + 1);
    next_schema("").unwrap_err();
    next_schema(&format!("{VERSION}1;\n")).unwrap_err();
    let manifest = next_manifest(include_str!("../../../../Cargo.toml")).unwrap();
    assert!(manifest.contains(&format!("{RELEASE}9")), "{manifest}");
}
