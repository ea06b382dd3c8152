//! Finds secrets in captured responses and log lines. `cargo xtask test` searches the output of all tests with it, and
//! the test `leaks` that of a walk over every operation.

use std::fs;
use std::io;
use std::path::Path;

/// Texts that neither a response nor a log line may contain, and what they reveal.
const SECRETS: [(&str, &str); 9] = [
    ("$2a$", "a password hash"),
    ("$2b$", "a password hash"),
    ("correct horse", "a password of the tests"),
    ("for-tests-only-for-tests-only", "the secret of access tokens"),
    ("sk_test_", "Stripe's secret key"),
    ("sk_live_", "Stripe's secret key"),
    ("whsec_", "a webhook secret"),
    ("mongodb://", "a connection string"),
    ("mongodb+srv://", "a connection string"),
];

/// The paths whose responses contain tokens, or placeholders of them in examples.
const TOKEN_PATHS: [&str; 4] =
    ["/api/v1/auth/register", "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/openapi.json"];

/// The beginnings of the tokens of guests, the paths whose responses contain them, and what they reveal. The document has
/// examples.
const GUEST_TOKENS: [(&str, [&str; 2], &str); 2] = [
    ("cart_", ["/api/v1/carts", "/api/v1/openapi.json"], "the token of a cart"),
    ("order_", ["/api/v1/orders", "/api/v1/openapi.json"], "the token of an order"),
];

/// How many characters of a line are reported.
const EXCERPT_LENGTH: usize = 160;

/// Searches the files in `directory`: log lines in `*.log`, and in `*.answers` one response per line, after its path.
/// Returns a description of each leak, or nothing if there are no lines to search.
///
/// # Errors
/// When a file cannot be read.
pub fn search(directory: &Path) -> io::Result<Option<Vec<String>>> {
    let (mut leaks, mut lines) = (Vec::new(), 0_usize);
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let text = fs::read(&path)?;
        let has_responses = path.extension().is_some_and(|extension| extension == "answers");
        for line in String::from_utf8_lossy(&text).lines() {
            lines = lines.saturating_add(1);
            let leak = if has_responses {
                let (path, response) = line.split_once(' ').unwrap_or((line, ""));
                in_response(path, response)
            } else {
                in_log(line)
            };
            if let Some(leak) = leak {
                let excerpt: String = line.chars().take(EXCERPT_LENGTH).collect();
                leaks.push(format!("{leak} in {}: {excerpt}", path.display()));
            }
        }
    }
    Ok((lines > 0).then_some(leaks))
}

/// The leak in a response with JSON body and headers, if any. Responses of some paths may contain tokens.
#[must_use]
pub fn in_response(path: &str, response: &str) -> Option<&'static str> {
    let guest_token = guest_tokens(response).find(|(paths, _)| !paths.contains(&path)).map(|(_, leak)| leak);
    let secret = secret(response).or(guest_token);
    if TOKEN_PATHS.contains(&path) {
        return secret;
    }
    secret
        .or_else(|| has_access_token(response).then_some("an access token"))
        .or_else(|| has_account_token(response).then_some("a token of an account"))
        .or_else(|| response.contains("\"refresh_token\":\"").then_some("a refresh token"))
}

/// The leak in a log line, if any. Logs contain no e-mail addresses either.
#[must_use]
pub fn in_log(line: &str) -> Option<&'static str> {
    secret(line)
        .or_else(|| guest_tokens(line).map(|(_, leak)| leak).next())
        .or_else(|| has_access_token(line).then_some("an access token"))
        .or_else(|| has_account_token(line).then_some("a token of an account"))
        .or_else(|| has_email_address(line).then_some("an e-mail address"))
}

fn secret(text: &str) -> Option<&'static str> {
    SECRETS.iter().find(|(pattern, _)| text.contains(pattern)).map(|(_, name)| *name)
}

/// The tokens of guests in a text: the paths whose responses may contain each one, and what it reveals.
fn guest_tokens(text: &str) -> impl Iterator<Item = ([&'static str; 2], &'static str)> {
    GUEST_TOKENS.iter().filter(|(prefix, ..)| has_guest_token(text, prefix)).map(|(_, paths, leak)| (*paths, *leak))
}

/// Whether the text contains the prefix and 43 characters of base64.
fn has_guest_token(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let rest = text.get(at.saturating_add(prefix.len())..).unwrap_or_default();
        let length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        length == 43
    })
}

/// Whether the text contains a JWT, which starts with a JSON object in base64, a dot and another such object.
fn has_access_token(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        end.is_some_and(|end| end > 15 && rest.get(end..).is_some_and(|rest| rest.starts_with(".eyJ")))
    })
}

/// Whether the text contains the token of a link in a mail.
fn has_account_token(text: &str) -> bool {
    text.match_indices("account_").any(|(at, prefix)| {
        let digits = text.get(at.saturating_add(prefix.len())..).unwrap_or_default();
        digits.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').count() >= 43
    })
}

fn has_email_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let (before, after) =
            (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(1)..).unwrap_or_default());
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

    const CART_TOKEN: &str = "cart_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG";

    fn leaks(file: &str, line: &str) -> Vec<String> {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join(file), format!("GET nothing\n{line}\n")).expect("a file");
        search(directory.path()).expect("files").expect("lines")
    }

    #[test]
    fn leaks_are_found() {
        let cases = [
            ("1.log", "hash=$2b$04$abcdefghijkl".to_owned(), "a password hash"),
            ("1.log", "body={\"password\":\"correct horse\"}".to_owned(), "a password of the tests"),
            ("1.log", format!("token={TOKEN}"), "an access token"),
            ("1.log", format!("cart-token: {CART_TOKEN}"), "the token of a cart"),
            ("1.answers", format!("/api/v1/cart {{\"token\":\"{CART_TOKEN}\"}}"), "the token of a cart"),
            ("1.answers", format!("/api/v1/orders/1 {}", CART_TOKEN.replace("cart", "order")), "the token of an order"),
            ("1.log", format!("path=/reset-password#token=account_{}", "x".repeat(43)), "a token of an account"),
            ("1.log", "user=ada@example.com logged in".to_owned(), "an e-mail address"),
            ("1.log", "uri=mongodb://127.0.0.1:1".to_owned(), "a connection string"),
            ("1.log", "key=sk_test_local".to_owned(), "Stripe's secret key"),
            ("1.answers", "/api/v1/webhooks/stripe {\"detail\":\"whsec_local\"}".to_owned(), "a webhook secret"),
            ("1.answers", format!("/api/v1/auth/me {{\"token\":\"{TOKEN}\"}}"), "an access token"),
            ("1.answers", "/api/v1/auth/me {\"refresh_token\":\"abc\"}".to_owned(), "a refresh token"),
            ("1.answers", "/api/v1/auth/login {\"hash\":\"$2b$04$abc\"}".to_owned(), "a password hash"),
        ];
        for (file, line, expected) in cases {
            let leaks = leaks(file, &line);
            assert!(leaks.len() == 1 && leaks[0].starts_with(expected), "{line}: {leaks:?}");
        }
    }

    #[test]
    fn permitted_content_is_not_reported() {
        let cases = [
            ("1.answers", format!("/api/v1/auth/login {{\"access_token\":\"{TOKEN}\",\"refresh_token\":\"abc\"}}")),
            ("1.answers", format!("/api/v1/carts {{\"cart_token\":\"{CART_TOKEN}\"}}")),
            ("1.log", "code=cart_already_ordered".to_owned()),
            ("1.answers", "/api/v1/auth/me {\"email\":\"ada@example.com\"}".to_owned()),
            ("1.answers", "/api/v1/orders {\"next_cursor\":\"eyJhIjoxfQ\"}".to_owned()),
            (
                "1.log",
                "answered method=GET path=\"/api/v1/cart\" risk_score=1 at@ 5 @example account_tokens".to_owned(),
            ),
        ];
        for (file, line) in cases {
            assert_eq!(leaks(file, &line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn an_empty_directory_is_not_reported_as_free_of_leaks() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(search(directory.path()).expect("a directory").is_none());
    }
}
