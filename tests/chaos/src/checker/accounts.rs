//! Invariant 11 for accounts: their mails are sent like those of orders, and none is missing.

use super::fields::{id, integer, subdocuments};
use super::notifications::{StoredNotification, check_sent};
use super::snapshot::all;
use super::{Snapshot, Violations};
use mongodb::Database;
use mongodb::bson::Document;

/// An account with its mails, or an address without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredAccount {
    /// The id of the user; empty for all mails to addresses of which no account is known.
    pub id: String,
    /// Whether it was registered. The accounts that tests insert have verified addresses, and no test verifies others.
    pub is_registered: bool,
    /// The number of new passwords. Nothing else in these tests changes the version of the credentials.
    pub passwords: i64,
    /// The mails.
    pub mails: Vec<StoredNotification>,
}

impl StoredAccount {
    pub(super) async fn read(database: &Database) -> Vec<Self> {
        let mails = all(database, "account_mails").await;
        let of = |user: &str| -> Vec<StoredNotification> {
            let own = mails.iter().filter(|mail| id(mail.get("user_id")) == user);
            own.flat_map(|mail| subdocuments(mail, "notifications")).map(StoredNotification::of).collect()
        };
        let account = |user: &Document| {
            let id = id(user.get("_id"));
            Self {
                mails: of(&id),
                is_registered: user.get_datetime("email_verified_at").is_err(),
                passwords: integer(user.get("credentials_version")),
                id,
            }
        };
        let unknown = Self { mails: of(""), ..Self::default() };
        all(database, "users").await.iter().map(account).chain([unknown]).collect()
    }
}

pub(super) fn check(snapshot: &Snapshot, violations: &mut Violations) {
    let Some(mails) = &snapshot.mails else { return };
    for StoredAccount { id, is_registered, passwords, mails: recorded } in &snapshot.accounts {
        let subject = format!("account {id}");
        for mail in recorded {
            check_sent(&subject, mail, mails, violations);
        }
        let count = |kind: &str| recorded.iter().filter(|mail| mail.kind == kind).count();
        for (kind, expected) in [("verify_email", i64::from(*is_registered)), ("password_changed", *passwords)] {
            if i64::try_from(count(kind)) != Ok(expected) {
                violations.add(11, format!("{subject} has {} mails {kind} instead of {expected}", count(kind)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, StoredAccount, StoredNotification, Violations, check};

    fn violations(damage: impl FnOnce(&mut Snapshot)) -> usize {
        let mail = |id: &str, kind: &str| StoredNotification {
            id: id.to_owned(),
            kind: kind.to_owned(),
            state: "sent".to_owned(),
            attempts: 1,
            refund: String::new(),
        };
        let mails = vec![mail("1", "verify_email"), mail("2", "password_changed")];
        let account = StoredAccount { id: "a".to_owned(), is_registered: true, passwords: 1, mails };
        let unknown = StoredAccount { mails: vec![mail("3", "password_reset")], ..StoredAccount::default() };
        let sent = ["1", "2", "3"].map(|id| (id.to_owned(), 1));
        let accounts = vec![account, unknown];
        let mut snapshot = Snapshot { accounts, mails: Some(sent.into()), ..Snapshot::default() };
        let mut violations = Violations::default();
        damage(&mut snapshot);
        check(&snapshot, &mut violations);
        violations.0.len()
    }

    #[test]
    fn each_damage_to_the_mails_of_an_account_is_reported() {
        assert_eq!(violations(|_| {}), 0);
        let cases: [fn(&mut Snapshot); 4] = [
            |it| drop(it.accounts[0].mails.remove(0)),
            |it| drop(it.accounts[0].mails.pop()),
            |it| it.accounts[1].mails[0].state = "due".to_owned(),
            |it| *it.mails.as_mut().unwrap().get_mut("2").unwrap() = 2,
        ];
        for (number, damage) in cases.into_iter().enumerate() {
            assert_eq!(violations(damage), 1, "case {number}");
        }
    }
}
