//! Properties of `template.yaml` that `cfn-lint` does not check.

pub(crate) const TEMPLATE: &str = include_str!("../../template.yaml");

/// Returns the default of a numeric parameter.
fn default_of(parameter: &str) -> u32 {
    let (_, rest) = TEMPLATE.split_once(&format!("\n  {parameter}:\n")).expect("a parameter");
    let (_, rest) = rest.split_once("Default: ").expect("a default");
    rest.lines().next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Returns every function: the name and the lines of its resource.
pub(crate) fn functions() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut functions: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in TEMPLATE.lines() {
        if line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':') {
            functions.push((line.trim().trim_end_matches(':'), Vec::new()));
        } else if let Some((_, lines)) = functions.last_mut() {
            lines.push(line);
        }
    }
    functions.retain(|(_, lines)| lines.first() == Some(&"    Type: AWS::Serverless::Function"));
    assert!(functions.len() >= 10, "{functions:?}");
    functions
}

#[test]
fn all_environments_share_the_connections_of_the_smallest_cluster() {
    let mut environments = 0;
    // The deployment check runs only during deployments, for seconds.
    for (name, lines) in functions().into_iter().filter(|(name, _)| *name != "DeploymentCheckFunction") {
        let reserved = lines.iter().find_map(|line| line.split_once("[ReservesConcurrency, ")).expect(name).1;
        let reserved = reserved.split(", ").next().expect("a number");
        environments += match reserved.strip_prefix("!Ref ") {
            Some(parameter) => default_of(parameter),
            None => reserved.parse().expect("a number"),
        };
    }
    assert!(environments >= 9);
    // The pool, and two connections by which the driver monitors each member.
    assert!(environments * (default_of("MongoDbPoolSize") + 2) <= 400, "{environments} environments");
}

#[test]
fn a_function_may_read_exactly_the_secrets_in_its_settings() {
    for (name, lines) in functions() {
        let secrets = |marker: &str| {
            let start = lines.iter().position(|line| line.contains(marker)).expect(name);
            let list = lines[start..].iter().take_while(|line| line.contains("Secret")).copied().collect::<String>();
            let mut names: Vec<_> = list.split("!GetAtt ").skip(1).filter_map(|it| it.split(".Id").next()).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let (configured, allowed) = (secrets("SECRETS: "), secrets("AWSSecretsManagerGetSecretValuePolicy"));
        assert!(!configured.is_empty(), "{name}");
        assert_eq!(configured, allowed, "{name}");
    }
}

/// Returns whether the code of a function or its macros name an item.
fn uses(function: &str, items: &[&str]) -> bool {
    let sources = crate::sources::sources(".rs");
    let mut own =
        sources.iter().filter(|source| source.path.starts_with(&format!("functions/{function}/src/"))).peekable();
    assert!(own.peek().is_some(), "{function} has no code");
    own.any(|source| items.iter().any(|item| source.text.contains(item)))
}

#[test]
fn a_function_has_exactly_the_keys_that_its_code_uses() {
    for (name, lines) in functions() {
        let binary = lines.iter().find_map(|line| line.split_once("CodeUri: functions/")).expect(name).1;
        let secrets = lines.iter().find(|line| line.contains("SECRETS: ")).expect(name);
        for (secret, items) in [
            ("TokenPrivateKeySecret", ["tokens.sign", "tokens.sign"]),
            ("CursorSecret", ["shop.cursors()", "shop.cursors()"]),
            ("OrderTokenSecret", ["OrderAccess", "order_tokens()"]),
            ("FingerprintSecret", ["Caller", "shop.fingerprints()"]),
            ("ProxySecret", ["Caller", "Caller"]),
        ] {
            assert_eq!(secrets.contains(&format!("!GetAtt {secret}.Id")), uses(binary, &items), "{name}: {secret}");
        }
        let verifies = uses(binary, &["Customer", ": Admin", "MaybeAdmin"]) || binary == "migrate";
        assert_eq!(secrets.contains("!GetAtt TokenPublicKeysSecret.Id"), verifies, "{name}");
    }
}

#[test]
fn only_auth_may_read_the_private_key_of_tokens() {
    let readers = functions().into_iter().filter(|(_, lines)| {
        let policies = lines.iter().filter(|line| line.contains("GetSecretValue"));
        policies.into_iter().any(|line| line.contains("TokenPrivateKeySecret"))
    });
    assert_eq!(readers.map(|(name, _)| name).collect::<Vec<_>>(), ["AuthFunction"]);
}

#[test]
fn a_function_is_built_in_its_own_package() {
    // At the root of the workspace Cargo would unify features, and so build `shared` with the fail points of the tests.
    for (name, lines) in functions() {
        let value = |key: &str| lines.iter().find_map(|line| line.split_once(key)).expect(name).1;
        let source = value("CodeUri: functions/");
        let binary = value("BuildProperties: {Binary: ").trim_end_matches('}');
        assert_eq!(source, binary, "{name}");
    }
    assert!(!TEMPLATE.contains("CodeUri: ."));
}

#[test]
fn no_function_has_a_secret_in_its_environment() {
    for (name, lines) in functions() {
        for parameter in ["MongoDbUri", "MongoDbMigrationUri", "StripeSecretKey"] {
            let reference = format!("!Ref {parameter}");
            assert!(!lines.iter().any(|line| line.ends_with(&reference)), "{name}: {parameter}");
        }
    }
}

#[test]
fn a_guided_deployment_asks_nothing_about_authorization() {
    // The SAM CLI asks for every route, unless its API has a property `Auth`. This one adds no authorizer.
    let (_, api) = TEMPLATE.split_once("\n  Api:\n    Type: AWS::Serverless::HttpApi\n").expect("an API");
    let (api, _) = api.split_once("\n  AccessLogs:").expect("another resource");
    assert!(api.contains("\n      Auth: {EnableIamAuthorizer: false}\n"));
}

#[test]
fn a_wrong_connection_string_fails_before_a_distribution_is_created() {
    let distributions: Vec<_> = TEMPLATE.split("\n    Type: AWS::CloudFront::Distribution\n").skip(1).collect();
    assert_eq!(distributions.len(), 2);
    for distribution in distributions {
        let (attributes, _) = distribution.split_once("    Properties:").expect("properties");
        let depends = attributes.lines().find_map(|line| line.strip_prefix("    DependsOn: ")).expect("a dependency");
        assert!(depends.contains("Migration") && attributes.contains("    Condition: Has"), "{attributes}");
    }
}

#[test]
fn the_bucket_is_public_only_if_it_delivers_the_images() {
    // The rules CKV_AWS_54 and CKV_AWS_56 of checkov cannot evaluate this.
    assert!(TEMPLATE.contains("\n  HasPublicBucket: !Equals [!Ref Pictures, s3]\n"));
    for setting in ["BlockPublicPolicy", "RestrictPublicBuckets"] {
        assert!(TEMPLATE.contains(&format!("\n        {setting}: !If [HasPublicBucket, false, true]\n")), "{setting}");
    }
    for setting in ["BlockPublicAcls", "IgnorePublicAcls"] {
        assert!(TEMPLATE.contains(&format!("\n        {setting}: true\n")), "{setting}");
    }
    let (_, cloudfront) = TEMPLATE
        .split_once("\n            - HasCloudFront\n            - Sid: ReadPublishedImages\n")
        .expect("a statement");
    assert!(
        cloudfront
            .starts_with("              Effect: Allow\n              Principal: {Service: cloudfront.amazonaws.com}\n")
    );
}

#[test]
fn secrets_and_logs_outlive_the_stack() {
    let mut kept = 0;
    for kind in ["AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"] {
        for resource in TEMPLATE.split(&format!("\n    Type: {kind}\n")).skip(1) {
            let attributes: Vec<&str> =
                resource.lines().take_while(|line| !line.starts_with("    Properties:")).collect();
            assert!(attributes.contains(&"    DeletionPolicy: RetainExceptOnCreate"), "{kind}: {attributes:?}");
            assert!(attributes.contains(&"    UpdateReplacePolicy: Retain"), "{kind}: {attributes:?}");
            kept += 1;
        }
    }
    // Ten secrets; the access log and ten functions.
    assert!(kept >= 21, "{kept}");
}

#[test]
fn the_lines_of_lambda_are_json() {
    assert!(TEMPLATE.contains("\n    LoggingConfig: {LogFormat: JSON}\n"));
    for (name, lines) in functions() {
        assert!(!lines.iter().any(|line| line.contains("LogFormat")), "{name} has another format");
    }
}

#[test]
fn the_functions_alone_decide_about_other_origins() {
    // API Gateway would overrule them, and allows no patterns. The preflights of browsers need routes.
    let (_, api) = TEMPLATE.split_once("\n  Api:\n    Type: AWS::Serverless::HttpApi\n").expect("an API");
    let (api, _) = api.split_once("\n  AccessLogs:").expect("another resource");
    assert!(!api.contains("CorsConfiguration"));
    assert!(TEMPLATE.contains("\n        ALLOWED_ORIGINS: !Sub \"${AllowedOrigin},${OtherAllowedOrigin}\"\n"));
    assert!(TEMPLATE.contains("\n        ALLOWED_ORIGIN_PATTERNS: !Ref AllowedOriginPattern\n"));
}

#[test]
fn every_limit_of_attempts_is_a_parameter() {
    let config = include_str!("../../shared/src/config.rs");
    let limits: Vec<&str> = config.split("settings.limit(\"").skip(1).filter_map(|it| it.split('"').next()).collect();
    assert!(limits.len() >= 4, "{limits:?}");
    for limit in limits {
        let (_, setting) = TEMPLATE.split_once(&format!("\n          {limit}: !Ref ")).expect(limit);
        let (_, parameter) =
            TEMPLATE.split_once(&format!("\n  {}:\n", setting.lines().next().expect("a name"))).expect(limit);
        let (properties, _) = parameter.split_once("    Description: ").expect("a description");
        let default = config.split(&format!("settings.limit(\"{limit}\", ")).nth(1).and_then(|it| it.split(')').next());
        let default = default.expect("a default").replace('_', "");
        assert_eq!(
            properties,
            format!("    Type: Number\n    Default: {default}\n    MinValue: 1\n    MaxValue: 3600000\n"),
            "{limit}"
        );
    }
}

#[test]
fn a_first_deployment_needs_no_quota() {
    let (_, parameter) = TEMPLATE.split_once("\n  ReserveConcurrency:\n").expect("a parameter");
    let (_, default) = parameter.split_once("    Default: ").expect("a default");
    assert!(default.starts_with("\"false\"\n"), "a new account has too few executions to reserve any");
}

#[test]
fn no_route_has_a_throttle_of_its_own() {
    // It would count all clients together: one of them could lock out all others.
    assert_eq!(TEMPLATE.matches("ThrottlingRateLimit").count(), 1);
    assert!(TEMPLATE.contains("DefaultRouteSettings:") && !TEMPLATE.contains("\n      RouteSettings:"));
}

#[test]
fn a_closed_shop_serves_no_requests_and_runs_no_schedule() {
    for (name, lines) in functions() {
        let is_stopped = lines.iter().any(|line| line.contains("ReservedConcurrentExecutions: !If [IsClosed, 0, "));
        // The deployment check starts, and then does nothing.
        assert_eq!(is_stopped, !["DeploymentCheckFunction", "MigrateFunction"].contains(&name), "{name}");
    }
    assert!(TEMPLATE.contains("            State: !If [IsClosed, DISABLED, ENABLED]\n"));
    assert!(TEMPLATE.contains("          SHOP_STATE: !Ref ShopState\n"));
}

#[test]
fn old_versions_of_images_are_kept_for_a_limited_time() {
    assert!(TEMPLATE.contains("VersioningConfiguration: {Status: Enabled}"));
    let (_, rules) = TEMPLATE.split_once("LifecycleConfiguration:").expect("rules");
    let (rules, _) = rules.split_once("ImageBucketPolicy:").expect("the end of the rules");
    let rules: Vec<_> = rules.split("- Id: ").skip(1).collect();
    assert_eq!(rules.len(), 2);
    for rule in rules {
        assert!(rule.contains("NoncurrentVersionExpiration: {NoncurrentDays: "), "{rule}");
    }
}
