//! The commands in the guides can be pasted: they name outputs that exist, and put no secret into the shell's history.

use crate::sources::{Source, sources};
use crate::template::TEMPLATE;

/// What precedes a secret on a command line. The functions of `tools/stack.sh` and the prompts of the commands do not.
const SECRETS_IN_COMMANDS: [&str; 10] = [
    "MongoDbUri=",
    "MongoDbMigrationUri=",
    "StripeSecretKey=",
    "MONGODB_URI=",
    "MONGODB_MIGRATION_URI=",
    "STRIPE_SECRET_KEY=",
    "STRIPE_WEBHOOK_SECRET=",
    "--secret-string '",
    "--secret-string \"",
    "--secret-string {",
];

/// Returns the lines of the shell commands in a guide.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).collect()
}

fn guides() -> Vec<Source> {
    let guides = sources(".md");
    assert!(guides.iter().any(|guide| guide.path == "docs/deploy.md"));
    guides
}

#[test]
fn commands_are_found_in_code_blocks() {
    assert_eq!(
        commands("A\n```sh\none\ntwo\n```\n```json\n{}\n```\n   ```sh\n   three\n   ```\n"),
        ["one", "two", "   three", "   "]
    );
}

#[test]
fn no_command_of_a_guide_contains_a_secret() {
    // Tests run against databases without passwords.
    for guide in guides().iter().filter(|guide| guide.path != "CONTRIBUTING.md") {
        for line in commands(&guide.text) {
            let found = SECRETS_IN_COMMANDS.iter().find(|marker| line.contains(**marker));
            assert!(found.is_none(), "{}: `{line}` would be kept in the shell's history", guide.path);
        }
    }
}

#[test]
fn every_output_that_a_guide_uses_exists() {
    let (_, outputs) = TEMPLATE.split_once("\nOutputs:\n").expect("outputs");
    let mut used = 0;
    for guide in guides() {
        for marker in ["$(output ", "store_secret "] {
            for rest in guide.text.split(marker).skip(1) {
                let name = rest.split([')', ' ', '`', '\n']).next().expect("a name");
                assert!(outputs.contains(&format!("  {name}:\n")), "{}: the stack has no output {name}", guide.path);
                used += 1;
            }
        }
    }
    assert!(used > 5, "the guides use {used} outputs");
}
