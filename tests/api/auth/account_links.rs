//! The links of mails about accounts, for the tests of this directory: the mailer creates their tokens when it sends the mails.

use ferrocart::auth::AccountToken;
use ferrocart::db::account_mails::AccountMailDoc;
use ferrocart::db::account_tokens::TokenPurpose;
use ferrocart::domain::email::Email;
use ferrocart::domain::time::Timestamp;
use ferrocart_tests::{MAIL, TestShop};
use futures_util::TryStreamExt;
use mongodb::bson::{Document, doc};
use secrecy::ExposeSecret;

/// A token that was never created.
pub(crate) const UNKNOWN: &str = "account_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Opens a shop that sends mail, with more settings.
pub(crate) async fn shop_with_mail(settings: &[(&str, &str)]) -> TestShop {
    TestShop::open_with(&[MAIL, settings].concat()).await
}

/// Returns the recorded mails as kind and recipient, the earliest first.
pub(crate) async fn mails(shop: &TestShop) -> Vec<(String, String)> {
    let mails: Vec<AccountMailDoc> = recorded(shop).await;
    let kind = |mail: &AccountMailDoc| mail.notifications.first().expect("a notification").kind.as_str().to_owned();
    mails.iter().map(|mail| (kind(mail), mail.email.as_str().to_owned())).collect()
}

async fn recorded(shop: &TestShop) -> Vec<AccountMailDoc> {
    let mails = shop.database().collection("account_mails").find(doc! {}).sort(doc! { "_id": 1 }).await;
    mails.expect("mails").try_collect().await.expect("mails")
}

/// Creates the token of a link as the mailer does for the latest mail to this address, and returns its text.
pub(crate) async fn link(shop: &TestShop, purpose: TokenPurpose, user: &str, to: &str) -> String {
    let mails = recorded(shop).await;
    let mail = mails.iter().rev().find(|mail| mail.email.as_str() == to).expect("a mail");
    create(shop, purpose, user, to, mail.created_at).await
}

/// Creates the token of a link in a mail that is due now, and returns its text.
pub(crate) async fn new_link(shop: &TestShop, purpose: TokenPurpose, user: &str, to: &str) -> String {
    create(shop, purpose, user, to, shop.state().now()).await
}

async fn create(shop: &TestShop, purpose: TokenPurpose, user: &str, to: &str, requested_at: Timestamp) -> String {
    let state = shop.state();
    let [user, to]: [Email; 2] = [user, to].map(|email| email.parse().expect("an address"));
    let user = state.users.by_email(&user).await.expect("an answer").expect("a user");
    let (token, document) =
        AccountToken::generate(purpose, &user, &to, requested_at, state.now()).expect("random numbers");
    state.account_tokens.insert(&document).await.expect("a token");
    token.text().expose_secret().to_owned()
}

/// Lets all tokens expire.
pub(crate) async fn expire_links(shop: &TestShop) {
    let tokens = shop.database().collection::<Document>("account_tokens");
    let expired = doc! { "$set": { "expires_at": shop.state().now() } };
    tokens.update_many(doc! {}, expired).await.expect("an update");
}
