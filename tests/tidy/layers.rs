//! The modules of the common crate are layers, and the files of a crate import each other without cycles. Both are derived
//! from the `use` lines and paths of the code, not from a list that could become outdated.

use crate::imports::Crate;
use crate::sources::ROOT;
use std::fs;
use std::path::Path;

/// Returns the layers of `shared/src`, from the bottom up: the numbered list under "Layers" in ARCHITECTURE.md.
fn documented_layers() -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let section = text.split("\n## ").find(|section| section.starts_with("Layers")).expect("a section about layers");
    let numbered = section.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    numbered
        .flat_map(|line| line.split('—').next().unwrap_or_default().split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_layer_imports_only_from_layers_below() {
    let layers = documented_layers();
    let shared = Crate::read("shared");
    let mut violations = Vec::new();
    for (file, imports) in shared.imports() {
        let position = |file: &str| {
            let module = file.split(['/', '.']).next().unwrap_or_default();
            layers.iter().position(|layer| layer == module)
        };
        if file == "lib.rs" {
            continue;
        }
        let Some(own) = position(file) else {
            violations.push(format!("{file} belongs to no layer of ARCHITECTURE.md"));
            continue;
        };
        for import in imports.iter().filter(|import| position(import).is_none_or(|other| other > own)) {
            violations.push(format!("{file} imports {import}, which is above it"));
        }
    }
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
    assert!(layers.len() > 10, "ARCHITECTURE.md lists only {layers:?}");
}

#[test]
fn the_files_of_a_crate_have_no_cycles() {
    let mut folders = vec!["shared".to_owned()];
    let functions = crate::sources::names("functions");
    folders.extend(functions.into_iter().map(|function| format!("functions/{function}")));
    let cycles: Vec<_> = folders
        .iter()
        .filter_map(|folder| Some(format!("{folder}: {}", Crate::read(folder).cycle()?.join(" -> "))))
        .collect();
    assert!(cycles.is_empty(), "\n{}\n", cycles.join("\n"));
}
