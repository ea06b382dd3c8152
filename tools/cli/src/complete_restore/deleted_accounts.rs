//! Deletes accounts again that the log of the function `auth` shows as deleted.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
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

impl RequestLine {
    /// Returns whose account the request has deleted, if it has.
    fn deleted_account(&self) -> Option<UserId> {
        let is_deletion = self.method == "DELETE" && self.route == "/api/v1/auth/me" && self.status == 204;
        self.user_id.as_ref().filter(|_| is_deletion)?.parse().ok()
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
    let (mut deleted, mut has_request, mut is_empty) = (BTreeSet::new(), false, true);
    for line in log.lines() {
        let line = line.context("cannot read the log")?;
        is_empty &= line.trim().is_empty();
        let Ok(request) = serde_json::from_str::<RequestLine>(line.trim()) else { continue };
        has_request = true;
        deleted.extend(request.deleted_account());
    }
    if !is_empty && !has_request {
        bail!("no line of the log is the JSON object of a request");
    }
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

    #[test]
    fn only_successful_deletions_count() {
        let deletion = line("DELETE", "/api/v1/auth/me", 204);
        for (text, expected) in [
            (deletion.clone(), vec![USER]),
            (format!("START\n{deletion}\n\n{deletion}\r\n"), vec![USER]),
            (String::new(), vec![]),
            (line("DELETE", "/api/v1/auth/me", 401), vec![]),
            (line("DELETE", "/api/v1/auth/sessions/{id}", 204), vec![]),
            (line("PATCH", "/api/v1/auth/me", 204), vec![]),
            (deletion.replace("user_id", "trace"), vec![]),
        ] {
            let deleted = parse_log(text.as_bytes()).expect(&text);
            assert_eq!(deleted.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn a_file_without_requests_is_rejected() {
        let error = parse_log("{\"message\":\"started\"}\n".as_bytes()).expect_err("no request");
        assert!(error.to_string().contains("no line of the log"), "{error}");
    }
}
