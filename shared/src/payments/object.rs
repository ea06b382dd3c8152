//! What the objects of Stripe have in common.

/// An object with an id, after which the next page of a list starts.
pub(super) trait StripeObject {
    fn id(&self) -> &str;
}

#[cfg(test)]
mod tests {
    use super::StripeObject;
    use crate::payments::dispute::StripeDispute;
    use crate::payments::intent::Intent;
    use serde_json::json;

    #[test]
    fn the_next_page_starts_after_the_id_of_an_object() {
        let intent = json!({ "id": "pi_1", "status": "succeeded", "currency": "usd", "livemode": false });
        assert_eq!(serde_json::from_value::<Intent>(intent).unwrap().id(), "pi_1");
        let dispute = json!({ "id": "du_1", "amount": 500, "currency": "usd", "status": "lost" });
        assert_eq!(serde_json::from_value::<StripeDispute>(dispute).unwrap().id(), "du_1");
    }
}
