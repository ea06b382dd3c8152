//! Metrics in CloudWatch's embedded metric format
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>):
//! log lines from which CloudWatch extracts metrics, without a call or a delay.

use serde_json::{Map, Value, json};
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Layer};

/// Writes tracing events as metrics.
pub(super) struct EmbeddedMetrics<W> {
    namespace: String,
    writer: W,
}

impl<W> EmbeddedMetrics<W> {
    pub(super) fn new(namespace: &str, writer: W) -> Self {
        Self { namespace: namespace.to_owned(), writer }
    }
}

impl<S: Subscriber, W: for<'a> MakeWriter<'a> + 'static> Layer<S> for EmbeddedMetrics<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut metric = Metric::default();
        event.record(&mut metric);
        let line = format!("{}\n", metric.line(&self.namespace, bson::DateTime::now().timestamp_millis()));
        // A request must not fail because its output is closed.
        self.writer.make_writer().write_all(line.as_bytes()).ok();
    }
}

#[derive(Default)]
struct Metric {
    name: String,
    unit: String,
    value: u64,
}

impl Metric {
    /// Returns the log line. It has no dimensions: each combination would be billed as a metric, and each stack has its
    /// own namespace.
    fn line(self, namespace: &str, millis: i64) -> Value {
        let metric = json!({ "Name": self.name, "Unit": self.unit });
        let directive = json!({ "Namespace": namespace, "Dimensions": [[]], "Metrics": [metric] });
        let metadata = json!({ "Timestamp": millis, "CloudWatchMetrics": [directive] });
        Map::from_iter([("_aws".to_owned(), metadata), (self.name, self.value.into())]).into()
    }
}

impl Visit for Metric {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "metric" => value.clone_into(&mut self.name),
            "unit" => value.clone_into(&mut self.unit),
            _ => {}
        }
    }

    fn record_u64(&mut self, _: &Field, value: u64) {
        self.value = value;
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::EmbeddedMetrics;
    use crate::domain::money::Money;
    use crate::telemetry::BusinessEvent;
    use serde_json::{Value, json};
    use std::io::Write;
    use std::sync::mpsc::{Sender, channel};
    use tracing_subscriber::layer::SubscriberExt;

    #[derive(Clone)]
    struct Lines(Sender<Vec<u8>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_paid_order_emits_its_count_and_revenue() {
        let (lines, received) = channel();
        let subscriber =
            tracing_subscriber::registry().with(EmbeddedMetrics::new("Shop", move || Lines(lines.clone())));
        tracing::subscriber::with_default(subscriber, || {
            BusinessEvent::OrderPaid(bson::oid::ObjectId::new().into(), Money::from_minor(1999)).emit();
        });
        let metrics: Vec<Value> = received.try_iter().map(|line| serde_json::from_slice(&line).unwrap()).collect();
        assert_eq!((&metrics[0]["OrdersPaid"], &metrics[1]["RevenueMinorUnits"]), (&json!(1), &json!(1999)));
        let directive = &metrics[0]["_aws"]["CloudWatchMetrics"][0];
        let expected =
            json!({ "Namespace": "Shop", "Dimensions": [[]], "Metrics": [{ "Name": "OrdersPaid", "Unit": "Count" }] });
        assert_eq!(*directive, expected);
        assert!(metrics[0]["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000);
    }
}
