# shellcheck shell=bash
# Functions of docs/deploy.md for a restore from a backup, for bash and zsh: `. tools/restore.sh`. They need AWS's CLI.
# Set STACK if the name of the stack is not `ferrocart`.

# Closes the shop: no function runs except `migrate`.
close_shop() {
    _set_shop_state closed
}

# Opens the shop again, with the concurrency that the template declares.
open_shop() {
    _set_shop_state open
}

# Prints the log lines of accounts that were deleted since a time: deleted_accounts 2026-11-28T10:00:00Z
# The last line shows that the lines are complete. Without it `ferrocart complete-restore` rejects them.
deleted_accounts() {
    local group start
    group=$(_resource AuthLogs) || return
    # Of GNU, or of BSD and macOS.
    start=$(date --utc --date "$1" +%s 2>/dev/null || date -ju -f %Y-%m-%dT%H:%M:%SZ "$1" +%s) || return
    aws logs filter-log-events --log-group-name "$group" --start-time "${start}000" --output text \
        --filter-pattern '{ $.method = "DELETE" && $.route = "/api/v1/auth/me" && $.status = 204 }' \
        --query 'events[].[message]' || return
    echo '{"complete":true}'
}

# Restores the images that were removed since a time: restore_images 2026-11-28T10:00:00Z
restore_images() {
    local bucket key version markers
    bucket=$(_resource ImageBucket) || return
    markers=$(aws s3api list-object-versions --bucket "$bucket" --prefix products/ --output text \
        --query "DeleteMarkers[?IsLatest && LastModified>='$1'].[Key,VersionId]") || return
    # Removing the marker of a deletion makes the version before it the current one.
    while read -r key version; do
        # Without any marker, AWS's CLI prints None.
        [ -n "$version" ] || continue
        aws s3api delete-object --bucket "$bucket" --key "$key" --version-id "$version" </dev/null || return
    done <<< "$markers"
}

_set_shop_state() {
    local stack="${STACK:-ferrocart}" name names
    local -a parameters
    names=$(aws cloudformation describe-stacks --stack-name "$stack" --output text \
        --query 'Stacks[0].Parameters[].[ParameterKey]') || return
    while read -r name; do
        case $name in
            ShopState) parameters+=("ParameterKey=ShopState,ParameterValue=$1") ;;
            *) parameters+=("ParameterKey=$name,UsePreviousValue=true") ;;
        esac
    done <<< "$names"
    aws cloudformation update-stack --stack-name "$stack" --use-previous-template \
        --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --parameters "${parameters[@]}" >/dev/null || return
    aws cloudformation wait stack-update-complete --stack-name "$stack" || return
    echo "the shop is $1"
}

# Prints the name that a resource of the template has in the account.
_resource() {
    aws cloudformation describe-stack-resource --stack-name "${STACK:-ferrocart}" --logical-resource-id "$1" \
        --output text --query StackResourceDetail.PhysicalResourceId
}
