//! The workflows of GitHub: what they run is pinned, and what reaches production was checked, built without a cache, and tested
//! on staging.

use crate::sources::{ROOT, names};
use std::fs;
use std::path::Path;

/// Variables that GitHub's runners set.
const OF_THE_RUNNER: [&str; 3] = ["GITHUB_", "RUNNER_", "HOME"];

/// Returns the name and the text of each workflow.
fn workflows() -> Vec<(String, String)> {
    let folder = ".github/workflows";
    let read = |name: String| {
        let text = fs::read_to_string(Path::new(ROOT).join(folder).join(&name)).expect("a workflow");
        (name, text)
    };
    let workflows: Vec<_> = names(folder).into_iter().map(read).collect();
    assert!(workflows.iter().any(|(name, _)| name == "deploy.yml"));
    workflows
}

/// Returns the text of the checks.
fn checks() -> String {
    workflows().into_iter().find(|(name, _)| name == "ci.yml").expect("the checks").1
}

/// Returns the name and the text of each job of the deployment.
fn deployment() -> Vec<(String, String)> {
    let (_, deploy) = workflows().into_iter().find(|(name, _)| name == "deploy.yml").expect("a deployment");
    let (_, jobs) = deploy.split_once("\njobs:\n").expect("jobs");
    let mut found: Vec<(String, String)> = Vec::new();
    for line in jobs.lines().filter(|line| !line.trim().starts_with('#')) {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')).and_then(|rest| rest.strip_suffix(':')) {
            Some(name) => found.push((name.to_owned(), String::new())),
            None => {
                if let Some((_, text)) = found.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    found
}

/// Returns the names of shell variables in a line, such as `NAME` of `$NAME` and `${NAME}`.
fn variables(line: &str) -> Vec<String> {
    let parts = line.split('$').skip(1).map(|part| part.strip_prefix('{').unwrap_or(part));
    let is_of_name = |letter: &char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || *letter == '_';
    let names = parts.map(|part| part.chars().take_while(is_of_name).collect::<String>());
    names.filter(|name| name.starts_with(|letter: char| letter.is_ascii_uppercase())).collect()
}

#[test]
fn actions_are_pinned_by_commit() {
    let mut checked = 0;
    for (name, text) in workflows() {
        for action in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            let (_, pin) = action.split_once('@').unwrap_or_else(|| panic!("{name}: {action}"));
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{name}: {action} has no version"));
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit && !version.is_empty(), "{name}: {action}");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn workflows_have_no_more_permissions_than_they_declare() {
    for (name, text) in workflows() {
        assert!(text.contains("\npermissions: {}\n") || text.contains("\npermissions:\n  contents: read\n"), "{name}");
        let (checkouts, kept) = (text.matches("actions/checkout@").count(), text.matches("persist-credentials: false"));
        assert_eq!(checkouts, kept.count(), "{name}: a checkout leaves its token in the directory");
    }
}

#[test]
fn every_variable_of_a_workflow_is_declared() {
    let mut checked = 0;
    for (name, text) in workflows() {
        // Expressions of GitHub are no shell variables.
        for variable in text.lines().map(|line| line.replace("${{", "")).flat_map(|line| variables(&line)) {
            let is_declared = [": ", "="].iter().any(|sign| text.contains(&format!("  {variable}{sign}")));
            let is_given = OF_THE_RUNNER.iter().any(|prefix| variable.starts_with(prefix));
            assert!(is_declared || is_given, "{name}: ${variable} is not declared");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
    assert_eq!(variables("a $B ${C_1:-d} $e \"$F\" $((G))"), ["B", "C_1", "F"]);
}

#[test]
fn production_receives_what_was_checked_and_tested() {
    let jobs = deployment();
    let needs: Vec<_> = jobs
        .iter()
        .map(|(name, text)| (name.as_str(), text.lines().find_map(|line| line.trim().strip_prefix("needs: "))))
        .collect();
    let expected = [
        ("checks", None),
        ("build", Some("checks")),
        ("staging", Some("build")),
        ("production", Some("[build, staging]")),
    ];
    assert_eq!(needs, expected);
    let runs = |command: &str| {
        jobs.iter().filter(|(_, text)| text.contains(command)).map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(runs("tools/require-green-checks.sh"), ["checks"]);
    assert_eq!(runs("cargo xtask build"), ["build"]);
    assert_eq!(runs("sha256sum --check"), ["staging", "production"]);
    assert_eq!(runs("sam deploy"), ["staging", "production"]);
    // Production receives no purchases of tests.
    assert_eq!(runs("tools/test-stack.sh"), ["staging"]);
}

#[test]
fn jobs_with_credentials_compile_nothing_and_use_no_cache() {
    for (name, text) in deployment() {
        assert!(!text.contains("cache"), "{name}");
        let has_credentials = text.contains("id-token: write");
        assert_eq!(has_credentials, text.contains(&format!("    environment: {name}\n")), "{name}");
        assert_eq!(has_credentials, text.contains("configure-aws-credentials@"), "{name}");
        assert!(!has_credentials || !text.contains("cargo"), "{name}");
        // AWS's role takes the place of stored keys.
        assert!(!text.contains("secrets."), "{name}");
    }
}

#[test]
fn the_checks_build_and_test_the_optional_feature() {
    let checks = checks();
    for command in [
        "cargo build --workspace --bins --features ferrocart/mongodb-aws",
        "cargo test --package ferrocart --features mongodb-aws",
    ] {
        assert!(checks.contains(&format!("- run: {command}\n")), "{command}");
    }
}

#[test]
fn the_tests_run_where_zsh_is_installed() {
    let checks = checks();
    let (before, _) = checks.split_once("- run: cargo xtask ci\n").expect("the tests");
    assert!(before.contains("apt-get install --yes --no-install-recommends zsh\n"));
}
