//! The front door in `template.yaml`, and its firewall: `docs/decisions/front-door.md`.

use crate::sources::sources;
use crate::template::TEMPLATE;

const FIREWALL: &str = include_str!("../../firewall.yaml");
const CHECKOV: &str = include_str!("../../.checkov.yaml");
const COMBINATIONS: &str = include_str!("../../tools/template-combinations.py");

/// Returns the lines of a resource, a rule, or another entry of a section.
fn entry(template: &str, name: &str) -> String {
    let (_, rest) = template.split_once(&format!("\n  {name}:\n")).unwrap_or_else(|| panic!("no {name}"));
    let is_next = |line: &str| !line.trim().is_empty() && !line.starts_with("   ");
    rest.split_inclusive('\n').take_while(|line| !is_next(line)).collect()
}

#[test]
fn the_front_door_exists_only_with_a_domain_name() {
    assert!(TEMPLATE.contains("\n  HasFrontDoor: !Not [!Equals [!Ref DomainName, \"\"]]\n"));
    for resource in ["ApiDomain", "ApiDomainMapping", "ApiCachePolicy", "ApiRequestPolicy", "ApiDistribution"] {
        assert!(entry(TEMPLATE, resource).contains("    Condition: HasFrontDoor\n"), "{resource}");
    }
    for output in ["FrontDoorHost", "DefaultEndpointUrl"] {
        assert!(entry(TEMPLATE, output).starts_with("    Condition: HasFrontDoor\n"), "{output}");
    }
    for output in ["ApiUrl", "StripeWebhookUrl"] {
        assert!(entry(TEMPLATE, output).contains("      - HasFrontDoor\n      - !Sub \"https://${DomainName}/api/v1"));
    }
}

#[test]
fn a_front_door_without_a_certificate_is_rejected_before_it_is_built() {
    let rule = entry(TEMPLATE, "FrontDoorIsComplete");
    assert!(rule.starts_with("    RuleCondition: !Not [!Equals [!Ref DomainName, \"\"]]\n"));
    for certificate in ["CertificateArn", "RegionalCertificateArn"] {
        assert!(rule.contains(&format!("- Assert: !Not [!Equals [!Ref {certificate}, \"\"]]\n")), "{certificate}");
        assert!(rule.contains(&format!("AssertDescription: \"{certificate} is required with DomainName")));
    }
    assert!(entry(TEMPLATE, "NoFrontDoorHasNoFirewall").contains("AssertDescription: \"WebAclArn requires DomainName"));
}

#[test]
fn the_api_responds_at_its_own_url_only_without_a_front_door_or_on_request() {
    let condition = "HasNoDefaultEndpoint: !And [!Equals [!Ref DefaultEndpoint, disabled], Condition: HasFrontDoor]";
    assert!(TEMPLATE.contains(condition));
    assert!(entry(TEMPLATE, "Api").contains("DisableExecuteApiEndpoint: !If [HasNoDefaultEndpoint, true, false]\n"));
}

#[test]
fn requests_share_a_cached_response_only_if_equal_in_all_it_depends_on() {
    let policy = entry(TEMPLATE, "ApiCachePolicy");
    for setting in [
        // The functions add the CORS headers that belong to the origin, and API Gateway responds under its own domain name only.
        "HeadersConfig: {HeaderBehavior: whitelist, Headers: [authorization, host, origin]}",
        "CookiesConfig: {CookieBehavior: all}",
        "QueryStringsConfig: {QueryStringBehavior: all}",
        // The functions know gzip only.
        "EnableAcceptEncodingBrotli: false",
        "EnableAcceptEncodingGzip: true",
        // With another minimum CloudFront would ignore `no-store` and `private`.
        "MinTTL: 0",
        // A response without Cache-Control is one of API Gateway's own.
        "DefaultTTL: 0",
    ] {
        assert!(policy.contains(&format!(" {setting}\n")), "{setting}");
    }
    let (_, max) = policy.split_once("MaxTTL: ").expect("a maximum");
    let max: u64 = max.lines().next().and_then(|number| number.parse().ok()).expect("a number");
    let ages = sources(".rs").into_iter().filter(|source| source.path.starts_with("functions/"));
    let ages: Vec<u64> = ages.filter_map(|source| max_age(&source.text)).collect();
    assert!(ages.len() >= 3 && ages.iter().all(|age| *age <= max), "{ages:?}");
    // Each behaviour of the API has this policy.
    for behaviour in api_behaviours() {
        assert!(behaviour.contains(&"CachePolicyId: !Ref ApiCachePolicy"), "{behaviour:?}");
    }
}

/// Returns the settings of the two behaviours of the API: for all paths without pages, and for its own paths beside pages.
fn api_behaviours() -> [Vec<&'static str>; 2] {
    let (_, distribution) = TEMPLATE.split_once("\n  ApiDistribution:\n").expect("a distribution");
    let behaviours = distribution.split("TargetOriginId: api\n").skip(1).map(|rest| {
        let lines = rest.lines().take_while(|line| line.starts_with("            "));
        lines.map(str::trim).filter(|line| !line.starts_with('#')).collect()
    });
    behaviours.collect::<Vec<_>>().try_into().expect("two behaviours")
}

#[test]
fn pages_beside_the_api_change_nothing_of_it() {
    let [alone, beside_pages] = api_behaviours();
    assert_eq!(alone, beside_pages);
    assert!(alone.len() >= 6, "{alone:?}");
    let distribution = entry(TEMPLATE, "ApiDistribution");
    assert!(distribution.contains("          - - PathPattern: /api/*\n              TargetOriginId: api\n"));
    let (_, pages) = distribution.split_once("TargetOriginId: pages\n").expect("pages");
    let pages: String = pages.split_inclusive('\n').take_while(|line| line.starts_with("            ")).collect();
    // S3 must neither receive the host name of the viewer nor its tokens.
    assert!(!pages.contains("OriginRequestPolicyId") && !pages.contains("ApiCachePolicy"), "{pages}");
}

#[test]
fn pages_exist_only_behind_the_front_door_and_on_request() {
    assert!(
        TEMPLATE.contains("\n  HasFrontend: !And [!Equals [!Ref Frontend, cloudfront], Condition: HasFrontDoor]\n")
    );
    assert!(entry(TEMPLATE, "Frontend").contains("    Default: none\n"));
    assert!(
        entry(TEMPLATE, "FrontendHasFrontDoor").contains("AssertDescription: \"DomainName is required with Frontend")
    );
    for resource in ["FrontendBucket", "FrontendBucketPolicy", "FrontendAccess", "FrontendRoutes", "FrontendHeaders"] {
        assert!(entry(TEMPLATE, resource).contains("    Condition: HasFrontend\n"), "{resource}");
    }
    let bucket = entry(TEMPLATE, "FrontendBucket");
    for setting in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        assert!(bucket.contains(&format!("{setting}: true")), "{setting}");
    }
    let policy = entry(TEMPLATE, "FrontendBucketPolicy");
    assert_eq!(policy.matches("Effect: Allow").count(), 1);
    assert!(policy.contains("Principal: {Service: cloudfront.amazonaws.com}\n"));
    assert!(policy.contains("distribution/${ApiDistribution}\"\n"));
}

/// Returns the seconds of a declaration of `MAX_AGE`.
fn max_age(source: &str) -> Option<u64> {
    let (_, declared) = source.split_once("const MAX_AGE: Duration = Duration::")?;
    let (unit, number) = declared.split_once('(').expect("a call");
    let number: u64 = number.split(')').next().and_then(|number| number.parse().ok()).expect("a number");
    match unit {
        "from_secs" => Some(number),
        "from_mins" => Some(number.saturating_mul(60)),
        _ => panic!("MAX_AGE in another unit: {unit}"),
    }
}

#[test]
fn cloudfront_caches_no_error() {
    let distribution = entry(TEMPLATE, "ApiDistribution");
    for code in [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] {
        assert!(distribution.contains(&format!("- {{ErrorCode: {code}, ErrorCachingMinTTL: 0}}\n")), "{code}");
    }
    assert_eq!(distribution.matches("ErrorCode:").count(), 11);
}

#[test]
fn cloudfront_passes_on_all_that_the_api_reads() {
    let policy = entry(TEMPLATE, "ApiRequestPolicy");
    let headers = "{HeaderBehavior: allViewerAndWhitelistCloudFront, Headers: [CloudFront-Viewer-Address]}";
    assert!(policy.contains(&format!("HeadersConfig: {headers}\n")));
    let methods = |text: &str, key| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(key)).expect("methods");
        line.trim_matches(['[', ']']).split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    // The API behind all paths, and behind its own beside the pages.
    let distribution = entry(TEMPLATE, "ApiDistribution");
    let behaviors: Vec<_> =
        distribution.split("TargetOriginId: ").filter(|behavior| behavior.starts_with("api\n")).collect();
    assert_eq!(behaviors.len(), 2);
    for behavior in behaviors {
        assert!(behavior.contains("OriginRequestPolicyId: !Ref ApiRequestPolicy\n"), "{behavior}");
        let allowed = methods(behavior, "AllowedMethods: ");
        // Browsers send preflights by OPTIONS.
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"] {
            assert!(allowed.contains(&method.to_owned()), "{method}");
        }
        // Only the functions know which responses carry secrets.
        assert!(behavior.contains(" Compress: false\n"), "{behavior}");
        // A preflight depends on more headers than the cache distinguishes.
        assert_eq!(methods(behavior, "CachedMethods: "), ["GET", "HEAD"]);
    }
}

#[test]
fn cloudfront_sends_the_secret_of_the_proxy() {
    let distribution = entry(TEMPLATE, "ApiDistribution");
    assert!(distribution.contains("- HeaderName: X-Ferrocart-Proxy-Secret\n"));
    let secret = entry(TEMPLATE, "ProxySecret");
    let key = secret.split("GenerateStringKey: ").nth(1).and_then(|key| key.lines().next());
    let reference = format!("{{{{resolve:secretsmanager:${{ProxySecret.Id}}:SecretString:{}", key.expect("a key"));
    assert!(distribution.contains(&format!("- !Sub \"{reference}}}}}\"\n")));
    assert!(distribution.contains(&format!("- !Sub \"{reference}::${{ProxySecretVersion}}}}}}\"\n")));
    assert_eq!(TEMPLATE.matches("{{resolve:").count(), 2, "no other resource contains a secret");
}

#[test]
fn connections_of_the_front_door_are_encrypted() {
    let distribution = entry(TEMPLATE, "ApiDistribution");
    for setting in [
        "MinimumProtocolVersion: TLSv1.2_2021",
        "ViewerProtocolPolicy: https-only",
        "OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]",
    ] {
        assert!(distribution.contains(setting), "{setting}");
    }
    assert!(entry(TEMPLATE, "ApiDomain").contains("SecurityPolicy: TLS_1_2}"));
}

#[test]
fn the_firewall_limits_each_address_but_not_stripe() {
    assert!(entry(FIREWALL, "WebAcl").contains("      Scope: CLOUDFRONT\n"));
    let (_, rule) = FIREWALL.split_once("- Name: requests-per-address\n").expect("a rule");
    assert!(rule.contains("NotStatement:") && rule.contains("AggregateKeyType: IP\n"));
    let exempt = rule.split("SearchString: ").nth(1).and_then(|path| path.lines().next()).expect("a path");
    assert!(TEMPLATE.contains(&format!("Method: POST, Path: \"{exempt}\"}}")), "{exempt} is no route");
    assert!(!rule.contains("PositionalConstraint: STARTS_WITH"));
}

#[test]
fn the_firewall_logs_no_secret() {
    for header in ["authorization", "cookie", "x-ferrocart-proxy-secret", "x-ferrocart-client-secret"] {
        assert!(FIREWALL.contains(&format!("- SingleHeader: {{Name: {header}}}\n")), "{header}");
    }
    assert_eq!(FIREWALL.matches("SampledRequestsEnabled: true").count(), 0, "samples show all headers in the console");
}

#[test]
fn each_exception_of_checkov_states_its_reason() {
    let mut exceptions = 0;
    for template in [TEMPLATE, FIREWALL] {
        for exception in template.split("- id: CKV").skip(1) {
            let reason =
                exception.lines().nth(1).and_then(|line| line.trim().strip_prefix("comment: \"")).unwrap_or("");
            assert!(reason.len() > 20, "CKV{}", exception.lines().next().unwrap_or_default());
            exceptions += 1;
        }
    }
    let mut previous = "";
    for line in CHECKOV.lines() {
        assert!(!line.starts_with("  - CKV") || previous.starts_with("  # "), "{line}");
        exceptions += usize::from(line.starts_with("  - CKV"));
        previous = line;
    }
    exceptions += COMBINATIONS.matches("    (\"CKV").count();
    assert!(exceptions > 10, "{exceptions}");
}
