//! The files of the repository, as the rules read them.

use std::fs;
use std::path::Path;

/// The root of the repository: cargo runs a test in the folder of its package.
pub(crate) const ROOT: &str = "../..";

/// A file: its path from the root with `/` between names, and what is in it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every file of the repository that ends so, in the order of its path. At least one, or a rule
/// would pass on nothing.
pub(crate) fn sources(ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    visit(Path::new(ROOT), "", ending, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no file ends in {ending}: is this the repository?");
    found
}

/// Every file below a folder that ends so, with its path from there.
pub(crate) fn sources_below(folder: &Path, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    visit(folder, "", ending, &mut found);
    assert!(!found.is_empty(), "no file in {} ends in {ending}", folder.display());
    found
}

/// The names of what is in a folder.
pub(crate) fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8")).collect();
    names.sort();
    assert!(!names.is_empty(), "there is nothing in {folder}");
    names
}

fn visit(folder: &Path, prefix: &str, ending: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        // Hidden folders hold tools and what git keeps.
        if name.starts_with('.') || name == "target" {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().expect("a kind of file").is_dir() {
            visit(&entry.path(), &format!("{path}/"), ending, found);
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            found.push(Source { path, text });
        }
    }
}
