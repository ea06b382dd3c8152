#!/usr/bin/env bash
# Shows on AWS what a local deployment cannot (docs/deploy-local.md): tools/prove-on-aws.sh arm64|x86_64
# Deploys a stack with a random name, buys, breaks secrets, lets updates fail, and removes everything again. It writes a
# report in Markdown that contains no secret and no account number. It takes about half an hour and costs less than a dollar.
#
# It needs what a deployment needs (docs/deploy.md), a database for tests, and Stripe's test keys. It reads MONGODB_URI,
# STRIPE_SECRET_KEY (`sk_test_..`, because it registers a webhook) and STRIPE_PUBLISHABLE_KEY, or asks for them without showing
# them. PICTURES=s3 is for accounts without CloudFront. With ALARM_EMAIL the stack also has a budget.
set -euo pipefail
cd "$(dirname "$0")/.."

architecture=${1:-}
case $architecture in
    arm64 | x86_64) ;;
    *) echo "usage: tools/prove-on-aws.sh arm64|x86_64" >&2; exit 2 ;;
esac
: "${AWS_DEFAULT_REGION:?choose a region: export AWS_DEFAULT_REGION=eu-central-1}"

# Asks for a setting that is not in the environment, and checks how it begins.
ask() {
    local name=$1 value=${!1:-} prefix
    if [ -z "$value" ]; then
        printf '%s: ' "$name" >&2
        IFS= read -rs value
        echo >&2
    fi
    shift
    for prefix in "$@"; do
        case $value in
            *[\"\\[:space:]]*) break ;;
            "$prefix"*) printf -v "$name" %s "$value"; return ;;
        esac
    done
    echo "$name must begin with $*, and contain no quotation mark, backslash or space" >&2
    exit 2
}
ask MONGODB_URI mongodb:// mongodb+srv://
ask STRIPE_SECRET_KEY sk_test_
ask STRIPE_PUBLISHABLE_KEY pk_test_

umask 077
work=$(mktemp -d)
STACK=ferrocart-proof-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
export STACK
export SAM_CLI_TELEMETRY=0 AWS_PAGER=""
stripe_api=${STRIPE_API_BASE:-https://api.stripe.com}
report=$PWD/proof-on-aws-$architecture.md
failures=0
webhook=""
. tools/stack.sh

print_row() {
    echo "$1" | tee -a "$report"
}

# Runs a step, and reports its result and duration. The output is kept until the end of a successful run. It always succeeds:
# in a condition bash would ignore failures inside of the step.
step() {
    local name=$1 start=$SECONDS result=passed log status
    shift
    echo "$name .." >&2
    log=$work/$(printf %s "$name" | tr -c 'A-Za-z0-9' _).log
    set +e
    ( set -e; "$@" ) > "$log" 2>&1
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
        result="**failed**"
        failures=$((failures + 1))
        tail -n 20 "$log" >&2
    fi
    print_row "| $name | $result | $((SECONDS - start)) |"
}

# Runs a step without which the others make no sense.
require() {
    step "$@"
    [ "$failures" -eq 0 ]
}

# Calls Stripe. The key is in no list of processes.
call_stripe() {
    printf 'user = "%s:"\n' "$STRIPE_SECRET_KEY" |
        curl --config - --fail --silent --show-error --request "$1" "$stripe_api/v1/$2" "${@:3}"
}

field() {
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

# Deploys a template with more parameters: deploy TEMPLATE [NAME=VALUE ..]
# The secrets are in a file, because the list of processes shows arguments.
deploy() {
    local template=$1 config=$work/samconfig.toml
    shift
    local parameters=("MongoDbUri=$MONGODB_URI" "MongoDbDatabase=$STACK" "StripeSecretKey=$STRIPE_SECRET_KEY"
        "StripePublishableKey=$STRIPE_PUBLISHABLE_KEY" "StripeApiBase=$stripe_api" "Architecture=$architecture"
        "FirstAdminEmail=proof@example.com" "SecretsMaxAgeSeconds=10" "Pictures=${PICTURES:-cloudfront}")
    if [ -n "${ALARM_EMAIL:-}" ]; then
        parameters+=("AlarmEmail=$ALARM_EMAIL" "MonthlyBudget=50")
    fi
    parameters+=("$@")
    {
        echo 'version = 0.1'
        echo '[default.deploy.parameters]'
        echo 'parameter_overrides = ['
        printf '    "%s",\n' "${parameters[@]}"
        echo ']'
    } > "$config"
    sam deploy --config-file "$config" --template-file "$template" --stack-name "$STACK" --resolve-s3 \
        --capabilities CAPABILITY_IAM --no-confirm-changeset --no-fail-on-empty-changeset
}

register_webhook() {
    local url
    url=$(output StripeWebhookUrl)
    call_stripe POST webhook_endpoints --data-urlencode "url=$url" --data 'enabled_events[]=*' \
        --data api_version=2025-09-30.clover > "$work/webhook.json"
    field secret < "$work/webhook.json" | store_secret StripeWebhookSecretArn STRIPE_WEBHOOK_SECRET
}

buy() {
    # Until an environment has read a new secret again.
    sleep 15
    tools/test-stack.sh
}

read_secret() {
    aws secretsmanager get-secret-value --secret-id "$(output "$1")" --query SecretString --output text
}

write_secret() {
    aws secretsmanager put-secret-value --secret-id "$(output "$1")" --secret-string file:///dev/stdin
}

# Stores wrong values of three secrets, and buys: break_secrets
break_secrets() {
    local name
    for name in DatabaseSecretArn StripeKeySecretArn TokenPublicKeysSecretArn; do
        read_secret "$name" > "$work/$name"
    done
    echo '{"MONGODB_URI":"mongodb://shop:mistyped@127.0.0.1:9/"}' | write_secret DatabaseSecretArn
    echo '{"STRIPE_SECRET_KEY":"sk_test_mistyped"}' | write_secret StripeKeySecretArn
    echo '{"TOKEN_PUBLIC_KEYS":"mistyped"}' | write_secret TokenPublicKeysSecretArn
    buy
}

alarm_has_fired() {
    local alarm
    alarm=$(aws cloudformation describe-stack-resource --stack-name "$STACK" --output text \
        --logical-resource-id SecretRenewalFailures --query StackResourceDetail.PhysicalResourceId)
    for _ in {1..40}; do
        case $(aws cloudwatch describe-alarms --alarm-names "$alarm" --output text \
            --query 'MetricAlarms[0].StateValue') in
            ALARM) return ;;
        esac
        sleep 15
    done
    return 1
}

repair_secrets() {
    local name
    for name in DatabaseSecretArn StripeKeySecretArn TokenPublicKeysSecretArn; do
        write_secret "$name" < "$work/$name"
    done
    buy
}

# Deploys something that must fail, and checks that it was rolled back.
fail() {
    if deploy "$@"; then
        echo "the deployment succeeded"
        return 1
    fi
    [ "$(aws cloudformation describe-stacks --stack-name "$STACK" --output text --query 'Stacks[0].StackStatus')" = \
        UPDATE_ROLLBACK_COMPLETE ]
    buy
}

# Deploys the built functions, of which `orders` does not start.
fail_broken_function() {
    cp -R .aws-sam/build "$work/broken"
    printf '#!/bin/sh\nexit 1\n' > "$work/broken/OrdersFunction/bootstrap"
    fail "$work/broken/template.yaml"
}

write_measurements() {
    measure > "$work/measurements"
}

measure() {
    local function name
    echo
    echo "| function | binary, bytes | package, bytes | starts | median start, ms | longest, ms | memory, MB |"
    echo "| --- | --- | --- | --- | --- | --- | --- |"
    for function in .aws-sam/build/*Function; do
        function=$(basename "$function")
        name=$(resource "$function")
        aws logs filter-log-events --log-group-name "$(resource "${function%Function}Logs")" --output json \
            --filter-pattern '{ $.type = "platform.report" }' --query 'events[].message' |
            python3 -c '
import json, statistics, sys
reports = [line for line in json.load(sys.stdin) or [] if "platform.report" in line]
metrics = [json.loads(line)["record"]["metrics"] for line in reports]
starts = [it["initDurationMs"] for it in metrics if "initDurationMs" in it]
middle, longest = (round(statistics.median(starts)), round(max(starts))) if starts else ("", "")
memory = max((it["maxMemoryUsedMB"] for it in metrics), default="")
print("|", *sys.argv[1:], len(starts), middle, longest, memory, sep=" | ", end=" |\n")' \
                "$function" "$(wc -c < ".aws-sam/build/$function/bootstrap")" \
                "$(aws lambda get-function-configuration --function-name "$name" --query CodeSize --output text)" |
            sed 's/^| | /| /'
    done
}

# Prints the name that a resource of the template has in the account.
resource() {
    aws cloudformation describe-stack-resource --stack-name "$STACK" --logical-resource-id "$1" \
        --output text --query StackResourceDetail.PhysicalResourceId
}

# Removes the stack, and what the removal keeps.
remove() {
    local kept kind name version
    kept=$(aws cloudformation describe-stack-resources --stack-name "$STACK" --output text \
        --query 'StackResources[].[ResourceType,PhysicalResourceId]')
    sam delete --no-prompts --stack-name "$STACK" --region "$AWS_DEFAULT_REGION"
    while read -r kind name; do
        case $kind in
            AWS::SecretsManager::Secret)
                aws secretsmanager delete-secret --secret-id "$name" --force-delete-without-recovery ;;
            AWS::Logs::LogGroup) aws logs delete-log-group --log-group-name "$name" ;;
            AWS::S3::Bucket)
                aws s3api list-object-versions --bucket "$name" --output text \
                    --query '[Versions,DeleteMarkers][][].[Key,VersionId]' |
                    while read -r key version; do
                        [ -n "$version" ] || continue
                        aws s3api delete-object --bucket "$name" --key "$key" --version-id "$version" </dev/null
                    done
                aws s3api delete-bucket --bucket "$name" ;;
        esac </dev/null
    done <<< "$kept"
}

finish() {
    local status=$?
    trap - EXIT
    if [ -s "$work/webhook.json" ]; then
        webhook=$(field id < "$work/webhook.json")
        step "Remove the webhook" call_stripe DELETE "webhook_endpoints/$webhook"
    fi
    if aws cloudformation describe-stacks --stack-name "$STACK" > /dev/null 2>&1; then
        step "Remove the stack, its images, secrets and logs" remove
    fi
    if [ -s "$work/measurements" ]; then
        cat "$work/measurements" >> "$report"
    fi
    if [ "$status" -eq 0 ] && [ "$failures" -eq 0 ]; then
        rm -rf "$work"
    else
        echo "some steps failed; their output is in $work" >&2
        rm -f "$work/samconfig.toml" "$work/webhook.json" "$work"/*SecretArn
        status=1
    fi
    echo "the report is $report; drop the database $STACK" >&2
    exit "$status"
}

{
    echo "# Ferrocart on AWS, $architecture"
    echo
    echo "- commit: $(git rev-parse HEAD)$(git diff --quiet HEAD || echo ', with changes')"
    echo "- region: $AWS_DEFAULT_REGION, images: ${PICTURES:-cloudfront}, $(date -u +%Y-%m-%d)"
    echo "- $(sam --version), $(aws --version 2>&1 | cut -d' ' -f1), $(rustc --version)"
    echo
    echo "| step | result | seconds |"
    echo "| --- | --- | --- |"
} > "$report"
trap finish EXIT
built=.aws-sam/build/template.yaml
require "Build" cargo xtask build --architecture "$architecture"
require "Deploy" deploy "$built"
require "Register the webhook" register_webhook
step "Buy" buy
step "Deploy again without a change" deploy "$built"
step "Change a parameter" deploy "$built" ReservationMinutes=45
step "Buy while three secrets are wrong" break_secrets
step "The alarm SecretRenewalFailures has fired" alarm_has_fired
step "Repair the secrets, and buy" repair_secrets
step "An update with another currency fails and is rolled back; buy" fail "$built" StoreCurrency=EUR
step "A version that does not start is rolled back; buy" fail_broken_function
step "Measure" write_measurements
