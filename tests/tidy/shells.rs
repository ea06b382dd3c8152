//! The shells for which the functions in `tools/*.sh` are written.

use std::fmt::Debug;
use std::process::{Command, Stdio};

/// Runs something in bash, and in zsh if this machine has it: the results must be the same.
pub(crate) fn in_each_shell<T: Debug + PartialEq>(run: impl Fn(&str) -> T) -> T {
    let result = run("bash");
    if is_installed("zsh") {
        assert_eq!(run("zsh"), result, "zsh differs from bash");
    }
    result
}

fn is_installed(shell: &str) -> bool {
    let mut command = Command::new(shell);
    command.args(["-c", ":"]).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}
