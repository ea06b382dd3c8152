#!/usr/bin/env bash
# Succeeds if the workflow CI has passed for a commit of main, and waits while it runs: tools/require-green-checks.sh COMMIT
# Needs GitHub's CLI `gh`, and GITHUB_REPOSITORY.
set -euo pipefail

commit=$1
# Runs of pull requests do not count: others can start them, and they check a merge commit.
runs="repos/$GITHUB_REPOSITORY/actions/workflows/ci.yml/runs?event=push&branch=main&head_sha=$commit&per_page=1"
# CI may take 90 minutes.
for _ in {1..180}; do
    state=$(gh api "$runs" --jq '.workflow_runs[0] | "\(.status) \(.conclusion)"')
    case $state in
        "completed success")
            echo "CI has passed for $commit"
            exit 0
            ;;
        "completed "*)
            echo "CI has not passed for $commit: $state" >&2
            exit 1
            ;;
        "null null")
            echo "CI has not run for $commit on main: only commits of main are deployed" >&2
            exit 1
            ;;
    esac
    sleep 30
done
echo "CI is still $state for $commit" >&2
exit 1
