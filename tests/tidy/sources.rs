//! Reads the files of the repository that the rules check.

use std::fs;
use std::path::Path;

/// The root of the repository. Cargo runs a test in the folder of its package.
pub(crate) const ROOT: &str = "../..";

/// A file: its path relative to the root, separated by `/`, and its text.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Returns all files with a name that ends in `ending`, sorted by path. Panics if there are none: a rule must not pass
/// because it has checked nothing.
pub(crate) fn sources(ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    visit(Path::new(ROOT), "", ending, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no file ends in {ending}: not the root of the repository");
    found
}

/// Returns all files below a folder with a name that ends in `ending`, with their paths relative to that folder.
pub(crate) fn sources_below(folder: &Path, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    visit(folder, "", ending, &mut found);
    assert!(!found.is_empty(), "no file in {} ends in {ending}", folder.display());
    found
}

/// Returns the names of all entries of a folder, sorted. Panics if there are none.
pub(crate) fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8")).collect();
    names.sort();
    assert!(!names.is_empty(), "{folder} is empty");
    names
}

fn visit(folder: &Path, prefix: &str, ending: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        // Hidden folders contain tools and git's data; the others are not committed.
        if name.starts_with('.') || ["target", "node_modules", "dist"].contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().expect("a file type").is_dir() {
            visit(&entry.path(), &format!("{path}/"), ending, found);
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            found.push(Source { path, text });
        }
    }
}
