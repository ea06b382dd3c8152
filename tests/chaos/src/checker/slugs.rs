//! Invariant 10: a product keeps every slug that it had, and no other product gets it.

use super::{Snapshot, Violations};
use crate::history::{Entry, Operation};
use std::collections::BTreeMap;

pub(super) fn check(snapshot: &Snapshot, history: &[Entry], violations: &mut Violations) {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for product in &snapshot.products {
        for slug in &product.slugs {
            if let Some(other) = owners.insert(slug, &product.id) {
                violations.add(10, format!("{slug} is the slug of the products {other} and {}", product.id));
            }
        }
        if !product.slug.is_empty() && !product.slugs.contains(&product.slug) {
            violations.add(10, format!("the slug {} of product {} is not reserved for it", product.slug, product.id));
        }
    }
    for Entry { client, operation, outcome, .. } in history {
        if let (Operation::ChangeSlug { product, .. }, Some(received)) = (operation, outcome.ok()) {
            let slug = received["slug"].as_str().unwrap_or_default();
            if owners.get(slug) != Some(&product.as_str()) {
                let owner = owners.get(slug);
                violations.add(
                    10,
                    format!("{client} received the slug {slug} of product {product}; it is that of {owner:?}"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Snapshot, StoredProduct, Violations};
    use super::check;
    use crate::history::{Entry, Operation, Outcome};
    use serde_json::json;
    use std::time::Duration;

    fn product(id: &str, slug: &str, slugs: &[&str]) -> StoredProduct {
        let slugs = slugs.iter().map(|&slug| slug.to_owned()).collect();
        StoredProduct { id: id.to_owned(), slug: slug.to_owned(), slugs, ..StoredProduct::default() }
    }

    fn change(product: &str, slug: &str) -> Entry {
        let operation = Operation::ChangeSlug { product: product.to_owned(), slug: slug.to_owned() };
        let outcome = Outcome::Ok(json!({ "slug": slug }));
        Entry { at: Duration::ZERO, client: "admin".to_owned(), operation, outcome }
    }

    fn violations(products: &[StoredProduct], history: &[Entry]) -> Vec<String> {
        let snapshot = Snapshot { products: products.to_vec(), ..Snapshot::default() };
        let mut violations = Violations::default();
        check(&snapshot, history, &mut violations);
        violations.0.into_iter().map(|violation| violation.detail).collect()
    }

    #[test]
    fn products_keep_their_slugs() {
        let products = [product("1", "b", &["a", "b"]), product("2", "c", &["c"]), product("3", "", &[])];
        assert_eq!(violations(&products, &[change("1", "a"), change("1", "b")]), [""; 0]);
        // The same slug again, and changes without an effect.
        let mut rejected = change("2", "a");
        rejected.outcome = Outcome::Rejected { status: 409, problem: json!({ "code": "slug_taken" }) };
        let mut unknown = change("2", "d");
        unknown.outcome = Outcome::Unknown("no response".to_owned());
        assert_eq!(violations(&products, &[change("1", "a"), change("1", "a"), rejected, unknown]), [""; 0]);
    }

    #[test]
    fn each_damage_is_reported() {
        let two_owners = [product("1", "b", &["a", "b"]), product("2", "a", &["a"])];
        assert_eq!(violations(&two_owners, &[]), ["a is the slug of the products 1 and 2"]);
        let unreserved = [product("1", "b", &["a"])];
        assert_eq!(violations(&unreserved, &[]), ["the slug b of product 1 is not reserved for it"]);
        let forgotten = [product("1", "b", &["b"])];
        let received = "admin received the slug a of product 1; it is that of None";
        assert_eq!(violations(&forgotten, &[change("1", "a")]), [received]);
        let moved = [product("1", "b", &["b"]), product("2", "a", &["a"])];
        let received = "admin received the slug a of product 1; it is that of Some(\"2\")";
        assert_eq!(violations(&moved, &[change("1", "a")]), [received]);
    }
}
