//! `cargo xtask mail`: lists and shows the mails that a running `cargo xtask dev` has sent to the emulator of SES.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Deserialize;

use crate::terminal::print_status;
use crate::{dev, root};

#[derive(Args)]
pub(crate) struct Options {
    /// The number of the mail to show, as the list has it; `1` is the first one that was sent.
    number: Option<usize>,
    /// Data directory of the `cargo xtask dev` that has sent it [default: .tools/dev].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// The mails of each account of the emulator.
#[derive(Deserialize)]
struct Mails {
    messages: BTreeMap<String, Vec<Mail>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mail {
    to: Vec<String>,
    subject: String,
    body_text: String,
    body_html: Option<String>,
    timestamp: f64,
}

/// Lists all mails, or prints one and writes its HTML to a file that a browser can open.
pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let emulator = dev::emulator(options.data_dir)?;
    let url = format!("{}/_ministack/ses/messages", emulator.url);
    let response = reqwest::get(url).await.and_then(reqwest::Response::error_for_status);
    let mails: Mails = response.context("reading the mails")?.json().await.context("reading the mails")?;
    let mut mails: Vec<Mail> = mails.messages.into_values().flatten().collect();
    mails.sort_by(|a, b| a.timestamp.total_cmp(&b.timestamp));
    let Some(number) = options.number else {
        print_status(list(&mails));
        return Ok(ExitCode::SUCCESS);
    };
    let mail = number.checked_sub(1).and_then(|index| mails.get(index));
    let mail = mail.with_context(|| format!("there is no mail {number}: the shop has sent {}", mails.len()))?;
    print_status(format_args!("To: {}\nSubject: {}\n\n{}", mail.to.join(", "), mail.subject, mail.body_text));
    if let Some(html) = &mail.body_html {
        let path = root::tools().join(format!("mail-{number}.html"));
        std::fs::write(&path, html).with_context(|| format!("writing {}", path.display()))?;
        print_status(format_args!("open file://{} in a browser for its HTML", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn list(mails: &[Mail]) -> String {
    if mails.is_empty() {
        return "the shop has sent no mail since its start: place an order, and wait for five seconds".to_owned();
    }
    let line = |(number, mail): (usize, &Mail)| format!("{number:>4}  {:<32}  {}", mail.to.join(", "), mail.subject);
    (1..).zip(mails).map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Mails, list};

    #[test]
    fn mails_are_listed_with_the_numbers_that_show_them() {
        let mails: Mails = serde_json::from_str(
            r#"{"messages": {"000000000000": [
                {"MessageId": "1", "Source": "a@b.example", "To": ["ada@example.com"], "CC": [], "BCC": [], "Subject": "Hello",
                 "BodyText": "Hello Ada", "BodyHtml": null, "Timestamp": 1.5, "Type": "v2.SendEmail"}
            ]}}"#,
        )
        .unwrap();
        let mails: Vec<_> = mails.messages.into_values().flatten().collect();
        assert_eq!(list(&mails), "   1  ada@example.com                   Hello");
        assert!(list(&[]).contains("no mail since its start"));
    }
}
