//! Canary deployments in `template.yaml`. `canary.py` of the local deployment checks what SAM's transform makes of them.

use crate::template::{TEMPLATE, functions};
use std::collections::BTreeSet;

/// The functions that receive no requests of customers: one is invoked before all others, the other one is the check.
const UNSHIFTED: [&str; 2] = ["DeploymentCheckFunction", "MigrateFunction"];
/// The conditions that settings depend on, and the parameters that these consist of.
const CONDITIONS: [(&str, &str); 3] = [("HasImages", "Pictures"), ("HasCloudFront", "Pictures"), ("SendsMail", "Mail")];

fn globals() -> &'static str {
    let (_, globals) = TEMPLATE.split_once("\nGlobals:\n").expect("globals");
    globals.split_once("\nResources:\n").expect("resources").0
}

/// Returns the part of a resource or of the globals that sets environment variables, as text.
fn environment(lines: &[&str]) -> String {
    let depth = |line: &str| line.find(|c| c != ' ').unwrap_or_default();
    let mut rest = lines.iter().skip_while(|line| line.trim() != "Environment:");
    let own = depth(rest.next().expect("an environment"));
    rest.take_while(|line| depth(line) > own).copied().collect::<Vec<_>>().join("\n")
}

/// Returns the parameters that environment variables depend on.
fn parameters_of(environment: &str) -> BTreeSet<&str> {
    let (_, declared) = TEMPLATE.split_once("\nParameters:\n").expect("parameters");
    let (declared, _) = declared.split_once("\nMappings:\n").expect("mappings");
    let is_parameter = |name: &&str| declared.contains(&format!("\n  {name}:\n    Type: "));
    let end = |text: &str| text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let named = |marker| environment.split(marker).skip(1).map(|rest: &str| &rest[..end(rest)]);
    let direct = named("!Ref ").chain(named("${")).filter(is_parameter);
    let conditional = CONDITIONS.iter().filter(|(condition, _)| environment.contains(condition)).map(|(_, it)| *it);
    direct.chain(conditional).collect()
}

#[test]
fn every_function_with_requests_has_a_canary_deployment() {
    for line in [
        "    AutoPublishAlias: live",
        "      Enabled: !FindInMap [Deployments, !Ref Deployments, ShiftsTraffic]",
        "      Type: Canary10Percent5Minutes",
        "      Alarms: [!Sub \"${AWS::StackName}-ServerErrors\"]",
        "      Hooks: {PreTraffic: !Ref DeploymentCheckFunction}",
        "      Role: !GetAtt TrafficRole.Arn",
    ] {
        assert!(globals().lines().any(|it| it == line), "{line}");
    }
    let (_, alarm) = TEMPLATE.split_once("\n  ServerErrors:\n    Type: AWS::CloudWatch::Alarm\n").expect("an alarm");
    assert!(alarm.starts_with("    Properties:\n      AlarmName: !Sub \"${AWS::StackName}-ServerErrors\"\n"));
    for (name, lines) in functions() {
        let is_off = lines.iter().any(|line| line.trim() == "DeploymentPreference: {Enabled: false}");
        assert_eq!(is_off, UNSHIFTED.contains(&name), "{name}");
        assert!(!lines.iter().any(|line| line.contains("AutoPublishAlias")), "{name} has an alias of its own");
    }
}

#[test]
fn deployments_are_canary_unless_the_parameter_says_otherwise() {
    let (_, parameter) = TEMPLATE.split_once("\n  Deployments:\n    Type: String\n").expect("a parameter");
    assert!(parameter.starts_with("    Default: canary\n    AllowedValues: [canary, at-once]\n"));
    let mapping =
        "\nMappings:\n  Deployments:\n    canary: {ShiftsTraffic: \"true\"}\n    at-once: {ShiftsTraffic: \"false\"}\n";
    assert!(TEMPLATE.contains(mapping));
}

#[test]
fn a_changed_parameter_publishes_a_version_of_each_function_that_reads_it() {
    // One parameter too many would fail a deployment: Lambda publishes no version of an unchanged function.
    let shared = environment(&globals().lines().collect::<Vec<_>>());
    for (name, lines) in functions().into_iter().filter(|(name, _)| !UNSHIFTED.contains(name)) {
        let description =
            lines.iter().find_map(|line| line.trim().strip_prefix("VersionDescription: !Join ")).expect(name);
        let own = environment(&lines);
        let read: BTreeSet<_> = parameters_of(&shared).union(&parameters_of(&own)).copied().collect();
        assert_eq!(parameters_of(description), read, "{name}");
    }
}

#[test]
fn a_description_of_a_version_fits_into_lambdas_limit() {
    // https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
    const MAX: usize = 256;
    // Plausible values, without `https://`. That of StripePublishableKey is the longest that Stripe issues.
    let values = [
        ("StripePublishableKey", 107),
        ("StripeApiBase", "api.stripe.com".len()),
        ("AllowedOrigin", "shop.example-store.com".len()),
        ("OtherAllowedOrigin", "admin.example-store.com".len()),
        ("AllowedOriginPattern", "*.preview.example-store.com".len()),
        ("StorefrontProductUrl", "shop.example-store.com/products/{slug}".len()),
        ("MailFrom", "orders@example-store.com".len()),
        ("StorefrontUrl", "shop.example-store.com".len()),
        ("StoreName", "An Example of a Store".len()),
        ("StoreAccent", "#1f2937".len()),
        ("MongoDbDatabase", "ferrocart".len()),
        // Values of a fixed length need no space between them.
        ("MongoDbAuthentication", "uri".len()),
        ("StoreCurrency", 3),
        ("Pictures", "cloudfront".len()),
        ("MongoDbPoolSize", 2),
        ("StoreCountry", 2),
        ("CatalogueLanguage", 2),
        ("MaxUnpaidOrders", 2),
        ("ProxyCallsPerHour", 5),
    ];
    let length_of =
        |name: &str| values.iter().find(|(parameter, _)| *parameter == name).map_or(4, |(_, length)| *length);
    for (name, lines) in functions().into_iter().filter(|(name, _)| !UNSHIFTED.contains(name)) {
        let description = lines.iter().find(|line| line.contains("VersionDescription: ")).expect(name);
        let (_, text) = description.split_once("!Join [\"\", !Split [\"https://\", !Sub \"").expect(name);
        let text = text.strip_suffix("\"]]").expect(name);
        let fill = |text: String, parameter: &str| {
            text.replace(&format!("${{{parameter}}}"), &"x".repeat(length_of(parameter)))
        };
        let filled = parameters_of(description).into_iter().fold(text.to_owned(), fill);
        assert!(filled.len() <= MAX, "{name}: {}", filled.len());
    }
}

#[test]
fn the_check_invokes_the_version_of_each_function_with_routes() {
    let (_, check) = functions().into_iter().find(|(name, _)| *name == "DeploymentCheckFunction").expect("the check");
    let mut invoked = 0;
    let has_routes = |lines: &[&str]| lines.iter().any(|line| line.contains("Type: HttpApi"));
    for (name, _) in functions().into_iter().filter(|(_, lines)| has_routes(lines)) {
        let version = format!("_VERSION: !Ref {name}.Version");
        assert!(check.iter().any(|line| line.ends_with(&version)), "{name}");
        // A version, not the code that is not published.
        assert!(check.contains(&format!("                - !Sub \"${{{name}.Arn}}:*\"").as_str()), "{name}");
        invoked += 1;
    }
    assert_eq!(invoked, 8);
    assert_eq!(check.iter().filter(|line| line.contains("_VERSION: ")).count(), invoked);
}

#[test]
fn code_deploy_may_shift_the_functions_and_invoke_the_check_alone() {
    let (_, role) = TEMPLATE.split_once("\n  TrafficRole:\n    Type: AWS::IAM::Role\n").expect("a role");
    let (role, _) = role.split_once("\n\n").expect("the end of the role");
    let (_, shifted) = role.split_once("lambda:UpdateAlias").expect("a statement");
    let (shifted, invoked) = shifted.split_once("Action: lambda:InvokeFunction").expect("a statement");
    for (name, _) in functions() {
        for resource in [format!("!GetAtt {name}.Arn\n"), format!("!Sub \"${{{name}.Arn}}:*\"\n")] {
            assert_eq!(shifted.contains(&resource), !UNSHIFTED.contains(&name), "{resource}");
        }
    }
    assert_eq!(invoked.trim(), "Resource: !GetAtt DeploymentCheckFunction.Arn");
}
