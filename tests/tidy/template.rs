//! What `cfn-lint` cannot know of template.yaml.

const TEMPLATE: &str = include_str!("../../template.yaml");

/// The default of a number among the parameters.
fn default_of(parameter: &str) -> u32 {
    let (_, rest) = TEMPLATE.split_once(&format!("\n  {parameter}:\n")).expect("a parameter");
    let (_, rest) = rest.split_once("Default: ").expect("a default");
    rest.lines().next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Each function by name, with the lines of its resource.
fn functions() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut functions: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in TEMPLATE.lines() {
        if line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':') {
            functions.push((line.trim().trim_end_matches(':'), Vec::new()));
        } else if let Some((_, lines)) = functions.last_mut() {
            lines.push(line);
        }
    }
    functions.retain(|(_, lines)| lines.first() == Some(&"    Type: AWS::Serverless::Function"));
    assert!(functions.len() >= 9, "{functions:?}");
    functions
}

#[test]
fn all_environments_together_stay_within_the_connections_of_the_smallest_cluster() {
    let mut environments = 0;
    for (name, lines) in functions() {
        let reserved = lines.iter().find_map(|line| line.split_once("[ReservesConcurrency, ")).expect(name).1;
        let reserved = reserved.split(", ").next().expect("a number");
        environments += match reserved.strip_prefix("!Ref ") {
            Some(parameter) => default_of(parameter),
            None => reserved.parse().expect("a number"),
        };
    }
    assert!(environments >= 9);
    // The pool, and two by which the driver watches each member.
    assert!(environments * (default_of("MongoDbPoolSize") + 2) <= 400, "{environments} environments");
}

#[test]
fn a_function_may_read_the_secrets_that_it_is_told_of_and_no_others() {
    for (name, lines) in functions() {
        let secrets = |mark: &str| {
            let at = lines.iter().position(|line| line.contains(mark)).expect(name);
            let told = lines[at..].iter().take_while(|line| line.contains("Secret")).copied().collect::<String>();
            let mut names: Vec<_> = told.split("!GetAtt ").skip(1).filter_map(|it| it.split(".Id").next()).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let (told, allowed) = (secrets("SECRETS: "), secrets("AWSSecretsManagerGetSecretValuePolicy"));
        assert!(!told.is_empty() && told == allowed, "{name}: {told:?}, {allowed:?}");
    }
}

#[test]
fn a_function_is_built_in_its_own_package() {
    // At the root of the workspace Cargo would build `shared` with the features that any member asks for, so with
    // the crash points of the tests, too.
    for (name, lines) in functions() {
        let told = |mark: &str| lines.iter().find_map(|line| line.split_once(mark)).expect(name).1;
        let (source, binary) = (told("CodeUri: functions/"), told("BuildProperties: {Binary: ").trim_end_matches('}'));
        assert_eq!(source, binary, "{name}");
    }
    assert!(!TEMPLATE.contains("CodeUri: ."));
}

#[test]
fn no_secret_is_in_the_environment_of_a_function() {
    for (name, lines) in functions() {
        for parameter in ["MongoDbUri", "MongoDbMigrationUri", "StripeSecretKey"] {
            let plain = format!("!Ref {parameter}");
            assert!(!lines.iter().any(|line| line.ends_with(&plain)), "{name}: {parameter}");
        }
    }
}
