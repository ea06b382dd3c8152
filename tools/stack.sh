# shellcheck shell=bash
# Functions of docs/deploy.md for a deployed stack, for bash and zsh: `. tools/stack.sh`. They need AWS's CLI.
# Set STACK if the name of the stack is not `ferrocart`.

# Prints an output of the stack: output ApiUrl
output() {
    aws cloudformation describe-stacks --stack-name "${STACK:-ferrocart}" --output text \
        --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

# Prints a parameter of the stack: parameter StoreCurrency
parameter() {
    aws cloudformation describe-stacks --stack-name "${STACK:-ferrocart}" --output text \
        --query "Stacks[0].Parameters[?ParameterKey=='$1'].ParameterValue"
}

# Prints the type and the name of each resource that a removal of the stack keeps. Afterwards only its id leads to them.
kept_resources() {
    local types="'AWS::SecretsManager::Secret','AWS::Logs::LogGroup','AWS::S3::Bucket'"
    aws cloudformation list-stack-resources --stack-name "${STACK:-ferrocart}" --output text \
        --query "StackResourceSummaries[?contains([$types],ResourceType)].[ResourceType,PhysicalResourceId]"
}

# Replaces a secret: store_secret StripeKeySecretArn STRIPE_SECRET_KEY
# Asks for the value of each named setting without showing it. Neither the history of the shell nor the list of
# processes contains it.
store_secret() {
    local arn name value object="" key=$1
    shift
    # Asked first: what is pasted while a command runs would be shown.
    for name in "$@"; do
        printf '%s: ' "$name" >&2
        IFS= read -rs value || return
        echo >&2
        case $value in
            "") echo "$name is empty: nothing was stored" >&2; return 1 ;;
            *[\"\\]*) echo "$name contains a quotation mark or backslash: nothing was stored" >&2; return 1 ;;
        esac
        object="$object${object:+,}\"$name\":\"$value\""
    done
    arn=$(output "$key") || return
    [ -n "$arn" ] || { echo "the stack has no output $key" >&2; return 1; }
    # printf is part of the shell, so the value is no argument of a process.
    printf '{%s}' "$object" |
        aws secretsmanager put-secret-value --secret-id "$arn" --secret-string file:///dev/stdin
}
