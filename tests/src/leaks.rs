//! What the shop has answered and logged during all tests holds nothing that it should keep to itself.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// What neither an answer nor a line of a log may hold, and how it is called.
const SECRETS: [(&str, &str); 7] = [
    ("$2a$", "a hash of a password"),
    ("$2b$", "a hash of a password"),
    ("sk_test_", "Stripe's key"),
    ("sk_live_", "Stripe's key"),
    ("whsec_", "the secret of a webhook"),
    ("mongodb://", "a connection string"),
    ("mongodb+srv://", "a connection string"),
];

/// Where tokens are handed out.
const HANDED_OUT: [&str; 3] = ["/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/refresh"];

/// How much of a line is shown.
const SHOWN: usize = 160;

/// Searches the files that tests have left in `directory`: the lines of logs in `*.log`, and in
/// `*.answers` a path and what was answered there in each line. `None` when there is nothing to search.
pub(super) fn search(directory: &Path) -> Result<Option<Vec<String>>> {
    let (mut found, mut lines) = (Vec::new(), 0_usize);
    for entry in fs::read_dir(directory).context("what the tests have left")? {
        let path = entry.context("what the tests have left")?.path();
        let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let is_answer = path.extension().is_some_and(|it| it == "answers");
        for line in String::from_utf8_lossy(&text).lines() {
            lines = lines.saturating_add(1);
            let leak = if is_answer { in_answer(line) } else { in_log(line) };
            if let Some(leak) = leak {
                let shown: String = line.chars().take(SHOWN).collect();
                found.push(format!("{leak} in {}: {shown}", path.display()));
            }
        }
    }
    Ok((lines > 0).then_some(found))
}

fn in_answer(line: &str) -> Option<&'static str> {
    let path = line.split(' ').next().unwrap_or_default();
    let secret = secret(line);
    if HANDED_OUT.contains(&path) {
        return secret;
    }
    secret.or_else(|| has_token(line).then_some("an access token")).or_else(|| {
        let names = line.contains("\"refresh_token\":\"");
        names.then_some("a refresh token")
    })
}

fn in_log(line: &str) -> Option<&'static str> {
    secret(line)
        .or_else(|| has_token(line).then_some("an access token"))
        .or_else(|| has_address(line).then_some("an e-mail address"))
}

fn secret(line: &str) -> Option<&'static str> {
    SECRETS.iter().find(|(mark, _)| line.contains(mark)).map(|(_, name)| *name)
}

/// A JSON object in Base64 and a dot: how each JWT begins.
fn has_token(line: &str) -> bool {
    line.match_indices("eyJ").any(|(at, _)| {
        let rest = line.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        end.is_some_and(|end| end > 15 && rest.get(end..).is_some_and(|rest| rest.starts_with(".eyJ")))
    })
}

fn has_address(line: &str) -> bool {
    line.match_indices('@').any(|(at, _)| {
        let (before, after) =
            (line.get(..at).unwrap_or_default(), line.get(at.saturating_add(1)..).unwrap_or_default());
        let domain: &str =
            after.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.').next().unwrap_or("");
        before.ends_with(|c: char| c.is_alphanumeric())
            && domain.trim_end_matches('.').rsplit_once('.').is_some_and(|(_, top)| top.len() > 1)
    })
}

#[cfg(test)]
mod tests {
    use super::search;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";

    fn found(file: &str, line: &str) -> Vec<String> {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join(file), format!("GET nothing\n{line}\n")).expect("a file");
        search(directory.path()).expect("files").expect("lines")
    }

    #[test]
    fn what_leaks_is_found() {
        let cases = [
            ("1.log", "hash=$2b$04$abcdefghijkl".to_owned(), "a hash"),
            ("1.log", format!("token={TOKEN}"), "an access token"),
            ("1.log", "user=ada@example.com logged in".to_owned(), "an e-mail"),
            ("1.log", "uri=mongodb://127.0.0.1:1".to_owned(), "a connection string"),
            ("1.log", "key=sk_test_local".to_owned(), "Stripe's key"),
            ("1.answers", "/api/v1/webhooks/stripe {\"detail\":\"whsec_local\"}".to_owned(), "the secret"),
            ("1.answers", format!("/api/v1/auth/me {{\"token\":\"{TOKEN}\"}}"), "an access token"),
            ("1.answers", "/api/v1/auth/me {\"refresh_token\":\"abc\"}".to_owned(), "a refresh token"),
            ("1.answers", "/api/v1/auth/login {\"hash\":\"$2b$04$abc\"}".to_owned(), "a hash"),
        ];
        for (file, line, expected) in cases {
            let found = found(file, &line);
            assert!(found.len() == 1 && found.iter().all(|leak| leak.starts_with(expected)), "{line}: {found:?}");
        }
    }

    #[test]
    fn what_belongs_there_is_left_in_peace() {
        let cases = [
            ("1.answers", format!("/api/v1/auth/login {{\"access_token\":\"{TOKEN}\",\"refresh_token\":\"abc\"}}")),
            ("1.answers", "/api/v1/auth/me {\"email\":\"ada@example.com\"}".to_owned()),
            ("1.answers", "/api/v1/orders {\"next_cursor\":\"eyJhIjoxfQ\"}".to_owned()),
            ("1.log", "answered method=GET path=\"/api/v1/cart\" risk_score=1 at@ 5 @example".to_owned()),
        ];
        for (file, line) in cases {
            assert_eq!(found(file, &line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn nothing_to_search_is_not_taken_for_nothing_found() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(search(directory.path()).expect("a directory").is_none());
    }
}
