//! Runs `ferrocart create-admin` and `ferrocart migrate` as processes, each test on its own database.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use ferrocart::db::products::Products;
use ferrocart::domain::search::Language;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use mongodb::bson::{Document, doc};
use serde_json::json;

/// Runs `ferrocart` with `input` as its standard input; returns its standard output.
fn run(database: &str, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    command.args(arguments).args(["--mongodb-database", database]).env("BCRYPT_COST", "4");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("ferrocart");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().expect("the output");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

async fn role(shop: &TestShop, email: &str, password: &str) -> String {
    let login = json!({ "email": email, "password": password });
    shop.visitor().post("/auth/login", login).await.expect(200).text("/user/role")
}

#[tokio::test]
async fn an_administrator_is_created_with_a_given_or_a_printed_password() {
    let shop = TestShop::open().await;
    let database = shop.database().name();
    run(database, &["create-admin", "ada@example.com", "--password-stdin"], "correct horse\n");
    assert_eq!(role(&shop, "ada@example.com", "correct horse").await, "admin");
    run(database, &["create-admin", "bob@example.com", "--password-stdin"], "pa\u{308}sswo\u{308}rd\u{a0}9x\n");
    assert_eq!(role(&shop, "bob@example.com", "pässwörd 9x").await, "admin");
    let output = run(database, &["create-admin", "grace@example.com"], "");
    let password = output.trim_end().rsplit(' ').next().expect("a password");
    assert_eq!(role(&shop, "grace@example.com", password).await, "admin");
}

#[tokio::test]
async fn an_existing_account_becomes_an_administrator_and_keeps_its_password() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    let output = run(shop.database().name(), &["create-admin", "ada@example.com"], "");
    assert!(output.contains("ada@example.com is now an administrator"), "{output}");
    ada.get("/auth/me").await.expect(401);
    assert_eq!(role(&shop, "ada@example.com", "correct horse").await, "admin");
    let output = run(shop.database().name(), &["create-admin", "ada@example.com"], "");
    assert!(output.contains("is already an administrator"), "{output}");
}

#[tokio::test]
async fn new_administrators_of_a_shop_that_sends_mail_are_notified() {
    let shop = TestShop::open().await;
    let database = shop.database().name();
    shop.customer("ada").await;
    for email in ["ada@example.com", "grace@example.com"] {
        for _ in 0..2 {
            run(database, &["create-admin", email, "--mail", "ses"], "");
        }
        let mails = shop.database().collection::<Document>("account_mails");
        let notified = doc! { "notifications.kind": "new_administrator", "email": email };
        assert_eq!(mails.count_documents(notified).await.expect("a count"), 1, "{email}");
    }
    run(database, &["create-admin", "bob@example.com"], "");
    let mails = shop.database().collection::<Document>("account_mails");
    assert_eq!(mails.count_documents(doc! {}).await.expect("a count"), 2);
}

#[tokio::test]
async fn migrating_creates_the_collections_and_their_indexes() {
    let shop = TestShop::open().await;
    let products = shop.database().collection::<Document>("products");
    products.drop_indexes().await.expect("dropped indexes");
    assert_eq!(products.list_index_names().await.expect("indexes").len(), 1);
    let output = run(shop.database().name(), &["migrate"], "");
    assert!(output.contains("have schema version"), "{output}");
    assert!(products.list_index_names().await.expect("indexes").len() > 5);
}

#[tokio::test]
async fn a_migration_changes_the_language_only_on_request() {
    let shop = TestShop::open_with(&[("CATALOGUE_LANGUAGE", "de")]).await;
    let languages = async || Products::stored_languages(shop.database()).await.expect("an answer");
    assert_eq!(languages().await, [Language::German], "an empty catalogue has the language of its deployment");
    shop.stock(product("Gürtel", 100, &[("BELT", 1)])).await;
    let database = shop.database().name();
    let products = shop.database().collection::<Document>("products");
    for (options, version) in [
        (&["migrate"][..], "de-3"),
        (&["migrate", "--catalogue-language", "fr"], "fr-3"),
        (&["migrate"], "fr-3"),
        (&["migrate", "--catalogue-language", "de"], "de-3"),
    ] {
        run(database, options, "");
        let stored = products.find_one(doc! {}).await.expect("an answer").expect("a product");
        assert_eq!(stored.get_str("terms_version").ok(), Some(version), "{options:?}");
    }
    // An import in another language would store terms that searches do not find.
    let mut import = Command::new(env!("CARGO_BIN_EXE_ferrocart"));
    import.args([
        "import",
        "none.csv",
        "--currency",
        "USD",
        "--catalogue-language",
        "fr",
        "--mongodb-database",
        database,
    ]);
    let output = import.output().expect("the output");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!output.status.success() && error.contains("search terms of de-3"), "{error}");
}
