//! The privileges that the database users need, and those that a user has
//! (<https://www.mongodb.com/docs/manual/reference/command/connectionStatus/>).

use std::collections::BTreeSet;

use ferrocart::db::migration::schema;
use ferrocart::domain::search::Language;
use mongodb::bson::{Bson, Document};

/// A database user of docs/deploy.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum User {
    /// The one of the functions that serve requests.
    Functions,
    /// The one of the function `migrate`.
    Migrations,
}

impl User {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Functions => "the functions",
            Self::Migrations => "the migrations",
        }
    }

    /// The built-in roles that contain the actions.
    pub(super) const fn roles(self) -> &'static str {
        match self {
            Self::Functions => "the role readWrite",
            Self::Migrations => "the roles readWrite and dbAdmin",
        }
    }

    /// The actions on each collection.
    const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Functions => &["find", "insert", "update", "remove"],
            Self::Migrations => &[
                "find",
                "insert",
                "update",
                "remove",
                "createCollection",
                "collMod",
                "createIndex",
                "dropIndex",
                "listIndexes",
            ],
        }
    }
}

/// Returns the actions that `privileges` do not grant on every collection of the shop.
pub(super) fn missing(user: User, database: &str, privileges: &[Bson]) -> Vec<&'static str> {
    let collections: Vec<&str> = schema(Language::default()).declarations.iter().map(|it| it.name).collect();
    let privileges: Vec<&Document> = privileges.iter().filter_map(Bson::as_document).collect();
    let granted = |collection: &str| -> BTreeSet<&str> {
        let covering = privileges.iter().filter(|privilege| covers(privilege, database, collection));
        covering.filter_map(|it| it.get_array("actions").ok()).flatten().filter_map(Bson::as_str).collect()
    };
    let granted: Vec<BTreeSet<&str>> = collections.into_iter().map(granted).collect();
    let lacks =
        |action: &&&str| granted.iter().any(|actions| !actions.contains(**action) && !actions.contains("anyAction"));
    user.actions().iter().filter(lacks).copied().collect()
}

/// Whether a privilege applies to a collection. An empty name stands for all.
fn covers(privilege: &Document, database: &str, collection: &str) -> bool {
    let Ok(resource) = privilege.get_document("resource") else { return false };
    if resource.get_bool("anyResource").is_ok_and(|any| any) {
        return true;
    }
    let matches = |field: &str, name: &str| resource.get_str(field).is_ok_and(|it| it.is_empty() || it == name);
    matches("db", database) && matches("collection", collection)
}

#[cfg(test)]
mod tests {
    use super::{Language, User, missing, schema};
    use mongodb::bson::{Bson, Document, bson, doc};

    fn grant(resource: Document, actions: &[&str]) -> Bson {
        bson!({ "resource": resource, "actions": actions.to_vec() })
    }

    #[test]
    fn privileges_on_the_database_or_on_all_databases_suffice() {
        let actions = ["find", "insert", "update", "remove", "killCursors"];
        for (resource, suffices) in [
            (doc! { "db": "shop", "collection": "" }, true),
            (doc! { "db": "", "collection": "" }, true),
            (doc! { "anyResource": true }, true),
            (doc! { "db": "other", "collection": "" }, false),
            (doc! { "db": "shop", "collection": "orders" }, false),
            (doc! { "cluster": true }, false),
        ] {
            let missing = missing(User::Functions, "shop", &[grant(resource.clone(), &actions)]);
            assert_eq!(missing.is_empty(), suffices, "{resource}: {missing:?}");
        }
    }

    #[test]
    fn each_missing_action_is_named() {
        let privileges = [grant(doc! { "db": "shop", "collection": "" }, &["find", "insert", "update"])];
        assert_eq!(missing(User::Functions, "shop", &privileges), ["remove"]);
        assert!(missing(User::Migrations, "shop", &privileges).contains(&"collMod"));
        assert_eq!(missing(User::Functions, "shop", &[]), ["find", "insert", "update", "remove"]);
        let any = [grant(doc! { "anyResource": true }, &["anyAction"])];
        assert!(missing(User::Migrations, "shop", &any).is_empty());
    }

    #[test]
    fn a_collection_without_a_privilege_counts() {
        let actions = ["find", "insert", "update", "remove"];
        let collections = schema(Language::default()).declarations;
        let grants = collections.iter().map(|it| grant(doc! { "db": "shop", "collection": it.name }, &actions));
        let grants: Vec<Bson> = grants.collect();
        assert!(missing(User::Functions, "shop", &grants).is_empty());
        assert_eq!(missing(User::Functions, "shop", &grants[1..]), actions);
    }
}
