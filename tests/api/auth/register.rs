//! `POST /auth/register`

use ferrocart_tests::TestShop;
use futures_util::future::join_all;
use insta::assert_snapshot;
use mongodb::bson::{Document, doc};
use serde_json::{Value, json};

async fn accounts(shop: &TestShop) -> u64 {
    shop.database().collection::<Document>("users").count_documents(doc! {}).await.expect("a count")
}

#[tokio::test]
async fn registration_creates_an_account_and_a_session() {
    let shop = TestShop::open().await;
    let answer = shop
        .visitor()
        .post("/auth/register", json!({ "name": " Ada ", "email": " Ada@Example.com ", "password": "correct horse" }))
        .await;
    assert_snapshot!(answer.shown());
}

#[tokio::test]
async fn every_invalid_field_is_reported() {
    let shop = TestShop::open().await;
    let bad = json!({ "name": "", "email": "ada", "password": "short", "role": "admin" });
    assert_snapshot!(shop.visitor().post("/auth/register", bad).await.shown());
}

#[tokio::test]
async fn spellings_of_an_internationalized_domain_are_one_account() {
    let shop = TestShop::open().await;
    let account = |email: &str| json!({ "name": "Ada", "email": email, "password": "correct horse" });
    let opened = shop.visitor().post("/auth/register", account("ada@xn--exmple-cua.com")).await.expect(201);
    assert_eq!(opened.at("/user/email"), "ada@exämple.com");
    let admin = shop.admin().await;
    for spelling in ["ada@exämple.com", "ADA@EXÄMPLE.COM", "ada@exa\u{308}mple.com", "ada@XN--exmple-CUA.com"] {
        let taken = shop.visitor().post("/auth/register", account(spelling)).await.expect(409);
        assert_eq!(taken.at("/code"), "email_taken", "{spelling}");
        let login = json!({ "email": spelling, "password": "correct horse" });
        let login = shop.visitor().post("/auth/login", login).await.expect(200);
        assert_eq!(login.at("/user/id"), opened.at("/user/id"), "{spelling}");
        let query: String = spelling.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = admin.get(&format!("/admin/users?email={query}")).await.expect(200);
        assert_eq!(found.at("/items/0/id"), opened.at("/user/id"), "{spelling}");
        admin.get(&format!("/admin/orders?email={query}")).await.expect(200);
    }
    assert_eq!(accounts(&shop).await, 2);
}

#[tokio::test]
async fn names_of_all_scripts_are_accepted_and_control_characters_rejected() {
    let shop = TestShop::open().await;
    let ada = shop.customer("ada").await;
    for name in ["علی\u{200C}رضا", "ශ්\u{200D}රී", "👩\u{200D}💻", "李", "X", "O’Brien-D'Arcy", &"ў".repeat(100)]
    {
        assert_eq!(ada.patch("/auth/me", json!({ "name": name })).await.expect(200).at("/name"), name);
    }
    for bad in ["", " ", "a\u{0}b", "a\u{202E}b", "a\nb", "\u{200D}", &"x".repeat(101)] {
        ada.patch("/auth/me", json!({ "name": bad })).await.expect(422);
    }
}

#[tokio::test]
async fn registration_rejects_fields_that_users_must_not_set() {
    let shop = TestShop::open().await;
    for (name, value) in [
        ("role", json!("admin")),
        ("is_admin", json!(true)),
        ("_id", json!("6740a1b2c3d4e5f601234567")),
        ("id", json!("6740a1b2c3d4e5f601234567")),
        ("user_id", json!("6740a1b2c3d4e5f601234567")),
        ("password_hash", json!("$2b$04$abcdefghijklmnopqrstuu")),
        ("addresses", json!([])),
        ("created_at", json!("2020-01-01T00:00:00.000Z")),
        ("$set", json!({ "role": "admin" })),
    ] {
        let account = json!({ "name": "Eve", "email": "eve@example.com", "password": "correct horse", name: value });
        let rejected = shop.visitor().post("/auth/register", account).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), &json!(format!("/{name}")));
        assert_eq!(rejected.at("/errors/0/code"), "unknown");
    }
    assert_eq!(accounts(&shop).await, 0);
}

#[tokio::test]
async fn a_password_has_8_characters_to_71_bytes_all_significant() {
    let shop = TestShop::open().await;
    let longest = "correct horse ".repeat(6)[..71].to_owned();
    let account = |email: &str, password: &str| json!({ "name": "Ada", "email": email, "password": password });
    shop.visitor().post("/auth/register", account("ada@example.com", &longest)).await.expect(201);
    for (password, code) in [
        ("a".repeat(72), "too_long"),
        ("ä".repeat(36), "too_long"),
        ("a".repeat(100_000), "too_long"),
        ("1234567".to_owned(), "too_short"),
        ("äöüäöü".to_owned(), "too_short"),
        (String::new(), "too_short"),
        ("1234\u{0}5678".to_owned(), "invisible_character"),
        (" ".repeat(8), "too_simple"),
        ("a".repeat(71), "too_simple"),
        ("abababab".to_owned(), "too_simple"),
    ] {
        let rejected = shop.visitor().post("/auth/register", account("eve@example.com", &password)).await.expect(422);
        assert_eq!(
            (rejected.at("/errors/0/pointer"), rejected.at("/errors/0/code")),
            (&json!("/password"), &json!(code))
        );
    }
    let log_in = |password: &str| json!({ "email": "ada@example.com", "password": password });
    shop.visitor().post("/auth/login", log_in(&longest)).await.expect(200);
    for wrong in [longest[..70].to_owned(), format!("{longest}a"), format!("{}b", &longest[..70])] {
        shop.visitor().post("/auth/login", log_in(&wrong)).await.expect(401);
    }
}

#[tokio::test]
async fn a_common_password_is_rejected() {
    let shop = TestShop::open().await;
    for password in ["password", "PassWord1", "qwertyuiop", "iloveyou1", "Football1"] {
        let account = json!({ "name": "Ada", "email": "ada@example.com", "password": password });
        let rejected = shop.visitor().post("/auth/register", account).await.expect(422);
        assert_eq!(rejected.at("/errors/0/code"), "too_common", "{password}");
    }
}

#[tokio::test]
async fn invisible_characters_are_rejected_in_names_and_emails() {
    let shop = TestShop::open().await;
    let long = "a".repeat(101);
    for (name, email, pointer) in [
        ("A\0da", "ada@example.com", "/name"),
        ("A\u{202e}da", "ada@example.com", "/name"),
        ("\u{3164}", "ada@example.com", "/name"),
        ("A\nda", "ada@example.com", "/name"),
        (" \u{2003} ", "ada@example.com", "/name"),
        (&long, "ada@example.com", "/name"),
        ("Ada", "a\0da@example.com", "/email"),
        ("Ada", "ada\u{200d}@example.com", "/email"),
        ("Ada", "ada@\u{202e}example.com", "/email"),
        ("Ada", "ada@example.com\r\nBcc: eve@example.com", "/email"),
        ("Ada", "ada@localhost", "/email"),
    ] {
        let account = json!({ "name": name, "email": email, "password": "correct horse" });
        let rejected = shop.visitor().post("/auth/register", account).await.expect(422);
        assert_eq!(rejected.at("/errors/0/pointer"), pointer, "{name:?} {email:?}");
    }
    for bad in [json!(null), json!(7), json!(true), json!([]), json!(["ada@example.com"]), json!({ "$gt": "" })] {
        let account = json!({ "name": bad, "email": bad, "password": bad });
        let rejected = shop.visitor().post("/auth/register", account).await.expect(422);
        assert_eq!(rejected.at("/errors").as_array().map(Vec::len), Some(3), "{bad}");
    }
    assert_eq!(accounts(&shop).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_spellings_of_one_email_open_one_account() {
    let shop = TestShop::open().await;
    let spellings = [
        "zoë@example.com",
        " ZOË@Example.COM",
        "zoe\u{308}@example.com",
        "\u{ff5a}oë@EXAMPLE.com\t",
        "Zoë@example.com ",
    ];
    let tries = (0..50).map(|number| {
        let visitor = shop.visitor().clone();
        let email = spellings[number % spellings.len()];
        let account = json!({ "name": "Zoë", "email": email, "password": "correct horse" });
        tokio::spawn(async move { visitor.post("/auth/register", account).await })
    });
    let answers: Vec<_> = join_all(tries).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    let (opened, rejected): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(opened.len(), 1);
    for answer in rejected {
        assert_eq!(answer.expect(409).at("/code"), "email_taken");
    }
    assert_eq!(accounts(&shop).await, 1);
    for email in spellings {
        shop.visitor().post("/auth/login", json!({ "email": email, "password": "correct horse" })).await.expect(200);
    }
}

#[tokio::test]
async fn only_the_hash_of_a_password_is_stored() {
    let shop = TestShop::open().await;
    shop.customer("ada").await;
    let users = shop.database().collection::<Document>("users");
    let ada = users.find_one(doc! {}).await.expect("an answer").expect("a user");
    assert!(ada.get_str("password_hash").expect("a hash").starts_with("$2b$04$"));
    assert!(!ada.to_string().contains("correct horse"));
    let session = shop.database().collection::<Document>("sessions");
    let session = session.find_one(doc! {}).await.expect("an answer").expect("a session");
    let verifier = session.get_document("verifier").expect("a verifier");
    assert_eq!(verifier.get_str("secret_hash").expect("a hash").len(), 64);
    let fields: Vec<&String> = ada.keys().collect();
    assert_eq!(
        fields,
        [
            "_id",
            "name",
            "email",
            "password_hash",
            "role",
            "created_at",
            "addresses",
            "credentials_version",
            "email_verified_at",
            "pending_email",
            "email_restored_at",
            "witness",
        ]
    );
    assert_eq!(json!(ada.get_str("role").ok()), Value::from("customer"));
}
