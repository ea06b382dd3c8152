//! The guide for frontends, `docs/frontend.md`: it names every problem, with its status.

use crate::operations::{document, operations, text};
use std::collections::{BTreeMap, BTreeSet};

const GUIDE: &str = include_str!("../../docs/frontend.md");

/// The rows of the tables of problems: each code with its status. A row can have several codes.
fn explained() -> BTreeMap<&'static str, &'static str> {
    let (_, problems) = GUIDE.split_once("\n## Problems\n").expect("the section");
    let mut explained = BTreeMap::new();
    for row in problems.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(cells.len() == 5 && cells[3].len() > 10, "{row}");
        for code in cells[1].split(", ").map(|code| code.trim_matches('`')) {
            assert_eq!(explained.insert(code, cells[2]), None, "{code} is explained twice");
        }
    }
    explained
}

#[test]
fn the_guide_explains_every_problem() {
    let document = document();
    let codes = document.pointer("/components/schemas/Problem/properties/code/enum").expect("the codes");
    let codes: BTreeSet<&str> = codes.as_array().expect("codes").iter().filter_map(|code| code.as_str()).collect();
    assert!(codes.len() > 30, "{codes:?}");
    assert_eq!(explained().into_keys().collect::<BTreeSet<_>>(), codes);
}

#[test]
fn the_guide_names_the_status_of_every_problem() {
    let explained = explained();
    let mut found = BTreeSet::new();
    for operation in operations(&document()) {
        for (status, response) in operation.responses() {
            let description = text(&response, "description");
            for (code, named) in explained.iter().filter(|(code, _)| description.contains(&format!("`{code}`"))) {
                assert_eq!(*named, status, "{code} of {}", operation.name());
                found.insert(*code);
            }
        }
    }
    // No operation has a problem of other methods.
    let unused: Vec<&str> = explained.into_keys().filter(|code| !found.contains(code)).collect();
    assert_eq!(unused, ["method_not_allowed"]);
}
