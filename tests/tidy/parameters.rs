//! The parameters of `template.yaml`: how the console groups them, and where their values go.

use crate::template::TEMPLATE;

/// Properties that CloudFormation converts to a number, because their types are declared. In untyped JSON `!Ref` is a
/// string, also for a parameter of type Number.
const NUMERIC_PROPERTIES: [&str; 6] = [
    "BudgetLimit",
    "RetentionInDays",
    "ReservedConcurrentExecutions",
    "ThrottlingRateLimit",
    "ThrottlingBurstLimit",
    "Threshold",
];

/// Returns the name and the lines of each entry of a top-level section.
fn entries(section: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut lines = TEMPLATE.lines().skip_while(|line| *line != format!("{section}:"));
    lines.next();
    let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in lines.take_while(|line| line.is_empty() || line.starts_with(' ')) {
        let is_name = line.starts_with("  ") && !line.starts_with("   ") && !line.trim().starts_with('#');
        match entries.last_mut() {
            _ if is_name => entries.push((line.trim().split(':').next().expect("a name"), Vec::new())),
            Some((_, lines)) => lines.push(line),
            None => {}
        }
    }
    assert!(!entries.is_empty(), "the template has no {section}");
    entries
}

#[test]
fn each_parameter_is_in_one_group_and_has_a_label() {
    let (_, interface) = TEMPLATE.split_once("  AWS::CloudFormation::Interface:\n").expect("an interface");
    let (groups, rest) = interface.split_once("    ParameterLabels:\n").expect("labels");
    let (labels, _) = rest.split_once("\nParameters:\n").expect("parameters");
    let lists = groups.lines().filter_map(|line| line.trim().strip_prefix("Parameters: [")?.strip_suffix(']'));
    let mut grouped: Vec<&str> = lists.flat_map(|list| list.split(", ")).collect();
    let mut labelled: Vec<&str> =
        labels.lines().filter_map(|line| Some(line.trim().split_once(": {default: ")?.0)).collect();
    let mut declared: Vec<&str> = entries("Parameters").into_iter().map(|(name, _)| name).collect();
    for names in [&mut grouped, &mut labelled, &mut declared] {
        names.sort_unstable();
    }
    assert_eq!(grouped, declared);
    assert_eq!(labelled, declared);
}

#[test]
fn every_parameter_is_described_and_used() {
    for (name, lines) in entries("Parameters") {
        assert!(lines.iter().any(|line| line.starts_with("    Description: ")), "{name} has no description");
        let used = [format!("!Ref {name}"), format!("${{{name}}}")];
        assert!(used.iter().any(|reference| TEMPLATE.contains(reference)), "{name} is not used");
    }
}

#[test]
fn numbers_go_only_where_their_type_is_declared() {
    let parameters = entries("Parameters");
    let numbers = parameters.iter().filter(|(_, lines)| lines.contains(&"    Type: Number"));
    let mut checked = 0;
    for (name, _) in numbers {
        let reference = format!("!Ref {name}");
        let is_reference = |line: &&str| line.split([',', ']', '}']).any(|part| part.trim().ends_with(&reference));
        for line in TEMPLATE.lines().filter(is_reference) {
            let property = line.split(&reference).next().expect("the start of the line").trim();
            let property = property.trim_start_matches("Properties: {").split(':').next().expect("a property");
            // Environment variables are strings on both sides, and conditions compare strings.
            let is_condition = property.starts_with("Has") || property == "RuleCondition";
            let is_setting = property.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            assert!(is_condition || is_setting || NUMERIC_PROPERTIES.contains(&property), "{name}: {line}");
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked} references to numbers");
}

#[test]
fn the_migration_receives_the_modes_of_both_keys_of_stripe() {
    let (_, migration) = TEMPLATE.split_once("\n  Migration:\n").expect("the custom resource");
    let (migration, _) = migration.split_once("\n  MigrateLogs:\n").expect("the end of the custom resource");
    for key in ["StripeSecretKey", "StripePublishableKey"] {
        let mode = format!("{key}Mode: !Select [1, !Split [\"_\", !Ref {key}]]");
        assert!(migration.lines().any(|line| line.trim() == mode), "{mode}");
        // Nothing but the mode: the properties of a resource are shown in the console.
        assert_eq!(migration.matches(&format!("!Ref {key}")).count(), 1, "{key}");
    }
}
