//! Part of invariant 9: nothing is left of the purchases by which deployments are checked.

use super::fields::id;
use super::snapshot::all;
use super::{Snapshot, Violations};
use mongodb::Database;

/// The collections with documents of such purchases, each with the field that marks them.
const MARKS: [(&str, &str); 3] = [("users", "is_synthetic"), ("products", "exclusive_to"), ("orders", "is_synthetic")];

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    for left in &snapshot.synthetic {
        violations.add(9, format!("{left} is left of a synthetic purchase"));
    }
}

/// Returns the collection and the id of each document of such a purchase.
pub(super) async fn left_of_purchases(database: &Database) -> Vec<String> {
    let mut left = Vec::new();
    for (collection, mark) in MARKS {
        let documents = all(database, collection).await;
        let marked = documents.iter().filter(|document| document.contains_key(mark));
        left.extend(marked.map(|document| format!("{collection} {}", id(document.get("_id")))));
    }
    left
}
