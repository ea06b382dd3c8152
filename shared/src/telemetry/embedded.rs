//! Metrics in CloudWatch's embedded metric format
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>):
//! log lines from which CloudWatch extracts metrics, without a call or a delay.

use serde_json::{Map, Value, json};
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Layer};

/// The dimension of amounts.
const CURRENCY: &str = "Currency";

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
    currency: Option<String>,
}

impl Metric {
    /// Returns the log line. The only dimension is the currency of an amount: each combination of dimensions is billed as
    /// a metric, and each stack has its own namespace.
    fn line(self, namespace: &str, millis: i64) -> Value {
        let dimensions: Vec<&str> = self.currency.iter().map(|_| CURRENCY).collect();
        let metric = json!({ "Name": self.name, "Unit": self.unit });
        let directive = json!({ "Namespace": namespace, "Dimensions": [dimensions], "Metrics": [metric] });
        let metadata = json!({ "Timestamp": millis, "CloudWatchMetrics": [directive] });
        let currency = self.currency.map(|currency| (CURRENCY.to_owned(), currency.into()));
        let fields = [("_aws".to_owned(), metadata), (self.name, self.value.into())];
        Map::from_iter(fields.into_iter().chain(currency)).into()
    }
}

impl Visit for Metric {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "metric" => value.clone_into(&mut self.name),
            "unit" => value.clone_into(&mut self.unit),
            "currency" => self.currency = Some(value.to_owned()),
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
    use crate::domain::money::{Currency, Money};
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
    fn a_paid_order_emits_its_count_and_its_revenue_by_currency() {
        let (lines, received) = channel();
        let subscriber =
            tracing_subscriber::registry().with(EmbeddedMetrics::new("Shop", move || Lines(lines.clone())));
        let yen: Currency = "JPY".parse().unwrap();
        tracing::subscriber::with_default(subscriber, || {
            for (amount, currency) in [(1999, Currency::USD), (5000, yen)] {
                let order = bson::oid::ObjectId::new().into();
                BusinessEvent::OrderPaid(order, Money::from_minor(amount), currency).emit();
            }
        });
        let metrics: Vec<Value> = received.try_iter().map(|line| serde_json::from_slice(&line).unwrap()).collect();
        let directive = |index: usize| metrics[index]["_aws"]["CloudWatchMetrics"][0].clone();
        let expected = |dimensions: Value, name: &str, unit: &str| {
            let metric = json!({ "Name": name, "Unit": unit });
            json!({ "Namespace": "Shop", "Dimensions": [dimensions], "Metrics": [metric] })
        };
        assert_eq!((&metrics[0]["OrdersPaid"], &metrics[0]["Currency"]), (&json!(1), &Value::Null));
        assert_eq!(directive(0), expected(json!([]), "OrdersPaid", "Count"));
        for (index, amount, currency) in [(1, 1999, "USD"), (3, 5000, "JPY")] {
            let revenue = (&metrics[index]["RevenueMinorUnits"], &metrics[index]["Currency"]);
            assert_eq!(revenue, (&json!(amount), &json!(currency)));
            assert_eq!(directive(index), expected(json!(["Currency"]), "RevenueMinorUnits", "None"));
        }
        assert!(metrics[0]["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000);
    }
}
