//! The layout of mails, as the snapshots of the tests of `mailer` contain them.

use crate::program::setting;
use std::path::Path;
use tokio::process::Command;

const SNAPSHOTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../api/mailer/snapshots/api__mailer__templates__mails_as_html");

#[tokio::test]
async fn every_mail_fits_a_telephone_and_is_accessible() {
    let script = Path::new(&setting("BROWSER_SCENARIOS")).join("check-mails.js");
    let files = ["en", "de"].map(|language| format!("{SNAPSHOTS}_{language}.snap"));
    let output = Command::new(setting("NODE")).arg(script).args(files).kill_on_drop(true).output().await.expect("node");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
