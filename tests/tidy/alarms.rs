//! The alarms of `template.yaml`: each has an entry in the guide, and reads a metric that AWS documents or the shop emits.

use crate::sources::ROOT;
use crate::template::TEMPLATE;
use std::fs;
use std::path::Path;

/// Metrics of AWS: the namespace, the name, and the value of the dimension by which the alarm reads it. An empty one stands
/// for the whole account. Sources:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html>.
const AWS_METRICS: [(&str, &str, &str); 8] = [
    ("AWS/ApiGateway", "5xx", "{Name: ApiId, Value: !Ref Api}"),
    ("AWS/ApiGateway", "Latency", "{Name: ApiId, Value: !Ref Api}"),
    ("AWS/Lambda", "ConcurrentExecutions", ""),
    ("AWS/Lambda", "Errors", "{Name: FunctionName, Value: !Ref MaintenanceFunction}"),
    ("AWS/Lambda", "Invocations", "{Name: FunctionName, Value: !Ref MaintenanceFunction}"),
    ("AWS/Lambda", "Throttles", ""),
    ("AWS/SQS", "NumberOfMessagesSent", "{Name: QueueName, Value: !GetAtt FailedRuns.QueueName}"),
    // Written by the functions. tests/api/alarms.rs brings about the condition of each alarm.
    ("!Ref AWS::StackName", "", ""),
];

/// Returns the name and the lines of each alarm.
fn alarms() -> Vec<(&'static str, Vec<&'static str>)> {
    let parts: Vec<&str> = TEMPLATE.split("\n    Type: AWS::CloudWatch::Alarm\n").collect();
    let alarms = parts.iter().zip(parts.iter().skip(1)).map(|(before, properties)| {
        let name = before.lines().last().expect("a name").trim().trim_end_matches(':');
        (name, properties.lines().take_while(|line| line.starts_with("    ")).map(str::trim).collect::<Vec<_>>())
    });
    let alarms: Vec<_> = alarms.collect();
    assert!(alarms.len() >= 14, "{alarms:?}");
    alarms
}

/// Returns the value of a property, in an alarm on one metric or in an expression.
fn value<'a>(lines: &[&'a str], key: &str) -> &'a str {
    let find = |line: &&'a str| Some(line.split_once(key)?.1.split([',', '}']).next().expect("a value"));
    lines.iter().find_map(find).unwrap_or_default()
}

#[test]
fn every_alarm_reads_a_known_metric_by_its_dimensions() {
    for (name, lines) in alarms() {
        let (namespace, metric) = (value(&lines, "Namespace: "), value(&lines, "MetricName: "));
        let dimensions = lines.iter().find_map(|line| line.strip_prefix("Dimensions: [")?.strip_suffix(']'));
        let matches = |known: &&(&str, &str, &str)| known.0 == namespace && (known.1 == metric || known.1.is_empty());
        let (_, _, expected) =
            AWS_METRICS.iter().find(matches).unwrap_or_else(|| panic!("{name}: {namespace} {metric}"));
        assert_eq!(dimensions.unwrap_or_default(), *expected, "{name}");
    }
}

#[test]
fn every_alarm_notifies_and_handles_missing_data() {
    for (name, lines) in alarms() {
        for property in ["AlarmActions: [!Ref Alarms]", "OKActions: [!Ref Alarms]"] {
            assert!(lines.contains(&property), "{name}: {property}");
        }
        let expected = if name == "MaintenanceStopped" { "breaching" } else { "notBreaching" };
        assert_eq!(value(&lines, "TreatMissingData: "), expected, "{name}");
    }
}

#[test]
fn every_alarm_has_an_entry_in_the_guide() {
    let guide = fs::read_to_string(Path::new(ROOT).join("docs/deploy.md")).expect("the guide");
    let (_, section) = guide.split_once("\n## Alarms\n").expect("a section about alarms");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut documented: Vec<&str> = rows.collect();
    let mut declared: Vec<&str> = alarms().into_iter().map(|(name, _)| name).collect();
    documented.sort_unstable();
    declared.sort_unstable();
    assert_eq!(documented, declared);
}

#[test]
fn failed_runs_go_to_the_queue_of_the_alarm() {
    // Both the function that fails twice and the schedule that cannot start it.
    for target in [
        "OnFailure: {Type: SQS, Destination: !GetAtt FailedRuns.Arn}",
        "DeadLetterConfig: {Arn: !GetAtt FailedRuns.Arn}",
    ] {
        assert_eq!(TEMPLATE.matches(target).count(), 2, "{target}");
    }
}
