//! The JSON form of disputes, with the transactions that withdraw and reinstate their amounts.

use super::{Dispute, Status};
use crate::account::{Account, Object, Table};
use crate::ids;
use serde_json::{Map, Value, json};

/// Stripe's fee for a dispute, in minor units.
const FEE: i64 = 1_500;
/// The time to respond, in seconds.
const RESPONSE_SECONDS: i64 = 9 * 24 * 60 * 60;

/// The kinds of evidence that a shop can submit. The stand-in accepts none.
const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

impl Dispute {
    pub(super) fn withdraw(&mut self, now: i64) {
        let transaction = self.transaction(now, self.amount.saturating_neg(), FEE, "dispute");
        self.balance_transactions.push(transaction);
    }

    pub(super) fn reinstate(&mut self, now: i64) {
        let transaction = self.transaction(now, self.amount, 0, "dispute_reversal");
        self.balance_transactions.push(transaction);
    }

    fn transaction(&self, now: i64, amount: i64, fee: i64, category: &str) -> Value {
        let fee_details = json!({
            "amount": fee,
            "application": null,
            "currency": self.currency.code(),
            "description": "Dispute fee",
            "type": "stripe_fee",
        });
        json!({
            "id": ids::random_id("txn_1"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": now,
            "balance_type": "payments",
            "created": now,
            "currency": self.currency.code(),
            "description": null,
            "exchange_rate": null,
            "fee": fee,
            "fee_details": if fee == 0 { json!([]) } else { json!([fee_details]) },
            "net": amount.saturating_sub(fee),
            "reporting_category": category,
            "source": self.id,
            "status": "available",
            "type": "adjustment",
        })
    }

    fn evidence() -> Value {
        let mut evidence: Map<_, _> = EVIDENCE.map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
        evidence.insert("enhanced_evidence".to_owned(), json!({}));
        Value::Object(evidence)
    }

    fn has_response(&self) -> bool {
        matches!(self.status, Status::UnderReview | Status::WarningUnderReview | Status::Won)
    }
}

impl Object for Dispute {
    const NAME: &'static str = "dispute";
    const URL: &'static str = "/v1/disputes";

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }

    fn to_json(&self) -> Value {
        let case_type = if self.status.name().starts_with("warning") { "inquiry" } else { "chargeback" };
        let mut body = json!({
            "id": self.id,
            "object": Self::NAME,
            "amount": self.amount,
            "balance_transactions": self.balance_transactions,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency.code(),
            "enhanced_eligibility_types": [],
            "evidence": Self::evidence(),
            "evidence_details": {
                "due_by": self.created.saturating_add(RESPONSE_SECONDS),
                "enhanced_eligibility": {},
                "has_evidence": self.has_response(),
                "past_due": false,
                "submission_count": i64::from(self.has_response()),
            },
            "is_charge_refundable": !self.status.withholds_payment(),
            "livemode": self.livemode,
            "metadata": {},
            "payment_intent": self.payment_intent,
            "reason": self.reason,
            "status": self.status.name(),
        });
        if let (Some(fields), "card") = (body.as_object_mut(), self.payment_method_kind) {
            let card = json!({ "brand": "visa", "case_type": case_type, "network_reason_code": "10.4" });
            fields.insert("payment_method_details".to_owned(), json!({ "type": "card", "card": card }));
        }
        body
    }

    fn table(account: &Account) -> &Table<Self> {
        &account.disputes
    }
}
