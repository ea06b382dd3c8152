#!/usr/bin/env bash
# Runs the end-to-end tests against a deployed stack: tools/test-stack.sh [PROGRAM]
# They buy something with a test card, so the stack must have Stripe's test keys, and images. PROGRAM is the compiled tests;
# without it Cargo builds them. Needs AWS's CLI. Set STACK if the name of the stack is not `ferrocart`.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/stack.sh

case $(parameter StripePublishableKey) in
    pk_test_*) ;;
    *) echo "the stack has no test key of Stripe: nothing is bought there" >&2; exit 1 ;;
esac
admin=$(output FirstAdminSecretArn)
[ -n "$admin" ] || { echo "the tests need the first administrator: set FirstAdminEmail" >&2; exit 1; }
admin=$(aws secretsmanager get-secret-value --secret-id "$admin" --query SecretString --output text)

# Only its owner can read the file.
stack=$(mktemp)
trap 'rm -f "$stack"' EXIT
printf '{"base_url": "%s", "stripe": {"base_url": "%s"}, "admin": %s}' \
    "$(output ApiUrl)" "$(parameter StripeApiBase)" "$admin" > "$stack"
export FERROCART_STACK=$stack
if [ $# -gt 0 ]; then
    "$1" --nocapture
else
    cargo test --locked --package ferrocart-tests --test e2e -- --nocapture
fi
