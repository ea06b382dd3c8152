//! Deletes accounts again that the log of the function `auth` shows as deleted.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use ferrocart::domain::id::UserId;
use ferrocart::{AppState, Error};
use ferrocart_auth::delete_account;
use serde::Deserialize;

use crate::terminal::print_status;

/// The line that every function logs for each request: docs/telemetry.md.
#[derive(Deserialize)]
struct RequestLine {
    method: String,
    route: String,
    status: u16,
    #[serde(default)]
    user_id: Option<String>,
}

/// The last line of `deleted_accounts` of `tools/restore.sh`. A query that fails prints nothing, as one without results.
#[derive(Deserialize)]
struct EndLine {
    complete: bool,
}

impl RequestLine {
    /// Returns whether the request has deleted the account of its user.
    fn is_deletion(&self) -> bool {
        self.method == "DELETE" && self.route == "/api/v1/auth/me" && self.status == 204
    }
}

/// Reads whose accounts were deleted from a file or, for `-`, from the standard input.
pub(super) fn read_log(path: &Path) -> Result<BTreeSet<UserId>> {
    if path == Path::new("-") {
        return parse_log(stdin().lock());
    }
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    parse_log(BufReader::new(file))
}

fn parse_log(log: impl BufRead) -> Result<BTreeSet<UserId>> {
    let (mut deleted, mut is_complete) = (BTreeSet::new(), false);
    for line in log.lines() {
        let line = line.context("cannot read the log")?;
        is_complete |= serde_json::from_str::<EndLine>(line.trim()).is_ok_and(|end| end.complete);
        let Ok(request) = serde_json::from_str::<RequestLine>(line.trim()) else { continue };
        if request.is_deletion() {
            let user = request.user_id.and_then(|id| id.parse().ok());
            deleted.insert(user.context("a deletion in the log has no valid user_id")?);
        }
    }
    ensure!(
        is_complete,
        "the log has no line {{\"complete\":true}}: `deleted_accounts` of tools/restore.sh has failed"
    );
    Ok(deleted)
}

/// Deletes those of the accounts that exist. Returns whether all are deleted.
pub(super) async fn delete_accounts(shop: &AppState, accounts: BTreeSet<UserId>) -> Result<bool> {
    let (mut count, mut is_complete) = (0_u64, true);
    for id in accounts {
        let Some(user) = shop.users.get(id).await.context("cannot look up an account")? else { continue };
        match delete_account(shop, &user).await {
            Ok(()) => count = count.saturating_add(1),
            Err(Error::LastAdmin) => {
                print_status(format_args!(
                    "the account {id} is that of the last administrator: create another one with `ferrocart create-admin`, \
                     and run this command again"
                ));
                is_complete = false;
            }
            Err(error) => return Err(error).context("cannot delete an account"),
        }
    }
    print_status(format_args!("deleted accounts: {count}"));
    Ok(is_complete)
}

#[cfg(test)]
mod tests {
    use super::parse_log;

    const USER: &str = "0123456789abcdef01234567";

    fn line(method: &str, route: &str, status: u16) -> String {
        format!(
            r#"{{"message":"answered","method":"{method}","route":"{route}","status":{status},"user_id":"{USER}"}}"#
        )
    }

    const END: &str = "{\"complete\":true}\n";

    #[test]
    fn only_successful_deletions_count() {
        let deletion = line("DELETE", "/api/v1/auth/me", 204);
        for (text, expected) in [
            (deletion.clone(), vec![USER]),
            (format!("START\n{deletion}\n\n{deletion}\r"), vec![USER]),
            ("None".to_owned(), vec![]),
            (line("DELETE", "/api/v1/auth/me", 401), vec![]),
            (line("DELETE", "/api/v1/auth/sessions/{id}", 204), vec![]),
            (line("PATCH", "/api/v1/auth/me", 204), vec![]),
        ] {
            let deleted = parse_log(format!("{text}\n{END}").as_bytes()).expect(&text);
            assert_eq!(deleted.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn an_incomplete_log_is_rejected() {
        let deletion = line("DELETE", "/api/v1/auth/me", 204);
        for text in ["", "\n", "{\"message\":\"started\"}\n", "{\"complete\":false}", &deletion] {
            let error = parse_log(text.as_bytes()).expect_err(text);
            assert!(error.to_string().contains("no line {\"complete\":true}"), "{text}: {error}");
        }
    }

    #[test]
    fn a_deletion_without_a_user_is_rejected() {
        let deletion = line("DELETE", "/api/v1/auth/me", 204);
        for text in [deletion.replace("user_id", "trace"), deletion.replace(USER, "ada")] {
            let error = parse_log(format!("{text}\n{END}").as_bytes()).expect_err(&text);
            assert!(error.to_string().contains("no valid user_id"), "{text}: {error}");
        }
    }
}
