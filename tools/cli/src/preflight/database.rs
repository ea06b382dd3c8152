//! Checks the connection strings: whether the database can be reached, is a replica set of a sufficient version, and grants
//! its users what they need.

use ferrocart::config::DatabaseConfig;
use ferrocart::domain::money::Currency;
use mongodb::Database;
use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind};

use super::privileges::{User, missing};
use super::report::Report;
use crate::connection_string::{MALFORMED, is_password_encoded};
use crate::secret::{read_secret, read_secret_or_empty};

/// The lowest supported version of MongoDB.
const MINIMUM_VERSION: u32 = 6;

/// A connection string, by the parameter of the template that takes it.
#[derive(Clone, Copy)]
struct ConnectionString<'a> {
    parameter: &'static str,
    uri: &'a str,
    /// The users that it stands for.
    users: &'static [User],
}

/// Checks the connection string of the functions and that of the migrations, which may be the same.
pub(super) async fn check(report: &mut Report, database: Option<&str>) {
    let functions = read_secret("MONGODB_URI", "the connection string of the functions");
    let migrations = read_secret_or_empty("MONGODB_MIGRATION_URI", "that of the migrations; Enter if it is the same");
    let functions = match functions {
        Ok(functions) => functions,
        Err(error) => {
            return report.fail(
                "MongoDB: there is no connection string to check",
                format!("{error:#}. With Atlas, copy it from the page of the cluster: Connect, Drivers."),
            );
        }
    };
    let has_two_users = !migrations.is_empty() && migrations != functions;
    let users: &[User] = if has_two_users { &[User::Functions] } else { &[User::Functions, User::Migrations] };
    check_one(report, ConnectionString { parameter: "MongoDbUri", uri: &functions, users }, database).await;
    if has_two_users {
        let migrations =
            ConnectionString { parameter: "MongoDbMigrationUri", uri: &migrations, users: &[User::Migrations] };
        check_one(report, migrations, database).await;
    }
}

async fn check_one(report: &mut Report, string: ConnectionString<'_>, database: Option<&str>) {
    let parameter = string.parameter;
    if !is_password_encoded(string.uri) {
        let (fact, advice) = malformed();
        return report.fail(format_args!("MongoDB: {parameter}: {fact}"), advice);
    }
    let config = DatabaseConfig {
        uri: string.uri.to_owned().into(),
        name: database.map(str::to_owned),
        max_pool_size: 2,
        currency: Currency::USD,
        // The role of a function cannot be checked from elsewhere.
        uses_role: false,
    };
    let outcome = async {
        let database = ferrocart::db::connect(&config).await?;
        let hello = database.run_command(doc! { "hello": 1 }).await?;
        // It needs no privileges, but valid credentials.
        let status = database.run_command(doc! { "connectionStatus": 1, "showPrivileges": true }).await?;
        let build = database.run_command(doc! { "buildInfo": 1 }).await?;
        Ok::<_, Error>((database, hello, status, build))
    };
    match outcome.await {
        Ok((database, hello, status, build)) => {
            report.pass(format_args!("MongoDB: {parameter} can be reached, with valid credentials"));
            check_topology(report, parameter, &hello);
            check_version(report, &build);
            check_privileges(report, string, &database, &status);
        }
        Err(error) => {
            let (fact, advice) = explain(&error);
            report.fail(format_args!("MongoDB: {parameter}: {fact}"), advice);
        }
    }
}

fn malformed() -> (String, &'static str) {
    (
        format!("it is malformed: {MALFORMED}"),
        "Percent-encode special characters of the password, such as %3F for a question mark.",
    )
}

/// Returns what is wrong, without the connection string, and what to do.
fn explain(error: &Error) -> (String, &'static str) {
    match error.kind.as_ref() {
        ErrorKind::InvalidArgument { .. } => malformed(),
        ErrorKind::DnsResolve { .. } => (
            "its host name cannot be resolved".to_owned(),
            "Compare the host name with that of the cluster. This machine has to be online.",
        ),
        ErrorKind::Authentication { .. } => (
            "the credentials are rejected".to_owned(),
            "Check user and password, which replaces Atlas's `<db_password>`. Special characters of the password must be \
             percent-encoded. With Atlas, a new user takes up to a minute.",
        ),
        ErrorKind::ServerSelection { .. } | ErrorKind::Io(_) => (
            "no server responds".to_owned(),
            "With Atlas, check under Network Access that any address is allowed (0.0.0.0/0), or that of this machine for \
             this check, and that the cluster is not paused. Otherwise check host, port and the name of the replica set.",
        ),
        _ => (format!("{}", error.kind), "Look the error up in MongoDB's manual."),
    }
}

fn check_topology(report: &mut Report, parameter: &str, hello: &Document) {
    if hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|kind| kind == "isdbgrid") {
        report.pass("MongoDB: the server supports transactions");
    } else {
        report.fail(
            format_args!("MongoDB: {parameter} leads to a single server, which has no transactions"),
            "Use a replica set. One member is sufficient for tests: start `mongod --replSet rs0`, and run rs.initiate().",
        );
    }
}

fn check_version(report: &mut Report, build: &Document) {
    let version = build.get_str("version").unwrap_or("unknown");
    match version.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= MINIMUM_VERSION => report.pass(format_args!("MongoDB: version {version}")),
        _ => report.fail(format_args!("MongoDB: version {version} is too old"), "Use version 6.0 or later."),
    }
}

fn check_privileges(report: &mut Report, string: ConnectionString<'_>, database: &Database, status: &Document) {
    let ConnectionString { parameter, users, .. } = string;
    let no_users = Vec::new();
    let authentication = status.get_document("authInfo").ok();
    let authenticated = authentication.and_then(|it| it.get_array("authenticatedUsers").ok()).unwrap_or(&no_users);
    if authenticated.is_empty() {
        return report.note(
            format_args!("MongoDB: {parameter} names no user, so everyone who reaches the server can change the data"),
            "Create users with passwords before the shop opens.",
        );
    }
    let privileges =
        authentication.and_then(|it| it.get_array("authenticatedUserPrivileges").ok()).unwrap_or(&no_users);
    for user in users {
        let missing = missing(*user, database.name(), privileges);
        let name = user.name();
        if missing.is_empty() {
            report.pass(format_args!("MongoDB: {parameter} has the privileges of {name}"));
        } else {
            report.fail(
                format_args!("MongoDB: {parameter} lacks privileges of {name}: {}", missing.join(", ")),
                format_args!("Grant the user {} on the database {}.", user.roles(), database.name()),
            );
        }
    }
    if users == [User::Functions] && missing(User::Migrations, database.name(), privileges).is_empty() {
        report.note(
            format_args!("MongoDB: {parameter} has the privileges of the migrations as well"),
            "If the two connection strings are interchanged, enter them in the other order. Otherwise revoke dbAdmin.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, check_topology, check_version};
    use mongodb::bson::doc;
    use std::process::ExitCode;

    fn succeeds(check: impl FnOnce(&mut Report)) -> bool {
        let mut report = Report::default();
        check(&mut report);
        report.finish() == ExitCode::SUCCESS
    }

    #[test]
    fn only_replica_sets_and_sharded_clusters_pass() {
        for (hello, passes) in [
            (doc! { "setName": "rs0" }, true),
            (doc! { "msg": "isdbgrid" }, true),
            (doc! { "isWritablePrimary": true }, false),
        ] {
            assert_eq!(succeeds(|report| check_topology(report, "MongoDbUri", &hello)), passes, "{hello}");
        }
    }

    #[test]
    fn versions_before_6_fail() {
        for (version, passes) in [("5.0.31", false), ("6.0.0", true), ("10.1.0", true), ("unknown", false)] {
            assert_eq!(succeeds(|report| check_version(report, &doc! { "version": version })), passes, "{version}");
        }
    }
}
